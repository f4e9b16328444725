"""Send-Authentication-Info as the HLR serves it over MAP: the ordinary one and the variant."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from msgspec.structs import replace

from hlr_stub.audit import Audit
from hlr_stub.directory import Directory, Found
from hlr_stub.faults import Fault, FaultKind, Faults
from hlr_stub.operations import Operations, Triplets
from hlr_stub.reasons import ANSWERS, Refused
from mkef.net.endpoint import Endpoint
from mkef.net.sigtran import Answered, Answers, Caller, Question
from mkef.stack.map_server import ArgumentRefused, Mistake
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7.map_auth import (
    Quintuplet,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MapPeers:
    """The MKEFs, by association and calling party, since neither alone proves anything."""

    point_codes: frozenset[int]
    global_titles: frozenset[str]
    hosts: frozenset[str]  # IP addresses of associations; none: any

    def lists(self, caller: Caller) -> bool:
        """Whether the caller is an MKEF."""
        if self.hosts and Endpoint.parse(caller.association).host not in self.hosts:
            return False
        address = caller.address
        if address.global_title is not None and address.global_title.digits in self.global_titles:
            return True
        return address.point_code in self.point_codes


class MapService:
    """Answers arguments with results or user errors, at once where nothing has to be waited for."""

    def __init__(
        self,
        directory: Directory,
        operations: Operations,
        peers: MapPeers,
        faults: Faults,
        audit: Audit,
        *,
        variant: bool,
        count: Callable[[str, str], None],
    ) -> None:
        self._directory = directory
        self._operations = operations
        self._peers = peers
        self._faults = faults
        self._audit = audit
        self._variant = variant
        self._count = count

    def __call__(self, questions: Sequence[Question]) -> Answers | Awaitable[Answers]:
        """The answers to some requests, whose subscriptions are read in one go.

        Each use of the variant is an audit line.
        """
        imsis = [arg.imsi for arg, caller in questions if self._peers.lists(caller)]
        if self._directory.at_hand:
            return self._answers(questions, self._directory.some(imsis) if len(imsis) > 1 else {})
        return self._answers_later(questions, imsis)

    async def _answers_later(self, questions: Sequence[Question], imsis: list[Imsi]) -> Answers:
        return self._answers(questions, await self._directory.fetch(imsis))

    def _answers(self, questions: Sequence[Question], found: Found) -> Answers:
        answer = self._answer_or_fail if self._faults else self._answer
        with self._directory.holding(found):
            return [answer(arg, caller) for arg, caller in questions]

    def _answer_or_fail(
        self, arg: SendAuthenticationInfoArg, caller: Caller
    ) -> Answered | Awaitable[Answered]:
        faults = self._faults.draw(arg.imsi.digits)
        return self._faulty(arg, caller, faults) if faults else self._answer(arg, caller)

    def _answer(
        self, arg: SendAuthenticationInfoArg, caller: Caller
    ) -> Answered | Awaitable[Answered]:
        if arg.rand_list is None or not self._variant:
            # An HLR without the variant passes over extensions that it does not know.
            return self._ordinary(arg)
        try:
            triplets = self._operations.chosen(
                arg.imsi,
                arg.number_of_requested_vectors,
                arg.rand_list,
                listed=self._peers.lists(caller),
            )
        except Refused as refused:
            return self._refused(arg, caller, refused)
        if isinstance(triplets, tuple):
            return self._chosen(arg, caller, triplets)
        return self._chosen_later(arg, caller, triplets)

    async def _chosen_later(
        self, arg: SendAuthenticationInfoArg, caller: Caller, triplets: Awaitable[Triplets]
    ) -> Answered:
        try:
            return self._chosen(arg, caller, await triplets)
        except Refused as refused:
            return self._refused(arg, caller, refused)

    def _chosen(
        self, arg: SendAuthenticationInfoArg, caller: Caller, triplets: Triplets
    ) -> Answered:
        self._note("answered", arg, caller)
        self._count("variant", "answered")
        return SendAuthenticationInfoRes(triplets=triplets)

    def _refused(
        self, arg: SendAuthenticationInfoArg, caller: Caller, refused: Refused
    ) -> Answered:
        self._note(refused.reason.value, arg, caller)
        self._count("variant", refused.reason.value)
        return ANSWERS[refused.reason].map_error

    def argument_refused(self, refusal: ArgumentRefused, caller: Caller) -> None:
        """An argument never got here; a use of the variant whose IMSI is known is an audit line."""
        self._count("MAP", refusal.outcome)
        if refusal.imsi is not None:
            arg = SendAuthenticationInfoArg(refusal.imsi, rand_list=())
            self._note(refusal.outcome, arg, caller)

    def _note(self, outcome: str, arg: SendAuthenticationInfoArg, caller: Caller) -> None:
        rands = len(arg.rand_list or ())
        self._audit.note(
            outcome,
            arg.imsi,
            caller.address.text,
            caller.association,
            rands,
            ("zr_otid", caller.transaction.hex()),
        )

    async def _ordinary(self, arg: SendAuthenticationInfoArg) -> Answered:
        try:
            vectors = await self._operations.vectors(
                arg.imsi,
                arg.number_of_requested_vectors,
                triplets=arg.map_version == 2,
                again=arg.resynchronisation,
            )
        except Refused as refused:
            self._count("sendAuthenticationInfo", refused.reason.value)
            _log.warning("refused", imsi=arg.imsi, reason=refused.reason.value)
            return ANSWERS[refused.reason].map_error
        self._count("sendAuthenticationInfo", "answered")
        _log.debug("answered", imsi=arg.imsi, vectors=len(vectors))
        return _result(vectors)

    # Mistakes on demand.

    async def _faulty(
        self, arg: SendAuthenticationInfoArg, caller: Caller, faults: tuple[Fault, ...]
    ) -> Answered:
        fell = partial(self._fell, arg=arg, caller=caller)
        for fault in faults:
            self._count("fault", str(fault.kind))
            if fault.outcome is not None:
                fell(fault.outcome)
            early = await _before(fault, fell)
            if early is not None:
                return early
        answer = self._answer(arg, caller)
        if not isinstance(answer, Answered):
            answer = await answer
        if isinstance(answer, SendAuthenticationInfoRes):
            for fault in faults:
                answer = await self._spoil(fault, arg, answer)
        return answer

    def _fell(self, outcome: str, arg: SendAuthenticationInfoArg, caller: Caller) -> None:
        if arg.rand_list is None or not self._variant:
            self._count("sendAuthenticationInfo", outcome)
        else:
            self._note(outcome, arg, caller)
            self._count("variant", outcome)

    async def _spoil(
        self, fault: Fault, arg: SendAuthenticationInfoArg, answer: SendAuthenticationInfoRes
    ) -> SendAuthenticationInfoRes:
        if fault.kind is FaultKind.WRONG_RAND:
            return _other_rands(answer)
        if fault.kind is FaultKind.QUINTUPLETS:
            return _result(await self._operations.vectors(arg.imsi, len(answer.triplets) or 1))
        return answer


async def _before(fault: Fault, fell: Callable[[str], None]) -> Answered | None:
    """What a fault does before anything is looked up: wait, or answer."""
    match fault.kind:
        case FaultKind.DELAY:
            await fault.wait(fell)
        case FaultKind.DROP:
            await asyncio.Event().wait()  # until the dialogue is forgotten
        case FaultKind.ERROR:
            return fault.error
        case FaultKind.ABORT:
            return Mistake.ABORT
        case FaultKind.GARBAGE:
            return Mistake.GARBAGE
        case _:
            pass
    return None


def _other_rands(answer: SendAuthenticationInfoRes) -> SendAuthenticationInfoRes:
    return SendAuthenticationInfoRes(
        tuple(replace(vector, rand=_inverted(vector.rand)) for vector in answer.triplets),
        tuple(replace(vector, rand=_inverted(vector.rand)) for vector in answer.quintuplets),
    )


def _inverted(rand: bytes) -> bytes:
    return bytes(octet ^ 0xFF for octet in rand)


def _result(vectors: Triplets | tuple[Quintuplet, ...]) -> SendAuthenticationInfoRes:
    quintuplets = tuple(vector for vector in vectors if isinstance(vector, Quintuplet))
    if quintuplets:
        return SendAuthenticationInfoRes(quintuplets=quintuplets)
    return SendAuthenticationInfoRes(tuple(v for v in vectors if not isinstance(v, Quintuplet)))
