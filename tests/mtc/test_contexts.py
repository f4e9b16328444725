"""Which security context a request may be under, against a plain model."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mkef.crypto.secret import KMtc
from mkef.net.sources import Sources
from mkef_codecs.establishment import KidContext, Profile
from mkef_codecs.identity import Imsi, ServerId
from mtc.oscore import SecurityContext
from mtc.server.contexts import KEEP_PREVIOUS_S, Contexts, DeviceContext
from mtc.server.keys import KeyGrant

LIMIT = 6
LIFETIME_S = 100
KEY = KMtc(bytes(32))
SERVER_ID = ServerId("mtc.example")


def context(kid: bytes, number: int, now: float) -> DeviceContext:
    kid_context = bytes((number,))
    return DeviceContext(
        (kid, kid_context),
        Imsi("001010123456789"),
        KidContext(Profile(), bytes(16), bytes(4)),
        KeyGrant(KEY, SERVER_ID, expires_at=now + LIFETIME_S),
        SecurityContext.of_server(KEY, kid, kid_context),
        granted_at=now,
    )


steps = st.one_of(
    st.tuples(st.just("add"), st.sampled_from([b"a", b"b"])),
    st.tuples(st.just("confirm"), st.integers(0, 30)),
    st.tuples(st.just("wait"), st.integers(1, 70)),
    st.tuples(st.just("find"), st.sampled_from([b"a", b"b"])),
)


@given(st.lists(steps, max_size=40))
def test_every_sequence_of_events(events: list[tuple[str, Any]]) -> None:
    now = 0.0
    contexts = Contexts(LIMIT, Sources(clock=lambda: now, timer=lambda: now))
    made: list[DeviceContext] = []
    confirmed: list[DeviceContext] = []
    for kind, value in events:
        match kind:
            case "add":
                now += 1
                made.append(context(value, len(made), now))
                contexts.add(made[-1])
            case "confirm" if made:
                chosen = made[value % len(made)]
                if contexts.find(*chosen.key_id):
                    contexts.confirm(chosen)
                    confirmed.append(chosen)
            case "wait":
                now += value
        assert len(contexts) <= LIMIT
        for kid in (b"a", b"b"):
            found = contexts.find(kid, None)
            assert len(found) <= 2
            assert all(c in confirmed and c.key_id[0] == kid for c in found)
            assert all(now < c.grant.expires_at for c in found)
            granted = [c.granted_at for c in found]
            assert granted == sorted(granted, reverse=True)
        for one in made:
            assert contexts.find(*one.key_id) in ((), (one,))


def test_the_one_before_is_kept_for_a_minute_from_its_successors_first_message() -> None:
    now = 0.0
    contexts = Contexts(LIMIT, Sources(clock=lambda: 0, timer=lambda: now))
    old, new = context(b"a", 1, 0), context(b"a", 2, 1)
    for one in (old, new):
        contexts.add(one)
    contexts.confirm(old)
    now = 1000.0
    assert contexts.find(b"a", None) == (old,)
    contexts.confirm(new)
    now += KEEP_PREVIOUS_S - 1
    contexts.confirm(new)
    assert contexts.find(b"a", None) == (new, old)
    now += 1
    assert contexts.find(b"a", None) == (new,)
    assert contexts.find(*old.key_id) == ()


def test_a_first_message_that_comes_late_does_not_displace_its_successor() -> None:
    contexts = Contexts(LIMIT, Sources(clock=lambda: 0, timer=lambda: 5))
    late, new = context(b"a", 1, 0), context(b"a", 2, 1)
    for one in (late, new):
        contexts.add(one)
    contexts.confirm(new)
    contexts.confirm(late)
    assert contexts.find(b"a", None) == (new, late)


def test_the_least_recently_used_goes_first() -> None:
    contexts = Contexts(2, Sources(clock=lambda: 0, timer=lambda: 0))
    one, two, three = (context(b"a", n, 0) for n in range(3))
    contexts.add(one)
    contexts.add(two)
    assert contexts.find(*one.key_id) == (one,)
    contexts.add(three)
    assert contexts.find(*two.key_id) == ()
    contexts.confirm(two)  # it was verified while it went
    assert contexts.find(b"a", None) == ()
