"""TCAP components: operations called, their results, errors and rejects (ITU-T Q.773 3.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any

from mkef_codecs.errors import CodecError
from mkef_codecs.generated.asn1 import MKEF_TCAP
from mkef_codecs.ss7.asn1 import Asn1Type, OpenValue, open_octets, open_value
from mkef_codecs.ss7.ber import Oid

_COMPONENT = Asn1Type("Component", MKEF_TCAP.Component)
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
    """Of Problem.INVOKE, as far as we send them."""

    DUPLICATE_INVOKE_ID = 0
    UNRECOGNIZED_OPERATION = 1
    MISTYPED_PARAMETER = 2
    RESOURCE_LIMITATION = 3


class ReturnProblem(IntEnum):
    """Of Problem.RETURN_RESULT and Problem.RETURN_ERROR, as far as we send them."""

    UNRECOGNIZED_INVOKE_ID = 0


@dataclass(frozen=True, slots=True)
class Invoke:
    """An operation called; the parameter is one encoded value."""

    invoke_id: int
    opcode: Code
    parameter: bytes | None = field(default=None, repr=False)
    linked_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReturnResult:
    """An operation's result, whole or (`last` false) a part; no opcode, no parameter."""

    invoke_id: int
    opcode: Code | None = None
    parameter: bytes | None = field(default=None, repr=False)
    last: bool = True


@dataclass(frozen=True, slots=True)
class ReturnError:
    """An operation's error."""

    invoke_id: int
    code: Code
    parameter: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reject:
    """A component that was not accepted; no invoke id where it could not be read."""

    invoke_id: int | None
    problem: Problem
    number: int


@dataclass(frozen=True, slots=True)
class Malformed:
    """A component that does not decode, and the Reject that answers it."""

    answer: Reject


Component = Invoke | ReturnResult | ReturnError | Reject | Malformed


def encode_component(component: Component) -> bytes:
    """The octets of one component."""
    encoder = _ENCODERS.get(type(component))
    if encoder is None:
        raise CodecError("a malformed component is not sent", path="Component")
    return _COMPONENT.encode(encoder(component))


def decode_component(octets: bytes) -> Component:
    """The component of one encoded value, Malformed with its answer if it is none."""
    try:
        kind, value = _COMPONENT.decode(octets)
    except CodecError:
        known = octets[:1] and octets[0] in _TAGS
        number = (
            GeneralProblem.MISTYPED_COMPONENT if known else GeneralProblem.UNRECOGNIZED_COMPONENT
        )
        return Malformed(Reject(None, Problem.GENERAL, number))
    component: Component = _DECODERS[kind](value)
    return component


def _code(code: Code) -> tuple[str, Code]:
    return ("local" if isinstance(code, int) else "global", code)


def _parameter(parameter: bytes | None) -> dict[str, OpenValue]:
    return {} if parameter is None else {"parameter": open_value(parameter)}


def _encode_invoke(c: Invoke) -> tuple[str, Any]:
    linked = {} if c.linked_id is None else {"linkedID": c.linked_id}
    value = {"invokeID": c.invoke_id, **linked, "opcode": _code(c.opcode)}
    return "invoke", value | _parameter(c.parameter)


def _encode_result(c: ReturnResult) -> tuple[str, Any]:
    value: dict[str, Any] = {"invokeID": c.invoke_id}
    if c.opcode is not None:
        value["result"] = {"opcode": _code(c.opcode), **_parameter(c.parameter)}
    return "returnResultLast" if c.last else "returnResultNotLast", value


def _encode_error(c: ReturnError) -> tuple[str, Any]:
    value = {"invokeID": c.invoke_id, "errorCode": _code(c.code)}
    return "returnError", value | _parameter(c.parameter)


def _encode_reject(c: Reject) -> tuple[str, Any]:
    known = c.invoke_id is not None
    invoke_id = ("derivable", c.invoke_id) if known else ("notDerivable", 0)
    return "reject", {"invokeID": invoke_id, "problem": (c.problem.value, c.number)}


_ENCODERS: dict[type, Any] = {
    Invoke: _encode_invoke,
    ReturnResult: _encode_result,
    ReturnError: _encode_error,
    Reject: _encode_reject,
}


def _open(value: dict[str, Any]) -> bytes | None:
    return open_octets(value["parameter"]) if "parameter" in value else None


def _decode_invoke(value: dict[str, Any]) -> Invoke:
    return Invoke(value["invokeID"], value["opcode"][1], _open(value), value.get("linkedID"))


def _decode_result(value: dict[str, Any], *, last: bool) -> ReturnResult:
    result = value.get("result")
    if result is None:
        return ReturnResult(value["invokeID"], last=last)
    return ReturnResult(value["invokeID"], result["opcode"][1], _open(result), last)


def _decode_error(value: dict[str, Any]) -> ReturnError:
    return ReturnError(value["invokeID"], value["errorCode"][1], _open(value))


def _decode_reject(value: dict[str, Any]) -> Reject:
    kind, invoke_id = value["invokeID"]
    problem, number = value["problem"]
    return Reject(invoke_id if kind == "derivable" else None, Problem(problem), number)


_DECODERS: dict[str, Any] = {
    "invoke": _decode_invoke,
    "returnResultLast": lambda value: _decode_result(value, last=True),
    "returnResultNotLast": lambda value: _decode_result(value, last=False),
    "returnError": _decode_error,
    "reject": _decode_reject,
}
