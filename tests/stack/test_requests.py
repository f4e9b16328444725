"""Requests under way: identifiers, deadlines, and a model to compare with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.requests import Outstanding

MKR, DWR = 16777214, 280


def test_identifiers_count_from_the_first_and_wrap_at_32_bits() -> None:
    outstanding = Outstanding(0xFFFFFFFE)
    assert [outstanding.add(1.0, MKR) for _ in range(3)] == [0xFFFFFFFE, 0xFFFFFFFF, 0]


def test_an_identifier_in_use_is_not_given_again() -> None:
    """RFC 6733 clause 3: unique on the connection at any time, also after 2^32 requests."""
    outstanding = Outstanding(0xFFFFFFFE)
    for _ in range(2):
        outstanding.add(1.0, MKR)
    outstanding._next = 0xFFFFFFFE
    assert outstanding.add(1.0, MKR) == 0


def test_an_answer_of_another_command_is_not_the_one() -> None:
    outstanding = Outstanding(7)
    identifier = outstanding.add(10.0, DWR)
    assert not outstanding.take(identifier, MKR)
    assert outstanding.take(identifier, DWR)


def test_what_is_forgotten_is_not_awaited() -> None:
    outstanding = Outstanding(7)
    outstanding.forget(outstanding.add(10.0, MKR))
    outstanding.forget(99)
    assert not outstanding.take(7, MKR)
    assert (len(outstanding), outstanding.deadline) == (0, None)


def test_an_answer_is_taken_once() -> None:
    outstanding = Outstanding(7)
    identifier = outstanding.add(10.0, MKR)
    assert not outstanding.take(identifier + 1, MKR)
    assert outstanding.take(identifier, MKR)
    assert not outstanding.take(identifier, MKR)
    assert len(outstanding) == 0


def test_the_earliest_deadline_counts() -> None:
    outstanding = Outstanding(0)
    for deadline in (30.0, 10.0, 20.0, float("inf")):
        outstanding.add(deadline, MKR)
    assert outstanding.deadline == 10.0
    assert outstanding.expire(9.999) == []
    assert outstanding.expire(20.0) == [1, 2]
    assert outstanding.deadline == 30.0
    assert outstanding.take(0, MKR)
    assert outstanding.deadline == float("inf")
    assert outstanding.expire(1e9) == []


def test_nothing_under_way_has_no_deadline() -> None:
    assert Outstanding(0).deadline is None


@pytest.mark.parametrize("count", [0, 1, 5])
def test_drain_gives_up_everything(count: int) -> None:
    outstanding = Outstanding(3)
    added = [outstanding.add(float(i), MKR) for i in range(count)]
    assert outstanding.drain() == added
    assert (len(outstanding), outstanding.deadline) == (0, None)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 20)),
        st.tuples(st.just("take"), st.integers(0, 30)),
        st.tuples(st.just("expire"), st.integers(0, 20)),
        st.tuples(st.just("drain"), st.just(0)),
    ),
    max_size=60,
)


@given(STEPS)
def test_any_order_agrees_with_a_dictionary(steps: list[tuple[str, int]]) -> None:
    outstanding, model = Outstanding(0), dict[int, int]()
    for step, value in steps:
        if step == "add":
            model[outstanding.add(value, MKR)] = value
        elif step == "take":
            assert outstanding.take(value, MKR) == (model.pop(value, None) is not None)
        elif step == "expire":
            over = {i for i, deadline in model.items() if deadline <= value}
            assert set(outstanding.expire(value)) == over
            model = {i: d for i, d in model.items() if i not in over}
        else:
            assert outstanding.drain() == sorted(model)
            model.clear()
        assert outstanding.deadline == min(model.values(), default=None)
        assert len(outstanding) == len(model)
