"""A RAND yields a key once (protocol.md clauses 3 and 5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mkef.domain.errors import RandNotFresh
from mkef.domain.freshness import AHEAD, WINDOW, Answered, Counter, Spent, Use, check_fresh
from mkef_codecs.establishment import COUNTER_EPOCH as EPOCH
from mkef_codecs.identity import Imsi

IMSI = Imsi("001010123456789")
NOW = EPOCH + 1_000_000.0
LIMIT = 1_000_000 + (1 << 20)


def tagged(counter: int) -> Use:
    rand = b"MTCR" + counter.to_bytes(4, "big") + bytes(8)
    return Use(IMSI, rand, tagged=True, digest=b"d" * 32, server_id="mtc.example")


RANDOM = Use(IMSI, bytes(16), tagged=False, digest=b"d" * 32, server_id="mtc.example")


def known(*counters: int) -> Counter | None:
    counter = None
    for used in counters:
        counter = Counter(used) if counter is None else counter.use(used)
    return counter


def accepts(use: Use, spent: Spent, now: float = NOW) -> bool:
    try:
        return check_fresh(use, spent, now) is None
    except RandNotFresh:
        return False


def test_constants_of_the_protocol() -> None:
    assert (WINDOW, AHEAD) == (64, 2**20)


def test_a_random_rand_is_fresh_until_it_was_used() -> None:
    assert accepts(RANDOM, Spent())
    assert not accepts(RANDOM, Spent(rand=True))
    assert not accepts(RANDOM, Spent(rand=True), NOW + 1e9)


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
        ((100, 99), 99, False),
        ((100, 99), 98, True),
        ((99, 100), 99, False),
        ((10, 73), 10, False),
        ((10, 73), 11, True),
        ((10, 74), 10, False),  # out of the window
        ((10, 74), 11, True),
        ((10, 1000), 999, True),
        ((10, 1000), 936, False),
        ((0, LIMIT), LIMIT - 63, True),
    ],
)
def test_counters(history: tuple[int, ...], counter: int, accepted: bool) -> None:
    assert accepts(tagged(counter), Spent(counter=known(*history))) is accepted


def test_the_clock_moves_the_limit() -> None:
    assert not accepts(tagged(LIMIT + 1), Spent())
    assert accepts(tagged(LIMIT + 1), Spent(), NOW + 1)
    assert not accepts(tagged(LIMIT), Spent(), NOW - 1)


ANSWERED = Answered(RANDOM.request, at=NOW, until=NOW + 60, expires_at=int(NOW) + 86_400)


@pytest.mark.parametrize("use", [RANDOM, tagged(7)], ids=["random", "tagged"])
@pytest.mark.parametrize(
    ("now", "server_id", "same"),
    [
        (NOW, "mtc.example", True),
        (NOW + 59.9, "mtc.example", True),
        (NOW + 60, "mtc.example", False),
        (NOW - 10, "mtc.example", True),  # the clock of another MKEF
        (NOW - 10.1, "mtc.example", False),  # a clock set back: its age cannot be told
        (NOW, "other.example", False),  # another identity would be another key
    ],
)
def test_the_same_request_has_the_same_answer_for_a_while(
    use: Use, now: float, server_id: str, same: bool
) -> None:
    spent = Spent(rand=True, counter=Counter(7), answered=ANSWERED)
    asked = replace(use, server_id=server_id)
    if same:
        assert check_fresh(asked, spent, now) is ANSWERED
        return
    with pytest.raises(RandNotFresh):
        check_fresh(asked, spent, now)


@given(st.lists(st.integers(0, 300), max_size=80))
def test_the_window_agrees_with_a_set(counters: list[int]) -> None:
    """Every counter once, unless it is 64 or more behind the highest."""
    used: set[int] = set()
    state: Counter | None = None
    for counter in counters:
        fresh = counter not in used and (not used or counter > max(used) - WINDOW)
        assert accepts(tagged(counter), Spent(counter=state)) is fresh
        if fresh:
            state = Counter(counter) if state is None else state.use(counter)
            used.add(counter)
            assert state.last == max(used)
            assert state.used < 1 << WINDOW
