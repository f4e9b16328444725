"""The M3UA side of a signalling point: all its associations, opened, kept and ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Protocol

import structlog

from mkef.net import signalling_transports
from mkef.net.alarm import Alarm
from mkef.net.capture import Capture, Leg
from mkef.net.capture import Protocol as Captured
from mkef.net.endpoint import Endpoint
from mkef.net.m3ua_association import Association
from mkef.net.m3ua_connector import keep_connected
from mkef.net.running import Running
from mkef.net.signalling_transport import Listener, Transport
from mkef.net.sigtran_section import SigtranSection
from mkef.net.sources import Sources
from mkef.net.tasks import Tasks
from mkef.stack.ipa_asp import IpaAsp
from mkef.stack.m3ua_asp import M3uaAsp
from mkef.stack.m3ua_events import Effects, Forward, Note, Tell
from mkef.stack.m3ua_servers import ApplicationServers
from mkef_codecs.ss7.m3ua import SCCP, ProtocolData

MAX_ASSOCIATIONS = 64
STOP_S = 3.0  # longer than T(ack), whose expiry closes an association that is left

_log = structlog.get_logger()


class User(Protocol):
    """The layer above M3UA."""

    def delivered(self, association: Association, data: ProtocolData, now: float) -> None:
        """Traffic has come over an association."""

    def lost(self) -> None:
        """Point codes may be out of reach."""


class M3uaPoint(Running):
    """Entering it listens and connects; leaving it says goodbye to every peer."""

    def __init__(
        self,
        section: SigtranSection,
        user: User,
        capture: Capture,
        peer_name: str,
        sources: Sources,
    ) -> None:
        self._section = section
        self._label = section.point_code, section.network_indicator
        self._user = user
        self.delivered = user.delivered  # traffic is the user's own
        self._capture = capture
        self._peer_name = peer_name
        self._sources = sources
        self._servers = ApplicationServers(
            [each.provision() for each in section.application_servers],
            registers=section.accept_routing_keys,
        )
        self._alarm = Alarm(sources.timer, self._tick)
        self._associations: dict[str, Association] = {}
        self._listeners: list[Listener] = []
        self._active = asyncio.Event()
        self._stopping = False

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where it listens, by transport: `m3ua_tcp`, `m3ua_sctp`, `ipa`."""
        found: dict[str, list[str]] = {}
        for listener in self._listeners:
            name = "ipa" if listener.transport == "ipa" else f"m3ua_{listener.transport}"
            found.setdefault(name, []).extend(map(str, listener.endpoints))
        return {name: ",".join(endpoints) for name, endpoints in found.items()}

    async def _start(self, stack: AsyncExitStack) -> None:
        section = self._section
        choice, local = section.transport, section.local
        stack.callback(self._alarm.cancel)
        stack.push_async_callback(self._stop)
        for endpoint in section.listen:
            self._listeners += await signalling_transports.listen(
                endpoint, choice, local, self._accept
            )
        tasks = await stack.enter_async_context(Tasks())
        for preference, endpoint in enumerate(section.connect):
            tasks.keep(self._keep(endpoint, preference))

    async def _keep(self, endpoint: Endpoint, preference: int) -> None:
        section = self._section

        reached = section.reached(endpoint)

        def initiate() -> Association:
            return self._association(initiator=True, preference=preference, reached=reached)

        await keep_connected(
            endpoint, section.transport, section.local, initiate, self._sources.octets
        )

    async def _stop(self) -> None:
        self._stopping = True
        for listener in self._listeners:
            listener.close()
        associations = tuple(self._associations.values())
        for association in associations:
            association.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                for association in associations:
                    await association.gone.wait()

    # What the user asks for.

    @property
    def active(self) -> tuple[str, ...]:
        """The associations that take traffic, by their names."""
        return tuple(a.name for a in self._associations.values() if a.active)

    async def wait_active(self, timeout_s: float) -> bool:
        """Whether an association is active, now or within `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._active.wait()
        except TimeoutError:
            return False
        return True

    def reaches(self, point_code: int) -> bool:
        """Whether there is a way to a point code."""
        for association in self._associations.values():
            if association.initiator and association.reaches(point_code):
                return True
        return self._servers.serves(point_code)

    def send(self, octets: bytes, point_code: int, sls: int, preferred: str = "") -> bool:
        """SCCP's octets to a point code; false if there is no way.

        An answer goes over the association that the question came by (`preferred`), or to the ASPs
        of its host or of its point code's application server, or through a gateway that we have
        chosen ourselves: never to whoever else is connected.
        """
        own, network = self._label
        data = ProtocolData(own, point_code, octets, SCCP, network, 0, sls)
        host = None
        if preferred:
            near = self._associations.get(preferred)
            if near is not None and near.send(data):
                return True
            host = Endpoint.parse(preferred).host
        told = self._servers.forward(data, host)
        if told is not None:
            self.spread(told)
            return True
        gateway = self._gateway(point_code, sls)
        if gateway is None:
            return False
        gateway.send(data)
        return True

    def _gateway(self, point_code: int, sls: int) -> Association | None:
        """One of the associations that we opened: the first of the configuration that reaches a
        point code, or with loadsharing one for each SLS."""
        every = self._associations.values()
        ways = [a for a in every if a.initiator and a.reaches(point_code)]
        if len(ways) < 2:
            return ways[0] if ways else None
        if self._section.traffic_mode == "loadshare":
            return ways[sls % len(ways)]
        return min(ways, key=lambda association: association.preference)

    # What associations ask for and tell.

    def _accept(self) -> Association:
        return self._association(initiator=False)

    def _association(
        self, *, initiator: bool, preference: int = 0, reached: frozenset[int] | None = None
    ) -> Association:
        section = self._section
        machine = (
            IpaAsp(section.ipa_rules(), self._servers)
            if section.transport == "ipa"
            else M3uaAsp(section.rules(), self._servers)
        )
        timer = self._sources.timer
        return Association(
            machine, self, timer, initiator=initiator, preference=preference, reached=reached
        )

    def opened(self, association: Association, transport: Transport) -> Leg:
        """A transport is up; one too many is closed at once."""
        self._associations[association.name] = association
        if self._stopping or len(self._associations) > MAX_ASSOCIATIONS:
            transport.close()
        return self._capture.leg(
            Captured.IPA if self._section.transport == "ipa" else Captured.M3UA,
            self._peer_name,
            initiator=association.initiator,
            carried=transport.carried,
        )

    def ended(self, association: Association) -> None:
        """A transport is gone."""
        if self._associations.get(association.name) is association:
            del self._associations[association.name]
        self._alarm.set(self._servers.deadline)

    def changed(self, _association: Association) -> None:
        """Traffic may flow, or no more, or not to everywhere."""
        if any(a.active for a in self._associations.values()):
            self._active.set()
        else:
            self._active.clear()
        self._user.lost()
        self._alarm.set(self._servers.deadline)

    def spread(self, effects: Effects) -> None:
        """Notifications and traffic for the associations that they name."""
        for effect in effects:
            match effect:
                case Tell(asp, message, supersedes) if asp in self._associations:
                    self._associations[asp].tell(message, supersedes=supersedes)
                case Forward(asp, data, context) if asp in self._associations:
                    self._associations[asp].send(data, context)
                case Note(event, fields):
                    _log.warning(event, **fields)

    def _tick(self, now: float) -> None:
        self.spread(self._servers.tick(now))
        self._alarm.set(self._servers.deadline)
