"""Token buckets: how much anyone may ask for, with no lock-outs (protocol.md clauses 5 and 8)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

HOUR_S = 3600.0

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Quota(Generic[K]):
    """A bucket for each key: `per_hour` tokens when full, refilled evenly over an hour.

    Full buckets are forgotten, so at most the keys of the last hour take memory.
    """

    def __init__(self, per_hour: int) -> None:
        if per_hour < 1:
            raise ValueError("a quota is at least 1 an hour")
        self.capacity = per_hour
        self._rate = per_hour / HOUR_S
        self._buckets: dict[K, _Bucket] = {}
        self._swept = 0.0

    def __len__(self) -> int:
        return len(self._buckets)

    def level(self, key: K, now: float) -> float:
        """Tokens that `key` has at `now`, 0 to the capacity."""
        bucket = self._buckets.get(key)
        if bucket is None:
            return float(self.capacity)
        return min(self.capacity, bucket.tokens + (now - bucket.at) * self._rate)

    def take(self, key: K, now: float) -> bool:
        """Take one token if there is one."""
        self._sweep(now)
        tokens = self.level(key, now)
        if tokens < 1:
            return False
        self._buckets[key] = _Bucket(tokens - 1, now)
        return True

    def give(self, key: K, now: float) -> None:
        """Give back a token that was taken in vain."""
        if key in self._buckets:
            tokens = min(float(self.capacity), self.level(key, now) + 1)
            self._buckets[key] = _Bucket(tokens, now)

    def _sweep(self, now: float) -> None:
        """Forget full buckets, once an hour: each key is looked at seldom."""
        if now - self._swept < HOUR_S:
            return
        self._swept = now
        full = [key for key in self._buckets if self.level(key, now) >= self.capacity]
        for key in full:
            del self._buckets[key]
