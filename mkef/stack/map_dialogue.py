"""MAP dialogues for sendAuthenticationInfo, as client and as server (TS 29.002 clauses 7, 15)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from mkef.stack.map_client import CLIENT, INVOKE_ID
from mkef.stack.map_failure import MapFailure, TooManyDialogues
from mkef.stack.tcap_dialogue import (
    Event,
    Indicate,
    Note,
    Path,
    TooManyTransactions,
    TransactionId,
    Transactions,
    Transmit,
)
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.ber import Oid
from mkef_codecs.ss7.component import (
    Component,
    Invoke,
    InvokeProblem,
    Malformed,
    Problem,
    Reject,
    ReturnError,
    ReturnProblem,
    ReturnResult,
)
from mkef_codecs.ss7.dialogue import Diagnostic, DialogueAbort, DialogueRequest, DialogueResponse
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    OPCODES,
    Encoding,
    MapUserError,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    decode_argument,
    encode_argument,
    encode_result,
)
from mkef_codecs.ss7.map_dialogue import MapDialogue, encode_map_dialogue
from mkef_codecs.ss7.sccp import room
from mkef_codecs.ss7.tcap import Begin, Continue

# Octets around the vectors in an END: TCAP, dialogue portion, component, MAP's own headers.
ENVELOPE = 84

Answer = SendAuthenticationInfoRes | MapUserError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request of ours."""

    transaction: TransactionId
    result: SendAuthenticationInfoRes | MapFailure


@dataclass(frozen=True, slots=True)
class Serve:
    """A peer asks: `answer` is to be called with the transaction."""

    transaction: TransactionId
    arg: SendAuthenticationInfoArg
    path: Path


@dataclass(frozen=True, slots=True)
class Forget:
    """The peer no longer waits for an answer."""

    transaction: TransactionId


Effect = Transmit | Note | Outcome | Serve | Forget
Effects = list[Effect]
Result = SendAuthenticationInfoRes


class Served(Enum):
    """Where a dialogue that a peer opened stands."""

    OPEN = auto()  # accepted, nothing invoked yet
    BUSY = auto()  # our user works on the answer


@dataclass(frozen=True, slots=True)
class Service:
    """What is kept of a dialogue that a peer opened."""

    state: Served
    accepted: bool = False  # the AARE was sent
    invoke_id: int = 0
    encoding: Encoding = Encoding.EXTENSION


_ACCEPT = DialogueResponse(
    INFO_RETRIEVAL_V3, user_information=(encode_map_dialogue(MapDialogue.ACCEPT),)
)


class MapDialogues:
    """Requests, answers, octets and `now` in; effects out.

    `serves` false: every dialogue of a peer is refused. `knows_variant` false: the operation of
    the variant is rejected, as an ordinary HLR does.
    """

    def __init__(
        self, transactions: Transactions, *, serves: bool, knows_variant: bool = True
    ) -> None:
        self._transactions = transactions
        self._serves = serves
        self._encodings = {
            OPCODES[encoding]: encoding
            for encoding in Encoding
            if knows_variant or encoding is Encoding.EXTENSION
        }
        self._requests: set[TransactionId] = set()
        self._services: dict[TransactionId, Service] = {}

    # What our users call.

    def request(
        self, arg: SendAuthenticationInfoArg, encoding: Encoding, path: Path, *, deadline: float
    ) -> tuple[TransactionId, Effects]:
        """Ask an HLR: an Outcome comes at `deadline` at the latest, or TooManyDialogues at once."""
        invoke = Invoke(INVOKE_ID, OPCODES[encoding], encode_argument(arg, encoding))
        opening = DialogueRequest(INFO_RETRIEVAL_V3, (encode_map_dialogue(MapDialogue.OPEN),))
        try:
            own, effects = self._transactions.begin(path, opening, (invoke,), deadline=deadline)
        except TooManyTransactions as error:
            raise TooManyDialogues(str(error)) from None
        self._requests.add(own)
        return own, self._digest(effects)

    def cancel(self, own: TransactionId) -> Effects:
        """Nobody waits for the outcome of a request any more."""
        self._requests.discard(own)
        return self._digest(self._transactions.abort(own))

    def answer(self, own: TransactionId, answer: Answer) -> Effects:
        """The answer to a Serve; nothing if the peer has gone meanwhile."""
        service = self._services.pop(own, None)
        if service is None:
            return []
        if isinstance(answer, MapUserError):
            return self._end(own, service, ReturnError(service.invoke_id, int(answer)))
        path = self._transactions.path(own)
        fitting = _fitting(answer, room(path.remote, path.local) - ENVELOPE)
        opcode = OPCODES[service.encoding]
        return self._end(
            own, service, ReturnResult(service.invoke_id, opcode, encode_result(fitting))
        )

    def receive(self, octets: bytes, path: Path, now: float) -> Effects:
        """A TCAP message that came over `path`."""
        return self._digest(self._transactions.receive(octets, path, now))

    def returned(self, octets: bytes, reason: str) -> Effects:
        """A TCAP message of ours that the network could not deliver."""
        return self._digest(self._transactions.returned(octets, reason))

    def lost(self, association: str) -> Effects:
        """An association is gone, and with it the answers that were to come over it."""
        return self._digest(self._transactions.lost(association))

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called next."""
        return self._transactions.deadline

    def tick(self, now: float) -> Effects:
        """Time has passed."""
        return self._digest(self._transactions.tick(now))

    # From TCAP's indications to a row of a table.

    def _digest(self, effects: list[Transmit | Indicate | Note]) -> Effects:
        digested: Effects = []
        for effect in effects:
            if isinstance(effect, Indicate):
                digested += self._indicated(effect.transaction, effect.event)
            else:
                digested.append(effect)
        return digested

    def _indicated(self, own: TransactionId, event: Event) -> Effects:
        if isinstance(event, Begin):
            return self._opened(own, event)
        if own in self._requests:
            return self._finish(own, event)
        service = self._services.pop(own, None)
        if service is None:
            return []
        return SERVER.get((service.state, type(event)), MapDialogues._forget)(
            self, own, service, event
        )

    def _finish(self, own: TransactionId, event: Event) -> Effects:
        self._requests.discard(own)
        goodbye: Effects = []
        if isinstance(event, Continue):
            goodbye = self._give_up(own)
        try:
            return [*goodbye, Outcome(own, CLIENT[type(event)](event))]
        except MapFailure as failure:
            return [*goodbye, Outcome(own, failure)]

    def _give_up(self, own: TransactionId) -> Effects:
        abort = DialogueAbort(user_information=(encode_map_dialogue(MapDialogue.USER_ABORT),))
        return self._digest(self._transactions.abort(own, abort))

    def _opened(self, own: TransactionId, begin: Begin) -> Effects:
        """A peer's TC-BEGIN: refuse what we do not speak, else look at what is invoked."""
        if begin.dialogue is None:
            # MAP version 1 has no dialogue portion, and its answer may not have one either.
            return self._digest(self._transactions.abort(own))
        context = begin.dialogue.application_context
        if not self._serves or context != INFO_RETRIEVAL_V3:
            refusal = DialogueResponse(
                _offer(context) if self._serves else context,
                accepted=False,
                diagnostic=Diagnostic.CONTEXT_NOT_SUPPORTED,
            )
            return self._digest(self._transactions.abort(own, refusal))
        return self._invoked(own, Service(Served.OPEN), begin)

    def _invoked(self, own: TransactionId, service: Service, event: Begin | Continue) -> Effects:
        if not event.components:
            self._services[own] = replace(service, accepted=True)
            aare = None if service.accepted else _ACCEPT
            return self._digest(self._transactions.proceed(own, aare, ()))
        component = event.components[0]
        if not isinstance(component, Invoke):
            return self._end(own, service, _objection(component))
        encoding = self._encodings.get(component.opcode)
        if encoding is None:
            return self._reject(own, service, component, InvokeProblem.UNRECOGNIZED_OPERATION)
        if component.parameter is None:
            missing = ReturnError(component.invoke_id, int(MapUserError.DATA_MISSING))
            return self._end(own, service, missing)
        try:
            arg = decode_argument(component.parameter, encoding)
        except CodecError as error:
            note = Note("malformed MAP argument", {"problem": str(error)})
            mistyped = InvokeProblem.MISTYPED_PARAMETER
            return [note, *self._reject(own, service, component, mistyped)]
        self._services[own] = Service(Served.BUSY, service.accepted, component.invoke_id, encoding)
        return [Serve(own, arg, self._transactions.path(own))]

    def _reject(
        self, own: TransactionId, service: Service, invoke: Invoke, problem: InvokeProblem
    ) -> Effects:
        return self._end(own, service, Reject(invoke.invoke_id, Problem.INVOKE, int(problem)))

    def _end(self, own: TransactionId, service: Service, component: Component | None) -> Effects:
        aare = None if service.accepted else _ACCEPT
        components = () if component is None else (component,)
        return self._digest(self._transactions.end(own, aare, components))

    # Actions of the server's table.

    def _forget(self, own: TransactionId, _service: Service, _event: Event) -> Effects:
        return [Forget(own)]

    def _interrupted(self, own: TransactionId, _service: Service, _event: Event) -> Effects:
        return [Forget(own), *self._give_up(own)]


# (state, event): action. Any other event ends the dialogue: the answer is no longer wanted.
SERVER: dict[tuple[Served, type], Callable[..., Effects]] = {
    (Served.OPEN, Continue): MapDialogues._invoked,
    (Served.BUSY, Continue): MapDialogues._interrupted,
}


def _offer(context: Oid) -> Oid:
    """The context that goes with a refusal: ours to a peer of a newer version, else its own."""
    newer = context[:-1] == INFO_RETRIEVAL_V3[:-1] and context[-1] > INFO_RETRIEVAL_V3[-1]
    return INFO_RETRIEVAL_V3 if newer else context


def _objection(component: Component) -> Component | None:
    """What answers a component that is no invocation, if anything may."""
    if isinstance(component, Malformed):
        return component.answer
    problems = {ReturnResult: Problem.RETURN_RESULT, ReturnError: Problem.RETURN_ERROR}
    problem = problems.get(type(component))
    if problem is None or isinstance(component, Invoke):
        return None
    number = int(ReturnProblem.UNRECOGNIZED_INVOKE_ID)
    return Reject(component.invoke_id, problem, number)


def _fitting(result: Result, octets: int) -> Result:
    """As many vectors as fit: fewer than asked for are allowed (TS 29.002 clause 8.5.2)."""
    while len(encode_result(result)) > octets and (result.triplets or result.quintuplets):
        result = Result(result.triplets[:-1], result.quintuplets[:-1])
    return result
