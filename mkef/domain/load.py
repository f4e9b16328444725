"""How many requests may be at the HLRs at once: for all servers together, and for each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mkef.domain.errors import Overloaded


@dataclass(slots=True)
class Load:
    """Counts what is under way; one server never takes all that there is."""

    most: int = 1000
    most_per_server: int = 500
    _running: Counter[str] = field(default_factory=Counter)
    _total: int = 0

    @property
    def total(self) -> int:
        """Requests under way."""
        return self._total

    @contextmanager
    def one(self, host: str) -> Iterator[None]:
        """A request of this server while the block runs, or Overloaded."""
        if self._total >= self.most:
            raise Overloaded(f"{self._total} requests under way")
        if self._running[host] >= self.most_per_server:
            raise Overloaded(f"{self._running[host]} requests of this server under way")
        self._running[host] += 1
        self._total += 1
        try:
            yield
        finally:
            self._total -= 1
            self._running[host] -= 1
            if not self._running[host]:
                del self._running[host]
