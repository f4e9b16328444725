"""Two connections with one peer at a time: who keeps which (RFC 6733 clauses 5.6 and 5.6.4)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from mkef.net.diameter_section import ConnectSection
from mkef.net.endpoint import Endpoint
from mkef_codecs.diameter.commands import encode_answer
from mkef_codecs.generated.diameter import CEA, CER, DWA, DWR

HIGHER, LOWER = "z.example", "a.example"  # than mkef.home.example


@pytest.fixture
def meeting(serving: Any, speaking: Any, raw_peer: type[Any]) -> Any:
    """A node, its connection to a peer, and that peer's own connection to it."""

    @asynccontextmanager
    async def meet(host: str) -> AsyncIterator[tuple[Any, Any, Any]]:
        calls = asyncio.Queue[Any]()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await calls.put(raw_peer(reader, writer))

        listener = await asyncio.start_server(accept, "127.0.0.1", 0)
        address = Endpoint(*listener.sockets[0].getsockname()[:2])
        connect = (ConnectSection(host=host, address=(address,)),)
        async with listener, serving(connect=connect) as node, speaking(node.address) as theirs:
            ours = await calls.get()
            yield node, ours, theirs
            ours.writer.transport.abort()

    return meet


def caller(host: str) -> dict[str, Any]:
    return {"origin_host": host, "origin_realm": host.partition(".")[2]}


async def alive(peer: Any, host: str) -> bool:
    peer.say(DWR(**caller(host)), 7)
    return isinstance((await peer.hear()).body, DWA)


async def test_the_winner_closes_the_connection_that_it_opened(meeting: Any) -> None:
    async with meeting(LOWER) as (node, ours, theirs):
        assert isinstance((await ours.hear()).body, CER)
        assert isinstance((await theirs.introduce(**caller(LOWER))).body, CEA)
        assert await ours.end() == b""
        assert await alive(theirs, LOWER)
        assert node.peers == [LOWER]


async def test_the_loser_keeps_the_connection_that_it_opened(meeting: Any) -> None:
    async with meeting(HIGHER) as (node, ours, theirs):
        cer = await ours.hear()
        theirs.say(theirs.capabilities(**caller(HIGHER)))
        cea = ours.capabilities(CEA, **caller(HIGHER))
        ours.write(encode_answer(cea, cer.header))
        assert await theirs.end() == b""
        assert await alive(ours, HIGHER)
        assert node.peers == [HIGHER]


async def test_the_loser_takes_the_other_one_when_its_own_fails(meeting: Any) -> None:
    async with meeting(HIGHER) as (node, ours, theirs):
        await ours.hear()
        theirs.say(theirs.capabilities(**caller(HIGHER)))
        ours.writer.transport.abort()
        assert isinstance((await theirs.hear()).body, CEA)
        assert await alive(theirs, HIGHER)
        assert node.peers == [HIGHER]


async def test_a_peer_that_we_are_connected_to_is_refused(meeting: Any) -> None:
    """R-Reject in I-Open: no CEA, and the end of the new connection."""
    async with meeting(LOWER) as (node, ours, theirs):
        cer = await ours.hear()
        ours.write(encode_answer(ours.capabilities(CEA, **caller(LOWER)), cer.header))
        assert await alive(ours, LOWER)
        theirs.say(theirs.capabilities(**caller(LOWER)))
        assert await theirs.end() == b""
        assert await alive(ours, LOWER)
        assert node.peers == [LOWER]
