"""The end of an association whose peer does not read: it comes in time, on each transport."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from typing import Any, NoReturn

import pytest
from association import Association
from waiting import until

from mkef.net import sctp, stream_transport, usrsctp
from mkef.net.endpoint import Endpoint
from mkef.net.sctp import SctpLink
from mkef.net.sctp_transport import SctpTransport, connect, connect_userland
from mkef.net.signalling_transport import ANY, Local, Transport
from mkef.net.usrsctp_library import UsrsctpMissing, load

LOOPBACK = Endpoint("127.0.0.1", 0)
MESSAGE = bytes(10_000)


class Receiver:
    """What becomes of a transport."""

    def __init__(self) -> None:
        self.transport: Transport | None = None
        self.reasons: list[str] = []

    def connected(self, transport: Transport) -> None:
        self.transport = transport

    def message(self, octets: bytes) -> None: ...

    def broken(self, error: Exception) -> None: ...

    def closed(self, reason: str) -> None:
        self.reasons.append(reason)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mkef.net.closing.CLOSE_S", 0.1)


async def ends_in_time(receiver: Receiver, messages: int) -> None:
    """With more on the way than the buffers of both ends take."""
    assert receiver.transport is not None
    for _ in range(messages):
        receiver.transport.send(MESSAGE, stream=0)
    receiver.transport.close()
    await asyncio.sleep(0)
    assert not receiver.reasons
    async with asyncio.timeout(10):
        await until(lambda: receiver.reasons)
    assert len(receiver.reasons) == 1


async def test_tcp() -> None:
    receiver = Receiver()
    with socket.create_server((LOOPBACK.host, 0)) as server:  # the kernel accepts, nobody reads
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        endpoint = Endpoint(*server.getsockname())
        await stream_transport.connect("tcp", endpoint, ANY, receiver)
        own: Any = receiver.transport
        own._transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, 4096
        )
        await ends_in_time(receiver, 90)


async def test_sctp() -> None:
    """On a socket that stands in for the kernel's."""
    receiver = Receiver()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        link = SctpLink(Association(ours), receiver)  # type: ignore[arg-type]
        receiver.connected(SctpTransport("SCTP", link, initiator=True))
        await ends_in_time(receiver, 90)


async def test_sctp_of_the_kernel() -> None:
    receiver = Receiver()
    with ExitStack() as stack:
        try:
            server = stack.enter_context(await sctp.listen(LOOPBACK))
        except sctp.SctpMissing as missing:
            pytest.skip(str(missing))
        await connect(Endpoint(*server.getsockname()), ANY, receiver)
        await ends_in_time(receiver, 100)


@pytest.fixture
def library(missing: Callable[[str], NoReturn]) -> None:
    try:
        load()
    except UsrsctpMissing as error:
        missing(str(error.strerror))


@pytest.fixture
async def deaf(library: None) -> AsyncIterator[Receiver]:
    """Port 2905 of the library in this process alone; nobody to deliver to."""
    receiver, links = Receiver(), list[usrsctp.UsrsctpLink]()
    usrsctp.STACK.start()
    lower = usrsctp.open_udp(LOOPBACK.host, 0)
    listener = usrsctp.UsrsctpListener(lower, 2905, links.append)
    local = Local(udp_port=lower.address[1])
    await connect_userland("sctp-udp", Endpoint(LOOPBACK.host, 2905), local, receiver)
    yield receiver
    for link in links:
        link.end("over")
    listener.close()


async def test_sctp_of_this_process(deaf: Receiver) -> None:
    await ends_in_time(deaf, 300)


async def test_sctp_of_this_process_keeps_only_so_many_octets(deaf: Receiver) -> None:
    assert deaf.transport is not None
    for _ in range(10_000_000 // len(MESSAGE)):
        deaf.transport.send(MESSAGE, stream=0)
    async with asyncio.timeout(10):
        await until(lambda: deaf.reasons)
    assert deaf.reasons == ["the peer reads too slowly"]
