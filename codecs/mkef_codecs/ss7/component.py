"""TCAP components: operations called, their results, errors and rejects (ITU-T Q.773 3.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any, ClassVar, TypeVar, cast

from msgspec import Struct

from mkef_codecs.errors import CodecError
from mkef_codecs.generated import mkef_tcap as asn1
from mkef_codecs.ss7.ber import Oid
from mkef_codecs.ss7.primitives import is_one_value
from mkef_codecs.ss7.value import Located

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
    """An operation called. What is rare stands last: decoders name the others by their place."""

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
    decoder = _DECODERS.get(octets[:1])
    try:
        if decoder is not None:
            return decoder(octets, at, path)
    except CodecError as error:
        answer = Reject(None, Problem.GENERAL, GeneralProblem.MISTYPED_COMPONENT)
        return Malformed(answer, error.within(at, path))
    answer = Reject(None, Problem.GENERAL, GeneralProblem.UNRECOGNIZED_COMPONENT)
    return Malformed(answer, CodecError("no component", offset=at, path=path))


def usual_parameter(component: Component) -> bytes | None:
    """The parameter of an Invoke or of a last ReturnResult whose invoke id takes one octet, if it
    is one value of the usual form; None of anything else."""
    if type(component) is Invoke:
        usual = component.linked_id is None
    elif type(component) is ReturnResult:
        usual = component.last and component.opcode is not None
    else:
        return None
    parameter = component.parameter
    if usual and parameter is not None and -128 <= component.invoke_id <= 127:
        return parameter if is_one_value(parameter) else None
    return None


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


def _encode_result(c: Any) -> bytes:  # a ReturnResult
    if c.opcode is not None and c.parameter is None:
        raise CodecError("a result without a parameter has no opcode", path="ReturnResult")
    return asn1.encode_return_result_last(c) if c.last else asn1.encode_return_result_not_last(c)


def _encode_reject(c: Reject) -> bytes:
    invoke_id: asn1.RejectInvokeID = ("notDerivable", None)
    if c.invoke_id is not None:
        invoke_id = ("derivable", c.invoke_id)
    problem = cast("asn1.RejectProblem", (c.problem.value, c.number))
    return asn1.encode_reject(asn1.Reject(invoke_id, problem))


def _encode_malformed(_component: Malformed) -> bytes:
    raise CodecError("a malformed component is not sent", path="Component")


_ENCODERS: dict[type, Callable[[Any], bytes]] = {
    Invoke: asn1.encode_invoke,  # ours have the attributes of the generated ones
    ReturnResult: _encode_result,
    ReturnError: asn1.encode_return_error,
    Reject: _encode_reject,
    Malformed: _encode_malformed,
}


def _decode_invoke(octets: bytes, at: int, path: str) -> Invoke:
    v = asn1.decode_invoke(octets)
    return Invoke(v.invoke_id, v.opcode, v.parameter, at + v.parameter_at, path, v.linked_id)


def _decode_last(octets: bytes, at: int, path: str) -> ReturnResult:
    v = asn1.decode_return_result_last(octets)
    r = v.result
    if r is None:
        return ReturnResult(v.invoke_id)
    at += r.parameter_at
    return ReturnResult(v.invoke_id, r.opcode, r.parameter, at, path)


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
