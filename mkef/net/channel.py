"""Octets to and from one peer over TCP or TLS, with nothing above them."""

from __future__ import annotations

import asyncio
from typing import Protocol

# What a peer that does not read may cost before its connection is given up.
WRITE_BUFFER_LIMIT = 4 << 20


class User(Protocol):
    """Who lives on a channel."""

    def channel_up(self, certified_names: frozenset[str] | None) -> None:
        """Octets may flow; the names of the peer's certificate, None without TLS."""

    def channel_octets(self, octets: bytes) -> None:
        """Octets came from the peer."""

    def channel_lost(self, reason: str) -> None:
        """The channel has ended; called once."""


class Channel(asyncio.Protocol):
    """Plain TCP; `TlsChannel` adds the records."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._begin()

    def data_received(self, data: bytes) -> None:
        self._user.channel_octets(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._user.channel_lost(str(exc) if exc else "closed by the peer")

    def _begin(self) -> None:
        self._user.channel_up(None)

    def write(self, octets: bytes) -> None:
        """Send octets; nothing happens once the channel has ended."""
        if self._transport is None:
            return
        self._transport.write(octets)
        if self._transport.get_write_buffer_size() > WRITE_BUFFER_LIMIT:
            self._transport.abort()

    def close(self) -> None:
        """End the channel after what was written."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """End the channel at once."""
        if self._transport is not None:
            self._transport.abort()

    @property
    def description(self) -> str:
        """The real transport and its ends, for captures and logs."""
        return describe("TCP", self._transport)

    @property
    def local_host(self) -> str:
        """The address of this end."""
        assert self._transport is not None
        return str(self._transport.get_extra_info("sockname")[0])


def describe(name: str, transport: asyncio.BaseTransport | None) -> str:
    """`name local > peer`."""
    if transport is None:
        return name
    ends = (transport.get_extra_info(end) or ("?", 0) for end in ("sockname", "peername"))
    local, peer = (f"[{e[0]}]:{e[1]}" if ":" in e[0] else f"{e[0]}:{e[1]}" for e in ends)
    return f"{name} {local} > {peer}"
