"""TCAP components: operations called, their results, errors and rejects (ITU-T Q.773 3.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import partial
from typing import Any, cast

from mkef_codecs.errors import CodecError
from mkef_codecs.generated import mkef_tcap as asn1
from mkef_codecs.ss7.ber import Oid

_TAGS = frozenset(b"\xa1\xa2\xa3\xa4\xa7")

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


@dataclass(slots=True)
class Invoke:
    """An operation called; the parameter is one encoded value."""

    invoke_id: int
    opcode: Code
    parameter: bytes | None = field(default=None, repr=False)
    linked_id: int | None = None


@dataclass(slots=True)
class ReturnResult:
    """An operation's result, whole or (`last` false) a part; no opcode, no parameter."""

    invoke_id: int
    opcode: Code | None = None
    parameter: bytes | None = field(default=None, repr=False)
    last: bool = True


@dataclass(slots=True)
class ReturnError:
    """An operation's error."""

    invoke_id: int
    code: Code
    parameter: bytes | None = field(default=None, repr=False)


@dataclass(slots=True)
class Reject:
    """A component that was not accepted; no invoke id where it could not be read."""

    invoke_id: int | None
    problem: Problem
    number: int


@dataclass(slots=True)
class Malformed:
    """A component that does not decode, and the Reject that answers it."""

    answer: Reject


Component = Invoke | ReturnResult | ReturnError | Reject | Malformed


def encode_component(component: Component) -> bytes:
    """The octets of one component."""
    encoder = _ENCODERS.get(type(component))
    if encoder is None:
        raise CodecError("a malformed component is not sent", path="Component")
    return asn1.encode_component(encoder(component))


def decode_component(octets: bytes) -> Component:
    """The component of one encoded value, Malformed with its answer if it is none."""
    try:
        kind, value = asn1.decode_component(octets)
    except CodecError:
        known = octets[:1] and octets[0] in _TAGS
        number = (
            GeneralProblem.MISTYPED_COMPONENT if known else GeneralProblem.UNRECOGNIZED_COMPONENT
        )
        return Malformed(Reject(None, Problem.GENERAL, number))
    component: Component = _DECODERS[kind](value)
    return component


def _code(code: Code) -> asn1.Code:
    return ("local", code) if isinstance(code, int) else ("global", code)


def _encode_invoke(c: Invoke) -> asn1.Component:
    return "invoke", asn1.Invoke(c.invoke_id, _code(c.opcode), c.linked_id, c.parameter)


def _encode_result(c: ReturnResult) -> asn1.Component:
    result = None
    if c.opcode is not None:
        if c.parameter is None:
            raise CodecError("a result without a parameter has no opcode", path="ReturnResult")
        result = asn1.ReturnResultResult(_code(c.opcode), c.parameter)
    value = asn1.ReturnResult(c.invoke_id, result)
    return ("returnResultLast", value) if c.last else ("returnResultNotLast", value)


def _encode_error(c: ReturnError) -> asn1.Component:
    return "returnError", asn1.ReturnError(c.invoke_id, _code(c.code), c.parameter)


def _encode_reject(c: Reject) -> asn1.Component:
    invoke_id: asn1.RejectInvokeID = ("notDerivable", None)
    if c.invoke_id is not None:
        invoke_id = ("derivable", c.invoke_id)
    problem = cast("asn1.RejectProblem", (c.problem.value, c.number))
    return "reject", asn1.Reject(invoke_id, problem)


_ENCODERS: dict[type, Callable[[Any], asn1.Component]] = {
    Invoke: _encode_invoke,
    ReturnResult: _encode_result,
    ReturnError: _encode_error,
    Reject: _encode_reject,
}


def _decode_invoke(value: asn1.Invoke) -> Invoke:
    return Invoke(value.invoke_id, value.opcode[1], value.parameter, value.linked_id)


def _decode_result(value: asn1.ReturnResult, *, last: bool = True) -> ReturnResult:
    result = value.result
    if result is None:
        return ReturnResult(value.invoke_id, last=last)
    return ReturnResult(value.invoke_id, result.opcode[1], result.parameter, last)


def _decode_error(value: asn1.ReturnError) -> ReturnError:
    return ReturnError(value.invoke_id, value.error_code[1], value.parameter)


def _decode_reject(value: asn1.Reject) -> Reject:
    problem, number = value.problem
    return Reject(value.invoke_id[1], Problem(problem), number)


_DECODERS: dict[str, Callable[[Any], Component]] = {
    "invoke": _decode_invoke,
    "returnResultLast": _decode_result,
    "returnResultNotLast": partial(_decode_result, last=False),
    "returnError": _decode_error,
    "reject": _decode_reject,
}
