"""Connections by the Diameter identity at their other end, and the election between two of them."""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum, auto
from typing import Generic, TypeVar

C = TypeVar("C", bound=Hashable)


class Claim(Enum):
    """What becomes of a connection that a peer opened, once its CER is there."""

    FREE = auto()  # no attempt of ours: it opens
    WON = auto()  # we win the election: it opens, our own attempt is given up
    LOST = auto()  # the peer wins: it waits until our own attempt opens or fails
    TAKEN = auto()  # the connection that we opened is up: refused (R-Reject)


def wins_election(local: str, peer: str) -> bool:
    """Whether the local Origin-Host is the higher one (RFC 6733 clause 5.6.4).

    ASCII letters compare without case; the shorter one counts as filled up with zeros.
    """
    ours, theirs = local.lower().encode(), peer.lower().encode()
    length = max(len(ours), len(theirs))
    return ours.ljust(length, b"\0") > theirs.ljust(length, b"\0")


class PeerTable(Generic[C]):
    """For each peer the connection that we open, and those that it opened.

    A peer may open several, one for each of its processes (clause 2.1.1); we open one.
    """

    def __init__(self, origin_host: str) -> None:
        self._origin_host = origin_host
        self._attempts: dict[str, C] = {}
        self._open: dict[str, list[C]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._open.values()))

    @property
    def hosts(self) -> list[str]:
        """Whoever has an open connection."""
        return list(self._open)

    def connections(self, host: str) -> list[C]:
        """The open connections of a peer, the newest first."""
        return self._open.get(host.lower(), [])

    def attempt(self, host: str, connection: C) -> None:
        """We open a connection to this peer."""
        self._attempts[host.lower()] = connection

    def claim(self, host: str) -> Claim:
        """What a CER of `host` on a connection that it opened leads to (clause 5.6)."""
        attempt = self._attempts.get(host.lower())
        if attempt is None:
            return Claim.FREE
        if attempt in self.connections(host):
            return Claim.TAKEN
        return Claim.WON if wins_election(self._origin_host, host) else Claim.LOST

    def opened(self, host: str, connection: C) -> None:
        """Capabilities are exchanged on a connection."""
        self._open.setdefault(host.lower(), []).insert(0, connection)

    def rival(self, host: str) -> C | None:
        """Our own attempt at a peer, which the election was about."""
        return self._attempts.get(host.lower())

    def closed(self, host: str, connection: C) -> None:
        """A connection is gone, whether it was ever open or not."""
        host = host.lower()
        if self._attempts.get(host) == connection:
            del self._attempts[host]
        if connection in self.connections(host):
            self._open[host].remove(connection)
            if not self._open[host]:
                del self._open[host]
