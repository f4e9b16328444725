"""The component sub-layer of TCAP: invocations of one dialogue (ITU-T Q.774 clause 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from msgspec import Struct

from mkef_codecs.ss7.component import (
    Code,
    Component,
    Invoke,
    InvokeProblem,
    Malformed,
    Problem,
    Reject,
    ReturnError,
    ReturnErrorProblem,
    ReturnResult,
    ReturnResultProblem,
)

MAX_OPEN = 8  # of a peer's invocations in one dialogue
LAST_INVOKE_ID = 127


class OperationClass(IntEnum):
    """What the invoked side reports (Q.771)."""

    BOTH = 1  # success and failure
    FAILURE = 2
    SUCCESS = 3
    NEITHER = 4


@dataclass(frozen=True, slots=True)
class Invocation:
    """What we invoked and wait for."""

    opcode: Code
    operation_class: OperationClass = OperationClass.BOTH


# Which classes report by which component, and the problem of one that comes all the same.
REPORTS: dict[type, tuple[frozenset[OperationClass], Problem, int, int]] = {
    ReturnResult: (
        frozenset({OperationClass.BOTH, OperationClass.SUCCESS}),
        Problem.RETURN_RESULT,
        ReturnResultProblem.UNRECOGNIZED_INVOKE_ID,
        ReturnResultProblem.RETURN_RESULT_UNEXPECTED,
    ),
    ReturnError: (
        frozenset({OperationClass.BOTH, OperationClass.FAILURE}),
        Problem.RETURN_ERROR,
        ReturnErrorProblem.UNRECOGNIZED_INVOKE_ID,
        ReturnErrorProblem.RETURN_ERROR_UNEXPECTED,
    ),
}


class Invocations(Struct):
    """Of one dialogue, both ways: ours that wait for a report, the peer's that we report on."""

    _ours: dict[int, Invocation] = {}
    _theirs: list[int] = []  # few, and of less weight than a set

    def invoke(self, invocation: Invocation) -> int:
        """The invoke id of a new invocation of ours: the lowest that is free, from 1 on."""
        invoke_id = 1
        while invoke_id in self._ours:
            invoke_id += 1
        assert invoke_id <= LAST_INVOKE_ID
        self._ours[invoke_id] = invocation
        return invoke_id

    def reported(self, invoke_id: int) -> None:
        """We have answered an invocation of the peer."""
        if invoke_id in self._theirs:
            self._theirs.remove(invoke_id)

    def receive(self, component: Component) -> Reject | None:
        """Take a component of the peer into account; the Reject that answers a wrong one."""
        if isinstance(component, Invoke):
            return self._invoked(component)
        if isinstance(component, ReturnResult):
            return self._returned(component)
        match component:
            case ReturnError():
                return self._returned(component)
            case Malformed(answer):
                return answer
            case Reject(invoke_id, _, _):
                if invoke_id is not None:
                    self._ours.pop(invoke_id, None)
                return None

    def _invoked(self, invoke: Invoke) -> Reject | None:
        theirs, invoke_id = self._theirs, invoke.invoke_id
        if invoke_id in theirs:
            return _rejected(invoke_id, InvokeProblem.DUPLICATE_INVOKE_ID)
        if invoke.linked_id is not None:
            # No operation of ours has linked ones.
            if invoke.linked_id in self._ours:
                return _rejected(invoke_id, InvokeProblem.LINKED_RESPONSE_UNEXPECTED)
            return _rejected(invoke_id, InvokeProblem.UNRECOGNIZED_LINKED_ID)
        if len(theirs) >= MAX_OPEN:
            return _rejected(invoke_id, InvokeProblem.RESOURCE_LIMITATION)
        theirs.append(invoke_id)
        return None

    def _returned(self, component: ReturnResult | ReturnError) -> Reject | None:
        invoke_id = component.invoke_id
        classes, problem, unknown, unexpected = REPORTS[type(component)]
        invocation = self._ours.get(invoke_id)
        if invocation is None:
            return Reject(invoke_id, problem, unknown)
        if component.last:
            del self._ours[invoke_id]
        if invocation.operation_class not in classes:
            return Reject(invoke_id, problem, unexpected)
        opcode = component.opcode
        if opcode is not None and opcode != invocation.opcode:
            return Reject(invoke_id, problem, ReturnResultProblem.MISTYPED_PARAMETER)
        return None


def _rejected(invoke_id: int, problem: InvokeProblem) -> Reject:
    return Reject(invoke_id, Problem.INVOKE, problem)
