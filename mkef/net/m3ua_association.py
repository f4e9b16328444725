"""One association: its transport, its machine, its timer and its tap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from mkef.net.alarm import Alarm
from mkef.net.capture import Leg
from mkef.net.signalling_transport import Transport
from mkef.stack.ipa_asp import IpaAsp
from mkef.stack.m3ua_asp import M3uaAsp
from mkef.stack.m3ua_events import (
    Active,
    Close,
    Deliver,
    Effect,
    Effects,
    Forward,
    Note,
    Reach,
    Send,
    Sendable,
    Tell,
)
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.m3ua import M3uaError, ProtocolData

_log = structlog.get_logger()

Machine = M3uaAsp | IpaAsp


class Owner(Protocol):
    """The signalling point that an association belongs to."""

    def opened(self, association: Association, transport: Transport) -> Leg:
        """A transport is up; the tap for it."""

    def delivered(self, association: Association, data: ProtocolData, now: float) -> None:
        """Traffic has come."""

    def changed(self, association: Association) -> None:
        """Traffic may flow, or no more, or not to everywhere."""

    def spread(self, effects: Effects) -> None:
        """What other associations have to send."""

    def ended(self, association: Association) -> None:
        """The transport is gone."""


class Association:
    """Octets between a transport and its machine; `gone` is set when it is over."""

    def __init__(
        self,
        machine: Machine,
        owner: Owner,
        timer: Callable[[], float],
        *,
        initiator: bool,
        preference: int = 0,
        reached: frozenset[int] | None = None,
    ) -> None:
        """`reached`: the only point codes that the peer is a way to."""
        self._machine = machine
        self._owner = owner
        self._timer = timer
        self._alarm = Alarm(timer, self._tick)
        self._transport: Transport | None = None
        self._leg: Leg | None = None  # where there is a capture
        self.initiator = initiator
        self._reached = reached
        self.preference = preference  # among those that we opened, the lowest first
        self.name = ""  # the peer's address and port
        self.host = ""
        self.served = False  # traffic could flow at least once
        self.gone = asyncio.Event()

    @property
    def active(self) -> bool:
        """Whether traffic may flow."""
        return self._machine.active

    def reaches(self, point_code: int) -> bool:
        """Whether traffic for a point code may flow here, as far as the peer has told."""
        machine = self._machine
        if not machine.active or (self._reached is not None and point_code not in self._reached):
            return False
        destinations = machine.destinations
        return not destinations.told or destinations.reachable(point_code, self._timer())

    # What the transport brings.

    def connected(self, transport: Transport) -> None:
        """The transport is up: the machine begins."""
        self._transport = transport
        self.name, self.host = str(transport.peer), transport.peer.host
        leg = self._owner.opened(self, transport)
        self._leg = leg if leg.active else None
        now = self._timer()
        if self.initiator:
            self._apply(self._machine.initiate(now))
        else:
            self._apply(self._machine.accept(now, self.name, self.host))

    def message(self, octets: bytes) -> None:
        """One whole message from the peer."""
        if self._leg is not None:
            self._leg.received(octets)
        now = self._timer()
        data = self._machine.traffic(octets, now)
        if data is None:
            self._apply(self._machine.receive(octets, now))
        else:  # which brings no deadline nearer
            self._owner.delivered(self, data, now)

    def broken(self, error: CodecError) -> None:
        """The peer's octets hold no messages any more."""
        assert isinstance(error, M3uaError)  # IPA frames cannot be wrong
        self._apply(self._machine.broken(error, self._timer()))

    def closed(self, reason: str) -> None:
        """The transport is gone."""
        self._apply(self._machine.lost(self._timer()))
        self._alarm.cancel()
        self.gone.set()
        self._owner.ended(self)
        _log.info("M3UA association ended", peer=self.name, reason=reason)

    # What the signalling point asks for.

    def send(self, data: ProtocolData, routing_context: int | None = None) -> bool:
        """Traffic for the peer, if any may flow."""
        octets = self._machine.data(data, routing_context)
        if octets is None:
            return False
        self._transmit(octets, 1 + data.sls)
        return True

    def tell(self, message: Sendable, *, supersedes: bool) -> None:
        """Management for the peer; `supersedes`: another ASP has its traffic now."""
        if supersedes:
            self._apply(self._machine.supersede(self._timer()))
        self._transmit(message.encode(), 0)

    def stop(self) -> None:
        """End it in good order, without waiting for the peer's word."""
        self._apply(self._machine.stop(self._timer()))

    def _tick(self, now: float) -> None:
        self._apply(self._machine.tick(now))

    def _apply(self, effects: Effects) -> None:
        for effect in effects:
            self._perform(effect)
        self._alarm.set(self._machine.deadline)

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Deliver(data):
                self._owner.delivered(self, data, self._timer())
            case Send(message):
                self._transmit(message.encode(), 0)
            case Active(active):
                self._activity(active=active)
            case Reach():
                self._owner.changed(self)
            case Tell() | Forward():
                self._owner.spread([effect])
            case Close(reason):
                self._close(reason)
            case Note(event, fields):
                _log.warning(event, peer=self.name, **fields)

    def _transmit(self, octets: bytes, stream: int) -> None:
        if self._leg is not None:
            self._leg.sent(octets)
        if self._transport is not None:
            self._transport.send(octets, stream=stream)

    def _activity(self, *, active: bool) -> None:
        if active:
            self.served = True
            carried = self._transport.carried if self._transport else ""
            contexts = self._machine.routing_contexts
            more = {"routing_contexts": contexts} if contexts else {}
            _log.info("M3UA association active", peer=self.name, transport=carried, **more)
        self._owner.changed(self)

    def _close(self, reason: str) -> None:
        _log.info("M3UA association closing", peer=self.name, reason=reason)
        if self._transport is not None:
            self._transport.close()
