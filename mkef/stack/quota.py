"""Token buckets: how much anyone may ask for, with no lock-outs (protocol.md clauses 5 and 8)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

HOUR_S = 3600.0

K = TypeVar("K", bound=Hashable)


class Quota(Generic[K]):
    """A bucket for each key: `per_hour` tokens when full, refilled evenly over an hour.

    A bucket is the one number that says when it will be full again. Full ones are forgotten as
    others are used, so at most the keys of the last hour take memory.
    """

    def __init__(self, per_hour: int) -> None:
        if per_hour < 1:
            raise ValueError("a quota is at least 1 an hour")
        self.capacity = per_hour
        self._interval_s = HOUR_S / per_hour
        self._full_at: dict[K, float] = {}

    def __len__(self) -> int:
        return len(self._full_at)

    def level(self, key: K, now: float) -> float:
        """Tokens that `key` has at `now`, 0 to the capacity."""
        missing = (self._full_at.get(key, now) - now) / self._interval_s
        return max(0.0, self.capacity - max(0.0, missing))

    def take(self, key: K, now: float) -> bool:
        """Take one token if there is one."""
        self._sweep(now)
        if self.level(key, now) < 1:
            return False
        self._full_at[key] = max(now, self._full_at.get(key, now)) + self._interval_s
        return True

    def give(self, key: K, now: float) -> None:
        """Give back a token that was taken in vain."""
        full_at = self._full_at.pop(key, now) - self._interval_s
        if full_at > now:
            self._full_at[key] = full_at

    def _sweep(self, now: float) -> None:
        """Forget the full buckets at the front; one that is not full yet goes to the back."""
        while self._full_at:
            key, full_at = next(iter(self._full_at.items()))
            del self._full_at[key]
            if full_at > now:
                self._full_at[key] = full_at
                return
