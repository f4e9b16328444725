"""The timer of a machine: rung at its next deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Alarm:
    """Calls `ring` with the time when a deadline has come, or earlier: `ring` sets it again.

    A deadline that moves away does not touch the loop: the alarm rings in vain once.
    """

    def __init__(self, timer: Callable[[], float], ring: Callable[[float], None]) -> None:
        self._timer = timer
        self._ring = ring
        self._deadline: float | None = None
        self._handle: asyncio.TimerHandle | None = None

    def set(self, deadline: float | None) -> None:
        """The next deadline; None asks for nothing more."""
        if deadline is None:
            self.cancel()
        elif self._deadline is None or deadline < self._deadline:
            self.cancel()
            self._deadline = deadline
            delay_s = max(0.0, deadline - self._timer())
            self._handle = asyncio.get_running_loop().call_later(delay_s, self._rings)

    def cancel(self) -> None:
        """Ring no more."""
        self._deadline = None
        if self._handle is not None:
            self._handle.cancel()

    def _rings(self) -> None:
        self._deadline = None
        self._ring(self._timer())
