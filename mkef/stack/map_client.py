"""What the end of a dialogue means to the client that asked with sendAuthenticationInfo."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from mkef.stack.map_failure import (
    DialogueAborted,
    DialogueRefused,
    MapErrorReturned,
    MapFailure,
    MapTimeout,
    NoRoute,
    OperationRejected,
    UnusableAnswer,
)
from mkef.stack.map_operations import Operation
from mkef.stack.tcap_components import Invocations
from mkef.stack.tcap_dialogue import TimedOut, Undeliverable
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.component import (
    Component,
    Invoke,
    Malformed,
    Reject,
    ReturnError,
    ReturnResult,
    read_parameter,
)
from mkef_codecs.ss7.dialogue import Diagnostic, DialogueResponse
from mkef_codecs.ss7.map_auth import SendAuthenticationInfoRes
from mkef_codecs.ss7.map_dialogue import decode_map_dialogue
from mkef_codecs.ss7.tcap import Abort, AbortCause, Continue, End, read_user_information

Result = SendAuthenticationInfoRes


class Asked(Struct):
    """A request of ours: the operation, and its invocation."""

    operation: Operation
    invocations: Invocations


def _ended(end: End, asked: Asked) -> Result:
    """The result in a TC-END: of several components the first that ends the invocation counts."""
    if end.dialogue is not None and not end.dialogue.accepted:
        raise _refusal(end, end.dialogue)
    parts: Result | None = None
    for component in end.components:
        returned, part = _returned(component, asked)
        parts = part if parts is None else _joined(parts, part)
        if returned.last:
            return parts
    raise UnusableAnswer("the HLR ended the dialogue without a result")


def _joined(first: Result, second: Result) -> Result:
    """A result that came in parts (returnResultNotLast), as one."""
    try:
        return Result(first.triplets + second.triplets, first.quintuplets + second.quintuplets)
    except CodecError as error:
        raise UnusableAnswer(f"parts of a result that do not fit: {error}") from None


def _returned(component: Component, asked: Asked) -> tuple[ReturnResult, Result]:
    """A ReturnResult and what it brings; whatever else there is fails the request."""
    wrong = asked.invocations.receive(component)
    if wrong is not None or not isinstance(component, ReturnResult):
        raise _unwanted(component, wrong)
    if component.parameter is None:
        return component, Result()
    try:
        return component, read_parameter(component, asked.operation.decode_result)
    except CodecError as error:
        raise UnusableAnswer(f"a malformed result: {error}") from None


def _unwanted(component: Component, wrong: Reject | None) -> MapFailure:
    """What a component means that brings no result; `wrong` is what TCAP has against it."""
    match component:
        case Malformed(_, error):
            return UnusableAnswer(f"a malformed component: {error}")
        case Invoke():
            return UnusableAnswer("an invocation in the place of a result")
        case Reject(_, problem, number):
            return OperationRejected(problem, number)
        case ReturnError(_, code, _) if wrong is None:
            return _user_error(code)
    assert wrong is not None
    return UnusableAnswer(f"a component that nobody waits for: {wrong.problem.value} problem")


def _user_error(code: object) -> MapErrorReturned | UnusableAnswer:
    if isinstance(code, int):
        return MapErrorReturned(code)
    return UnusableAnswer("an error of no number")


def _refusal(message: End | Abort, dialogue: DialogueResponse) -> DialogueRefused:
    said = _said(message)
    if dialogue.diagnostic is not Diagnostic.CONTEXT_NOT_SUPPORTED:
        return DialogueRefused(None, said or dialogue.diagnostic.name)
    return DialogueRefused(dialogue.application_context, said)


def _said(message: End | Abort) -> str:
    """What MAP's own PDU in the dialogue portion says, for people."""
    try:
        pdu = read_user_information(message, decode_map_dialogue)
    except CodecError as error:
        return f"malformed user information: {error}"
    return "" if pdu is None else f"{pdu.kind.value} {pdu.reason}".strip()


def _aborted(abort: Abort, _asked: Asked) -> Result:
    if isinstance(abort.dialogue, DialogueResponse):
        raise _refusal(abort, abort.dialogue)
    if abort.cause is not None:
        known = abort.cause in set(AbortCause)
        name = AbortCause(abort.cause).name if known else str(abort.cause)
        raise DialogueAborted(f"TCAP aborted: {name}")
    said = _said(abort)
    raise DialogueAborted(f"the HLR aborted{said and f': {said}'}")


def _continued(_message: Continue, _asked: Asked) -> Result:
    raise UnusableAnswer("the HLR continued the dialogue, though segmentation is prohibited")


def _timed_out(_event: TimedOut, _asked: Asked) -> Result:
    raise MapTimeout("no answer in time")


def _undeliverable(event: Undeliverable, _asked: Asked) -> Result:
    raise NoRoute(event.reason)


# A request has one state: whatever happens to its dialogue ends it.
CLIENT: dict[type, Callable[..., Result]] = {
    End: _ended,
    Abort: _aborted,
    Continue: _continued,
    TimedOut: _timed_out,
    Undeliverable: _undeliverable,
}
