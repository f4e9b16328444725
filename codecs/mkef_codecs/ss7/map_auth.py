"""MAP sendAuthenticationInfo, versions 3 and 2, and our variant (TS 29.002; protocol.md 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Any

from msgspec import Struct

from mkef_codecs.errors import CodecError
from mkef_codecs.form import Form, Forms
from mkef_codecs.generated import mkef_map as asn1
from mkef_codecs.identity import Imsi
from mkef_codecs.lab import MTC_AUTHENTICATION, MTC_SEND_AUTHENTICATION_INFO
from mkef_codecs.ss7.ber import OCTET, Oid
from mkef_codecs.ss7.value import Value
from mkef_codecs.tbcd import decode_tbcd, encode_tbcd

INFO_RETRIEVAL_V3: Oid = (0, 4, 0, 0, 1, 0, 14, 3)
INFO_RETRIEVAL_V2: Oid = (0, 4, 0, 0, 1, 0, 14, 2)
SEND_AUTHENTICATION_INFO = 56

MAX_VECTORS = 5


class Encoding(StrEnum):
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


# The vectors and the resynchronisation are as ASN.1 has them; no key of theirs prints.
Triplet = asn1.AuthenticationTriplet
Quintuplet = asn1.AuthenticationQuintuplet
Resynchronisation = asn1.ReSynchronisationInfo


class SendAuthenticationInfoArg(Struct):
    """The argument; `rand_list`, 1 to 3 RANDs of 16 octets, makes it the variant.

    Sizes and ranges are the ASN.1 module's: what breaks them is neither encoded nor decoded.
    Of version 2 there is only the IMSI, and the answer may hold triplets alone.
    """

    imsi: Imsi
    number_of_requested_vectors: int = 1  # to 5
    segmentation_prohibited: bool = False
    immediate_response_preferred: bool = False
    requesting_node_type: int | None = None
    rand_list: tuple[bytes, ...] | None = None
    resynchronisation: Resynchronisation | None = None
    map_version: int = 3


class SendAuthenticationInfoRes(Struct):
    """The result: up to five triplets or up to five quintuplets, or nothing."""

    triplets: tuple[Triplet, ...] = ()
    quintuplets: tuple[Quintuplet, ...] = ()

    def __post_init__(self) -> None:
        vectors: Sequence[object] = self.triplets
        if self.quintuplets:
            if vectors:
                raise CodecError("triplets and quintuplets together", path="authenticationSetList")
            vectors = self.quintuplets
        if len(vectors) > MAX_VECTORS:
            raise CodecError("more than five vectors", path="authenticationSetList")


def encode_argument(arg: SendAuthenticationInfoArg, encoding: Encoding) -> bytes:
    """The parameter of the operation `OPCODES[encoding]`."""
    return ARGUMENTS[encoding][0](arg)


def decode_argument(octets: bytes, encoding: Encoding) -> SendAuthenticationInfoArg:
    """The argument of the operation `OPCODES[encoding]`; foreign extensions are ignored."""
    return ARGUMENTS[encoding][1](octets)


def _encode_standard(arg: SendAuthenticationInfoArg) -> bytes:
    rands, resync = arg.rand_list, arg.resynchronisation
    each: tuple[bytes, ...] = (encode_tbcd(arg.imsi.digits),)
    if resync is not None:
        each += resync.rand, resync.auts
    if rands is not None:
        each += rands
    return _form(*_likeness(arg, each)).write(each)


def _likeness(arg: SendAuthenticationInfoArg, each: tuple[bytes, ...]) -> tuple[Any, ...]:
    """All but the values themselves."""
    return (
        (*map(len, each),),
        arg.resynchronisation is not None,
        arg.rand_list is not None,
        arg.number_of_requested_vectors,
        arg.segmentation_prohibited,
        arg.immediate_response_preferred,
        arg.requesting_node_type,
    )


# What is asked for differs in its IMSI and its RANDs: the octets around them are written once.
@lru_cache(maxsize=256)
def _form(
    sizes: tuple[int, ...],
    resynchronises: bool,
    variant: bool,
    number: int,
    segmentation_prohibited: bool,
    immediate_response_preferred: bool,
    node_type: int | None,
) -> Form:
    """An argument with places for the IMSI, RAND and AUTS of a resynchronisation, and the RANDs."""
    blanks = [OCTET[0xF0 + index % 0x10] * size for index, size in enumerate(sizes)]
    first = 3 if resynchronises else 1  # of the RANDs
    value = asn1.SendAuthenticationInfoArg(
        blanks[0],
        number,
        segmentation_prohibited,
        immediate_response_preferred,
        Resynchronisation(*blanks[1:first]) if resynchronises else None,
        _container(blanks[first:]) if variant else None,
        node_type,
    )
    octets = asn1.encode_send_authentication_info_arg(value)
    return Form(octets, _places(octets, blanks))


def _places(octets: bytes, blanks: Sequence[bytes]) -> list[tuple[int, int]]:
    """Where blanks stand, each behind the one before."""
    places, at = [], 0
    for blank in blanks:
        start = octets.index(blank, at)
        at = start + len(blank)
        places.append((start, at))
    return places


def _container(rands: list[bytes]) -> asn1.ExtensionContainer:
    argument = asn1.encode_mtc_authentication_arg(asn1.MTCAuthenticationArg(rands))
    return asn1.ExtensionContainer([asn1.PrivateExtension(MTC_AUTHENTICATION, argument)])


class _Known(Value):
    """How an argument of the variant is read: by its form and what that stands for."""

    form: Form
    owner: str  # of the IMSI, for what is wrong with it
    number_of_requested_vectors: int
    segmentation_prohibited: bool
    immediate_response_preferred: bool
    requesting_node_type: int | None

    def read(self, octets: bytes) -> SendAuthenticationInfoArg | None:
        """The argument, None if the octets are of another form; CodecError if the IMSI is none."""
        values = self.form.read(octets)
        if values is None:
            return None
        return SendAuthenticationInfoArg(
            _imsi(values[0], self.owner),
            self.number_of_requested_vectors,
            self.segmentation_prohibited,
            self.immediate_response_preferred,
            self.requesting_node_type,
            values[1:],
        )


def _known(
    form: Form,
    values: tuple[bytes, ...],
    octets: bytes,
    owner: str,
    arg: SendAuthenticationInfoArg,
) -> _Known | None:
    """How the argument of some octets was read; None if they were not written as we would."""
    if form.write(values) != octets:
        return None
    return _Known(
        form,
        owner,
        arg.number_of_requested_vectors,
        arg.segmentation_prohibited,
        arg.immediate_response_preferred,
        arg.requesting_node_type,
    )


STANDARD: Forms[SendAuthenticationInfoArg] = Forms()
_ARGUMENT, _MTC_ARGUMENT = "SendAuthenticationInfoArg", "MTC-SendAuthenticationInfoArg"


def _decode_standard(octets: bytes) -> SendAuthenticationInfoArg:
    arg = STANDARD.read(octets)
    return _read_standard(octets) if arg is None else arg


def _read_standard(octets: bytes) -> SendAuthenticationInfoArg:
    """An argument, element after element."""
    value = asn1.decode_send_authentication_info_arg(octets)
    container, imsi = value.extension_container, _imsi(value.imsi, _ARGUMENT)
    arg = SendAuthenticationInfoArg(
        imsi,
        value.number_of_requested_vectors,
        value.segmentation_prohibited,
        value.immediate_response_preferred,
        value.requesting_node_type,
        None if container is None else _rand_list(container, imsi),
        value.re_synchronisation_info,
    )
    if arg.rand_list is not None and arg.resynchronisation is None:
        values = (value.imsi, *arg.rand_list)
        likeness = _likeness(arg, values)
        STANDARD.learn(
            octets, likeness, lambda: _known(_form(*likeness), values, octets, _ARGUMENT, arg)
        )
    return arg


def _imsi(octets: bytes, owner: str) -> Imsi:
    try:
        return Imsi(decode_tbcd(octets))
    except CodecError as error:
        raise CodecError(error.problem, path=f"{owner}.imsi") from None


class BadExtension(CodecError):
    """Our extension is wrong, or its argument is `missing`; whose request it is can be read."""

    def __init__(self, error: CodecError, imsi: Imsi, *, missing: bool) -> None:
        super().__init__(error.problem, offset=error.offset, path=error.path)
        self.imsi = imsi
        self.missing = missing


def _rand_list(container: asn1.ExtensionContainer, imsi: Imsi) -> tuple[bytes, ...] | None:
    """Our private extension's RANDs; receivers ignore what they do not know (TS 29.002 17.1)."""
    for index, extension in enumerate(container.private_extension_list or ()):
        if extension.ext_id != MTC_AUTHENTICATION:
            continue
        try:
            return _authentication_arg(extension.ext_type)
        except CodecError as error:
            bad = BadExtension(error, imsi, missing=extension.ext_type is None)
            raise bad.within(extension.ext_type_at, f"{_EXTENSIONS}.{index}.extType") from None
    return None


_EXTENSIONS = f"{_ARGUMENT}.extensionContainer.privateExtensionList"


def _authentication_arg(octets: bytes | None) -> tuple[bytes, ...]:
    if octets is None:
        raise CodecError("missing")
    return tuple(asn1.decode_mtc_authentication_arg(octets).rand_list)


def _encode_mtc(arg: SendAuthenticationInfoArg) -> bytes:
    if arg.rand_list is None:
        raise CodecError("the operation carries a RAND list", path="randList")
    each = (encode_tbcd(arg.imsi.digits), *arg.rand_list)
    return _mtc_form(*map(len, each)).write(each)


@lru_cache(maxsize=256)
def _mtc_form(imsi: int, *rands: int) -> Form:
    """The operation's argument with places for the IMSI and the RANDs."""
    blanks = [OCTET[0xF0 + index % 0x10] * size for index, size in enumerate((imsi, *rands))]
    value = asn1.MTCSendAuthenticationInfoArg(blanks[0], asn1.MTCAuthenticationArg(blanks[1:]))
    octets = asn1.encode_mtc_send_authentication_info_arg(value)
    return Form(octets, _places(octets, blanks))


MTC: Forms[SendAuthenticationInfoArg] = Forms()


def _decode_mtc(octets: bytes) -> SendAuthenticationInfoArg:
    arg = MTC.read(octets)
    return _read_mtc(octets) if arg is None else arg


def _read_mtc(octets: bytes) -> SendAuthenticationInfoArg:
    """The operation's argument, element after element."""
    value = asn1.decode_mtc_send_authentication_info_arg(octets)
    rand_list = tuple(value.mtc.rand_list)
    arg = SendAuthenticationInfoArg(
        imsi=_imsi(value.imsi, _MTC_ARGUMENT),
        number_of_requested_vectors=len(rand_list),
        segmentation_prohibited=True,
        rand_list=rand_list,
    )
    values = (value.imsi, *rand_list)
    sizes = (*map(len, values),)
    MTC.learn(octets, sizes, lambda: _known(_mtc_form(*sizes), values, octets, _MTC_ARGUMENT, arg))
    return arg


# What encodes and decodes the argument in each encoding.
ARGUMENTS: Mapping[
    Encoding,
    tuple[
        Callable[[SendAuthenticationInfoArg], bytes], Callable[[bytes], SendAuthenticationInfoArg]
    ],
] = {
    Encoding.EXTENSION: (_encode_standard, _decode_standard),
    Encoding.OPERATION: (_encode_mtc, _decode_mtc),
}


def encode_result(result: SendAuthenticationInfoRes) -> bytes:
    """The parameter of a ReturnResult."""
    if result.triplets:
        each = _values(result.triplets)
        return _triplets_form(*map(len, each)).write(each)
    value = asn1.SendAuthenticationInfoRes(_vectors(result))
    return asn1.encode_send_authentication_info_res(value)


def _values(triplets: Sequence[Triplet]) -> tuple[bytes, ...]:
    return tuple([value for t in triplets for value in (t.rand, t.sres, t.kc)])


@lru_cache(maxsize=256)
def _triplets_form(*sizes: int) -> Form:
    """A result with places for RAND, SRES and Kc of each triplet."""
    blanks = [OCTET[0xE0 + index] * size for index, size in enumerate(sizes)]
    triplets = [*map(Triplet, blanks[::3], blanks[1::3], blanks[2::3])]
    value = asn1.SendAuthenticationInfoRes(("tripletList", triplets))
    octets = asn1.encode_send_authentication_info_res(value)
    return Form(octets, _places(octets, blanks))


def _vectors(
    result: SendAuthenticationInfoRes,
) -> asn1.SendAuthenticationInfoResAuthenticationSetList | None:
    return ("quintupletList", list(result.quintuplets)) if result.quintuplets else None


TRIPLETS: Forms[tuple[bytes, ...]] = Forms()


def decode_result(octets: bytes) -> SendAuthenticationInfoRes:
    """The vectors of a ReturnResult's parameter, none if it has no list."""
    values = TRIPLETS.read(octets)
    if values is None:
        return _read_result(octets)
    triplets = map(Triplet, values[::3], values[1::3], values[2::3])
    return SendAuthenticationInfoRes(tuple(triplets))


def _read_result(octets: bytes) -> SendAuthenticationInfoRes:
    """A result, element after element."""
    vectors = asn1.decode_send_authentication_info_res(octets).authentication_set_list
    if vectors is None:
        return SendAuthenticationInfoRes()
    if vectors[0] == "tripletList":
        result = SendAuthenticationInfoRes(tuple(vectors[1]))
        values = _values(result.triplets)
        sizes = (*map(len, values),)

        def known() -> Form | None:
            form = _triplets_form(*sizes)
            return form if form.write(values) == octets else None  # it was written as we would

        TRIPLETS.learn(octets, sizes, known)
        return result
    return SendAuthenticationInfoRes(quintuplets=tuple(vectors[1]))


def encode_argument_v2(arg: SendAuthenticationInfoArg) -> bytes:
    """The parameter of version 2: a bare IMSI, which cannot carry the variant."""
    if arg.rand_list is not None:
        raise CodecError("version 2 carries no RAND list", path="randList")
    return asn1.encode_send_authentication_info_arg_v2(encode_tbcd(arg.imsi.digits))


def decode_argument_v2(octets: bytes) -> SendAuthenticationInfoArg:
    """The argument of version 2: up to five triplets are asked for (TS 29.002 clause 8.5.2)."""
    value = asn1.decode_send_authentication_info_arg_v2(octets)
    imsi = _imsi(value, "SendAuthenticationInfoArgV2")
    return SendAuthenticationInfoArg(imsi, MAX_VECTORS, map_version=2)


def encode_result_v2(result: SendAuthenticationInfoRes) -> bytes:
    """The parameter of a ReturnResult of version 2: triplets, at least one."""
    if result.quintuplets:
        raise CodecError("version 2 carries no quintuplets", path="authenticationSetList")
    return asn1.encode_send_authentication_info_res_v2(list(result.triplets))


def decode_result_v2(octets: bytes) -> SendAuthenticationInfoRes:
    """The triplets of a ReturnResult of version 2."""
    return SendAuthenticationInfoRes(tuple(asn1.decode_send_authentication_info_res_v2(octets)))
