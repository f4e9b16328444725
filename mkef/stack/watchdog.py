"""The Diameter watchdog of one connection (RFC 3539 clause 3.4.1)."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

_REOPENED_AFTER = 3  # DWAs


class Health(Enum):
    """What the watchdog thinks of the peer; RFC 3539's Pending is part of the state here."""

    __hash__ = object.__hash__  # there is one of each; Enum's own hashes the name at each look-up

    OKAY = auto()
    ASKED = auto()  # OKAY with a DWR pending
    SUSPECT = auto()  # no DWA within Tw: requests fail over
    REOPEN = auto()  # connected again after a loss: three DWAs prove it
    REOPEN_ASKED = auto()  # REOPEN with a DWR pending
    DOWN = auto()  # close


class Heard(Enum):
    """What the watchdog is told."""

    DWA = auto()
    OTHER = auto()
    NOTHING = auto()  # the timer has expired


class Step(Enum):
    """What the owner does."""

    SEND_DWR = auto()
    FAIL_OVER = auto()
    FAIL_BACK = auto()
    CLOSE = auto()


# The rows of RFC 3539 clause 3.4.1 that change a state or ask for something. The two rows that
# count DWAs (REOPEN_ASKED) are in the code below.
WATCHDOG: dict[tuple[Health, Heard], tuple[Health, Step | None]] = {
    (Health.OKAY, Heard.NOTHING): (Health.ASKED, Step.SEND_DWR),
    (Health.ASKED, Heard.NOTHING): (Health.SUSPECT, Step.FAIL_OVER),
    (Health.ASKED, Heard.DWA): (Health.OKAY, None),
    (Health.SUSPECT, Heard.NOTHING): (Health.DOWN, Step.CLOSE),
    (Health.SUSPECT, Heard.DWA): (Health.OKAY, Step.FAIL_BACK),
    (Health.SUSPECT, Heard.OTHER): (Health.ASKED, Step.FAIL_BACK),
    (Health.REOPEN, Heard.NOTHING): (Health.REOPEN_ASKED, Step.SEND_DWR),
}
_TRUSTED = {Health.OKAY, Health.ASKED}
_REOPENING = {Health.REOPEN, Health.REOPEN_ASKED}


class Watchdog:
    """Tw in seconds; `jitter` yields seconds to add, from -2 to 2 (clause 3.4.1).

    The jitter is drawn anew each time the timer has expired. A `reopened` one begins in REOPEN with
    a DWR due at once.
    """

    def __init__(
        self, tw_s: float, jitter: Callable[[], float], now: float, *, reopened: bool = False
    ) -> None:
        self._tw_s = tw_s
        self._jitter = jitter
        self._interval_s = tw_s + jitter()
        self._answered = 0  # NumDWA
        self.health = Health.REOPEN if reopened else Health.OKAY
        self.deadline = now if reopened else now + self._interval_s

    @property
    def trusted(self) -> bool:
        """Whether the peer takes part in load: not in doubt, and not to be proved again."""
        return self.health in _TRUSTED

    @property
    def reopening(self) -> bool:
        """Whether the connection works but has not proved it long enough."""
        return self.health in _REOPENING

    def heard(self, now: float) -> Step | None:
        """Any message from the peer but a DWA; it proves nothing of a reopened connection."""
        if self.health in _REOPENING:
            return None
        self.deadline = now + self._interval_s
        if self.health is Health.SUSPECT:
            return self._step(Heard.OTHER)
        return None

    def answered(self, now: float) -> Step | None:
        """A DWA to a DWR of ours."""
        self.deadline = now + self._interval_s
        if self.health is not Health.REOPEN_ASKED:
            return self._step(Heard.DWA)
        self._answered += 1
        if self._answered < _REOPENED_AFTER:
            self.health = Health.REOPEN
            return None
        self.health = Health.OKAY
        return Step.FAIL_BACK

    def excuse(self, now: float) -> None:
        """Silence up to now is not the peer's."""
        self.deadline = max(self.deadline, now + self._interval_s)

    def tick(self, now: float) -> Step | None:
        """What to do if the timer has expired."""
        if now < self.deadline or self.health is Health.DOWN:
            return None
        self._interval_s = self._tw_s + self._jitter()
        self.deadline = now + self._interval_s
        if self.health is not Health.REOPEN_ASKED:
            return self._step(Heard.NOTHING)
        if self._answered < 0:
            self.health = Health.DOWN
            return Step.CLOSE
        self._answered = -1
        return None

    def _step(self, heard: Heard) -> Step | None:
        self.health, step = WATCHDOG.get((self.health, heard), (self.health, None))
        return step
