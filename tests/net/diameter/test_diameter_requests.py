"""Where a node's requests go: realms, applications and redirects (RFC 6733 clause 6)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from homes import FIRST, REALM, SECOND, Home, ways
from waiting import until

from mkef.net.diameter_failures import RequestFailed
from mkef.net.sources import Sources
from mkef.stack.diameter_access import Remote
from mkef_codecs.diameter.commands import Body, encode_answer
from mkef_codecs.generated.diameter import CEA, CER, DPA, DPR, MKA

RELAY = "relay.core.example"
ELSEWHERE = ("never.example",)
LONG_S = 5.0


async def test_a_realm_decides_and_a_relay_has_the_rest(
    serving: Any, asking: Any, ask: Any
) -> None:
    async with serving(Home(FIRST), host=FIRST) as server:
        async with asking(peers=ways((FIRST, server))) as client:
            assert (await client.request(ask(), LONG_S)).origin_host == FIRST
            with pytest.raises(RequestFailed, match=r"no route to realm other\.example"):
                await client.request(ask(destination_realm="other.example"), LONG_S)
        async with asking(peers=ways((FIRST, server), realms=("*",))) as client:
            refusal = await client.request(ask(destination_realm="other.example"), LONG_S)
            assert refusal.result_code == 3003


async def test_a_peer_gets_only_what_it_has_offered(serving: Any, asking: Any, ask: Any) -> None:
    """Clauses 2.7 and 5.3: the peers of the realm that do not offer the application are no way."""
    one = Home(FIRST)
    async with serving(one, host=FIRST) as first, asking(peers=ways((FIRST, first))) as client:
        link = await client.connected()
        link.remote = Remote(FIRST, REALM, certified=False, applications=frozenset({16781314}))
        with pytest.raises(RequestFailed, match="the application is not offered there"):
            await client.request(ask(), LONG_S)
        link.remote = Remote(FIRST, REALM, certified=False, applications=frozenset({0xFFFFFFFF}))
        assert isinstance(await client.request(ask(), LONG_S), MKA)
    assert len(one.heard) == 1


async def test_end_to_end_identifiers_begin_with_the_time(
    serving: Any, asking: Any, ask: Any
) -> None:
    """Clause 3: the high 12 bits are the low ones of the start, so that a restart repeats none."""
    home = Home(FIRST)
    sources = Sources(clock=lambda: float(0x12345))
    async with (
        serving(home, host=FIRST) as first,
        asking(peers=ways((FIRST, first)), sources=sources) as client,
    ):
        await client.request(ask(), LONG_S)
    assert home.heard[0].header.end_to_end >> 20 == 0x345


async def test_what_is_between_two_peers_goes_to_no_third(
    asking: Any, raw_peer: type[Any], quick: None
) -> None:
    """Clauses 5.3.1, 5.4.1, 5.5.1: a CER that is lost with its connection is sent nowhere else."""
    lost, heard = [0], list[Body]()

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = raw_peer(reader, writer)
        assert isinstance((await peer.hear()).body, CER)
        lost[0] += 1
        writer.transport.abort()

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer, origin = raw_peer(reader, writer), {"origin_host": SECOND, "origin_realm": REALM}
        cer = await peer.hear()
        peer.write(encode_answer(peer.capabilities(CEA, **origin), cer.header))
        dpr = await peer.hear()
        peer.write(encode_answer(DPA(result_code=2001, **origin), dpr.header))
        heard.extend((cer.body, dpr.body))
        writer.close()

    failing = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    working = await asyncio.start_server(respond, "127.0.0.1", 0)
    ports = [server.sockets[0].getsockname()[1] for server in (failing, working)]
    peers = [
        (h, f"127.0.0.1:{port}", (REALM,)) for h, port in zip((FIRST, SECOND), ports, strict=True)
    ]
    async with failing, working:
        async with asking(peers=peers) as client:
            await until(lambda: lost[0] > 1 and client.peers == [SECOND])
        await until(lambda: len(heard) == 2)
    assert [type(body) for body in heard] == [CER, DPR]


# Redirects (clause 6.1.8).


def redirect(uri: str, **changes: Any) -> dict[str, Any]:
    """A home's refusal that leads elsewhere."""
    return {"result_code": 3006, "redirect_host": [uri], **changes}


# Of an indication that holds for the whole realm, an hour.
REMEMBERED = {"redirect_host_usage": 2, "redirect_max_cache_time": 3600}


async def test_a_redirect_is_followed(serving: Any, asking: Any, ask: Any) -> None:
    """To a host that is a peer already, once, without the T bit."""
    one, other = Home(FIRST, refusal=redirect(f"aaa://{SECOND}:3868")), Home(SECOND)
    async with serving(one, host=FIRST) as first, serving(other, host=SECOND) as second:
        peers = ways((FIRST, first)) + ways((SECOND, second), realms=ELSEWHERE)
        async with asking(peers=peers) as client:
            for _ in range(2):
                assert (await client.request(ask(), LONG_S)).origin_host == SECOND
    assert (one.marked, other.marked) == ([False] * 2, [False] * 2)


async def test_a_redirect_to_a_stranger_is_followed_and_remembered(
    serving: Any, asking: Any, ask: Any
) -> None:
    async with serving(Home("localhost"), host="localhost", realm=REALM) as third:
        uri = f"aaa://localhost:{third.address.rpartition(':')[2]}"
        relaying = Home(RELAY, refusal=redirect(uri, **REMEMBERED))
        async with (
            serving(relaying, host=RELAY, realm=REALM) as relay,
            asking(peers=ways((RELAY, relay))) as client,
        ):
            answers = [await client.request(ask(), LONG_S) for _ in range(3)]
    assert {answer.origin_host for answer in answers} == {"localhost"}
    assert len(relaying.heard) == 1


@pytest.mark.parametrize(
    "uri", ["aaas://mkef3.home.example", "aaa://mkef3.home.example;transport=sctp", "nonsense"]
)
async def test_a_redirect_that_is_not_followed_is_the_answer(
    uri: str, serving: Any, asking: Any, ask: Any
) -> None:
    async with (
        serving(Home(RELAY, refusal=redirect(uri)), host=RELAY, realm=REALM) as relay,
        asking(peers=ways((RELAY, relay))) as client,
    ):
        assert (await client.request(ask(), LONG_S)).result_code == 3006


async def test_redirects_in_a_circle_end(serving: Any, asking: Any, ask: Any) -> None:
    one, other = (
        Home(host, refusal=redirect(f"aaa://{next_one}"))
        for host, next_one in ((FIRST, SECOND), (SECOND, FIRST))
    )
    async with (
        serving(one, host=FIRST) as first,
        serving(other, host=SECOND) as second,
        asking(peers=ways((FIRST, first), (SECOND, second))) as client,
    ):
        assert (await client.request(ask(), LONG_S)).result_code == 3006


async def test_a_redirect_to_nobody_is_forgotten(
    serving: Any, asking: Any, ask: Any, quick: None
) -> None:
    """Clause 6.14: a host out of reach is no way for the requests that follow."""
    one = Home(FIRST, refusal=redirect(f"aaa://{SECOND}:3868", **REMEMBERED))
    async with serving(one, host=FIRST) as first:
        peers = [*ways((FIRST, first)), (SECOND, "127.0.0.1:1", ELSEWHERE)]
        async with asking(peers=peers) as client:
            await client.request(ask(), LONG_S)
            one.refusal = None
            assert isinstance(await client.request(ask(), LONG_S), MKA)
    assert len(one.heard) == 2
