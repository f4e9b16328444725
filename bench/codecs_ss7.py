"""Our ASN.1, SCCP and M3UA against pycrate's, on the two messages of the variant.

The same work on both sides: from typed values to octets and back, every layer of the message. The
values stand ready before the clock starts; pycrate's runtime reads the same ASN.1 modules as we do.
We remember the last dialogue portions and addresses, which are the same octets in message after
message; the rows without a goal show what it costs to read and write each one anew.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pycrate_mobile.M3UA import M3UA_DATA, parse_M3UA
from pycrate_mobile.SCCP import SCCPUnitData, parse_SCCP

from mkef_codecs.form import Forms
from mkef_codecs.generate.asn1 import runtime
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7 import m3ua_data, map_auth, sccp, tcap
from mkef_codecs.ss7.ber import tlv
from mkef_codecs.ss7.component import Invoke, ReturnResult
from mkef_codecs.ss7.dialogue import (
    STRUCTURED_DIALOGUE,
    DialogueRequest,
    DialogueResponse,
    decode_portion,
)
from mkef_codecs.ss7.m3ua import ProtocolData
from mkef_codecs.ss7.m3ua_data import read_data, write_data
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    MTC_AUTHENTICATION,
    SEND_AUTHENTICATION_INFO,
    Encoding,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
    decode_argument,
    decode_result,
    encode_argument,
    encode_result,
)
from mkef_codecs.ss7.map_dialogue import (
    MAP_DIALOGUE,
    MapDialogue,
    decode_map_dialogue,
    decode_pdu,
    encode_map_dialogue,
)
from mkef_codecs.tbcd import encode_tbcd

Work = Callable[[], object]
T = TypeVar("T")

ASN1 = Path(__file__).parents[1] / "codecs" / "asn1"
IMSI = "001010123456789"
RANDS = (bytes(range(16)), bytes(range(16, 32)))
OWN = b"\0\0\0\1"
FORMS: tuple[Forms[Any], ...] = (
    tcap.FORMS,
    map_auth.STANDARD,
    map_auth.MTC,
    map_auth.TRIPLETS,
)
ARGUMENT = SendAuthenticationInfoArg(Imsi(IMSI), 2, segmentation_prohibited=True, rand_list=RANDS)
RESULT = SendAuthenticationInfoRes(tuple(Triplet(rand, rand[:4], rand[8:]) for rand in RANDS))
OPENING = DialogueRequest(INFO_RETRIEVAL_V3, (encode_map_dialogue(MapDialogue.OPEN),))
ACCEPTANCE = DialogueResponse(
    INFO_RETRIEVAL_V3, user_information=(encode_map_dialogue(MapDialogue.ACCEPT),)
)
MKEF, HLR = sccp.SccpAddress(149, 1), sccp.SccpAddress(6, 2)

SAI_GOALS, WRAPPING_GOALS = (60, 15, 40), (40, 40, 40)
ROUNDS, ROUND_S = 80, 0.003  # short, so that some of them are undisturbed on a busy machine


def rows() -> list[dict[str, Any]]:
    """Each measurement: what, its value, the peer's, their ratio and whether the goal is met."""
    compiled = runtime([path.read_text(encoding="ascii") for path in sorted(ASN1.glob("*.asn"))])
    wrapping, foreign = _wrapping(encode_begin()), pycrate_wrapping(encode_begin())
    return [
        *_compared("SAI variant Begin", *_begin(), PycrateBegin(compiled).pair(), *SAI_GOALS),
        *_compared("SAI variant End", *_end(), PycrateEnd(compiled).pair(), *SAI_GOALS),
        *_compared("SCCP UDT in M3UA DATA", *wrapping, foreign, *WRAPPING_GOALS),
    ]


@dataclass(frozen=True)
class Pair:
    """A message's two directions."""

    encode: Callable[[], bytes]
    decode: Work


def _compared(
    name: str, ours: Pair, anew: Pair, peer: Pair, *goals: int | None
) -> Iterator[dict[str, Any]]:
    """Rows for encode, decode and both; a fourth without a goal for decoders that know nothing."""
    assert ours.encode() == anew.encode() == peer.encode()
    works = (ours, anew, peer)
    encode, encode_anew, peer_encode = _best(*(pair.encode for pair in works))
    decode, decode_anew, peer_decode = _best(*(pair.decode for pair in works))
    yield _row(f"{name}, encode", encode, peer_encode, goals[0])
    yield _row(f"{name}, decode", decode, peer_decode, goals[1])
    yield _row(f"{name}, both", encode + decode, peer_encode + peer_decode, goals[2])
    both = encode_anew + decode_anew
    yield _row(f"{name}, both, decoded for the first time", both, peer_encode + peer_decode, None)


def _row(name: str, value: float, peer_value: float, goal: int | None) -> dict[str, Any]:
    ratio = peer_value / value
    return {
        "name": name,
        "value": round(value, 2),
        "unit": "us",
        "peer": "pycrate",
        "peer_value": round(peer_value, 2),
        "ratio": round(ratio, 1),
        "goal": goal,
        "met": None if goal is None else ratio >= goal,
    }


def _forgetting(work: Callable[[], T]) -> Callable[[], T]:
    """The same decoding of what was never seen before."""

    def anew() -> T:
        decode_portion.cache_clear()
        decode_pdu.cache_clear()
        for remembered in (sccp.read_head, sccp.read_address, m3ua_data.read_head):
            remembered.cache_clear()
        for forms in FORMS:
            forms.clear()
        return work()

    return anew


def _best(*works: Work) -> list[float]:
    """Microseconds of each, measured by turns, so that a busy moment hits all of them."""
    timers = [timeit.Timer(work) for work in works]
    loops = [max(1, int(ROUND_S / timer.timeit(10) * 10)) for timer in timers]
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for index, timer in enumerate(timers):
            best[index] = min(best[index], timer.timeit(loops[index]) / loops[index] * 1e6)
    return best


def encode_begin(opening: DialogueRequest = OPENING) -> bytes:
    """The Begin of the variant, from the typed argument."""
    parameter = encode_argument(ARGUMENT, Encoding.EXTENSION)
    invoke = Invoke(1, SEND_AUTHENTICATION_INFO, parameter)
    return tcap.encode(tcap.Begin(OWN, opening, (invoke,)))


def _begin() -> tuple[Pair, Pair]:
    octets = encode_begin()

    def decode() -> SendAuthenticationInfoArg:
        message = tcap.decode(octets)
        assert isinstance(message, tcap.Begin)
        assert message.dialogue is not None
        decode_map_dialogue(message.dialogue.user_information)
        (invoke,) = message.components
        assert isinstance(invoke, Invoke)
        return decode_argument(invoke.parameter or b"", Encoding.EXTENSION)

    def encode_anew() -> bytes:
        return encode_begin(DialogueRequest(INFO_RETRIEVAL_V3, OPENING.user_information))

    assert decode() == ARGUMENT
    return Pair(encode_begin, decode), Pair(encode_anew, _forgetting(decode))


def encode_end(acceptance: DialogueResponse = ACCEPTANCE) -> bytes:
    """The End of the variant, from the typed result."""
    result = ReturnResult(1, SEND_AUTHENTICATION_INFO, encode_result(RESULT))
    return tcap.encode(tcap.End(OWN, acceptance, (result,)))


def _end() -> tuple[Pair, Pair]:
    octets = encode_end()

    def decode() -> SendAuthenticationInfoRes:
        message = tcap.decode(octets)
        assert isinstance(message, tcap.End)
        assert message.dialogue is not None
        decode_map_dialogue(message.dialogue.user_information)
        (result,) = message.components
        assert isinstance(result, ReturnResult)
        return decode_result(result.parameter or b"")

    def encode_anew() -> bytes:
        information = ACCEPTANCE.user_information
        return encode_end(DialogueResponse(INFO_RETRIEVAL_V3, user_information=information))

    assert decode() == RESULT
    return Pair(encode_end, decode), Pair(encode_anew, _forgetting(decode))


class Pycrate:
    """The layers of a message, one type of the runtime after the other."""

    def __init__(self, compiled: dict[str, dict[str, Any]]) -> None:
        self.tcap, self.map = compiled["MKEF-TCAP"], compiled["MKEF-MAP"]

    def pair(self) -> Pair:
        octets = self.encode()
        return Pair(self.encode, lambda: self.decode(octets))

    def encode(self) -> bytes:
        raise NotImplementedError

    def decode(self, octets: bytes) -> Any:
        raise NotImplementedError

    def opened(self, octets: bytes) -> tuple[Any, Any]:
        """A message without its dialogue portion: its component's value and its MAP dialogue."""
        _, message = _from_ber(self.tcap["TCMessage"], octets)
        external = _from_ber(self.tcap["External"], _whole(message["dialoguePortion"]))
        _, pdu = _from_ber(self.tcap["DialoguePDU"], _whole(external["value"]))
        entry = pdu["userInformation"][0]["value"]
        dialogue = _from_ber(self.map["MAP-DialoguePDU"], _whole(entry))
        _, component = _from_ber(self.tcap["Component"], _whole(message["components"][0]))
        return component, dialogue

    def portion(self, kind: str, value: dict[str, Any], dialogue: str) -> tuple[str, bytes]:
        entry = _open(_to_ber(self.map["MAP-DialoguePDU"], (dialogue, {})))
        pdu = value | {"userInformation": [{"oid": MAP_DIALOGUE, "value": entry}]}
        content = _open(_to_ber(self.tcap["DialoguePDU"], (kind, pdu)))
        external = {"oid": STRUCTURED_DIALOGUE, "value": content}
        return _open(_to_ber(self.tcap["External"], external))


class PycrateBegin(Pycrate):
    def encode(self) -> bytes:
        rands = _to_ber(self.map["MTC-AuthenticationArg"], {"randList": list(RANDS)})
        extension = {"extId": MTC_AUTHENTICATION, "extType": _open(rands)}
        argument = {
            "imsi": encode_tbcd(IMSI),
            "numberOfRequestedVectors": 2,
            "segmentationProhibited": 0,
            "extensionContainer": {"privateExtensionList": [extension]},
        }
        parameter = _open(_to_ber(self.map["SendAuthenticationInfoArg"], argument))
        invoke = {"invokeID": 1, "opcode": ("local", 56), "parameter": parameter}
        component = _to_ber(self.tcap["Component"], ("invoke", invoke))
        version = {"protocolVersion": (1, 1), "applicationContext": INFO_RETRIEVAL_V3}
        message = {
            "otid": OWN,
            "dialoguePortion": self.portion("aarq", version, "open"),
            "components": [_open(component)],
        }
        return _to_ber(self.tcap["TCMessage"], ("begin", message))

    def decode(self, octets: bytes) -> Any:
        invoke, _ = self.opened(octets)
        parameter = _whole(invoke["parameter"])
        argument = _from_ber(self.map["SendAuthenticationInfoArg"], parameter)
        extension = argument["extensionContainer"]["privateExtensionList"][0]["extType"]
        return argument, _from_ber(self.map["MTC-AuthenticationArg"], _whole(extension))


class PycrateEnd(Pycrate):
    def encode(self) -> bytes:
        triplets = [{"rand": t.rand, "sres": t.sres, "kc": t.kc} for t in RESULT.triplets]
        vectors = {"authenticationSetList": ("tripletList", triplets)}
        parameter = _open(_to_ber(self.map["SendAuthenticationInfoRes"], vectors))
        result = {"opcode": ("local", 56), "parameter": parameter}
        value = ("returnResultLast", {"invokeID": 1, "result": result})
        accepted = {
            "protocolVersion": (1, 1),
            "applicationContext": INFO_RETRIEVAL_V3,
            "result": 0,
            "diagnostic": ("user", 0),
        }
        message = {
            "dtid": OWN,
            "dialoguePortion": self.portion("aare", accepted, "accept"),
            "components": [_open(_to_ber(self.tcap["Component"], value))],
        }
        return _to_ber(self.tcap["TCMessage"], ("end", message))

    def decode(self, octets: bytes) -> Any:
        component, _ = self.opened(octets)
        parameter = _whole(component["result"]["parameter"])
        return _from_ber(self.map["SendAuthenticationInfoRes"], parameter)


def _to_ber(compiled: Any, value: Any) -> bytes:
    compiled.set_val(value)
    octets: bytes = compiled.to_ber()
    return octets


def _from_ber(compiled: Any, octets: bytes) -> Any:
    compiled.from_ber(octets)
    return compiled.get_val()


def _open(octets: bytes) -> tuple[str, bytes]:
    """What pycrate takes for an ANY: class, constructed bit and number of its tag, its content."""
    content = octets[3:] if octets[1] == 0x81 else octets[2:]
    return f"_unk_{octets[0] >> 6}{octets[0] >> 5 & 1}{octets[0] & 0x1F}", content


def _whole(value: tuple[str, bytes]) -> bytes:
    name, content = value
    first = int(name[5]) << 6 | int(name[6]) << 5 | int(name[7:])
    return tlv(bytes((first,)), content)


def _wrapping(user_data: bytes) -> tuple[Pair, Pair]:
    def encode() -> bytes:
        unitdata = sccp.Unitdata(HLR, MKEF, user_data, return_on_error=True)
        return write_data(ProtocolData(1, 2, unitdata.encode()))

    octets = encode()

    def decode() -> sccp.SccpMessage:
        traffic = read_data(octets)
        assert traffic is not None
        return sccp.decode(traffic[1].data)

    return Pair(encode, decode), Pair(encode, _forgetting(decode))


def pycrate_wrapping(user_data: bytes) -> Pair:
    called, calling = _pycrate_address(HLR), _pycrate_address(MKEF)
    parties = {"CalledPartyAddr": called, "CallingPartyAddr": calling}
    protocol_class = {"Handling": 8, "Class": 0}

    def encode() -> bytes:
        value = {"ProtocolClass": protocol_class, **parties, "Data": {"Value": user_data}}
        label: dict[str, object] = {"OPC": 1, "DPC": 2, "SI": 3, "NI": 2, "MP": 0, "SLS": 0}
        label["Data"] = SCCPUnitData(val=value).to_bytes()
        message = M3UA_DATA(val={"ParamsDATA": [{"Tag": 0x0210, "Val": label}]})
        octets: bytes = message.to_bytes()
        return octets

    octets = encode()

    def decode() -> Any:
        message, _ = parse_M3UA(octets)
        return parse_SCCP(message[1][0]["Val"]["Data"].get_val(), w_scmg=False)

    return Pair(encode, decode)


def _pycrate_address(address: sccp.SccpAddress) -> dict[str, Any]:
    indicator = {"RoutingInd": 1, "GTInd": 0, "SSNInd": 1, "PCInd": 1}
    return {"Value": {"AddrInd": indicator, "PC": address.point_code, "SSN": address.ssn}}
