"""The end of a connection in good order, which takes only so long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

# What was written before the end waits so long for a peer that does not read.
CLOSE_S = 3.0


class Closing:
    """Calls `give_up` unless the connection is over in time."""

    def __init__(self, give_up: Callable[[], object]) -> None:
        self._give_up = give_up
        self._handle: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """The time runs from the first call."""
        if self._handle is None:
            self._handle = asyncio.get_running_loop().call_later(CLOSE_S, self._give_up)

    def over(self) -> None:
        """The connection has ended: no timer holds it any more."""
        if self._handle is not None:
            self._handle.cancel()
