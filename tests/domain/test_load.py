"""How much is taken on at once, and how that follows what can be done."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.domain.errors import Overloaded
from mkef.domain.load import DELAY_S, INTERVAL_S, LEAST, Limit, Load

QUICK, SLOW, HIGH = 0.01, 0.01 + DELAY_S + 0.01, 600


def test_one_server_never_takes_all_there_is() -> None:
    load = Load(most=3, most_per_server=2)
    load.begin("a")
    load.begin("a")
    with pytest.raises(Overloaded, match="of this server"):
        load.begin("a")
    load.begin("b")
    with pytest.raises(Overloaded, match="too many"):
        load.begin("c")
    load.end("b")
    assert load.total == 2
    load.end("a")
    load.end("a")
    assert (load.total, len(load._running)) == (0, 0)


def test_a_server_has_its_part_of_what_the_limit_is_now() -> None:
    load = Load(most=1000, most_per_server=500)
    assert load.limit.current == LEAST
    assert not load.busy(LEAST - 1, LEAST // 2 - 1)
    assert load.busy(LEAST - 1, LEAST // 2)
    assert load.busy(LEAST, 0)


class Intervals:
    """A limit that is told how long keys take, interval by interval."""

    def __init__(self, most: int = 1000) -> None:
        self.limit = Limit(most)
        self.now = 0.0
        self.pass_one(QUICK)

    def raised(self) -> Intervals:
        """So that it can fall."""
        while self.limit.current < HIGH:
            self.pass_one(QUICK, reached=True)
        return self

    def pass_one(self, *seconds: float, reached: bool = False) -> float:
        for each in seconds[:-1]:
            self.limit.released(each, self.now)
        self.limit.reached |= reached
        self.now += INTERVAL_S
        self.limit.released(seconds[-1], self.now)
        return self.limit.current


@pytest.mark.parametrize(
    ("seconds", "reached", "factor"),
    [
        ((QUICK,), False, 1.0),  # it is not in the way
        ((QUICK,), True, 1.1),
        ((SLOW, QUICK, SLOW), True, 1.1),  # the smallest delay of an interval decides
        ((SLOW,), False, 0.8),
        ((SLOW,), True, 0.8),
        ((SLOW, SLOW), True, 0.8),
    ],
)
def test_the_limit_after_an_interval(
    seconds: tuple[float, ...], reached: bool, factor: float
) -> None:
    intervals = Intervals().raised()
    before = intervals.limit.current
    assert intervals.pass_one(*seconds, reached=reached) == pytest.approx(before * factor)


def test_the_limit_has_bounds() -> None:
    intervals = Intervals()
    assert [intervals.pass_one(QUICK, reached=True) for _ in range(40)][-1] == 1000
    assert [intervals.pass_one(SLOW + n, reached=True) for n in range(6)][-1] > LEAST
    assert intervals.pass_one(SLOW + 6, reached=True) == LEAST


def test_a_small_most_is_kept() -> None:
    intervals = Intervals(most=3)
    assert {intervals.pass_one(s, reached=True) for s in (QUICK, SLOW, QUICK, SLOW)} == {3}


def test_an_hlr_that_has_become_slow_is_no_queue() -> None:
    """What takes as long at the lowest limit is how long it takes: the limit may rise again."""
    intervals = Intervals().raised()
    while intervals.pass_one(SLOW * 5) > LEAST:
        pass
    intervals.pass_one(SLOW * 5)
    assert intervals.pass_one(SLOW * 5, reached=True) > LEAST


def test_one_key_in_a_long_time_is_an_interval_too() -> None:
    limit = Limit()
    for hour in range(5):
        limit.released(QUICK, hour * 3600.0)
    assert limit.current == LEAST


@given(
    st.integers(1, 5000),
    st.lists(st.tuples(st.floats(0, 30), st.floats(0, 1), st.booleans())),
)
def test_whatever_happens_the_limit_stays_in_its_bounds(
    most: int, events: list[tuple[float, float, bool]]
) -> None:
    limit, now = Limit(most), 0.0
    for seconds, passed, reached in events:
        now += passed
        limit.reached |= reached
        limit.released(seconds, now)
        assert min(LEAST, most) <= limit.current <= most


def test_a_queue_of_our_own_settles_near_its_delay() -> None:
    """So many under way as are let in, each done in its turn: 1,000 a second, 20 ms at the HLR."""
    limit, now, rate, hlr_s = Limit(), INTERVAL_S, 1000.0, 0.02
    limit.released(hlr_s, 0.0)  # the first key of all waits for nobody
    for _ in range(200):
        limit.reached = True
        waits = max(0.0, limit.current / rate - hlr_s)
        limit.released(hlr_s + waits, now)
        now += INTERVAL_S
    assert LEAST <= limit.current <= (LEAST / rate + DELAY_S) * rate * 1.1
