"""One M3UA association: its transport, its machine, its timer and its tap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from mkef.net.alarm import Alarm
from mkef.net.capture import Leg
from mkef.net.m3ua_transport import Transport
from mkef.stack.m3ua_asp import Active, Close, Deliver, Effect, Effects, M3uaAsp, Note, Send
from mkef_codecs.ss7.m3ua import Kind, M3uaError, Message, ProtocolData

_log = structlog.get_logger()


class Owner(Protocol):
    """The signalling point that an association belongs to."""

    def opened(self, association: Association, transport: Transport) -> Leg:
        """A transport is up; the tap for it."""

    def delivered(self, association: Association, data: ProtocolData) -> None:
        """Traffic has come."""

    def changed(self, association: Association) -> None:
        """Traffic may flow, or no more."""

    def ended(self, association: Association) -> None:
        """The transport is gone."""


class Association:
    """Octets between a transport and the ASP machine; `gone` is set when it is over."""

    def __init__(
        self, asp: M3uaAsp, owner: Owner, timer: Callable[[], float], *, initiator: bool
    ) -> None:
        self._asp = asp
        self._owner = owner
        self._timer = timer
        self._alarm = Alarm(timer, self._tick)
        self._transport: Transport | None = None
        self._leg: Leg | None = None
        self.initiator = initiator
        self.name = ""  # the peer's address and port
        self.served = False  # traffic could flow at least once
        self.gone = asyncio.Event()

    @property
    def active(self) -> bool:
        """Whether traffic may flow."""
        return self._asp.active

    # What the transport brings.

    def connected(self, transport: Transport) -> None:
        """The transport is up: the machine begins."""
        self._transport = transport
        self.name = str(transport.peer)
        self._leg = self._owner.opened(self, transport)
        begin = self._asp.initiate if self.initiator else self._asp.accept
        self._apply(begin(self._timer()))

    def message(self, octets: bytes) -> None:
        """One whole message from the peer."""
        if self._leg is not None:
            self._leg.received(octets)
        self._apply(self._asp.receive(octets, self._timer()))

    def broken(self, error: M3uaError) -> None:
        """The peer's octets hold no messages any more."""
        self._apply(self._asp.broken(error))

    def closed(self, reason: str) -> None:
        """The transport is gone."""
        self._apply(self._asp.lost())
        self._alarm.cancel()
        self.gone.set()
        self._owner.ended(self)
        _log.info("M3UA association ended", peer=self.name, reason=reason)

    # What the signalling point asks for.

    def send(self, data: ProtocolData) -> None:
        """Traffic for the peer; nothing while none may flow."""
        self._apply(self._asp.send(data))

    def stop(self) -> None:
        """End it in good order, without waiting for the peer's word."""
        self._apply(self._asp.stop(self._timer()))

    def _tick(self, now: float) -> None:
        self._apply(self._asp.tick(now))

    def _apply(self, effects: Effects) -> None:
        for effect in effects:
            self._perform(effect)
        self._alarm.set(self._asp.deadline)

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Send(message):
                self._transmit(message)
            case Deliver(data):
                self._owner.delivered(self, data)
            case Active(active):
                self._activity(active=active)
            case Close(reason):
                self._close(reason)
            case Note(event, fields):
                _log.warning(event, peer=self.name, **fields)

    def _transmit(self, message: Message) -> None:
        if self._transport is None or self._leg is None:
            return
        octets = message.encode()
        self._leg.sent(octets)
        self._transport.send(octets, traffic=message.kind is Kind.DATA)

    def _activity(self, *, active: bool) -> None:
        if active:
            self.served = True
            carried = self._transport.carried if self._transport else ""
            _log.info("M3UA association active", peer=self.name, transport=carried)
        self._owner.changed(self)

    def _close(self, reason: str) -> None:
        _log.info("M3UA association closing", peer=self.name, reason=reason)
        if self._transport is not None:
            self._transport.close()
