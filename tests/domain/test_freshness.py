"""A RAND yields a key once (protocol.md clauses 3 and 5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.domain.errors import RandNotFresh
from mkef.domain.freshness import AHEAD, WINDOW, FreshnessLedger
from mkef_codecs.establishment import COUNTER_EPOCH as EPOCH
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi

IMSI = Imsi("001010123456789")
OTHER = Imsi("001010123456780")
RANDOM, TAGGED = Profile(), Profile(vectors=2, tagged=True)
NOW = EPOCH + 1_000_000.0
LIMIT = 1_000_000 + (1 << 20)


def tagged(counter: int, rest: bytes = bytes(8)) -> bytes:
    return b"MTCR" + counter.to_bytes(4, "big") + rest


def used(*counters: int) -> FreshnessLedger:
    ledger = FreshnessLedger()
    for counter in counters:
        ledger.use(IMSI, TAGGED, tagged(counter), NOW)
    return ledger


def accepts(ledger: FreshnessLedger, counter: int, now: float = NOW) -> bool:
    try:
        ledger.check(IMSI, TAGGED, tagged(counter), now)
    except RandNotFresh:
        return False
    return True


def test_constants_of_the_protocol() -> None:
    assert (WINDOW, AHEAD) == (64, 2**20)


def test_a_random_rand_is_used_once_for_each_imsi() -> None:
    ledger = FreshnessLedger()
    ledger.use(IMSI, RANDOM, bytes(16), NOW)
    for attempt in (ledger.check, ledger.use):
        with pytest.raises(RandNotFresh, match="this RAND was used"):
            attempt(IMSI, RANDOM, bytes(16), NOW + 1e9)
    ledger.use(IMSI, RANDOM, bytes(15) + b"\1", NOW)
    ledger.use(OTHER, RANDOM, bytes(16), NOW)


def test_checking_uses_nothing() -> None:
    ledger = FreshnessLedger()
    for _ in range(3):
        ledger.check(IMSI, RANDOM, bytes(16), NOW)
        ledger.check(IMSI, TAGGED, tagged(5), NOW)
    ledger.use(IMSI, RANDOM, bytes(16), NOW)
    ledger.use(IMSI, TAGGED, tagged(5), NOW)


@pytest.mark.parametrize(
    ("history", "counter", "accepted"),
    [
        ((), 0, True),
        ((), LIMIT, True),
        ((), LIMIT + 1, False),  # ahead of the clock
        ((100,), 100, False),
        ((100,), 101, True),
        ((100,), 99, True),  # disorder
        ((100,), 37, True),  # last - 64 < counter
        ((100,), 36, False),
        ((100, 37), 37, False),
        ((37, 100), 37, False),
        ((36, 100), 37, True),
        ((100, 163), 100, False),
        ((100, 164), 100, False),  # fell out of the window
        ((100, 164), 101, True),
        ((100, 1000), 999, True),
        ((100, 1000), 100, False),
        ((100, LIMIT), LIMIT - 63, True),
        ((0,), 0, False),
    ],
)
def test_counters_in_a_window_of_64(history: tuple[int, ...], counter: int, accepted: bool) -> None:
    assert accepts(used(*history), counter) == accepted


def test_the_limit_moves_with_the_clock() -> None:
    ledger = FreshnessLedger()
    assert not accepts(ledger, LIMIT + 10)
    assert accepts(ledger, LIMIT + 10, NOW + 10)
    assert not accepts(ledger, 0xFFFFFFFF)


def test_the_random_part_of_a_tagged_rand_makes_no_difference() -> None:
    ledger = used(7)
    with pytest.raises(RandNotFresh):
        ledger.use(IMSI, TAGGED, tagged(7, b"\xff" * 8), NOW)
    ledger.use(OTHER, TAGGED, tagged(7), NOW)


def test_the_formats_share_nothing_but_the_imsi() -> None:
    ledger = used(7)
    ledger.use(IMSI, RANDOM, tagged(7), NOW)
    assert not accepts(ledger, 7)


class Model:
    """Sets instead of bits: every counter that was ever used."""

    def __init__(self) -> None:
        self.used: set[int] = set()

    def accepts(self, counter: int, limit: int) -> bool:
        behind = counter <= max(self.used, default=-WINDOW) - WINDOW
        return not behind and counter not in self.used and counter <= limit


COUNTERS = st.lists(st.integers(0, 400) | st.integers(LIMIT - 100, LIMIT + 5), max_size=80)


@given(COUNTERS)
def test_any_order_agrees_with_the_model(counters: list[int]) -> None:
    ledger, model = FreshnessLedger(), Model()
    for counter in counters:
        expected = model.accepts(counter, LIMIT)
        assert accepts(ledger, counter) == expected
        if expected:
            ledger.use(IMSI, TAGGED, tagged(counter), NOW)
            model.used.add(counter)


@given(st.permutations(list(range(1000, 1064))))
def test_a_whole_window_in_any_order_is_accepted_once(counters: list[int]) -> None:
    ledger = used(*counters)
    assert not any(accepts(ledger, counter) for counter in range(1064))
    assert accepts(ledger, 1064)
