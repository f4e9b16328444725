"""The component sub-layer: which Reject answers which component (ITU-T Q.774 clause 3.2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.tcap_components import (
    LAST_INVOKE_ID,
    MAX_OPEN,
    Invocation,
    Invocations,
    OperationClass,
)
from mkef_codecs.ss7.component import (
    Component,
    GeneralProblem,
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

RESULT, ERROR, PART = ReturnResult(1), ReturnError(1, 34), ReturnResult(1, last=False)
UNEXPECTED_RESULT = Reject(1, Problem.RETURN_RESULT, ReturnResultProblem.RETURN_RESULT_UNEXPECTED)
UNEXPECTED_ERROR = Reject(1, Problem.RETURN_ERROR, ReturnErrorProblem.RETURN_ERROR_UNEXPECTED)


@pytest.mark.parametrize(
    ("operation_class", "component", "reject"),
    [
        (OperationClass.BOTH, RESULT, None),
        (OperationClass.BOTH, PART, None),
        (OperationClass.BOTH, ERROR, None),
        (OperationClass.FAILURE, RESULT, UNEXPECTED_RESULT),
        (OperationClass.FAILURE, PART, UNEXPECTED_RESULT),
        (OperationClass.FAILURE, ERROR, None),
        (OperationClass.SUCCESS, RESULT, None),
        (OperationClass.SUCCESS, ERROR, UNEXPECTED_ERROR),
        (OperationClass.NEITHER, RESULT, UNEXPECTED_RESULT),
        (OperationClass.NEITHER, ERROR, UNEXPECTED_ERROR),
        (OperationClass.NEITHER, Reject(1, Problem.INVOKE, 1), None),
    ],
)
def test_what_each_class_reports(
    operation_class: OperationClass, component: Component, reject: Reject | None
) -> None:
    invocations = Invocations()
    assert invocations.invoke(Invocation(56, operation_class)) == 1
    assert invocations.receive(component) == reject


@pytest.mark.parametrize(
    ("component", "reject"),
    [
        (RESULT, Reject(1, Problem.RETURN_RESULT, ReturnResultProblem.UNRECOGNIZED_INVOKE_ID)),
        (ERROR, Reject(1, Problem.RETURN_ERROR, ReturnErrorProblem.UNRECOGNIZED_INVOKE_ID)),
        (Reject(1, Problem.INVOKE, 0), None),
        (Reject(None, Problem.GENERAL, 0), None),
        (
            Invoke(1, 56, linked_id=9),
            Reject(1, Problem.INVOKE, InvokeProblem.UNRECOGNIZED_LINKED_ID),
        ),
        (
            Malformed(Reject(None, Problem.GENERAL, GeneralProblem.MISTYPED_COMPONENT)),
            Reject(None, Problem.GENERAL, GeneralProblem.MISTYPED_COMPONENT),
        ),
    ],
)
def test_what_belongs_to_nothing(component: Component, reject: Reject | None) -> None:
    assert Invocations().receive(component) == reject


def test_a_report_ends_its_invocation_and_a_part_does_not() -> None:
    invocations = Invocations()
    invocations.invoke(Invocation(56))
    for component in (PART, PART, RESULT):
        assert invocations.receive(component) is None
    unknown = Reject(1, Problem.RETURN_RESULT, ReturnResultProblem.UNRECOGNIZED_INVOKE_ID)
    assert invocations.receive(RESULT) == unknown


def test_a_result_of_another_operation_is_mistyped() -> None:
    invocations = Invocations()
    invocations.invoke(Invocation(56))
    mistyped = Reject(1, Problem.RETURN_RESULT, ReturnResultProblem.MISTYPED_PARAMETER)
    assert invocations.receive(ReturnResult(1, 57, b"\5\0")) == mistyped


def test_a_linked_invocation_is_unexpected() -> None:
    invocations = Invocations()
    invocations.invoke(Invocation(56))
    unexpected = Reject(7, Problem.INVOKE, InvokeProblem.LINKED_RESPONSE_UNEXPECTED)
    assert invocations.receive(Invoke(7, 57, linked_id=1)) == unexpected


def test_invocations_of_a_peer_are_its_own_until_they_are_reported_on() -> None:
    invocations = Invocations()
    assert invocations.receive(Invoke(5, 56)) is None
    duplicate = Reject(5, Problem.INVOKE, InvokeProblem.DUPLICATE_INVOKE_ID)
    assert invocations.receive(Invoke(5, 56)) == duplicate
    invocations.reported(5)
    assert invocations.receive(Invoke(5, 56)) is None
    for invoke_id in range(6, 5 + MAX_OPEN):
        assert invocations.receive(Invoke(invoke_id, 56)) is None
    limited = Reject(99, Problem.INVOKE, InvokeProblem.RESOURCE_LIMITATION)
    assert invocations.receive(Invoke(99, 56)) == limited


def test_invoke_ids_are_the_lowest_that_are_free() -> None:
    invocations = Invocations()
    ids = [invocations.invoke(Invocation(56)) for _ in range(LAST_INVOKE_ID)]
    assert ids == [*range(1, LAST_INVOKE_ID + 1)]
    invocations.receive(ReturnResult(7))
    assert invocations.invoke(Invocation(56)) == 7


@given(
    st.sampled_from(OperationClass),
    st.lists(st.sampled_from([RESULT, PART, ERROR, Invoke(1, 56), Reject(1, Problem.INVOKE, 1)])),
)
def test_no_invocation_is_reported_on_twice(
    operation_class: OperationClass, components: list[Component]
) -> None:
    invocations = Invocations()
    invocations.invoke(Invocation(56, operation_class))
    final = [c for c in components if isinstance(c, ReturnResult | ReturnError) and c is not PART]
    taken = [c for c in components if invocations.receive(c) is None and c in final]
    assert len(taken) <= 1
