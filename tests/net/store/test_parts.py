"""Lists of few lengths for statements with a mark for each value."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mkef.net.database import parts


@given(st.lists(st.integers(), max_size=1000))
def test_parts_hold_all_values_in_their_order_and_no_others(values: list[int]) -> None:
    whole: list[int] = []
    for part in parts(values):
        missing = min(len(part), len(values) - len(whole))
        whole += part[:missing]
        assert set(part[missing:]) <= {part[0]}
    assert whole == values


@given(st.integers(1, 10_000))
def test_lengths_are_few(count: int) -> None:
    made = list(parts(range(count)))
    assert {len(part) for part in made} <= {2**n for n in range(9)} | {3 * 2**n for n in range(7)}
    assert sum(map(len, made)) < 1.5 * count
