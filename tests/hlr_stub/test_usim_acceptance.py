"""What a USIM accepts of the AuC's sequence numbers (TS 33.102 annex C.2)."""

from __future__ import annotations

import os
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hlr_stub.auc import Auc
from hlr_stub.sequence import DELTA
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber
from mkef_codecs.ss7.map_auth import MAX_VECTORS, Quintuplet

MakeUsim = Callable[..., Any]
AUC = Auc(b"MTCR", os.urandom)
IND_BITS = 5
OTHERS = (1 << IND_BITS) - 1  # requests, while a batch waits for its turn


def outcome(card: Any, subscriber: Subscriber, seq: int, ind: int = 0) -> str:
    """What the card says to one sequence number."""
    (quintuplet,) = AUC.quintuplets(subscriber, [seq << IND_BITS | ind])
    said: str = card.authenticate(quintuplet.rand, quintuplet.autn)[0]
    return said


# The limits, one by one.


@pytest.mark.parametrize("delta", [1, 1000, DELTA])
def test_a_jump_of_delta_is_the_largest(subscriber: Subscriber, usim: MakeUsim, delta: int) -> None:
    """Clause C.2.1."""
    highest = 5000
    card = usim(subscriber, delta=delta, array={3: highest, 4: 10})
    assert outcome(card, subscriber, highest + delta + 1) == "resync"
    assert card.sqn_ms >> IND_BITS == highest  # what is refused moves nothing
    assert outcome(card, subscriber, highest + delta) == "ok"
    assert card.sqn_ms >> IND_BITS == highest + delta


@pytest.mark.parametrize("age", [1, 32, 1000])
def test_a_number_of_the_age_limit_is_too_old(
    subscriber: Subscriber, usim: MakeUsim, age: int
) -> None:
    """Clause C.2.2: SEQ_MS - SEQ < L, also where the array would still take it."""
    highest = 5000
    card = usim(subscriber, age=age, array={3: highest})
    assert outcome(card, subscriber, highest - age, 7) == "resync"
    assert 7 not in card.array
    assert outcome(card, subscriber, highest - age + 1, 7) == "ok"


def test_without_an_age_limit_the_array_decides(subscriber: Subscriber, usim: MakeUsim) -> None:
    """Clause C.2.2: each IND has its own highest SEQ."""
    card = usim(subscriber, array={3: 5000, 7: 40})
    assert [outcome(card, subscriber, seq, 7) for seq in (40, 41, 41)] == ["resync", "ok", "resync"]


# The AuC's management, whatever the networks do.


class Roaming:
    """A home network, a USIM, and networks that keep vectors of it and use them in order."""

    def __init__(self, subscriber: Subscriber, store: SubscriberStore, card: Any) -> None:
        store.add(subscriber)
        self._subscriber, self._store, self._card = subscriber, store, card
        self._kept: dict[int, deque[tuple[int, Quintuplet]]] = defaultdict(deque)
        self._requests = 0

    def ask(self, network: int, count: int, sqn_ms: int | None = None) -> None:
        """The AuC's batch for one network."""
        self._requests += 1
        sqns = self._store.allocate(self._subscriber.imsi, count, sqn_ms)
        assert sqns is not None
        batch = AUC.quintuplets(self._subscriber, sqns)
        self._kept[network].extend((self._requests, quintuplet) for quintuplet in batch)

    def use(self, network: int) -> bool:
        """One authentication; whether it went well, or its vector had waited for too long.

        A refusal is resynchronised, and what comes then must be accepted at once (clause 6.3.5).
        """
        if not self._kept[network]:
            self.ask(network, 1)
        request, quintuplet = self._kept[network].popleft()
        said, octets = self._card.authenticate(quintuplet.rand, quintuplet.autn)
        if said == "ok":
            return True
        assert said == "resync"
        self._kept[network].clear()
        sqn_ms = AUC.sqn_of_usim(self._subscriber, quintuplet.rand, octets)
        assert sqn_ms == self._card.sqn_ms
        self.ask(network, 3, sqn_ms)
        for _, fresh in self._kept[network]:
            assert self._card.authenticate(fresh.rand, fresh.autn) == ("ok", fresh.xres)
        self._kept[network].clear()
        return self._requests - 1 - request > OTHERS

    def set_sqn(self, sqn: int) -> None:
        """As a copy of the store has it that was put back."""
        query = "UPDATE subscriber SET sqn = ? WHERE imsi = ?"
        assert self._store.database.change(query, sqn, self._subscriber.imsi.digits)


asked = st.tuples(st.just("ask"), st.integers(0, 3), st.integers(1, MAX_VECTORS))
used = st.tuples(st.just("use"), st.integers(0, 3), st.just(0))
was_set = st.tuples(st.just("set"), st.just(0), st.integers(0, 3 * DELTA << IND_BITS))
many = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


LONGEST = [("ask", 0, MAX_VECTORS), *[("ask", 1, MAX_VECTORS)] * OTHERS]
LONGEST += [("use", 1, 0)] * (MAX_VECTORS * OTHERS) + [("use", 0, 0)] * MAX_VECTORS


@many
@example(steps=LONGEST, age=None)
@example(steps=LONGEST, age=MAX_VECTORS * (OTHERS + 1))
@given(
    steps=st.lists(asked | used, max_size=240),
    age=st.sampled_from([None, MAX_VECTORS * (OTHERS + 1)]),
)
def test_vectors_may_wait_for_31_other_requests(
    subscriber: Subscriber, usim: MakeUsim, steps: list[tuple[str, int, int]], age: int | None
) -> None:
    """Clause C.3.4: INDs go round, so batches of several networks do not spoil each other."""
    with closing(SubscriberStore.open()) as store:
        roaming = Roaming(subscriber, store, usim(subscriber, age=age))
        for step, network, count in steps:
            if step == "ask":
                roaming.ask(network, count)
            else:
                assert roaming.use(network)


@many
@given(steps=st.lists(asked | used | was_set, max_size=60), age=st.sampled_from([None, 1, 50]))
def test_one_resynchronisation_is_enough(
    subscriber: Subscriber, usim: MakeUsim, steps: list[tuple[str, int, int]], age: int | None
) -> None:
    """Wherever the AuC's SQN was put, before, beyond DELTA or where it was (clause 6.3.5)."""
    with closing(SubscriberStore.open()) as store:
        roaming = Roaming(subscriber, store, usim(subscriber, age=age))
        for step, network, value in steps:
            if step == "ask":
                roaming.ask(network, value)
            elif step == "use":
                roaming.use(network)
            else:
                roaming.set_sqn(value)
