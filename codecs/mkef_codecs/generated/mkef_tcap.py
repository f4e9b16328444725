"""The codecs of MKEF-TCAP. Written by `make codecs` from codecs/asn1."""

# A value that its type forbids is refused all the same, at the end of a CHOICE:
# mypy: no-warn-unreachable

from __future__ import annotations

from struct import Struct
from typing import Literal
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.ber import OCTET, PADDING, Heads, Oid, excess, header, inside, missing
from mkef_codecs.ss7.primitives import (
    LEAST, MAX_OID, MOST, PLAIN, SIZES, Bits, arcs, oid_octets, one_value, out_of_range, wrong_size,
    decode_any, decode_bit_string, decode_integer, decode_null, decode_octet_string, decode_oid,
    encode_bit_string, encode_integer,
)
from mkef_codecs.ss7.value import Located, Value

_HEADS_28 = Heads(0x28)
_HEADS_30 = Heads(0x30)
_HEADS_48 = Heads(0x48)
_HEADS_49 = Heads(0x49)
_HEADS_60 = Heads(0x60)
_HEADS_61 = Heads(0x61)
_HEADS_62 = Heads(0x62)
_HEADS_64 = Heads(0x64)
_HEADS_65 = Heads(0x65)
_HEADS_67 = Heads(0x67)
_HEADS_6B = Heads(0x6B)
_HEADS_6C = Heads(0x6C)
_HEADS_A0 = Heads(0xA0)
_HEADS_A1 = Heads(0xA1)
_HEADS_A2 = Heads(0xA2)
_HEADS_A3 = Heads(0xA3)
_HEADS_A4 = Heads(0xA4)
_HEADS_A7 = Heads(0xA7)
_HEADS_BE = Heads(0xBE)


def _unpack_component_portion(octets: bytes, at: int, end: int) -> list[bytes]:
    items: list[bytes] = []
    try:
        while at < end:
            size = octets[at + 1]
            stop = at + 2 + size
            if stop <= end and size < 0x80 and octets[at] in PLAIN:
                item = octets[at:stop]
                at = stop
            else:
                item, at = decode_any(octets, at, end, "")
            items.append(item)
            if len(items) > 16:
                break
        else:
            return items
    except CodecError as error:
        raise inside(error, str(len(items))) from None
    raise wrong_size(len(items), 0, 16, "", at)


def _pack_component_portion(items: list[bytes]) -> bytes:
    if len(items) > 16:
        raise wrong_size(len(items), 0, 16, "ComponentPortion")
    for item in items:
        if not (SIZES.get(len(item)) == item[1:2] and item[0] in PLAIN):
            one_value(item, "ComponentPortion")
    return b"".join(items)


class Unidirectional(Located):
    """The SEQUENCE Unidirectional."""

    components: list[bytes]
    dialogue_portion: bytes | None = None
    dialogue_portion_at: int = 0
    components_at: int = 0


def _unpack_unidirectional(octets: bytes, at: int, end: int) -> Unidirectional:
    dialogue_portion: bytes | None = None
    dialogue_portion_at = 0
    if at < end and octets[at] == 0x6B:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end and octets[start + 1] == size - 2 and octets[start] in PLAIN:
            dialogue_portion = octets[start:stop]
            at = stop
        else:
            start, stop, after = header(octets, at, end, 0x6B, "dialoguePortion")
            dialogue_portion, at = decode_any(octets, start, stop, "dialoguePortion")
            if at != stop:
                raise inside(excess(at, stop), "dialoguePortion")
            at = after
        dialogue_portion_at = start
    size = octets[at + 1]
    start = at + 2
    stop = start + size
    if octets[at] == 0x6C and size < 0x80 and stop <= end:
        at = stop
    else:
        start, stop, at = header(octets, at, end, 0x6C, "components")
    try:
        components = _unpack_component_portion(octets, start, stop)
    except CodecError as error:
        raise inside(error, "components") from None
    components_at = start
    if at != end:
        raise excess(at, end)
    return Unidirectional(components, dialogue_portion, dialogue_portion_at, components_at)


def _pack_unidirectional(value: Unidirectional) -> bytes:
    content = b""
    dialogue_portion = value.dialogue_portion
    if dialogue_portion is not None:
        _dialogue_portion = (dialogue_portion if SIZES.get(len(dialogue_portion)) == dialogue_portion[1:2] and dialogue_portion[0] in PLAIN else one_value(dialogue_portion, "Unidirectional.dialoguePortion"))
        content += _HEADS_6B[len(_dialogue_portion)] + _dialogue_portion
    components = value.components
    _components = _pack_component_portion(components)
    content += _HEADS_6C[len(_components)] + _components
    return content


class Begin(Located):
    """The SEQUENCE Begin."""

    otid: bytes
    dialogue_portion: bytes | None = None
    components: list[bytes] | None = None
    dialogue_portion_at: int = 0
    components_at: int = 0


def _unpack_begin(octets: bytes, at: int, end: int) -> Begin:
    size = octets[at + 1]
    stop = at + 2 + size
    if octets[at] == 0x48 and stop <= end and 1 <= size <= 4:
        otid = octets[at + 2 : stop]
        at = stop
    else:
        otid, at = decode_octet_string(octets, at, end, 0x48, 1, 4, "otid")
    dialogue_portion: bytes | None = None
    dialogue_portion_at = 0
    if at < end and octets[at] == 0x6B:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end and octets[start + 1] == size - 2 and octets[start] in PLAIN:
            dialogue_portion = octets[start:stop]
            at = stop
        else:
            start, stop, after = header(octets, at, end, 0x6B, "dialoguePortion")
            dialogue_portion, at = decode_any(octets, start, stop, "dialoguePortion")
            if at != stop:
                raise inside(excess(at, stop), "dialoguePortion")
            at = after
        dialogue_portion_at = start
    components: list[bytes] | None = None
    components_at = 0
    if at < end and octets[at] == 0x6C:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x6C, "components")
        try:
            components = _unpack_component_portion(octets, start, stop)
        except CodecError as error:
            raise inside(error, "components") from None
        components_at = start
    if at != end:
        raise excess(at, end)
    return Begin(otid, dialogue_portion, components, dialogue_portion_at, components_at)


def _pack_begin(value: Begin) -> bytes:
    otid = value.otid
    if not 1 <= len(otid) <= 4:
        raise wrong_size(len(otid), 1, 4, "Begin.otid")
    content = _HEADS_48[len(otid)] + otid
    dialogue_portion = value.dialogue_portion
    if dialogue_portion is not None:
        _dialogue_portion = (dialogue_portion if SIZES.get(len(dialogue_portion)) == dialogue_portion[1:2] and dialogue_portion[0] in PLAIN else one_value(dialogue_portion, "Begin.dialoguePortion"))
        content += _HEADS_6B[len(_dialogue_portion)] + _dialogue_portion
    components = value.components
    if components is not None:
        _components = _pack_component_portion(components)
        content += _HEADS_6C[len(_components)] + _components
    return content


class End(Located):
    """The SEQUENCE End."""

    dtid: bytes
    dialogue_portion: bytes | None = None
    components: list[bytes] | None = None
    dialogue_portion_at: int = 0
    components_at: int = 0


def _unpack_end(octets: bytes, at: int, end: int) -> End:
    size = octets[at + 1]
    stop = at + 2 + size
    if octets[at] == 0x49 and stop <= end and 1 <= size <= 4:
        dtid = octets[at + 2 : stop]
        at = stop
    else:
        dtid, at = decode_octet_string(octets, at, end, 0x49, 1, 4, "dtid")
    dialogue_portion: bytes | None = None
    dialogue_portion_at = 0
    if at < end and octets[at] == 0x6B:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end and octets[start + 1] == size - 2 and octets[start] in PLAIN:
            dialogue_portion = octets[start:stop]
            at = stop
        else:
            start, stop, after = header(octets, at, end, 0x6B, "dialoguePortion")
            dialogue_portion, at = decode_any(octets, start, stop, "dialoguePortion")
            if at != stop:
                raise inside(excess(at, stop), "dialoguePortion")
            at = after
        dialogue_portion_at = start
    components: list[bytes] | None = None
    components_at = 0
    if at < end and octets[at] == 0x6C:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x6C, "components")
        try:
            components = _unpack_component_portion(octets, start, stop)
        except CodecError as error:
            raise inside(error, "components") from None
        components_at = start
    if at != end:
        raise excess(at, end)
    return End(dtid, dialogue_portion, components, dialogue_portion_at, components_at)


def _pack_end(value: End) -> bytes:
    dtid = value.dtid
    if not 1 <= len(dtid) <= 4:
        raise wrong_size(len(dtid), 1, 4, "End.dtid")
    content = _HEADS_49[len(dtid)] + dtid
    dialogue_portion = value.dialogue_portion
    if dialogue_portion is not None:
        _dialogue_portion = (dialogue_portion if SIZES.get(len(dialogue_portion)) == dialogue_portion[1:2] and dialogue_portion[0] in PLAIN else one_value(dialogue_portion, "End.dialoguePortion"))
        content += _HEADS_6B[len(_dialogue_portion)] + _dialogue_portion
    components = value.components
    if components is not None:
        _components = _pack_component_portion(components)
        content += _HEADS_6C[len(_components)] + _components
    return content


class Continue(Located):
    """The SEQUENCE Continue."""

    otid: bytes
    dtid: bytes
    dialogue_portion: bytes | None = None
    components: list[bytes] | None = None
    dialogue_portion_at: int = 0
    components_at: int = 0


def _unpack_continue(octets: bytes, at: int, end: int) -> Continue:
    size = octets[at + 1]
    stop = at + 2 + size
    if octets[at] == 0x48 and stop <= end and 1 <= size <= 4:
        otid = octets[at + 2 : stop]
        at = stop
    else:
        otid, at = decode_octet_string(octets, at, end, 0x48, 1, 4, "otid")
    size = octets[at + 1]
    stop = at + 2 + size
    if octets[at] == 0x49 and stop <= end and 1 <= size <= 4:
        dtid = octets[at + 2 : stop]
        at = stop
    else:
        dtid, at = decode_octet_string(octets, at, end, 0x49, 1, 4, "dtid")
    dialogue_portion: bytes | None = None
    dialogue_portion_at = 0
    if at < end and octets[at] == 0x6B:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end and octets[start + 1] == size - 2 and octets[start] in PLAIN:
            dialogue_portion = octets[start:stop]
            at = stop
        else:
            start, stop, after = header(octets, at, end, 0x6B, "dialoguePortion")
            dialogue_portion, at = decode_any(octets, start, stop, "dialoguePortion")
            if at != stop:
                raise inside(excess(at, stop), "dialoguePortion")
            at = after
        dialogue_portion_at = start
    components: list[bytes] | None = None
    components_at = 0
    if at < end and octets[at] == 0x6C:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x6C, "components")
        try:
            components = _unpack_component_portion(octets, start, stop)
        except CodecError as error:
            raise inside(error, "components") from None
        components_at = start
    if at != end:
        raise excess(at, end)
    return Continue(otid, dtid, dialogue_portion, components, dialogue_portion_at, components_at)


def _pack_continue(value: Continue) -> bytes:
    otid = value.otid
    if not 1 <= len(otid) <= 4:
        raise wrong_size(len(otid), 1, 4, "Continue.otid")
    dtid = value.dtid
    if not 1 <= len(dtid) <= 4:
        raise wrong_size(len(dtid), 1, 4, "Continue.dtid")
    content = b"".join((_HEADS_48[len(otid)], otid, _HEADS_49[len(dtid)], dtid))
    dialogue_portion = value.dialogue_portion
    if dialogue_portion is not None:
        _dialogue_portion = (dialogue_portion if SIZES.get(len(dialogue_portion)) == dialogue_portion[1:2] and dialogue_portion[0] in PLAIN else one_value(dialogue_portion, "Continue.dialoguePortion"))
        content += _HEADS_6B[len(_dialogue_portion)] + _dialogue_portion
    components = value.components
    if components is not None:
        _components = _pack_component_portion(components)
        content += _HEADS_6C[len(_components)] + _components
    return content


class AbortReasonUAbortCause(Located):
    """The SEQUENCE AbortReasonUAbortCause."""

    external: bytes
    external_at: int = 0


def _unpack_abort_reason_u_abort_cause(octets: bytes, at: int, end: int) -> AbortReasonUAbortCause:
    external_at = at
    size = octets[at + 1]
    stop = at + 2 + size
    if stop <= end and size < 0x80 and octets[at] in PLAIN:
        external = octets[at:stop]
        at = stop
    else:
        external, at = decode_any(octets, at, end, "external")
    if at != end:
        raise excess(at, end)
    return AbortReasonUAbortCause(external, external_at)


def _pack_abort_reason_u_abort_cause(value: AbortReasonUAbortCause) -> bytes:
    external = value.external
    return (external if SIZES.get(len(external)) == external[1:2] and external[0] in PLAIN else one_value(external, "AbortReasonUAbortCause.external"))


AbortReason = (
    tuple[Literal["p-abortCause"], int]
    | tuple[Literal["u-abortCause"], AbortReasonUAbortCause]
)


def _unpack_abort_reason(octets: bytes, at: int, end: int) -> tuple[AbortReason, int]:
    if at < end and octets[at] == 0x4A:
        p_abort_cause = octets[at + 2]
        if octets[at + 1] == 1 and at + 3 <= end and p_abort_cause <= 127:
            at += 3
        else:
            p_abort_cause, at = decode_integer(octets, at, end, 0x4A, LEAST, MOST, "p-abortCause")
        return ("p-abortCause", p_abort_cause), at
    if at < end and octets[at] == 0x6B:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x6B, "u-abortCause")
        try:
            u_abort_cause = _unpack_abort_reason_u_abort_cause(octets, start, stop)
        except CodecError as error:
            raise inside(error, "u-abortCause") from None
        return ("u-abortCause", u_abort_cause), at
    raise missing(octets, at, end, "")


def _pack_abort_reason(value: AbortReason) -> bytes:
    if value[0] == "p-abortCause":
        return (b"\x4a\x01" + OCTET[value[1]] if -128 <= value[1] <= 127 else encode_integer(b"\x4a", value[1], LEAST, MOST, "AbortReason.p-abortCause"))
    if value[0] == "u-abortCause":
        inner = _pack_abort_reason_u_abort_cause(value[1])
        return _HEADS_6B[len(inner)] + inner
    raise CodecError(f"no alternative {value[0]!r}", path="AbortReason")


class Abort(Value):
    """The SEQUENCE Abort."""

    dtid: bytes
    reason: AbortReason | None = None


def _unpack_abort(octets: bytes, at: int, end: int) -> Abort:
    size = octets[at + 1]
    stop = at + 2 + size
    if octets[at] == 0x49 and stop <= end and 1 <= size <= 4:
        dtid = octets[at + 2 : stop]
        at = stop
    else:
        dtid, at = decode_octet_string(octets, at, end, 0x49, 1, 4, "dtid")
    reason: AbortReason | None = None
    if at < end and octets[at] in (0x4A, 0x6B):
        try:
            reason, at = _unpack_abort_reason(octets, at, end)
        except CodecError as error:
            raise inside(error, "reason") from None
    if at != end:
        raise excess(at, end)
    return Abort(dtid, reason)


def _pack_abort(value: Abort) -> bytes:
    dtid = value.dtid
    if not 1 <= len(dtid) <= 4:
        raise wrong_size(len(dtid), 1, 4, "Abort.dtid")
    content = _HEADS_49[len(dtid)] + dtid
    reason = value.reason
    if reason is not None:
        content += _pack_abort_reason(reason)
    return content


TCMessage = (
    tuple[Literal["unidirectional"], Unidirectional]
    | tuple[Literal["begin"], Begin]
    | tuple[Literal["end"], End]
    | tuple[Literal["continue"], Continue]
    | tuple[Literal["abort"], Abort]
)


def _unpack_tc_message(octets: bytes, at: int, end: int) -> tuple[TCMessage, int]:
    if at < end and octets[at] == 0x61:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x61, "unidirectional")
        try:
            unidirectional = _unpack_unidirectional(octets, start, stop)
        except CodecError as error:
            raise inside(error, "unidirectional") from None
        return ("unidirectional", unidirectional), at
    if at < end and octets[at] == 0x62:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x62, "begin")
        try:
            begin = _unpack_begin(octets, start, stop)
        except CodecError as error:
            raise inside(error, "begin") from None
        return ("begin", begin), at
    if at < end and octets[at] == 0x64:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x64, "end")
        try:
            end_ = _unpack_end(octets, start, stop)
        except CodecError as error:
            raise inside(error, "end") from None
        return ("end", end_), at
    if at < end and octets[at] == 0x65:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x65, "continue")
        try:
            continue_ = _unpack_continue(octets, start, stop)
        except CodecError as error:
            raise inside(error, "continue") from None
        return ("continue", continue_), at
    if at < end and octets[at] == 0x67:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x67, "abort")
        try:
            abort = _unpack_abort(octets, start, stop)
        except CodecError as error:
            raise inside(error, "abort") from None
        return ("abort", abort), at
    raise missing(octets, at, end, "")


def _pack_tc_message(value: TCMessage) -> bytes:
    if value[0] == "unidirectional":
        inner = _pack_unidirectional(value[1])
        return _HEADS_61[len(inner)] + inner
    if value[0] == "begin":
        inner = _pack_begin(value[1])
        return _HEADS_62[len(inner)] + inner
    if value[0] == "end":
        inner = _pack_end(value[1])
        return _HEADS_64[len(inner)] + inner
    if value[0] == "continue":
        inner = _pack_continue(value[1])
        return _HEADS_65[len(inner)] + inner
    if value[0] == "abort":
        inner = _pack_abort(value[1])
        return _HEADS_67[len(inner)] + inner
    raise CodecError(f"no alternative {value[0]!r}", path="TCMessage")


Code = int | Oid


def _unpack_code(octets: bytes, at: int, end: int) -> tuple[Code, int]:
    if at < end and octets[at] == 0x02:
        local = octets[at + 2]
        if octets[at + 1] == 1 and at + 3 <= end and local <= 127:
            at += 3
        else:
            local, at = decode_integer(octets, at, end, 0x02, LEAST, MOST, "local")
        return local, at
    if at < end and octets[at] == 0x06:
        size = octets[at + 1]
        stop = at + 2 + size
        if stop <= end and size <= MAX_OID and (global_ := arcs(octets[at + 2 : stop])) is not None:
            at = stop
        else:
            global_, at = decode_oid(octets, at, end, 0x06, "global")
        return global_, at
    raise missing(octets, at, end, "")


def _pack_code(value: Code) -> bytes:
    if isinstance(value, int):
        return (b"\x02\x01" + OCTET[value] if -128 <= value <= 127 else encode_integer(b"\x02", value, LEAST, MOST, "Code.local"))
    if isinstance(value, tuple):
        return b"\x06" + oid_octets(value)
    raise CodecError(f"no alternative {type(value).__name__}", path="Code")


class Invoke(Located):
    """The SEQUENCE Invoke."""

    invoke_id: int
    opcode: Code
    linked_id: int | None = None
    parameter: bytes | None = None
    parameter_at: int = 0


_INVOKE_FRAME = Struct(">HBHBBB")


def _unpack_invoke(octets: bytes, at: int, end: int) -> Invoke:
    size = end - at
    if 8 <= size < 0x80:
        head_0, value_0, head_1, value_1, head_2, size_2 = _INVOKE_FRAME.unpack_from(octets, at)
        if head_0 == 0x0201 and value_0 <= 127 and head_1 == 0x0201 and value_1 <= 127 and head_2 in PLAIN and size_2 == size - 8:
            start = at + 6
            return Invoke(value_0, value_1, None, octets[start:end], start)
    invoke_id = octets[at + 2]
    if octets[at] == 0x02 and octets[at + 1] == 1 and at + 3 <= end and invoke_id <= 127:
        at += 3
    else:
        invoke_id, at = decode_integer(octets, at, end, 0x02, -128, 127, "invokeID")
    linked_id: int | None = None
    if at < end and octets[at] == 0x80:
        linked_id = octets[at + 2]
        if octets[at + 1] == 1 and at + 3 <= end and linked_id <= 127:
            at += 3
        else:
            linked_id, at = decode_integer(octets, at, end, 0x80, -128, 127, "linkedID")
    opcode: Code
    opcode = octets[at + 2]
    if octets[at] == 0x02 and octets[at + 1] == 1 and at + 3 <= end and opcode <= 127:
        at += 3
    else:
        try:
            opcode, at = _unpack_code(octets, at, end)
        except CodecError as error:
            raise inside(error, "opcode") from None
    parameter: bytes | None = None
    parameter_at = 0
    if at < end:
        parameter_at = at
        size = octets[at + 1]
        stop = at + 2 + size
        if stop <= end and size < 0x80 and octets[at] in PLAIN:
            parameter = octets[at:stop]
            at = stop
        else:
            parameter, at = decode_any(octets, at, end, "parameter")
    if at != end:
        raise excess(at, end)
    return Invoke(invoke_id, opcode, linked_id, parameter, parameter_at)


def _pack_invoke(value: Invoke) -> bytes:
    invoke_id = value.invoke_id
    if not -128 <= invoke_id <= 127:
        raise out_of_range(invoke_id, -128, 127, "Invoke.invokeID")
    content = b"\x02\x01" + OCTET[invoke_id]
    linked_id = value.linked_id
    if linked_id is not None:
        if not -128 <= linked_id <= 127:
            raise out_of_range(linked_id, -128, 127, "Invoke.linkedID")
        content += b"\x80\x01" + OCTET[linked_id]
    opcode = value.opcode
    content += ((b"\x02\x01" + OCTET[opcode] if -128 <= opcode <= 127 else encode_integer(b"\x02", opcode, LEAST, MOST, "Code.local")) if isinstance(opcode, int) else _pack_code(opcode))
    parameter = value.parameter
    if parameter is not None:
        content += (parameter if SIZES.get(len(parameter)) == parameter[1:2] and parameter[0] in PLAIN else one_value(parameter, "Invoke.parameter"))
    return content


class ReturnResultResult(Located):
    """The SEQUENCE ReturnResultResult."""

    opcode: Code
    parameter: bytes
    parameter_at: int = 0


_RETURN_RESULT_RESULT_FRAME = Struct(">HBBB")


def _unpack_return_result_result(octets: bytes, at: int, end: int) -> ReturnResultResult:
    size = end - at
    if 5 <= size < 0x80:
        head_0, value_0, head_1, size_1 = _RETURN_RESULT_RESULT_FRAME.unpack_from(octets, at)
        if head_0 == 0x0201 and value_0 <= 127 and head_1 in PLAIN and size_1 == size - 5:
            start = at + 3
            return ReturnResultResult(value_0, octets[start:end], start)
    opcode: Code
    opcode = octets[at + 2]
    if octets[at] == 0x02 and octets[at + 1] == 1 and at + 3 <= end and opcode <= 127:
        at += 3
    else:
        try:
            opcode, at = _unpack_code(octets, at, end)
        except CodecError as error:
            raise inside(error, "opcode") from None
    parameter_at = at
    size = octets[at + 1]
    stop = at + 2 + size
    if stop <= end and size < 0x80 and octets[at] in PLAIN:
        parameter = octets[at:stop]
        at = stop
    else:
        parameter, at = decode_any(octets, at, end, "parameter")
    if at != end:
        raise excess(at, end)
    return ReturnResultResult(opcode, parameter, parameter_at)


def _pack_return_result_result(value: ReturnResultResult) -> bytes:
    opcode = value.opcode
    parameter = value.parameter
    return ((b"\x02\x01" + OCTET[opcode] if -128 <= opcode <= 127 else encode_integer(b"\x02", opcode, LEAST, MOST, "Code.local")) if isinstance(opcode, int) else _pack_code(opcode)) + (parameter if SIZES.get(len(parameter)) == parameter[1:2] and parameter[0] in PLAIN else one_value(parameter, "ReturnResultResult.parameter"))


class ReturnResult(Value):
    """The SEQUENCE ReturnResult."""

    invoke_id: int
    result: ReturnResultResult | None = None


_RETURN_RESULT_FRAME = Struct(">HBBBHBBB")


def _unpack_return_result(octets: bytes, at: int, end: int) -> ReturnResult:
    size = end - at
    if 10 <= size < 0x80:
        head_0, value_0, head_1, size_1, head_2, value_2, head_3, size_3 = _RETURN_RESULT_FRAME.unpack_from(octets, at)
        if head_0 == 0x0201 and value_0 <= 127 and head_1 == 0x30 and size_1 == size - 5 and head_2 == 0x0201 and value_2 <= 127 and head_3 in PLAIN and size_3 == size - 10:
            start = at + 8
            return ReturnResult(value_0, ReturnResultResult(value_2, octets[start:end], start))
    invoke_id = octets[at + 2]
    if octets[at] == 0x02 and octets[at + 1] == 1 and at + 3 <= end and invoke_id <= 127:
        at += 3
    else:
        invoke_id, at = decode_integer(octets, at, end, 0x02, -128, 127, "invokeID")
    result: ReturnResultResult | None = None
    if at < end and octets[at] == 0x30:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x30, "result")
        try:
            result = _unpack_return_result_result(octets, start, stop)
        except CodecError as error:
            raise inside(error, "result") from None
    if at != end:
        raise excess(at, end)
    return ReturnResult(invoke_id, result)


def _pack_return_result(value: ReturnResult) -> bytes:
    invoke_id = value.invoke_id
    if not -128 <= invoke_id <= 127:
        raise out_of_range(invoke_id, -128, 127, "ReturnResult.invokeID")
    content = b"\x02\x01" + OCTET[invoke_id]
    result = value.result
    if result is not None:
        _result = _pack_return_result_result(result)
        content += _HEADS_30[len(_result)] + _result
    return content


class ReturnError(Located):
    """The SEQUENCE ReturnError."""

    invoke_id: int
    code: Code
    parameter: bytes | None = None
    parameter_at: int = 0


_RETURN_ERROR_FRAME = Struct(">HBHBBB")


def _unpack_return_error(octets: bytes, at: int, end: int) -> ReturnError:
    size = end - at
    if 8 <= size < 0x80:
        head_0, value_0, head_1, value_1, head_2, size_2 = _RETURN_ERROR_FRAME.unpack_from(octets, at)
        if head_0 == 0x0201 and value_0 <= 127 and head_1 == 0x0201 and value_1 <= 127 and head_2 in PLAIN and size_2 == size - 8:
            start = at + 6
            return ReturnError(value_0, value_1, octets[start:end], start)
    invoke_id = octets[at + 2]
    if octets[at] == 0x02 and octets[at + 1] == 1 and at + 3 <= end and invoke_id <= 127:
        at += 3
    else:
        invoke_id, at = decode_integer(octets, at, end, 0x02, -128, 127, "invokeID")
    code: Code
    code = octets[at + 2]
    if octets[at] == 0x02 and octets[at + 1] == 1 and at + 3 <= end and code <= 127:
        at += 3
    else:
        try:
            code, at = _unpack_code(octets, at, end)
        except CodecError as error:
            raise inside(error, "code") from None
    parameter: bytes | None = None
    parameter_at = 0
    if at < end:
        parameter_at = at
        size = octets[at + 1]
        stop = at + 2 + size
        if stop <= end and size < 0x80 and octets[at] in PLAIN:
            parameter = octets[at:stop]
            at = stop
        else:
            parameter, at = decode_any(octets, at, end, "parameter")
    if at != end:
        raise excess(at, end)
    return ReturnError(invoke_id, code, parameter, parameter_at)


def _pack_return_error(value: ReturnError) -> bytes:
    invoke_id = value.invoke_id
    if not -128 <= invoke_id <= 127:
        raise out_of_range(invoke_id, -128, 127, "ReturnError.invokeID")
    code = value.code
    content = b"".join((b"\x02\x01", OCTET[invoke_id], ((b"\x02\x01" + OCTET[code] if -128 <= code <= 127 else encode_integer(b"\x02", code, LEAST, MOST, "Code.local")) if isinstance(code, int) else _pack_code(code))))
    parameter = value.parameter
    if parameter is not None:
        content += (parameter if SIZES.get(len(parameter)) == parameter[1:2] and parameter[0] in PLAIN else one_value(parameter, "ReturnError.parameter"))
    return content


RejectInvokeID = (
    tuple[Literal["derivable"], int]
    | tuple[Literal["notDerivable"], None]
)


def _unpack_reject_invoke_id(octets: bytes, at: int, end: int) -> tuple[RejectInvokeID, int]:
    if at < end and octets[at] == 0x02:
        derivable = octets[at + 2]
        if octets[at + 1] == 1 and at + 3 <= end and derivable <= 127:
            at += 3
        else:
            derivable, at = decode_integer(octets, at, end, 0x02, -128, 127, "derivable")
        return ("derivable", derivable), at
    if at < end and octets[at] == 0x05:
        if octets[at + 1] == 0 and at + 2 <= end:
            not_derivable, at = None, at + 2
        else:
            not_derivable, at = decode_null(octets, at, end, 0x05, "notDerivable")
        return ("notDerivable", not_derivable), at
    raise missing(octets, at, end, "")


def _pack_reject_invoke_id(value: RejectInvokeID) -> bytes:
    if value[0] == "derivable":
        if not -128 <= value[1] <= 127:
            raise out_of_range(value[1], -128, 127, "RejectInvokeID.derivable")
        return b"\x02\x01" + OCTET[value[1]]
    if value[0] == "notDerivable":
        return b"\x05\x00"
    raise CodecError(f"no alternative {value[0]!r}", path="RejectInvokeID")


RejectProblem = (
    tuple[Literal["general"], int]
    | tuple[Literal["invoke"], int]
    | tuple[Literal["returnResult"], int]
    | tuple[Literal["returnError"], int]
)


def _unpack_reject_problem(octets: bytes, at: int, end: int) -> tuple[RejectProblem, int]:
    if at < end and octets[at] == 0x80:
        general = octets[at + 2]
        if octets[at + 1] == 1 and at + 3 <= end and general <= 127:
            at += 3
        else:
            general, at = decode_integer(octets, at, end, 0x80, LEAST, MOST, "general")
        return ("general", general), at
    if at < end and octets[at] == 0x81:
        invoke = octets[at + 2]
        if octets[at + 1] == 1 and at + 3 <= end and invoke <= 127:
            at += 3
        else:
            invoke, at = decode_integer(octets, at, end, 0x81, LEAST, MOST, "invoke")
        return ("invoke", invoke), at
    if at < end and octets[at] == 0x82:
        return_result = octets[at + 2]
        if octets[at + 1] == 1 and at + 3 <= end and return_result <= 127:
            at += 3
        else:
            return_result, at = decode_integer(octets, at, end, 0x82, LEAST, MOST, "returnResult")
        return ("returnResult", return_result), at
    if at < end and octets[at] == 0x83:
        return_error = octets[at + 2]
        if octets[at + 1] == 1 and at + 3 <= end and return_error <= 127:
            at += 3
        else:
            return_error, at = decode_integer(octets, at, end, 0x83, LEAST, MOST, "returnError")
        return ("returnError", return_error), at
    raise missing(octets, at, end, "")


def _pack_reject_problem(value: RejectProblem) -> bytes:
    if value[0] == "general":
        return (b"\x80\x01" + OCTET[value[1]] if -128 <= value[1] <= 127 else encode_integer(b"\x80", value[1], LEAST, MOST, "RejectProblem.general"))
    if value[0] == "invoke":
        return (b"\x81\x01" + OCTET[value[1]] if -128 <= value[1] <= 127 else encode_integer(b"\x81", value[1], LEAST, MOST, "RejectProblem.invoke"))
    if value[0] == "returnResult":
        return (b"\x82\x01" + OCTET[value[1]] if -128 <= value[1] <= 127 else encode_integer(b"\x82", value[1], LEAST, MOST, "RejectProblem.returnResult"))
    if value[0] == "returnError":
        return (b"\x83\x01" + OCTET[value[1]] if -128 <= value[1] <= 127 else encode_integer(b"\x83", value[1], LEAST, MOST, "RejectProblem.returnError"))
    raise CodecError(f"no alternative {value[0]!r}", path="RejectProblem")


class Reject(Value):
    """The SEQUENCE Reject."""

    invoke_id: RejectInvokeID
    problem: RejectProblem


def _unpack_reject(octets: bytes, at: int, end: int) -> Reject:
    try:
        invoke_id, at = _unpack_reject_invoke_id(octets, at, end)
    except CodecError as error:
        raise inside(error, "invokeID") from None
    try:
        problem, at = _unpack_reject_problem(octets, at, end)
    except CodecError as error:
        raise inside(error, "problem") from None
    if at != end:
        raise excess(at, end)
    return Reject(invoke_id, problem)


def _pack_reject(value: Reject) -> bytes:
    invoke_id = value.invoke_id
    problem = value.problem
    return _pack_reject_invoke_id(invoke_id) + _pack_reject_problem(problem)


Component = (
    tuple[Literal["invoke"], Invoke]
    | tuple[Literal["returnResultLast"], ReturnResult]
    | tuple[Literal["returnError"], ReturnError]
    | tuple[Literal["reject"], Reject]
    | tuple[Literal["returnResultNotLast"], ReturnResult]
)


def _unpack_component(octets: bytes, at: int, end: int) -> tuple[Component, int]:
    if at < end and octets[at] == 0xA1:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA1, "invoke")
        try:
            invoke = _unpack_invoke(octets, start, stop)
        except CodecError as error:
            raise inside(error, "invoke") from None
        return ("invoke", invoke), at
    if at < end and octets[at] == 0xA2:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA2, "returnResultLast")
        try:
            return_result_last = _unpack_return_result(octets, start, stop)
        except CodecError as error:
            raise inside(error, "returnResultLast") from None
        return ("returnResultLast", return_result_last), at
    if at < end and octets[at] == 0xA3:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA3, "returnError")
        try:
            return_error = _unpack_return_error(octets, start, stop)
        except CodecError as error:
            raise inside(error, "returnError") from None
        return ("returnError", return_error), at
    if at < end and octets[at] == 0xA4:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA4, "reject")
        try:
            reject = _unpack_reject(octets, start, stop)
        except CodecError as error:
            raise inside(error, "reject") from None
        return ("reject", reject), at
    if at < end and octets[at] == 0xA7:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xA7, "returnResultNotLast")
        try:
            return_result_not_last = _unpack_return_result(octets, start, stop)
        except CodecError as error:
            raise inside(error, "returnResultNotLast") from None
        return ("returnResultNotLast", return_result_not_last), at
    raise missing(octets, at, end, "")


def _pack_component(value: Component) -> bytes:
    if value[0] == "invoke":
        inner = _pack_invoke(value[1])
        return _HEADS_A1[len(inner)] + inner
    if value[0] == "returnResultLast":
        inner = _pack_return_result(value[1])
        return _HEADS_A2[len(inner)] + inner
    if value[0] == "returnError":
        inner = _pack_return_error(value[1])
        return _HEADS_A3[len(inner)] + inner
    if value[0] == "reject":
        inner = _pack_reject(value[1])
        return _HEADS_A4[len(inner)] + inner
    if value[0] == "returnResultNotLast":
        inner = _pack_return_result(value[1])
        return _HEADS_A7[len(inner)] + inner
    raise CodecError(f"no alternative {value[0]!r}", path="Component")


class External(Located):
    """The SEQUENCE External."""

    oid: Oid
    value: bytes
    value_at: int = 0


def _unpack_external(octets: bytes, at: int, end: int) -> External:
    size = octets[at + 1]
    stop = at + 2 + size
    if octets[at] == 0x06 and stop <= end and size <= MAX_OID and (oid := arcs(octets[at + 2 : stop])) is not None:
        at = stop
    else:
        oid, at = decode_oid(octets, at, end, 0x06, "oid")
    size = octets[at + 1]
    start = at + 2
    stop = start + size
    if octets[at] == 0xA0 and size < 0x80 and stop <= end and octets[start + 1] == size - 2 and octets[start] in PLAIN:
        value_ = octets[start:stop]
        at = stop
    else:
        start, stop, after = header(octets, at, end, 0xA0, "value")
        value_, at = decode_any(octets, start, stop, "value")
        if at != stop:
            raise inside(excess(at, stop), "value")
        at = after
    value__at = start
    if at != end:
        raise excess(at, end)
    return External(oid, value_, value__at)


def _pack_external(value: External) -> bytes:
    oid = value.oid
    value_ = value.value
    _value_ = (value_ if SIZES.get(len(value_)) == value_[1:2] and value_[0] in PLAIN else one_value(value_, "External.value"))
    return b"".join((b"\x06", oid_octets(oid), _HEADS_A0[len(_value_)], _value_))


def _unpack_user_information(octets: bytes, at: int, end: int) -> list[External]:
    items: list[External] = []
    try:
        while at < end:
            size = octets[at + 1]
            start = at + 2
            stop = start + size
            if octets[at] == 0x28 and size < 0x80 and stop <= end:
                at = stop
            else:
                start, stop, at = header(octets, at, end, 0x28, "")
            item = _unpack_external(octets, start, stop)
            items.append(item)
        return items
    except CodecError as error:
        raise inside(error, str(len(items))) from None


def _pack_user_information(items: list[External]) -> bytes:
    parts: list[bytes] = []
    for item in items:
        inner = _pack_external(item)
        parts += (_HEADS_28[len(inner)], inner,)
    return b"".join(parts)


class AARQ(Value):
    """The SEQUENCE AARQ."""

    application_context: Oid
    protocol_version: Bits | None = None
    user_information: list[External] | None = None


def _unpack_aarq(octets: bytes, at: int, end: int) -> AARQ:
    protocol_version: Bits | None = None
    if at < end and octets[at] in (0x80, 0xA0):
        protocol_version, at = decode_bit_string(octets, at, end, 0x80, "protocolVersion")
    size = octets[at + 1]
    start = at + 2
    stop = start + size
    if octets[at] == 0xA1 and size < 0x80 and stop <= end:
        after = stop
    else:
        start, stop, after = header(octets, at, end, 0xA1, "applicationContext")
    application_context, at = decode_oid(octets, start, stop, 0x06, "applicationContext")
    if at != stop:
        raise inside(excess(at, stop), "applicationContext")
    at = after
    user_information: list[External] | None = None
    if at < end and octets[at] == 0xBE:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xBE, "userInformation")
        try:
            user_information = _unpack_user_information(octets, start, stop)
        except CodecError as error:
            raise inside(error, "userInformation") from None
    if at != end:
        raise excess(at, end)
    return AARQ(application_context, protocol_version, user_information)


def _pack_aarq(value: AARQ) -> bytes:
    content = b""
    protocol_version = value.protocol_version
    if protocol_version is not None:
        content += encode_bit_string(b"\x80", protocol_version, "AARQ.protocolVersion")
    application_context = value.application_context
    _application_context = b"\x06" + oid_octets(application_context)
    content += _HEADS_A1[len(_application_context)] + _application_context
    user_information = value.user_information
    if user_information is not None:
        _user_information = _pack_user_information(user_information)
        content += _HEADS_BE[len(_user_information)] + _user_information
    return content


AAREDiagnostic = (
    tuple[Literal["user"], int]
    | tuple[Literal["provider"], int]
)


def _unpack_aare_diagnostic(octets: bytes, at: int, end: int) -> tuple[AAREDiagnostic, int]:
    if at < end and octets[at] == 0xA1:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            after = stop
        else:
            start, stop, after = header(octets, at, end, 0xA1, "user")
        user, at = decode_integer(octets, start, stop, 0x02, LEAST, MOST, "user")
        if at != stop:
            raise inside(excess(at, stop), "user")
        at = after
        return ("user", user), at
    if at < end and octets[at] == 0xA2:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            after = stop
        else:
            start, stop, after = header(octets, at, end, 0xA2, "provider")
        provider, at = decode_integer(octets, start, stop, 0x02, LEAST, MOST, "provider")
        if at != stop:
            raise inside(excess(at, stop), "provider")
        at = after
        return ("provider", provider), at
    raise missing(octets, at, end, "")


def _pack_aare_diagnostic(value: AAREDiagnostic) -> bytes:
    if value[0] == "user":
        inner = (b"\x02\x01" + OCTET[value[1]] if -128 <= value[1] <= 127 else encode_integer(b"\x02", value[1], LEAST, MOST, "AAREDiagnostic.user"))
        return _HEADS_A1[len(inner)] + inner
    if value[0] == "provider":
        inner = (b"\x02\x01" + OCTET[value[1]] if -128 <= value[1] <= 127 else encode_integer(b"\x02", value[1], LEAST, MOST, "AAREDiagnostic.provider"))
        return _HEADS_A2[len(inner)] + inner
    raise CodecError(f"no alternative {value[0]!r}", path="AAREDiagnostic")


class AARE(Value):
    """The SEQUENCE AARE."""

    application_context: Oid
    result: int
    diagnostic: AAREDiagnostic
    protocol_version: Bits | None = None
    user_information: list[External] | None = None


def _unpack_aare(octets: bytes, at: int, end: int) -> AARE:
    protocol_version: Bits | None = None
    if at < end and octets[at] in (0x80, 0xA0):
        protocol_version, at = decode_bit_string(octets, at, end, 0x80, "protocolVersion")
    size = octets[at + 1]
    start = at + 2
    stop = start + size
    if octets[at] == 0xA1 and size < 0x80 and stop <= end:
        after = stop
    else:
        start, stop, after = header(octets, at, end, 0xA1, "applicationContext")
    application_context, at = decode_oid(octets, start, stop, 0x06, "applicationContext")
    if at != stop:
        raise inside(excess(at, stop), "applicationContext")
    at = after
    size = octets[at + 1]
    start = at + 2
    stop = start + size
    if octets[at] == 0xA2 and size < 0x80 and stop <= end:
        after = stop
    else:
        start, stop, after = header(octets, at, end, 0xA2, "result")
    result, at = decode_integer(octets, start, stop, 0x02, LEAST, MOST, "result")
    if at != stop:
        raise inside(excess(at, stop), "result")
    at = after
    size = octets[at + 1]
    start = at + 2
    stop = start + size
    if octets[at] == 0xA3 and size < 0x80 and stop <= end:
        after = stop
    else:
        start, stop, after = header(octets, at, end, 0xA3, "diagnostic")
    try:
        diagnostic, at = _unpack_aare_diagnostic(octets, start, stop)
    except CodecError as error:
        raise inside(error, "diagnostic") from None
    if at != stop:
        raise inside(excess(at, stop), "diagnostic")
    at = after
    user_information: list[External] | None = None
    if at < end and octets[at] == 0xBE:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xBE, "userInformation")
        try:
            user_information = _unpack_user_information(octets, start, stop)
        except CodecError as error:
            raise inside(error, "userInformation") from None
    if at != end:
        raise excess(at, end)
    return AARE(application_context, result, diagnostic, protocol_version, user_information)


def _pack_aare(value: AARE) -> bytes:
    content = b""
    protocol_version = value.protocol_version
    if protocol_version is not None:
        content += encode_bit_string(b"\x80", protocol_version, "AARE.protocolVersion")
    application_context = value.application_context
    _application_context = b"\x06" + oid_octets(application_context)
    content += _HEADS_A1[len(_application_context)] + _application_context
    result = value.result
    _result = (b"\x02\x01" + OCTET[result] if -128 <= result <= 127 else encode_integer(b"\x02", result, LEAST, MOST, "AARE.result"))
    content += _HEADS_A2[len(_result)] + _result
    diagnostic = value.diagnostic
    _diagnostic = _pack_aare_diagnostic(diagnostic)
    content += _HEADS_A3[len(_diagnostic)] + _diagnostic
    user_information = value.user_information
    if user_information is not None:
        _user_information = _pack_user_information(user_information)
        content += _HEADS_BE[len(_user_information)] + _user_information
    return content


class ABRT(Value):
    """The SEQUENCE ABRT."""

    source: int
    user_information: list[External] | None = None


def _unpack_abrt(octets: bytes, at: int, end: int) -> ABRT:
    source = octets[at + 2]
    if octets[at] == 0x80 and octets[at + 1] == 1 and at + 3 <= end and source <= 127:
        at += 3
    else:
        source, at = decode_integer(octets, at, end, 0x80, LEAST, MOST, "source")
    user_information: list[External] | None = None
    if at < end and octets[at] == 0xBE:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0xBE, "userInformation")
        try:
            user_information = _unpack_user_information(octets, start, stop)
        except CodecError as error:
            raise inside(error, "userInformation") from None
    if at != end:
        raise excess(at, end)
    return ABRT(source, user_information)


def _pack_abrt(value: ABRT) -> bytes:
    source = value.source
    content = (b"\x80\x01" + OCTET[source] if -128 <= source <= 127 else encode_integer(b"\x80", source, LEAST, MOST, "ABRT.source"))
    user_information = value.user_information
    if user_information is not None:
        _user_information = _pack_user_information(user_information)
        content += _HEADS_BE[len(_user_information)] + _user_information
    return content


DialoguePDU = (
    tuple[Literal["aarq"], AARQ]
    | tuple[Literal["aare"], AARE]
    | tuple[Literal["abrt"], ABRT]
)


def _unpack_dialogue_pdu(octets: bytes, at: int, end: int) -> tuple[DialoguePDU, int]:
    if at < end and octets[at] == 0x60:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x60, "aarq")
        try:
            aarq = _unpack_aarq(octets, start, stop)
        except CodecError as error:
            raise inside(error, "aarq") from None
        return ("aarq", aarq), at
    if at < end and octets[at] == 0x61:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x61, "aare")
        try:
            aare = _unpack_aare(octets, start, stop)
        except CodecError as error:
            raise inside(error, "aare") from None
        return ("aare", aare), at
    if at < end and octets[at] == 0x64:
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if size < 0x80 and stop <= end:
            at = stop
        else:
            start, stop, at = header(octets, at, end, 0x64, "abrt")
        try:
            abrt = _unpack_abrt(octets, start, stop)
        except CodecError as error:
            raise inside(error, "abrt") from None
        return ("abrt", abrt), at
    raise missing(octets, at, end, "")


def _pack_dialogue_pdu(value: DialoguePDU) -> bytes:
    if value[0] == "aarq":
        inner = _pack_aarq(value[1])
        return _HEADS_60[len(inner)] + inner
    if value[0] == "aare":
        inner = _pack_aare(value[1])
        return _HEADS_61[len(inner)] + inner
    if value[0] == "abrt":
        inner = _pack_abrt(value[1])
        return _HEADS_64[len(inner)] + inner
    raise CodecError(f"no alternative {value[0]!r}", path="DialoguePDU")


def decode_tc_message(octets: bytes) -> TCMessage:
    """The TCMessage that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        value, at = _unpack_tc_message(octets, at, end)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "TCMessage") from None


def encode_tc_message(value: TCMessage) -> bytes:
    """The encoding of a value of TCMessage."""
    return _pack_tc_message(value)


def decode_unidirectional(octets: bytes) -> Unidirectional:
    """The Unidirectional that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x61 and end < 0x82 and octets[1] == end - 2:
            return _unpack_unidirectional(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x61, "")
        value = _unpack_unidirectional(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "Unidirectional") from None


def encode_unidirectional(value: Unidirectional) -> bytes:
    """The encoding of a value of Unidirectional."""
    inner = _pack_unidirectional(value)
    return _HEADS_61[len(inner)] + inner


def decode_begin(octets: bytes) -> Begin:
    """The Begin that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x62 and end < 0x82 and octets[1] == end - 2:
            return _unpack_begin(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x62, "")
        value = _unpack_begin(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "Begin") from None


def encode_begin(value: Begin) -> bytes:
    """The encoding of a value of Begin."""
    inner = _pack_begin(value)
    return _HEADS_62[len(inner)] + inner


def decode_end(octets: bytes) -> End:
    """The End that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x64 and end < 0x82 and octets[1] == end - 2:
            return _unpack_end(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x64, "")
        value = _unpack_end(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "End") from None


def encode_end(value: End) -> bytes:
    """The encoding of a value of End."""
    inner = _pack_end(value)
    return _HEADS_64[len(inner)] + inner


def decode_continue(octets: bytes) -> Continue:
    """The Continue that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x65 and end < 0x82 and octets[1] == end - 2:
            return _unpack_continue(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x65, "")
        value = _unpack_continue(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "Continue") from None


def encode_continue(value: Continue) -> bytes:
    """The encoding of a value of Continue."""
    inner = _pack_continue(value)
    return _HEADS_65[len(inner)] + inner


def decode_abort(octets: bytes) -> Abort:
    """The Abort that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x67 and end < 0x82 and octets[1] == end - 2:
            return _unpack_abort(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x67, "")
        value = _unpack_abort(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "Abort") from None


def encode_abort(value: Abort) -> bytes:
    """The encoding of a value of Abort."""
    inner = _pack_abort(value)
    return _HEADS_67[len(inner)] + inner


def decode_orig_transaction_id(octets: bytes) -> bytes:
    """The OrigTransactionID that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        size = octets[at + 1]
        stop = at + 2 + size
        if octets[at] == 0x48 and stop <= end and 1 <= size <= 4:
            value = octets[at + 2 : stop]
            at = stop
        else:
            value, at = decode_octet_string(octets, at, end, 0x48, 1, 4, "")
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "OrigTransactionID") from None


def encode_orig_transaction_id(value: bytes) -> bytes:
    """The encoding of a value of OrigTransactionID."""
    if not 1 <= len(value) <= 4:
        raise wrong_size(len(value), 1, 4, "OrigTransactionID")
    return _HEADS_48[len(value)] + value


def decode_dest_transaction_id(octets: bytes) -> bytes:
    """The DestTransactionID that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        size = octets[at + 1]
        stop = at + 2 + size
        if octets[at] == 0x49 and stop <= end and 1 <= size <= 4:
            value = octets[at + 2 : stop]
            at = stop
        else:
            value, at = decode_octet_string(octets, at, end, 0x49, 1, 4, "")
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "DestTransactionID") from None


def encode_dest_transaction_id(value: bytes) -> bytes:
    """The encoding of a value of DestTransactionID."""
    if not 1 <= len(value) <= 4:
        raise wrong_size(len(value), 1, 4, "DestTransactionID")
    return _HEADS_49[len(value)] + value


def decode_component_portion(octets: bytes) -> list[bytes]:
    """The ComponentPortion that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x6C and end < 0x82 and octets[1] == end - 2:
            return _unpack_component_portion(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x6C, "")
        value = _unpack_component_portion(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "ComponentPortion") from None


def encode_component_portion(value: list[bytes]) -> bytes:
    """The encoding of a value of ComponentPortion."""
    inner = _pack_component_portion(value)
    return _HEADS_6C[len(inner)] + inner


def decode_component(octets: bytes) -> Component:
    """The Component that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        value, at = _unpack_component(octets, at, end)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "Component") from None


def encode_component(value: Component) -> bytes:
    """The encoding of a value of Component."""
    return _pack_component(value)


def decode_invoke_id(octets: bytes) -> int:
    """The InvokeID that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        value = octets[at + 2]
        if octets[at] == 0x02 and octets[at + 1] == 1 and at + 3 <= end and value <= 127:
            at += 3
        else:
            value, at = decode_integer(octets, at, end, 0x02, -128, 127, "")
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "InvokeID") from None


def encode_invoke_id(value: int) -> bytes:
    """The encoding of a value of InvokeID."""
    if not -128 <= value <= 127:
        raise out_of_range(value, -128, 127, "InvokeID")
    return b"\x02\x01" + OCTET[value]


def decode_code(octets: bytes) -> Code:
    """The Code that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        value: Code
        value = octets[at + 2]
        if octets[at] == 0x02 and octets[at + 1] == 1 and at + 3 <= end and value <= 127:
            at += 3
        else:
            value, at = _unpack_code(octets, at, end)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "Code") from None


def encode_code(value: Code) -> bytes:
    """The encoding of a value of Code."""
    return ((b"\x02\x01" + OCTET[value] if -128 <= value <= 127 else encode_integer(b"\x02", value, LEAST, MOST, "Code.local")) if isinstance(value, int) else _pack_code(value))


def decode_invoke(octets: bytes) -> Invoke:
    """The Invoke that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0xA1 and end < 0x82 and octets[1] == end - 2:
            return _unpack_invoke(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0xA1, "")
        value = _unpack_invoke(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "Invoke") from None


def encode_invoke(value: Invoke) -> bytes:
    """The encoding of a value of Invoke."""
    inner = _pack_invoke(value)
    return _HEADS_A1[len(inner)] + inner


def decode_return_result_last(octets: bytes) -> ReturnResult:
    """The ReturnResultLast that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0xA2 and end < 0x82 and octets[1] == end - 2:
            return _unpack_return_result(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0xA2, "")
        value = _unpack_return_result(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "ReturnResultLast") from None


def encode_return_result_last(value: ReturnResult) -> bytes:
    """The encoding of a value of ReturnResultLast."""
    inner = _pack_return_result(value)
    return _HEADS_A2[len(inner)] + inner


def decode_return_result_not_last(octets: bytes) -> ReturnResult:
    """The ReturnResultNotLast that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0xA7 and end < 0x82 and octets[1] == end - 2:
            return _unpack_return_result(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0xA7, "")
        value = _unpack_return_result(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "ReturnResultNotLast") from None


def encode_return_result_not_last(value: ReturnResult) -> bytes:
    """The encoding of a value of ReturnResultNotLast."""
    inner = _pack_return_result(value)
    return _HEADS_A7[len(inner)] + inner


def decode_return_result(octets: bytes) -> ReturnResult:
    """The ReturnResult that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_return_result(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_return_result(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "ReturnResult") from None


def encode_return_result(value: ReturnResult) -> bytes:
    """The encoding of a value of ReturnResult."""
    inner = _pack_return_result(value)
    return _HEADS_30[len(inner)] + inner


def decode_return_error(octets: bytes) -> ReturnError:
    """The ReturnError that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0xA3 and end < 0x82 and octets[1] == end - 2:
            return _unpack_return_error(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0xA3, "")
        value = _unpack_return_error(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "ReturnError") from None


def encode_return_error(value: ReturnError) -> bytes:
    """The encoding of a value of ReturnError."""
    inner = _pack_return_error(value)
    return _HEADS_A3[len(inner)] + inner


def decode_reject(octets: bytes) -> Reject:
    """The Reject that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0xA4 and end < 0x82 and octets[1] == end - 2:
            return _unpack_reject(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0xA4, "")
        value = _unpack_reject(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "Reject") from None


def encode_reject(value: Reject) -> bytes:
    """The encoding of a value of Reject."""
    inner = _pack_reject(value)
    return _HEADS_A4[len(inner)] + inner


def decode_dialogue_portion(octets: bytes) -> bytes:
    """The DialoguePortion that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        size = octets[at + 1]
        start = at + 2
        stop = start + size
        if octets[at] == 0x6B and size < 0x80 and stop <= end and octets[start + 1] == size - 2 and octets[start] in PLAIN:
            value = octets[start:stop]
            at = stop
        else:
            start, stop, after = header(octets, at, end, 0x6B, "")
            value, at = decode_any(octets, start, stop, "")
            if at != stop:
                raise inside(excess(at, stop), "")
            at = after
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "DialoguePortion") from None


def encode_dialogue_portion(value: bytes) -> bytes:
    """The encoding of a value of DialoguePortion."""
    inner = (value if SIZES.get(len(value)) == value[1:2] and value[0] in PLAIN else one_value(value, "DialoguePortion"))
    return _HEADS_6B[len(inner)] + inner


def decode_external(octets: bytes) -> External:
    """The External that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x28 and end < 0x82 and octets[1] == end - 2:
            return _unpack_external(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x28, "")
        value = _unpack_external(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "External") from None


def encode_external(value: External) -> bytes:
    """The encoding of a value of External."""
    inner = _pack_external(value)
    return _HEADS_28[len(inner)] + inner


def decode_user_information(octets: bytes) -> list[External]:
    """The UserInformation that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0xBE and end < 0x82 and octets[1] == end - 2:
            return _unpack_user_information(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0xBE, "")
        value = _unpack_user_information(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "UserInformation") from None


def encode_user_information(value: list[External]) -> bytes:
    """The encoding of a value of UserInformation."""
    inner = _pack_user_information(value)
    return _HEADS_BE[len(inner)] + inner


def decode_dialogue_pdu(octets: bytes) -> DialoguePDU:
    """The DialoguePDU that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        value, at = _unpack_dialogue_pdu(octets, at, end)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "DialoguePDU") from None


def encode_dialogue_pdu(value: DialoguePDU) -> bytes:
    """The encoding of a value of DialoguePDU."""
    return _pack_dialogue_pdu(value)


def decode_protocol_version(octets: bytes) -> Bits:
    """The ProtocolVersion that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        at = 0
        value, at = decode_bit_string(octets, at, end, 0x80, "")
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "ProtocolVersion") from None


def encode_protocol_version(value: Bits) -> bytes:
    """The encoding of a value of ProtocolVersion."""
    return encode_bit_string(b"\x80", value, "ProtocolVersion")


def decode_aarq(octets: bytes) -> AARQ:
    """The AARQ that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_aarq(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_aarq(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "AARQ") from None


def encode_aarq(value: AARQ) -> bytes:
    """The encoding of a value of AARQ."""
    inner = _pack_aarq(value)
    return _HEADS_30[len(inner)] + inner


def decode_aare(octets: bytes) -> AARE:
    """The AARE that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_aare(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_aare(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "AARE") from None


def encode_aare(value: AARE) -> bytes:
    """The encoding of a value of AARE."""
    inner = _pack_aare(value)
    return _HEADS_30[len(inner)] + inner


def decode_abrt(octets: bytes) -> ABRT:
    """The ABRT that fills `octets`."""
    end = len(octets)
    octets += PADDING
    try:
        if octets[0] == 0x30 and end < 0x82 and octets[1] == end - 2:
            return _unpack_abrt(octets, 2, end)
        start, stop, at = header(octets, 0, end, 0x30, "")
        value = _unpack_abrt(octets, start, stop)
        if at != end:
            raise excess(at, end)
        return value
    except CodecError as error:
        raise inside(error, "ABRT") from None


def encode_abrt(value: ABRT) -> bytes:
    """The encoding of a value of ABRT."""
    inner = _pack_abrt(value)
    return _HEADS_30[len(inner)] + inner
