"""A circuit breaker for each HLR: one that does not answer is left alone for a while."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

# An HLR that does not know the variant is not asked again for so long (protocol.md clause 5).
INCAPABLE_S = 600.0


class State(Enum):
    """What may be asked of an HLR."""

    CLOSED = "up"  # everything
    OPEN = "down"  # nothing
    HALF_OPEN = "probed"  # one request, which decides
    INCAPABLE = "incapable"  # nothing: it does not know the variant


@dataclass(slots=True)
class Breaker:
    """Opens after `threshold` failures in a row, and lets one request through `open_s` later.

    A failure is silence or the want of a way; an HLR that says no is alive.
    """

    threshold: int = 5
    open_s: float = 10.0
    _failures: int = 0
    _closed_until: float | None = None  # when nothing may be asked; None: all may be
    _incapable: bool = False
    _probing: bool = False

    def state(self, now: float) -> State:
        """What it is at this time."""
        if self._closed_until is None:
            return State.CLOSED
        if self._probing or now >= self._closed_until:
            return State.HALF_OPEN
        return State.INCAPABLE if self._incapable else State.OPEN

    def left_alone_s(self, now: float) -> float:
        """How long nothing may be asked, in seconds."""
        return max(0.0, (self._closed_until or now) - now)

    def admits(self, now: float) -> bool:
        """Whether the HLR may be asked."""
        return self._closed_until is None or (not self._probing and now >= self._closed_until)

    def begin(self) -> None:
        """A request goes to the HLR, which `admits` allowed: the probe, if the circuit is open."""
        self._probing = self._closed_until is not None

    def answered(self) -> None:
        """It answered something: it is there, which says nothing of what it knows."""
        self._failures = 0
        self._probing = False
        if not self._incapable:
            self._closed_until = None

    def capable(self) -> None:
        """It answered what it was asked."""
        self._incapable = False
        self.answered()

    def failed(self, now: float) -> None:
        """It did not answer."""
        self._failures += 1
        if self._probing or self._failures >= self.threshold:
            self._leave_alone(now + self.open_s, incapable=self._incapable)

    def incapable(self, now: float) -> None:
        """It answered with vectors of its own, or did not know the operation."""
        if self._probing or self._closed_until is None:
            self._leave_alone(now + INCAPABLE_S, incapable=True)

    def abandoned(self) -> None:
        """Nobody waits for the answer any more: the next request is the probe."""
        self._probing = False

    def _leave_alone(self, until: float, *, incapable: bool) -> None:
        self._closed_until = until
        self._incapable = incapable
        self._probing = False
