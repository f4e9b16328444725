"""Requests that came before, and what was answered (RFC 6733 clauses 3 and 5.5.4)."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Generic, TypeVar

from msgspec import Struct

A = TypeVar("A")  # what came of a request
W = TypeVar("W")  # who waits for it

# What makes a request the same one: its command, and its End-to-End Identifier with all AVPs, of
# which Origin-Host is one, so that an identifier used twice gets nobody's answer.
Identity = tuple[int, bytes]


class Entry(Struct, Generic[A, W], gc=False):
    """A request: what came of it, or who waits for that; whoever settles it takes them away."""

    peer: str = ""
    deadline: float = 0.0
    outcome: A | None = None
    waiting: tuple[W, ...] = ()


class Duplicates(Generic[A, W]):
    """Outcomes of the last `window_s` seconds, `capacity` of them at most.

    Half of the memory is divided equally among the peers that have something in it: what is within
    its share a peer loses by age alone. The other half is for whoever is busy.
    """

    def __init__(self, window_s: float, capacity: int) -> None:
        self._window_s = window_s
        self._capacity = capacity
        self._entries: OrderedDict[Identity, Entry[A, W]] = OrderedDict()  # the oldest first
        self._peers: OrderedDict[str, deque[Identity]] = OrderedDict()  # the same, of each peer

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, identity: Identity, now: float) -> Entry[A, W] | None:
        """The same request, if it came within the window and was not forgotten."""
        entry = self._entries.get(identity)
        if entry is not None and entry.deadline <= now:
            self.forget(now)
            return None
        return entry

    def begin(self, identity: Identity, peer: str, now: float) -> Entry[A, W]:
        """A request that is not found, from a peer."""
        if len(self._entries) >= self._capacity:
            self._make_room(peer)
        own = self._peers.get(peer)
        if own is None:
            own = self._peers[peer] = deque()
        own.append(identity)
        entry = self._entries[identity] = Entry(peer, now + self._window_s)
        return entry

    def _make_room(self, peer: str) -> None:
        """The oldest of this peer goes if it has more than its share, else of another that has.

        Who was looked at and has less comes last next time. As long as the memory is full nobody
        gets above the share any more, so that the search hardly ever goes on.
        """
        peers = self._peers
        own = peers.get(peer, ())
        share = self._capacity // (2 * (len(peers) + (peer not in peers)))
        while len(own) <= share:
            peer, own = next(iter(peers.items()))
            if len(own) <= share:
                peers.move_to_end(peer)
        assert isinstance(own, deque)
        del self._entries[own.popleft()]
        if not own:
            del peers[peer]

    def clear(self) -> None:
        """Drop everything."""
        self._entries.clear()
        self._peers.clear()

    def forget(self, now: float) -> float | None:
        """Drop what is older than the window; when to call again, None once there is nothing."""
        entries = self._entries
        while entries:
            entry = next(iter(entries.values()))
            if entry.deadline > now:
                return entry.deadline
            entries.popitem(last=False)
            own = self._peers[entry.peer]
            own.popleft()
            if not own:
                del self._peers[entry.peer]
        return None
