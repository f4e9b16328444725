"""Several associations and gateways, routing keys, IPA, global titles, long messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from mkef.net.capture import Capture
from mkef.net.endpoint import Endpoint
from mkef.net.sigtran import Caller, SigtranSection
from mkef.net.sigtran_section import ApplicationServerSection, TranslationSection
from mkef.stack.map_failure import NoRoute
from mkef.trace.ladder import read_ladder
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.m3ua import Kind, Message, Tag
from mkef_codecs.ss7.m3ua_parameters import AffectedPointCode, encode_affected
from mkef_codecs.ss7.map_auth import (
    Encoding,
    Quintuplet,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
)
from mkef_codecs.ss7.sccp import GlobalTitle, SccpAddress

HLR = SccpAddress(6, 2)
Open = Callable[..., Any]
IMSI_TITLE = SccpAddress(
    6, None, GlobalTitle("262017654321098", numbering_plan=6), route_on_ssn=False
)
TO_MGT = TranslationSection(
    prefix="26201", numbering_plan="e212", replace_with="49171", new_numbering_plan="e214"
)
TO_HLR = TranslationSection(
    prefix="49171", numbering_plan="e214", point_code=9, backup_point_code=2, ssn=6
)


def endpoint_of(node: Any) -> Endpoint:
    return Endpoint.parse(next(iter(node.addresses.values())))


@pytest.mark.parametrize("mode", ["override", "loadshare", "broadcast"])
async def test_a_routing_key_is_registered(
    serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg, mode: str
) -> None:
    async with (
        serve(hlr, accept_routing_keys=True) as node,
        ask(node, register_routing_key=True, traffic_mode=mode) as mkef,
    ):
        assert await mkef.wait_active(10)
        await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
    assert len(hlr.callers) == 1


async def test_an_application_server_of_the_configuration(
    serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg
) -> None:
    served = ApplicationServerSection(routing_context=7, point_codes=(1,), hosts=("127.0.0.1",))
    async with (
        serve(hlr, application_servers=(served,)) as node,
        ask(node, routing_context=7) as mkef,
    ):
        assert await mkef.wait_active(10)
        await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)


async def test_two_nodes_without_a_gateway(
    serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg
) -> None:
    async with serve(hlr, role="ipsp") as node, ask(node, role="ipsp") as mkef:
        assert await mkef.wait_active(10)
        await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)


async def test_the_second_gateway_takes_over(
    serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg, until: Any
) -> None:
    async with serve(hlr) as second, AsyncExitStack() as stack:
        first = await stack.enter_async_context(serve(hlr))
        async with ask(first, connect=(endpoint_of(first), endpoint_of(second))) as mkef:

            def active() -> int:
                return sum(a.active for a in mkef._point._associations.values())

            await until(lambda: active() == 2)
            question = mkef.send_authentication_info
            await question(HLR, argument, encoding=Encoding.EXTENSION)
            assert hlr.callers[0].association in first._point._associations
            await stack.aclose()
            await until(lambda: active() == 1)
            await question(HLR, argument, encoding=Encoding.EXTENSION)
            assert hlr.callers[1].association in second._point._associations


@pytest.mark.parametrize("role", ["asp-sg", "ipsp"])
async def test_each_point_code_is_reached_by_its_own_peer(
    serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg, until: Any, role: str
) -> None:
    """Also where its peer is gone and another one is there."""
    other, address = type(hlr)(), SccpAddress(6, 3)
    async with serve(hlr, role=role) as first, AsyncExitStack() as stack:
        second = await stack.enter_async_context(serve(other, role=role, point_code=3))
        peers = endpoint_of(first), endpoint_of(second)
        reaches = {str(peers[0]): (2,), str(peers[1]): (3,)}
        async with ask(first, role=role, connect=peers, reaches=reaches) as mkef:
            await until(lambda: len(mkef.active) == 2)
            question = mkef.send_authentication_info
            await question(address, argument, encoding=Encoding.EXTENSION)
            assert len(other.callers) == 1
            assert not hlr.callers
            await stack.aclose()
            await until(lambda: len(mkef.active) == 1)
            with pytest.raises(NoRoute):
                await question(address, argument, encoding=Encoding.EXTENSION)
            await question(HLR, argument, encoding=Encoding.EXTENSION)
            assert len(hlr.callers) == 1


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"role": "ipsp"}, "reaches: wanted"),
        ({"reaches": {"127.0.0.1:3": (2,)}}, "127.0.0.1:3 is no peer of connect"),
        ({"reaches": {"127.0.0.1": (2,)}}, "expected host:port"),
    ],
)
def test_a_table_of_point_codes_that_cannot_be(options: dict[str, Any], problem: str) -> None:
    peers = Endpoint("127.0.0.1", 1), Endpoint("127.0.0.1", 2)
    with pytest.raises(ValueError, match=problem):
        SigtranSection(point_code=1, ssn=149, connect=peers, **options)


async def test_an_answer_waits_for_the_asker_to_come_back(
    serve: Open, by_hand: Any, argument: SendAuthenticationInfoArg, ask: Open, until: Any
) -> None:
    """T(r): the question came over an association that is gone when the answer is ready."""
    reached, ready = asyncio.Event(), asyncio.Event()

    async def slow(_arg: SendAuthenticationInfoArg, _caller: Caller) -> SendAuthenticationInfoRes:
        reached.set()
        await ready.wait()
        return SendAuthenticationInfoRes()

    async with serve(slow) as node:
        async with ask(node) as mkef:
            assert await mkef.wait_active(10)
            question = mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
            task = asyncio.create_task(question)
            await reached.wait()
        with pytest.raises(NoRoute):
            await task
        ready.set()
        await until(lambda: not node._serving)
        peer = await by_hand(node)
        await peer.become_active()
        data = await peer.receive(ignoring=Kind.NTFY)
        assert m3ua.protocol_data(data).dpc == 1


async def test_a_destination_out_of_reach(argument: SendAuthenticationInfoArg, ask: Open) -> None:
    """What a gateway says of a point code decides whether anything is sent to it."""
    told = asyncio.Event()

    async def gateway(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        framer = m3ua.Framer()
        answers = {Kind.ASPUP: Kind.ASPUP_ACK, Kind.ASPAC: Kind.ASPAC_ACK}
        while octets := await reader.read(4096):
            for found in framer.feed(octets):
                kind = m3ua.decode(found).kind
                if kind in answers:
                    writer.write(Message(answers[kind]).encode())
                if kind is Kind.ASPAC:
                    codes = encode_affected([AffectedPointCode(2)])
                    duna = Message(Kind.DUNA, {Tag.AFFECTED_POINT_CODE: codes})
                    writer.write(duna.encode() + Message(Kind.BEAT).encode())
                if kind is Kind.BEAT_ACK:
                    told.set()
        writer.close()

    server = await asyncio.start_server(gateway, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with ask(Endpoint("127.0.0.1", port)) as mkef:
        await told.wait()
        assert mkef._point.reaches(3)
        with pytest.raises(NoRoute, match="point code 2"):
            await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
    server.close()


async def test_an_imsi_finds_its_hlr_by_mobile_global_title(
    serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg
) -> None:
    """E.212 to E.214, then to the backup, since the HLR says that it is not point code 9."""
    async with serve(hlr) as node, ask(node, translations=(TO_MGT, TO_HLR)) as mkef:
        assert await mkef.wait_active(10)
        question = mkef.send_authentication_info
        with pytest.raises(NoRoute, match="the way to the peer is lost"):
            await question(IMSI_TITLE, argument, encoding=Encoding.EXTENSION)
        await question(IMSI_TITLE, argument, encoding=Encoding.EXTENSION)
    assert len(hlr.callers) == 1


async def test_a_long_answer_comes_in_parts(serve: Open, ask: Open) -> None:
    five = SendAuthenticationInfoRes(quintuplets=(Quintuplet(*(bytes(16),) * 5),) * 5)

    def answer(_arg: SendAuthenticationInfoArg, _caller: Caller) -> SendAuthenticationInfoRes:
        return five

    ordinary = SendAuthenticationInfoArg(Imsi("001010123456789"), 5)
    async with serve(answer) as node, ask(node) as mkef:
        assert await mkef.wait_active(10)
        send = mkef.send_authentication_info
        assert await send(HLR, ordinary, encoding=Encoding.EXTENSION) == five
    async with serve(answer, segmentation=False) as node, ask(node) as mkef:
        assert await mkef.wait_active(10)
        send = mkef.send_authentication_info
        fewer = await send(HLR, ordinary, encoding=Encoding.EXTENSION)
        assert 1 <= len(fewer.quintuplets) < 5


async def test_sccp_over_ipa(
    serve: Open,
    ask: Open,
    hlr: Any,
    argument: SendAuthenticationInfoArg,
    tmp_path: Path,
    tshark: Callable[..., str],
) -> None:
    file = tmp_path / "zr.pcapng"
    capture = Capture(file, node="mkef", clock=lambda: 0.0)
    ipa = {"transport": "ipa", "ipa_name": "mkef"}
    async with (
        serve(hlr, **ipa, gateway_point_code=1) as node,
        ask(node, capture, **ipa, gateway_point_code=2) as mkef,
    ):
        assert list(node.addresses) == ["ipa"]
        assert await mkef.wait_active(10)
        await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
    capture.close()
    labels = [step.label for step in read_ladder(file)]
    assert labels == [
        "IPA ID GET",
        "IPA ID RESP",
        "IPA ID ACK",
        "IPA ID ACK",
        "TC-BEGIN sendAuthenticationInfo variant n=2",
        "TC-END result 2 triplets",
    ]
    assert "sendAuthenticationInfo" in tshark(file)
    assert tshark(file, "-Y", "_ws.malformed || _ws.expert.severity == error") == ""
