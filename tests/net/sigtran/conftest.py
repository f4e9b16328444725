"""Signalling points that talk to each other over loopback, and a peer that speaks M3UA by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
import structlog

from mkef.net.capture import Capture
from mkef.net.endpoint import Endpoint
from mkef.net.sigtran import AuthenticationService, Caller, SigtranNode, SigtranSection
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.m3ua import Framer, Kind, Message
from mkef_codecs.ss7.map_auth import (
    MapUserError,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
)

RANDS = (bytes(16), b"\1" * 16)
LOOPBACK = Endpoint("127.0.0.1", 0)


class Hlr:
    """A service that answers with triplets and remembers who asked."""

    def __init__(self) -> None:
        self.callers: list[Caller] = []

    async def __call__(
        self, arg: SendAuthenticationInfoArg, caller: Caller
    ) -> SendAuthenticationInfoRes | MapUserError:
        self.callers.append(caller)
        if arg.imsi.digits.endswith("0"):
            return MapUserError.UNKNOWN_SUBSCRIBER
        rands = arg.rand_list or (b"\2" * 16,)
        return SendAuthenticationInfoRes(tuple(Triplet(r, b"sres", b"8 octets") for r in rands))


@pytest.fixture
def hlr() -> Hlr:
    return Hlr()


@pytest.fixture
def argument() -> SendAuthenticationInfoArg:
    return SendAuthenticationInfoArg(
        Imsi("001010123456789"), 2, segmentation_prohibited=True, rand_list=RANDS
    )


Open = Callable[..., AbstractAsyncContextManager[SigtranNode]]


def _one_by_one(service: Callable[..., Any]) -> AuthenticationService:
    return lambda questions: [service(*each) for each in questions]


@pytest.fixture
def serve() -> Open:
    """`async with serve(service) as node`: an HLR with point code 2; options are a section's."""

    @asynccontextmanager
    async def make(
        service: Callable[..., Any] | None,
        *,
        whole_turns: bool = False,
        knows_variant: bool = True,
        **options: Any,
    ) -> AsyncIterator[SigtranNode]:
        section = SigtranSection(
            **{
                "point_code": 2,
                "ssn": 6,
                "listen": (LOOPBACK,),
                "transport": "tcp",
                "heartbeat_s": 0.0,
                **options,
            }
        )
        node = SigtranNode(
            section,
            service=service if whole_turns or service is None else _one_by_one(service),
            capture=Capture(None, node="hlr", clock=lambda: 0.0),
            peer_name="mkef",
            knows_variant=knows_variant,
        )
        async with asyncio.timeout(20), node:
            yield node

    return make


@pytest.fixture
def ask() -> Open:
    """`async with ask(hlr) as node`: an MKEF with point code 1, its association active."""

    @asynccontextmanager
    async def make(
        peer: SigtranNode | Endpoint, capture: Capture | None = None, **options: Any
    ) -> AsyncIterator[SigtranNode]:
        endpoint = peer if isinstance(peer, Endpoint) else first_address(peer)
        section = SigtranSection(
            **{
                "point_code": 1,
                "ssn": 149,
                "connect": (endpoint,),
                "transport": "tcp",
                "heartbeat_s": 0.0,
                **options,
            }
        )
        node = SigtranNode(
            section,
            service=None,
            capture=capture or Capture(None, node="mkef", clock=lambda: 0.0),
            peer_name="hlr",
        )
        async with asyncio.timeout(20), node:
            yield node

    return make


async def _until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until something is true; a test's own time-out bounds it."""
    while not condition():  # noqa: ASYNC110 - nothing of the node's tells tests about it
        await asyncio.sleep(0)


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Any]:
    """`await until(condition)`."""
    return _until


def first_address(node: SigtranNode) -> Endpoint:
    return Endpoint.parse(next(iter(node.addresses.values())))


class HandMade:
    """A peer over TCP that sends octets and reads M3UA messages."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self._framer = Framer()
        self._messages: list[Message] = []

    def send(self, *messages: Message) -> None:
        for message in messages:
            self.writer.write(message.encode())

    async def receive(self, *, ignoring: Kind | None = None) -> Message:
        """The next message; EOFError when there is none any more."""
        while True:
            while not self._messages:
                octets = await self._reader.read(4096)
                if not octets:
                    raise EOFError
                self._messages += [m3ua.decode(found) for found in self._framer.feed(octets)]
            message = self._messages.pop(0)
            if message.kind is not ignoring:
                return message

    async def become_active(self) -> None:
        for kind, acknowledgement in ((Kind.ASPUP, Kind.ASPUP_ACK), (Kind.ASPAC, Kind.ASPAC_ACK)):
            self.send(Message(kind))
            assert (await self.receive(ignoring=Kind.NTFY)).kind is acknowledgement


@pytest.fixture
async def by_hand() -> AsyncIterator[Callable[[SigtranNode], Any]]:
    """`await by_hand(node)` connects to a node that listens."""
    writers: list[asyncio.StreamWriter] = []

    async def connect(node: SigtranNode) -> HandMade:
        endpoint = first_address(node)
        reader, writer = await asyncio.open_connection(endpoint.host, endpoint.port)
        writers.append(writer)
        return HandMade(reader, writer)

    yield connect
    for writer in writers:
        writer.close()


@pytest.fixture
def log() -> Iterator[list[structlog.typing.EventDict]]:
    """What is logged, as structlog's events."""
    with structlog.testing.capture_logs() as events:
        yield events
