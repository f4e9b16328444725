"""Requests under way with one peer, each with its deadline."""

from __future__ import annotations

import heapq


class Outstanding:
    """Identifiers of requests without an answer yet; `first` is where counting starts (RFC 6733
    clause 3: any value for hop-by-hop identifiers that is unique on the connection)."""

    def __init__(self, first: int) -> None:
        self._next = first
        self._live: dict[int, int] = {}  # and their commands
        self._deadlines: list[tuple[float, int]] = []

    def __len__(self) -> int:
        return len(self._live)

    def add(self, deadline: float, command: int) -> int:
        """A fresh identifier of 32 bits for a request that waits until `deadline`."""
        while self._next in self._live:
            self._next = (self._next + 1) & 0xFFFFFFFF
        identifier = self._next
        self._next = (identifier + 1) & 0xFFFFFFFF
        self._live[identifier] = command
        heapq.heappush(self._deadlines, (deadline, identifier))
        return identifier

    def take(self, identifier: int, command: int) -> bool:
        """Whether an answer of this command and identifier is awaited; it is no more."""
        if self._live.get(identifier) != command:
            return False
        del self._live[identifier]
        return True

    def forget(self, identifier: int) -> None:
        """Nobody waits for this answer any more."""
        self._live.pop(identifier, None)

    @property
    def deadline(self) -> float | None:
        """The next moment at which a request expires."""
        while self._deadlines and self._deadlines[0][1] not in self._live:
            heapq.heappop(self._deadlines)
        return self._deadlines[0][0] if self._deadlines else None

    def expire(self, now: float) -> list[int]:
        """The requests whose time is over; they are no longer awaited."""
        expired = []
        while (deadline := self.deadline) is not None and deadline <= now:
            _, identifier = heapq.heappop(self._deadlines)
            del self._live[identifier]
            expired.append(identifier)
        return expired

    def drain(self) -> list[int]:
        """Everything that is still awaited, when the peer is gone."""
        waiting = sorted(self._live)
        self._live.clear()
        self._deadlines.clear()
        return waiting
