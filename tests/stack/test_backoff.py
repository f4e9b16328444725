"""Pauses between attempts."""

from __future__ import annotations

import pytest

from mkef.stack.backoff import Backoff


@pytest.mark.parametrize(("share", "factor"), [(0.0, 0.75), (0.5, 1.0), (1.0, 1.25)])
def test_pauses_double_up_to_the_longest(share: float, factor: float) -> None:
    backoff = Backoff(0.1, 1.0, lambda: share)
    pauses = [backoff.pause() / factor for _ in range(6)]
    assert pauses == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.0, 1.0])
    backoff.reset()
    assert backoff.pause() == pytest.approx(0.1 * factor)
