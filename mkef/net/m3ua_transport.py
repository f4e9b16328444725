"""What carries M3UA: SCTP, or TCP with M3UA's own length for a frame."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import structlog

from mkef.net import sctp
from mkef.net.endpoint import Endpoint, NetworkError, listen_error
from mkef.net.sctp import SctpLink, SctpListener, SctpMissing
from mkef_codecs.ss7.m3ua import SCTP_PPID, Framer, M3uaError

TransportChoice = Literal["auto", "sctp", "tcp"]
ORDER = {"auto": ("sctp", "tcp"), "sctp": ("sctp",), "tcp": ("tcp",)}
CONNECT_S = 5.0
MAX_UNSENT = 1 << 20  # octets

_log = structlog.get_logger()


class Transport(Protocol):
    """A way to send whole messages to one peer."""

    peer: Endpoint
    carried: str  # for people: protocol, initiator > responder

    def send(self, octets: bytes, *, traffic: bool) -> None:
        """One message: management goes on stream 0, traffic never (RFC 4666 clause 1.4.7)."""

    def close(self) -> None:
        """End it when everything is sent."""


class Receiver(Protocol):
    """Who is told what a transport brings."""

    def connected(self, transport: Transport) -> None:
        """It is up."""

    def message(self, octets: bytes) -> None:
        """One whole message."""

    def broken(self, error: M3uaError) -> None:
        """The octets hold no messages any more."""

    def closed(self, reason: str) -> None:
        """It is gone; nothing follows."""


Accept = Callable[[], Receiver]


def _carried(name: str, ours: Endpoint, theirs: Endpoint, *, initiator: bool) -> str:
    first, second = (ours, theirs) if initiator else (theirs, ours)
    return f"{name} {first} > {second}"


class SctpTransport:
    """M3UA over SCTP (RFC 4666 clause 1.4.7)."""

    def __init__(self, sock: socket.socket, receiver: Receiver, *, initiator: bool) -> None:
        self._link = SctpLink(sock, receiver)
        self.peer = self._link.remote
        self.carried = _carried("SCTP", self._link.local, self.peer, initiator=initiator)
        receiver.connected(self)

    def send(self, octets: bytes, *, traffic: bool) -> None:
        """One message: management goes on stream 0, traffic on 1 where there is one."""
        stream = min(int(traffic), self._link.streams - 1)
        self._link.send(octets, stream=stream, ppid=SCTP_PPID)

    def close(self) -> None:
        """End the association when everything is sent."""
        self._link.close()


class TcpTransport(asyncio.Protocol):
    """M3UA over TCP, as newer Osmocom peers speak it."""

    def __init__(self, receiver: Receiver, *, initiator: bool) -> None:
        self._receiver = receiver
        self._initiator = initiator
        self._framer = Framer()
        self._transport: asyncio.Transport | None = None

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
        self.carried = _carried("TCP", ours, self.peer, initiator=self._initiator)
        self._receiver.connected(self)

    def data_received(self, data: bytes) -> None:
        """asyncio's word for: some octets."""
        try:
            messages = self._framer.feed(data)
        except M3uaError as error:
            self._receiver.broken(error)
            return
        for message in messages:
            self._receiver.message(message)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's word for: it is gone."""
        reason = getattr(exc, "strerror", None) or "the connection is closed"
        self._receiver.closed(reason)

    def send(self, octets: bytes, *, traffic: bool) -> None:  # noqa: ARG002 - one stream only
        """One message; a peer that reads too slowly is given up."""
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(octets)
        if self._transport.get_write_buffer_size() > MAX_UNSENT:
            self._transport.abort()

    def close(self) -> None:
        """End the connection when everything is sent."""
        if self._transport is not None:
            self._transport.close()


async def connect(endpoint: Endpoint, choice: TransportChoice, receiver: Receiver) -> None:
    """Connect by the first transport that works; OSError of the last one if none does."""
    *earlier, last = ORDER[choice]
    for name in earlier:
        with contextlib.suppress(OSError):  # TimeoutError is one too
            return await _CONNECT[name](endpoint, receiver)
    return await _CONNECT[last](endpoint, receiver)


async def _connect_sctp(endpoint: Endpoint, receiver: Receiver) -> None:
    async with asyncio.timeout(CONNECT_S):
        sock = await sctp.connect(endpoint)
    _greet(sock, receiver, initiator=True)


def _greet(sock: socket.socket, receiver: Receiver, *, initiator: bool) -> None:
    try:
        SctpTransport(sock, receiver, initiator=initiator)
    except OSError:
        sock.close()  # gone before it was greeted
        raise


async def _connect_tcp(endpoint: Endpoint, receiver: Receiver) -> None:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(CONNECT_S):
        await loop.create_connection(
            lambda: TcpTransport(receiver, initiator=True), endpoint.host, endpoint.port
        )


_CONNECT = {"sctp": _connect_sctp, "tcp": _connect_tcp}


@dataclass(frozen=True, slots=True)
class Listener:
    """A transport that is listened on, and where: a name may stand for several addresses."""

    transport: str
    endpoints: tuple[Endpoint, ...]
    close: Callable[[], None]


async def listen(endpoint: Endpoint, choice: TransportChoice, accept: Accept) -> list[Listener]:
    """Listen with every transport that was chosen; `auto` does without what the host lacks.

    Port 0 takes a free TCP port, and the same one for SCTP.
    """
    listeners: list[Listener] = []
    try:
        if choice != "sctp":
            listeners.append(await _listen_tcp(endpoint, accept))
            endpoint = Endpoint(endpoint.host, listeners[0].endpoints[0].port)
        if choice != "tcp":
            listeners.append(await _listen_sctp(endpoint, accept))
    except SctpMissing as error:
        if choice == "sctp":
            raise listen_error("M3UA over SCTP", endpoint, error) from None
        _log.info("SCTP is missing", hint=f"{error.strerror}; M3UA over TCP only")
    except NetworkError:
        for listener in listeners:
            listener.close()
        raise
    return listeners


async def _listen_tcp(endpoint: Endpoint, accept: Accept) -> Listener:
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(
            lambda: TcpTransport(accept(), initiator=False), endpoint.host, endpoint.port
        )
    except OSError as error:
        raise listen_error("M3UA over TCP", endpoint, error) from None
    bound = tuple(Endpoint(*sock.getsockname()[:2]) for sock in server.sockets)
    return Listener("tcp", bound, server.close)


async def _listen_sctp(endpoint: Endpoint, accept: Accept) -> Listener:
    try:
        sock = await sctp.listen(endpoint)
    except SctpMissing:
        raise
    except OSError as error:
        raise listen_error("M3UA over SCTP", endpoint, error) from None

    def accepted(association: socket.socket) -> None:
        _greet(association, accept(), initiator=False)

    listener = SctpListener(sock, accepted)
    return Listener("sctp", (listener.endpoint,), listener.close)
