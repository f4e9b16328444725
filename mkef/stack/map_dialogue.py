"""MAP dialogues for sendAuthenticationInfo, as client and as server (TS 29.002 clauses 7, 15)."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from mkef.stack.map_client import CLIENT, Asked
from mkef.stack.map_failure import MapFailure, TooManyDialogues
from mkef.stack.map_operations import ASKED, CONTEXTS, MTC_OPERATION, offer
from mkef.stack.map_server import SERVED, Answer, ArgumentRefused, Mistake, Service
from mkef.stack.tcap_components import Invocations
from mkef.stack.tcap_dialogue import (
    Event,
    Note,
    Path,
    TooManyTransactions,
    TransactionId,
    Transactions,
    Transmit,
)
from mkef_codecs.ss7.ber import Oid
from mkef_codecs.ss7.component import Code, Invoke
from mkef_codecs.ss7.dialogue import Diagnostic, DialogueAbort, DialogueRequest, DialogueResponse
from mkef_codecs.ss7.map_auth import Encoding, SendAuthenticationInfoArg, SendAuthenticationInfoRes
from mkef_codecs.ss7.map_dialogue import MapDialogue, encode_map_dialogue
from mkef_codecs.ss7.sccp import room, segmented_room
from mkef_codecs.ss7.tcap import Begin, Continue

__all__ = ["Answer", "Effect", "Effects", "Forget", "MapDialogues", "Outcome", "Refused", "Serve"]


class Outcome(Struct):
    """What became of a request of ours."""

    transaction: TransactionId
    result: SendAuthenticationInfoRes | MapFailure


class Serve(Struct):
    """A peer asks: `answer` is to be called with the transaction and the invoke id.

    `remote_id` is the transaction's at the other end.
    """

    transaction: TransactionId
    invoke_id: int
    arg: SendAuthenticationInfoArg
    path: Path
    remote_id: TransactionId


class Refused(Struct):
    """What a peer asked was answered here, since its argument cannot be used."""

    refusal: ArgumentRefused
    path: Path
    remote_id: TransactionId


class Forget(Struct):
    """The peer no longer waits for an answer."""

    transaction: TransactionId
    invoke_id: int


Effect = Transmit | Note | Outcome | Serve | Refused | Forget
Effects = list[Effect]

_OPENINGS = {
    context: DialogueRequest(context, (encode_map_dialogue(MapDialogue.OPEN),))
    for context in CONTEXTS
}
_ABORT = DialogueAbort(user_information=(encode_map_dialogue(MapDialogue.USER_ABORT),))


class MapDialogues:
    """Requests, answers, octets and `now` in; effects out.

    `serves` false: every dialogue of a peer is refused. `knows_variant` false: the operation of
    the variant is rejected, as an ordinary HLR does. `segments` false: an answer fits into one UDT.
    """

    def __init__(
        self,
        transactions: Transactions,
        *,
        serves: bool,
        knows_variant: bool = True,
        segments: bool = True,
    ) -> None:
        self._transactions = transactions
        transactions.indicate = self._indicated
        self.receive = transactions.receive  # a TCAP message that came over a path, and when
        self._serves_any = serves
        self._foreign: frozenset[Code] = frozenset(() if knows_variant else (MTC_OPERATION.opcode,))
        self._room = segmented_room if segments else room
        self._requests: dict[TransactionId, Asked] = {}
        self._services: dict[TransactionId, Service] = {}

    # What our users call.

    def request(
        self, arg: SendAuthenticationInfoArg, encoding: Encoding, path: Path, *, deadline: float
    ) -> tuple[TransactionId, Transmit]:
        """Ask an HLR: an Outcome comes at `deadline` at the latest, or TooManyDialogues at once."""
        operation, invocations = ASKED[encoding], Invocations()
        invoke_id = invocations.invoke(operation.invocation)
        invoke = Invoke(invoke_id, operation.opcode, operation.encode_argument(arg))
        opening = _OPENINGS[operation.context]
        try:
            own, begin = self._transactions.begin(path, opening, (invoke,), deadline=deadline)
        except TooManyTransactions as error:
            raise TooManyDialogues(str(error)) from None
        self._requests[own] = Asked(operation, invocations)
        return own, begin

    def cancel(self, own: TransactionId) -> Effects:
        """Nobody waits for the outcome of a request any more."""
        self._requests.pop(own, None)
        return [*self._transactions.abort(own)]

    def answer(self, own: TransactionId, invoke_id: int, answer: Answer) -> Effects:
        """The answer to a Serve; nothing if the peer has gone meanwhile."""
        service = self._services.get(own)
        if service is None:
            return []
        if answer is Mistake.ABORT:
            del self._services[own]
            return [*self._transactions.abort(own, _ABORT)]
        if not service.answer(invoke_id, answer, self._room):
            return []
        return [] if service.open else self._end(own, service)

    def serves(self, own: TransactionId) -> bool:
        """Whether a peer waits for answers in this dialogue."""
        return own in self._services

    def returned(self, octets: bytes, reason: str) -> Effects:
        """A TCAP message of ours that the network could not deliver."""
        return self._transactions.returned(octets, reason)

    def lost(self, reachable: Callable[[int], bool]) -> Effects:
        """An association is gone, and with it answers from point codes out of reach."""
        return self._transactions.lost(reachable)

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called next."""
        return self._transactions.deadline

    def tick(self, now: float) -> Effects:
        """Time has passed."""
        return self._transactions.tick(now)

    # From TCAP's indications to a row of a table.

    def _indicated(self, own: TransactionId, event: Event) -> Effects:
        if isinstance(event, Begin):
            return self._opened(own, event)
        asked = self._requests.pop(own, None)
        if asked is not None:
            return self._finish(own, asked, event)
        service = self._services.get(own)
        if service is None:
            return []
        return SERVER.get(type(event), MapDialogues._forget)(self, own, service, event)

    def _finish(self, own: TransactionId, asked: Asked, event: Event) -> Effects:
        try:
            outcome = Outcome(own, CLIENT[type(event)](event, asked))
        except MapFailure as failure:
            outcome = Outcome(own, failure)
        if isinstance(event, Continue):
            return [*self._transactions.abort(own, _ABORT), outcome]
        return [outcome]

    # What a peer asks.

    def _opened(self, own: TransactionId, begin: Begin) -> Effects:
        """A peer's TC-BEGIN: refuse what we do not speak, else look at what is invoked."""
        if begin.dialogue is None:
            # MAP version 1 has no dialogue portion, and its answer may not have one either.
            return [*self._transactions.abort(own)]
        context = SERVED.get(begin.dialogue.application_context) if self._serves_any else None
        if context is None:
            return self._refuse(own, begin.dialogue.application_context)
        self._services[own] = service = Service(context, self._transactions.path(own), begin.otid)
        return self._heard(own, service, begin)

    def _refuse(self, own: TransactionId, context: Oid) -> Effects:
        refusal = DialogueResponse(
            offer(context) if self._serves_any else context,
            accepted=False,
            diagnostic=Diagnostic.CONTEXT_NOT_SUPPORTED,
        )
        return [*self._transactions.abort(own, refusal)]

    def _heard(self, own: TransactionId, service: Service, event: Begin | Continue) -> Effects:
        effects: Effects = []
        for component in event.components:
            try:
                invoked = service.hear(component, self._foreign)
            except ArgumentRefused as refusal:
                effects.append(Refused(refusal, service.path, service.remote_id))
                continue
            if invoked is not None:
                invoke_id, argument = invoked
                effects.append(Serve(own, invoke_id, argument, service.path, service.remote_id))
        if service.open:
            return effects
        if event.components:
            return effects + self._end(own, service)
        return effects + self._accept(own, service)

    def _accept(self, own: TransactionId, service: Service) -> Effects:
        """A dialogue opened before anything is invoked is accepted once; TCAP's time runs on."""
        if service.accepted:
            return []
        acceptance, service.accepted = service.acceptance, True
        return [*self._transactions.proceed(own, acceptance, ())]

    def _end(self, own: TransactionId, service: Service) -> Effects:
        del self._services[own]
        return [*self._transactions.end(own, service.acceptance, tuple(service.ready))]

    def _forget(self, own: TransactionId, service: Service, _event: Event) -> Effects:
        del self._services[own]
        return [Forget(own, invoke_id) for invoke_id in service.open]


# What an event does to a peer's dialogue; any other ends it: answers are no longer wanted.
SERVER: dict[type, Callable[..., Effects]] = {Continue: MapDialogues._heard}
