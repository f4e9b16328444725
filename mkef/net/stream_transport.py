"""Signalling over TCP: M3UA as newer Osmocom peers speak it, and IPA."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from mkef.net.closing import Closing
from mkef.net.endpoint import Endpoint, listen_error
from mkef.net.signalling_transport import Accept, Listener, Local, Receiver, carried
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7 import ipa, m3ua

CONNECT_S = 5.0
MAX_UNSENT = 1 << 20  # octets


class Framing(Protocol):
    """Cuts a stream into messages."""

    def feed(self, octets: bytes) -> list[bytes]:
        """The messages that are whole now; CodecError if there will be none any more."""


FRAMINGS: dict[str, Callable[[], Framing]] = {"tcp": m3ua.Framer, "ipa": ipa.Framer}
NAMES = {"tcp": "TCP", "ipa": "IPA/TCP"}


class StreamTransport(asyncio.Protocol):
    """Messages one after the other; what is sent in one turn of the loop leaves in one piece."""

    def __init__(self, name: str, receiver: Receiver, *, initiator: bool) -> None:
        self._name = NAMES[name]
        self._receiver = receiver
        self._initiator = initiator
        self._framer = FRAMINGS[name]()
        self._transport: asyncio.Transport | None = None
        self._unsent: list[bytes] = []
        self._limit = Closing(self._abort)
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's word for: it is up."""
        assert isinstance(transport, asyncio.Transport)
        peer = transport.get_extra_info("peername")
        if peer is None:  # gone before it was greeted
            transport.abort()
            return
        self._transport = transport
        ours = Endpoint(*transport.get_extra_info("sockname")[:2])
        self.peer = Endpoint(*peer[:2])
        self.carried = carried(self._name, ours, self.peer, initiator=self._initiator)
        self._receiver.connected(self)

    def data_received(self, data: bytes) -> None:
        """asyncio's word for: some octets."""
        try:
            messages = self._framer.feed(data)
        except CodecError as error:
            self._receiver.broken(error)
            return
        for message in messages:
            self._receiver.message(message)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's word for: it is gone."""
        self._limit.over()
        reason = getattr(exc, "strerror", None) or "the connection is closed"
        self._receiver.closed(reason)

    def send(self, octets: bytes, *, stream: int) -> None:  # noqa: ARG002 - one stream only
        """One message; a peer that reads too slowly is given up."""
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(octets)

    def _flush(self) -> None:
        octets = b"".join(self._unsent)
        self._unsent.clear()
        if self._transport is None or self._transport.is_closing() or not octets:
            return
        self._transport.write(octets)
        if self._transport.get_write_buffer_size() > MAX_UNSENT:
            self._transport.abort()

    def close(self) -> None:
        """End the connection when everything is sent, as far as the peer takes it in time."""
        self._flush()
        if self._transport is not None:
            self._transport.close()
            self._limit.begin()

    def _abort(self) -> None:
        assert self._transport is not None
        self._transport.abort()


async def connect(name: str, endpoint: Endpoint, local: Local, receiver: Receiver) -> None:
    """Connect to a peer; OSError if it is not to be had."""
    loop = asyncio.get_running_loop()
    host = local.addresses[0] if local.addresses else None
    bound = (host or ("::" if ":" in endpoint.host else "0.0.0.0"), local.port)  # noqa: S104
    async with asyncio.timeout(CONNECT_S):
        await loop.create_connection(
            lambda: StreamTransport(name, receiver, initiator=True),
            endpoint.host,
            endpoint.port,
            local_addr=bound if host or local.port else None,
        )


async def listen(name: str, endpoint: Endpoint, accept: Accept) -> Listener:
    """Listen; a NetworkError says why that is not possible."""
    loop = asyncio.get_running_loop()
    what = "IPA" if name == "ipa" else "M3UA over TCP"
    try:
        server = await loop.create_server(
            lambda: StreamTransport(name, accept(), initiator=False), endpoint.host, endpoint.port
        )
    except OSError as error:
        raise listen_error(what, endpoint, error) from None
    bound = tuple(Endpoint(*sock.getsockname()[:2]) for sock in server.sockets)
    return Listener(name, bound, server.close)
