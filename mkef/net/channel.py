"""Octets to and from one peer over TCP or TLS, with nothing above them."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Sequence
from socket import SO_LINGER, SOL_SOCKET
from typing import Protocol

from mkef.net.closing import Closing

# Unsent octets: above the first nothing more is read from the peer, at the second it is given up.
WRITE_HIGH_WATER = 256 << 10
WRITE_LIMIT = 4 << 20


class User(Protocol):
    """Who lives on a channel."""

    def channel_up(self, certified_names: frozenset[str] | None) -> None:
        """Octets may flow; the names of the peer's certificate, None without TLS."""

    def channel_octets(self, octets: bytes) -> None:
        """Octets came from the peer."""

    def channel_stuck(self, *, stuck: bool) -> None:
        """The peer does not read, or reads again."""

    def channel_lost(self, reason: str) -> None:
        """The channel has ended; called once."""


class Channel(asyncio.Protocol):
    """Plain TCP; `TlsChannel` adds the records."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._transport: asyncio.Transport | None = None
        self._between = ""
        self._failure: str | None = None
        self._closing = Closing(self.abort)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._between = _ends_of(transport)
        transport.set_write_buffer_limits(high=WRITE_HIGH_WATER)
        self._begin()

    def data_received(self, data: bytes) -> None:
        self._user.channel_octets(data)

    def pause_writing(self) -> None:
        self._user.channel_stuck(stuck=True)

    def resume_writing(self) -> None:
        self._user.channel_stuck(stuck=False)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._lost(str(exc) if exc else "closed by the peer")

    def _lost(self, reason: str) -> None:
        self._closing.over()
        self._user.channel_lost(self._failure or reason)

    def _begin(self) -> None:
        self._user.channel_up(None)

    def write(self, messages: Sequence[bytes]) -> None:
        """Send whole messages; nothing happens once the channel has ended."""
        self._put(b"".join(messages))

    def _put(self, octets: bytes) -> None:
        if self._transport is None:
            return
        self._transport.write(octets)
        if self._transport.get_write_buffer_size() > WRITE_LIMIT:
            self.abort("the peer does not read")

    def pause(self, *, reading: bool) -> None:
        """Read on from the peer, or let its octets wait in its own memory."""
        if self._transport is None or self._transport.is_closing():
            return
        if reading:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    def close(self) -> None:
        """End the channel after what was written, as far as the peer takes it in time."""
        if self._transport is not None:
            self._transport.close()
            self._closing.begin()

    def abort(self, reason: str | None = None) -> None:
        """End the channel at once."""
        self._failure = self._failure or reason
        if self._transport is not None:
            self._transport.abort()

    def reset(self) -> None:
        """End the channel at once, with a reset: what it carries cannot be trusted any more."""
        if self._transport is not None:
            linger = struct.pack("ii", 1, 0)  # on, for no time
            self._transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, linger)
            self._transport.abort()

    @property
    def connected(self) -> bool:
        """Whether there is a transport."""
        return self._transport is not None

    @property
    def description(self) -> str:
        """The real transport and its ends, for captures and logs."""
        return self._describe("TCP")

    def _describe(self, name: str) -> str:
        """`name local > peer`, also once it has ended."""
        return f"{name} {self._between}" if self._between else name

    @property
    def local_host(self) -> str:
        """The address of this end."""
        assert self._transport is not None
        return str(self._transport.get_extra_info("sockname")[0])


def _ends_of(transport: asyncio.BaseTransport) -> str:
    ends = (transport.get_extra_info(end) or ("?", 0) for end in ("sockname", "peername"))
    local, peer = (f"[{e[0]}]:{e[1]}" if ":" in e[0] else f"{e[0]}:{e[1]}" for e in ends)
    return f"{local} > {peer}"
