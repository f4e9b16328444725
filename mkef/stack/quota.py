"""Token buckets: how much anyone may ask for, with no lock-outs (protocol.md clauses 5 and 8)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

HOUR_S = 3600.0
ROUNDING_S = 0.001  # more than floats round in all the tokens of an hour
_EMPTY_S = HOUR_S + ROUNDING_S  # how long before it is full a bucket is empty

K = TypeVar("K", bound=Hashable)


class Quota(Generic[K]):
    """A bucket for each key: `per_hour` tokens when full, refilled evenly over an hour.

    A bucket is the one number that says when it will be full again. Full ones are forgotten as
    others are begun, so at most the keys of the last hour take memory.
    """

    def __init__(self, per_hour: int) -> None:
        if per_hour < 1:
            raise ValueError("a quota is at least 1 an hour")
        self.capacity = per_hour
        self._interval_s = HOUR_S / per_hour
        # Ordered by hand: a dict finds its first key behind all those that were deleted before it.
        self._full_at: OrderedDict[K, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def level(self, key: K, now: float) -> float:
        """Tokens that `key` has at `now`, 0 to the capacity."""
        missing = (self._full_at.get(key, now) - now) / self._interval_s
        return max(0.0, self.capacity - max(0.0, missing))

    def take(self, key: K, now: float) -> bool:
        """Take one token if there is one."""
        buckets = self._full_at
        full_at = buckets.get(key, now)
        if full_at <= now:
            if buckets:
                self._sweep(now)
            full_at = now
        full_at += self._interval_s
        if full_at - now > _EMPTY_S:
            return False
        buckets[key] = full_at
        return True

    def wait_s(self, key: K, now: float) -> float:
        """How long until `key` has a token; 0 if it has one."""
        full_at = max(self._full_at.get(key, now), now) + self._interval_s
        return max(0.0, full_at - now - _EMPTY_S)

    def give(self, key: K, now: float) -> None:
        """Give back a token that was taken in vain."""
        full_at = self._full_at.pop(key, now) - self._interval_s
        if full_at > now:
            self._full_at[key] = full_at

    def _sweep(self, now: float) -> None:
        """Forget the full buckets at the front; one that is not full yet goes to the back."""
        buckets = self._full_at
        while buckets:
            key, full_at = next(iter(buckets.items()))
            if full_at > now:
                buckets.move_to_end(key)
                return
            del buckets[key]
