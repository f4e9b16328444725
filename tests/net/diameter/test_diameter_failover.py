"""Several peers: which gets a request, who takes over, and where a redirect leads."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from waiting import until

from mkef.net.diameter_link import RequestFailed
from mkef.stack.diameter_access import Remote
from mkef_codecs.diameter.commands import Body, Message
from mkef_codecs.diameter.header import RETRANSMITTED
from mkef_codecs.generated.diameter import ANSWER, MKA

FIRST, SECOND = "mkef1.home.example", "mkef2.home.example"
RELAY = "relay.core.example"
ROUTE = ("home.example",)
LONG_S = 5.0


def answer_of(message: Message, host: str, **changes: Any) -> Any:
    fields: dict[str, Any] = {
        "session_id": getattr(message.body, "session_id", "s"),
        "auth_session_state": 1,
        "origin_host": host,
        "origin_realm": "home.example",
        "result_code": 2001,
    }
    return MKA(**{**fields, **changes})


class Mkef:
    """An application that answers with its name, or not at all; what it was asked."""

    def __init__(self, host: str, *, silent: bool = False, refuses: int | None = None) -> None:
        self.host = host
        self.silent = silent
        self.refuses = refuses
        self.asked: list[Message] = []
        self.arrived = asyncio.Event()

    async def __call__(self, message: Message, _remote: Remote) -> Body:
        self.asked.append(message)
        self.arrived.set()
        if self.silent:
            await asyncio.Event().wait()
        if self.refuses:
            realm = {"origin_host": self.host, "origin_realm": "home.example"}
            return ANSWER(result_code=self.refuses, **realm)
        return answer_of(message, self.host)


def routes(*servers: tuple[str, Any]) -> list[Any]:
    return [(host, server.address, ROUTE) for host, server in servers]


async def both_open(client: Any, *hosts: str) -> None:
    await until(lambda: set(client.peers) == set(hosts))


async def test_the_first_peer_is_preferred(serving: Any, asking: Any, ask: Any) -> None:
    one, two = Mkef(FIRST), Mkef(SECOND)
    async with (
        serving(one, host=FIRST) as first,
        serving(two, host=SECOND) as second,
        asking(peers=routes((FIRST, first), (SECOND, second))) as client,
    ):
        await both_open(client, FIRST, SECOND)
        assert [(await client.request(ask(), LONG_S)).origin_host for _ in range(3)] == [FIRST] * 3
        named = await client.request(ask(destination_host=SECOND), LONG_S)
        assert named.origin_host == SECOND
    assert (len(one.asked), len(two.asked)) == (3, 1)


async def test_a_lost_peer_s_requests_go_to_the_next_once_and_with_t(
    quick: None, serving: Any, asking: Any, ask: Any
) -> None:
    """RFC 6733 clause 5.5.4: the T bit, the same End-to-End Identifier."""
    one, two = Mkef(FIRST, silent=True), Mkef(SECOND)
    async with (
        serving(one, host=FIRST) as first,
        serving(two, host=SECOND) as second,
        asking(peers=routes((FIRST, first), (SECOND, second))) as client,
    ):
        await both_open(client, FIRST, SECOND)
        waiting = [asyncio.create_task(client.request(ask(), LONG_S)) for _ in range(20)]
        await until(lambda: len(one.asked) == 20)
        for link in list(first._links):
            link.channel.abort()
        answers = await asyncio.gather(*waiting)
        assert {answer.origin_host for answer in answers} == {SECOND}
        assert client.counts["failed_over"] == 20
    before = {message.header.end_to_end for message in one.asked}
    assert {message.header.flags & RETRANSMITTED for message in one.asked} == {0}
    assert {message.header.end_to_end for message in two.asked} == before
    assert [message.header.flags & RETRANSMITTED for message in two.asked] == [RETRANSMITTED] * 20


async def test_a_doubtful_peer_s_requests_move_and_come_back(
    serving: Any, asking: Any, ask: Any, speaking: Any
) -> None:
    """SUSPECT after two Tw of silence: the next takes over, until the first one has spoken."""
    one, two = Mkef(FIRST, silent=True), Mkef(SECOND)
    async with (
        serving(one, host=FIRST, watchdog_s=60) as first,
        serving(two, host=SECOND) as second,
        asking(peers=routes((FIRST, first), (SECOND, second))) as client,
    ):
        await both_open(client, FIRST, SECOND)
        request = asyncio.create_task(client.request(ask(), 100.0))
        await one.arrived.wait()
        (link,) = client._peers.connections(FIRST)
        now = client._sources.timer()
        link._apply(link._machine.tick(now + 40))  # DWR
        link._apply(link._machine.tick(now + 80))  # SUSPECT
        assert (await request).origin_host == SECOND
        assert client.counts["suspected"] == 1
        one.silent = False
        await until(lambda: link.available)  # its DWA is here
        assert (await client.request(ask(), LONG_S)).origin_host == FIRST


async def test_nobody_is_left(quick: None, serving: Any, asking: Any, ask: Any) -> None:
    """Each peer gets a request once; then its caller learns of the last failure."""
    one, two = Mkef(FIRST, silent=True), Mkef(SECOND, silent=True)
    async with (
        serving(one, host=FIRST) as first,
        serving(two, host=SECOND) as second,
        asking(peers=routes((FIRST, first), (SECOND, second))) as client,
    ):
        await both_open(client, FIRST, SECOND)
        request = asyncio.create_task(client.request(ask(), LONG_S))
        for mkef, node in ((one, first), (two, second)):
            await mkef.arrived.wait()
            for link in list(node._links):
                link.channel.abort()
        with pytest.raises(RequestFailed, match="connection lost"):
            await request
    assert (len(one.asked), len(two.asked)) == (1, 1)


@pytest.mark.parametrize("result_code", [3002, 3004])
async def test_a_peer_that_cannot_serve_it_passes_it_on(
    result_code: int, serving: Any, asking: Any, ask: Any
) -> None:
    one, two = Mkef(FIRST, refuses=result_code), Mkef(SECOND)
    async with (
        serving(one, host=FIRST) as first,
        serving(two, host=SECOND) as second,
        asking(peers=routes((FIRST, first), (SECOND, second))) as client,
    ):
        await both_open(client, FIRST, SECOND)
        assert (await client.request(ask(), LONG_S)).origin_host == SECOND
        two.refuses = result_code
        last = await client.request(ask(), LONG_S)
        assert (last.origin_host, last.result_code) == (SECOND, result_code)


async def test_a_realm_decides_and_a_relay_has_the_rest(
    serving: Any, asking: Any, ask: Any
) -> None:
    home = Mkef(FIRST)
    async with serving(home, host=FIRST) as server:
        async with asking(peers=routes((FIRST, server))) as client:
            assert (await client.request(ask(), LONG_S)).origin_host == FIRST
            with pytest.raises(RequestFailed, match=r"no route to realm other\.example"):
                await client.request(ask(destination_realm="other.example"), LONG_S)
        relay = (FIRST, server.address, ("*",))
        async with asking(peers=[relay]) as client:
            refusal = await client.request(ask(destination_realm="other.example"), LONG_S)
            assert refusal.result_code == 3003


# Redirects (clause 6.1.8).


def redirecting(uri: str, **changes: Any) -> Any:
    async def redirect(_message: Message, _remote: Remote) -> Body:
        return ANSWER(
            origin_host=RELAY,
            origin_realm="core.example",
            result_code=3006,
            redirect_host=[uri],
            **changes,
        )

    return redirect


async def test_a_redirect_to_a_peer_that_is_configured(serving: Any, asking: Any, ask: Any) -> None:
    two = Mkef(SECOND)
    async with (
        serving(redirecting(f"aaa://{SECOND}"), host=RELAY, realm="home.example") as relay,
        serving(two, host=SECOND) as second,
    ):
        peers = [(RELAY, relay.address, ROUTE), (SECOND, second.address, ("never.example",))]
        async with asking(peers=peers) as client:
            assert (await client.request(ask(), LONG_S)).origin_host == SECOND


async def test_a_redirect_to_a_stranger_is_followed_and_remembered(
    serving: Any, asking: Any, ask: Any
) -> None:
    stranger = Mkef("localhost")
    asked = 0

    async with serving(stranger, host="localhost", realm="home.example") as third:
        uri = f"aaa://localhost:{third.address.rpartition(':')[2]}"
        indication = redirecting(uri, redirect_host_usage=2, redirect_max_cache_time=60)

        async def counted(message: Message, remote: Remote) -> Body:
            nonlocal asked
            asked += 1
            body: Body = await indication(message, remote)
            return body

        async with (
            serving(counted, host=RELAY, realm="home.example") as relay,
            asking(peers=[(RELAY, relay.address, ROUTE)]) as client,
        ):
            answers = [await client.request(ask(), LONG_S) for _ in range(3)]
    assert {answer.origin_host for answer in answers} == {"localhost"}
    assert asked == 1


@pytest.mark.parametrize(
    "uri", ["aaas://mkef3.home.example", "aaa://mkef3.home.example;transport=sctp", "nonsense"]
)
async def test_a_redirect_that_is_not_followed_is_the_answer(
    uri: str, serving: Any, asking: Any, ask: Any
) -> None:
    async with (
        serving(redirecting(uri), host=RELAY, realm="home.example") as relay,
        asking(peers=[(RELAY, relay.address, ROUTE)]) as client,
    ):
        assert (await client.request(ask(), LONG_S)).result_code == 3006


async def test_redirects_in_a_circle_end(serving: Any, asking: Any, ask: Any) -> None:
    async with (
        serving(redirecting(f"aaa://{SECOND}"), host=RELAY, realm="home.example") as relay,
        serving(redirecting(f"aaa://{RELAY}"), host=SECOND) as second,
    ):
        peers = [(RELAY, relay.address, ROUTE), (SECOND, second.address, ROUTE)]
        async with asking(peers=peers) as client:
            assert (await client.request(ask(), LONG_S)).result_code == 3006
