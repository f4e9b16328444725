"""A node that calls and is called, stands behind agents, is asked twice, holds back, reloads."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest
from structlog.testing import capture_logs
from waiting import until

from mkef.net.diameter_failures import RequestFailed
from mkef.net.diameter_section import AgentSection, ConnectSection, DiameterSection
from mkef.net.endpoint import Endpoint, NetworkError
from mkef.net.sources import Sources
from mkef.stack.diameter_access import Remote
from mkef_codecs.diameter.avp import Avp
from mkef_codecs.diameter.commands import Body, Message, encode
from mkef_codecs.diameter.header import RETRANSMITTED
from mkef_codecs.generated.diameter import ANSWER, CEA, DPR, MKA, MKR

MKEF, SERVER = "mkef.home.example", "mtc.example"
FROM_MKEF = {"origin_host": MKEF, "origin_realm": "home.example"}
LONG_S = 5.0


# Two nodes that call each other (clause 5.6.4).


@pytest.mark.parametrize("round_", range(5))
async def test_two_nodes_that_call_each_other_share_one_connection(
    round_: int, quick: None, two_nodes: Any, ask: Any
) -> None:
    async with two_nodes() as (one, two):
        await until(lambda: one.peers and two.peers)
        await until(lambda: len(one._links) == 1 and len(two._links) == 1)
        for asker, host, realm in ((one, SERVER, "example"), (two, MKEF, "home.example")):
            request = ask(origin_host=MKEF if host == SERVER else SERVER, destination_realm=realm)
            answer = await asker.request(request, LONG_S)
            assert (answer.result_code, answer.origin_host) == (2001, host)
        assert len(one._peers.connections(SERVER)) == 1


# The same request again (clauses 3, 5.5.4).


class Counting:
    def __init__(self) -> None:
        self.asked = 0
        self.gate = asyncio.Event()

    async def __call__(self, message: Message, _remote: Remote) -> Body:
        self.asked += 1
        await self.gate.wait()
        assert isinstance(message.body, MKR)
        return MKA(
            session_id=message.body.session_id, auth_session_state=1, result_code=2001, **FROM_MKEF
        )


PROXY = Avp(280, 0, 0x40, b"relay").encode() + Avp(33, 0, 0x40, b"1").encode()


async def test_the_same_request_is_served_once_and_answered_each_time(
    serving: Any, speaking: Any, ask: Any
) -> None:
    """While it is served and after it, on any connection; hop-by-hop and Proxy-Info are the
    copy's own."""
    counting = Counting()
    async with (
        serving(counting) as server,
        speaking(server.address) as one,
        speaking(server.address) as two,
    ):
        await one.introduce()
        await two.introduce()
        one.write(encode(ask(), 1, 77))
        await until(lambda: counting.asked)
        two.write(encode(ask(proxy_info=[PROXY]), 2, 77, flags=MKR.FLAGS | RETRANSMITTED))
        await until(lambda: server.counts["duplicates"])
        counting.gate.set()
        first, second = await one.hear(), await two.hear()
        assert (first.header.hop_by_hop, second.header.hop_by_hop) == (1, 2)
        assert isinstance(first.body, MKA)
        assert isinstance(second.body, MKA)
        assert (first.body.proxy_info, second.body.proxy_info) == ([], [PROXY])
        two.write(encode(ask(), 3, 77, flags=MKR.FLAGS | RETRANSMITTED))
        third = await two.hear()
        assert (third.header.hop_by_hop, third.body) == (3, first.body)
        assert counting.asked == 1
        two.write(encode(ask(), 4, 78))
        await two.hear()
        assert counting.asked == 2


async def test_nobody_gets_an_answer_that_was_meant_for_another(
    serving: Any, speaking: Any, ask: Any
) -> None:
    """A peer that names another's Origin-Host and End-to-End Identifier: not from memory."""
    seen: list[bool] = []

    async def careful(message: Message, remote: Remote) -> Body:
        assert isinstance(message.body, MKR)
        seen.append(remote.speaks_for(message.body.origin_host))
        return MKA(session_id="s", auth_session_state=1, origin_host=MKEF, origin_realm="example")

    async with (
        serving(careful) as server,
        speaking(server.address) as good,
        speaking(server.address) as thief,
    ):
        await good.introduce()
        await thief.introduce(origin_host="thief.example")
        for peer in (good, thief):
            peer.write(encode(ask(), 1, 77))
            await peer.hear()
    assert seen == [True, False]
    assert server.counts["duplicates"] == 0


async def test_a_failure_is_the_same_for_each_copy(serving: Any, speaking: Any, ask: Any) -> None:
    def broken(_message: Message, _remote: Remote) -> Body:
        raise RuntimeError("a mistake of ours")

    async with serving(broken) as server, speaking(server.address) as peer:
        await peer.introduce()
        codes = []
        for identifier in (1, 2):
            peer.write(encode(ask(), identifier, 77))
            reply = await peer.hear()
            assert isinstance(reply.body, MKA)
            codes.append((reply.header.hop_by_hop, reply.body.result_code))
        assert codes == [(1, 5012), (2, 5012)]
        assert server.counts["duplicates"] == 1


# Agents (clauses 2.9, 13.3).


async def test_an_agent_speaks_for_those_that_it_may(serving: Any, speaking: Any, ask: Any) -> None:
    believed: list[bool] = []

    async def note(message: Message, remote: Remote) -> Body:
        assert isinstance(message.body, MKR)
        believed.append(remote.speaks_for(message.body.origin_host, message.body.route_record))
        return MKA(session_id="s", auth_session_state=1, origin_host=MKEF, origin_realm="example")

    agent = AgentSection(host="relay.example", origin_hosts=("MTC.example",), carries_keys=True)
    async with serving(note, agents=(agent,)) as server, speaking(server.address) as relay:
        await relay.introduce(origin_host="relay.example", auth_application_id=[0xFFFFFFFF])
        for changes in (
            {"route_record": [SERVER]},
            {"origin_host": "other.example", "route_record": ["other.example"]},
            {},
        ):
            relay.say(ask(**changes), len(believed) + 1)
            await relay.hear()
    assert believed == [True, False, False]


# Holding back.


async def test_a_peer_with_too_much_under_way_waits(serving: Any, speaking: Any, ask: Any) -> None:
    """max_serving requests are taken; what else the peer sends stays unread until some are done."""
    counting = Counting()
    async with serving(counting, max_serving=4) as server, speaking(server.address) as peer:
        await peer.introduce()
        for identifier in range(10):
            peer.say(ask(), identifier)
            await peer.writer.drain()
            await asyncio.sleep(0)
        await until(lambda: server.counts["held"])
        assert counting.asked >= 4
        counting.gate.set()
        heard = [(await peer.hear()).header.hop_by_hop for _ in range(10)]
        assert sorted(heard) == list(range(10))


async def test_callers_wait_while_a_peer_has_enough(serving: Any, asking: Any, ask: Any) -> None:
    under_way = most = 0

    async def slow(message: Message, _remote: Remote) -> Body:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        body = message.body
        assert isinstance(body, MKR)
        return MKA(session_id=body.session_id, auth_session_state=1, result_code=2001, **FROM_MKEF)

    async with serving(slow) as server, asking(server.address, max_outstanding=3) as client:
        answers = await asyncio.gather(*(client.request(ask(), LONG_S) for _ in range(50)))
    assert len(answers) == 50
    assert most <= 3
    assert client.counts["held_back"] > 0


async def test_an_answer_keeps_what_agents_have_written(
    serving: Any, asking: Any, ask: Any
) -> None:
    """Proxy-Info, and a Route-Record that no answer needs, in the places that they had."""
    ways = [Avp(282, 0, 0x40, b"first.example"), Avp(282, 0, 0x40, b"second.example")]
    state = Avp(33, 0, 0x40, b"state").encode()
    proxy_info = Avp(280, 0, 0x40, b"first.example").encode() + state

    async def marked(message: Message, _remote: Remote) -> Body:
        body = message.body
        assert isinstance(body, MKR)
        fields = {"session_id": body.session_id, "auth_session_state": 1, "result_code": 2001}
        return MKA(**fields, **FROM_MKEF, proxy_info=body.proxy_info, others=ways)

    async with serving(marked) as server, asking(server.address) as client:
        answer = await client.request(ask(proxy_info=[proxy_info]), LONG_S)
    assert isinstance(answer, MKA)
    assert answer.proxy_info == [proxy_info]
    assert answer.others == ways
    at = answer.encode().index(b"first.example" + bytes(3) + state)
    assert answer.encode().index(ways[0].encode() + ways[1].encode()) < at  # not as in the grammar


async def test_one_connection_more_than_it_takes(serving: Any, speaking: Any) -> None:
    async with serving(max_connections=1) as server, speaking(server.address) as first:
        await first.introduce()
        async with speaking(server.address) as second:
            assert await second.end() == b""
        assert server.counts["connections_refused"] == 1
        first.writer.transport.abort()
        await until(lambda: not server._links)
        async with speaking(server.address) as third:
            assert isinstance((await third.introduce()).body, CEA)


# Reload.


async def test_a_reload_changes_who_may_stay_and_who_may_come(
    serving: Any, speaking: Any, lab: Any, section_of: Any
) -> None:
    tls = lab.section(MKEF)
    async with (
        serving(tls=tls) as server,
        speaking(server.address, lab.raw(SERVER)) as stays,
        speaking(server.address, lab.raw(MKEF)) as goes,
    ):
        await stays.introduce()
        await goes.introduce(origin_host=MKEF)
        server.reload(section_of(MKEF, tls=tls, peers=(SERVER,)))
        dpr = await goes.hear()
        assert isinstance(dpr.body, DPR)
        assert dpr.body.disconnect_cause == 2
        assert server.peers == [SERVER, MKEF]
        async with speaking(server.address, lab.raw(MKEF)) as late:
            refusal = await late.introduce(origin_host=MKEF)
            assert isinstance(refusal.body, ANSWER)
            assert refusal.body.result_code == 3010
        async with speaking(server.address, lab.raw(SERVER)) as new:
            assert isinstance((await new.introduce()).body, CEA)


async def test_a_reload_takes_new_certificates_for_new_connections(
    serving: Any, speaking: Any, lab: Any, strangers: Any, section_of: Any
) -> None:
    async with (
        serving(tls=lab.section(MKEF)) as server,
        speaking(server.address, lab.raw(SERVER)) as old,
    ):
        await old.introduce()
        server.reload(section_of(MKEF, tls=strangers.section(MKEF)))
        async with speaking(server.address, strangers.raw(SERVER)) as new:
            assert isinstance((await new.introduce()).body, CEA)
        assert server.peers == [SERVER]
        missing = lab.section(MKEF, authority=lab.folder / "none.pem")
        with pytest.raises(NetworkError, match="no such file"):
            server.reload(section_of(MKEF, tls=missing))


def test_a_section_knows_its_peers_and_routes() -> None:
    section = DiameterSection(
        origin_host=SERVER,
        origin_realm="example",
        peers=("Someone.example",),
        connect=(ConnectSection(host=MKEF, address=(Endpoint("127.0.0.1", 1),), realms=("*",)),),
        agents=(AgentSection(host="relay.example"),),
    )
    hosts = ("someone.EXAMPLE", MKEF, "relay.example", "other.example")
    assert [section.access.admits(host) for host in hosts] == [True, True, True, False]
    assert [(r.host, r.realms) for r in section.routes] == [(MKEF, frozenset({"*"}))]


async def test_tls_does_not_go_with_a_reload(serving: Any, lab: Any, section_of: Any) -> None:
    async with serving(tls=lab.section(MKEF)) as server:
        with pytest.raises(NetworkError, match="with a restart only"):
            server.reload(section_of(MKEF))


async def test_a_peer_whose_cer_comes_after_the_reload_is_judged_by_the_new_list(
    serving: Any, speaking: Any, section_of: Any
) -> None:
    async with serving() as server, speaking(server.address) as peer:
        await until(lambda: any(link._machine for link in server._links))
        server.reload(section_of(MKEF, peers=("other.example",)))
        await peer.introduce()
        dpr = await peer.hear()
        assert isinstance(dpr.body, DPR)
        assert dpr.body.disconnect_cause == 2


async def test_a_key_is_not_repeated_past_its_expiry(serving: Any, speaking: Any, ask: Any) -> None:
    now = 100.0
    counting = Counting()
    counting.gate.set()
    sources = Sources(clock=lambda: now)
    async with (
        serving(counting, sources=sources, expiry_of=lambda _body: 160.0) as server,
        speaking(server.address) as peer,
    ):
        await peer.introduce()
        for identifier, later in ((1, 100.0), (2, 159.0), (3, 160.0)):
            now = later
            peer.write(encode(ask(), identifier, 77))
            await peer.hear()
        assert counting.asked == 2
    assert len(server._serving._duplicates) == 0


async def test_another_request_with_the_same_identifier_is_another_request(
    serving: Any, speaking: Any, ask: Any
) -> None:
    counting = Counting()
    counting.gate.set()
    async with serving(counting) as server, speaking(server.address) as peer:
        await peer.introduce()
        for identifier, imsi in ((1, "001010000000001"), (2, "001010000000002")):
            peer.write(encode(ask(user_name=imsi), identifier, 77))
            await peer.hear()
        assert counting.asked == 2
        peer.write(encode(ask(session_id="x" * 5000), 3, 78))
        await peer.hear()
        assert len(server._serving._duplicates) == 2  # a long one costs no memory


async def stopped(
    stack: AsyncExitStack, counting: Counting, serving: Any, speaking: Any, ask: Any
) -> tuple[Any, Any, asyncio.Task[Any]]:
    """A server that is told to stop while a request is under way, its peer, and the stop."""
    server = await stack.enter_async_context(serving(counting))
    peer = await stack.enter_async_context(speaking(server.address))
    await peer.introduce()
    peer.say(ask(), 5)
    await until(lambda: counting.asked)
    return server, peer, asyncio.create_task(server.__aexit__(None, None, None))


async def test_what_a_stop_cuts_off_is_answered(
    quick: None, serving: Any, speaking: Any, ask: Any
) -> None:
    counting = Counting()
    async with AsyncExitStack() as stack:
        _, peer, stopping = await stopped(stack, counting, serving, speaking, ask)
        refusal = await peer.hear()
        assert isinstance(refusal.body, ANSWER)
        assert (refusal.header.hop_by_hop, refusal.body.result_code) == (5, 3002)
        await stopping
        stack.pop_all()
        peer.writer.transport.abort()


async def test_what_comes_while_a_stop_waits_is_declined_and_told(
    serving: Any, speaking: Any, ask: Any
) -> None:
    counting = Counting()
    with capture_logs() as logs:
        async with AsyncExitStack() as stack:
            server, peer, stopping = await stopped(stack, counting, serving, speaking, ask)
            await until(lambda: server._serving.stopping)
            peer.say(ask(session_id="late"), 6)
            refusal = await peer.hear()
            assert isinstance(refusal.body, ANSWER)
            assert (refusal.header.hop_by_hop, refusal.body.result_code) == (6, 3002)
            counting.gate.set()
            answer = await peer.hear()
            assert (answer.header.hop_by_hop, answer.body.result_code) == (5, 2001)
            peer.writer.transport.abort()
            await stopping
            stack.pop_all()
    (told,) = [line for line in logs if line["event"] == "request declined"]
    assert (told["answer"], told["problem"]) == ("3002", "this node is stopping")
    assert server.counts["declined"] == 1


def test_nobody_is_believed_in_clear_text_beside_tls(lab: Any) -> None:
    own: dict[str, Any] = {"origin_host": MKEF, "origin_realm": "home.example"}
    with pytest.raises(ValueError, match="proves no name"):
        DiameterSection(**own, tls=lab.section(MKEF), listen_sctp=Endpoint("127.0.0.1", 0))


def test_a_peer_stands_in_the_configuration_once() -> None:
    peer = ConnectSection(host=MKEF, address=(Endpoint("127.0.0.1", 1),))
    with pytest.raises(ValueError, match="stands there twice"):
        DiameterSection(origin_host=SERVER, origin_realm="example", connect=(peer, peer))


async def test_a_host_that_no_name_can_have_is_unreachable(asking: Any, ask: Any) -> None:
    async with asking(f"{'a' * 64}.example:3868") as client:
        with pytest.raises(RequestFailed, match="no name of a host"):
            await client.request(ask(), LONG_S)
