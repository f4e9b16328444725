"""TCAP messages (ITU-T Q.773 clause 3.1)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache
from typing import Any, TypeVar

from mkef_codecs.errors import CodecError
from mkef_codecs.form import Form, Forms
from mkef_codecs.generated import mkef_tcap as asn1
from mkef_codecs.ss7.ber import INDEFINITE, OCTET, PADDING, header
from mkef_codecs.ss7.component import (
    Code,
    Component,
    decode_component,
    encode_component,
    usual_parameter,
)
from mkef_codecs.ss7.dialogue import (
    ALTERNATIVES,
    DialogueAbort,
    DialogueRequest,
    DialogueResponse,
    UserInformation,
    decode_portion,
    encode_portion,
)
from mkef_codecs.ss7.primitives import blank, is_one_value
from mkef_codecs.ss7.value import Located, Value

MESSAGE_TYPES = frozenset({b"\x61", b"\x62", b"\x64", b"\x65", b"\x67"})
_OTID, _DTID = 0x48, 0x49

T = TypeVar("T")


class AbortCause(IntEnum):
    """P-AbortCause: why TCAP itself gives a transaction up."""

    UNRECOGNIZED_MESSAGE_TYPE = 0
    UNRECOGNIZED_TRANSACTION_ID = 1
    BADLY_FORMATTED_TRANSACTION_PORTION = 2
    INCORRECT_TRANSACTION_PORTION = 3
    RESOURCE_LIMITATION = 4


class Unidirectional(Value):
    """Components outside of any transaction; its dialogue portion is not used."""

    components: tuple[Component, ...] = ()


class Begin(Located):
    """The first message of a transaction; ids have 1 to 4 octets.

    `dialogue_at`, here and below, is where a dialogue portion that was received stood.
    """

    otid: bytes
    dialogue: DialogueRequest | None = None
    components: tuple[Component, ...] = ()
    dialogue_at: int = 0


class Continue(Located):
    """Neither the first nor the last message of a transaction."""

    otid: bytes
    dtid: bytes
    dialogue: DialogueResponse | None = None
    components: tuple[Component, ...] = ()
    dialogue_at: int = 0


class End(Located):
    """The last message of a transaction."""

    dtid: bytes
    dialogue: DialogueResponse | None = None
    components: tuple[Component, ...] = ()
    dialogue_at: int = 0


class Abort(Located):
    """A transaction that ends badly: by TCAP with a cause, or by its user."""

    dtid: bytes
    cause: int | None = None
    dialogue: DialogueResponse | DialogueAbort | None = None
    dialogue_at: int = 0


Message = Unidirectional | Begin | Continue | End | Abort


class BadMessage(CodecError):
    """A message that does not decode, with the transaction ids that could still be read."""

    def __init__(self, error: CodecError, otid: bytes | None, dtid: bytes | None) -> None:
        super().__init__(error.problem, offset=error.offset, path=error.path)
        self.otid = otid
        self.dtid = dtid


def encode(message: Message) -> bytes:
    """The octets of a message."""
    return _ENCODERS[type(message)](message)


def decode(octets: bytes) -> Message:
    """The message of some octets; a bad component is Malformed, anything else a BadMessage."""
    message = FORMS.read(octets)
    if message is not None:
        return message
    try:
        return _DECODERS.get(octets[:1], _decode_nothing)(octets)
    except CodecError as error:
        ids = _transaction_ids(octets)
        raise BadMessage(error, ids.get(_OTID), ids.get(_DTID)) from None


def read_user_information(
    message: Begin | Continue | End | Abort, decode: Callable[[tuple[UserInformation, ...]], T]
) -> T | None:
    """What `decode` makes of the user information in a dialogue portion, None if there is none.

    Its errors say where in the whole message they are.
    """
    dialogue = message.dialogue
    if dialogue is None:
        return None
    try:
        return decode(dialogue.user_information)
    except CodecError as error:
        path = f"External.value.DialoguePDU.{ALTERNATIVES[type(dialogue)]}"
        path = f"{_portion_path(type(message))}.{path}"
        raise error.within(message.dialogue_at, path) from None


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


def _encode_unidirectional(m: Unidirectional) -> bytes:
    components = list(map(encode_component, m.components))
    return asn1.encode_unidirectional(asn1.Unidirectional(components))


def _encode_begin(m: Begin) -> bytes:
    return _encode(m, m.otid)


def _encode_continue(m: Continue) -> bytes:
    portion = None if m.dialogue is None else encode_portion(m.dialogue)
    components = list(map(encode_component, m.components))
    return asn1.encode_continue(asn1.Continue(m.otid, m.dtid, portion, components or None))


def _encode_end(m: End) -> bytes:
    return _encode(m, m.dtid)


def _encode(message: Begin | End, own: bytes) -> bytes:
    dialogue, components = message.dialogue, message.components
    portion = None if dialogue is None else dialogue.octets or encode_portion(dialogue)
    if len(components) == 1:
        c: Any = components[0]
        parameter = usual_parameter(c)
        if parameter is not None:
            component: type = type(c)
            size = len(parameter)
            form = _form(type(message), len(own), portion, component, c.opcode, size)
            return form.write((own, OCTET[c.invoke_id], parameter))
    kind, write = _WRITERS[type(message)]
    return write(kind(own, portion, list(map(encode_component, components)) or None))


# What encodes a message that may have a form.
_WRITERS: dict[type[Begin | End], tuple[Callable[..., Any], Callable[[Any], bytes]]] = {
    Begin: (asn1.Begin, asn1.encode_begin),
    End: (asn1.End, asn1.encode_end),
}


# Messages with one component that carries a parameter differ in their id, its invoke id and that
# parameter: the octets around these are written once.
@lru_cache(maxsize=1024)
def _form(
    kind: type[Begin | End],
    id_size: int,
    portion: bytes | None,
    component: type,
    opcode: Code,
    size: int,
) -> Form:
    """A message with places for an id and a parameter, whose sizes are given, and the invoke id."""
    last = encode_component(component(0, opcode, blank(size)))
    value, write = _WRITERS[kind]
    octets = write(value(bytes(id_size), portion, [last]))
    end = len(octets)
    at, _, _ = header(octets, 0, end, octets[0], "")
    start, stop, _ = header(octets, at, end, octets[at], "")
    invoke_id_at = end - len(last) + last.index(b"\x02\x01\x00") + 2
    return Form(octets, ((start, stop), (invoke_id_at, invoke_id_at + 1), (end - size, end)))


class _Known(Value):
    """How a message is read: by its form and what that stands for."""

    form: Form
    kind: type[Begin | End]
    dialogue: Any
    dialogue_at: int
    component: type
    opcode: Code
    parameter_at: int

    def read(self, octets: bytes) -> Message | None:
        """The message, None if the octets are of another form."""
        values = self.form.read(octets)
        if values is None:
            return None
        own, invoke_id, parameter = values
        if not is_one_value(parameter):
            return None
        number, path = invoke_id[0], _PATHS[self.kind][0]
        if number > 127:
            number -= 256
        component = self.component(number, self.opcode, parameter, self.parameter_at, path)
        return self.kind(own, self.dialogue, (component,), self.dialogue_at)


FORMS: Forms[Message] = Forms()


def _learn(octets: bytes, message: Begin | End, own: bytes, portion: bytes | None) -> None:
    """Remember how a message was read, if the next one may be of the same form."""
    components = message.components
    if len(components) != 1:
        return
    c: Any = components[0]
    parameter = usual_parameter(c)
    if parameter is None:
        return
    component: type = type(c)
    likeness = type(message), len(own), portion, component, c.opcode, len(parameter)

    def known() -> _Known | None:
        form = _form(*likeness)
        if form.write((own, OCTET[c.invoke_id], parameter)) != octets:
            return None  # it was not written as we would
        dialogue, at = message.dialogue, message.dialogue_at
        return _Known(form, type(message), dialogue, at, component, c.opcode, c.parameter_at)

    FORMS.learn(octets, likeness, known)


def _encode_abort(m: Abort) -> bytes:
    reason: asn1.AbortReason | None = None
    if m.cause is not None:
        reason = ("p-abortCause", m.cause)
    elif m.dialogue is not None:
        reason = ("u-abortCause", asn1.AbortReasonUAbortCause(encode_portion(m.dialogue)))
    return asn1.encode_abort(asn1.Abort(m.dtid, reason))


_ENCODERS: dict[type, Callable[[Any], bytes]] = {
    Unidirectional: _encode_unidirectional,
    Begin: _encode_begin,
    Continue: _encode_continue,
    End: _encode_end,
    Abort: _encode_abort,
}


def _portion_path(kind: type) -> str:
    return f"{kind.__name__}.{'reason.u-abortCause' if kind is Abort else 'dialoguePortion'}"


# The path of each component that a message may have.
_PATHS: dict[type, tuple[str, ...]] = {
    kind: tuple(f"{kind.__name__}.components.{index}" for index in range(16))
    for kind in (Unidirectional, Begin, Continue, End)
}


def _components(components: list[bytes] | None, at: int, kind: type) -> tuple[Component, ...]:
    if components is None:
        return ()
    found: list[Component] = []
    for octets, path in zip(components, _PATHS[kind], strict=False):
        found.append(decode_component(octets, at, path))
        at += len(octets)
    return tuple(found)


def _dialogue(portion: bytes, at: int, kind: type, wanted: tuple[type, ...]) -> Any:
    try:
        dialogue = decode_portion(portion)
    except CodecError as error:
        raise error.within(at, _portion_path(kind)) from None
    if not isinstance(dialogue, wanted):
        problem = "a dialogue PDU of another message"
        raise CodecError(problem, offset=at, path=_portion_path(kind))
    return dialogue


_REQUESTS, _RESPONSES = (DialogueRequest,), (DialogueResponse,)
_ABORTS = (DialogueResponse, DialogueAbort)


def _decode_unidirectional(octets: bytes) -> Unidirectional:
    v = asn1.decode_unidirectional(octets)
    return Unidirectional(_components(v.components, v.components_at, Unidirectional))


def _decode_begin(octets: bytes) -> Begin:
    v = asn1.decode_begin(octets)
    portion, at = v.dialogue_portion, v.dialogue_portion_at
    request = None if portion is None else _dialogue(portion, at, Begin, _REQUESTS)
    message = Begin(v.otid, request, _components(v.components, v.components_at, Begin), at)
    _learn(octets, message, v.otid, portion)
    return message


def _decode_continue(octets: bytes) -> Continue:
    v = asn1.decode_continue(octets)
    portion, at = v.dialogue_portion, v.dialogue_portion_at
    response = None if portion is None else _dialogue(portion, at, Continue, _RESPONSES)
    components = _components(v.components, v.components_at, Continue)
    return Continue(v.otid, v.dtid, response, components, at)


def _decode_end(octets: bytes) -> End:
    v = asn1.decode_end(octets)
    portion, at = v.dialogue_portion, v.dialogue_portion_at
    response = None if portion is None else _dialogue(portion, at, End, _RESPONSES)
    message = End(v.dtid, response, _components(v.components, v.components_at, End), at)
    _learn(octets, message, v.dtid, portion)
    return message


def _decode_abort(octets: bytes) -> Abort:
    v = asn1.decode_abort(octets)
    reason = v.reason
    if reason is None:
        return Abort(v.dtid)
    if reason[0] == "p-abortCause":
        return Abort(v.dtid, cause=reason[1])
    portion, at = reason[1].external, reason[1].external_at
    return Abort(v.dtid, dialogue=_dialogue(portion, at, Abort, _ABORTS), dialogue_at=at)


def _decode_nothing(octets: bytes) -> Message:
    found = f"a tag 0x{octets[0]:02x}" if octets else "nothing"
    raise CodecError(f"{found} where a message of TCAP begins", offset=0, path="TCMessage")


# By the tag that each begins with.
_DECODERS: dict[bytes, Callable[[bytes], Message]] = {
    b"\x61": _decode_unidirectional,
    b"\x62": _decode_begin,
    b"\x64": _decode_end,
    b"\x65": _decode_continue,
    b"\x67": _decode_abort,
}
