"""One Diameter connection with its socket: feeds the machine, does what it says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from msgspec.structs import replace

from mkef.net import sctp
from mkef.net.alarm import Alarm
from mkef.net.capture import Leg
from mkef.net.capture import Protocol as Captured
from mkef.net.channel import Channel
from mkef.net.diameter_failures import RequestFailed, Undelivered, Unsent
from mkef.net.diameter_owner import Context, Owner, Share
from mkef.net.diameter_waiting import Waiting
from mkef.net.endpoint import Endpoint
from mkef.net.sctp_channel import SctpChannel
from mkef.net.slots import Slots
from mkef.net.tls import TlsChannel
from mkef.stack.diameter_access import Access, Remote, same_identity
from mkef.stack.diameter_events import (
    Answered,
    Cause,
    Close,
    Declined,
    Effects,
    Elected,
    Failed,
    Malformed,
    Note,
    Opened,
    Requested,
    Send,
    Suspected,
    Trusted,
)
from mkef.stack.diameter_peer import DiameterPeer
from mkef_codecs.diameter.commands import Body, Encoded, Message
from mkef_codecs.diameter.errors import DiameterError
from mkef_codecs.diameter.framing import Splitter
from mkef_codecs.diameter.header import Header

_JITTER_S = 2.0

log = structlog.get_logger()


class Link:
    """A connection from its first octet to its last.

    An initiator knows whom it `expects`; after a loss it is `reopened` and has to prove itself.
    """

    def __init__(
        self,
        context: Context,
        owner: Owner,
        *,
        expects: str | None = None,
        reopened: bool = False,
        over_sctp: bool = False,
    ) -> None:
        self._context = context
        self._owner = owner
        self._expects = expects
        self._reopened = reopened
        self._splitter = Splitter()
        self._machine: DiameterPeer | None = None
        self._leg: Leg | None = None
        self._alarm = Alarm(context.sources.timer, self._tick)
        self._loop = asyncio.get_running_loop()
        self._waiting = Waiting(self._loop)
        self._out: list[bytes] = []
        self._reading = b""  # the message that is handled
        self._serving = 0
        self._share = Share()
        self._stuck = False
        self._held = False
        self._closed_because: str | None = None
        self._opening: asyncio.Future[None] | None = None
        self._handshake: asyncio.TimerHandle | None = None
        self.slots = Slots(context.max_outstanding)
        self.remote: Remote | None = None
        self.ended: asyncio.Future[str] = self._loop.create_future()
        self.channel = SctpChannel(self) if over_sctp else self._make_channel()

    def _make_channel(self) -> Channel:
        if self._context.tls is None:
            return Channel(self)
        return TlsChannel(
            self,
            self._context.tls,
            server_side=not self.initiator,
            server_name=self._expects,
        )

    @property
    def initiator(self) -> bool:
        """Whether this node opened it."""
        return self._expects is not None

    @property
    def host(self) -> str | None:
        """The peer's Origin-Host as far as it is known."""
        return self.remote.origin_host if self.remote is not None else self._expects

    # The channel calls these.

    def channel_up(self, certified_names: frozenset[str] | None) -> None:
        """The transport is up and, with TLS, both certificates are verified."""
        context, sources = self._context, self._context.sources
        if context.capture.active:
            self._leg = context.capture.leg(
                Captured.DIAMETER,
                context.peer_name,
                initiator=self.initiator,
                carried=self.channel.description,
            )
        self._machine = DiameterPeer(
            replace(context.local, addresses=(self.channel.local_host,)),
            replace(context.policy, certified_names=certified_names, expected_host=self._expects),
            now=sources.timer(),
            first_identifier=int.from_bytes(sources.octets(4), "big"),
            jitter=self._jitter,
            claim=self._owner.link_claim,
            shed=None if context.shed is None else self._shed,
            reopened=self._reopened,
        )
        self._apply(self._machine.initiate() if self.initiator else self._machine.accept())
        self._wind()

    def _jitter(self) -> float:
        return (self._context.sources.octets(1)[0] / 255 * 2 - 1) * _JITTER_S

    def channel_octets(self, octets: bytes) -> None:
        """Octets of the stream."""
        assert self._machine is not None
        now, leg, machine = self._context.sources.timer(), self._leg, self._machine
        try:
            for message in self._splitter.feed(octets):
                if leg is not None:
                    leg.received(message)
                self._reading = message
                self._apply(machine.receive(message, now))
        except DiameterError as error:
            self._context.counts["broken_streams"] += 1
            self.channel.reset()  # RFC 6733 clause 2.1
            self._apply(machine.broken(error))
        self._wind()

    def channel_stuck(self, *, stuck: bool) -> None:
        """A peer that does not read is not read from either."""
        self._stuck = stuck
        self._context.counts["stuck"] += stuck
        self._hold()

    def channel_lost(self, reason: str) -> None:
        """The transport is gone."""
        if self.ended.done():
            return
        if self._machine is not None:
            self._apply(self._machine.lost())
        self._alarm.cancel()
        if self._handshake is not None:
            self._handshake.cancel()
        if self._closed_because is None:
            log.info("peer lost", reason=reason, over=self.channel.description)
        self.ended.set_result(self._closed_because or reason)
        self.slots.recall()
        self._owner.link_ended(self)

    # The node calls these.

    @property
    def available(self) -> bool:
        """Whether requests may be sent."""
        return self._machine is not None and self._machine.available

    @property
    def reopening(self) -> bool:
        """Whether requests may be sent where there is no other way."""
        return self._machine is not None and self._machine.reopening

    async def connect(self, address: Endpoint) -> None:
        """Open the transport and wait until capabilities are exchanged, or the end."""
        if isinstance(self.channel, SctpChannel):
            self.channel.attach(await sctp.connect(address))
        else:
            channel = self.channel
            await self._loop.create_connection(lambda: channel, address.host, address.port)
        await self.opened_or_ended()

    async def opened_or_ended(self) -> None:
        """Wait until the peer's capabilities are here, or the end is."""
        opening = self._opening = self._loop.create_future()
        try:
            await asyncio.wait([opening, self.ended], return_when=asyncio.FIRST_COMPLETED)
        finally:
            opening.cancel()

    def abandon(self, reason: str) -> None:
        """Nothing came of it in time, or nobody wants it any more."""
        self.channel.abort(reason)
        if not self.channel.connected:
            self.channel_lost(reason)

    def electing(self, host: str) -> bool:
        """Whether this peer waits for what becomes of our own attempt at it."""
        waiting = self._machine.electing if self._machine is not None else None
        return waiting is not None and same_identity(waiting, host)

    @property
    def disconnected(self) -> Cause | None:
        """The cause that the peer gave in a DPR."""
        return self._machine.disconnected if self._machine is not None else None

    def admit(self, access: Access) -> bool:
        """Whether the peer may stay under another access list, whose agents hold from now on."""
        if self.remote is None:
            return True
        self.remote = replace(self.remote, agent=access.agent(self.remote.origin_host))
        return access.admits(self.remote.origin_host)

    async def request(
        self, body: Body, end_to_end: int, deadline: float, mark: object, *, retransmitted: bool
    ) -> Body:
        """The peer's answer, or RequestFailed; `mark` is the caller's, for `move`."""
        assert self._machine is not None
        if not self._machine.open:
            raise Unsent("no connection")
        hop_by_hop, effects = self._machine.request(
            body, end_to_end, deadline, retransmitted=retransmitted
        )
        answer = self._waiting.begin(hop_by_hop, mark)
        self._apply(effects)
        self._wind()
        try:
            return await answer
        finally:
            if self._waiting.give_up(hop_by_hop):
                self._machine.forget(hop_by_hop)

    def move(self, wanted: Callable[[Any], bool]) -> None:
        """Let go of the requests whose mark is `wanted`: they are sent elsewhere."""
        assert self._machine is not None
        for hop_by_hop in self._waiting.marked(wanted):
            self._machine.forget(hop_by_hop)
            self._waiting.settle(hop_by_hop, Undelivered("the peer is in doubt"))

    def answer(self, encoded: Encoded, request: Header, proxy_info: Sequence[bytes]) -> None:
        """Answer a request that was handed to the owner; a DiameterError if no message holds it."""
        assert self._machine is not None
        octets = self._machine.answer(encoded, request, proxy_info)
        self._served()
        if octets:
            self._send(octets)

    def refuse(
        self, request: Message, result_code: int, problem: str, failed_avp: bytes = b""
    ) -> None:
        """Answer a request with a Result-Code and its reason only."""
        assert self._machine is not None
        self._served()
        self._apply(self._machine.refuse(request, result_code, problem, failed_avp))

    def decline(self, request: Message, result_code: int, problem: str) -> None:
        """Refuse a request that is not for this node, or too late for it, and tell so."""
        assert self._machine is not None
        self._served()
        self._apply(self._machine.decline(request, result_code, problem))

    def keep_silent(self) -> None:
        """A request is done with, and not answered."""
        self._served()

    def limit_handshake(self, limit_s: float) -> None:
        """Give up a channel on which TLS is not established in time."""
        self._handshake = self._loop.call_later(limit_s, self._expire_handshake)

    def _expire_handshake(self) -> None:
        if self._machine is None:
            self._context.counts["handshake_timeouts"] += 1
            self.channel.abort("no TLS handshake in time")

    def stop(self, cause: Cause = Cause.REBOOTING) -> None:
        """End in good order: DPR, DPA, close. `ended` tells when."""
        if self._machine is None:
            self.channel.abort("stopped")
        else:
            self._apply(self._machine.stop(self._context.sources.timer(), cause))
            self.slots.recall()
            self._wind()

    def give_way(self) -> None:
        """The other connection to this peer is the one."""
        if self._machine is None:
            self.channel.abort("the other connection to this peer is up")
        else:
            self._apply(self._machine.give_way())

    def win(self) -> None:
        """Our own attempt at this peer has failed: this connection opens after all."""
        if self._machine is not None:
            self._apply(self._machine.win(self._context.sources.timer()))
            self._wind()

    # Requests under way hold back new ones.

    def _shed(self, octets: bytes, header: Header) -> bytes | None:
        shed, remote = self._context.shed, self.remote
        assert shed is not None
        assert remote is not None
        return shed(octets, header, remote, self._owner.serving, self._share.serving)

    def _served(self) -> None:
        self._serving -= 1
        self._share.serving -= 1
        self._owner.serving -= 1
        if self._held:
            self._hold()

    def _hold(self) -> None:
        """Read from the peer unless it has too much under way or does not read itself."""
        limit = self._context.max_serving
        hold = self._stuck or self._serving >= (limit // 2 + 1 if self._held else limit)
        if hold != self._held:
            self._held = hold
            self._context.counts["held"] += hold
            self.channel.pause(reading=not hold)

    # Effects.

    def _apply(self, effects: Effects) -> None:
        for effect in effects:
            match effect:
                case Requested():
                    self._serving += 1
                    self._share.serving += 1
                    self._owner.serving += 1
                    if self._serving >= self._context.max_serving:
                        self._hold()
                    self._owner.link_requested(self, effect.message, self._reading)
                case Send():
                    self._send(effect.octets)
                case Answered(hop_by_hop, body):
                    self._waiting.settle(hop_by_hop, body)
                case _:
                    self._apply_rare(effect)

    def _wind(self) -> None:
        """The alarm follows the deadline, which an answer of ours leaves alone."""
        if self._machine is not None:
            self._alarm.set(self._machine.deadline)

    def _apply_rare(self, effect: object) -> None:
        match effect:
            case Failed(hop_by_hop, reason, elsewhere):
                error = Undelivered(reason) if elsewhere else RequestFailed(reason)
                self._waiting.settle(hop_by_hop, error)
            case Opened(remote):
                self._open(remote)
            case Elected(host):
                self._owner.link_elected(host)
            case Suspected():
                self._context.counts["suspected"] += 1
                self.slots.recall()
                self._owner.link_suspected(self)
            case Trusted():
                self._owner.link_ready()
            case Malformed() | Declined():
                self._tell(effect)
            case Note(event, fields, level):
                self._context.counts[event.replace(" ", "_")] += 1
                getattr(log, level)(event, **fields)
            case Close(reason, counted):
                self._closed_because = reason
                if counted is not None:
                    self._context.counts[counted] += 1
                log.info("peer closed", reason=reason, over=self.channel.description)
                self._flush()
                self.channel.close()

    def _tell(self, refused: Malformed | Declined) -> None:
        if isinstance(refused, Malformed):
            self._context.counts["malformed_message"] += 1
            self._context.tell_unread(refused, self.remote)
        else:
            assert self.remote is not None
            self._context.counts["declined"] += 1
            self._context.tell_declined(refused, self.remote)

    def _open(self, remote: Remote) -> None:
        log.info("peer open", peer=remote.origin_host, over=self.channel.description)
        self._context.counts["opened"] += 1
        self.remote = remote
        self._share = self._owner.link_share(remote.origin_host)
        if self._opening is not None and not self._opening.done():
            self._opening.set_result(None)
        self._owner.link_opened(self)

    def _send(self, octets: bytes) -> None:
        """Messages of one turn of the loop are written together."""
        if self._leg is not None:
            self._leg.sent(octets)
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(octets)

    def _flush(self) -> None:
        if self._out:
            messages, self._out = self._out, []
            self.channel.write(messages)

    def _tick(self, now: float) -> None:
        assert self._machine is not None
        if self._held and not self._stuck:
            self._machine.excuse(now)
        self._apply(self._machine.tick(now))
        self._wind()
