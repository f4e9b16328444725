"""Peers that are slow, silent or deaf: each costs so much and no more, and not for ever."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Any

import pytest

from mkef.stack.diameter_access import Remote
from mkef_codecs.diameter.commands import Body, Message, encode
from mkef_codecs.generated.diameter import CEA, MKA, MKR

MIB = 1 << 20
NODES_BUFFERS = 32 * MIB  # sockets of both ends, and what one read brings
OTHER = "other.example"
SOON_S = 0.1


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, quick: None) -> None:
    """Capabilities within a tenth of a second; the watchdog without chance."""
    monkeypatch.setattr("mkef.net.diameter.EXCHANGE_S", SOON_S)
    monkeypatch.setattr("mkef.net.diameter_link._JITTER_S", 0.0)
    monkeypatch.setattr("mkef.net.closing.CLOSE_S", SOON_S)


@dataclass(frozen=True)
class Transport:
    """What a test speaks."""

    section: Any  # the server's; None without TLS
    context: ssl.SSLContext | None  # the peer's
    others: ssl.SSLContext | None  # another peer's


@pytest.fixture(params=["TCP", "TLS"])
def transport(request: pytest.FixtureRequest, lab: Any) -> Transport:
    if request.param == "TCP":
        return Transport(None, None, None)
    return Transport(lab.section("mkef.home.example"), lab.raw("mtc.example"), lab.raw(OTHER))


def answer_of(message: Message) -> Body:
    assert isinstance(message.body, MKR)
    return MKA(
        session_id=message.body.session_id,
        auth_session_state=1,
        origin_host="mkef.home.example",
        origin_realm="home.example",
        result_code=2001,
    )


async def served(peer: Any, ask: Any, identifier: int) -> None:
    peer.say(ask(), identifier)
    assert isinstance((await peer.hear()).body, MKA)


async def test_a_tls_handshake_that_never_ends(
    impatient: None, serving: Any, speaking: Any, lab: Any, ask: Any
) -> None:
    async with AsyncExitStack() as stack:
        tls = lab.section("mkef.home.example")
        server = await stack.enter_async_context(serving(tls=tls))
        slow = [await stack.enter_async_context(speaking(server.address)) for _ in range(50)]
        for number, peer in enumerate(slow):
            peer.write(bytes.fromhex("160301020001")[: number % 7])  # a part of a hello, or none
        for peer in slow:
            assert await peer.end() == b""
        assert server.counts["handshake_timeouts"] == 50
        async with speaking(server.address, lab.raw("mtc.example")) as peer:
            assert isinstance((await peer.introduce()).body, CEA)
            await served(peer, ask, 2)


async def test_capabilities_that_never_come(
    impatient: None, serving: Any, speaking: Any, transport: Transport, ask: Any
) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(tls=transport.section))
        connections = (speaking(server.address, transport.context) for _ in range(20))
        slow = [await stack.enter_async_context(connection) for connection in connections]
        for number, peer in enumerate(slow):
            peer.write(encode(peer.capabilities(), 1, 1)[: number * 5])
        for peer in slow:
            assert await peer.end() == b""
        assert server.counts["exchange_timeouts"] == 20
        async with speaking(server.address, transport.context) as peer:
            assert isinstance((await peer.introduce()).body, CEA)


async def test_a_message_that_never_ends(
    impatient: None, serving: Any, speaking: Any, transport: Transport, ask: Any
) -> None:
    """An octet now and then is no sign of life: the watchdog wants whole messages."""
    async with serving(tls=transport.section, watchdog_s=SOON_S) as server:
        async with speaking(server.address, transport.context) as peer:
            await peer.introduce()
            trickle = asyncio.create_task(_trickle(peer, encode(ask(), 2, 2)[:-1]))
            await peer.end()
            trickle.cancel()
        assert server.counts["silent"] == 1


async def _trickle(peer: Any, octets: bytes) -> None:
    for octet in octets:
        peer.write(bytes((octet,)))
        await asyncio.sleep(SOON_S / 10)


async def test_a_peer_that_never_reads(
    impatient: None, serving: Any, speaking: Any, transport: Transport, ask: Any
) -> None:
    """Its requests stay in its own memory, others are served, and the watchdog ends it for good."""
    async with (
        serving(tls=transport.section, watchdog_s=0.5) as server,
        speaking(server.address, transport.context) as deaf,
    ):
        await deaf.introduce()
        own = deaf.writer.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # the kernel takes little either
        deaf.writer.transport.pause_reading()
        assert await _flood(deaf, ask) < NODES_BUFFERS
        assert server.counts["stuck"] == 1
        async with speaking(server.address, transport.others) as peer:
            await peer.introduce(origin_host=OTHER)
            await served(peer, ask, 2)
        with suppress(ConnectionError):
            await deaf.writer.wait_closed()
        assert server.counts["silent"] == 1


async def _flood(peer: Any, ask: Any) -> int:
    """Requests until nobody takes them; the octets that were taken."""
    taken = 0
    with suppress(TimeoutError, ConnectionError):
        while taken < NODES_BUFFERS:
            octets = b"".join(encode(ask(), taken + i, taken + i) for i in range(100))
            peer.write(octets)
            await asyncio.wait_for(peer.writer.drain(), 2 * SOON_S)
            taken += len(octets)
    return taken


async def test_requests_that_take_for_ever(
    impatient: None, serving: Any, speaking: Any, transport: Transport, ask: Any
) -> None:
    """A peer has so many under way; the next ones wait in its own memory, other peers do not."""
    begun: list[int] = []

    async def never(message: Message, remote: Remote) -> Body:
        if remote.origin_host == OTHER:
            return answer_of(message)
        begun.append(message.header.hop_by_hop)
        await asyncio.Event().wait()
        raise AssertionError

    async with (
        serving(never, tls=transport.section, max_serving=10) as server,
        speaking(server.address, transport.context) as busy,
    ):
        await busy.introduce()
        await _flood(busy, ask)
        async with speaking(server.address, transport.others) as peer:
            await peer.introduce(origin_host=OTHER)
            peer.say(ask(origin_host=OTHER), 2)
            assert isinstance((await peer.hear()).body, MKA)
        assert server.counts["held"] == 1
        assert len(begun) < 2000  # what one read brought at most


async def test_more_connections_than_there_may_be(
    impatient: None, serving: Any, speaking: Any, ask: Any
) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(max_connections=5))
        first = await stack.enter_async_context(speaking(server.address))
        await first.introduce()
        for _ in range(4):
            await stack.enter_async_context(speaking(server.address))
        for _ in range(10):
            async with speaking(server.address) as peer:
                assert await peer.end() == b""
        assert server.counts["connections_refused"] == 10
        await served(first, ask, 2)
