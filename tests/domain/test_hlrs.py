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
from mkef.domain.hlrs import EchoedVector, Hlrs, Watch, check_echo
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


@pytest.mark.parametrize(
    ("outcomes", "counts"),
    [
        ((HlrSilent("t"),), False),
        ((VectorsUnavailable("34"),), False),
        ((Overloaded("dialogues"),), False),
        ((HlrNotCapable("reject"),), True),
        ((HlrNotCapable("reject"), Overloaded("dialogues")), True),
        ((HlrSilent("t"), HlrNotCapable("reject")), True),
        ((UserUnknown("1"),), True),
    ],
    ids=repr,
)
def test_what_an_hlr_has_answered_counts(outcomes: tuple[Refusal, ...], counts: bool) -> None:
    with pytest.raises(Refusal) as caught:
        ask(hlrs(*outcomes)[0])
    assert caught.value.counts is counts


def test_an_hlr_that_is_left_alone_was_not_asked() -> None:
    for outcome in (HlrSilent("t"), D):
        one, _, _ = hlrs(outcome, new_breaker=lambda: Breaker(threshold=1))
        refused(one)
        with pytest.raises(Refusal, match="a moment ago") as caught:
            ask(one)
        assert not caught.value.counts


class Told(Watch):
    """What was told, in its order."""

    def __init__(self) -> None:
        self.lines: list[tuple[object, ...]] = []

    def changed(self, name: str, state: State, reason: str, for_s: float) -> None:
        self.lines.append((name, state, reason, for_s))

    def stood_in(self, name: str, by: str) -> None:
        self.lines.append((name, by))

    def since(self) -> list[tuple[object, ...]]:
        """The lines since the last look."""
        lines, self.lines = self.lines, []
        return lines


def test_each_change_of_an_hlr_is_told_once() -> None:
    told = Told()
    one, (fake,), clock = hlrs(HlrSilent("no answer in time"), watch=told)
    for _ in range(8):
        refused(one)
    assert told.since() == [("h0", State.OPEN, "no answer in time", 10.0)]
    clock.now += 10
    for _ in range(2):
        refused(one)
    probed = ("h0", State.HALF_OPEN, "it was left alone long enough", 0.0)
    assert told.since() == [probed, ("h0", State.OPEN, "no answer in time", 10.0)]
    clock.now += 10
    fake.outcome = None
    for _ in range(2):
        ask(one)
    assert told.since() == [probed, ("h0", State.CLOSED, "it answered", 0.0)]


def test_an_hlr_that_does_not_know_the_variant_is_told_once() -> None:
    told = Told()
    one, (fake,), clock = hlrs(D, watch=told)
    for _ in range(3):
        refused(one)
    reason = "the HLR answered with other RANDs than it was asked for"
    assert told.since() == [("h0", State.INCAPABLE, reason, INCAPABLE_S)]
    clock.now += INCAPABLE_S
    fake.outcome = UserUnknown("1")
    for _ in range(3):  # each of them is a probe that decides nothing
        refused(one)
    assert [state for _, state, *_ in told.since()] == [State.HALF_OPEN]
    fake.outcome = None
    ask(one)
    assert told.since() == [("h0", State.CLOSED, "it answered", 0.0)]


def test_who_stands_in_for_an_hlr_that_is_left_alone_is_told_once() -> None:
    told = Told()
    both, (first, _), clock = hlrs(HlrSilent("t"), None, watch=told)
    for _ in range(8):
        ask(both)
    assert told.since() == [("h0", State.OPEN, "t", 10.0), ("h0", "h1")]
    clock.now += 10
    ask(both)
    assert ("h0", "h1") not in told.since(), "the same stand-in as before"
    clock.now += 10
    first.outcome = None
    ask(both)
    first.outcome = D
    ask(both)
    assert told.since()[-2:] == [
        ("h0", State.INCAPABLE, "the HLR answered with other RANDs than it was asked for", 600.0),
        ("h0", "h1"),
    ]


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
