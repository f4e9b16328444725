"""A signalling point over SIGTRAN: sendAuthenticationInfo asked for and served."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import structlog
from msgspec import Struct

from mkef.net.alarm import Alarm
from mkef.net.capture import Capture
from mkef.net.m3ua_association import Association
from mkef.net.m3ua_point import M3uaPoint
from mkef.net.running import Running
from mkef.net.sigtran_section import PointCode, SigtranSection, Ssn
from mkef.net.sources import SYSTEM, Sources
from mkef.net.tasks import Tasks
from mkef.stack.map_dialogue import Effect, Effects, Forget, MapDialogues, Outcome, Refused, Serve
from mkef.stack.map_failure import MapFailure, NoRoute
from mkef.stack.map_server import ArgumentRefused, Mistake
from mkef.stack.sccp_routing import (
    Answer,
    Drop,
    Returned,
    Route,
    SccpRouting,
    ToUser,
    Unroutable,
)
from mkef.stack.tcap_dialogue import Note, Path, TransactionId, Transactions, Transmit
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.m3ua import ProtocolData
from mkef_codecs.ss7.map_auth import (
    Encoding,
    MapUserError,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
)
from mkef_codecs.ss7.sccp import GlobalTitle, SccpAddress, SccpMessage, Unitdata

__all__ = ["AuthenticationService", "Caller", "PointCode", "SigtranNode", "SigtranSection", "Ssn"]

_log = structlog.get_logger()


class Caller(Struct, frozen=True):
    """Who asks: the calling party, with its point code, and the association (host and port).

    `transaction` is the TCAP transaction id that the caller gave the dialogue (its otid).
    """

    address: SccpAddress
    association: str
    transaction: TransactionId = b""


Question = tuple[SendAuthenticationInfoArg, Caller]
Answered = SendAuthenticationInfoRes | MapUserError | Mistake
Answers = Sequence[Answered | Awaitable[Answered]]
# Asked once for all that one turn of the event loop brings, so that a store is read once as well.
# What is there at once, all answers or one, costs no task.
AuthenticationService = Callable[[Sequence[Question]], Answers | Awaitable[Answers]]
Invocation = tuple[TransactionId, int]
_Asked = tuple[Invocation, Question]


class SigtranNode(Running):
    """One signalling point; entering it starts everything, leaving it stops everything.

    `service` None: dialogues of peers are refused. `knows_variant` false: an HLR that rejects the
    operation of the variant; what its service makes of the extension is the service's. `refused`
    is told of arguments that never get to the service.
    """

    def __init__(
        self,
        section: SigtranSection,
        *,
        service: AuthenticationService | None,
        capture: Capture,
        peer_name: str,
        knows_variant: bool = True,
        refused: Callable[[ArgumentRefused, Caller], None] | None = None,
        sources: Sources = SYSTEM,
    ) -> None:
        self._section = section
        self._service = service
        self._refused = refused
        self._timer = sources.timer
        self._point = M3uaPoint(section, self, capture, peer_name, sources)
        self._routing = SccpRouting(
            section.point_code,
            frozenset({section.ssn}),
            table=section.table(),
            gateway=section.gateway_point_code,
            titles=frozenset({section.global_title} - {""}),
        )
        self._map = MapDialogues(
            Transactions(sources.octets),
            serves=service is not None,
            knows_variant=knows_variant,
            segments=section.segmentation,
        )
        self._alarm = Alarm(sources.timer, self._tick)
        self._sccp_alarm = Alarm(sources.timer, self._tick_sccp)
        self._in_sequence = bool(section.protocol_class)
        self._own = SccpAddress(section.ssn, section.point_code)
        self._own_titled = self._own
        if section.global_title:
            title = GlobalTitle(section.global_title)
            self._own_titled = SccpAddress(section.ssn, None, title, route_on_ssn=False)
        self._waiting: dict[TransactionId, asyncio.Future[SendAuthenticationInfoRes]] = {}
        self._asked: list[_Asked] = []  # in this turn of the event loop
        self._serving: dict[Invocation, asyncio.Task[Answered]] = {}
        self._tasks = Tasks()
        self._performers: dict[type[Effect], Callable[[Any], None]] = {
            Transmit: self._transmit,
            Outcome: self._finish,
            Serve: self._serve,
            Refused: self._refuse,
            Forget: self._forget,
            Note: self._note,
        }

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where it listens, by transport: `m3ua_tcp`, `m3ua_sctp`."""
        return self._point.addresses

    async def _start(self, stack: AsyncExitStack) -> None:
        self._loop = asyncio.get_running_loop()
        stack.callback(self._alarm.cancel)
        stack.callback(self._sccp_alarm.cancel)
        stack.callback(self._asked.clear)
        await stack.enter_async_context(self._point)
        await stack.enter_async_context(self._tasks)

    # Asking.

    @property
    def active(self) -> tuple[str, ...]:
        """The associations that take traffic, by their names."""
        return self._point.active

    async def wait_active(self, timeout_s: float) -> bool:
        """Whether a peer takes traffic, now or within `timeout_s`."""
        return await self._point.wait_active(timeout_s)

    async def send_authentication_info(
        self,
        destination: SccpAddress,
        arg: SendAuthenticationInfoArg,
        *,
        encoding: Encoding,
        timeout_s: float = 15.0,
        begun: Callable[[TransactionId], None] | None = None,
    ) -> SendAuthenticationInfoRes:
        """Ask an HLR; every other outcome is a MapFailure (mkef.stack.map_failure).

        `begun` is told the TCAP transaction id of the dialogue.
        """
        path = self._path(destination)
        deadline = self._timer() + timeout_s
        transaction, begin = self._map.request(arg, encoding, path, deadline=deadline)
        waiting: asyncio.Future[SendAuthenticationInfoRes] = self._loop.create_future()
        self._waiting[transaction] = waiting
        if begun is not None:
            begun(transaction)
        self._transmit(begin)
        self._alarm.set(deadline)
        try:
            return await waiting
        finally:
            del self._waiting[transaction]
            if waiting.cancelled():
                self._apply(self._map.cancel(transaction))

    def _path(self, destination: SccpAddress) -> Path:
        """The way to a called party, answered by global title if it is asked by one."""
        try:
            remote, point_code = self._routing.find(destination, self._point.reaches)
        except Unroutable as problem:
            raise NoRoute(str(problem)) from None
        local = self._own if destination.route_on_ssn else self._own_titled
        return Path(local, remote, point_code, "")

    # What the network brings.

    def delivered(self, association: Association, data: ProtocolData, now: float) -> None:
        """Traffic has come: through SCCP to MAP, or back."""
        routes = self._routing.route(data, now)
        first = routes[0] if routes else None
        if isinstance(first, ToUser):  # which stands alone
            path = Path(first.called, first.calling, first.reply_point_code, association.name)
            self._apply(self._map.receive(first.data, path, now))
            if self._service is not None and not self._asked:
                self._wait()  # a transaction may have begun; a turn that asks waits at its end
            return
        for route in routes:
            self._return(route, association.name)
        self._sccp_alarm.set(self._routing.deadline)  # SCCP may have something to wait for

    def _return(self, route: Route, association: str) -> None:
        match route:
            case Returned(octets, reason):
                self._apply(self._map.returned(octets, reason))
            case Answer(point_code, message):
                self._send(message, point_code, association)
            case Drop(problem):
                _log.warning("SCCP message dropped", peer=association, problem=problem)

    def lost(self) -> None:
        """Point codes may be out of reach: who asks there is told so."""
        self._apply(self._map.lost(self._point.reaches))

    def _send(self, message: SccpMessage, point_code: int, association: str) -> None:
        try:
            for sls, octets in self._routing.messages(message):
                if not self._point.send(octets, point_code, sls, association):
                    problem = f"no M3UA association to point code {point_code} is active"
                    _log.warning("SCCP message not sent", peer=association, problem=problem)
        except CodecError as error:
            _log.warning("SCCP message not sent", peer=association, problem=str(error))

    # What MAP asks for.

    def _tick(self, now: float) -> None:
        self._apply(self._map.tick(now))
        self._wait()

    def _wait(self) -> None:
        """For the next deadline; where nothing is live any more, the alarm rings in vain."""
        deadline = self._map.deadline
        if deadline is not None:
            self._alarm.set(deadline)

    def _tick_sccp(self, now: float) -> None:
        for route in self._routing.tick(now):
            self._return(route, "")
        self._sccp_alarm.set(self._routing.deadline)

    def _apply(self, effects: Effects) -> None:
        for effect in effects:
            self._performers[type(effect)](effect)

    def _transmit(self, effect: Transmit) -> None:
        path = effect.path
        unitdata = Unitdata(
            path.remote,
            path.local,
            effect.octets,
            return_on_error=True,
            in_sequence=self._in_sequence,
        )
        self._send(unitdata, path.point_code, path.association)

    def _finish(self, effect: Outcome) -> None:
        waiting, result = self._waiting[effect.transaction], effect.result
        if waiting.done():
            return
        if isinstance(result, MapFailure):
            waiting.set_exception(result)
        else:
            waiting.set_result(result)

    def _serve(self, effect: Serve) -> None:
        caller = _caller(effect)
        if not self._asked:
            self._loop.call_soon(self._serve_turn)
        self._asked.append(((effect.transaction, effect.invoke_id), (effect.arg, caller)))

    def _refuse(self, effect: Refused) -> None:
        caller, refusal = _caller(effect), effect.refusal
        _log.warning(
            "MAP argument refused",
            outcome=refusal.outcome,
            problem=str(refusal),
            caller=caller.address.text,
            association=caller.association,
            zr_otid=caller.transaction.hex(),
        )
        if self._refused is not None:
            self._refused(refusal, caller)

    def _serve_turn(self) -> None:
        asked = self._asked.copy()
        self._asked.clear()
        if asked:  # the node may have stopped, or all of them are forgotten
            self._serve_all(asked)
            self._wait()

    def _serve_all(self, asked: list[_Asked]) -> None:
        """The service's answers, now or when it has read what it needs."""
        assert self._service is not None
        try:
            answers = self._service([question for _, question in asked])
        except Exception as error:  # noqa: BLE001 - one dialogue's trouble is not another's
            self._fail(asked, error)
            return
        if isinstance(answers, Sequence):
            self._answer(asked, answers)
            return
        task = self._tasks.own(asyncio.ensure_future(answers))
        task.add_done_callback(lambda done: self._served_all(asked, done))

    def _served_all(self, asked: list[_Asked], task: asyncio.Task[Answers]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._answer(asked, task.result())
        else:
            self._fail(asked, error)

    def _fail(self, asked: list[_Asked], error: BaseException) -> None:
        """Only whose request it is that the service fails at hears of it."""
        if len(asked) == 1:
            self._answer(asked, [_failure(error)])
            return
        for each in asked:
            self._serve_all([each])

    def _answer(self, asked: list[_Asked], answers: Answers) -> None:
        effects: Effects = []
        for (invocation, _), answer in zip(asked, answers, strict=True):
            if isinstance(answer, Answered):
                effects += self._map.answer(*invocation, answer)
            else:
                self._serve_later(invocation, answer)
        self._apply(effects)

    def _serve_later(self, invocation: Invocation, answer: Awaitable[Answered]) -> None:
        # The service's own coroutine is the task: one that is cancelled before it starts is closed.
        task = asyncio.ensure_future(answer)
        self._serving[invocation] = self._tasks.own(task)
        task.add_done_callback(lambda done: self._served(invocation, done))
        if not self._map.serves(invocation[0]):  # gone while the service read what it needs
            task.cancel()

    def _served(self, invocation: Invocation, task: asyncio.Task[Answered]) -> None:
        # The id may belong to another dialogue by now.
        if self._serving.get(invocation) is task:
            del self._serving[invocation]
        if task.cancelled():
            return
        error = task.exception()
        answer = task.result() if error is None else _failure(error)
        self._apply(self._map.answer(*invocation, answer))

    def _forget(self, effect: Forget) -> None:
        invocation = effect.transaction, effect.invoke_id
        serving = self._serving.get(invocation)
        if serving is not None:
            serving.cancel()
        self._asked[:] = [each for each in self._asked if each[0] != invocation]
        self._wait()

    def _note(self, effect: Note) -> None:
        _log.warning(effect.event, **effect.fields)


def _caller(effect: Serve | Refused) -> Caller:
    path = effect.path
    address = path.remote
    if address.point_code is None:
        address = replace(address, point_code=path.point_code)
    return Caller(address, path.association, effect.remote_id)


def _failure(error: BaseException) -> MapUserError:
    """A service that raised, for whoever asked."""
    _log.error("service failed", exc_info=error)
    return MapUserError.SYSTEM_FAILURE
