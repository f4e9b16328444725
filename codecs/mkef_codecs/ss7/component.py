"""TCAP components: operations called, their results, errors and rejects (ITU-T Q.773 3.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import lru_cache
from typing import Any, ClassVar, TypeVar, cast

from msgspec import Struct

from mkef_codecs.errors import CodecError
from mkef_codecs.form import Form, Forms
from mkef_codecs.generated import mkef_tcap as asn1
from mkef_codecs.ss7.ber import OCTET, Oid
from mkef_codecs.ss7.primitives import is_one_value
from mkef_codecs.ss7.value import Located, Value

T = TypeVar("T")

Code = int | Oid  # a local or a global operation or error


class Problem(Enum):
    """What a Reject rejects; the values are the ASN.1 alternatives."""

    GENERAL = "general"
    INVOKE = "invoke"
    RETURN_RESULT = "returnResult"
    RETURN_ERROR = "returnError"


class GeneralProblem(IntEnum):
    """Of Problem.GENERAL."""

    UNRECOGNIZED_COMPONENT = 0
    MISTYPED_COMPONENT = 1
    BADLY_STRUCTURED_COMPONENT = 2


class InvokeProblem(IntEnum):
    """Of Problem.INVOKE."""

    DUPLICATE_INVOKE_ID = 0
    UNRECOGNIZED_OPERATION = 1
    MISTYPED_PARAMETER = 2
    RESOURCE_LIMITATION = 3
    INITIATING_RELEASE = 4
    UNRECOGNIZED_LINKED_ID = 5
    LINKED_RESPONSE_UNEXPECTED = 6
    UNEXPECTED_LINKED_OPERATION = 7


class ReturnResultProblem(IntEnum):
    """Of Problem.RETURN_RESULT."""

    UNRECOGNIZED_INVOKE_ID = 0
    RETURN_RESULT_UNEXPECTED = 1
    MISTYPED_PARAMETER = 2


class ReturnErrorProblem(IntEnum):
    """Of Problem.RETURN_ERROR."""

    UNRECOGNIZED_INVOKE_ID = 0
    RETURN_ERROR_UNEXPECTED = 1
    UNRECOGNIZED_ERROR = 2
    UNEXPECTED_ERROR = 3
    MISTYPED_PARAMETER = 4


# Parameters are one encoded value each. What decodes them is told by the operation, so a component
# that was received says where it, and the parameter in it, stood in the message (read_parameter).


class Invoke(Located):
    """An operation called."""

    invoke_id: int
    opcode: Code
    parameter: bytes | None = None
    parameter_at: int = 0
    path: str = ""
    linked_id: int | None = None


class ReturnResult(Located):
    """An operation's result, whole or (`last` false) a part; no opcode, no parameter."""

    invoke_id: int
    opcode: Code | None = None
    parameter: bytes | None = None
    parameter_at: int = 0
    path: str = ""
    last: bool = True

    @property
    def result(self) -> ReturnResult | None:
        """Itself if there is a result: where the encoder looks for opcode and parameter."""
        return None if self.opcode is None else self


class ReturnError(Located):
    """An operation's error: always the last that is said of it, which names no operation."""

    last: ClassVar[bool] = True
    opcode: ClassVar[None] = None

    invoke_id: int
    code: Code
    parameter: bytes | None = None
    parameter_at: int = 0
    path: str = ""


class Reject(Struct):
    """A component that was not accepted; no invoke id where it could not be read."""

    invoke_id: int | None
    problem: Problem
    number: int


@dataclass(slots=True)
class Malformed:
    """A component that does not decode, the Reject that answers it, and what is wrong with it."""

    answer: Reject
    error: CodecError | None = field(default=None, compare=False)


Component = Invoke | ReturnResult | ReturnError | Reject | Malformed


def encode_component(component: Component) -> bytes:
    """The octets of one component."""
    return _ENCODERS[type(component)](component)


def decode_component(octets: bytes, at: int = 0, path: str = "") -> Component:
    """The component of one encoded value, Malformed with its answer if it is none.

    `at` and `path` are where it stands in a message.
    """
    component = decode_usual(octets, at, path)
    if component is not None:
        return component
    decoder = _DECODERS.get(octets[:1])
    try:
        if decoder is not None:
            return decoder(octets, at, path)
    except CodecError as error:
        answer = Reject(None, Problem.GENERAL, GeneralProblem.MISTYPED_COMPONENT)
        return Malformed(answer, error.within(at, path))
    answer = Reject(None, Problem.GENERAL, GeneralProblem.UNRECOGNIZED_COMPONENT)
    return Malformed(answer, CodecError("no component", offset=at, path=path))


def decode_usual(octets: bytes, at: int, path: str) -> Component | None:
    """The component of some octets where its form is known, else None."""
    known = FORMS.known.get(len(octets))
    return None if known is None else known.read(octets, at, path)


def read_parameter(component: Invoke | ReturnResult | ReturnError, decode: Callable[[Any], T]) -> T:
    """What `decode` makes of a parameter; its errors say where in the whole message they are."""
    try:
        return decode(component.parameter)
    except CodecError as error:
        name = _NAMES[type(component)]
        if isinstance(component, ReturnResult):
            name = f"{name}{'Last' if component.last else 'NotLast'}.result"
        error.within(component.parameter_at, f"{name}.parameter")
        raise error.within(0, component.path) from None


_NAMES: dict[type, str] = {each: each.__name__ for each in (Invoke, ReturnResult, ReturnError)}


def _encode_invoke(c: Invoke) -> bytes:
    return _write(c) if c.linked_id is None and _is_usual(c) else _WRITERS[Invoke](c)


def _encode_result(c: ReturnResult) -> bytes:
    if c.opcode is not None and c.parameter is None:
        raise CodecError("a result without a parameter has no opcode", path="ReturnResult")
    if not c.last:
        return asn1.encode_return_result_not_last(cast("Any", c))
    usual = c.opcode is not None and _is_usual(c)
    return _write(c) if usual else _WRITERS[ReturnResult](c)


def _encode_reject(c: Reject) -> bytes:
    invoke_id: asn1.RejectInvokeID = ("notDerivable", None)
    if c.invoke_id is not None:
        invoke_id = ("derivable", c.invoke_id)
    problem = cast("asn1.RejectProblem", (c.problem.value, c.number))
    return asn1.encode_reject(asn1.Reject(invoke_id, problem))


def _encode_malformed(_component: Malformed) -> bytes:
    raise CodecError("a malformed component is not sent", path="Component")


_ENCODERS: dict[type, Callable[[Any], bytes]] = {
    Invoke: _encode_invoke,
    ReturnResult: _encode_result,
    ReturnError: asn1.encode_return_error,
    Reject: _encode_reject,
    Malformed: _encode_malformed,
}


# What writes each component that may have a form; ours have the attributes of the generated ones.
_WRITERS: dict[type, Callable[[Any], bytes]] = {
    Invoke: asn1.encode_invoke,
    ReturnResult: asn1.encode_return_result_last,
}


def _is_usual(component: Invoke | ReturnResult) -> bool:
    """Whether there is a parameter, which is one value, and its length and invoke id an octet."""
    parameter = component.parameter
    return parameter is not None and is_one_value(parameter) and -128 <= component.invoke_id <= 127


# Such components differ in their invoke id and parameter: the octets around them are written once.
@lru_cache(maxsize=256)
def _form(kind: type[Invoke | ReturnResult], opcode: Code, size: int) -> Form:
    """A component with places for its invoke id and a parameter of some octets."""
    octets = _WRITERS[kind](kind(0, opcode, b"\x04" + OCTET[size - 2] + bytes(size - 2)))
    at, end = octets.index(b"\x02\x01\x00") + 2, len(octets)
    return Form(octets, ((at, at + 1), (end - size, end)))


def _write(c: Any) -> bytes:  # which is usual
    kind: type[Invoke | ReturnResult] = type(c)
    parameter = c.parameter
    return _form(kind, c.opcode, len(parameter)).write((OCTET[c.invoke_id], parameter))


class _Known(Value):
    """How a component is read: by its form and what that stands for."""

    form: Form
    kind: type[Invoke | ReturnResult]
    opcode: Code
    parameter_at: int

    def read(self, octets: bytes, at: int, path: str) -> Component | None:
        """The component, None if the octets are of another form."""
        values = self.form.read(octets)
        if values is None:
            return None
        invoke_id, parameter = values
        if not is_one_value(parameter):
            return None
        number = invoke_id[0]
        if number > 127:
            number -= 256
        return self.kind(number, self.opcode, parameter, at + self.parameter_at, path)


FORMS: Forms[_Known] = Forms()


def _learn(octets: bytes, component: Invoke | ReturnResult) -> None:
    """Remember how a component was read, if the next one may be of the same form."""
    kind, opcode, parameter = type(component), component.opcode, component.parameter
    if opcode is None or parameter is None or not _is_usual(component):
        return
    likeness = kind, opcode, len(parameter)

    def known() -> _Known | None:
        if _write(component) != octets:  # it was not written as we would
            return None
        return _Known(_form(*likeness), kind, opcode, len(octets) - len(parameter))

    FORMS.learn(octets, likeness, known)


def _decode_invoke(octets: bytes, at: int, path: str) -> Invoke:
    v = asn1.decode_invoke(octets)
    at += v.parameter_at
    invoke = Invoke(v.invoke_id, v.opcode, v.parameter, at, path, v.linked_id)
    if invoke.linked_id is None:
        _learn(octets, invoke)
    return invoke


def _decode_last(octets: bytes, at: int, path: str) -> ReturnResult:
    v = asn1.decode_return_result_last(octets)
    r = v.result
    if r is None:
        return ReturnResult(v.invoke_id)
    at += r.parameter_at
    result = ReturnResult(v.invoke_id, r.opcode, r.parameter, at, path)
    _learn(octets, result)
    return result


def _decode_not_last(octets: bytes, at: int, path: str) -> ReturnResult:
    v = asn1.decode_return_result_not_last(octets)
    r = v.result
    if r is None:
        return ReturnResult(v.invoke_id, last=False)
    at += r.parameter_at
    return ReturnResult(v.invoke_id, r.opcode, r.parameter, at, path, last=False)


def _decode_error(octets: bytes, at: int, path: str) -> ReturnError:
    v = asn1.decode_return_error(octets)
    return ReturnError(v.invoke_id, v.code, v.parameter, at + v.parameter_at, path)


def _decode_reject(octets: bytes, _at: int, _path: str) -> Reject:
    v = asn1.decode_reject(octets)
    problem, number = v.problem
    return Reject(v.invoke_id[1], Problem(problem), number)


# By the tag that each begins with.
_DECODERS: dict[bytes, Callable[[bytes, int, str], Component]] = {
    b"\xa1": _decode_invoke,
    b"\xa2": _decode_last,
    b"\xa3": _decode_error,
    b"\xa4": _decode_reject,
    b"\xa7": _decode_not_last,
}
