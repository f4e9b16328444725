"""Several HLRs: by prefix, in order, left alone while they are silent or know no variant."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.crypto.gsm import GsmVector
from mkef.crypto.secret import Kc
from mkef.domain.breaker import INCAPABLE_S, Breaker, State
from mkef.domain.errors import (
    HlrNotCapable,
    HlrSilent,
    Overloaded,
    ProfileNotAllowed,
    Refusal,
    UserUnknown,
    VectorsUnavailable,
)
from mkef.domain.hlrs import EchoedVector, Hlrs, check_echo
from mkef.domain.routing import Route, RoutingTable
from mkef_codecs.identity import Imsi

IMSI = Imsi("001010123456789")
A, B, C, D = (bytes((i,)) * 16 for i in range(4))


def vector(rand: bytes) -> EchoedVector:
    return EchoedVector(rand, GsmVector(rand[:4], Kc(bytes(8))))


class FakeHlr:
    """Does what `outcome` says and counts."""

    def __init__(self, outcome: Refusal | bytes | None = None) -> None:
        self.outcome = outcome
        self.asked: list[float] = []

    async def vectors(
        self, imsi: Imsi, rands: tuple[bytes, ...], timeout_s: float
    ) -> Sequence[EchoedVector]:
        self.asked.append(timeout_s)
        if isinstance(self.outcome, Refusal):
            raise self.outcome
        return [vector(self.outcome or rand) for rand in rands]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def hlrs(*outcomes: Refusal | bytes | None, **changes: Any) -> tuple[Hlrs, list[FakeHlr], Clock]:
    fakes, clock = [FakeHlr(outcome) for outcome in outcomes], Clock()
    routes = RoutingTable.of(Route("", f"h{n}", n) for n in range(len(fakes)))
    named = {f"h{n}": fake for n, fake in enumerate(fakes)}
    return Hlrs(named, routes, clock, **changes), fakes, clock


def ask(hlrs: Hlrs) -> Sequence[GsmVector]:
    return asyncio.run(hlrs.vectors(IMSI, (A, B)))


def refused(hlrs: Hlrs) -> type[Refusal]:
    with pytest.raises(Refusal) as caught:
        ask(hlrs)
    return type(caught.value)


@pytest.mark.parametrize(
    ("imsi", "expected"),
    [
        ("001010123456789", ("lab1", "lab2")),
        ("262010000000000", ("germany",)),
        ("262020000000000", ("rest",)),
    ],
)
def test_the_longest_prefix_has_the_route(imsi: str, expected: tuple[str, ...]) -> None:
    table = RoutingTable.of(
        [
            Route("00101", "lab2", 2),
            Route("", "rest"),
            Route("26201", "germany"),
            Route("00101", "lab1", 1),
        ]
    )
    assert table.hlrs(Imsi(imsi)) == expected


def test_nobody_may_have_the_imsi() -> None:
    assert RoutingTable.of([Route("00102", "x")]).hlrs(IMSI) == ()
    assert refused(Hlrs({}, RoutingTable(), Clock())) is VectorsUnavailable


@pytest.mark.parametrize(
    ("first", "second_asked"),
    [
        (HlrSilent("t"), True),
        (VectorsUnavailable("34"), True),
        (HlrNotCapable("reject"), True),
        (D, True),  # it answered with a RAND of its own
        (Overloaded("dialogues"), True),
        (UserUnknown("1"), False),
        (ProfileNotAllowed("36"), False),
    ],
    ids=repr,
)
def test_who_is_asked_next(first: Any, second_asked: bool) -> None:
    both, (_, second), _ = hlrs(first, None)
    if second_asked:
        assert [v.sres for v in ask(both)] == [A[:4], B[:4]]
    else:
        assert refused(both) is type(first)
    assert bool(second.asked) is second_asked


def test_the_last_refusal_is_told() -> None:
    assert refused(hlrs(HlrSilent("t"), HlrNotCapable("x"))[0]) is HlrNotCapable
    assert refused(hlrs(HlrNotCapable("x"), VectorsUnavailable("34"))[0]) is VectorsUnavailable


def test_a_silent_hlr_is_left_alone_and_probed_by_one_request() -> None:
    one, (fake,), clock = hlrs(HlrSilent("t"))
    for _ in range(5):
        refused(one)
    assert one.states() == {"h0": State.OPEN}
    assert refused(one) is HlrSilent
    assert len(fake.asked) == 5
    clock.now += 10
    assert one.states() == {"h0": State.HALF_OPEN}
    refused(one)
    assert (len(fake.asked), one.states()) == (6, {"h0": State.OPEN})
    clock.now += 10
    fake.outcome = None
    assert ask(one)
    assert one.states() == {"h0": State.CLOSED}


def test_an_hlr_without_the_variant_is_asked_again_after_ten_minutes() -> None:
    one, (fake,), clock = hlrs(D)
    assert [refused(one) for _ in range(3)] == [HlrNotCapable] * 3
    assert (len(fake.asked), one.states()) == (1, {"h0": State.INCAPABLE})
    clock.now += INCAPABLE_S
    assert refused(one) is HlrNotCapable
    assert len(fake.asked) == 2
    clock.now += INCAPABLE_S
    fake.outcome = UserUnknown("1")  # it is there, but nobody knows what it can do
    assert [refused(one) for _ in range(2)] == [UserUnknown] * 2
    fake.outcome = None
    assert ask(one)
    assert one.states() == {"h0": State.CLOSED}


def test_patience_is_for_all_together() -> None:
    both, (first, second), clock = hlrs(HlrSilent("t"), None, patience_s=18.0)
    plain = first.vectors

    async def slow(imsi: Imsi, rands: tuple[bytes, ...], timeout_s: float) -> Any:
        clock.now += 15
        return await plain(imsi, rands, timeout_s)

    first.vectors = slow  # type: ignore[method-assign]
    ask(both)
    assert (first.asked, second.asked) == ([18.0], [3.0])


def test_a_probe_that_nobody_waits_for_is_none() -> None:
    breaker = Breaker(threshold=1, open_s=1)
    breaker.failed(0.0)
    assert breaker.admits(1.0)
    breaker.begin()
    assert not breaker.admits(1.0)
    breaker.abandoned()
    assert breaker.admits(1.0)


STEPS = st.sampled_from(["failed", "answered", "capable", "incapable", "abandoned", "wait"])


@given(st.lists(STEPS, max_size=60))
def test_the_way_to_an_hlr_always_opens_again(steps: list[str]) -> None:
    breaker, now = Breaker(), 0.0
    for step in steps:
        if breaker.admits(now):
            breaker.begin()
        if step == "wait":
            now += 7
        else:
            action: Callable[..., None] = getattr(breaker, step)
            action(*([now] if step in {"failed", "incapable"} else []))
    breaker.abandoned()
    assert breaker.admits(now + INCAPABLE_S)


@pytest.mark.parametrize(
    ("asked", "echoed", "refusal"),
    [
        ((A,), [A], None),
        ((A, B, C), [A, B, C], None),
        ((A,), [], VectorsUnavailable),
        ((A, B, C), [A], VectorsUnavailable),
        ((A, B, C), [A, B], VectorsUnavailable),
        ((A,), [B], HlrNotCapable),
        ((A, B), [B], HlrNotCapable),
        ((A, B), [B, A], HlrNotCapable),
        ((A, B), [A, A], HlrNotCapable),
        ((A, B), [A, C], HlrNotCapable),
        ((A,), [A, B], HlrNotCapable),
        ((A,), [A, A], HlrNotCapable),
        ((A, B, C), [A, B, C, D], HlrNotCapable),
        ((A,), [A[:15]], HlrNotCapable),
    ],
)
def test_one_vector_for_each_rand_in_order(
    asked: tuple[bytes, ...], echoed: list[bytes], refusal: type[Refusal] | None
) -> None:
    if refusal is None:
        check_echo(asked, echoed)
        return
    with pytest.raises(refusal):
        check_echo(asked, echoed)
