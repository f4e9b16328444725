"""Where a node's requests go when a peer fails, refuses or redirects (RFC 6733 clauses 3 and 6)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from mkef.net.diameter_link import RequestFailed
from mkef.net.sources import Sources
from mkef.stack.diameter_access import Remote
from mkef_codecs.diameter.commands import Body, Message, encode_answer
from mkef_codecs.diameter.header import RETRANSMITTED
from mkef_codecs.generated.diameter import ANSWER, CEA, CER, DPA, DPR, MKA, MKR

REALM = "home.example"
FIRST, SECOND, THIRD = (f"mkef{n}.home.example" for n in (1, 2, 3))
LONG_S = 5.0


@dataclass
class Home:
    """A handler that notes its requests; a `refusal` replaces the good answer, or there is none."""

    host: str
    refusal: dict[str, Any] | None = None
    silent: bool = False
    heard: list[Message] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, message: Message, _remote: Remote) -> Body:
        self.heard.append(message)
        self.arrived.set()
        if self.silent:
            await asyncio.Event().wait()
        origin = {"origin_host": self.host, "origin_realm": REALM}
        if self.refusal is not None:
            return ANSWER(**origin, **self.refusal)
        assert isinstance(message.body, MKR)
        session = message.body.session_id
        return MKA(session_id=session, auth_session_state=1, result_code=2001, **origin)

    @property
    def marked(self) -> list[bool]:
        """The T bit of each request."""
        return [bool(message.header.flags & RETRANSMITTED) for message in self.heard]


def ways(*servers: tuple[str, Any]) -> list[Any]:
    return [(host, server.address, (REALM,)) for host, server in servers]


async def test_what_a_lost_peer_may_have_is_sent_again_with_the_t_bit(
    serving: Any, asking: Any, ask: Any, until: Any, quick: None
) -> None:
    """The same End-to-End Identifier, so that the home network can tell (clauses 3, 5.5.4)."""
    one, other = Home(FIRST, silent=True), Home(SECOND)
    async with serving(other, host=SECOND) as second:
        server = serving(one, host=FIRST)
        first = await server.__aenter__()
        async with asking(peers=ways((FIRST, first), (SECOND, second))) as client:
            await until(lambda: len(client.peers) == 2)
            answer = asyncio.create_task(client.request(ask(), LONG_S))
            await one.arrived.wait()
            for link in list(first._links):
                link.channel.abort()  # a crash: who stops in good order answers
            assert isinstance(await answer, MKA)
            await server.__aexit__(None, None, None)
            await client.request(ask(destination_host=SECOND), LONG_S)
    assert (one.marked, other.marked) == ([False], [True, False])
    (before, again, following) = (m.header.end_to_end for m in one.heard + other.heard)
    assert before == again != following


@pytest.mark.parametrize("result_code", [3002, 3004])
async def test_what_was_answered_is_not_marked_as_sent_again(
    serving: Any, asking: Any, ask: Any, until: Any, result_code: int
) -> None:
    """Clause 3: no T bit where an error has answered the earlier message."""
    one, other = Home(FIRST, refusal={"result_code": result_code}), Home(SECOND)
    async with (
        serving(one, host=FIRST) as first,
        serving(other, host=SECOND) as second,
        asking(peers=ways((FIRST, first), (SECOND, second))) as client,
    ):
        await until(lambda: len(client.peers) == 2)
        assert isinstance(await client.request(ask(), LONG_S), MKA)
    assert (one.marked, other.marked) == ([False], [False])


async def test_a_redirect_is_followed(serving: Any, asking: Any, ask: Any) -> None:
    """To a host that is a peer already, once, without the T bit (clause 6.1.8)."""
    uri = f"aaa://{SECOND}:3868"
    one = Home(FIRST, refusal={"result_code": 3006, "redirect_host": [uri]})
    other = Home(SECOND)
    async with serving(one, host=FIRST) as first, serving(other, host=SECOND) as second:
        peers = [(FIRST, first.address, (REALM,)), (SECOND, second.address, ("x.example",))]
        async with asking(peers=peers) as client:
            for _ in range(2):
                assert isinstance(await client.request(ask(), LONG_S), MKA)
    assert (one.marked, other.marked) == ([False] * 2, [False] * 2)


async def test_a_redirect_to_nobody_is_forgotten(
    serving: Any, asking: Any, ask: Any, quick: None
) -> None:
    """Clause 6.14: a host out of reach is no way for the requests that follow."""
    redirect = {
        "result_code": 3006,
        "redirect_host": [f"aaa://{SECOND}:3868"],
        "redirect_host_usage": 2,
        "redirect_max_cache_time": 3600,
    }
    one = Home(FIRST, refusal=redirect)
    async with serving(one, host=FIRST) as first:
        peers = [(FIRST, first.address, (REALM,)), (SECOND, "127.0.0.1:1", ("x.example",))]
        async with asking(peers=peers) as client:
            await client.request(ask(), LONG_S)
            one.refusal = None
            assert isinstance(await client.request(ask(), LONG_S), MKA)
    assert len(one.heard) == 2


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
    asking: Any, raw_peer: type[Any], until: Any, quick: None
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
