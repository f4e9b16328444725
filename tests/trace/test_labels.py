"""Each message of a flow has its label, anything else a label that says so; never a key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.trace import labels
from mkef_codecs.diameter import commands
from mkef_codecs.generated.diameter import (
    ANSWER,
    CER,
    DWR,
    MKA,
    MKR,
    ExperimentalResult,
    MTCKeyInfo,
)
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7 import m3ua, sccp, tcap
from mkef_codecs.ss7.component import (
    Component,
    Invoke,
    Problem,
    Reject,
    ReturnError,
    ReturnResult,
)
from mkef_codecs.ss7.map_auth import (
    OPCODES,
    Encoding,
    Quintuplet,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
    encode_argument,
    encode_result,
)

KEY = b"\x5a"
RANDS = (bytes(16), bytes(15) + b"\x01")
NODE = {"origin_host": "node.example", "origin_realm": "example"}
SESSION = {"session_id": "node.example;1;1", "auth_session_state": 1, **NODE}
ADDRESS = sccp.SccpAddress(ssn=6, point_code=2)
TRIPLET = Triplet(bytes(16), KEY * 4, KEY * 8)
QUINTUPLET = Quintuplet(bytes(16), KEY * 8, KEY * 16, KEY * 16, bytes(16))


def oscore(kind: int, code: int, option: bytes) -> bytes:
    """A CoAP message with the option OSCORE (9) and a payload, written by hand (RFC 7252 3)."""
    length = (len(option),) if len(option) < 13 else (13, len(option) - 13)
    head = bytes((9 << 4 | length[0], *length[1:]))
    return bytes((0x40 | kind << 4, code, 0, 1)) + head + option + b"\xff" + KEY * 24


def diameter(body: commands.Body) -> bytes:
    return commands.encode(body, 1, 1)


def mkr(profile: int, user_name: str) -> bytes:
    return diameter(
        MKR(
            **SESSION,
            destination_realm="example",
            user_name=user_name,
            mtc_key_profile=profile,
            mtc_device_rand=bytes(16),
            mtc_encrypted_res=bytes(4),
        )
    )


def error_answer(result_code: int) -> bytes:
    asked = commands.decode(mkr(0, "001010123456789")).header
    return commands.encode_answer(ANSWER(**NODE, result_code=result_code), asked)


def data(user: bytes, service: int = m3ua.SCCP) -> bytes:
    return m3ua.data(m3ua.ProtocolData(1, 2, user, service)).encode()


def dialogue(message: tcap.Message) -> bytes:
    return data(sccp.Unitdata(ADDRESS, ADDRESS, tcap.encode(message)).encode())


def begin(component: Component) -> bytes:
    return dialogue(tcap.Begin(b"\x01", components=(component,)))


def end(*components: Component) -> bytes:
    return dialogue(tcap.End(b"\x01", components=components))


def invoke(rands: tuple[bytes, ...] | None, encoding: Encoding = Encoding.EXTENSION) -> Invoke:
    argument = SendAuthenticationInfoArg(Imsi("001010123456789"), 2, rand_list=rands)
    return Invoke(1, OPCODES[encoding], encode_argument(argument, encoding))


def result(vectors: SendAuthenticationInfoRes) -> ReturnResult:
    return ReturnResult(1, OPCODES[Encoding.EXTENSION], encode_result(vectors))


KEY_INFO = MTCKeyInfo(mtc_key_material=KEY * 32, mtc_server_id="s.example", key_expirytime=2**30)
NOT_FRESH = ExperimentalResult(vendor_id=32473, experimental_result_code=5002)
CER_BODY = CER(**NODE, host_ip_address=["127.0.0.1"], vendor_id=32473, product_name="mkef")

COAP = [
    (oscore(0, 2, b"\x19\x00\x15" + bytes(21) + b"k"), "CoAP CON POST OSCORE kid context 21"),
    (oscore(1, 2, b"\x09\x01k"), "CoAP NON POST OSCORE"),
    (oscore(0, 0x44, b""), "CoAP CON 2.04 OSCORE"),
    (oscore(2, 0x44, b"\x01\x00"), "CoAP ACK 2.04 OSCORE"),
    (oscore(0, 2, b"\x13\x00"), "CoAP CON POST OSCORE malformed"),
    (bytes.fromhex("60000001"), "CoAP ACK"),
    (bytes.fromhex("70000001"), "CoAP RST"),
    (bytes.fromhex("60810001"), "CoAP ACK 4.01"),
    (bytes.fromhex("40010001"), "CoAP CON GET"),
    (bytes.fromhex("400100"), "CoAP malformed"),
    (bytes.fromhex("80010001"), "CoAP malformed"),
]
DIAMETER = [
    (diameter(CER_BODY), "CER"),
    (diameter(DWR(**NODE)), "DWR"),
    (mkr(0x14, "001010123456789"), "MKR profile 0x14 IMSI 00101…89"),
    (mkr(0x00, "me"), "MKR profile 0x00 no IMSI"),
    (diameter(MKA(**SESSION, result_code=2001, mtc_key_info=KEY_INFO)), "MKA 2001"),
    (diameter(MKA(**SESSION, experimental_result=NOT_FRESH)), "MKA 32473/5002"),
    (error_answer(3004), "MKA 3004"),
    (diameter(CER_BODY)[:-4], "CER malformed"),
    (bytes.fromhex("01000014 80 00013c 01000023 00000001 00000001"), "Diameter 316 request"),
    (bytes.fromhex("01000014 00 00013c 01000023 00000001 00000001"), "Diameter 316 answer"),
    (b"\x01\x00", "Diameter malformed"),
]
M3UA = [
    (m3ua.Message(m3ua.Kind.ASPUP).encode(), "M3UA ASPUP"),
    (m3ua.Message(m3ua.Kind.ASPAC_ACK).encode(), "M3UA ASPAC ACK"),
    (m3ua.Message(m3ua.Kind.DATA).encode(), "M3UA malformed"),
    (b"\x01", "M3UA malformed"),
    (data(b"", service=5), "M3UA DATA for service 5"),
    (data(b"\x09"), "SCCP malformed"),
    (data(sccp.UnitdataService(ADDRESS, ADDRESS, b"", 1).encode()), "UDTS cause 1"),
    (data(sccp.Unitdata(ADDRESS, ADDRESS, b"x").encode()), "TCAP malformed"),
    (begin(invoke(RANDS)), "TC-BEGIN sendAuthenticationInfo variant n=2"),
    (begin(invoke(RANDS, Encoding.OPERATION)), "TC-BEGIN sendAuthenticationInfo variant n=2"),
    (begin(invoke(None)), "TC-BEGIN sendAuthenticationInfo n=2"),
    (begin(Invoke(1, 22)), "TC-BEGIN operation 22"),
    (begin(Invoke(1, (1, 2, 3))), "TC-BEGIN operation 1.2.3"),
    (begin(Invoke(1, 56, b"\x04\x00")), "TC-BEGIN malformed"),
    (end(result(SendAuthenticationInfoRes((TRIPLET, TRIPLET)))), "TC-END result 2 triplets"),
    (end(result(SendAuthenticationInfoRes((TRIPLET,)))), "TC-END result 1 triplet"),
    (
        end(result(SendAuthenticationInfoRes(quintuplets=(QUINTUPLET,)))),
        "TC-END result 1 quintuplet",
    ),
    (end(ReturnResult(1)), "TC-END result without vectors"),
    (end(ReturnError(1, 34)), "TC-END error 34"),
    (end(Reject(1, Problem.INVOKE, 1)), "TC-END reject invoke 1"),
    (end(), "TC-END"),
    (dialogue(tcap.Continue(b"\x01", b"\x02")), "TC-CONTINUE"),
    (dialogue(tcap.Abort(b"\x01")), "TC-ABORT"),
    (dialogue(tcap.Abort(b"\x01", cause=1)), "TC-ABORT by provider 1"),
]


@pytest.mark.parametrize(("octets", "label"), COAP)
def test_coap(octets: bytes, label: str) -> None:
    assert labels.coap(octets) == label


@pytest.mark.parametrize(("octets", "label"), DIAMETER)
def test_diameter(octets: bytes, label: str) -> None:
    assert labels.diameter(octets) == label


@pytest.mark.parametrize(("octets", "label"), M3UA)
def test_m3ua(octets: bytes, label: str) -> None:
    assert labels.m3ua(octets) == label


@given(st.binary(max_size=80))
def test_any_octets_have_a_label(octets: bytes) -> None:
    for label in (labels.coap, labels.diameter, labels.m3ua):
        assert label(octets)
    assert labels.coap(b"\x44\x02\x00\x01" + octets).startswith("CoAP")
    assert labels.m3ua(data(octets))
    assert labels.m3ua(data(sccp.Unitdata(ADDRESS, ADDRESS, octets).encode()))


@given(st.sampled_from([*COAP, *DIAMETER, *M3UA]), st.integers(0, 500), st.integers(0, 255))
def test_a_changed_octet_gives_a_label(row: tuple[bytes, str], at: int, octet: int) -> None:
    changed = bytearray(row[0])
    changed[at % len(changed)] = octet
    for label in (labels.coap, labels.diameter, labels.m3ua):
        assert label(bytes(changed))
