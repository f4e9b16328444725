"""Token buckets with exact times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.quota import HOUR_S, Quota


def test_a_full_bucket_gives_its_capacity_and_no_more() -> None:
    quota = Quota[str](3)
    assert [quota.take("a", 10.0) for _ in range(4)] == [True, True, True, False]


@given(per_hour=st.integers(1, 300), now=st.floats(0, 1e7))
def test_rounding_costs_no_token_and_gives_none(per_hour: int, now: float) -> None:
    quota = Quota[str](per_hour)
    assert [quota.take("a", now) for _ in range(per_hour + 2)] == [True] * per_hour + [False] * 2


def test_it_fills_evenly() -> None:
    quota = Quota[str](4)
    for _ in range(4):
        quota.take("a", 0.0)
    assert not quota.take("a", HOUR_S / 4 - 1)
    assert quota.take("a", HOUR_S / 4)
    assert quota.level("a", HOUR_S / 2) == pytest.approx(1)


@given(per_hour=st.integers(1, 300), now=st.floats(0, 1e7), later=st.floats(0, 2 * HOUR_S))
def test_it_says_when_the_next_token_comes(per_hour: int, now: float, later: float) -> None:
    quota = Quota[str](per_hour)
    assert quota.wait_s("a", now) == 0
    while quota.take("a", now):
        pass
    assert quota.wait_s("a", now) == pytest.approx(HOUR_S / per_hour, abs=0.01)
    now += later
    now += quota.wait_s("a", now) + 1e-6
    assert quota.wait_s("a", now) == 0
    assert quota.take("a", now)


def test_it_never_overflows() -> None:
    quota = Quota[str](2)
    quota.take("a", 0.0)
    assert quota.level("a", 100 * HOUR_S) == 2


def test_keys_do_not_share() -> None:
    quota = Quota[str](1)
    assert quota.take("a", 0.0)
    assert quota.take("b", 0.0)
    assert not quota.take("a", 0.0)


def test_a_refusal_costs_nothing() -> None:
    quota = Quota[str](1)
    quota.take("a", 0.0)
    for now in range(1, 100):
        quota.take("a", float(now))
    assert quota.take("a", HOUR_S)


def test_full_buckets_are_forgotten() -> None:
    quota = Quota[int](10)
    for key in range(100):
        quota.take(key, 0.0)
    assert len(quota) == 100
    quota.take(0, 2 * HOUR_S)
    assert len(quota) == 1


@pytest.mark.parametrize("per_hour", [0, -1])
def test_a_quota_is_positive(per_hour: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Quota[str](per_hour)


@given(
    per_hour=st.integers(1, 50),
    steps=st.lists(st.tuples(st.integers(0, 3), st.floats(0, 2 * HOUR_S)), max_size=60),
)
def test_any_hour_gives_at_most_twice_the_capacity(
    per_hour: int, steps: list[tuple[int, float]]
) -> None:
    """A full bucket and an hour's refill: whatever comes when, for each key alone."""
    quota, now, granted = Quota[int](per_hour), 0.0, list[tuple[int, float]]()
    for key, pause in steps:
        now += pause
        assert 0 <= quota.level(key, now) <= per_hour
        if quota.take(key, now):
            granted.append((key, now))
    for key, at in granted:
        within = [t for k, t in granted if k == key and at <= t < at + HOUR_S]
        assert len(within) <= 2 * per_hour
