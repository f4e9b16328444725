"""What the end of a dialogue means to the client that asked with sendAuthenticationInfo."""

from __future__ import annotations

from collections.abc import Callable

from mkef.stack.map_failure import (
    DialogueAborted,
    DialogueRefused,
    MapErrorReturned,
    MapTimeout,
    NoRoute,
    OperationRejected,
    UnusableAnswer,
)
from mkef.stack.tcap_dialogue import TimedOut, Undeliverable
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.component import Invoke, Malformed, Reject, ReturnError, ReturnResult
from mkef_codecs.ss7.dialogue import Diagnostic, DialogueAbort, DialogueResponse
from mkef_codecs.ss7.map_auth import SendAuthenticationInfoRes, decode_result
from mkef_codecs.ss7.map_dialogue import decode_map_dialogue
from mkef_codecs.ss7.tcap import Abort, AbortCause, Continue, End

INVOKE_ID = 1
Result = SendAuthenticationInfoRes


def _ended(end: End) -> Result:
    """The result in a TC-END."""
    if end.dialogue is not None and not end.dialogue.accepted:
        raise _refusal(end.dialogue)
    for component in end.components:
        if isinstance(component, Malformed):
            raise UnusableAnswer("a malformed component")
        if getattr(component, "invoke_id", None) in {INVOKE_ID, None}:
            return _COMPONENTS[type(component)](component)
    raise UnusableAnswer("the HLR ended the dialogue without a result")


def _returned_result(component: ReturnResult) -> Result:
    if not component.last:
        raise UnusableAnswer("a part of a result")
    if component.parameter is None:
        return SendAuthenticationInfoRes()
    try:
        return decode_result(component.parameter)
    except CodecError as error:
        raise UnusableAnswer(f"a malformed result: {error}") from None


def _returned_error(component: ReturnError) -> Result:
    if isinstance(component.code, int):
        raise MapErrorReturned(component.code)
    raise UnusableAnswer("an error of no number")


def _rejected(component: Reject) -> Result:
    raise OperationRejected(component.problem, component.number)


def _invoked(_component: Invoke) -> Result:
    raise UnusableAnswer("an invocation in the place of a result")


_COMPONENTS: dict[type, Callable[..., Result]] = {
    ReturnResult: _returned_result,
    ReturnError: _returned_error,
    Reject: _rejected,
    Invoke: _invoked,
}


def _refusal(dialogue: DialogueResponse) -> DialogueRefused:
    said = _said(dialogue)
    if dialogue.diagnostic is not Diagnostic.CONTEXT_NOT_SUPPORTED:
        return DialogueRefused(None, said or dialogue.diagnostic.name)
    return DialogueRefused(dialogue.application_context, said)


def _said(dialogue: DialogueResponse | DialogueAbort) -> str:
    """What MAP's own PDU in the dialogue portion says, for people."""
    try:
        pdu = decode_map_dialogue(dialogue.user_information)
    except CodecError:
        return "malformed user information"
    return "" if pdu is None else f"{pdu.kind.value} {pdu.reason}".strip()


def _aborted(abort: Abort) -> Result:
    if isinstance(abort.dialogue, DialogueResponse):
        raise _refusal(abort.dialogue)
    if abort.cause is not None:
        known = abort.cause in set(AbortCause)
        name = AbortCause(abort.cause).name if known else str(abort.cause)
        raise DialogueAborted(f"TCAP aborted: {name}")
    said = _said(abort.dialogue) if abort.dialogue else ""
    raise DialogueAborted(f"the HLR aborted{said and f': {said}'}")


def _continued(_message: Continue) -> Result:
    raise UnusableAnswer("the HLR continued the dialogue, though segmentation is prohibited")


def _timed_out(_event: TimedOut) -> Result:
    raise MapTimeout("no answer in time")


def _undeliverable(event: Undeliverable) -> Result:
    raise NoRoute(event.reason)


# A request has one state: whatever happens to its dialogue ends it.
CLIENT: dict[type, Callable[..., Result]] = {
    End: _ended,
    Abort: _aborted,
    Continue: _continued,
    TimedOut: _timed_out,
    Undeliverable: _undeliverable,
}
