"""What both roles of an M3UA association share (RFC 4666 clauses 4.3 and 3.8)."""

from __future__ import annotations

from dataclasses import dataclass

from mkef.stack.m3ua_destinations import Destinations
from mkef.stack.m3ua_events import (
    Active,
    Close,
    Effects,
    Note,
    Send,
    State,
)
from mkef.stack.m3ua_servers import ApplicationServers
from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.m3ua import (
    ErrorCode,
    Kind,
    Message,
    Tag,
    TrafficMode,
)

ACK_S = 2.0  # T(ack) (RFC 4666 clause 4.3.4.1)
UP_S = 5.0  # how long a peer may be connected without ASPUP
ATTEMPTS = 3
BEATS = 2  # unanswered ones before the peer counts as dead


@dataclass(frozen=True, slots=True)
class Rules:
    """How an association is run, from the configuration.

    `register` asks for a routing context with the own point code for a key (RKM); `ipsp`: the
    peer is another signalling process, so that there is no NTFY and no SSNM, and either end may
    ask for traffic (clause 4.3.4.1).
    """

    point_code: int = 0
    routing_context: int | None = None
    traffic_mode: TrafficMode | None = None
    register: bool = False
    ipsp: bool = False
    beat_s: float = 30.0


class Peer:
    """One end of an association: its rules, what was agreed, and when time matters.

    `servers` are the application servers of the gateway that this is; a client has none. `active`
    says whether traffic may flow.
    """

    def __init__(
        self, rules: Rules | None = None, servers: ApplicationServers | None = None
    ) -> None:
        self._rules = rules or Rules()
        self._servers = servers or ApplicationServers()
        self._asp = ""  # how `servers` know the peer
        self._host = ""
        self._contexts: tuple[int, ...] = ()  # of traffic, as agreed
        self._beats = 0
        self._beat_at: float | None = None
        self._attempts = 0
        self._ack_at: float | None = None
        self.destinations = Destinations()
        self.state = State.CLOSED

    @property
    def state(self) -> State:
        """Where the association stands."""
        return self._state

    @state.setter
    def state(self, state: State) -> None:
        self._state = state
        self.active = state in {State.ACTIVE, State.SERVING}  # each message asks

    def lost(self, now: float) -> Effects:
        """The transport is gone."""
        was_active, self.state = self.active, State.CLOSED
        told = self._servers.down(self._asp, now) if self._asp else []
        return [*told, Active(active=False)] if was_active else told

    def _close(self, reason: str, now: float) -> Effects:
        return [*self.lost(now), Close(reason)]

    def _unexpected(self, message: Message | None, _now: float) -> Effects:
        if message is None:
            return []
        note = Note("unexpected M3UA message", {"kind": message.kind.name})
        return [note, Send(m3ua.error(ErrorCode.UNEXPECTED_MESSAGE, message.encode()))]

    # Actions.

    def _ignore(self, _message: Message | None, _now: float) -> Effects:
        return []

    def _on_beat(self, message: Message, _now: float) -> Effects:
        return [Send(Message(Kind.BEAT_ACK, message.parameters))]

    def _on_err(self, message: Message, _now: float) -> Effects:
        code = message.parameters.get(Tag.ERROR_CODE, b"")
        return [Note("M3UA error from the peer", {"code": int.from_bytes(code, "big")})]
