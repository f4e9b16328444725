"""Requests that came before (RFC 6733 clauses 3, 5.5.4)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.duplicates import Duplicates, Identity

WINDOW_S = 60.0


def identity(end_to_end: int = 1) -> Identity:
    return Identity("mtc.example", end_to_end, bytes(16))


def test_a_request_is_known_for_the_window() -> None:
    seen: Duplicates[str, str] = Duplicates(WINDOW_S, 10)
    assert seen.find(identity()) is None
    entry = seen.begin(identity(), 100.0)
    assert seen.find(identity()) is entry
    assert seen.forget(159.9) == 160.0
    assert seen.find(identity()) is entry
    assert seen.forget(160.0) is None
    assert seen.find(identity()) is None


def test_every_part_of_the_identity_counts() -> None:
    seen: Duplicates[str, str] = Duplicates(WINDOW_S, 10)
    seen.begin(identity(), 100.0)
    same = identity()
    for other in (
        same._replace(origin_host="other.example"),
        same._replace(end_to_end=2),
        same._replace(digest=bytes(15) + b"1"),
    ):
        assert seen.find(other) is None


def test_nothing_is_left_when_it_is_cleared() -> None:
    seen: Duplicates[str, str] = Duplicates(WINDOW_S, 10)
    seen.begin(identity(), 100.0)
    seen.clear()
    assert (len(seen), seen.find(identity()), seen.forget(100.0)) == (0, None, None)


@given(st.lists(st.floats(0, 30), max_size=60))
def test_memory_is_bounded_by_number_and_age(pauses: list[float]) -> None:
    seen: Duplicates[str, str] = Duplicates(WINDOW_S, 10)
    now, times = 0.0, list[float]()
    for number, pause in enumerate(pauses):
        now += pause
        times.append(now)
        seen.begin(identity(number), now)
        living = [n for n, t in enumerate(times) if t + WINDOW_S > now][-10:]
        assert len(seen) == len(living)
        assert all(seen.find(identity(n)) is not None for n in living)
