"""The codecs of MKEF-MAP. Written by `make codecs` from codecs/asn1."""

# A value that its type forbids is refused all the same, at the end of a CHOICE:
# mypy: no-warn-unreachable

from __future__ import annotations

from struct import Struct
from typing import Literal
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.ber import (
    OCTET, PADDING, Heads, Oid, excess, header, inside, missing, skip_additions,
)
from mkef_codecs.ss7.primitives import (
    LEAST, MAX_OID, MOST, PLAIN, SIZES, arcs, oid_octets, one_value, out_of_range, wrong_size,
    decode_any, decode_enumerated, decode_integer, decode_null, decode_octet_string, decode_oid,
    encode_enumerated, encode_integer,
)
from mkef_codecs.ss7.value import Located, Value

_HEADS_04 = Heads(0x04)
_HEADS_30 = Heads(0x30)
_HEADS_80 = Heads(0x80)
_HEADS_81 = Heads(0x81)
_HEADS_A0 = Heads(0xA0)
_HEADS_A1 = Heads(0xA1)
_HEADS_A2 = Heads(0xA2)
_HEADS_A3 = Heads(0xA3)
_HEADS_A4 = Heads(0xA4)
_HEADS_A5 = Heads(0xA5)


class MAPOpen(Value):
    """The SEQUENCE MAPOpen."""

    destination_reference: bytes | None = None
    origination_reference: bytes | None = None


_MAP_OPEN_TAGS: frozenset[int] = frozenset({0x80, 0x81, 0xA0, 0xA1})


def _unpack_map_open(octets: bytes, at: int, end: int) -> MAPOpen:
    destination_reference: bytes | None = None
    if at < end and octets[at] in (0x80, 0xA0):
        size = octets[at + 1]
        stop = at + 2 + size
        if octets[at] == 0x80 and stop <= end and 1 <= size <= 20:
            destination_reference = octets[at + 2 : stop]
            at = stop
        else:
            destination_reference, at = decode_octet_string(octets, at, end, 0x80, 1, 20, "destinationReference")
    origination_reference: bytes | None = None
    if at < end and octets[at] in (0x81, 0xA1):
        size = octets[at + 1]
        stop = at + 2 + size
        if octets[at] == 0x81 and stop <= end and 1 <= size <= 20:
            origination_reference = octets[at + 2 : stop]
            at = stop
        else:
            origination_reference, at = decode_octet_string(octets, at, end, 0x81, 1, 20, "originationReference")
    if at != end:
        skip_additions(octets, at, end, _MAP_OPEN_TAGS)
    return MAPOpen(destination_reference, origination_reference)


def _pack_map_open(value: MAPOpen) -> bytes:
    content = b""
    destination_reference = value.destination_reference
    if destination_reference is not None:
        if not 1 <= len(destination_reference) <= 20:
            raise wrong_size(len(destination_reference), 1, 20, "MAPOpen.destinationReference")
        content += _HEADS_80[len(destination_reference)] + destination_reference
    origination_reference = value.origination_reference
    if origination_reference is not None:
        if not 1 <= len(origination_reference) <= 20:
            raise wrong_size(len(origination_reference), 1, 20, "MAPOpen.originationReference")
        content += _HEADS_81[len(origination_reference)] + origination_reference
    return content


class MAPAccept(Value):
    """The SEQUENCE MAPAccept."""


_MAP_ACCEPT_TAGS: frozenset[int] = frozenset()


def _unpack_map_accept(octets: bytes, at: int, end: int) -> MAPAccept:
    if at != end:
        skip_additions(octets, at, end, _MAP_ACCEPT_TAGS)
    return MAPAccept()


def _pack_map_accept(value: MAPAccept) -> bytes:
    return b""


class MAPClose(Value):
    """The SEQUENCE MAPClose."""


_MAP_CLOSE_TAGS: frozenset[int] = frozenset()


def _unpack_map_close(octets: bytes, at: int, end: int) -> MAPClose:
    if at != end:
        skip_additions(octets, at, end, _MAP_CLOSE_TAGS)
    return MAPClose()


def _pack_map_close(value: MAPClose) -> bytes:
    return b""


MAPRefuseReason = Literal["noReasonGiven", "invalidDestinationReference", "invalidOriginatingReference"]
_MAP_REFUSE_REASON_NAMES: dict[int, MAPRefuseReason] = {
    0: "noReasonGiven",
    1: "invalidDestinationReference",
    2: "invalidOriginatingReference",
}


class MAPRefuse(Value):
    """The SEQUENCE MAPRefuse."""

    reason: MAPRefuseReason


_MAP_REFUSE_TAGS: frozenset[int] = frozenset({0x0A})


def _unpack_map_refuse(octets: bytes, at: int, end: int) -> MAPRefuse:
    reason, at = decode_enumerated(octets, at, end, 0x0A, _MAP_REFUSE_REASON_NAMES, "reason")
    if at != end:
        skip_additions(octets, at, end, _MAP_REFUSE_TAGS)
    return MAPRefuse(reason)


def _pack_map_refuse(value: MAPRefuse) -> bytes:
    reason = value.reason
    return encode_enumerated(b"\x0a", reason, _MAP_REFUSE_REASON_NAMES, "MAPRefuse.reason")


MAPUserAbortChoice = (
    tuple[Literal["userSpecificReason"], None]
    | tuple[Literal["userResourceLimitation"], None]
    | tuple[Literal["resourceUnavailable"], int]
    | tuple[Literal["applicationProcedureCancelled"], int]
)


def _unpack_map_user_abort_choice(octets: bytes, at: int, end: int) -> tuple[MAPUserAbortChoice, int]:
    if at < end and octets[at] == 0x80:
        if octets[at + 1] == 0 and at + 2 <= end:
            user_specific_reason, at = None, at + 2
        else:
            user_specific_reason, at = decode_null(octets, at, end, 0x80, "userSpecificReason")
        return ("userSpecificReason", user_specific_reason), at
    if at < end and octets[at] == 0x81:
        if octets[at + 1] == 0 and at + 2 <= end:
            user_resource_limitation, at = None, at + 2
        else:
            user_resource_limitation, at = decode_null(octets, at, end, 0x81, "userResourceLimitation")
        return ("userResourceLimitation", user_resource_limitation), at
    if at < end and octets[at] == 0x82:
        resource_unavailable = octets[at + 2]
        if octets[at + 1] == 1 and at + 3 <= end and resource_unavailable <= 127:
            at += 3
        else:
            resource_unavailable, at = decode_integer(octets, at, end, 0x82, LEAST, MOST, "resourceUnavailable")
        return ("resourceUnavailable", resource_unavailable), at
    if at < end and octets[at] == 0x83:
        application_procedure_cancelled = octets[at + 2]
        if octets[at + 1] == 1 and at + 3 <= end and application_procedure_cancelled <= 127:
            at += 3
        else:
            application_procedure_cancelled, at = decode_integer(octets, at, end, 0x83, LEAST, MOST, "applicationProcedureCancelled")
        return ("applicationProcedureCancelled", application_procedure_cancelled), at
    raise missing(octets, at, end, "")


def _pack_map_user_abort_choice(value: MAPUserAbortChoice) -> bytes:
    if value[0] == "userSpecificReason":
        return b"\x80\x00"
    if value[0] == "userResourceLimitation":
        return b"\x81\x00"
    if value[0] == "resourceUnavailable":
        return (b"\x82\x01" + OCTET[value[1]] if -128 <= value[1] <= 127 else encode_integer(b"\x82", value[1], LEAST, MOST, "MAPUserAbortChoice.resourceUnavailable"))
    if value[0] == "applicationProcedureCancelled":
        return (b"\x83\x01" + OCTET[value[1]] if -128 <= value[1] <= 127 else encode_integer(b"\x83", value[1], LEAST, MOST, "MAPUserAbortChoice.applicationProcedureCancelled"))
    raise CodecError(f"no alternative {value[0]!r}", path="MAPUserAbortChoice")


class MAPUserAbort(Value):
    """The SEQUENCE MAPUserAbort."""

    choice: MAPUserAbortChoice


_MAP_USER_ABORT_TAGS: frozenset[int] = frozenset({0x80, 0x81, 0x82, 0x83})


def _unpack_map_user_abort(octets: bytes, at: int, end: int) -> MAPUserAbort:
    try:
        choice, at = _unpack_map_user_abort_choice(octets, at, end)
    except CodecError as error:
        raise inside(error, "choice") from None
    if at != end:
        skip_additions(octets, at, end, _MAP_USER_ABORT_TAGS)
    return MAPUserAbort(choice)


def _pack_map_user_abort(value: MAPUserAbort) -> bytes:
    choice = value.choice
    return _pack_map_user_abort_choice(choice)


MAPProviderAbortReason = Literal["abnormalDialogue", "invalidPDU"]
_MAP_PROVIDER_ABORT_REASON_NAMES: dict[int, MAPProviderAbortReason] = {
    0: "abnormalDialogue",
    1: "invalidPDU",
}


class MAPProviderAbort(Value):
    """The SEQUENCE MAPProviderAbort."""

    reason: MAPProviderAbortReason


_MAP_PROVIDER_ABORT_TAGS: frozenset[int] = frozenset({0x0A})


def _unpack_map_provider_abort(octets: bytes, at: int, end: int) -> MAPProviderAbort:
    reason, at = decode_enumerated(octets, at, end, 0x0A, _MAP_PROVIDER_ABORT_REASON_NAMES, "reason")
    if at != end:
        skip_additions(octets, at, end, _MAP_PROVIDER_ABORT_TAGS)
    return MAPProviderAbort(reason)


def _pack_map_provider_abort(value: MAPProviderAbort) -> bytes:
    reason = value.reason
    return encode_enumerated(b"\x0a", reason, _MAP_PROVIDER_ABORT_REASON_NAMES, "MAPProviderAbort.reason")


MAPDialoguePDU = (
    tuple[Literal["open"], MAPOpen]
    | tuple[Literal["accept"], MAPAccept]
    | tuple[Literal["close"], MAPClose]
    | tuple[Literal["refuse"], MAPRefuse]
    | tuple[Literal["userAbort"], MAPUserAbort]
    | tuple[Literal["providerAbort"], MAPProviderAbort]
)


def _unpack_map_dialogue_pdu(octets: bytes, at: int, end: int) -> tuple[MAPDialoguePDU, int]:
    if at < end and octets[at] == 0xA0:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA0, "open")
        try:
            open_ = _unpack_map_open(octets, start, stop)
        except CodecError as error:
            raise inside(error, "open") from None
        return ("open", open_), at
    if at < end and octets[at] == 0xA1:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA1, "accept")
        try:
            accept = _unpack_map_accept(octets, start, stop)
        except CodecError as error:
            raise inside(error, "accept") from None
        return ("accept", accept), at
    if at < end and octets[at] == 0xA2:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA2, "close")
        try:
            close = _unpack_map_close(octets, start, stop)
        except CodecError as error:
            raise inside(error, "close") from None
        return ("close", close), at
    if at < end and octets[at] == 0xA3:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA3, "refuse")
        try:
            refuse = _unpack_map_refuse(octets, start, stop)
        except CodecError as error:
            raise inside(error, "refuse") from None
        return ("refuse", refuse), at
    if at < end and octets[at] == 0xA4:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA4, "userAbort")
        try:
            user_abort = _unpack_map_user_abort(octets, start, stop)
        except CodecError as error:
            raise inside(error, "userAbort") from None
        return ("userAbort", user_abort), at
    if at < end and octets[at] == 0xA5:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA5, "providerAbort")
        try:
            provider_abort = _unpack_map_provider_abort(octets, start, stop)
        except CodecError as error:
            raise inside(error, "providerAbort") from None
        return ("providerAbort", provider_abort), at
    raise missing(octets, at, end, "")


def _pack_map_dialogue_pdu(value: MAPDialoguePDU) -> bytes:
    if value[0] == "open":
        inner = _pack_map_open(value[1])
        return _HEADS_A0[len(inner)] + inner
    if value[0] == "accept":
        inner = _pack_map_accept(value[1])
        return _HEADS_A1[len(inner)] + inner
    if value[0] == "close":
        inner = _pack_map_close(value[1])
        return _HEADS_A2[len(inner)] + inner
    if value[0] == "refuse":
        inner = _pack_map_refuse(value[1])
        return _HEADS_A3[len(inner)] + inner
    if value[0] == "userAbort":
        inner = _pack_map_user_abort(value[1])
        return _HEADS_A4[len(inner)] + inner
    if value[0] == "providerAbort":
        inner = _pack_map_provider_abort(value[1])
        return _HEADS_A5[len(inner)] + inner
    raise CodecError(f"no alternative {value[0]!r}", path="MAPDialoguePDU")


class PrivateExtension(Located):
    """The SEQUENCE PrivateExtension."""

    ext_id: Oid
    ext_type: bytes | None = None
    ext_type_at: int = 0


def _unpack_private_extension(octets: bytes, at: int, end: int) -> PrivateExtension:
    size = octets[at + 1]
    stop = at + 2 + size
    if octets[at] == 0x06 and stop <= end and size <= MAX_OID and (ext_id := arcs(octets[at + 2 : stop])) is not None:
        at = stop
    else:
        ext_id, at = decode_oid(octets, at, end, 0x06, "extId")
    ext_type: bytes | None = None
    ext_type_at = 0
    if at < end:
        ext_type_at = at
        size = octets[at + 1]
        stop = at + 2 + size
        if stop <= end and size < 0x80 and octets[at] in PLAIN:
            ext_type = octets[at:stop]
            at = stop
        else:
            ext_type, at = decode_any(octets, at, end, "extType")
    if at != end:
        raise excess(at, end)
    return PrivateExtension(ext_id, ext_type, ext_type_at)


def _pack_private_extension(value: PrivateExtension) -> bytes:
    ext_id = value.ext_id
    content = b"\x06" + oid_octets(ext_id)
    ext_type = value.ext_type
    if ext_type is not None:
        content += (ext_type if SIZES.get(len(ext_type)) == ext_type[1:2] and ext_type[0] in PLAIN else one_value(ext_type, "PrivateExtension.extType"))
    return content


def _unpack_extension_container_private_extension_list(octets: bytes, at: int, end: int) -> list[PrivateExtension]:
    items: list[PrivateExtension] = []
    try:
        while at < end:
            size = octets[at + 1]
            start = at + 2
            stop = start + size
            if octets[at] == 0x30 and size < 0x80 and stop <= end:
                at = stop
            else:
                start, stop, at = header(octets, at, end, 0x30, "")
            item = _unpack_private_extension(octets, start, stop)
            items.append(item)
            if len(items) > 10:
                break
        else:
            if len(items) >= 1:
                return items
    except CodecError as error:
        raise inside(error, str(len(items))) from None
    raise wrong_size(len(items), 1, 10, "", at)


def _pack_extension_container_private_extension_list(items: list[PrivateExtension]) -> bytes:
    if not 1 <= len(items) <= 10:
        raise wrong_size(len(items), 1, 10, "ExtensionContainerPrivateExtensionList")
    parts: list[bytes] = []
    for item in items:
        inner = _pack_private_extension(item)
        parts += (_HEADS_30[len(inner)], inner,)
    return b"".join(parts)


class ExtensionContainerPcsExtensions(Value):
    """The SEQUENCE ExtensionContainerPcsExtensions."""


_EXTENSION_CONTAINER_PCS_EXTENSIONS_TAGS: frozenset[int] = frozenset()


def _unpack_extension_container_pcs_extensions(octets: bytes, at: int, end: int) -> ExtensionContainerPcsExtensions:
    if at != end:
        skip_additions(octets, at, end, _EXTENSION_CONTAINER_PCS_EXTENSIONS_TAGS)
    return ExtensionContainerPcsExtensions()


def _pack_extension_container_pcs_extensions(value: ExtensionContainerPcsExtensions) -> bytes:
    return b""


class ExtensionContainer(Value):
    """The SEQUENCE ExtensionContainer."""

    private_extension_list: list[PrivateExtension] | None = None
    pcs_extensions: ExtensionContainerPcsExtensions | None = None


_EXTENSION_CONTAINER_TAGS: frozenset[int] = frozenset({0xA0, 0xA1})


def _unpack_extension_container(octets: bytes, at: int, end: int) -> ExtensionContainer:
    private_extension_list: list[PrivateExtension] | None = None
    if at < end and octets[at] == 0xA0:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA0, "privateExtensionList")
        try:
            private_extension_list = _unpack_extension_container_private_extension_list(octets, start, stop)
        except CodecError as error:
            raise inside(error, "privateExtensionList") from None
    pcs_extensions: ExtensionContainerPcsExtensions | None = None
    if at < end and octets[at] == 0xA1:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA1, "pcsExtensions")
        try:
            pcs_extensions = _unpack_extension_container_pcs_extensions(octets, start, stop)
        except CodecError as error:
            raise inside(error, "pcsExtensions") from None
    if at != end:
        skip_additions(octets, at, end, _EXTENSION_CONTAINER_TAGS)
    return ExtensionContainer(private_extension_list, pcs_extensions)


def _pack_extension_container(value: ExtensionContainer) -> bytes:
    content = b""
    private_extension_list = value.private_extension_list
    if private_extension_list is not None:
        _private_extension_list = _pack_extension_container_private_extension_list(private_extension_list)
        content += _HEADS_A0[len(_private_extension_list)] + _private_extension_list
    pcs_extensions = value.pcs_extensions
    if pcs_extensions is not None:
        _pcs_extensions = _pack_extension_container_pcs_extensions(pcs_extensions)
        content += _HEADS_A1[len(_pcs_extensions)] + _pcs_extensions
    return content


class ReSynchronisationInfo(Value):
    """The SEQUENCE ReSynchronisationInfo."""

    rand: bytes
    auts: bytes


_RE_SYNCHRONISATION_INFO_TAGS: frozenset[int] = frozenset({0x04, 0x24})


_RE_SYNCHRONISATION_INFO_RAND = Struct(">H16sH14s")


def _unpack_re_synchronisation_info(octets: bytes, at: int, end: int) -> ReSynchronisationInfo:
    usual = at + 34 <= end
    if usual:
        head_0, rand, head_1, auts = _RE_SYNCHRONISATION_INFO_RAND.unpack_from(octets, at)
        usual = head_0 == 0x0410 and head_1 == 0x040E
    if usual:
        at += 34
    else:
        rand, at = decode_octet_string(octets, at, end, 0x04, 16, 16, "rand")
        auts, at = decode_octet_string(octets, at, end, 0x04, 14, 14, "auts")
    if at != end:
        skip_additions(octets, at, end, _RE_SYNCHRONISATION_INFO_TAGS)
    return ReSynchronisationInfo(rand, auts)


def _pack_re_synchronisation_info(value: ReSynchronisationInfo) -> bytes:
    rand = value.rand
    if not len(rand) == 16:
        raise wrong_size(len(rand), 16, 16, "ReSynchronisationInfo.rand")
    auts = value.auts
    if not len(auts) == 14:
        raise wrong_size(len(auts), 14, 14, "ReSynchronisationInfo.auts")
    return b"".join((b"\x04\x10", rand, b"\x04\x0e", auts))


class SendAuthenticationInfoArg(Value):
    """The SEQUENCE SendAuthenticationInfoArg."""

    imsi: bytes
    number_of_requested_vectors: int
    segmentation_prohibited: bool = False
    immediate_response_preferred: bool = False
    re_synchronisation_info: ReSynchronisationInfo | None = None
    extension_container: ExtensionContainer | None = None
    requesting_node_type: int | None = None
    requesting_plmn_id: bytes | None = None
    number_of_requested_additional_vectors: int | None = None
    additional_vectors_are_for_eps: bool = False
    ue_usage_type_request_indication: bool = False


_SEND_AUTHENTICATION_INFO_ARG_TAGS: frozenset[int] = frozenset({0x02, 0x05, 0x30, 0x80, 0x81, 0x83, 0x84, 0x85, 0x86, 0x87, 0xA0, 0xA2, 0xA4})


def _unpack_send_authentication_info_arg(octets: bytes, at: int, end: int) -> SendAuthenticationInfoArg:
    size = octets[at + 1]
    stop = at + 2 + size
    if octets[at] == 0x80 and stop <= end and 3 <= size <= 8:
        imsi = octets[at + 2 : stop]
        at = stop
    else:
        imsi, at = decode_octet_string(octets, at, end, 0x80, 3, 8, "imsi")
    number_of_requested_vectors = octets[at + 2]
    if octets[at] == 0x02 and octets[at + 1] == 1 and at + 3 <= end and 1 <= number_of_requested_vectors <= 5:
        at += 3
    else:
        number_of_requested_vectors, at = decode_integer(octets, at, end, 0x02, 1, 5, "numberOfRequestedVectors")
    segmentation_prohibited = False
    if at < end and octets[at] == 0x05:
        if octets[at + 1] == 0 and at + 2 <= end:
            _, at = None, at + 2
        else:
            _, at = decode_null(octets, at, end, 0x05, "segmentationProhibited")
        segmentation_prohibited = True
    immediate_response_preferred = False
    if at < end and octets[at] == 0x81:
        if octets[at + 1] == 0 and at + 2 <= end:
            _, at = None, at + 2
        else:
            _, at = decode_null(octets, at, end, 0x81, "immediateResponsePreferred")
        immediate_response_preferred = True
    re_synchronisation_info: ReSynchronisationInfo | None = None
    if at < end and octets[at] == 0x30:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x30, "re-synchronisationInfo")
        try:
            re_synchronisation_info = _unpack_re_synchronisation_info(octets, start, stop)
        except CodecError as error:
            raise inside(error, "re-synchronisationInfo") from None
    extension_container: ExtensionContainer | None = None
    if at < end and octets[at] == 0xA2:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA2, "extensionContainer")
        try:
            extension_container = _unpack_extension_container(octets, start, stop)
        except CodecError as error:
            raise inside(error, "extensionContainer") from None
    requesting_node_type: int | None = None
    if at < end and octets[at] == 0x83:
        requesting_node_type = octets[at + 2]
        if octets[at + 1] == 1 and at + 3 <= end and requesting_node_type <= 127:
            at += 3
        else:
            requesting_node_type, at = decode_integer(octets, at, end, 0x83, LEAST, MOST, "requestingNodeType")
    requesting_plmn_id: bytes | None = None
    if at < end and octets[at] in (0x84, 0xA4):
        size = octets[at + 1]
        stop = at + 2 + size
        if octets[at] == 0x84 and stop <= end and size == 3:
            requesting_plmn_id = octets[at + 2 : stop]
            at = stop
        else:
            requesting_plmn_id, at = decode_octet_string(octets, at, end, 0x84, 3, 3, "requestingPLMN-Id")
    number_of_requested_additional_vectors: int | None = None
    if at < end and octets[at] == 0x85:
        number_of_requested_additional_vectors = octets[at + 2]
        if octets[at + 1] == 1 and at + 3 <= end and 1 <= number_of_requested_additional_vectors <= 5:
            at += 3
        else:
            number_of_requested_additional_vectors, at = decode_integer(octets, at, end, 0x85, 1, 5, "numberOfRequestedAdditional-Vectors")
    additional_vectors_are_for_eps = False
    if at < end and octets[at] == 0x86:
        if octets[at + 1] == 0 and at + 2 <= end:
            _, at = None, at + 2
        else:
            _, at = decode_null(octets, at, end, 0x86, "additionalVectorsAreForEPS")
        additional_vectors_are_for_eps = True
    ue_usage_type_request_indication = False
    if at < end and octets[at] == 0x87:
        if octets[at + 1] == 0 and at + 2 <= end:
            _, at = None, at + 2
        else:
            _, at = decode_null(octets, at, end, 0x87, "ue-UsageTypeRequestIndication")
        ue_usage_type_request_indication = True
    if at != end:
        skip_additions(octets, at, end, _SEND_AUTHENTICATION_INFO_ARG_TAGS)
    return SendAuthenticationInfoArg(imsi, number_of_requested_vectors, segmentation_prohibited, immediate_response_preferred, re_synchronisation_info, extension_container, requesting_node_type, requesting_plmn_id, number_of_requested_additional_vectors, additional_vectors_are_for_eps, ue_usage_type_request_indication)


def _pack_send_authentication_info_arg(value: SendAuthenticationInfoArg) -> bytes:
    imsi = value.imsi
    if not 3 <= len(imsi) <= 8:
        raise wrong_size(len(imsi), 3, 8, "SendAuthenticationInfoArg.imsi")
    number_of_requested_vectors = value.number_of_requested_vectors
    if not 1 <= number_of_requested_vectors <= 5:
        raise out_of_range(number_of_requested_vectors, 1, 5, "SendAuthenticationInfoArg.numberOfRequestedVectors")
    content = b"".join((_HEADS_80[len(imsi)], imsi, b"\x02\x01", OCTET[number_of_requested_vectors]))
    if value.segmentation_prohibited:
        content += b"\x05\x00"
    if value.immediate_response_preferred:
        content += b"\x81\x00"
    re_synchronisation_info = value.re_synchronisation_info
    if re_synchronisation_info is not None:
        _re_synchronisation_info = _pack_re_synchronisation_info(re_synchronisation_info)
        content += _HEADS_30[len(_re_synchronisation_info)] + _re_synchronisation_info
    extension_container = value.extension_container
    if extension_container is not None:
        _extension_container = _pack_extension_container(extension_container)
        content += _HEADS_A2[len(_extension_container)] + _extension_container
    requesting_node_type = value.requesting_node_type
    if requesting_node_type is not None:
        content += (b"\x83\x01" + OCTET[requesting_node_type] if -128 <= requesting_node_type <= 127 else encode_integer(b"\x83", requesting_node_type, LEAST, MOST, "SendAuthenticationInfoArg.requestingNodeType"))
    requesting_plmn_id = value.requesting_plmn_id
    if requesting_plmn_id is not None:
        if not len(requesting_plmn_id) == 3:
            raise wrong_size(len(requesting_plmn_id), 3, 3, "SendAuthenticationInfoArg.requestingPLMN-Id")
        content += b"\x84\x03" + requesting_plmn_id
    number_of_requested_additional_vectors = value.number_of_requested_additional_vectors
    if number_of_requested_additional_vectors is not None:
        if not 1 <= number_of_requested_additional_vectors <= 5:
            raise out_of_range(number_of_requested_additional_vectors, 1, 5, "SendAuthenticationInfoArg.numberOfRequestedAdditional-Vectors")
        content += b"\x85\x01" + OCTET[number_of_requested_additional_vectors]
    if value.additional_vectors_are_for_eps:
        content += b"\x86\x00"
    if value.ue_usage_type_request_indication:
        content += b"\x87\x00"
    return content


class AuthenticationTriplet(Value):
    """The SEQUENCE AuthenticationTriplet."""

    rand: bytes
    sres: bytes
    kc: bytes


_AUTHENTICATION_TRIPLET_TAGS: frozenset[int] = frozenset({0x04, 0x24})


_AUTHENTICATION_TRIPLET_RAND = Struct(">H16sH4sH8s")


def _unpack_authentication_triplet(octets: bytes, at: int, end: int) -> AuthenticationTriplet:
    usual = at + 34 <= end
    if usual:
        head_0, rand, head_1, sres, head_2, kc = _AUTHENTICATION_TRIPLET_RAND.unpack_from(octets, at)
        usual = head_0 == 0x0410 and head_1 == 0x0404 and head_2 == 0x0408
    if usual:
        at += 34
    else:
        rand, at = decode_octet_string(octets, at, end, 0x04, 16, 16, "rand")
        sres, at = decode_octet_string(octets, at, end, 0x04, 4, 4, "sres")
        kc, at = decode_octet_string(octets, at, end, 0x04, 8, 8, "kc")
    if at != end:
        skip_additions(octets, at, end, _AUTHENTICATION_TRIPLET_TAGS)
    return AuthenticationTriplet(rand, sres, kc)


def _pack_authentication_triplet(value: AuthenticationTriplet) -> bytes:
    rand = value.rand
    if not len(rand) == 16:
        raise wrong_size(len(rand), 16, 16, "AuthenticationTriplet.rand")
    sres = value.sres
    if not len(sres) == 4:
        raise wrong_size(len(sres), 4, 4, "AuthenticationTriplet.sres")
    kc = value.kc
    if not len(kc) == 8:
        raise wrong_size(len(kc), 8, 8, "AuthenticationTriplet.kc")
    return b"".join((b"\x04\x10", rand, b"\x04\x04", sres, b"\x04\x08", kc))


_SEND_AUTHENTICATION_INFO_RES_AUTHENTICATION_SET_LIST_TRIPLET_LIST_ITEM = Struct(">HH16sH4sH8s")


def _unpack_send_authentication_info_res_authentication_set_list_triplet_list(octets: bytes, at: int, end: int) -> list[AuthenticationTriplet]:
    items: list[AuthenticationTriplet] = []
    try:
        while at < end:
            usual = at + 36 <= end
            if usual:
                head, head_0, rand, head_1, sres, head_2, kc = _SEND_AUTHENTICATION_INFO_RES_AUTHENTICATION_SET_LIST_TRIPLET_LIST_ITEM.unpack_from(octets, at)
                usual = head == 0x3022 and head_0 == 0x0410 and head_1 == 0x0404 and head_2 == 0x0408
            if usual:
                item = AuthenticationTriplet(rand, sres, kc)
                at += 36
            else:
                size = octets[at + 1]
                start = at + 2
                stop = start + size
                if octets[at] == 0x30 and size < 0x80 and stop <= end:
                    at = stop
                else:
                    start, stop, at = header(octets, at, end, 0x30, "")
                item = _unpack_authentication_triplet(octets, start, stop)
            items.append(item)
            if len(items) > 5:
                break
        else:
            if len(items) >= 1:
                return items
    except CodecError as error:
        raise inside(error, str(len(items))) from None
    raise wrong_size(len(items), 1, 5, "", at)


def _pack_send_authentication_info_res_authentication_set_list_triplet_list(items: list[AuthenticationTriplet]) -> bytes:
    if not 1 <= len(items) <= 5:
        raise wrong_size(len(items), 1, 5, "SendAuthenticationInfoResAuthenticationSetListTripletList")
    parts: list[bytes] = []
    for item in items:
        inner = _pack_authentication_triplet(item)
        parts += (_HEADS_30[len(inner)], inner,)
    return b"".join(parts)


class AuthenticationQuintuplet(Value):
    """The SEQUENCE AuthenticationQuintuplet."""

    rand: bytes
    xres: bytes
    ck: bytes
    ik: bytes
    autn: bytes


_AUTHENTICATION_QUINTUPLET_TAGS: frozenset[int] = frozenset({0x04, 0x24})


_AUTHENTICATION_QUINTUPLET_CK = Struct(">H16sH16sH16s")


def _unpack_authentication_quintuplet(octets: bytes, at: int, end: int) -> AuthenticationQuintuplet:
    size = octets[at + 1]
    stop = at + 2 + size
    if octets[at] == 0x04 and stop <= end and size == 16:
        rand = octets[at + 2 : stop]
        at = stop
    else:
        rand, at = decode_octet_string(octets, at, end, 0x04, 16, 16, "rand")
    size = octets[at + 1]
    stop = at + 2 + size
    if octets[at] == 0x04 and stop <= end and 4 <= size <= 16:
        xres = octets[at + 2 : stop]
        at = stop
    else:
        xres, at = decode_octet_string(octets, at, end, 0x04, 4, 16, "xres")
    usual = at + 54 <= end
    if usual:
        head_0, ck, head_1, ik, head_2, autn = _AUTHENTICATION_QUINTUPLET_CK.unpack_from(octets, at)
        usual = head_0 == 0x0410 and head_1 == 0x0410 and head_2 == 0x0410
    if usual:
        at += 54
    else:
        ck, at = decode_octet_string(octets, at, end, 0x04, 16, 16, "ck")
        ik, at = decode_octet_string(octets, at, end, 0x04, 16, 16, "ik")
        autn, at = decode_octet_string(octets, at, end, 0x04, 16, 16, "autn")
    if at != end:
        skip_additions(octets, at, end, _AUTHENTICATION_QUINTUPLET_TAGS)
    return AuthenticationQuintuplet(rand, xres, ck, ik, autn)


def _pack_authentication_quintuplet(value: AuthenticationQuintuplet) -> bytes:
    rand = value.rand
    if not len(rand) == 16:
        raise wrong_size(len(rand), 16, 16, "AuthenticationQuintuplet.rand")
    xres = value.xres
    if not 4 <= len(xres) <= 16:
        raise wrong_size(len(xres), 4, 16, "AuthenticationQuintuplet.xres")
    ck = value.ck
    if not len(ck) == 16:
        raise wrong_size(len(ck), 16, 16, "AuthenticationQuintuplet.ck")
    ik = value.ik
    if not len(ik) == 16:
        raise wrong_size(len(ik), 16, 16, "AuthenticationQuintuplet.ik")
    autn = value.autn
    if not len(autn) == 16:
        raise wrong_size(len(autn), 16, 16, "AuthenticationQuintuplet.autn")
    return b"".join((b"\x04\x10", rand, _HEADS_04[len(xres)], xres, b"\x04\x10", ck, b"\x04\x10", ik, b"\x04\x10", autn))


def _unpack_send_authentication_info_res_authentication_set_list_quintuplet_list(octets: bytes, at: int, end: int) -> list[AuthenticationQuintuplet]:
    items: list[AuthenticationQuintuplet] = []
    try:
        while at < end:
            size = octets[at + 1]
            start = at + 2
            stop = start + size
            if octets[at] == 0x30 and size < 0x80 and stop <= end:
                at = stop
            else:
                start, stop, at = header(octets, at, end, 0x30, "")
            item = _unpack_authentication_quintuplet(octets, start, stop)
            items.append(item)
            if len(items) > 5:
                break
        else:
            if len(items) >= 1:
                return items
    except CodecError as error:
        raise inside(error, str(len(items))) from None
    raise wrong_size(len(items), 1, 5, "", at)


def _pack_send_authentication_info_res_authentication_set_list_quintuplet_list(items: list[AuthenticationQuintuplet]) -> bytes:
    if not 1 <= len(items) <= 5:
        raise wrong_size(len(items), 1, 5, "SendAuthenticationInfoResAuthenticationSetListQuintupletList")
    parts: list[bytes] = []
    for item in items:
        inner = _pack_authentication_quintuplet(item)
        parts += (_HEADS_30[len(inner)], inner,)
    return b"".join(parts)


SendAuthenticationInfoResAuthenticationSetList = (
    tuple[Literal["tripletList"], list[AuthenticationTriplet]]
    | tuple[Literal["quintupletList"], list[AuthenticationQuintuplet]]
)


def _unpack_send_authentication_info_res_authentication_set_list(octets: bytes, at: int, end: int) -> tuple[SendAuthenticationInfoResAuthenticationSetList, int]:
    if at < end and octets[at] == 0xA0:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA0, "tripletList")
        try:
            triplet_list = _unpack_send_authentication_info_res_authentication_set_list_triplet_list(octets, start, stop)
        except CodecError as error:
            raise inside(error, "tripletList") from None
        return ("tripletList", triplet_list), at
    if at < end and octets[at] == 0xA1:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA1, "quintupletList")
        try:
            quintuplet_list = _unpack_send_authentication_info_res_authentication_set_list_quintuplet_list(octets, start, stop)
        except CodecError as error:
            raise inside(error, "quintupletList") from None
        return ("quintupletList", quintuplet_list), at
    raise missing(octets, at, end, "")


def _pack_send_authentication_info_res_authentication_set_list(value: SendAuthenticationInfoResAuthenticationSetList) -> bytes:
    if value[0] == "tripletList":
        inner = _pack_send_authentication_info_res_authentication_set_list_triplet_list(value[1])
        return _HEADS_A0[len(inner)] + inner
    if value[0] == "quintupletList":
        inner = _pack_send_authentication_info_res_authentication_set_list_quintuplet_list(value[1])
        return _HEADS_A1[len(inner)] + inner
    raise CodecError(f"no alternative {value[0]!r}", path="SendAuthenticationInfoResAuthenticationSetList")


class SendAuthenticationInfoRes(Value):
    """The SEQUENCE SendAuthenticationInfoRes."""

    authentication_set_list: SendAuthenticationInfoResAuthenticationSetList | None = None
    extension_container: ExtensionContainer | None = None


_SEND_AUTHENTICATION_INFO_RES_TAGS: frozenset[int] = frozenset({0x30, 0xA0, 0xA1})


def _unpack_send_authentication_info_res(octets: bytes, at: int, end: int) -> SendAuthenticationInfoRes:
    authentication_set_list: SendAuthenticationInfoResAuthenticationSetList | None = None
    if at < end and octets[at] in (0xA0, 0xA1):
        try:
            authentication_set_list, at = _unpack_send_authentication_info_res_authentication_set_list(octets, at, end)
        except CodecError as error:
            raise inside(error, "authenticationSetList") from None
    extension_container: ExtensionContainer | None = None
    if at < end and octets[at] == 0x30:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x30, "extensionContainer")
        try:
            extension_container = _unpack_extension_container(octets, start, stop)
        except CodecError as error:
            raise inside(error, "extensionContainer") from None
    if at != end:
        skip_additions(octets, at, end, _SEND_AUTHENTICATION_INFO_RES_TAGS)
    return SendAuthenticationInfoRes(authentication_set_list, extension_container)


def _pack_send_authentication_info_res(value: SendAuthenticationInfoRes) -> bytes:
    content = b""
    authentication_set_list = value.authentication_set_list
    if authentication_set_list is not None:
        content += _pack_send_authentication_info_res_authentication_set_list(authentication_set_list)
    extension_container = value.extension_container
    if extension_container is not None:
        _extension_container = _pack_extension_container(extension_container)
        content += _HEADS_30[len(_extension_container)] + _extension_container
    return content


_SEND_AUTHENTICATION_INFO_RES_V2_ITEM = Struct(">HH16sH4sH8s")


def _unpack_send_authentication_info_res_v2(octets: bytes, at: int, end: int) -> list[AuthenticationTriplet]:
    items: list[AuthenticationTriplet] = []
    try:
        while at < end:
            usual = at + 36 <= end
            if usual:
                head, head_0, rand, head_1, sres, head_2, kc = _SEND_AUTHENTICATION_INFO_RES_V2_ITEM.unpack_from(octets, at)
                usual = head == 0x3022 and head_0 == 0x0410 and head_1 == 0x0404 and head_2 == 0x0408
            if usual:
                item = AuthenticationTriplet(rand, sres, kc)
                at += 36
            else:
                size = octets[at + 1]
                start = at + 2
                stop = start + size
                if octets[at] == 0x30 and size < 0x80 and stop <= end:
                    at = stop
                else:
                    start, stop, at = header(octets, at, end, 0x30, "")
                item = _unpack_authentication_triplet(octets, start, stop)
            items.append(item)
            if len(items) > 5:
                break
        else:
            if len(items) >= 1:
                return items
    except CodecError as error:
        raise inside(error, str(len(items))) from None
    raise wrong_size(len(items), 1, 5, "", at)


def _pack_send_authentication_info_res_v2(items: list[AuthenticationTriplet]) -> bytes:
    if not 1 <= len(items) <= 5:
        raise wrong_size(len(items), 1, 5, "SendAuthenticationInfoResV2")
    parts: list[bytes] = []
    for item in items:
        inner = _pack_authentication_triplet(item)
        parts += (_HEADS_30[len(inner)], inner,)
    return b"".join(parts)


class UnknownSubscriberParam(Value):
    """The SEQUENCE UnknownSubscriberParam."""

    extension_container: ExtensionContainer | None = None


_UNKNOWN_SUBSCRIBER_PARAM_TAGS: frozenset[int] = frozenset({0x30})


def _unpack_unknown_subscriber_param(octets: bytes, at: int, end: int) -> UnknownSubscriberParam:
    extension_container: ExtensionContainer | None = None
    if at < end and octets[at] == 0x30:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x30, "extensionContainer")
        try:
            extension_container = _unpack_extension_container(octets, start, stop)
        except CodecError as error:
            raise inside(error, "extensionContainer") from None
    if at != end:
        skip_additions(octets, at, end, _UNKNOWN_SUBSCRIBER_PARAM_TAGS)
    return UnknownSubscriberParam(extension_container)


def _pack_unknown_subscriber_param(value: UnknownSubscriberParam) -> bytes:
    content = b""
    extension_container = value.extension_container
    if extension_container is not None:
        _extension_container = _pack_extension_container(extension_container)
        content += _HEADS_30[len(_extension_container)] + _extension_container
    return content


NetworkResource = Literal["plmn", "hlr", "vlr", "pvlr", "controllingMSC", "vmsc", "eir", "rss"]
_NETWORK_RESOURCE_NAMES: dict[int, NetworkResource] = {
    0: "plmn",
    1: "hlr",
    2: "vlr",
    3: "pvlr",
    4: "controllingMSC",
    5: "vmsc",
    6: "eir",
    7: "rss",
}


class SystemFailureParamExtensibleSystemFailureParam(Value):
    """The SEQUENCE SystemFailureParamExtensibleSystemFailureParam."""

    network_resource: NetworkResource | None = None
    extension_container: ExtensionContainer | None = None


_SYSTEM_FAILURE_PARAM_EXTENSIBLE_SYSTEM_FAILURE_PARAM_TAGS: frozenset[int] = frozenset({0x0A, 0x30})


def _unpack_system_failure_param_extensible_system_failure_param(octets: bytes, at: int, end: int) -> SystemFailureParamExtensibleSystemFailureParam:
    network_resource: NetworkResource | None = None
    if at < end and octets[at] == 0x0A:
        network_resource, at = decode_enumerated(octets, at, end, 0x0A, _NETWORK_RESOURCE_NAMES, "networkResource")
    extension_container: ExtensionContainer | None = None
    if at < end and octets[at] == 0x30:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x30, "extensionContainer")
        try:
            extension_container = _unpack_extension_container(octets, start, stop)
        except CodecError as error:
            raise inside(error, "extensionContainer") from None
    if at != end:
        skip_additions(octets, at, end, _SYSTEM_FAILURE_PARAM_EXTENSIBLE_SYSTEM_FAILURE_PARAM_TAGS)
    return SystemFailureParamExtensibleSystemFailureParam(network_resource, extension_container)


def _pack_system_failure_param_extensible_system_failure_param(value: SystemFailureParamExtensibleSystemFailureParam) -> bytes:
    content = b""
    network_resource = value.network_resource
    if network_resource is not None:
        content += encode_enumerated(b"\x0a", network_resource, _NETWORK_RESOURCE_NAMES, "SystemFailureParamExtensibleSystemFailureParam.networkResource")
    extension_container = value.extension_container
    if extension_container is not None:
        _extension_container = _pack_extension_container(extension_container)
        content += _HEADS_30[len(_extension_container)] + _extension_container
    return content


SystemFailureParam = (
    tuple[Literal["networkResource"], NetworkResource]
    | tuple[Literal["extensibleSystemFailureParam"], SystemFailureParamExtensibleSystemFailureParam]
)


def _unpack_system_failure_param(octets: bytes, at: int, end: int) -> tuple[SystemFailureParam, int]:
    if at < end and octets[at] == 0x0A:
        network_resource, at = decode_enumerated(octets, at, end, 0x0A, _NETWORK_RESOURCE_NAMES, "networkResource")
        return ("networkResource", network_resource), at
    if at < end and octets[at] == 0x30:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x30, "extensibleSystemFailureParam")
        try:
            extensible_system_failure_param = _unpack_system_failure_param_extensible_system_failure_param(octets, start, stop)
        except CodecError as error:
            raise inside(error, "extensibleSystemFailureParam") from None
        return ("extensibleSystemFailureParam", extensible_system_failure_param), at
    raise missing(octets, at, end, "")


def _pack_system_failure_param(value: SystemFailureParam) -> bytes:
    if value[0] == "networkResource":
        return encode_enumerated(b"\x0a", value[1], _NETWORK_RESOURCE_NAMES, "SystemFailureParam.networkResource")
    if value[0] == "extensibleSystemFailureParam":
        inner = _pack_system_failure_param_extensible_system_failure_param(value[1])
        return _HEADS_30[len(inner)] + inner
    raise CodecError(f"no alternative {value[0]!r}", path="SystemFailureParam")


class DataMissingParam(Value):
    """The SEQUENCE DataMissingParam."""

    extension_container: ExtensionContainer | None = None


_DATA_MISSING_PARAM_TAGS: frozenset[int] = frozenset({0x30})


def _unpack_data_missing_param(octets: bytes, at: int, end: int) -> DataMissingParam:
    extension_container: ExtensionContainer | None = None
    if at < end and octets[at] == 0x30:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x30, "extensionContainer")
        try:
            extension_container = _unpack_extension_container(octets, start, stop)
        except CodecError as error:
            raise inside(error, "extensionContainer") from None
    if at != end:
        skip_additions(octets, at, end, _DATA_MISSING_PARAM_TAGS)
    return DataMissingParam(extension_container)


def _pack_data_missing_param(value: DataMissingParam) -> bytes:
    content = b""
    extension_container = value.extension_container
    if extension_container is not None:
        _extension_container = _pack_extension_container(extension_container)
        content += _HEADS_30[len(_extension_container)] + _extension_container
    return content


class UnexpectedDataParam(Value):
    """The SEQUENCE UnexpectedDataParam."""

    extension_container: ExtensionContainer | None = None


_UNEXPECTED_DATA_PARAM_TAGS: frozenset[int] = frozenset({0x30})


def _unpack_unexpected_data_param(octets: bytes, at: int, end: int) -> UnexpectedDataParam:
    extension_container: ExtensionContainer | None = None
    if at < end and octets[at] == 0x30:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x30, "extensionContainer")
        try:
            extension_container = _unpack_extension_container(octets, start, stop)
        except CodecError as error:
            raise inside(error, "extensionContainer") from None
    if at != end:
        skip_additions(octets, at, end, _UNEXPECTED_DATA_PARAM_TAGS)
    return UnexpectedDataParam(extension_container)


def _pack_unexpected_data_param(value: UnexpectedDataParam) -> bytes:
    content = b""
    extension_container = value.extension_container
    if extension_container is not None:
        _extension_container = _pack_extension_container(extension_container)
        content += _HEADS_30[len(_extension_container)] + _extension_container
    return content


def _unpack_mtc_authentication_arg_rand_list(octets: bytes, at: int, end: int) -> list[bytes]:
    items: list[bytes] = []
    try:
        while at < end:
            size = octets[at + 1]
            stop = at + 2 + size
            if octets[at] == 0x04 and stop <= end and size == 16:
                item = octets[at + 2 : stop]
                at = stop
            else:
                item, at = decode_octet_string(octets, at, end, 0x04, 16, 16, "")
            items.append(item)
            if len(items) > 3:
                break
        else:
            if len(items) >= 1:
                return items
    except CodecError as error:
        raise inside(error, str(len(items))) from None
    raise wrong_size(len(items), 1, 3, "", at)


def _pack_mtc_authentication_arg_rand_list(items: list[bytes]) -> bytes:
    if not 1 <= len(items) <= 3:
        raise wrong_size(len(items), 1, 3, "MTCAuthenticationArgRandList")
    parts: list[bytes] = []
    for item in items:
        if not len(item) == 16:
            raise wrong_size(len(item), 16, 16, "MTCAuthenticationArgRandList")
        parts += (b"\x04\x10", item,)
    return b"".join(parts)


class MTCAuthenticationArg(Value):
    """The SEQUENCE MTCAuthenticationArg."""

    rand_list: list[bytes]


_MTC_AUTHENTICATION_ARG_TAGS: frozenset[int] = frozenset({0x30})


def _unpack_mtc_authentication_arg(octets: bytes, at: int, end: int) -> MTCAuthenticationArg:
    size = octets[at + 1]
    start = at + 2
    stop = start + size
    if octets[at] == 0x30 and size < 0x80 and stop <= end:
        at = stop
    else:
        start, stop, at = header(octets, at, end, 0x30, "randList")
    try:
        rand_list = _unpack_mtc_authentication_arg_rand_list(octets, start, stop)
    except CodecError as error:
        raise inside(error, "randList") from None
    if at != end:
        skip_additions(octets, at, end, _MTC_AUTHENTICATION_ARG_TAGS)
    return MTCAuthenticationArg(rand_list)


def _pack_mtc_authentication_arg(value: MTCAuthenticationArg) -> bytes:
    rand_list = value.rand_list
    _rand_list = _pack_mtc_authentication_arg_rand_list(rand_list)
    return _HEADS_30[len(_rand_list)] + _rand_list


class MTCSendAuthenticationInfoArg(Value):
    """The SEQUENCE MTCSendAuthenticationInfoArg."""

    imsi: bytes
    mtc: MTCAuthenticationArg


_MTC_SEND_AUTHENTICATION_INFO_ARG_TAGS: frozenset[int] = frozenset({0x30, 0x80, 0xA0})


def _unpack_mtc_send_authentication_info_arg(octets: bytes, at: int, end: int) -> MTCSendAuthenticationInfoArg:
    size = octets[at + 1]
    stop = at + 2 + size
    if octets[at] == 0x80 and stop <= end and 3 <= size <= 8:
        imsi = octets[at + 2 : stop]
        at = stop
    else:
        imsi, at = decode_octet_string(octets, at, end, 0x80, 3, 8, "imsi")
    size = octets[at + 1]
    start = at + 2
    stop = start + size
    if octets[at] == 0x30 and size < 0x80 and stop <= end:
        at = stop
    else:
        start, stop, at = header(octets, at, end, 0x30, "mtc")
    try:
        mtc = _unpack_mtc_authentication_arg(octets, start, stop)
    except CodecError as error:
        raise inside(error, "mtc") from None
    if at != end:
        skip_additions(octets, at, end, _MTC_SEND_AUTHENTICATION_INFO_ARG_TAGS)
    return MTCSendAuthenticationInfoArg(imsi, mtc)


def _pack_mtc_send_authentication_info_arg(value: MTCSendAuthenticationInfoArg) -> bytes:
    imsi = value.imsi
    if not 3 <= len(imsi) <= 8:
        raise wrong_size(len(imsi), 3, 8, "MTCSendAuthenticationInfoArg.imsi")
    mtc = value.mtc
    _mtc = _pack_mtc_authentication_arg(mtc)
    return b"".join((_HEADS_80[len(imsi)], imsi, _HEADS_30[len(_mtc)], _mtc))


def decode_map_dialogue_pdu(octets: bytes) -> MAPDialoguePDU:
    """The MAP-DialoguePDU that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        value, at = _unpack_map_dialogue_pdu(octets, at, end)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "MAP-DialoguePDU") from None


def encode_map_dialogue_pdu(value: MAPDialoguePDU) -> bytes:
    """The encoding of a value of MAP-DialoguePDU."""
    return _pack_map_dialogue_pdu(value)


def decode_address_string(octets: bytes) -> bytes:
    """The AddressString that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        size = octets[at + 1]
        stop = at + 2 + size
        if octets[at] == 0x04 and stop <= end and 1 <= size <= 20:
            value = octets[at + 2 : stop]
            at = stop
        else:
            value, at = decode_octet_string(octets, at, end, 0x04, 1, 20, "")
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "AddressString") from None


def encode_address_string(value: bytes) -> bytes:
    """The encoding of a value of AddressString."""
    if not 1 <= len(value) <= 20:
        raise wrong_size(len(value), 1, 20, "AddressString")
    return _HEADS_04[len(value)] + value


def decode_map_open(octets: bytes) -> MAPOpen:
    """The MAP-Open that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_map_open(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_map_open(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "MAP-Open") from None


def encode_map_open(value: MAPOpen) -> bytes:
    """The encoding of a value of MAP-Open."""
    inner = _pack_map_open(value)
    return _HEADS_30[len(inner)] + inner


def decode_map_accept(octets: bytes) -> MAPAccept:
    """The MAP-Accept that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_map_accept(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_map_accept(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "MAP-Accept") from None


def encode_map_accept(value: MAPAccept) -> bytes:
    """The encoding of a value of MAP-Accept."""
    inner = _pack_map_accept(value)
    return _HEADS_30[len(inner)] + inner


def decode_map_close(octets: bytes) -> MAPClose:
    """The MAP-Close that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_map_close(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_map_close(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "MAP-Close") from None


def encode_map_close(value: MAPClose) -> bytes:
    """The encoding of a value of MAP-Close."""
    inner = _pack_map_close(value)
    return _HEADS_30[len(inner)] + inner


def decode_map_refuse(octets: bytes) -> MAPRefuse:
    """The MAP-Refuse that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_map_refuse(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_map_refuse(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "MAP-Refuse") from None


def encode_map_refuse(value: MAPRefuse) -> bytes:
    """The encoding of a value of MAP-Refuse."""
    inner = _pack_map_refuse(value)
    return _HEADS_30[len(inner)] + inner


def decode_map_user_abort(octets: bytes) -> MAPUserAbort:
    """The MAP-UserAbort that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_map_user_abort(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_map_user_abort(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "MAP-UserAbort") from None


def encode_map_user_abort(value: MAPUserAbort) -> bytes:
    """The encoding of a value of MAP-UserAbort."""
    inner = _pack_map_user_abort(value)
    return _HEADS_30[len(inner)] + inner


def decode_map_provider_abort(octets: bytes) -> MAPProviderAbort:
    """The MAP-ProviderAbort that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_map_provider_abort(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_map_provider_abort(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "MAP-ProviderAbort") from None


def encode_map_provider_abort(value: MAPProviderAbort) -> bytes:
    """The encoding of a value of MAP-ProviderAbort."""
    inner = _pack_map_provider_abort(value)
    return _HEADS_30[len(inner)] + inner


def decode_imsi(octets: bytes) -> bytes:
    """The IMSI that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        size = octets[at + 1]
        stop = at + 2 + size
        if octets[at] == 0x04 and stop <= end and 3 <= size <= 8:
            value = octets[at + 2 : stop]
            at = stop
        else:
            value, at = decode_octet_string(octets, at, end, 0x04, 3, 8, "")
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "IMSI") from None


def encode_imsi(value: bytes) -> bytes:
    """The encoding of a value of IMSI."""
    if not 3 <= len(value) <= 8:
        raise wrong_size(len(value), 3, 8, "IMSI")
    return _HEADS_04[len(value)] + value


def decode_rand(octets: bytes) -> bytes:
    """The RAND that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        size = octets[at + 1]
        stop = at + 2 + size
        if octets[at] == 0x04 and stop <= end and size == 16:
            value = octets[at + 2 : stop]
            at = stop
        else:
            value, at = decode_octet_string(octets, at, end, 0x04, 16, 16, "")
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "RAND") from None


def encode_rand(value: bytes) -> bytes:
    """The encoding of a value of RAND."""
    if not len(value) == 16:
        raise wrong_size(len(value), 16, 16, "RAND")
    return b"\x04\x10" + value


def decode_private_extension(octets: bytes) -> PrivateExtension:
    """The PrivateExtension that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_private_extension(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_private_extension(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "PrivateExtension") from None


def encode_private_extension(value: PrivateExtension) -> bytes:
    """The encoding of a value of PrivateExtension."""
    inner = _pack_private_extension(value)
    return _HEADS_30[len(inner)] + inner


def decode_extension_container(octets: bytes) -> ExtensionContainer:
    """The ExtensionContainer that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_extension_container(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_extension_container(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "ExtensionContainer") from None


def encode_extension_container(value: ExtensionContainer) -> bytes:
    """The encoding of a value of ExtensionContainer."""
    inner = _pack_extension_container(value)
    return _HEADS_30[len(inner)] + inner


def decode_re_synchronisation_info(octets: bytes) -> ReSynchronisationInfo:
    """The Re-synchronisationInfo that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_re_synchronisation_info(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_re_synchronisation_info(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "Re-synchronisationInfo") from None


def encode_re_synchronisation_info(value: ReSynchronisationInfo) -> bytes:
    """The encoding of a value of Re-synchronisationInfo."""
    inner = _pack_re_synchronisation_info(value)
    return _HEADS_30[len(inner)] + inner


def decode_send_authentication_info_arg(octets: bytes) -> SendAuthenticationInfoArg:
    """The SendAuthenticationInfoArg that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_send_authentication_info_arg(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_send_authentication_info_arg(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "SendAuthenticationInfoArg") from None


def encode_send_authentication_info_arg(value: SendAuthenticationInfoArg) -> bytes:
    """The encoding of a value of SendAuthenticationInfoArg."""
    inner = _pack_send_authentication_info_arg(value)
    return _HEADS_30[len(inner)] + inner


def decode_send_authentication_info_res(octets: bytes) -> SendAuthenticationInfoRes:
    """The SendAuthenticationInfoRes that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0xA3 and end < 0x82 and octets[1] == end - 2:
            return _unpack_send_authentication_info_res(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0xA3, "")
        value = _unpack_send_authentication_info_res(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "SendAuthenticationInfoRes") from None


def encode_send_authentication_info_res(value: SendAuthenticationInfoRes) -> bytes:
    """The encoding of a value of SendAuthenticationInfoRes."""
    inner = _pack_send_authentication_info_res(value)
    return _HEADS_A3[len(inner)] + inner


def decode_authentication_triplet(octets: bytes) -> AuthenticationTriplet:
    """The AuthenticationTriplet that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_authentication_triplet(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_authentication_triplet(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "AuthenticationTriplet") from None


def encode_authentication_triplet(value: AuthenticationTriplet) -> bytes:
    """The encoding of a value of AuthenticationTriplet."""
    inner = _pack_authentication_triplet(value)
    return _HEADS_30[len(inner)] + inner


def decode_authentication_quintuplet(octets: bytes) -> AuthenticationQuintuplet:
    """The AuthenticationQuintuplet that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_authentication_quintuplet(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_authentication_quintuplet(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "AuthenticationQuintuplet") from None


def encode_authentication_quintuplet(value: AuthenticationQuintuplet) -> bytes:
    """The encoding of a value of AuthenticationQuintuplet."""
    inner = _pack_authentication_quintuplet(value)
    return _HEADS_30[len(inner)] + inner


def decode_send_authentication_info_arg_v2(octets: bytes) -> bytes:
    """The SendAuthenticationInfoArgV2 that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        size = octets[at + 1]
        stop = at + 2 + size
        if octets[at] == 0x04 and stop <= end and 3 <= size <= 8:
            value = octets[at + 2 : stop]
            at = stop
        else:
            value, at = decode_octet_string(octets, at, end, 0x04, 3, 8, "")
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "SendAuthenticationInfoArgV2") from None


def encode_send_authentication_info_arg_v2(value: bytes) -> bytes:
    """The encoding of a value of SendAuthenticationInfoArgV2."""
    if not 3 <= len(value) <= 8:
        raise wrong_size(len(value), 3, 8, "SendAuthenticationInfoArgV2")
    return _HEADS_04[len(value)] + value


def decode_send_authentication_info_res_v2(octets: bytes) -> list[AuthenticationTriplet]:
    """The SendAuthenticationInfoResV2 that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_send_authentication_info_res_v2(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_send_authentication_info_res_v2(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "SendAuthenticationInfoResV2") from None


def encode_send_authentication_info_res_v2(value: list[AuthenticationTriplet]) -> bytes:
    """The encoding of a value of SendAuthenticationInfoResV2."""
    inner = _pack_send_authentication_info_res_v2(value)
    return _HEADS_30[len(inner)] + inner


def decode_unknown_subscriber_param(octets: bytes) -> UnknownSubscriberParam:
    """The UnknownSubscriberParam that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_unknown_subscriber_param(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_unknown_subscriber_param(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "UnknownSubscriberParam") from None


def encode_unknown_subscriber_param(value: UnknownSubscriberParam) -> bytes:
    """The encoding of a value of UnknownSubscriberParam."""
    inner = _pack_unknown_subscriber_param(value)
    return _HEADS_30[len(inner)] + inner


def decode_network_resource(octets: bytes) -> NetworkResource:
    """The NetworkResource that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        value, at = decode_enumerated(octets, at, end, 0x0A, _NETWORK_RESOURCE_NAMES, "")
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "NetworkResource") from None


def encode_network_resource(value: NetworkResource) -> bytes:
    """The encoding of a value of NetworkResource."""
    return encode_enumerated(b"\x0a", value, _NETWORK_RESOURCE_NAMES, "NetworkResource")


def decode_system_failure_param(octets: bytes) -> SystemFailureParam:
    """The SystemFailureParam that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        value, at = _unpack_system_failure_param(octets, at, end)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "SystemFailureParam") from None


def encode_system_failure_param(value: SystemFailureParam) -> bytes:
    """The encoding of a value of SystemFailureParam."""
    return _pack_system_failure_param(value)


def decode_data_missing_param(octets: bytes) -> DataMissingParam:
    """The DataMissingParam that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_data_missing_param(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_data_missing_param(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "DataMissingParam") from None


def encode_data_missing_param(value: DataMissingParam) -> bytes:
    """The encoding of a value of DataMissingParam."""
    inner = _pack_data_missing_param(value)
    return _HEADS_30[len(inner)] + inner


def decode_unexpected_data_param(octets: bytes) -> UnexpectedDataParam:
    """The UnexpectedDataParam that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_unexpected_data_param(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_unexpected_data_param(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "UnexpectedDataParam") from None


def encode_unexpected_data_param(value: UnexpectedDataParam) -> bytes:
    """The encoding of a value of UnexpectedDataParam."""
    inner = _pack_unexpected_data_param(value)
    return _HEADS_30[len(inner)] + inner


def decode_mtc_authentication_arg(octets: bytes) -> MTCAuthenticationArg:
    """The MTC-AuthenticationArg that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_mtc_authentication_arg(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_mtc_authentication_arg(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "MTC-AuthenticationArg") from None


def encode_mtc_authentication_arg(value: MTCAuthenticationArg) -> bytes:
    """The encoding of a value of MTC-AuthenticationArg."""
    inner = _pack_mtc_authentication_arg(value)
    return _HEADS_30[len(inner)] + inner


def decode_mtc_send_authentication_info_arg(octets: bytes) -> MTCSendAuthenticationInfoArg:
    """The MTC-SendAuthenticationInfoArg that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_mtc_send_authentication_info_arg(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_mtc_send_authentication_info_arg(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "MTC-SendAuthenticationInfoArg") from None


def encode_mtc_send_authentication_info_arg(value: MTCSendAuthenticationInfoArg) -> bytes:
    """The encoding of a value of MTC-SendAuthenticationInfoArg."""
    inner = _pack_mtc_send_authentication_info_arg(value)
    return _HEADS_30[len(inner)] + inner
