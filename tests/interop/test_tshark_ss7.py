"""tshark as a stranger: of SIGTRAN messages drawn at random, it reads the values that we wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkef.net.capture import Capture, Protocol
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7 import m3ua, tcap
from mkef_codecs.ss7.component import Invoke, Problem, Reject, ReturnError, ReturnResult
from mkef_codecs.ss7.dialogue import DialogueAbort, DialogueRequest, DialogueResponse
from mkef_codecs.ss7.m3ua import Kind, Message, ProtocolData, Tag
from mkef_codecs.ss7.m3ua_parameters import (
    AffectedPointCode,
    DeregistrationResult,
    RegistrationResult,
    RoutingKey,
    encode_affected,
)
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    SEND_AUTHENTICATION_INFO,
    Encoding,
    Quintuplet,
    Resynchronisation,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
    encode_argument,
    encode_result,
)
from mkef_codecs.ss7.map_dialogue import MapDialogue, encode_map_dialogue
from mkef_codecs.ss7.sccp import (
    Extension,
    GlobalTitle,
    SccpAddress,
    Segmentation,
    Unitdata,
    UnitdataService,
)

MESSAGES = 240

Chance = Any  # random.Random that draws names, too: the fixture
Row = dict[str, str]  # what a message holds, by tshark's name of the field
Made = tuple[Any, Row]
Compare = Callable[..., None]


def address(chance: Chance, side: str, ssn: int) -> tuple[SccpAddress, Row]:
    named = {"ssn": str(ssn), "ssni": "0x01"}
    if chance.random() < 0.5:
        point_code = chance.getrandbits(14)
        named |= {"pc": str(point_code), "pci": "0x01", "ri": "0x01", "gti": "0x00"}
        return SccpAddress(ssn, point_code), {f"sccp.{side}.{n}": v for n, v in named.items()}
    title = GlobalTitle(chance.digits(3, 15), chance.randint(0, 254))
    odd = len(title.digits) % 2
    named |= {
        "digits": title.digits,
        "digits.length": str(len(title.digits)),
        "tt": f"0x{title.translation_type:02x}",
        "nai": "0x04",
        "np": "0x01",
        "es": f"0x{2 - odd:02x}",
        "ri": "0x00",
        "gti": "0x04",
        "pci": "0x00",
    }
    written = SccpAddress(ssn, None, title, route_on_ssn=False)
    return written, {f"sccp.{side}.{name}": value for name, value in named.items()}


def extension(chance: Chance) -> tuple[Extension, Row]:
    """Of one segment alone, so that tshark reads on."""
    reference = chance.getrandbits(24)
    in_sequence = chance.random() < 0.5
    segment = Segmentation(first=True, remaining=0, reference=reference, in_sequence=in_sequence)
    hops, importance = chance.randint(1, 15), chance.randint(0, 7)
    return Extension(hops, segment, importance), {
        "sccp.hops": f"0x{hops:02x}",
        "sccp.segmentation.first": "0x01",
        "sccp.segmentation.remaining": "0x00",
        "sccp.segmentation.class": f"0x{int(in_sequence):02x}",
        "sccp.segmentation.slr": f"0x{reference:06x}",
        "sccp.importance": f"0x{importance:02x}",
    }


def wrapped(chance: Chance, data: bytes) -> Made:
    """UDT, XUDT, UDTS or XUDTS around user data."""
    called, called_row = address(chance, "called", 6)
    calling, calling_row = address(chance, "calling", 149)
    more, row = extension(chance) if chance.random() < 0.5 else (None, {})
    row = called_row | calling_row | row
    if chance.random() < 0.3:
        cause = chance.randint(0, 14)
        row |= {"sccp.return_cause": f"0x{cause:02x}"}
        row |= {"sccp.message_type": "0x0a" if more is None else "0x12"}
        return UnitdataService(called, calling, data, cause, more), row
    returned, in_sequence = chance.random() < 0.5, chance.random() < 0.5
    row |= {
        "sccp.message_type": "0x09" if more is None else "0x11",
        "sccp.class": f"0x{int(in_sequence):02x}",
        "sccp.handling": "0x08" if returned else "0x00",
    }
    return Unitdata(called, calling, data, returned, in_sequence, more), row


def request(chance: Chance) -> Made:
    argument = SendAuthenticationInfoArg(
        Imsi("00101" + chance.digits(10, 10)),
        chance.randint(1, 5),
        segmentation_prohibited=True,
        requesting_node_type=chance.randint(0, 2),
        rand_list=tuple(chance.octets(16) for _ in range(chance.randint(1, 2))),
        resynchronisation=Resynchronisation(chance.octets(16), chance.octets(14)),
    )
    assert argument.resynchronisation
    parameter = encode_argument(argument, Encoding.EXTENSION)
    return Invoke(chance.randint(-128, 127), SEND_AUTHENTICATION_INFO, parameter), {
        "e212.imsi": argument.imsi.digits,
        "gsm_map.ms.numberOfRequestedVectors": str(argument.number_of_requested_vectors),
        "gsm_map.ms.requestingNodeType": str(argument.requesting_node_type),
        "gsm_map.ms.rand": argument.resynchronisation.rand.hex(),
        "gsm_map.ms.auts": argument.resynchronisation.auts.hex(),
        "gsm_map.privateExtensionList": "1",
        "gsm_map.extId": "1.3.6.1.4.1.32473.1.1",
        "gsm_old.localValue": "56",
        "gsm_map.old.Component": "1",
    }


def triplets(chance: Chance) -> Made:
    vectors = tuple(
        Triplet(chance.octets(16), chance.octets(4), chance.octets(8))
        for _ in range(chance.randint(1, 3))
    )
    row = {
        f"gsm_map.ms.{name}": ",".join(getattr(v, name).hex() for v in vectors)
        for name in ("rand", "sres", "kc")
    }
    return SendAuthenticationInfoRes(vectors), row | {
        "gsm_map.ms.authenticationSetList": "0",
        "gsm_map.ms.tripletList": str(len(vectors)),
    }


def quintuplets(chance: Chance) -> Made:
    vectors = tuple(
        Quintuplet(*(chance.octets(n) for n in (16, chance.randint(4, 16), 16, 16, 16)))
        for _ in range(1)  # two and their dialogue portion are more than one message of SCCP holds
    )
    row = {
        f"gsm_map.ms.{name}": ",".join(getattr(v, name).hex() for v in vectors)
        for name in ("rand", "xres", "ck", "ik", "autn")
    }
    return SendAuthenticationInfoRes((), vectors), row | {
        "gsm_map.ms.authenticationSetList": "1",
        "gsm_map.ms.quintupletList": str(len(vectors)),
    }


def result(chance: Chance) -> Made:
    value, row = chance.choice((triplets, quintuplets))(chance)
    last = chance.random() < 0.7
    component = ReturnResult(chance.randint(-128, 127), 56, encode_result(value), last=last)
    return component, row | {
        "gsm_old.localValue": "56",
        "gsm_map.old.Component": "2" if last else "7",
    }


def failure(chance: Chance) -> Made:
    code = chance.choice((1, 34, 35, 36))
    return ReturnError(chance.randint(-128, 127), code), {
        "gsm_old.localValue": str(code),
        "gsm_map.old.Component": "3",
    }


def rejection(chance: Chance) -> Made:
    number = chance.randint(0, 2)
    problem, field = chance.choice(
        (
            (Problem.GENERAL, "generalProblem"),
            (Problem.INVOKE, "invokeProblem"),
            (Problem.RETURN_RESULT, "returnResultProblem"),
            (Problem.RETURN_ERROR, "returnErrorProblem"),
        )
    )
    return Reject(chance.randint(-128, 127), problem, number), {
        f"gsm_old.{field}": str(number),
        "gsm_map.old.Component": "4",
    }


def transaction(chance: Chance) -> Made:
    """Any TCAP message, with a component or with the reason of an Abort."""
    otid, dtid = chance.octets(4), chance.octets(4)
    component, row = chance.choice((request, result, failure, rejection))(chance)
    invoke_id = "gsm_old.derivable" if isinstance(component, Reject) else "gsm_old.invokeID"
    row |= {invoke_id: str(component.invoke_id)}
    context = {
        "tcap.oid": "0.0.17.773.1.1.1",
        "tcap.application_context_name": "0.4.0.0.1.0.14.3",
        "tcap.protocol_version": "80",
        "tcap.user_information": "1",
    }
    opening = DialogueRequest(INFO_RETRIEVAL_V3, (encode_map_dialogue(MapDialogue.OPEN),))
    accept = DialogueResponse(
        INFO_RETRIEVAL_V3, user_information=(encode_map_dialogue(MapDialogue.ACCEPT),)
    )
    if isinstance(component, Invoke):
        row |= context | {"tcap.otid": otid.hex(), "gsm_map.dialogue.MAP_DialoguePDU": "0"}
        row |= {"tcap.tid": otid.hex(), "tcap.AARQ.protocol.version.version1": "1"}
        row |= {"tcap.begin_element": "1", "tcap.dialogueRequest_element": "1"}
        return tcap.Begin(otid, opening, (component,)), row | {"tcap.components": "1"}
    row |= {"tcap.result": "0", "tcap.dialogue_service_user": "0", "tcap.components": "1"}
    row |= context | {"tcap.dtid": dtid.hex(), "gsm_map.dialogue.MAP_DialoguePDU": "1"}
    row |= {"tcap.AARE.protocol.version.version1": "1", "tcap.result_source_diagnostic": "1"}
    row |= {"tcap.dialogueResponse_element": "1"}
    if chance.random() < 0.5:
        row |= {"tcap.otid": otid.hex(), "tcap.continue_element": "1"}
        return tcap.Continue(otid, dtid, accept, (component,)), row
    return tcap.End(dtid, accept, (component,)), row | {"tcap.end_element": "1"}


def abort(chance: Chance) -> Made:
    dtid, cause = chance.octets(4), chance.randint(0, 4)
    if chance.random() < 0.5:
        row = {"tcap.dtid": dtid.hex(), "tcap.reason": "10", "tcap.p_abortCause": str(cause)}
        return tcap.Abort(dtid, cause=cause), row
    by_provider = chance.random() < 0.5
    information = (encode_map_dialogue(MapDialogue.USER_ABORT),)
    dialogue = DialogueAbort(by_provider=by_provider, user_information=information)
    return tcap.Abort(dtid, dialogue=dialogue), {
        "tcap.dtid": dtid.hex(),
        "tcap.reason": "11",
        "tcap.abort_source": str(int(by_provider)),
        "gsm_map.dialogue.MAP_DialoguePDU": "4",
        "gsm_map.dialogue.map_UserAbortChoice": "0",
    }


def data(chance: Chance) -> Made:
    message, row = chance.choice((transaction, transaction, abort))(chance)
    unitdata, around = wrapped(chance, tcap.encode(message))
    if isinstance(unitdata, UnitdataService):  # what came back is not read further
        row = {}
    opc, dpc, sls = chance.getrandbits(14), chance.getrandbits(14), chance.randint(0, 15)
    context = chance.number()
    label = ProtocolData(opc, dpc, unitdata.encode(), sls=sls)
    return m3ua.data(label, context), row | around | {
        "m3ua.routing_context": str(context),
        "m3ua.protocol_data_opc": str(opc),
        "m3ua.protocol_data_dpc": str(dpc),
        "m3ua.protocol_data_si": "3",
        "m3ua.protocol_data_ni": "2",
        "m3ua.protocol_data_mp": "0",
        "m3ua.protocol_data_sls": str(sls),
    }


def word(number: int) -> bytes:
    return number.to_bytes(4, "big")


def management(chance: Chance) -> Made:
    if chance.random() < 0.5:
        code, quoted = chance.choice((1, 3, 4, 6, 7, 0x11)), chance.octets(8)
        parameters = {Tag.ERROR_CODE: word(code), Tag.DIAGNOSTIC: quoted}
        return Message(Kind.ERR, parameters), {
            "m3ua.error_code": str(code),
            "m3ua.diagnostic_information": quoted.hex(),
        }
    status = chance.randint(2, 4)
    return Message(Kind.NTFY, {Tag.STATUS: word(1 << 16 | status)}), {
        "m3ua.status_type": "1",
        "m3ua.status_info": str(status),
    }


def network(chance: Chance) -> Made:
    affected = [
        AffectedPointCode(chance.getrandbits(14), chance.randint(0, 8))
        for _ in range(chance.randint(1, 3))
    ]
    appearance = chance.number()
    row = {
        "m3ua.network_appearance": str(appearance),
        "m3ua.affected_point_code_pc": ",".join(str(a.point_code) for a in affected),
        "m3ua.affected_point_code_mask": ",".join(str(a.mask) for a in affected),
    }
    parameters = {
        Tag.NETWORK_APPEARANCE: word(appearance),
        Tag.AFFECTED_POINT_CODE: encode_affected(affected),
    }
    kind = chance.choice((Kind.DUNA, Kind.DAVA, Kind.DAUD, Kind.DRST, Kind.SCON, Kind.DUPU))
    if kind is Kind.SCON:
        level = chance.randint(0, 3)
        parameters[Tag.CONGESTION_INDICATIONS] = word(level)
        row |= {"m3ua.congestion_level": str(level)}
    if kind is Kind.DUPU:
        cause, user = chance.randint(0, 2), chance.randint(3, 5)
        parameters[Tag.USER_CAUSE] = word(cause << 16 | user)
        row |= {"m3ua.unavailability_cause": str(cause), "m3ua.user_identity": str(user)}
    return Message(kind, parameters), row


def server_process(chance: Chance) -> Made:
    identifier, text = chance.number(), chance.word()
    if chance.random() < 0.5:
        beat = chance.octets(12)
        kind = chance.choice((Kind.BEAT, Kind.BEAT_ACK))
        return Message(kind, {Tag.HEARTBEAT_DATA: beat}), {"m3ua.heartbeat_data": beat.hex()}
    parameters = {Tag.ASP_IDENTIFIER: word(identifier), Tag.INFO: text.encode()}
    kind = chance.choice((Kind.ASPUP, Kind.ASPUP_ACK))
    return Message(kind, parameters), {
        "m3ua.asp_identifier": str(identifier),
        "m3ua.info_string": text,
    }


def traffic(chance: Chance) -> Made:
    mode, context = chance.randint(1, 3), chance.number()
    parameters = {Tag.TRAFFIC_MODE: word(mode), Tag.ROUTING_CONTEXT: word(context)}
    kind = chance.choice((Kind.ASPAC, Kind.ASPAC_ACK))
    return Message(kind, parameters), {
        "m3ua.traffic_mode_type": str(mode),
        "m3ua.routing_context": str(context),
    }


def registration(chance: Chance) -> Made:
    local, context, point_code = chance.number(), chance.number(), chance.getrandbits(14)
    status = chance.randint(0, 10)
    return chance.choice(
        (
            (
                Message(Kind.REG_REQ, {Tag.ROUTING_KEY: RoutingKey(local, point_code).encode()}),
                {"m3ua.local_rk_identifier": str(local), "m3ua.dpc_pc": str(point_code)},
            ),
            (
                Message(
                    Kind.REG_RSP,
                    {Tag.REGISTRATION_RESULT: RegistrationResult(local, status, context).encode()},
                ),
                {
                    "m3ua.local_rk_identifier": str(local),
                    "m3ua.registration_status": str(status),
                    "m3ua.routing_context": str(context),
                },
            ),
            (
                Message(Kind.DEREG_REQ, {Tag.ROUTING_CONTEXT: word(context)}),
                {"m3ua.routing_context": str(context)},
            ),
            (
                Message(
                    Kind.DEREG_RSP,
                    {
                        Tag.DEREGISTRATION_RESULT: DeregistrationResult(
                            context, min(status, 5)
                        ).encode()
                    },
                ),
                {
                    "m3ua.routing_context": str(context),
                    "m3ua.deregistration_status": str(min(status, 5)),
                },
            ),
        )
    )


def test_m3ua_sccp_tcap_and_map(chance: Chance, tmp_path: Path, compare: Compare) -> None:
    file, rows = tmp_path / "map.pcapng", []
    capture = Capture(file, node="mkef", clock=lambda: 0.0)
    leg = capture.leg(Protocol.M3UA, "hlr", initiator=True, carried="")
    others = (management, network, server_process, traffic, registration)
    for _ in range(MESSAGES):
        message, row = (data if chance.random() < 0.6 else chance.choice(others))(chance)
        written = message.encode()
        leg.sent(written)
        header = {
            "m3ua.version": "1",
            "m3ua.message_class": str(message.kind >> 8),
            "m3ua.message_type": str(message.kind & 0xFF),
            "m3ua.message_length": str(len(written)),
        }
        rows.append(row | header)
    capture.close()
    least = {"m3ua.": 25, "sccp.": 25, "tcap.": 20, "gsm_": 20}
    compare(file, "m3ua", rows, least)
