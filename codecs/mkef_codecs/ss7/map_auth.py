"""MAP sendAuthenticationInfo, versions 3 and 2, and our variant (TS 29.002; protocol.md 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, IntEnum

from mkef_codecs.errors import CodecError
from mkef_codecs.generated import mkef_map as asn1
from mkef_codecs.identity import Imsi
from mkef_codecs.lab import MTC_AUTHENTICATION, MTC_SEND_AUTHENTICATION_INFO
from mkef_codecs.ss7.ber import Oid
from mkef_codecs.tbcd import decode_tbcd, encode_tbcd

INFO_RETRIEVAL_V3: Oid = (0, 4, 0, 0, 1, 0, 14, 3)
INFO_RETRIEVAL_V2: Oid = (0, 4, 0, 0, 1, 0, 14, 2)
SEND_AUTHENTICATION_INFO = 56

MAX_RANDS = 3
MAX_VECTORS = 5


class Encoding(Enum):
    """The two encodings of the variant, chosen for each HLR."""

    EXTENSION = "extension"
    OPERATION = "operation"


_EXTENSION = Encoding.EXTENSION

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
        if not (len(self.rand) == 16 and len(self.sres) == 4 and len(self.kc) == 8):
            raise CodecError("RAND has 16 octets, SRES 4, Kc 8", path="AuthenticationTriplet")


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
    """The argument; `rand_list`, 1 to 3 RANDs of 16 octets, makes it the variant.

    Of version 2 there is only the IMSI, and the answer may hold triplets alone.
    """

    imsi: Imsi
    number_of_requested_vectors: int = 1
    segmentation_prohibited: bool = False
    immediate_response_preferred: bool = False
    requesting_node_type: int | None = None
    rand_list: tuple[bytes, ...] | None = None
    resynchronisation: Resynchronisation | None = None
    map_version: int = 3

    def __post_init__(self) -> None:
        if not 1 <= self.number_of_requested_vectors <= MAX_VECTORS:
            raise CodecError("1 to 5 vectors can be requested", path="numberOfRequestedVectors")
        if self.rand_list is None:
            return
        if not 1 <= len(self.rand_list) <= MAX_RANDS:
            raise CodecError("a RAND list has 1 to 3 entries", path="randList")
        for rand in self.rand_list:
            if len(rand) != 16:
                raise CodecError(f"{len(rand)} octets", path="randList")


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
    return _encode_standard(arg) if encoding is _EXTENSION else _encode_mtc(arg)


def decode_argument(octets: bytes, encoding: Encoding) -> SendAuthenticationInfoArg:
    """The argument of the operation `OPCODES[encoding]`; foreign extensions are ignored."""
    return _decode_standard(octets) if encoding is _EXTENSION else _decode_mtc(octets)


def _encode_standard(arg: SendAuthenticationInfoArg) -> bytes:
    again, rands = arg.resynchronisation, arg.rand_list
    value = asn1.SendAuthenticationInfoArg(
        encode_tbcd(arg.imsi.digits),
        arg.number_of_requested_vectors,
        arg.segmentation_prohibited,
        arg.immediate_response_preferred,
        None if again is None else asn1.ReSynchronisationInfo(again.rand, again.auts),
        None if rands is None else _container(rands),
        arg.requesting_node_type,
    )
    return asn1.encode_send_authentication_info_arg(value)


def _container(rands: Sequence[bytes]) -> asn1.ExtensionContainer:
    argument = asn1.encode_mtc_authentication_arg(asn1.MTCAuthenticationArg(list(rands)))
    return asn1.ExtensionContainer([asn1.PrivateExtension(MTC_AUTHENTICATION, argument)])


def _decode_standard(octets: bytes) -> SendAuthenticationInfoArg:
    value = asn1.decode_send_authentication_info_arg(octets)
    again, container = value.re_synchronisation_info, value.extension_container
    return SendAuthenticationInfoArg(
        Imsi(decode_tbcd(value.imsi)),
        value.number_of_requested_vectors,
        value.segmentation_prohibited,
        value.immediate_response_preferred,
        value.requesting_node_type,
        None if container is None else _rand_list(container),
        None if again is None else Resynchronisation(again.rand, again.auts),
    )


def _rand_list(container: asn1.ExtensionContainer) -> tuple[bytes, ...] | None:
    """Our private extension's RANDs; receivers ignore what they do not know (TS 29.002 17.1)."""
    for extension in container.private_extension_list or ():
        if extension.ext_id != MTC_AUTHENTICATION:
            continue
        if extension.ext_type is None:
            raise CodecError("no extType", path="MTC-AuthenticationArg")
        return tuple(asn1.decode_mtc_authentication_arg(extension.ext_type).rand_list)
    return None


def _encode_mtc(arg: SendAuthenticationInfoArg) -> bytes:
    if arg.rand_list is None:
        raise CodecError("the operation carries a RAND list", path="randList")
    mtc = asn1.MTCAuthenticationArg(list(arg.rand_list))
    value = asn1.MTCSendAuthenticationInfoArg(encode_tbcd(arg.imsi.digits), mtc)
    return asn1.encode_mtc_send_authentication_info_arg(value)


def _decode_mtc(octets: bytes) -> SendAuthenticationInfoArg:
    value = asn1.decode_mtc_send_authentication_info_arg(octets)
    rand_list = tuple(value.mtc.rand_list)
    return SendAuthenticationInfoArg(
        imsi=Imsi(decode_tbcd(value.imsi)),
        number_of_requested_vectors=len(rand_list),
        segmentation_prohibited=True,
        rand_list=rand_list,
    )


def encode_result(result: SendAuthenticationInfoRes) -> bytes:
    """The parameter of a ReturnResult."""
    value = asn1.SendAuthenticationInfoRes(_vectors(result))
    return asn1.encode_send_authentication_info_res(value)


def _vectors(
    result: SendAuthenticationInfoRes,
) -> asn1.SendAuthenticationInfoResAuthenticationSetList | None:
    if result.triplets:
        triplets = [asn1.AuthenticationTriplet(t.rand, t.sres, t.kc) for t in result.triplets]
        return "tripletList", triplets
    if not result.quintuplets:
        return None
    return "quintupletList", [
        asn1.AuthenticationQuintuplet(q.rand, q.xres, q.ck, q.ik, q.autn)
        for q in result.quintuplets
    ]


def decode_result(octets: bytes) -> SendAuthenticationInfoRes:
    """The vectors of a ReturnResult's parameter, none if it has no list."""
    vectors = asn1.decode_send_authentication_info_res(octets).authentication_set_list
    if vectors is None:
        return SendAuthenticationInfoRes()
    if vectors[0] == "tripletList":
        return SendAuthenticationInfoRes(tuple([Triplet(t.rand, t.sres, t.kc) for t in vectors[1]]))
    return SendAuthenticationInfoRes(
        quintuplets=tuple([Quintuplet(q.rand, q.xres, q.ck, q.ik, q.autn) for q in vectors[1]])
    )


def encode_argument_v2(arg: SendAuthenticationInfoArg) -> bytes:
    """The parameter of version 2: a bare IMSI, which cannot carry the variant."""
    if arg.rand_list is not None:
        raise CodecError("version 2 carries no RAND list", path="randList")
    return asn1.encode_send_authentication_info_arg_v2(encode_tbcd(arg.imsi.digits))


def decode_argument_v2(octets: bytes) -> SendAuthenticationInfoArg:
    """The argument of version 2: up to five triplets are asked for (TS 29.002 clause 8.5.2)."""
    imsi = Imsi(decode_tbcd(asn1.decode_send_authentication_info_arg_v2(octets)))
    return SendAuthenticationInfoArg(imsi, MAX_VECTORS, map_version=2)


def encode_result_v2(result: SendAuthenticationInfoRes) -> bytes:
    """The parameter of a ReturnResult of version 2: triplets, at least one."""
    if result.quintuplets:
        raise CodecError("version 2 carries no quintuplets", path="authenticationSetList")
    triplets = [asn1.AuthenticationTriplet(t.rand, t.sres, t.kc) for t in result.triplets]
    return asn1.encode_send_authentication_info_res_v2(triplets)


def decode_result_v2(octets: bytes) -> SendAuthenticationInfoRes:
    """The triplets of a ReturnResult of version 2."""
    triplets = asn1.decode_send_authentication_info_res_v2(octets)
    return SendAuthenticationInfoRes(tuple([Triplet(t.rand, t.sres, t.kc) for t in triplets]))
