"""The watchdog of RFC 3539 clause 3.4.1 with exact times."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.watchdog import WATCHDOG, Health, Heard, Step, Watchdog

TW = 30.0
START = 100.0


def make(jitter_s: float = 0.0, *, reopened: bool = False) -> Watchdog:
    return Watchdog(TW, lambda: jitter_s, START, reopened=reopened)


def test_silence_leads_down_in_three_steps() -> None:
    watchdog = make()
    moments = (129.999, 130.0, 159.999, 160.0, 189.999, 190.0, 250.0)
    seen = [(now, watchdog.tick(now), watchdog.health) for now in moments]
    assert seen == [
        (129.999, None, Health.OKAY),
        (130.0, Step.SEND_DWR, Health.ASKED),
        (159.999, None, Health.ASKED),
        (160.0, Step.FAIL_OVER, Health.SUSPECT),
        (189.999, None, Health.SUSPECT),
        (190.0, Step.CLOSE, Health.DOWN),
        (250.0, None, Health.DOWN),
    ]


# (timers that have expired, what is heard, then): the rows of OKAY and SUSPECT.
ROWS: list[tuple[int, str, Health, Step | None]] = [
    (0, "heard", Health.OKAY, None),
    (0, "answered", Health.OKAY, None),
    (1, "heard", Health.ASKED, None),
    (1, "answered", Health.OKAY, None),
    (2, "heard", Health.ASKED, Step.FAIL_BACK),
    (2, "answered", Health.OKAY, Step.FAIL_BACK),
]


@pytest.mark.parametrize(("expired", "how", "health", "step"), ROWS)
def test_what_is_heard(expired: int, how: str, health: Health, step: Step | None) -> None:
    """Only a DWA ends the wait for a DWA; anything starts the timer anew."""
    watchdog = make()
    for _ in range(expired):
        watchdog.tick(watchdog.deadline)
    assert getattr(watchdog, how)(170.0) is step
    assert (watchdog.health, watchdog.deadline) == (health, 200.0)
    assert watchdog.trusted


def test_three_answers_reopen() -> None:
    """DWR at once, then one each Tw; what else comes meanwhile proves nothing."""
    watchdog = make(reopened=True)
    assert (watchdog.trusted, watchdog.reopening, watchdog.deadline) == (False, True, START)
    log: list[tuple[float, Any]] = []
    now = START
    while watchdog.reopening:
        now = watchdog.deadline
        log.append((now, watchdog.tick(now)))
        assert watchdog.heard(now + 0.5) is None
        log.append((now + 1, watchdog.answered(now + 1)))
    assert log == [
        (100.0, Step.SEND_DWR),
        (101.0, None),
        (131.0, Step.SEND_DWR),
        (132.0, None),
        (162.0, Step.SEND_DWR),
        (163.0, Step.FAIL_BACK),
    ]
    assert (watchdog.health, watchdog.trusted) == (Health.OKAY, True)


def test_one_silence_starts_the_count_again_and_two_end_it() -> None:
    watchdog = make(reopened=True)
    watchdog.tick(100.0)
    watchdog.answered(101.0)
    watchdog.tick(131.0)
    assert watchdog.tick(161.0) is None  # NumDWA = -1
    steps = []
    for _ in range(4):
        steps.append(watchdog.answered(watchdog.deadline - 1))
        watchdog.tick(watchdog.deadline)
    assert steps == [None, None, None, Step.FAIL_BACK]
    silent = make(reopened=True)
    assert [silent.tick(now) for now in (100.0, 130.0, 160.0)] == [Step.SEND_DWR, None, Step.CLOSE]
    assert silent.health is Health.DOWN


def test_silence_that_is_not_the_peers_is_excused() -> None:
    watchdog = make()
    watchdog.tick(130.0)
    watchdog.excuse(150.0)
    assert (watchdog.tick(160.0), watchdog.health, watchdog.deadline) == (None, Health.ASKED, 180.0)
    assert watchdog.tick(180.0) is Step.FAIL_OVER


@pytest.mark.parametrize("jitter_s", [-2.0, 0.0, 1.5, 2.0])
def test_jitter_is_added_to_each_timer(jitter_s: float) -> None:
    watchdog = make(jitter_s)
    assert watchdog.deadline == 130.0 + jitter_s
    watchdog.heard(110.0)
    assert watchdog.deadline == 140.0 + jitter_s
    watchdog.tick(watchdog.deadline)
    assert watchdog.deadline == 170.0 + 2 * jitter_s


def test_every_health_has_a_row_for_silence() -> None:
    silent = {health for health, heard in WATCHDOG if heard is Heard.NOTHING}
    assert silent == set(Health) - {Health.DOWN, Health.REOPEN_ASKED}


@given(
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(Heard), st.floats(0, 100)), max_size=60),
)
def test_any_history_keeps_the_promises(reopened: bool, history: list[tuple[Heard, float]]) -> None:
    """A fail-over is followed by a fail-back or a close, a close by nothing; no DWR within Tw."""
    watchdog, now, steps = make(reopened=reopened), START, list[Step]()
    asked = START - TW
    for heard, pause in history:
        now += pause
        if watchdog.health is Health.DOWN:
            assert watchdog.tick(now) is None
            return
        if heard is Heard.NOTHING:
            step = watchdog.tick(now)
        else:
            step = watchdog.answered(now) if heard is Heard.DWA else watchdog.heard(now)
        if step is Step.SEND_DWR:
            assert now >= asked + TW
            asked = now
        elif step is not None:
            steps.append(step)
    for first, second in pairwise(steps):
        assert first is not Step.CLOSE
        assert first is not Step.FAIL_OVER or second in {Step.FAIL_BACK, Step.CLOSE}
