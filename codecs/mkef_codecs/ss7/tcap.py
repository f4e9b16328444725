"""TCAP messages (ITU-T Q.773 clause 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from mkef_codecs.errors import CodecError
from mkef_codecs.generated.asn1 import MKEF_TCAP
from mkef_codecs.reader import Reader
from mkef_codecs.ss7.asn1 import Asn1Type, open_octets, open_value
from mkef_codecs.ss7.ber import take_header, take_value
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
_OTID, _DTID = b"\x48", b"\x49"
_MESSAGE = Asn1Type("TCMessage", MKEF_TCAP.TCMessage)


class AbortCause(IntEnum):
    """P-AbortCause: why TCAP itself gives a transaction up."""

    UNRECOGNIZED_MESSAGE_TYPE = 0
    UNRECOGNIZED_TRANSACTION_ID = 1
    BADLY_FORMATTED_TRANSACTION_PORTION = 2
    INCORRECT_TRANSACTION_PORTION = 3
    RESOURCE_LIMITATION = 4


@dataclass(frozen=True, slots=True)
class Unidirectional:
    """Components outside of any transaction; its dialogue portion is not used."""

    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
class Begin:
    """The first message of a transaction; ids have 1 to 4 octets."""

    otid: bytes
    dialogue: DialogueRequest | None = None
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
class Continue:
    """Neither the first nor the last message of a transaction."""

    otid: bytes
    dtid: bytes
    dialogue: DialogueResponse | None = None
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """The last message of a transaction."""

    dtid: bytes
    dialogue: DialogueResponse | None = None
    components: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
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
    return _MESSAGE.encode(_ENCODERS[type(message)](message))


def decode(octets: bytes) -> Message:
    """The message of some octets; a bad component is Malformed, anything else a BadMessage."""
    try:
        kind, value = _MESSAGE.decode(octets)
        message: Message = _DECODERS[kind](value)
    except CodecError as error:
        ids = _transaction_ids(octets)
        raise BadMessage(error, ids.get(_OTID), ids.get(_DTID)) from None
    return message


def _transaction_ids(octets: bytes) -> dict[bytes, bytes]:
    """Whatever stands where ids stand, by tag, so that a bad message can be answered."""
    reader = Reader(octets)
    found: dict[bytes, bytes] = {}
    try:
        take_header(reader)
        for _ in range(2):
            identifier, content = take_value(reader)
            if 1 <= len(content) <= 4:
                found[identifier] = content
    except CodecError:
        pass  # what was found until here is what there is
    return found


def _portions(
    dialogue: Dialogue | None, components: tuple[Component, ...]
) -> dict[str, dict[str, Any] | list[Any]]:
    value: dict[str, dict[str, Any] | list[Any]] = {}
    if dialogue is not None:
        value["dialoguePortion"] = encode_portion(dialogue)
    if components:
        value["components"] = [open_value(encode_component(c)) for c in components]
    return value


def _encode_abort(message: Abort) -> tuple[str, Any]:
    value: dict[str, Any] = {"dtid": message.dtid}
    if message.cause is not None:
        value["reason"] = ("p-abortCause", message.cause)
    elif message.dialogue is not None:
        value["reason"] = ("u-abortCause", encode_portion(message.dialogue))
    return "abort", value


_ENCODERS: dict[type, Any] = {
    Unidirectional: lambda m: ("unidirectional", _portions(None, m.components)),
    Begin: lambda m: ("begin", {"otid": m.otid, **_portions(m.dialogue, m.components)}),
    Continue: lambda m: (
        "continue",
        {"otid": m.otid, "dtid": m.dtid, **_portions(m.dialogue, m.components)},
    ),
    End: lambda m: ("end", {"dtid": m.dtid, **_portions(m.dialogue, m.components)}),
    Abort: _encode_abort,
}


def _components(value: dict[str, Any]) -> tuple[Component, ...]:
    components = value.get("components", ())
    if len(components) > MAX_COMPONENTS:
        raise CodecError(f"{len(components)} components", path="componentPortion")
    return tuple(decode_component(open_octets(c)) for c in components)


def _dialogue(portion: dict[str, Any] | None, *wanted: type[Dialogue]) -> Any:
    if portion is None:
        return None
    dialogue = decode_portion(portion)
    if not isinstance(dialogue, wanted):
        raise CodecError("a dialogue PDU of another message", path="dialoguePortion")
    return dialogue


def _request(value: dict[str, Any]) -> DialogueRequest | None:
    request: DialogueRequest | None = _dialogue(value.get("dialoguePortion"), DialogueRequest)
    return request


def _response(value: dict[str, Any]) -> DialogueResponse | None:
    response: DialogueResponse | None = _dialogue(value.get("dialoguePortion"), DialogueResponse)
    return response


def _decode_abort(value: dict[str, Any]) -> Abort:
    kind, reason = value.get("reason", (None, None))
    if kind == "p-abortCause":
        return Abort(value["dtid"], cause=reason)
    return Abort(value["dtid"], dialogue=_dialogue(reason, DialogueResponse, DialogueAbort))


_DECODERS: dict[str, Any] = {
    "unidirectional": lambda v: Unidirectional(_components(v)),
    "begin": lambda v: Begin(v["otid"], _request(v), _components(v)),
    "continue": lambda v: Continue(v["otid"], v["dtid"], _response(v), _components(v)),
    "end": lambda v: End(v["dtid"], _response(v), _components(v)),
    "abort": _decode_abort,
}
