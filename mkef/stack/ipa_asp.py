"""SCCPlite: one connection of SCCP over IPA, in the shape of an M3UA association.

A client is known by its unit name; there is no MTP label, so the other end has one point code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from mkef.stack.m3ua_destinations import Destinations
from mkef.stack.m3ua_events import Active, Close, Deliver, Effects, Forward, Note, Send
from mkef.stack.m3ua_servers import ApplicationServers
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7 import ipa
from mkef_codecs.ss7.ipa import Ccm, Stream
from mkef_codecs.ss7.m3ua import ProtocolData

HANDSHAKE_S = 5.0
BEATS = 2  # PINGs without an answer before the peer counts as dead


class State(Enum):
    """Where a connection stands."""

    ASKING = auto()  # client: waits for ID_GET, then for ID_ACK
    ASKED = auto()  # server: ID_GET sent
    ACKNOWLEDGED = auto()  # server: ID_ACK sent
    ACTIVE = auto()
    CLOSED = auto()


@dataclass(frozen=True, slots=True)
class IpaRules:
    """How a connection is run, from the configuration."""

    name: str  # the unit name of a client
    point_code: int
    peer_point_code: int  # where what comes is taken to be from
    beat_s: float = 30.0


class IpaAsp:
    """Octets, STOP and `now` in; effects out: the same as an M3UA association."""

    routing_contexts: tuple[int, ...] = ()

    def __init__(self, rules: IpaRules, servers: ApplicationServers) -> None:
        self._rules = rules
        self._servers = servers
        self._asp = ""
        self._host = ""
        self._beats = 0
        self._beat_at: float | None = None
        self._ack_at: float | None = None
        self.destinations = Destinations()
        self.state = State.CLOSED

    def initiate(self, now: float) -> Effects:
        """The transport that we opened is up: wait for ID_GET."""
        self.state, self._ack_at = State.ASKING, now + HANDSHAKE_S
        return []

    def accept(self, now: float, asp: str = "peer", host: str = "") -> Effects:
        """The transport that the peer opened is up: ID_GET."""
        self._asp, self._host = asp, host
        self.state, self._ack_at = State.ASKED, now + HANDSHAKE_S
        return [Send(ipa.id_get())]

    def traffic(self, _octets: bytes, _now: float) -> None:
        """What is told from all other messages at once: nothing, `receive` takes them all."""

    def receive(self, octets: bytes, now: float) -> Effects:
        """One whole message from the peer."""
        if self.state is State.CLOSED:
            return []
        self._beats, self._beat_at = 0, now + self._rules.beat_s if self._rules.beat_s else None
        try:
            message = ipa.decode(octets)
            if message.stream == Stream.SCCP:
                return self._sccp(message.payload)
            return self._ccm(message, now)
        except CodecError as error:
            return [Note("malformed IPA message", {"problem": str(error)})]

    def broken(self, error: CodecError, now: float) -> Effects:
        """The stream holds no messages any more."""
        return [*self.lost(now), Close(str(error))]

    def data(self, data: ProtocolData, _routing_context: int | None = None) -> bytes | None:
        """SCCP's octets, if traffic may flow."""
        return ipa.Message(Stream.SCCP, data.data).encode() if self.active else None

    def supersede(self, _now: float) -> Effects:
        """Another connection has taken the traffic over: IPA has no word for it."""
        return []

    def stop(self, now: float) -> Effects:
        """End the connection: there is no goodbye."""
        return [] if self.state is State.CLOSED else [*self.lost(now), Close("stopped")]

    def lost(self, now: float) -> Effects:
        """The transport is gone."""
        was_active, self.state = self.active, State.CLOSED
        if self._asp:
            self._servers.down(self._asp, now)
        return [Active(active=False)] if was_active else []

    @property
    def active(self) -> bool:
        """Whether traffic may flow."""
        return self.state is State.ACTIVE

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called next."""
        if self.state is State.CLOSED:
            return None
        return min((t for t in (self._ack_at, self._beat_at) if t is not None), default=None)

    def tick(self, now: float) -> Effects:
        """Time has passed: give the handshake up, or ask whether the peer still lives."""
        if self._ack_at is not None and now >= self._ack_at:
            return [*self.lost(now), Close("the peer does not identify itself")]
        if self._beat_at is None or now < self._beat_at:
            return []
        if self._beats == BEATS:
            return [*self.lost(now), Close("the peer answers no PING")]
        self._beats += 1
        self._beat_at = now + self._rules.beat_s
        return [Send(ipa.ccm(Ccm.PING))]

    def _sccp(self, payload: bytes) -> Effects:
        if not self.active:
            return [Note("SCCP before the handshake is over")]
        rules = self._rules
        return [Deliver(ProtocolData(rules.peer_point_code, rules.point_code, payload))]

    def _ccm(self, message: ipa.Message, now: float) -> Effects:
        match self.state, message.ccm:
            case _, Ccm.PING:
                return [Send(ipa.ccm(Ccm.PONG))]
            case State.ASKING, Ccm.ID_GET:
                return [Send(ipa.id_resp(self._rules.name))]
            case State.ASKING, Ccm.ID_ACK:
                return [Send(ipa.ccm(Ccm.ID_ACK)), *self._activate(now)]
            case State.ASKED, Ccm.ID_RESP:
                self.state = State.ACKNOWLEDGED
                named = Note("IPA client", {"name": ipa.unit_name(message)})
                return [named, Send(ipa.ccm(Ccm.ID_ACK))]
            case State.ACKNOWLEDGED, Ccm.ID_ACK:
                return self._activate(now)
            case _:
                return []

    def _activate(self, now: float) -> Effects:
        self._ack_at = None
        self.state = State.ACTIVE
        if not self._asp:
            return [Active(active=True)]
        self._servers.up(self._asp, self._host, now)
        _, told = self._servers.activate(self._asp, (), None, now)
        waiting = [effect for effect in told if isinstance(effect, Forward)]
        return [Active(active=True), *waiting]
