"""tshark as a stranger: of messages drawn at random, it reads the values that we wrote."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from mkef.net.capture import Capture, Protocol
from mkef_codecs.diameter.commands import encode
from mkef_codecs.generated.diameter import (
    CEA,
    CER,
    DPR,
    DWA,
    DWR,
    MKR,
    VendorSpecificApplicationId,
)
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7 import m3ua, tcap
from mkef_codecs.ss7.component import Invoke, ReturnError, ReturnResult
from mkef_codecs.ss7.dialogue import DialogueRequest, DialogueResponse
from mkef_codecs.ss7.m3ua import ProtocolData
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    SEND_AUTHENTICATION_INFO,
    Encoding,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
    encode_argument,
    encode_result,
)
from mkef_codecs.ss7.sccp import GlobalTitle, SccpAddress, Unitdata

SEED = 32473
MESSAGES = 120
ERRORS = "_ws.malformed || _ws.expert.severity == error"
SEPARATOR = "|"

Row = dict[str, str]  # what a message holds, by tshark's name of the field


@pytest.fixture
def chance() -> random.Random:
    return random.Random(SEED)


def octets(chance: random.Random, length: int) -> bytes:
    return chance.randbytes(length)


def word(chance: random.Random) -> str:
    return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=chance.randint(1, 12)))


def host(chance: random.Random) -> str:
    return f"{word(chance)}.{word(chance)}.example"


def number(chance: random.Random) -> int:
    return chance.getrandbits(32)


def header(body: Any, hop_by_hop: int, end_to_end: int, length: int) -> Row:
    return {
        "diameter.version": "0x01",
        "diameter.length": str(length),
        "diameter.cmd.code": str(body.COMMAND),
        "diameter.applicationId": str(body.APPLICATION),
        "diameter.flags.request": str(body.FLAGS >> 7 & 1),
        "diameter.flags.proxyable": str(body.FLAGS >> 6 & 1),
        "diameter.flags.error": "0",
        "diameter.hopbyhopid": f"0x{hop_by_hop:08x}",
        "diameter.endtoendid": f"0x{end_to_end:08x}",
        "diameter.Origin-Host": body.origin_host,
        "diameter.Origin-Realm": body.origin_realm,
    }


def capabilities(chance: random.Random, *, answer: bool) -> tuple[Any, Row]:
    address = ".".join(str(chance.randint(1, 254)) for _ in range(4))
    fields: dict[str, Any] = {
        "origin_host": host(chance),
        "origin_realm": host(chance),
        "host_ip_address": [address],
        "vendor_id": number(chance),
        "product_name": word(chance),
        "origin_state_id": number(chance),
        "supported_vendor_id": [number(chance), number(chance)],
        "auth_application_id": [number(chance)],
        "inband_security_id": [0],
        "firmware_revision": number(chance),
    }
    body = CEA(result_code=2001, **fields) if answer else CER(**fields)
    row = {
        "diameter.Host-IP-Address.IPv4": address,
        "diameter.Vendor-Id": str(fields["vendor_id"]),
        "diameter.Product-Name": fields["product_name"],
        "diameter.Origin-State-Id": str(fields["origin_state_id"]),
        "diameter.Supported-Vendor-Id": ",".join(map(str, fields["supported_vendor_id"])),
        "diameter.Auth-Application-Id": str(fields["auth_application_id"][0]),
        "diameter.Inband-Security-Id": "0",
        "diameter.Firmware-Revision": str(fields["firmware_revision"]),
    }
    return body, row | ({"diameter.Result-Code": "2001"} if answer else {})


def key_request(chance: random.Random) -> tuple[Any, Row]:
    imsi = "".join(chance.choices("0123456789", k=chance.randint(6, 15)))
    application = VendorSpecificApplicationId(
        vendor_id=number(chance), auth_application_id=number(chance)
    )
    body = MKR(
        session_id=f"{host(chance)};{number(chance)};{number(chance)}",
        vendor_specific_application_id=application,
        auth_session_state=chance.randint(0, 1),
        origin_host=host(chance),
        origin_realm=host(chance),
        destination_realm=host(chance),
        destination_host=host(chance),
        user_name=imsi,
        mtc_key_profile=chance.randint(0, 255),
        mtc_device_rand=octets(chance, 16),
        mtc_encrypted_res=octets(chance, 8),
        mtc_server_id=host(chance),
    )
    return body, {
        "diameter.Session-Id": body.session_id,
        "diameter.Vendor-Id": str(application.vendor_id),
        "diameter.Auth-Application-Id": str(application.auth_application_id),
        "diameter.Auth-Session-State": str(body.auth_session_state),
        "diameter.Destination-Realm": body.destination_realm,
        "diameter.Destination-Host": str(body.destination_host),
        "diameter.User-Name": imsi,
    }


def base(chance: random.Random) -> tuple[Any, Row]:
    names = {"origin_host": host(chance), "origin_realm": host(chance)}
    state = number(chance)
    cause = chance.randint(0, 2)
    return chance.choice(
        [
            (DWR(**names, origin_state_id=state), {"diameter.Origin-State-Id": str(state)}),
            (
                DWA(**names, result_code=2001, error_message="all is well"),
                {"diameter.Result-Code": "2001", "diameter.Error-Message": "all is well"},
            ),
            (DPR(**names, disconnect_cause=cause), {"diameter.Disconnect-Cause": str(cause)}),
        ]
    )


def compare(
    tshark: Callable[..., str], file: Path, only: str, rows: Sequence[Row], least: int
) -> None:
    """Every field of every message; at least so many different fields."""
    assert tshark(file, "-Y", ERRORS) == ""
    names = sorted({name for row in rows for name in row})
    assert len(names) >= least
    wanted = [option for name in names for option in ("-e", name)]
    table = tshark(file, "-Y", only, "-T", "fields", "-E", f"separator={SEPARATOR}", *wanted)
    lines = table.splitlines()
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        found = dict(zip(names, line.split(SEPARATOR), strict=True))
        assert {name: found[name] for name in row} == row


def test_diameter(chance: random.Random, tmp_path: Path, tshark: Callable[..., str]) -> None:
    file, rows = tmp_path / "diameter.pcapng", []
    capture = Capture(file, node="mtc-server", clock=lambda: 0.0)
    leg = capture.leg(Protocol.DIAMETER, "mkef", initiator=True, carried="")
    makers: list[Callable[[random.Random], tuple[Any, Row]]] = [
        lambda c: capabilities(c, answer=False),
        lambda c: capabilities(c, answer=True),
        key_request,
        base,
    ]
    for _ in range(MESSAGES):
        body, row = chance.choice(makers)(chance)
        identifiers = number(chance), number(chance)
        message = encode(body, *identifiers)
        leg.sent(message)
        rows.append(header(body, *identifiers, len(message)) | row)
    capture.close()
    compare(tshark, file, "diameter", rows, least=20)


def address(chance: random.Random, side: str, ssn: int) -> tuple[SccpAddress, Row]:
    if chance.random() < 0.5:
        point_code = chance.getrandbits(14)
        row = {f"sccp.{side}.pc": str(point_code), f"sccp.{side}.ri": "0x01"}
        return SccpAddress(ssn, point_code), row | {f"sccp.{side}.ssn": str(ssn)}
    digits = "".join(chance.choices("0123456789", k=chance.randint(3, 15)))
    title = GlobalTitle(digits, chance.randint(0, 254))
    row = {
        f"sccp.{side}.digits": digits,
        f"sccp.{side}.tt": f"0x{title.translation_type:02x}",
        f"sccp.{side}.nai": "0x04",
        f"sccp.{side}.np": "0x01",
        f"sccp.{side}.ri": "0x00",
    }
    written = SccpAddress(ssn, None, title, route_on_ssn=False)
    return written, row | {f"sccp.{side}.ssn": str(ssn)}


def operation(chance: random.Random) -> tuple[tcap.Message, Row]:
    tid = octets(chance, 4)
    invoke_id = chance.randint(-128, 127)
    row = {"tcap.tid": tid.hex(), "gsm_old.invokeID": str(invoke_id)}
    kind = chance.choice(["begin", "result", "error"])
    if kind == "begin":
        imsi = "00101" + "".join(chance.choices("0123456789", k=10))
        vectors = chance.randint(1, 5)
        argument = SendAuthenticationInfoArg(Imsi(imsi), vectors, segmentation_prohibited=True)
        parameter = encode_argument(argument, Encoding.EXTENSION)
        invoke = Invoke(invoke_id, SEND_AUTHENTICATION_INFO, parameter)
        return tcap.Begin(tid, DialogueRequest(INFO_RETRIEVAL_V3), (invoke,)), row | {
            "e212.imsi": imsi,
            "gsm_map.ms.numberOfRequestedVectors": str(vectors),
            "gsm_old.localValue": "56",
        }
    if kind == "error":
        code = chance.choice([1, 34, 35, 36])
        error = ReturnError(invoke_id, code)
        return tcap.End(tid, DialogueResponse(INFO_RETRIEVAL_V3), (error,)), row | {
            "gsm_old.localValue": str(code)
        }
    triplets = tuple(
        Triplet(octets(chance, 16), octets(chance, 4), octets(chance, 8))
        for _ in range(chance.randint(1, 3))
    )
    parameter = encode_result(SendAuthenticationInfoRes(triplets))
    result = ReturnResult(invoke_id, SEND_AUTHENTICATION_INFO, parameter)
    return tcap.End(tid, DialogueResponse(INFO_RETRIEVAL_V3), (result,)), row | {
        "gsm_old.localValue": "56",
        "gsm_map.ms.rand": ",".join(t.rand.hex() for t in triplets),
        "gsm_map.ms.sres": ",".join(t.sres.hex() for t in triplets),
        "gsm_map.ms.kc": ",".join(t.kc.hex() for t in triplets),
    }


def test_m3ua_sccp_tcap_and_map(
    chance: random.Random, tmp_path: Path, tshark: Callable[..., str]
) -> None:
    file, rows = tmp_path / "map.pcapng", []
    capture = Capture(file, node="mkef", clock=lambda: 0.0)
    leg = capture.leg(Protocol.M3UA, "hlr", initiator=True, carried="")
    for _ in range(MESSAGES):
        message, row = operation(chance)
        called, called_row = address(chance, "called", 6)
        calling, calling_row = address(chance, "calling", 149)
        unitdata = Unitdata(called, calling, tcap.encode(message), chance.random() < 0.5)
        opc, dpc = chance.getrandbits(14), chance.getrandbits(14)
        context, sls = number(chance), chance.randint(0, 15)
        data = ProtocolData(opc, dpc, unitdata.encode(), network_indicator=2, sls=sls)
        written = m3ua.data(data, context).encode()
        leg.sent(written)
        rows.append(
            row
            | called_row
            | calling_row
            | {
                "m3ua.version": "1",
                "m3ua.message_class": "1",
                "m3ua.message_type": "1",
                "m3ua.message_length": str(len(written)),
                "m3ua.routing_context": str(context),
                "m3ua.protocol_data_opc": str(opc),
                "m3ua.protocol_data_dpc": str(dpc),
                "m3ua.protocol_data_si": "3",
                "m3ua.protocol_data_ni": "2",
                "m3ua.protocol_data_mp": "0",
                "m3ua.protocol_data_sls": str(sls),
                "sccp.message_type": "0x09",
                "sccp.handling": "0x08" if unitdata.return_on_error else "0x00",
            }
        )
    capture.close()
    compare(tshark, file, "m3ua", rows, least=20)
