"""The M3UA side of a signalling point: all its associations, opened, kept and ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Annotated, Protocol

from msgspec import Meta

from mkef.net import m3ua_transport
from mkef.net.capture import Capture, Leg
from mkef.net.capture import Protocol as Captured
from mkef.net.endpoint import Endpoint
from mkef.net.m3ua_association import Association
from mkef.net.m3ua_connector import keep_connected
from mkef.net.m3ua_transport import Listener, Transport, TransportChoice
from mkef.net.running import Running
from mkef.net.section import Section
from mkef.net.sources import Sources
from mkef.net.tasks import Tasks
from mkef.stack.m3ua_asp import M3uaAsp
from mkef_codecs.ss7.m3ua import ProtocolData

MAX_ASSOCIATIONS = 64
STOP_S = 3.0  # longer than T(ack), whose expiry closes an association that is left

PointCode = Annotated[int, Meta(ge=0, le=16383)]
Ssn = Annotated[int, Meta(ge=2, le=254)]


class SigtranSection(Section, frozen=True):
    """`[sigtran]`: this signalling point and its associations."""

    point_code: PointCode
    ssn: Ssn
    listen: tuple[Endpoint, ...] = ()
    connect: tuple[Endpoint, ...] = ()
    transport: TransportChoice = "auto"
    routing_context: Annotated[int, Meta(ge=0, le=0xFFFFFFFF)] | None = None
    network_indicator: Annotated[int, Meta(ge=0, le=3)] = 2  # national
    global_title: Annotated[str, Meta(pattern="^[0-9]{0,15}$")] = ""  # of its own, E.164
    gateway_point_code: PointCode | None = None  # who translates global titles
    heartbeat_s: Annotated[float, Meta(ge=0)] = 30.0  # BEAT after so much silence; 0: never


class User(Protocol):
    """The layer above M3UA."""

    def delivered(self, data: ProtocolData, association: Association) -> None:
        """Traffic has come over an association."""

    def lost(self, association: Association) -> None:
        """No more traffic will come over an association."""


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
        self._user = user
        self._capture = capture
        self._peer_name = peer_name
        self._sources = sources
        self._associations: list[Association] = []
        self._listeners: list[Listener] = []
        self._active = asyncio.Event()
        self._stopping = False

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where it listens, by transport: `m3ua_tcp`, `m3ua_sctp`."""
        found: dict[str, list[str]] = {}
        for listener in self._listeners:
            name = f"m3ua_{listener.transport}"
            found.setdefault(name, []).extend(map(str, listener.endpoints))
        return {name: ",".join(endpoints) for name, endpoints in found.items()}

    async def _start(self, stack: AsyncExitStack) -> None:
        choice = self._section.transport
        stack.push_async_callback(self._stop)
        for endpoint in self._section.listen:
            self._listeners += await m3ua_transport.listen(endpoint, choice, self._accept)
        tasks = await stack.enter_async_context(Tasks())
        for endpoint in self._section.connect:
            tasks.keep(keep_connected(endpoint, choice, self._initiate, self._sources.octets))

    async def _stop(self) -> None:
        self._stopping = True
        for listener in self._listeners:
            listener.close()
        associations = tuple(self._associations)
        for association in associations:
            association.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                for association in associations:
                    await association.gone.wait()

    # What the user asks for.

    async def wait_active(self, timeout_s: float) -> bool:
        """Whether an association is active, now or within `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._active.wait()
        except TimeoutError:
            return False
        return True

    def choose(self, preferred: str = "") -> Association | None:
        """An active association; of a dialogue the one it began on, or one with the same host.

        Vectors never leave for whoever else is connected.
        """
        active = [a for a in self._associations if a.active]
        if not preferred:
            return active[0] if active else None
        host = Endpoint.parse(preferred).host
        near = [a for a in active if Endpoint.parse(a.name).host == host]
        return next((a for a in near if a.name == preferred), near[0] if near else None)

    def send(self, octets: bytes, point_code: int, association: Association) -> None:
        """SCCP's octets to a point code over an association."""
        section = self._section
        indicator = section.network_indicator
        association.send(
            ProtocolData(section.point_code, point_code, octets, network_indicator=indicator)
        )

    # What associations ask for and tell.

    def _accept(self) -> Association:
        return self._association(initiator=False)

    def _initiate(self) -> Association:
        return self._association(initiator=True)

    def _association(self, *, initiator: bool) -> Association:
        section = self._section
        asp = M3uaAsp(routing_context=section.routing_context, beat_s=section.heartbeat_s)
        return Association(asp, self, self._sources.timer, initiator=initiator)

    def opened(self, association: Association, transport: Transport) -> Leg:
        """A transport is up; one too many is closed at once."""
        self._associations.append(association)
        if self._stopping or len(self._associations) > MAX_ASSOCIATIONS:
            transport.close()
        return self._capture.leg(
            Captured.M3UA,
            self._peer_name,
            initiator=association.initiator,
            carried=transport.carried,
        )

    def ended(self, association: Association) -> None:
        """A transport is gone."""
        if association in self._associations:
            self._associations.remove(association)

    def delivered(self, association: Association, data: ProtocolData) -> None:
        """Traffic has come."""
        self._user.delivered(data, association)

    def changed(self, association: Association) -> None:
        """Traffic may flow, or no more."""
        if self.choose():
            self._active.set()
        else:
            self._active.clear()
        if not association.active:
            self._user.lost(association)
