"""The Diameter watchdog of one connection (RFC 3539 clause 3.4.1)."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto


class Health(Enum):
    """What the watchdog thinks of the peer."""

    OKAY = auto()  # heard of within Tw
    ASKED = auto()  # OKAY with a DWR pending
    SUSPECT = auto()  # no answer within Tw: no new requests
    DOWN = auto()  # no answer within another Tw: close


class Step(Enum):
    """What the owner does when the timer expires."""

    SEND_DWR = auto()
    FAIL_OVER = auto()
    CLOSE = auto()


# RFC 3539 clause 3.4.1, "Timer expires"; anything received leads back to OKAY.
EXPIRY = {
    Health.OKAY: (Health.ASKED, Step.SEND_DWR),
    Health.ASKED: (Health.SUSPECT, Step.FAIL_OVER),
    Health.SUSPECT: (Health.DOWN, Step.CLOSE),
}


class Watchdog:
    """Tw in seconds; `jitter` yields seconds to add each time, from -2 to 2 (clause 3.4.1)."""

    def __init__(self, tw_s: float, jitter: Callable[[], float], now: float) -> None:
        self._tw_s = tw_s
        self._jitter = jitter
        self.health = Health.OKAY
        self.deadline = now
        self._restart(now)

    def _restart(self, now: float) -> None:
        self.deadline = now + self._tw_s + self._jitter()

    def heard(self, now: float) -> None:
        """Any message from the peer."""
        self.health = Health.OKAY
        self._restart(now)

    def tick(self, now: float) -> Step | None:
        """What to do if the timer has expired."""
        if now < self.deadline or self.health not in EXPIRY:
            return None
        self.health, step = EXPIRY[self.health]
        self._restart(now)
        return step
