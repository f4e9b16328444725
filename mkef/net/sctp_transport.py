"""M3UA over SCTP of the kernel (RFC 4666 clause 1.4.7)."""

from __future__ import annotations

import asyncio
import socket
from typing import Protocol

from mkef.net import sctp
from mkef.net.endpoint import Endpoint, listen_error
from mkef.net.sctp import SctpLink, SctpListener, SctpMissing
from mkef.net.signalling_transport import Accept, Listener, Local, Receiver, carried
from mkef_codecs.ss7.m3ua import SCTP_PPID

CONNECT_S = 5.0


class Link(Protocol):
    """An SCTP association, of the kernel or not."""

    streams: int
    local: Endpoint
    remote: Endpoint

    def send(self, octets: bytes, *, stream: int, ppid: int) -> None:
        """One message."""

    def close(self) -> None:
        """End it when everything is sent."""


class SctpTransport:
    """Management on stream 0, traffic spread over the others that the association has."""

    def __init__(self, name: str, link: Link, *, initiator: bool) -> None:
        self._link = link
        self.peer = link.remote
        self.carried = carried(name, link.local, link.remote, initiator=initiator)

    def send(self, octets: bytes, *, stream: int) -> None:
        """One message; with one stream alone everything is on stream 0."""
        if stream:
            stream = 1 + (stream - 1) % (self._link.streams - 1) if self._link.streams > 1 else 0
        self._link.send(octets, stream=stream, ppid=SCTP_PPID)

    def close(self) -> None:
        """End the association when everything is sent."""
        self._link.close()


def _greet(sock: socket.socket, receiver: Receiver, *, initiator: bool) -> None:
    try:
        link = SctpLink(sock, receiver)
    except OSError:
        sock.close()  # gone before it was greeted
        raise
    receiver.connected(SctpTransport("SCTP", link, initiator=initiator))


async def connect(endpoint: Endpoint, local: Local, receiver: Receiver) -> None:
    """Connect to a peer; OSError if it is not to be had."""
    async with asyncio.timeout(CONNECT_S):
        sock = await sctp.connect(endpoint, local)
    _greet(sock, receiver, initiator=True)


async def listen(endpoint: Endpoint, local: Local, accept: Accept) -> Listener:
    """Listen; SctpMissing without SCTP, a NetworkError for everything else."""
    try:
        sock = await sctp.listen(endpoint, local.addresses)
    except SctpMissing:
        raise
    except OSError as error:
        raise listen_error("M3UA over SCTP", endpoint, error) from None
    listener = SctpListener(sock, lambda found: _greet(found, accept(), initiator=False))
    return Listener("sctp", (listener.endpoint,), listener.close)
