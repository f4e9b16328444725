"""A signalling point over SIGTRAN: sendAuthenticationInfo asked for and served."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import structlog

from mkef.net.alarm import Alarm
from mkef.net.capture import Capture
from mkef.net.m3ua_association import Association
from mkef.net.m3ua_point import M3uaPoint, PointCode, SigtranSection, Ssn
from mkef.net.running import Running
from mkef.net.sources import SYSTEM, Sources
from mkef.net.tasks import Tasks
from mkef.stack.map_dialogue import Effect, Effects, Forget, MapDialogues, Outcome, Serve
from mkef.stack.map_failure import MapFailure, NoRoute
from mkef.stack.sccp_routing import Answer, Drop, Returned, SccpRouting, ToUser
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


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the calling party, with its point code, and the association (host and port)."""

    address: SccpAddress
    association: str


AuthenticationService = Callable[
    [SendAuthenticationInfoArg, Caller], Awaitable[SendAuthenticationInfoRes | MapUserError]
]


class SigtranNode(Running):
    """One signalling point; entering it starts everything, leaving it stops everything.

    `service` None: dialogues of peers are refused. `knows_variant` false: an HLR that rejects the
    operation of the variant; what its service makes of the extension is the service's.
    """

    def __init__(
        self,
        section: SigtranSection,
        *,
        service: AuthenticationService | None,
        capture: Capture,
        peer_name: str,
        knows_variant: bool = True,
        sources: Sources = SYSTEM,
    ) -> None:
        self._section = section
        self._service = service
        self._timer = sources.timer
        self._point = M3uaPoint(section, self, capture, peer_name, sources)
        self._routing = SccpRouting(section.point_code, frozenset({section.ssn}))
        self._map = MapDialogues(
            Transactions(sources.octets), serves=service is not None, knows_variant=knows_variant
        )
        self._alarm = Alarm(sources.timer, self._tick)
        self._waiting: dict[TransactionId, asyncio.Future[SendAuthenticationInfoRes]] = {}
        self._serving: dict[TransactionId, asyncio.Task[None]] = {}
        self._tasks = Tasks()

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where it listens, by transport: `m3ua_tcp`, `m3ua_sctp`."""
        return self._point.addresses

    async def _start(self, stack: AsyncExitStack) -> None:
        stack.callback(self._alarm.cancel)
        await stack.enter_async_context(self._point)
        await stack.enter_async_context(self._tasks)

    # Asking.

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
    ) -> SendAuthenticationInfoRes:
        """Ask an HLR; every other outcome is a MapFailure (mkef.stack.map_failure)."""
        path = self._path(destination)
        deadline = self._timer() + timeout_s
        transaction, effects = self._map.request(arg, encoding, path, deadline=deadline)
        waiting: asyncio.Future[SendAuthenticationInfoRes]
        waiting = self._waiting[transaction] = asyncio.get_running_loop().create_future()
        self._apply(effects)
        try:
            return await waiting
        finally:
            del self._waiting[transaction]
            if waiting.cancelled():
                self._apply(self._map.cancel(transaction))

    def _path(self, destination: SccpAddress) -> Path:
        point_code = destination.point_code
        if point_code is None:
            point_code = self._section.gateway_point_code
        if point_code is None:
            raise NoRoute(f"{destination} has no point code, and there is no gateway_point_code")
        association = self._point.choose()
        if association is None:
            raise NoRoute("no M3UA association is active")
        return Path(self._local(destination), destination, point_code, association.name)

    def _local(self, destination: SccpAddress) -> SccpAddress:
        """Our own address: by global title to a peer that answers by global title."""
        section = self._section
        if destination.route_on_ssn or not section.global_title:
            return SccpAddress(section.ssn, section.point_code)
        title = GlobalTitle(section.global_title)
        return SccpAddress(section.ssn, None, title, route_on_ssn=False)

    # What the network brings.

    def delivered(self, data: ProtocolData, association: Association) -> None:
        """Traffic has come: through SCCP to MAP, or back."""
        match self._routing.route(data):
            case ToUser() as route:
                path = Path(route.called, route.calling, route.reply_point_code, association.name)
                self._apply(self._map.receive(route.data, path, self._timer()))
            case Returned(octets, reason):
                self._apply(self._map.returned(octets, reason))
            case Answer(point_code, message):
                self._send(message, point_code, association)
            case Drop(problem):
                _log.warning("SCCP message dropped", peer=association.name, problem=problem)

    def lost(self, association: Association) -> None:
        """No more traffic will come over an association."""
        self._apply(self._map.lost(association.name))

    def _send(self, message: SccpMessage, point_code: int, association: Association) -> None:
        try:
            self._point.send(message.encode(), point_code, association)
        except CodecError as error:
            _log.warning("SCCP message not sent", peer=association.name, problem=str(error))

    # What MAP asks for.

    def _tick(self, now: float) -> None:
        self._apply(self._map.tick(now))

    def _apply(self, effects: Effects) -> None:
        for effect in effects:
            self._perform(effect)
        self._alarm.set(self._map.deadline)

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Transmit(path, octets):
                self._transmit(path, octets)
            case Outcome(transaction, result):
                self._finish(transaction, result)
            case Serve(transaction, arg, path):
                self._serve(transaction, arg, path)
            case Forget(transaction):
                self._forget(transaction)
            case Note(event, fields):
                _log.warning(event, **fields)

    def _transmit(self, path: Path, octets: bytes) -> None:
        association = self._point.choose(path.association)
        if association is None:
            _log.warning("TCAP message not sent", problem="no M3UA association is active")
            return
        unitdata = Unitdata(path.remote, path.local, octets, return_on_error=True)
        self._send(unitdata, path.point_code, association)

    def _finish(
        self, transaction: TransactionId, result: SendAuthenticationInfoRes | MapFailure
    ) -> None:
        waiting = self._waiting[transaction]
        if waiting.done():
            return
        if isinstance(result, MapFailure):
            waiting.set_exception(result)
        else:
            waiting.set_result(result)

    def _serve(
        self, transaction: TransactionId, arg: SendAuthenticationInfoArg, path: Path
    ) -> None:
        address = path.remote
        if address.point_code is None:
            address = replace(address, point_code=path.point_code)
        work = self._work(transaction, arg, Caller(address, path.association))
        task = self._serving[transaction] = self._tasks.keep(work)
        task.add_done_callback(lambda done: self._served(transaction, done))

    def _served(self, transaction: TransactionId, task: asyncio.Task[None]) -> None:
        # The id may belong to another dialogue by now.
        if self._serving.get(transaction) is task:
            del self._serving[transaction]

    def _forget(self, transaction: TransactionId) -> None:
        serving = self._serving.get(transaction)
        if serving is not None:
            serving.cancel()

    async def _work(
        self, transaction: TransactionId, arg: SendAuthenticationInfoArg, caller: Caller
    ) -> None:
        assert self._service is not None
        try:
            answer = await self._service(arg, caller)
        except Exception:  # noqa: BLE001 - one dialogue's trouble is not another's
            _log.exception("service failed")
            answer = MapUserError.SYSTEM_FAILURE
        self._apply(self._map.answer(transaction, answer))
