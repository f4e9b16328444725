"""One Diameter connection with its socket: feeds the machine, does what it says."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog

from mkef.net.alarm import Alarm
from mkef.net.capture import Capture, Leg, Protocol
from mkef.net.channel import Channel
from mkef.net.sources import SYSTEM, Sources
from mkef.net.tls import TlsChannel
from mkef.stack.diameter_events import (
    Answered,
    Close,
    Effects,
    Failed,
    LocalNode,
    Note,
    Opened,
    Policy,
    Remote,
    Requested,
    Send,
)
from mkef.stack.diameter_peer import DiameterPeer
from mkef_codecs.diameter.commands import Body, Message
from mkef_codecs.diameter.errors import DiameterError
from mkef_codecs.diameter.framing import Splitter
from mkef_codecs.diameter.header import Header

_JITTER_S = 2.0

log = structlog.get_logger()


class RequestFailed(Exception):
    """A request that gets no answer: no connection, a lost one, or time is over."""


@dataclass(frozen=True, slots=True)
class Context:
    """What all connections of a node share."""

    local: LocalNode
    policy: Policy
    tls: ssl.SSLContext | None
    capture: Capture
    peer_name: str  # the other node's name in captures
    sources: Sources = field(default=SYSTEM)


class Link:
    """A connection from its first octet to its last; `requested` gets each request to serve."""

    def __init__(
        self,
        context: Context,
        *,
        initiator: bool,
        requested: Callable[[Link, Message], None],
        recovered: Callable[[], None] = lambda: None,
    ) -> None:
        self._context = context
        self._initiator = initiator
        self._requested = requested
        self._recovered = recovered
        self._splitter = Splitter()
        self._machine: DiameterPeer | None = None
        self._leg: Leg | None = None
        self._alarm = Alarm(context.sources.timer, self._tick)
        self._waiting: dict[int, asyncio.Future[Body]] = {}
        self._closed_because: str | None = None
        self._loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[Remote] = self._loop.create_future()
        self.ended: asyncio.Future[str] = self._loop.create_future()
        self.channel = self._make_channel()

    def _make_channel(self) -> Channel:
        context = self._context
        if context.tls is None:
            return Channel(self)
        return TlsChannel(
            self,
            context.tls,
            server_side=not self._initiator,
            server_name=context.policy.expected_host if self._initiator else None,
        )

    # The channel calls these.

    def channel_up(self, certified_names: frozenset[str] | None) -> None:
        """The transport is up and, with TLS, both certificates are verified."""
        context, sources = self._context, self._context.sources
        self._leg = context.capture.leg(
            Protocol.DIAMETER,
            context.peer_name,
            initiator=self._initiator,
            carried=self.channel.description,
        )
        self._machine = DiameterPeer(
            replace(context.local, addresses=(self.channel.local_host,)),
            replace(context.policy, certified_names=certified_names),
            now=sources.timer(),
            first_identifier=int.from_bytes(sources.octets(4), "big"),
            jitter=self._jitter,
        )
        self._apply(self._machine.initiate() if self._initiator else self._machine.accept())

    def _jitter(self) -> float:
        return (self._context.sources.octets(1)[0] / 255 * 2 - 1) * _JITTER_S

    def channel_octets(self, octets: bytes) -> None:
        """Octets of the stream."""
        assert self._machine is not None
        assert self._leg is not None
        now = self._context.sources.timer()
        was_available = self._machine.available
        effects: Effects = []
        try:
            for message in self._splitter.feed(octets):
                self._leg.received(message)
                effects += self._machine.receive(message, now)
        except DiameterError as error:
            effects += self._machine.broken(error)
        self._apply(effects)
        if self._machine.available and not was_available:
            self._recovered()

    def channel_lost(self, reason: str) -> None:
        """The transport is gone."""
        if self._machine is not None:
            self._apply(self._machine.lost())
        self._alarm.cancel()
        if not self.opened.done():
            self.opened.cancel()
        if self._closed_because is None:
            log.info("peer lost", reason=reason, over=self.channel.description)
        self.ended.set_result(self._closed_because or reason)

    # The node calls these.

    @property
    def available(self) -> bool:
        """Whether requests may be sent."""
        return self._machine is not None and self._machine.available

    @property
    def remote(self) -> Remote:
        """The peer, once open."""
        return self.opened.result()

    async def request(self, body: Body, end_to_end: int, timeout_s: float) -> Body:
        """The peer's answer, or RequestFailed."""
        assert self._machine is not None
        deadline = self._context.sources.timer() + timeout_s
        hop_by_hop, effects = self._machine.request(body, end_to_end, deadline)
        future: asyncio.Future[Body] = self._loop.create_future()
        self._waiting[hop_by_hop] = future
        self._apply(effects)
        try:
            return await future
        finally:
            self._waiting.pop(hop_by_hop, None)

    def answer(self, body: Body, request: Header) -> None:
        """Answer a request that was handed to `requested`."""
        if self._machine is not None:
            self._apply(self._machine.answer(body, request))

    def refuse(
        self, request: Message, result_code: int, problem: str, failed_avp: bytes = b""
    ) -> None:
        """Answer a request with a Result-Code and its reason only."""
        if self._machine is not None:
            self._apply(self._machine.refuse(request, result_code, problem, failed_avp))

    def expire_handshake(self) -> None:
        """Give up a channel on which TLS is still not established."""
        if self._machine is None:
            self.channel.abort()

    def stop(self) -> None:
        """End in good order: DPR, DPA, close. `ended` tells when."""
        if self._machine is None:
            self.channel.abort()
        else:
            self._apply(self._machine.stop(self._context.sources.timer()))

    # Effects.

    def _apply(self, effects: Effects) -> None:
        out = []
        for effect in effects:
            match effect:
                case Send(octets):
                    out.append(octets)
                case Answered(hop_by_hop, body):
                    self._settle(hop_by_hop, body)
                case Failed(hop_by_hop, reason):
                    self._settle(hop_by_hop, RequestFailed(reason))
                case Requested(message):
                    self._requested(self, message)
                case Opened(remote):
                    log.info("peer open", peer=remote.origin_host, over=self.channel.description)
                    self.opened.set_result(remote)
                case Note(event, fields):
                    log.warning(event, **fields)
                case Close(reason):
                    self._write(out)
                    out = []
                    self._closed_because = reason
                    log.info("peer closed", reason=reason, over=self.channel.description)
                    self.channel.close()
        self._write(out)
        self._alarm.set(self._machine.deadline if self._machine is not None else None)

    def _write(self, messages: list[bytes]) -> None:
        if not messages:
            return
        assert self._leg is not None
        for message in messages:
            self._leg.sent(message)
        self.channel.write(b"".join(messages))

    def _settle(self, hop_by_hop: int, outcome: Body | RequestFailed) -> None:
        future = self._waiting.pop(hop_by_hop, None)
        if future is None or future.done():
            return
        if isinstance(outcome, RequestFailed):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    def _tick(self, now: float) -> None:
        assert self._machine is not None
        self._apply(self._machine.tick(now))
