"""MAP sendAuthenticationInfo version 3 and our variant (TS 29.002; protocol.md clause 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any

from mkef_codecs.errors import CodecError
from mkef_codecs.generated.asn1 import MKEF_MAP
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7.asn1 import Asn1Type, open_octets, open_value
from mkef_codecs.ss7.ber import Oid
from mkef_codecs.tbcd import decode_tbcd, encode_tbcd

INFO_RETRIEVAL_V3: Oid = (0, 4, 0, 0, 1, 0, 14, 3)
SEND_AUTHENTICATION_INFO = 56
# LAB: allocated by nobody (the enterprise number for documentation, RFC 5612).
MTC_AUTHENTICATION: Oid = (1, 3, 6, 1, 4, 1, 32473, 1, 1)
MTC_SEND_AUTHENTICATION_INFO: Oid = (1, 3, 6, 1, 4, 1, 32473, 1, 3)

MAX_RANDS = 3
MAX_VECTORS = 5

_ARG = Asn1Type("SendAuthenticationInfoArg", MKEF_MAP.SendAuthenticationInfoArg)
_RES = Asn1Type("SendAuthenticationInfoRes", MKEF_MAP.SendAuthenticationInfoRes)
_MTC = Asn1Type("MTC-AuthenticationArg", MKEF_MAP.MTC_AuthenticationArg)
_MTC_ARG = Asn1Type("MTC-SendAuthenticationInfoArg", MKEF_MAP.MTC_SendAuthenticationInfoArg)


class Encoding(Enum):
    """The two encodings of the variant, chosen for each HLR."""

    EXTENSION = "extension"
    OPERATION = "operation"


OPCODES: dict[Encoding, int | Oid] = {
    Encoding.EXTENSION: SEND_AUTHENTICATION_INFO,
    Encoding.OPERATION: MTC_SEND_AUTHENTICATION_INFO,
}


class MapUserError(IntEnum):
    """The errors of sendAuthenticationInfo (TS 29.002 clause 17.6)."""

    UNKNOWN_SUBSCRIBER = 1
    SYSTEM_FAILURE = 34
    DATA_MISSING = 35
    UNEXPECTED_DATA_VALUE = 36


def _check_size(name: str, octets: bytes, least: int, most: int | None = None) -> None:
    if not least <= len(octets) <= (most or least):
        raise CodecError(f"{len(octets)} octets", path=name)


@dataclass(frozen=True, slots=True)
class Triplet:
    """RAND of 16 octets, SRES of 4 and Kc of 8."""

    rand: bytes
    sres: bytes = field(repr=False)
    kc: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_size("rand", self.rand, 16)
        _check_size("sres", self.sres, 4)
        _check_size("kc", self.kc, 8)


@dataclass(frozen=True, slots=True)
class Quintuplet:
    """RAND, CK, IK and AUTN of 16 octets each, XRES of 4 to 16."""

    rand: bytes
    xres: bytes = field(repr=False)
    ck: bytes = field(repr=False)
    ik: bytes = field(repr=False)
    autn: bytes

    def __post_init__(self) -> None:
        _check_size("xres", self.xres, 4, 16)
        for name in ("rand", "ck", "ik", "autn"):
            _check_size(name, getattr(self, name), 16)


@dataclass(frozen=True, slots=True)
class Resynchronisation:
    """RAND of 16 and AUTS of 14 octets after a failed synchronisation (TS 33.102 6.3.5)."""

    rand: bytes
    auts: bytes

    def __post_init__(self) -> None:
        _check_size("rand", self.rand, 16)
        _check_size("auts", self.auts, 14)


@dataclass(frozen=True, slots=True)
class SendAuthenticationInfoArg:
    """The argument; `rand_list`, 1 to 3 RANDs of 16 octets, makes it the variant."""

    imsi: Imsi
    number_of_requested_vectors: int = 1
    segmentation_prohibited: bool = False
    immediate_response_preferred: bool = False
    requesting_node_type: int | None = None
    rand_list: tuple[bytes, ...] | None = None
    resynchronisation: Resynchronisation | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.number_of_requested_vectors <= MAX_VECTORS:
            raise CodecError("1 to 5 vectors can be requested", path="numberOfRequestedVectors")
        if self.rand_list is None:
            return
        if not 1 <= len(self.rand_list) <= MAX_RANDS:
            raise CodecError("a RAND list has 1 to 3 entries", path="randList")
        for rand in self.rand_list:
            _check_size("randList", rand, 16)


@dataclass(frozen=True, slots=True)
class SendAuthenticationInfoRes:
    """The result: up to five triplets or up to five quintuplets, or nothing."""

    triplets: tuple[Triplet, ...] = ()
    quintuplets: tuple[Quintuplet, ...] = ()

    def __post_init__(self) -> None:
        if self.triplets and self.quintuplets:
            raise CodecError("triplets and quintuplets together", path="authenticationSetList")
        if max(len(self.triplets), len(self.quintuplets)) > MAX_VECTORS:
            raise CodecError("more than five vectors", path="authenticationSetList")


def encode_argument(arg: SendAuthenticationInfoArg, encoding: Encoding) -> bytes:
    """The parameter of the operation `OPCODES[encoding]`."""
    return _ENCODE_ARGUMENT[encoding](arg)


def decode_argument(octets: bytes, encoding: Encoding) -> SendAuthenticationInfoArg:
    """The argument of the operation `OPCODES[encoding]`; foreign extensions are ignored."""
    return _DECODE_ARGUMENT[encoding](octets)


def _encode_standard(arg: SendAuthenticationInfoArg) -> bytes:
    value: dict[str, Any] = {
        "imsi": encode_tbcd(arg.imsi.digits),
        "numberOfRequestedVectors": arg.number_of_requested_vectors,
    }
    if arg.segmentation_prohibited:
        value["segmentationProhibited"] = 0
    if arg.immediate_response_preferred:
        value["immediateResponsePreferred"] = 0
    if arg.resynchronisation:
        again = arg.resynchronisation
        value["re-synchronisationInfo"] = {"rand": again.rand, "auts": again.auts}
    if arg.rand_list is not None:
        value["extensionContainer"] = {"privateExtensionList": [_extension(arg.rand_list)]}
    if arg.requesting_node_type is not None:
        value["requestingNodeType"] = arg.requesting_node_type
    return _ARG.encode(value)


def _extension(rand_list: Sequence[bytes]) -> dict[str, Any]:
    extension = _MTC.encode({"randList": list(rand_list)})
    return {"extId": MTC_AUTHENTICATION, "extType": open_value(extension)}


def _decode_standard(octets: bytes) -> SendAuthenticationInfoArg:
    value = _ARG.decode(octets)
    again = value.get("re-synchronisationInfo")
    return SendAuthenticationInfoArg(
        imsi=Imsi(decode_tbcd(value["imsi"])),
        number_of_requested_vectors=value["numberOfRequestedVectors"],
        segmentation_prohibited="segmentationProhibited" in value,
        immediate_response_preferred="immediateResponsePreferred" in value,
        requesting_node_type=value.get("requestingNodeType"),
        rand_list=_rand_list(value.get("extensionContainer", {})),
        resynchronisation=again and Resynchronisation(again["rand"], again["auts"]),
    )


def _rand_list(container: dict[str, Any]) -> tuple[bytes, ...] | None:
    """Our private extension's RANDs; receivers ignore what they do not know (TS 29.002 17.1)."""
    for extension in container.get("privateExtensionList", ()):
        if extension["extId"] != MTC_AUTHENTICATION:
            continue
        if "extType" not in extension:
            raise CodecError("no extType", path="MTC-AuthenticationArg")
        return tuple(_MTC.decode(open_octets(extension["extType"]))["randList"])
    return None


def _encode_mtc(arg: SendAuthenticationInfoArg) -> bytes:
    if arg.rand_list is None:
        raise CodecError("the operation carries a RAND list", path="randList")
    imsi = encode_tbcd(arg.imsi.digits)
    return _MTC_ARG.encode({"imsi": imsi, "mtc": {"randList": list(arg.rand_list)}})


def _decode_mtc(octets: bytes) -> SendAuthenticationInfoArg:
    value = _MTC_ARG.decode(octets)
    rand_list = tuple(value["mtc"]["randList"])
    return SendAuthenticationInfoArg(
        imsi=Imsi(decode_tbcd(value["imsi"])),
        number_of_requested_vectors=len(rand_list),
        segmentation_prohibited=True,
        rand_list=rand_list,
    )


_ENCODE_ARGUMENT = {Encoding.EXTENSION: _encode_standard, Encoding.OPERATION: _encode_mtc}
_DECODE_ARGUMENT = {Encoding.EXTENSION: _decode_standard, Encoding.OPERATION: _decode_mtc}


def encode_result(result: SendAuthenticationInfoRes) -> bytes:
    """The parameter of a ReturnResult."""
    if result.triplets:
        triplets = [{"rand": t.rand, "sres": t.sres, "kc": t.kc} for t in result.triplets]
        return _RES.encode({"authenticationSetList": ("tripletList", triplets)})
    if result.quintuplets:
        quintuplets = [
            {"rand": q.rand, "xres": q.xres, "ck": q.ck, "ik": q.ik, "autn": q.autn}
            for q in result.quintuplets
        ]
        return _RES.encode({"authenticationSetList": ("quintupletList", quintuplets)})
    return _RES.encode({})


def decode_result(octets: bytes) -> SendAuthenticationInfoRes:
    """The vectors of a ReturnResult's parameter, none if it has no list."""
    kind, sets = _RES.decode(octets).get("authenticationSetList", (None, ()))
    if kind == "quintupletList":
        quintuplets = (Quintuplet(s["rand"], s["xres"], s["ck"], s["ik"], s["autn"]) for s in sets)
        return SendAuthenticationInfoRes(quintuplets=tuple(quintuplets))
    return SendAuthenticationInfoRes(
        triplets=tuple(Triplet(s["rand"], s["sres"], s["kc"]) for s in sets)
    )
