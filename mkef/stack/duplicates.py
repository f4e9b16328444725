"""Requests that came before, and what was answered (RFC 6733 clauses 3 and 5.5.4)."""

from __future__ import annotations

from collections import deque
from typing import Generic, NamedTuple, TypeVar

A = TypeVar("A")  # what came of a request
W = TypeVar("W")  # who waits for it


class Identity(NamedTuple):
    """What makes a request the same one: Origin-Host and End-to-End Identifier.

    A digest of the rest is compared too, so that an identifier used twice gets nobody's answer.
    """

    origin_host: str
    end_to_end: int
    digest: bytes


class Entry(Generic[A, W]):
    """A request: what came of it, or who waits for that."""

    __slots__ = ("outcome", "waiting")

    def __init__(self) -> None:
        self.outcome: A | None = None
        self.waiting: list[W] = []


class Duplicates(Generic[A, W]):
    """Outcomes of the last `window_s` seconds, `capacity` of them at most."""

    def __init__(self, window_s: float, capacity: int) -> None:
        self._window_s = window_s
        self._capacity = capacity
        self._entries: dict[Identity, Entry[A, W]] = {}
        self._ages: deque[tuple[float, Identity]] = deque()

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, identity: Identity) -> Entry[A, W] | None:
        """The same request, if it came before."""
        return self._entries.get(identity)

    def begin(self, identity: Identity, now: float) -> Entry[A, W]:
        """A request that is new."""
        self.forget(now)
        if len(self._ages) >= self._capacity:
            self._entries.pop(self._ages.popleft()[1], None)
        entry = self._entries[identity] = Entry()
        self._ages.append((now + self._window_s, identity))
        return entry

    def clear(self) -> None:
        """Drop everything."""
        self._entries.clear()
        self._ages.clear()

    def forget(self, now: float) -> float | None:
        """Drop what is older than the window; when to call again, None once there is nothing."""
        while self._ages and self._ages[0][0] <= now:
            self._entries.pop(self._ages.popleft()[1], None)
        return self._ages[0][0] if self._ages else None
