"""A gateway and a client without sockets, fed with every message cut short and with octets changed.

Each answer must be one that its own decoders read; nothing is raised, nothing stays behind, and a
good question is answered afterwards as before.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from mkef.stack.m3ua_asp import M3uaAsp
from mkef.stack.m3ua_events import Deliver, Effects, Send
from mkef.stack.m3ua_peer import Rules
from mkef.stack.map_dialogue import Forget, MapDialogues, Outcome, Serve
from mkef.stack.sccp_management import message as management_message
from mkef.stack.sccp_routing import Answer, Returned, Route, SccpRouting, ToUser
from mkef.stack.sccp_segments import LIMIT, cut
from mkef.stack.tcap_dialogue import ORPHAN_S, Path, Transactions, Transmit
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7 import m3ua, sccp, tcap
from mkef_codecs.ss7.component import Invoke, Problem, Reject, ReturnError, ReturnResult
from mkef_codecs.ss7.dialogue import DialogueAbort, DialogueRequest, DialogueResponse
from mkef_codecs.ss7.m3ua import ErrorCode, Kind, Message, ProtocolData, Tag
from mkef_codecs.ss7.m3ua_parameters import AffectedPointCode, RoutingKey, encode_affected
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    Encoding,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
    encode_argument,
    encode_result,
)
from mkef_codecs.ss7.map_dialogue import MapDialogue, encode_map_dialogue
from mkef_codecs.ss7.sccp import GlobalTitle, SccpAddress, Unitdata, UnitdataService
from mkef_codecs.ss7.sccp_management import Format, Management
from mkef_codecs.ss7.tcap import Abort, Begin, Continue, End, Unidirectional

MKEF, HLR = SccpAddress(149, 1), SccpAddress(6, 2)
RAND = bytes(range(16))
ARG = SendAuthenticationInfoArg(
    Imsi("001010123456789"), segmentation_prohibited=True, rand_list=(RAND,)
)
RESULT = SendAuthenticationInfoRes((Triplet(RAND, b"sres", b"8 octets"),))
REQUEST = DialogueRequest(INFO_RETRIEVAL_V3, (encode_map_dialogue(MapDialogue.OPEN),))
ACCEPT = DialogueResponse(INFO_RETRIEVAL_V3)
PARAMETER = encode_argument(ARG, Encoding.EXTENSION)
MASKS = range(1, 256)


class Node:
    """All layers of one end; `sent` is what it would have put on the wire."""

    def __init__(self, point_code: int, ssn: int, *, serves: bool) -> None:
        numbers = itertools.count(1)
        self.transactions = Transactions(lambda length: next(numbers).to_bytes(length, "big"))
        self.map = MapDialogues(self.transactions, serves=serves)
        self.routing = SccpRouting(point_code, frozenset({ssn}))
        self.asp = M3uaAsp(Rules(point_code=point_code, beat_s=0))
        self.sent: list[bytes] = []
        self.outcomes: list[Outcome] = []
        self.now = 0.0
        if serves:
            self.asp.accept(self.now, "peer", "host")
            for kind in (Kind.ASPUP, Kind.ASPAC):
                self.asp.receive(Message(kind).encode(), self.now)
        else:
            self.asp.initiate(self.now)
            for kind in (Kind.ASPUP_ACK, Kind.ASPAC_ACK):
                self.asp.receive(Message(kind).encode(), self.now)

    def feed(self, octets: bytes) -> None:
        traffic = self.asp.traffic(octets, self.now)
        effects = self.asp.receive(octets, self.now)
        assert traffic is None or effects == [Deliver(traffic)]
        self.m3ua(effects)

    def m3ua(self, effects: Effects) -> None:
        for effect in effects:
            if isinstance(effect, Send):
                self.sent.append(effect.message.encode())
            if isinstance(effect, Deliver):
                for route in self.routing.route(effect.data, self.now):
                    self.route(route)

    def route(self, route: Route) -> None:
        match route:
            case ToUser():
                path = Path(route.called, route.calling, route.reply_point_code, "peer")
                self.user(self.map.receive(route.data, path, self.now))
            case Returned(octets, reason):
                self.user(self.map.returned(octets, reason))
            case Answer(point_code, message):
                self.transmit(message, point_code)

    def user(self, effects: object) -> None:
        assert isinstance(effects, list)
        for effect in effects:
            match effect:
                case Transmit(path, octets):
                    unitdata = Unitdata(path.remote, path.local, octets, return_on_error=True)
                    self.transmit(unitdata, path.point_code)
                case Serve(own, invoke_id, _, _):
                    self.user(self.map.answer(own, invoke_id, RESULT))
                case Outcome():
                    self.outcomes.append(effect)
                case _:
                    assert not isinstance(effect, Forget)

    def transmit(self, message: sccp.SccpMessage, point_code: int) -> None:
        for _, octets in self.routing.messages(message):
            self.sent.append(m3ua.data(ProtocolData(2, point_code, octets)).encode())

    def answers(self) -> list[object]:
        """What was sent, as the innermost values that there are; each one must decode."""
        found: list[object] = []
        for octets in self.sent:
            message = m3ua.decode(octets)
            if message.kind is not Kind.DATA:
                found.append(message)
                continue
            unitdata = sccp.decode(m3ua.protocol_data(message).data)
            management = unitdata.called.ssn == 1 or isinstance(unitdata, UnitdataService)
            found.append(unitdata if management else tcap.decode(unitdata.data))
        self.sent.clear()
        return found


def data(user_data: bytes, called: SccpAddress = HLR, calling: SccpAddress = MKEF) -> bytes:
    unitdata = Unitdata(called, calling, user_data, return_on_error=True)
    return m3ua.data(ProtocolData(1, 2, unitdata.encode())).encode()


def changed(octets: bytes) -> Iterator[bytes]:
    """Every truncation, and every octet changed in some ways."""
    for end in range(len(octets)):
        yield octets[:end]
        for mask in MASKS:
            yield octets[:end] + bytes((octets[end] ^ mask,)) + octets[end + 1 :]


TITLE = SccpAddress(149, None, GlobalTitle("31207654321"), route_on_ssn=False)
SEGMENTED = [m.encode() for m in cut(Unitdata(HLR, MKEF, bytes(400), return_on_error=True), 7)]
USER_ABORT = DialogueAbort(user_information=(encode_map_dialogue(MapDialogue.USER_ABORT),))
TO_SERVER = {
    "begin": data(tcap.encode(Begin(b"peer", REQUEST, (Invoke(1, 56, PARAMETER),)))),
    "begin by title": data(
        tcap.encode(Begin(b"peer", REQUEST, (Invoke(1, 56, PARAMETER),))), calling=TITLE
    ),
    "begin without components": data(tcap.encode(Begin(b"peer", REQUEST))),
    "continue": data(tcap.encode(Continue(b"peer", b"\0\0\0\1", None, (Invoke(1, 56),)))),
    "end": data(tcap.encode(End(b"\0\0\0\1", ACCEPT, (ReturnResult(1),)))),
    "abort": data(tcap.encode(Abort(b"\0\0\0\1", dialogue=USER_ABORT))),
    "unidirectional": data(tcap.encode(Unidirectional((Invoke(1, 56, PARAMETER),)))),
    "returned": m3ua.data(
        ProtocolData(1, 2, UnitdataService(HLR, MKEF, tcap.encode(Begin(b"own.")), 1).encode())
    ).encode(),
    "segment": m3ua.data(ProtocolData(1, 2, SEGMENTED[0])).encode(),
    "status test": m3ua.data(
        ProtocolData(1, 2, management_message(1, 2, Management(Format.SST, 6, 2)).encode())
    ).encode(),
    "ASPUP": Message(Kind.ASPUP, {Tag.ASP_IDENTIFIER: b"\0\0\0\1", Tag.INFO: b"mkef"}).encode(),
    "ASPAC": Message(
        Kind.ASPAC, {Tag.TRAFFIC_MODE: b"\0\0\0\2", Tag.ROUTING_CONTEXT: b"\0\0\0\7"}
    ).encode(),
    "BEAT": Message(Kind.BEAT, {Tag.HEARTBEAT_DATA: b"beat"}).encode(),
    "DAUD": Message(
        Kind.DAUD, {Tag.AFFECTED_POINT_CODE: encode_affected([AffectedPointCode(2)])}
    ).encode(),
    "REG REQ": Message(Kind.REG_REQ, {Tag.ROUTING_KEY: RoutingKey(1, 9).encode()}).encode(),
    "ERR": m3ua.error(ErrorCode.PROTOCOL_ERROR, b"x").encode(),
}


@pytest.mark.parametrize("name", TO_SERVER)
def test_a_server_survives_every_changed_message(name: str) -> None:
    node = Node(2, 6, serves=True)
    fed = 0
    for octets in changed(TO_SERVER[name]):
        node.feed(octets)
        fed += 1
        answers = node.answers()
        if not answers:
            continue
        # Never more than an answer, a complaint and a notification for one message.
        assert len(answers) <= 3
        assert not isinstance(answers[0], Begin)
    assert len(node.transactions) <= fed
    node.user(node.map.tick(node.now + ORPHAN_S))
    assert len(node.transactions) == 0
    for kind in (Kind.ASPUP, Kind.ASPAC):  # a changed ASPDN may have been among them
        node.feed(Message(kind).encode())
    node.answers()
    node.feed(TO_SERVER["begin"])
    (end,) = node.answers()
    assert isinstance(end, End)
    assert end.components == (ReturnResult(1, 56, encode_result(RESULT)),)


OWN = b"\0\0\0\1"
TO_CLIENT = {
    "result": End(OWN, ACCEPT, (ReturnResult(1, 56, encode_result(RESULT)),)),
    "error": End(OWN, ACCEPT, (ReturnError(1, 34),)),
    "reject": End(OWN, ACCEPT, (Reject(1, Problem.INVOKE, 1),)),
    "continue": Continue(b"peer", OWN, ACCEPT),
    "abort": Abort(OWN, dialogue=USER_ABORT),
    "provider abort": Abort(OWN, cause=1),
}


@pytest.mark.parametrize("name", TO_CLIENT)
def test_a_client_has_one_outcome_whatever_comes(name: str) -> None:
    good = tcap.encode(TO_CLIENT[name])
    for octets in changed(good):
        node = Node(1, 149, serves=False)
        there = Path(MKEF, HLR, 2, "")
        own, begin = node.map.request(ARG, Encoding.EXTENSION, there, deadline=15.0)
        assert own == OWN
        node.user([begin])
        node.sent.clear()
        for again in (octets, good):
            unitdata = Unitdata(MKEF, HLR, again)
            node.feed(m3ua.data(ProtocolData(2, 1, unitdata.encode())).encode())
        node.user(node.map.tick(15.0))
        assert [outcome.transaction for outcome in node.outcomes] == [OWN]
        assert len(node.transactions) == 0
        node.answers()


@pytest.mark.parametrize(
    "noise",
    [
        "e203c7010000",  # ANSI T1.114: query with permission, its transaction id
        "e41ac70800000001000000022e",
        "62154804000000076b0d280b060700118605010101a000",  # an unstructured dialogue
        "6206480400000008",
        "3003020101",
        "",
        "ff" * 60,
    ],
)
def test_noise_of_other_networks_is_survived(noise: str) -> None:
    node = Node(2, 6, serves=True)
    node.feed(data(bytes.fromhex(noise)))
    assert all(isinstance(answer, Abort) for answer in node.answers())


def test_other_operations_and_contexts_have_their_standard_answers() -> None:
    node = Node(2, 6, serves=True)
    update_location = Begin(b"peer", DialogueRequest((0, 4, 0, 0, 1, 0, 1, 3)), (Invoke(1, 2),))
    node.feed(data(tcap.encode(update_location)))
    (abort,) = node.answers()
    assert isinstance(abort, Abort)
    assert isinstance(abort.dialogue, DialogueResponse)
    assert not abort.dialogue.accepted
    purge_ms = Begin(b"peer", REQUEST, (Invoke(1, 67, b"\xa3\x00"),))
    node.feed(data(tcap.encode(purge_ms)))
    (end,) = node.answers()
    assert isinstance(end, End)
    assert end.components == (Reject(1, Problem.INVOKE, 1),)


def test_begins_that_never_continue_are_bounded_and_end() -> None:
    node = Node(2, 6, serves=True)
    begin = data(tcap.encode(Begin(b"peer", REQUEST)))
    aborted = 0
    for _ in range(12_000):
        node.feed(begin)
        aborted += sum(isinstance(answer, Abort) for answer in node.answers())
    assert len(node.transactions) == 10_000
    assert aborted == 2_000
    node.user(node.map.tick(ORPHAN_S))
    assert len(node.transactions) == 0
    assert not node.map._services


def test_segments_that_never_end_are_bounded() -> None:
    node = Node(2, 6, serves=True)
    for reference in range(2 * LIMIT):
        first, _ = cut(Unitdata(HLR, MKEF, bytes(400)), reference)
        node.feed(m3ua.data(ProtocolData(1, 2, first.encode())).encode())
    assert len(node.routing._reassembly._parts) == LIMIT
