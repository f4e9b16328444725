"""M3UA over SCTP (RFC 4666 clause 1.4.7), the kernel's or libusrsctp's."""

from __future__ import annotations

import asyncio
import socket
from typing import Protocol

from mkef.net import sctp, usrsctp
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
        """End it when everything is sent, as far as the peer takes it in time."""


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
        """End the association when everything is sent, as far as the peer takes it in time."""
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


class UserlandTransport(SctpTransport):
    """The same over libusrsctp, which holds messages back until the receiver is known."""

    @classmethod
    def greet(
        cls, name: str, link: usrsctp.UsrsctpLink, receiver: Receiver, *, initiator: bool
    ) -> None:
        """The association is up."""
        link.deliver_to(receiver)
        receiver.connected(cls(NAMES[name], link, initiator=initiator))


NAMES = {"sctp-udp": "SCTP/UDP", "sctp-raw": "SCTP"}
ANY_HOST = {True: "::", False: "0.0.0.0"}  # noqa: S104 - of connecting sockets
USERLAND_CONNECT_S = 1.0  # a peer without it says nothing


async def connect_userland(name: str, endpoint: Endpoint, local: Local, receiver: Receiver) -> None:
    """Connect to a peer with libusrsctp; OSError if it is not to be had."""
    usrsctp.STACK.start()
    _, (host, port) = await sctp.resolve(endpoint)
    endpoint = Endpoint(host, port)
    here = (local.addresses or (ANY_HOST[":" in host],))[0]
    if name == "sctp-raw":
        lower, udp_port = usrsctp.open_raw(here, (host, 0)), 0
    else:
        udp_port = local.udp_port
        lower = usrsctp.open_udp(here, 0, (host, udp_port))
    async with asyncio.timeout(USERLAND_CONNECT_S):
        link = await usrsctp.connect(lower, endpoint, udp_port, local.port)
    UserlandTransport.greet(name, link, receiver, initiator=True)


async def listen_userland(name: str, endpoint: Endpoint, local: Local, accept: Accept) -> Listener:
    """Listen with libusrsctp; UsrsctpMissing without it, a NetworkError for everything else."""
    usrsctp.STACK.start()
    _, (host, port) = await sctp.resolve(endpoint)
    where = Endpoint(host, local.udp_port)
    try:
        lower = (
            usrsctp.open_raw(host) if name == "sctp-raw" else usrsctp.open_udp(host, local.udp_port)
        )
        listener = usrsctp.UsrsctpListener(
            lower,
            port,
            lambda link: UserlandTransport.greet(name, link, accept(), initiator=False),
        )
    except OSError as error:
        raise listen_error(f"M3UA over {NAMES[name]}", where, error) from None
    return Listener(name, (endpoint,), listener.close)
