"""What a MAP dialogue that a peer opened consists of, until its TC-END (TS 29.002 clause 15)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from msgspec import Struct, field

from mkef.stack.map_operations import CONTEXTS, OPERATIONS, Operation
from mkef.stack.tcap_components import Invocations
from mkef.stack.tcap_dialogue import Path, TransactionId
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.ber import Oid
from mkef_codecs.ss7.component import (
    Code,
    Component,
    Invoke,
    InvokeProblem,
    Problem,
    Reject,
    ReturnResult,
    encode_component,
    read_parameter,
)
from mkef_codecs.ss7.dialogue import DialogueResponse
from mkef_codecs.ss7.map_auth import (
    BadExtension,
    MapUserError,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
)
from mkef_codecs.ss7.map_dialogue import MapDialogue, encode_map_dialogue
from mkef_codecs.ss7.sccp import SccpAddress


class ArgumentRefused(Exception):
    """An argument that was answered here: how, what is wrong, and whose it is if that is known."""

    def __init__(self, error: CodecError, *, missing: bool) -> None:
        super().__init__(str(error))
        self.outcome = "argument missing" if missing else "argument mistyped"
        self.imsi = error.imsi if isinstance(error, BadExtension) else None


class Mistake(Enum):
    """What no HLR should say: a service says it on demand, for those who test the other side."""

    ABORT = "abort"  # TC-U-ABORT instead of an answer
    GARBAGE = "garbage"  # a result that no decoder takes


Answer = SendAuthenticationInfoRes | MapUserError | Mistake

_GARBAGE = bytes.fromhex("a3 03 30 7f ff")  # the inner length reaches beyond the outer one

# Octets around the vectors in an END: TCAP, dialogue portion, component, MAP's own headers.
ENVELOPE = 84

# Octets of vectors that fit whatever the addresses are, beside nothing else: as three triplets.
SURE_ROOM = 128


@dataclass(frozen=True, slots=True)
class Context:
    """An application context as it is served: its AARE, and its operations."""

    acceptance: DialogueResponse
    operations: Mapping[Code, Operation]


def _context(oid: Oid) -> Context:
    information = (encode_map_dialogue(MapDialogue.ACCEPT),)
    operations = {code: operation for (of, code), operation in OPERATIONS.items() if of == oid}
    return Context(DialogueResponse(oid, user_information=information), operations)


SERVED: Mapping[Oid, Context] = {oid: _context(oid) for oid in CONTEXTS}
Room = Callable[[SccpAddress, SccpAddress], int]


class Service(Struct):
    """A peer's dialogue: what it has invoked, and what is ready to leave with the TC-END."""

    context: Context
    path: Path
    remote_id: TransactionId
    accepted: bool = False  # the AARE was sent
    invocations: Invocations = field(default_factory=Invocations)
    open: dict[int, Operation] = field(default_factory=dict)  # our user works on these
    ready: list[Component] = field(default_factory=list)

    @property
    def acceptance(self) -> DialogueResponse | None:
        """The AARE, unless it was sent."""
        return None if self.accepted else self.context.acceptance

    def hear(
        self, component: Component, foreign: frozenset[Code]
    ) -> tuple[int, SendAuthenticationInfoArg] | None:
        """An invocation for our user; everything else is answered here, or needs no answer.

        Opcodes of `foreign` are not known here. Raises ArgumentRefused if there is no argument, or
        none that can be read.
        """
        wrong = self.invocations.receive(component)
        if wrong is not None:
            self.ready.append(wrong)
            return None
        if not isinstance(component, Invoke):
            return None
        operation = self.context.operations.get(component.opcode)
        if operation is None or component.opcode in foreign:
            self._reject(component, InvokeProblem.UNRECOGNIZED_OPERATION)
            return None
        if component.parameter is None:
            raise self._refuse(operation, component, CodecError("no parameter"), missing=True)
        try:
            argument = read_parameter(component, operation.decode_argument)
        except CodecError as error:
            missing = isinstance(error, BadExtension) and error.missing
            raise self._refuse(operation, component, error, missing=missing) from None
        self.open[component.invoke_id] = operation
        return component.invoke_id, argument

    def _refuse(
        self, operation: Operation, invoke: Invoke, error: CodecError, *, missing: bool
    ) -> ArgumentRefused:
        """It is missing (protocol.md clause 8), or mistyped, and the invocation answered."""
        if missing:
            returned = operation.error(invoke.invoke_id, MapUserError.DATA_MISSING)
            self._report(invoke.invoke_id, returned)
        else:
            self._reject(invoke, InvokeProblem.MISTYPED_PARAMETER)
        return ArgumentRefused(error, missing=missing)

    def answer(self, invoke_id: int, answer: Answer, room: Room) -> bool:
        """Our user's answer, of which vectors go that do not fit; false if nobody waits for it."""
        operation = self.open.pop(invoke_id, None)
        if operation is None:
            return False
        self._report(invoke_id, self._component(operation, invoke_id, answer, room))
        return True

    def _component(
        self, operation: Operation, invoke_id: int, answer: Answer, room: Room
    ) -> Component:
        if not isinstance(answer, SendAuthenticationInfoRes):
            if isinstance(answer, Mistake):
                return ReturnResult(invoke_id, operation.opcode, _GARBAGE)
            return operation.error(invoke_id, answer)
        try:
            encoded = operation.encode_result(answer)
            if len(encoded) > SURE_ROOM or self.ready:
                encoded = _fitting(operation, answer, self._left(room))
        except CodecError:  # version 2 holds triplets, and at least one
            return operation.error(invoke_id, MapUserError.SYSTEM_FAILURE)
        return ReturnResult(invoke_id, operation.opcode, encoded)

    def _left(self, room: Room) -> int:
        """Octets that the END has for vectors."""
        whole = room(self.path.remote, self.path.local)
        return whole - ENVELOPE - sum(len(encode_component(c)) for c in self.ready)

    def _reject(self, invoke: Invoke, problem: InvokeProblem) -> None:
        self._report(invoke.invoke_id, Reject(invoke.invoke_id, Problem.INVOKE, int(problem)))

    def _report(self, invoke_id: int, component: Component) -> None:
        self.invocations.reported(invoke_id)
        self.ready.append(component)


def _fitting(operation: Operation, result: SendAuthenticationInfoRes, octets: int) -> bytes:
    """As many vectors as fit: fewer than asked for are allowed (TS 29.002 clause 8.5.2)."""
    encoded = operation.encode_result(result)
    while len(encoded) > octets and (result.triplets or result.quintuplets):
        result = SendAuthenticationInfoRes(result.triplets[:-1], result.quintuplets[:-1])
        encoded = operation.encode_result(result)
    return encoded
