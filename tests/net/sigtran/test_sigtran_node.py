"""Signalling points over real sockets: asked, served, disturbed, stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from mkef.net.capture import Capture, read
from mkef.net.endpoint import Endpoint, NetworkError
from mkef.net.m3ua_connector import FIRST_S, LONGEST_S, Backoff
from mkef.net.sigtran import Caller, Question, SigtranNode
from mkef.stack.map_dialogue import Serve
from mkef.stack.map_failure import (
    DialogueRefused,
    MapErrorReturned,
    MapTimeout,
    NoRoute,
    OperationRejected,
)
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7 import m3ua, sccp, tcap
from mkef_codecs.ss7.component import Invoke, Problem, Reject
from mkef_codecs.ss7.dialogue import DialogueRequest
from mkef_codecs.ss7.m3ua import ErrorCode, Kind, Message, ProtocolData, Tag
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    Encoding,
    MapUserError,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
)
from mkef_codecs.ss7.sccp import GlobalTitle, SccpAddress

HLR = SccpAddress(6, 2)
MKEF = SccpAddress(149, 1)
Open = Callable[..., Any]


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_a_question_and_its_answer(
    serve: Open,
    ask: Open,
    hlr: Any,
    argument: SendAuthenticationInfoArg,
    encoding: Encoding,
    host: str,
) -> None:
    async with serve(hlr, listen=(Endpoint(host, 0),)) as node, ask(node) as mkef:
        assert await mkef.wait_active(10)
        result = await mkef.send_authentication_info(HLR, argument, encoding=encoding)
    assert tuple(t.rand for t in result.triplets) == argument.rand_list
    assert [caller.address for caller in hlr.callers] == [MKEF]
    assert hlr.callers[0].association.startswith(str(Endpoint(host, 0))[:-2])


async def test_many_questions_at_once(
    serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg
) -> None:
    async with serve(hlr) as node, ask(node) as mkef:
        assert await mkef.wait_active(10)
        results = await asyncio.gather(
            *(
                mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
                for _ in range(50)
            )
        )
    assert len(results) == len(hlr.callers) == 50


async def test_by_global_title(
    serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg
) -> None:
    destination = SccpAddress(6, None, GlobalTitle("31201234567"), route_on_ssn=False)
    async with (
        serve(hlr) as node,
        ask(node, global_title="31207654321", gateway_point_code=2) as mkef,
    ):
        assert await mkef.wait_active(10)
        await mkef.send_authentication_info(destination, argument, encoding=Encoding.EXTENSION)
    title = GlobalTitle("31207654321")
    assert hlr.callers[0].address == SccpAddress(149, 1, title, route_on_ssn=False)


async def test_named_failures(
    serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg
) -> None:
    unknown = SendAuthenticationInfoArg(Imsi("001010123456780"))
    async with serve(hlr, knows_variant=False) as node, ask(node) as mkef:
        assert await mkef.wait_active(10)
        question = mkef.send_authentication_info
        with pytest.raises(MapErrorReturned) as returned:
            await question(HLR, unknown, encoding=Encoding.EXTENSION)
        assert returned.value.error is MapUserError.UNKNOWN_SUBSCRIBER
        with pytest.raises(OperationRejected):
            await question(HLR, argument, encoding=Encoding.OPERATION)
        with pytest.raises(NoRoute, match="UNEQUIPPED_USER"):
            await question(SccpAddress(7, 2), argument, encoding=Encoding.EXTENSION)
        with pytest.raises(NoRoute, match="gateway_point_code"):
            await question(SccpAddress(6), argument, encoding=Encoding.EXTENSION)
        with pytest.raises(NoRoute, match="the way to the peer is lost"):
            await question(SccpAddress(6, 3), argument, encoding=Encoding.EXTENSION)


async def test_no_answer_in_time(
    serve: Open, ask: Open, argument: SendAuthenticationInfoArg
) -> None:
    async def silent(_arg: SendAuthenticationInfoArg, _caller: Caller) -> MapUserError:
        await asyncio.Event().wait()
        raise AssertionError

    async with serve(silent) as node, ask(node) as mkef:
        assert await mkef.wait_active(10)
        with pytest.raises(MapTimeout):
            await mkef.send_authentication_info(
                HLR, argument, encoding=Encoding.EXTENSION, timeout_s=0.01
            )


async def test_who_serves_nothing_refuses(
    serve: Open, ask: Open, argument: SendAuthenticationInfoArg
) -> None:
    async with serve(None) as node, ask(node) as mkef:
        assert await mkef.wait_active(10)
        with pytest.raises(DialogueRefused):
            await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)


async def test_no_route_without_an_association(
    serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg
) -> None:
    async with serve(hlr, connect=()) as node:
        with pytest.raises(NoRoute, match="no M3UA association"):
            await node.send_authentication_info(MKEF, argument, encoding=Encoding.EXTENSION)
        assert not await node.wait_active(0.01)


async def test_a_service_that_fails_is_a_system_failure(
    serve: Open, ask: Open, argument: SendAuthenticationInfoArg, log: list[dict[str, Any]]
) -> None:
    async def broken(_arg: SendAuthenticationInfoArg, _caller: Caller) -> MapUserError:
        raise RuntimeError("out of order")

    async with serve(broken) as node, ask(node) as mkef:
        assert await mkef.wait_active(10)
        for _ in range(2):
            with pytest.raises(MapErrorReturned, match="SYSTEM_FAILURE"):
                await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
    assert [event["event"] for event in log].count("service failed") == 2


@pytest.mark.parametrize("later", [False, True])
async def test_one_failure_is_not_that_of_others_in_the_same_turn(
    serve: Open,
    ask: Open,
    argument: SendAuthenticationInfoArg,
    log: list[dict[str, Any]],
    *,
    later: bool,
) -> None:
    imsis = [Imsi(f"00101012345{n:04}") for n in range(20)]
    broken = imsis[7]

    def choosy(questions: Sequence[Question]) -> list[MapUserError]:
        if any(arg.imsi == broken for arg, _ in questions):
            raise RuntimeError("out of order")
        return [MapUserError.UNKNOWN_SUBSCRIBER] * len(questions)

    async def patient(questions: Sequence[Question]) -> list[MapUserError]:
        await asyncio.sleep(0)
        return choosy(questions)

    async with serve(patient if later else choosy, whole_turns=True) as node, ask(node) as mkef:
        assert await mkef.wait_active(10)
        questions = [replace(argument, imsi=imsi) for imsi in imsis]
        asking = (
            mkef.send_authentication_info(HLR, question, encoding=Encoding.EXTENSION)
            for question in questions
        )
        failures = await asyncio.gather(*asking, return_exceptions=True)
    assert [str(f).rpartition(" ")[2] for f in failures] == [
        "SYSTEM_FAILURE" if imsi == broken else "UNKNOWN_SUBSCRIBER" for imsi in imsis
    ]
    assert [event["event"] for event in log].count("service failed") == 1


async def test_a_stop_fails_what_is_pending_and_cancels_what_is_served(
    serve: Open, ask: Open, argument: SendAuthenticationInfoArg
) -> None:
    reached, cancelled = asyncio.Event(), asyncio.Event()

    async def stuck(_arg: SendAuthenticationInfoArg, _caller: Caller) -> SendAuthenticationInfoRes:
        reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        raise AssertionError

    async with serve(stuck) as node:
        async with ask(node) as mkef:
            assert await mkef.wait_active(10)
            question = asyncio.create_task(
                mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
            )
            await reached.wait()
        with pytest.raises(NoRoute):
            await question
    assert cancelled.is_set()


async def test_a_dialogue_that_is_gone_while_the_service_reads_is_not_served(
    serve: Open, ask: Open, argument: SendAuthenticationInfoArg
) -> None:
    reading, read = asyncio.Event(), asyncio.Event()
    served: list[SendAuthenticationInfoArg] = []

    async def answer(arg: SendAuthenticationInfoArg) -> MapUserError:
        served.append(arg)
        return MapUserError.UNKNOWN_SUBSCRIBER

    async def patient(questions: Sequence[Question]) -> list[Awaitable[MapUserError]]:
        reading.set()
        await read.wait()
        return [answer(arg) for arg, _ in questions]

    async with serve(patient, whole_turns=True) as node, ask(node) as mkef:
        assert await mkef.wait_active(10)
        asking = mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
        task = asyncio.create_task(asking)
        await reading.wait()
        node._tick(node._timer() + 1000)  # the dialogue has had its time
        read.set()
        for _ in range(5):  # turns: the service's, its answers', the first steps of these
            await asyncio.sleep(0)
        task.cancel()
    assert served == []


async def test_a_dialogue_that_is_gone_within_its_turn_is_not_served(
    serve: Open, ask: Open, argument: SendAuthenticationInfoArg
) -> None:
    served: list[int] = []

    def count(questions: Sequence[Question]) -> list[MapUserError]:
        served.append(len(questions))
        return [MapUserError.UNKNOWN_SUBSCRIBER] * len(questions)

    async with serve(count, whole_turns=True) as node, ask(node) as mkef:
        assert await mkef.wait_active(10)
        taken, over = node._performers[Serve], asyncio.Event()

        def take_and_expire(effect: Serve) -> None:
            taken(effect)
            node._tick(node._timer() + 1000)  # the dialogue has had its time
            over.set()

        node._performers[Serve] = take_and_expire
        asking = mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
        task = asyncio.create_task(asking)
        await over.wait()
        await asyncio.sleep(0)
        task.cancel()
    assert served == []


async def test_a_question_that_nobody_waits_for_any_more(
    serve: Open, ask: Open, argument: SendAuthenticationInfoArg
) -> None:
    reached, answer = asyncio.Event(), asyncio.Event()

    async def slow(_arg: SendAuthenticationInfoArg, _caller: Caller) -> SendAuthenticationInfoRes:
        reached.set()
        await answer.wait()
        return SendAuthenticationInfoRes()

    async with serve(slow) as node, ask(node) as mkef:
        assert await mkef.wait_active(10)
        question = mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
        task = asyncio.create_task(question)
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        answer.set()
        await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)


async def test_the_peer_may_come_later_and_come_back(
    serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg
) -> None:
    async with serve(hlr) as node:
        endpoint = Endpoint.parse(node.addresses["m3ua_tcp"])
    async with ask(endpoint) as mkef:
        assert not await mkef.wait_active(0.01)
        async with serve(hlr, listen=(endpoint,)):
            assert await mkef.wait_active(10)
        with pytest.raises(NoRoute):
            await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
        async with serve(hlr, listen=(endpoint,)):
            assert await mkef.wait_active(10)
            await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)


def test_waits_double_up_to_a_limit() -> None:
    backoff = Backoff(bytes)
    waits = [backoff.wait_s() for _ in range(10)]
    assert waits[:3] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert waits[-1] == LONGEST_S
    backoff.reset()
    assert backoff.wait_s() == FIRST_S
    assert 0.7 < Backoff(lambda length: b"\xff" * length).wait_s() / FIRST_S < 0.76


async def test_a_port_in_use(serve: Open, hlr: Any) -> None:
    async with serve(hlr) as node:
        endpoint = Endpoint.parse(node.addresses["m3ua_tcp"])
        with pytest.raises(NetworkError, match=f"cannot listen on {endpoint}: the port is in use"):
            async with serve(hlr, listen=(endpoint,)):
                pass


# --- The tap ---


async def test_the_tap_sees_every_message_of_the_wire(
    serve: Open,
    ask: Open,
    hlr: Any,
    argument: SendAuthenticationInfoArg,
    tmp_path: Path,
    tshark: Callable[..., str],
) -> None:
    file = tmp_path / "zr.pcapng"
    capture = Capture(file, node="mkef", clock=lambda: 0.0)
    async with serve(hlr) as node, ask(node, capture) as mkef:
        assert await mkef.wait_active(10)
        await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
    capture.close()
    kinds = [
        "ASPUP",
        "ASPUP_ACK",
        "ASPAC",
        "NTFY",
        "ASPAC_ACK",
        "NTFY",
        "DATA",
        "DATA",
        "ASPIA",
        "ASPIA_ACK",
        "NTFY",
        "ASPDN",
        "ASPDN_ACK",
    ]
    assert len(read(file)) == len(kinds)
    shown = tshark(file, "-T", "fields", "-e", "m3ua.message_class", "-e", "m3ua.message_type")
    numbers = [f"{Kind[kind] >> 8}\t{Kind[kind] & 0xFF}" for kind in kinds]
    assert sorted(shown.splitlines()) == sorted(numbers)
    assert tshark(file, "-Y", "_ws.malformed || _ws.expert.severity == error") == ""


# --- Disturbances ---


def data(tcap_octets: bytes, *, called: SccpAddress = HLR, dpc: int = 2) -> Message:
    unitdata = sccp.Unitdata(called, MKEF, tcap_octets, return_on_error=True)
    return m3ua.data(ProtocolData(1, dpc, unitdata.encode()))


def answer(message: Message) -> tcap.Message:
    unitdata = sccp.decode(m3ua.protocol_data(message).data)
    return tcap.decode(unitdata.data)


@pytest.fixture
def survives(
    by_hand: Callable[[SigtranNode], Any], argument: SendAuthenticationInfoArg, ask: Open
) -> Callable[[SigtranNode], Any]:
    """Another peer is served as if nothing had happened."""

    async def check(node: SigtranNode) -> None:
        async with ask(node) as mkef:
            assert await mkef.wait_active(10)
            await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)

    return check


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        ("0200030100000008", ErrorCode.INVALID_VERSION),
        ("01000a0100000008", ErrorCode.UNSUPPORTED_CLASS),
        ("0100040100000008", ErrorCode.UNEXPECTED_MESSAGE),
        ("010003010000000c00040003", ErrorCode.PROTOCOL_ERROR),
    ],
)
async def test_bad_m3ua_is_answered_with_err(
    serve: Open, hlr: Any, by_hand: Any, survives: Any, octets: str, code: ErrorCode
) -> None:
    async with serve(hlr) as node:
        peer = await by_hand(node)
        peer.writer.write(bytes.fromhex(octets))
        error = await peer.receive()
        assert (error.kind, error.integer(Tag.ERROR_CODE)) == (Kind.ERR, code)
        await peer.become_active()
        await survives(node)


async def test_a_stream_that_holds_no_messages_is_closed(
    serve: Open, hlr: Any, by_hand: Any, survives: Any
) -> None:
    async with serve(hlr) as node:
        peer = await by_hand(node)
        peer.writer.write(b"GET / HTTP/1.1\r\n\r\n")
        assert (await peer.receive()).kind is Kind.ERR
        with pytest.raises(EOFError):
            await peer.receive()
        await survives(node)


@pytest.mark.parametrize(
    "sccp_octets", [b"", b"\x09", b"\x09\x80\x03\x00\x00", b"\x01\x02\x03\x04", b"\xff" * 40]
)
async def test_bad_sccp_is_dropped(
    serve: Open,
    hlr: Any,
    by_hand: Any,
    survives: Any,
    log: list[dict[str, Any]],
    sccp_octets: bytes,
) -> None:
    async with serve(hlr) as node:
        peer = await by_hand(node)
        await peer.become_active()
        peer.send(m3ua.data(ProtocolData(1, 2, sccp_octets)), Message(Kind.BEAT))
        assert (await peer.receive(ignoring=Kind.NTFY)).kind is Kind.BEAT_ACK
        await survives(node)
    assert [e["event"] for e in log].count("SCCP message dropped") == 1


async def test_bad_tcap_is_aborted(serve: Open, hlr: Any, by_hand: Any, survives: Any) -> None:
    async with serve(hlr) as node:
        peer = await by_hand(node)
        await peer.become_active()
        peer.send(data(bytes.fromhex("62084804706565726b00")))
        abort = answer(await peer.receive(ignoring=Kind.NTFY))
        assert abort == tcap.Abort(b"peer", tcap.AbortCause.BADLY_FORMATTED_TRANSACTION_PORTION)
        await survives(node)


async def test_a_bad_argument_is_rejected(
    serve: Open, hlr: Any, by_hand: Any, survives: Any
) -> None:
    async with serve(hlr) as node:
        peer = await by_hand(node)
        await peer.become_active()
        begin = tcap.Begin(b"peer", DialogueRequest(INFO_RETRIEVAL_V3), (Invoke(1, 56, b"\5\0"),))
        peer.send(data(tcap.encode(begin)))
        end = answer(await peer.receive(ignoring=Kind.NTFY))
        assert isinstance(end, tcap.End)
        assert end.components == (Reject(1, Problem.INVOKE, 2),)
        await survives(node)


async def test_a_message_for_another_subsystem_comes_back(
    serve: Open, hlr: Any, by_hand: Any
) -> None:
    async with serve(hlr) as node:
        peer = await by_hand(node)
        await peer.become_active()
        peer.send(data(b"tcap", called=SccpAddress(8, 2)))
        label = m3ua.protocol_data(await peer.receive(ignoring=Kind.NTFY))
        assert (label.opc, label.dpc) == (2, 1)
        assert sccp.decode(label.data) == sccp.UnitdataService(MKEF, SccpAddress(8, 2), b"tcap", 4)


async def test_a_peer_that_leaves_in_the_middle_of_a_message(
    serve: Open, hlr: Any, by_hand: Any, survives: Any
) -> None:
    async with serve(hlr) as node:
        peer = await by_hand(node)
        peer.writer.write(b"\1\0\3")
        peer.writer.close()
        await survives(node)


async def test_traffic_before_aspac_is_refused(serve: Open, hlr: Any, by_hand: Any) -> None:
    async with serve(hlr) as node:
        peer = await by_hand(node)
        peer.send(data(b""))
        error = await peer.receive()
        assert error.integer(Tag.ERROR_CODE) == ErrorCode.UNEXPECTED_MESSAGE
        assert hlr.callers == []


async def test_one_association_too_many_is_closed(
    serve: Open, hlr: Any, by_hand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mkef.net.m3ua_point.MAX_ASSOCIATIONS", 1)
    async with serve(hlr) as node:
        first, second = await by_hand(node), await by_hand(node)
        await first.become_active()
        with pytest.raises(EOFError):
            await second.receive()
        first.send(Message(Kind.BEAT))
        assert (await first.receive(ignoring=Kind.NTFY)).kind is Kind.BEAT_ACK


async def test_a_silent_peer_is_noticed(serve: Open, hlr: Any, by_hand: Any) -> None:
    async with serve(hlr, heartbeat_s=0.01) as node:
        peer = await by_hand(node)
        assert (await peer.receive()).kind is Kind.BEAT
        assert (await peer.receive()).kind is Kind.BEAT
        with pytest.raises(EOFError):
            await peer.receive()
