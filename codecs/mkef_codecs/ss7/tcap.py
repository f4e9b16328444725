"""TCAP messages (ITU-T Q.773 clause 3.1)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from mkef_codecs.errors import CodecError
from mkef_codecs.generated import mkef_tcap as asn1
from mkef_codecs.ss7.ber import INDEFINITE, PADDING, header
from mkef_codecs.ss7.component import Component, decode_component, encode_component
from mkef_codecs.ss7.dialogue import (
    Dialogue,
    DialogueAbort,
    DialogueRequest,
    DialogueResponse,
    decode_portion,
    encode_portion,
)

MAX_COMPONENTS = 16
MESSAGE_TYPES = frozenset({b"\x61", b"\x62", b"\x64", b"\x65", b"\x67"})
_OTID, _DTID = 0x48, 0x49


class AbortCause(IntEnum):
    """P-AbortCause: why TCAP itself gives a transaction up."""

    UNRECOGNIZED_MESSAGE_TYPE = 0
    UNRECOGNIZED_TRANSACTION_ID = 1
    BADLY_FORMATTED_TRANSACTION_PORTION = 2
    INCORRECT_TRANSACTION_PORTION = 3
    RESOURCE_LIMITATION = 4


@dataclass(slots=True)
class Unidirectional:
    """Components outside of any transaction; its dialogue portion is not used."""

    components: tuple[Component, ...] = ()


@dataclass(slots=True)
class Begin:
    """The first message of a transaction; ids have 1 to 4 octets."""

    otid: bytes
    dialogue: DialogueRequest | None = None
    components: tuple[Component, ...] = ()


@dataclass(slots=True)
class Continue:
    """Neither the first nor the last message of a transaction."""

    otid: bytes
    dtid: bytes
    dialogue: DialogueResponse | None = None
    components: tuple[Component, ...] = ()


@dataclass(slots=True)
class End:
    """The last message of a transaction."""

    dtid: bytes
    dialogue: DialogueResponse | None = None
    components: tuple[Component, ...] = ()


@dataclass(slots=True)
class Abort:
    """A transaction that ends badly: by TCAP with a cause, or by its user."""

    dtid: bytes
    cause: int | None = None
    dialogue: DialogueResponse | DialogueAbort | None = None


Message = Unidirectional | Begin | Continue | End | Abort


class BadMessage(CodecError):
    """A message that does not decode, with the transaction ids that could still be read."""

    def __init__(self, error: CodecError, otid: bytes | None, dtid: bytes | None) -> None:
        super().__init__(error.problem, offset=error.offset, path=error.path)
        self.otid = otid
        self.dtid = dtid


def encode(message: Message) -> bytes:
    """The octets of a message."""
    return asn1.encode_tc_message(_ENCODERS[type(message)](message))


def decode(octets: bytes) -> Message:
    """The message of some octets; a bad component is Malformed, anything else a BadMessage."""
    try:
        kind, value = asn1.decode_tc_message(octets)
        message: Message = _DECODERS[kind](value)
    except CodecError as error:
        ids = _transaction_ids(octets)
        raise BadMessage(error, ids.get(_OTID), ids.get(_DTID)) from None
    return message


def _transaction_ids(octets: bytes) -> dict[int, bytes]:
    """Whatever stands where ids stand, by tag, so that a bad message can be answered."""
    found: dict[int, bytes] = {}
    end = len(octets)
    octets += PADDING
    # The length of the message may be what is bad about it: it is passed over, not believed.
    at = 2 + (octets[1] & 0x7F if octets[1] > INDEFINITE else 0)
    with contextlib.suppress(CodecError):  # what was found until then is what there is
        while at < end and len(found) < 2:
            identifier = octets[at]
            start, stop, at = header(octets, at, end, identifier, "")
            if not 1 <= stop - start <= 4:
                break
            found[identifier] = octets[start:stop]
    return found


def _portion(dialogue: Dialogue | None) -> bytes | None:
    return encode_portion(dialogue) if dialogue is not None else None


def _encoded(components: tuple[Component, ...]) -> list[bytes] | None:
    return list(map(encode_component, components)) or None


def _encode_unidirectional(m: Unidirectional) -> asn1.TCMessage:
    return "unidirectional", asn1.Unidirectional(_encoded(m.components) or [])


def _encode_begin(m: Begin) -> asn1.TCMessage:
    return "begin", asn1.Begin(m.otid, _portion(m.dialogue), _encoded(m.components))


def _encode_continue(m: Continue) -> asn1.TCMessage:
    components = _encoded(m.components)
    return "continue", asn1.Continue(m.otid, m.dtid, _portion(m.dialogue), components)


def _encode_end(m: End) -> asn1.TCMessage:
    return "end", asn1.End(m.dtid, _portion(m.dialogue), _encoded(m.components))


def _encode_abort(m: Abort) -> asn1.TCMessage:
    reason: asn1.AbortReason | None = None
    if m.cause is not None:
        reason = ("p-abortCause", m.cause)
    elif m.dialogue is not None:
        reason = ("u-abortCause", encode_portion(m.dialogue))
    return "abort", asn1.Abort(m.dtid, reason)


_ENCODERS: dict[type, Callable[[Any], asn1.TCMessage]] = {
    Unidirectional: _encode_unidirectional,
    Begin: _encode_begin,
    Continue: _encode_continue,
    End: _encode_end,
    Abort: _encode_abort,
}


def _components(components: list[bytes] | None) -> tuple[Component, ...]:
    if components is None:
        return ()
    if len(components) > MAX_COMPONENTS:
        raise CodecError(f"{len(components)} components", path="componentPortion")
    return tuple(map(decode_component, components))


def _dialogue(portion: bytes | None, *wanted: type[Dialogue]) -> Any:
    if portion is None:
        return None
    dialogue = decode_portion(portion)
    if not isinstance(dialogue, wanted):
        raise CodecError("a dialogue PDU of another message", path="dialoguePortion")
    return dialogue


def _decode_unidirectional(value: asn1.Unidirectional) -> Message:
    return Unidirectional(_components(value.components))


def _decode_begin(value: asn1.Begin) -> Message:
    request: DialogueRequest | None = _dialogue(value.dialogue_portion, DialogueRequest)
    return Begin(value.otid, request, _components(value.components))


def _decode_continue(value: asn1.Continue) -> Message:
    response: DialogueResponse | None = _dialogue(value.dialogue_portion, DialogueResponse)
    return Continue(value.otid, value.dtid, response, _components(value.components))


def _decode_end(value: asn1.End) -> Message:
    response: DialogueResponse | None = _dialogue(value.dialogue_portion, DialogueResponse)
    return End(value.dtid, response, _components(value.components))


def _decode_abort(value: asn1.Abort) -> Message:
    reason = value.reason
    if reason is None:
        return Abort(value.dtid)
    if reason[0] == "p-abortCause":
        return Abort(value.dtid, cause=reason[1])
    return Abort(value.dtid, dialogue=_dialogue(reason[1], DialogueResponse, DialogueAbort))


_DECODERS: dict[str, Callable[[Any], Message]] = {
    "unidirectional": _decode_unidirectional,
    "begin": _decode_begin,
    "continue": _decode_continue,
    "end": _decode_end,
    "abort": _decode_abort,
}
