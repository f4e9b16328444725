"""The watchdog of RFC 3539 clause 3.4.1 with exact times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.watchdog import EXPIRY, Health, Step, Watchdog

TW = 30.0


def make(jitter_s: float = 0.0, now: float = 100.0) -> Watchdog:
    return Watchdog(TW, lambda: jitter_s, now)


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


@pytest.mark.parametrize("ticks", [0, 1, 2])
def test_whatever_is_heard_leads_back(ticks: int) -> None:
    watchdog = make()
    for _ in range(ticks):
        watchdog.tick(watchdog.deadline)
    watchdog.heard(170.0)
    assert (watchdog.health, watchdog.deadline) == (Health.OKAY, 200.0)


@pytest.mark.parametrize("jitter_s", [-2.0, 0.0, 1.5, 2.0])
def test_jitter_is_added_to_each_timer(jitter_s: float) -> None:
    watchdog = make(jitter_s)
    assert watchdog.deadline == 130.0 + jitter_s
    watchdog.heard(110.0)
    assert watchdog.deadline == 140.0 + jitter_s
    watchdog.tick(watchdog.deadline)
    assert watchdog.deadline == 170.0 + 2 * jitter_s


def test_every_health_has_its_row() -> None:
    assert set(EXPIRY) == set(Health) - {Health.DOWN}


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 100)), max_size=40))
def test_any_history_gives_steps_in_order(history: list[tuple[bool, float]]) -> None:
    """Between two things heard come at most DWR, fail-over and close, each a Tw apart."""
    watchdog, now, steps = make(), 100.0, list[Step]()
    order = [Step.SEND_DWR, Step.FAIL_OVER, Step.CLOSE]
    for heard, pause in history:
        now += pause
        if heard and watchdog.health is not Health.DOWN:
            watchdog.heard(now)
            steps.clear()
            assert watchdog.deadline == now + TW
        elif (step := watchdog.tick(now)) is not None:
            steps.append(step)
            assert watchdog.deadline == now + TW
        assert steps == order[: len(steps)]
