"""Another peer takes over: what was sent, what waits, and when the first one has it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from homes import FIRST, SECOND, Home, crash, ways
from waiting import until

from mkef.net.diameter_failures import RequestFailed
from mkef_codecs.diameter.commands import Body

LONG_S = 100.0  # longer than any silence here


@dataclass
class Pair:
    """Two homes on their nodes, and a client that prefers the first."""

    one: Home
    two: Home
    first: Any
    second: Any
    client: Any

    @property
    def link(self) -> Any:
        """The client's connection to the first."""
        (link,) = self.client._peers.connections(FIRST)
        return link

    def doubt(self) -> None:
        """Two Tw of silence: SUSPECT, though its DWA is on the way already."""
        now = self.client._sources.timer()
        self.link._tick(now + 40)  # DWR
        self.link._tick(now + 80)

    def ask(self, request: Body, count: int, timeout_s: float = LONG_S) -> list[asyncio.Task[Any]]:
        """So many callers at once."""
        return [asyncio.create_task(self.client.request(request, timeout_s)) for _ in range(count)]


@pytest.fixture
def pair(serving: Any, asking: Any) -> Any:
    """Options are the client's."""

    @asynccontextmanager
    async def start(one: Home, two: Home, **options: Any) -> AsyncIterator[Pair]:
        async with (
            serving(one, host=FIRST, watchdog_s=60) as first,
            serving(two, host=SECOND) as second,
            asking(peers=ways((FIRST, first), (SECOND, second)), **options) as client,
        ):
            await until(lambda: set(client.peers) == {FIRST, SECOND})
            try:
                yield Pair(one, two, first, second, client)
            finally:
                one.speaks.set()  # a node answers what is under way before it stops
                two.speaks.set()

    return start


async def test_the_first_peer_is_preferred(pair: Any, ask: Any) -> None:
    async with pair(Home(FIRST), Home(SECOND)) as p:
        answers = [await p.client.request(ask(), LONG_S) for _ in range(3)]
        assert [answer.origin_host for answer in answers] == [FIRST] * 3
        named = await p.client.request(ask(destination_host=SECOND), LONG_S)
        assert named.origin_host == SECOND
    assert (len(p.one.heard), len(p.two.heard)) == (3, 1)


# What was sent already.


async def test_what_a_lost_peer_may_have_is_sent_again_with_the_t_bit(
    quick: None, pair: Any, ask: Any
) -> None:
    """Once, with its End-to-End Identifier, so that the home can tell (clauses 3, 5.5.4)."""
    async with pair(Home(FIRST, silent=True), Home(SECOND)) as p:
        callers = p.ask(ask(), 20)
        await until(lambda: len(p.one.heard) == 20)
        crash(p.first)
        assert {answer.origin_host for answer in await asyncio.gather(*callers)} == {SECOND}
        assert p.client.counts["failed_over"] == 20
        await p.client.request(ask(destination_host=SECOND), LONG_S)
    assert p.one.marked == [False] * 20
    assert p.two.marked == [True] * 20 + [False]
    *again, following = p.two.end_to_end
    assert set(again) == set(p.one.end_to_end)
    assert len(set(again)) == 20
    assert following not in again


async def test_a_doubtful_peer_s_requests_move_and_come_back(pair: Any, ask: Any) -> None:
    """SUSPECT after two Tw of silence: the next takes over, until the first one has spoken."""
    async with pair(Home(FIRST, silent=True), Home(SECOND)) as p:
        (caller,) = p.ask(ask(), 1)
        await p.one.arrived.wait()
        p.doubt()
        assert (await caller).origin_host == SECOND
        assert p.client.counts["suspected"] == 1
        p.one.silent = False
        await until(lambda: p.link.available)  # its DWA is here
        assert (await p.client.request(ask(), LONG_S)).origin_host == FIRST


async def test_nobody_is_left(quick: None, pair: Any, ask: Any) -> None:
    """Each peer gets a request once; then its caller learns of the last failure."""
    async with pair(Home(FIRST, silent=True), Home(SECOND, silent=True)) as p:
        (caller,) = p.ask(ask(), 1)
        for home, node in ((p.one, p.first), (p.two, p.second)):
            await home.arrived.wait()
            crash(node)
        with pytest.raises(RequestFailed, match="connection lost"):
            await caller
    assert (len(p.one.heard), len(p.two.heard)) == (1, 1)


@pytest.mark.parametrize("result_code", [3002, 3004])
async def test_what_was_answered_is_not_marked_as_sent_again(
    pair: Any, ask: Any, result_code: int
) -> None:
    """Who cannot serve it passes it on; clause 3: no T bit where an error was the answer."""
    refusal = {"result_code": result_code}
    async with pair(Home(FIRST, refusal=refusal), Home(SECOND)) as p:
        assert (await p.client.request(ask(), LONG_S)).origin_host == SECOND
        p.two.refusal = refusal
        last = await p.client.request(ask(), LONG_S)
        assert (last.origin_host, last.result_code) == (SECOND, result_code)
    assert (p.one.marked, p.two.marked) == ([False] * 2, [False] * 2)


# What waits for its turn, since the peer has as many requests as it may.


async def held_back(p: Pair, request: Body, *, under_way: int = 2) -> list[asyncio.Task[Any]]:
    """Callers: those whose requests the first peer has, then three that wait."""
    callers = p.ask(request, under_way + 3)
    await until(lambda: len(p.one.heard) == under_way)
    assert p.client.counts["held_back"] == 3
    return callers


async def test_who_waits_for_a_peer_that_falls_into_doubt_goes_to_the_next_at_once(
    pair: Any, ask: Any
) -> None:
    async with pair(Home(FIRST, silent=True), Home(SECOND), max_outstanding=2) as p:
        callers = await held_back(p, ask())
        p.doubt()
        answers = await asyncio.gather(*callers)
    assert {answer.origin_host for answer in answers} == {SECOND}
    assert sorted(p.two.marked) == [False] * 3 + [True] * 2  # three were never sent before
    assert len(p.one.heard) == 2


async def test_who_waits_goes_even_where_what_was_sent_cannot(pair: Any, ask: Any) -> None:
    """The two under way are for the first peer by name: no slot comes free before it speaks."""
    async with pair(Home(FIRST, silent=True), Home(SECOND), max_outstanding=2) as p:
        staying = p.ask(ask(destination_host=FIRST), 2)
        await until(lambda: len(p.one.heard) == 2)
        waiting = p.ask(ask(), 3)
        await until(lambda: p.client.counts["held_back"] == 3)
        p.doubt()
        answers = await asyncio.gather(*waiting)
        assert {answer.origin_host for answer in answers} == {SECOND}
        assert not any(caller.done() for caller in staying)
        p.one.speaks.set()
        assert {answer.origin_host for answer in await asyncio.gather(*staying)} == {FIRST}
    assert (p.one.marked, p.two.marked) == ([False] * 2, [False] * 3)


async def test_who_waits_for_the_only_peer_goes_on_when_it_is_trusted_again(
    serving: Any, asking: Any, ask: Any
) -> None:
    one = Home(FIRST, silent=True)
    async with (
        serving(one, host=FIRST, watchdog_s=60) as first,
        asking(peers=ways((FIRST, first)), max_outstanding=2) as client,
    ):
        await client.connected()
        p = Pair(one, one, first, first, client)
        callers = await held_back(p, ask())
        p.doubt()
        (doomed,) = p.ask(ask(), 1, 0.0)
        with pytest.raises(RequestFailed, match="it does not answer"):
            await doomed
        await until(lambda: p.link.available)
        assert not any(caller.done() for caller in callers)
        one.speaks.set()
        answers = await asyncio.gather(*callers)
    assert [answer.result_code for answer in answers] == [2001] * 5
    assert one.marked == [False] * 5  # each was sent once


@pytest.mark.parametrize("stopping", [False, True])
async def test_who_waits_for_a_peer_that_leaves_goes_to_the_next_at_once(
    quick: None, pair: Any, ask: Any, stopping: bool
) -> None:
    """Whether its connection is lost or it says goodbye first (DPR)."""
    async with pair(Home(FIRST, silent=True), Home(SECOND), max_outstanding=2) as p:
        callers = await held_back(p, ask())
        if stopping:
            for link in list(p.first._links):
                link.stop()
        else:
            crash(p.first)
        answers = await asyncio.gather(*callers)
    assert {answer.origin_host for answer in answers} == {SECOND}
    assert sorted(p.two.marked) == [False] * 3 + [True] * 2


async def test_who_waits_for_the_only_peer_learns_that_it_is_gone(
    quick: None, serving: Any, asking: Any, ask: Any
) -> None:
    one = Home(FIRST, silent=True)
    server = serving(one, host=FIRST)
    first = await server.__aenter__()
    async with asking(peers=ways((FIRST, first)), max_outstanding=2) as client:
        await client.connected()
        callers = await held_back(Pair(one, one, first, first, client), ask())
        first._server.close()  # nobody is there when the client comes back
        crash(first)
        problems = await asyncio.gather(*callers, return_exceptions=True)
        assert {str(problem) for problem in problems[:2]} == {"connection lost"}
        assert {str(p).rpartition(": ")[2] for p in problems[2:]} == {"Connection refused"}
        await server.__aexit__(None, None, None)
    assert len(one.heard) == 2
