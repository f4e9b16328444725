"""Pauses between attempts to connect."""

from __future__ import annotations

from collections.abc import Callable


class Backoff:
    """Doubles from `first_s` to `longest_s`, each a quarter shorter or longer by chance.

    `share` yields numbers from 0 to 1.
    """

    def __init__(self, first_s: float, longest_s: float, share: Callable[[], float]) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._share = share
        self._next_s = first_s

    def pause(self) -> float:
        """Seconds to wait before the next attempt."""
        pause = self._next_s * (0.75 + self._share() / 2)
        self._next_s = min(self._next_s * 2, self._longest_s)
        return pause

    def reset(self) -> None:
        """A connection was up: begin anew."""
        self._next_s = self._first_s
