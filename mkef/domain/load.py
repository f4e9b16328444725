"""How much this MKEF takes on at once: for all servers together, and for each of them.

The limit follows what can be done: keys that take longer than the best did stand in a queue of our
own, so fewer requests are let in until they do not (as CoDel, RFC 8289, judges a queue by the
smallest delay of an interval). An HLR that has become slow is no queue: what takes as long when few
are under way is the new best.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from mkef.domain.errors import Overloaded

LEAST = 256  # requests under way that are always let in, or `most` if that is less
INTERVAL_S = 0.1
DELAY_S = 0.2  # that a key may take longer than the best
_LESS, _MORE = 0.8, 1.1


@dataclass(slots=True)
class Limit:
    """Requests that may be under way, `most` at most; times are of a clock that is never set."""

    most: int = 1000
    current: float = 0.0
    reached: bool = False  # in this interval
    _best_s: float = float("inf")
    _smallest_s: float = float("inf")  # of this interval
    _ends: float = 0.0

    def __post_init__(self) -> None:
        self.current = min(LEAST, self.most)

    def released(self, seconds: float, now: float) -> None:
        """A key took so long, from when it was asked for until it was on the ledger."""
        self._smallest_s = min(self._smallest_s, seconds)
        if now >= self._ends:
            self._adjust()
            self._smallest_s, self.reached = float("inf"), False
            self._ends = now + INTERVAL_S

    def _adjust(self) -> None:
        least = min(LEAST, self.most)
        self._best_s = min(self._best_s, self._smallest_s)
        if self._smallest_s <= self._best_s + DELAY_S:
            if self.reached:
                self.current = min(self.most, self.current * _MORE)
        elif self.current > least:
            self.current = max(least, self.current * _LESS)
        else:
            self._best_s = self._smallest_s


@dataclass(slots=True)
class Load:
    """Counts what is under way; one server never takes all that there is."""

    most: int = 1000
    most_per_server: int = 500
    limit: Limit = field(init=False)
    _running: Counter[str] = field(default_factory=Counter)
    _total: int = 0

    def __post_init__(self) -> None:
        self.limit = Limit(self.most)

    @property
    def total(self) -> int:
        """Requests under way."""
        return self._total

    def busy(self, total: int, of_server: int) -> str | None:
        """Why no more are taken on while so many are under way, of this server among them."""
        limit = self.limit
        if total >= limit.current:
            limit.reached = True
            return "too many requests under way"
        if of_server * self.most >= limit.current * self.most_per_server:
            limit.reached = True
            return "too many requests of this server under way"
        return None

    def begin(self, host: str) -> None:
        """A request of this server, until `end`; or Overloaded."""
        reason = self.busy(self._total, self._running[host])
        if reason is not None:
            raise Overloaded(reason)
        self._running[host] += 1
        self._total += 1

    def end(self, host: str) -> None:
        """What was begun is over."""
        self._total -= 1
        self._running[host] -= 1
        if not self._running[host]:
            del self._running[host]
