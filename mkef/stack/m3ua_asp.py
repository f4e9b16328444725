"""One M3UA association after its transport is up (RFC 4666 clause 4.3), without a socket."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from mkef.stack.m3ua_client import Client
from mkef.stack.m3ua_events import Deliver, Effects, Note, On, Send, State
from mkef.stack.m3ua_gateway import ACKNOWLEDGEMENTS, Gateway
from mkef.stack.m3ua_peer import BEATS, UP_S, Rules
from mkef.stack.m3ua_servers import ApplicationServers
from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.m3ua import SCCP, ErrorCode, Kind, M3uaError, Message, ProtocolData, Tag
from mkef_codecs.ss7.m3ua_data import read_data, write_data

_CLOSED = State.CLOSED  # each message asks


class M3uaAsp(Client, Gateway):
    """Octets, STOP and `now` in; effects out. A client asks for traffic, a server grants it."""

    def __init__(
        self, rules: Rules | None = None, servers: ApplicationServers | None = None
    ) -> None:
        super().__init__(rules, servers)
        self._table = table(register=self._rules.register, ipsp=self._rules.ipsp)

    # What the shell calls.

    def initiate(self, now: float) -> Effects:
        """The transport that we opened is up: ASPUP."""
        self._heard(now)
        self.state = State.ASKED_UP
        self._attempts = 0
        return self._ask(self.state, now)

    def accept(self, now: float, asp: str = "peer", host: str = "") -> Effects:
        """The transport that the peer opened is up: wait for its ASPUP. `asp` is its name."""
        self._asp, self._host = asp, host
        self._heard(now)
        self.state = State.DOWN
        self._ack_at = now + UP_S
        return []

    def traffic(self, octets: bytes, now: float) -> ProtocolData | None:
        """What a DATA message carries where nothing is to be said about it, as nearly always;
        None: `receive` has to look at the message, which says the same of DATA, less quickly."""
        read = read_data(octets) if self.active else None
        if read is None:
            return None
        context, data = read
        if (context is not None and not self._agreed(context)) or not self._here(data):
            return None
        self._heard(now)
        return data

    def receive(self, octets: bytes, now: float) -> Effects:
        """One whole message from the peer; what cannot be read is answered with ERR."""
        if self.state is _CLOSED:
            return []
        self._heard(now)
        try:
            message = m3ua.decode(octets)
            return self._step(message.kind, message, now)
        except M3uaError as error:
            problem = Note("malformed M3UA message", {"problem": str(error)})
            return [problem, Send(m3ua.error(error.code, octets))]

    def broken(self, error: M3uaError, now: float) -> Effects:
        """The stream holds no messages any more: say so and close."""
        return [Send(m3ua.error(error.code)), *self._close(str(error), now)]

    def data(self, data: ProtocolData, routing_context: int | None = None) -> bytes | None:
        """A DATA message, if traffic may flow; with the one routing context of the peer's, where
        none is given."""
        if not self.active:
            return None
        if routing_context is None and self._contexts:
            routing_context = self._contexts[0]
        return write_data(data, routing_context)

    def supersede(self, now: float) -> Effects:
        """Another ASP has taken the traffic over."""
        return self._step(On.SUPERSEDED, None, now)

    def stop(self, now: float) -> Effects:
        """End the association in good order: ASPIA and ASPDN, each acknowledged within T(ack)."""
        return self._step(On.STOP, None, now)

    @property
    def routing_contexts(self) -> tuple[int, ...]:
        """Of traffic, as agreed with the peer."""
        return self._contexts

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called next."""
        if self.state is _CLOSED:
            return None
        if self._ack_at is None and self.destinations.deadline is None:
            return self._beat_at
        times = (self._ack_at, self._beat_at, self.destinations.deadline)
        return min((t for t in times if t is not None), default=None)

    def tick(self, now: float) -> Effects:
        """Time has passed: ask again, or ask whether the peer still lives."""
        effects: Effects = []
        if self._ack_at is not None and now >= self._ack_at:
            effects += self._step(On.TIMEOUT, None, now)
        if self.state is not _CLOSED and self._beat_at is not None and now >= self._beat_at:
            effects += self._beat(now)
        audit = self.destinations.tick(now)
        if audit is not None and self.active:
            effects.append(Send(audit))
        return effects

    # From a message to a row of the table.

    def _step(self, on: Kind | On, message: Message | None, now: float) -> Effects:
        if on in ANYWHERE and self.state is not _CLOSED:
            return ANYWHERE[on](self, message, now)
        action, following = self._table.get((self.state, on), (M3uaAsp._unexpected, self.state))
        effects: Effects = action(self, message, now)  # one that raises changes no state
        if self.state is not _CLOSED:  # the action may have given the peer up
            self.state = following
        return effects

    def _heard(self, now: float) -> None:
        self._beats = 0
        beat_s = self._rules.beat_s
        self._beat_at = now + beat_s if beat_s else None

    def _beat(self, now: float) -> Effects:
        if self._beats == BEATS:
            return self._close("the peer answers no BEAT", now)
        self._beats += 1
        self._beat_at = now + self._rules.beat_s
        return [Send(Message(Kind.BEAT, {Tag.HEARTBEAT_DATA: bytes((self._beats,))}))]

    # Traffic, at both ends.

    def _on_data(self, message: Message, _now: float) -> Effects:
        context, data = message.integer(Tag.ROUTING_CONTEXT), m3ua.protocol_data(message)
        if not self._agreed(context):
            problem = f"routing context {context} in DATA"
            raise M3uaError(ErrorCode.INVALID_ROUTING_CONTEXT, problem)
        if self._here(data):
            return [Deliver(data)]
        return [Note("M3UA traffic for another node", {"dpc": data.dpc}), Send(self._misled(data))]

    def _agreed(self, context: int | None) -> bool:
        """Whether traffic may have a routing context, or none."""
        return context is None or not self._contexts or context in self._contexts

    def _here(self, data: ProtocolData) -> bool:
        """Whether traffic is for this node, or not for us as a gateway to judge."""
        if not self._asp:
            return True
        rules = self._rules
        return (data.dpc == rules.point_code and data.service_indicator == SCCP) or rules.ipsp


Action = Callable[..., Effects]

# Kinds that mean the same in every state.
ANYWHERE: dict[Kind | On, Action] = {
    Kind.BEAT: M3uaAsp._on_beat,
    Kind.BEAT_ACK: M3uaAsp._ignore,
    Kind.ERR: M3uaAsp._on_err,
    Kind.NTFY: M3uaAsp._on_ntfy,
    Kind.DUNA: M3uaAsp._on_ssnm,
    Kind.DAVA: M3uaAsp._on_ssnm,
    Kind.DAUD: M3uaAsp._on_audit,
    Kind.SCON: M3uaAsp._on_ssnm,
    Kind.DUPU: M3uaAsp._on_ssnm,
    Kind.DRST: M3uaAsp._on_ssnm,
}

# (state, event): (action, next state). A message that is not here is answered with ERR
# "unexpected message" and changes nothing (RFC 4666 clause 3.8.1).
ASP: dict[tuple[State, Kind | On], tuple[Action, State]] = {
    (State.ASKED_UP, Kind.ASPUP_ACK): (M3uaAsp._on_up, State.ASKED_ACTIVE),
    (State.ASKED_UP, On.TIMEOUT): (M3uaAsp._again, State.ASKED_UP),
    (State.ASKED_UP, On.STOP): (M3uaAsp._on_left, State.CLOSED),
    (State.ASKED_KEY, Kind.ASPUP_ACK): (M3uaAsp._ignore, State.ASKED_KEY),
    (State.ASKED_KEY, Kind.REG_RSP): (M3uaAsp._on_registered, State.ASKED_ACTIVE),
    (State.ASKED_KEY, On.TIMEOUT): (M3uaAsp._again, State.ASKED_KEY),
    (State.ASKED_KEY, On.STOP): (M3uaAsp._leave, State.LEAVING),
    (State.ASKED_ACTIVE, Kind.ASPUP_ACK): (M3uaAsp._ignore, State.ASKED_ACTIVE),
    (State.ASKED_ACTIVE, Kind.ASPAC_ACK): (M3uaAsp._on_active, State.ACTIVE),
    # DATA comes on another stream than the acknowledgement, and may overtake it.
    (State.ASKED_ACTIVE, Kind.DATA): (M3uaAsp._on_data, State.ASKED_ACTIVE),
    (State.ASKED_ACTIVE, On.TIMEOUT): (M3uaAsp._again, State.ASKED_ACTIVE),
    (State.ASKED_ACTIVE, On.STOP): (M3uaAsp._leave, State.LEAVING),
    (State.ACTIVE, Kind.DATA): (M3uaAsp._on_data, State.ACTIVE),
    (State.ACTIVE, Kind.ASPUP_ACK): (M3uaAsp._ignore, State.ACTIVE),
    (State.ACTIVE, Kind.ASPAC_ACK): (M3uaAsp._ignore, State.ACTIVE),
    # Unasked for: the gateway took the traffic away (clauses 4.3.4.2 and 4.3.4.4). Ask again.
    (State.ACTIVE, Kind.ASPIA_ACK): (M3uaAsp._withdrawn, State.ASKED_ACTIVE),
    (State.ACTIVE, Kind.ASPDN_ACK): (M3uaAsp._downed, State.ASKED_UP),
    (State.ACTIVE, On.STOP): (M3uaAsp._withdraw, State.WITHDRAWING),
    (State.STANDBY, Kind.DATA): (M3uaAsp._on_data, State.STANDBY),
    (State.STANDBY, Kind.ASPIA_ACK): (M3uaAsp._ignore, State.STANDBY),
    (State.STANDBY, On.STOP): (M3uaAsp._leave, State.LEAVING),
    (State.WITHDRAWING, Kind.DATA): (M3uaAsp._on_data, State.WITHDRAWING),
    (State.WITHDRAWING, Kind.ASPIA_ACK): (M3uaAsp._leave, State.LEAVING),
    (State.WITHDRAWING, On.TIMEOUT): (M3uaAsp._on_left, State.CLOSED),
    (State.LEAVING, Kind.REG_RSP): (M3uaAsp._ignore, State.LEAVING),
    (State.LEAVING, Kind.ASPAC_ACK): (M3uaAsp._ignore, State.LEAVING),
    (State.LEAVING, Kind.ASPDN_ACK): (M3uaAsp._on_left, State.CLOSED),
    (State.LEAVING, On.TIMEOUT): (M3uaAsp._on_left, State.CLOSED),
    (State.DOWN, Kind.ASPUP): (M3uaAsp._on_aspup, State.INACTIVE),
    (State.DOWN, Kind.ASPDN): (M3uaAsp._on_again, State.DOWN),
    (State.DOWN, On.TIMEOUT): (M3uaAsp._on_silence, State.CLOSED),
    (State.DOWN, On.STOP): (M3uaAsp._on_left, State.CLOSED),
    (State.INACTIVE, Kind.ASPUP): (M3uaAsp._on_again, State.INACTIVE),
    (State.INACTIVE, Kind.ASPAC): (M3uaAsp._on_aspac, State.SERVING),
    (State.INACTIVE, Kind.ASPIA): (M3uaAsp._on_again, State.INACTIVE),
    (State.INACTIVE, Kind.ASPDN): (M3uaAsp._on_goodbye, State.DOWN),
    (State.INACTIVE, Kind.REG_REQ): (M3uaAsp._on_registration, State.INACTIVE),
    (State.INACTIVE, Kind.DEREG_REQ): (M3uaAsp._on_deregistration, State.INACTIVE),
    (State.INACTIVE, On.STOP): (M3uaAsp._on_stop_inactive, State.CLOSED),
    (State.SERVING, Kind.DATA): (M3uaAsp._on_data, State.SERVING),
    (State.SERVING, Kind.ASPAC): (M3uaAsp._on_aspac, State.SERVING),
    (State.SERVING, Kind.ASPIA): (M3uaAsp._on_withdrawal, State.INACTIVE),
    (State.SERVING, Kind.ASPDN): (M3uaAsp._on_goodbye, State.DOWN),
    (State.SERVING, Kind.ASPUP): (M3uaAsp._on_restart, State.INACTIVE),
    (State.SERVING, Kind.REG_REQ): (M3uaAsp._on_registration, State.SERVING),
    (State.SERVING, Kind.DEREG_REQ): (M3uaAsp._on_deregistration, State.SERVING),
    (State.SERVING, On.SUPERSEDED): (M3uaAsp._on_superseded, State.INACTIVE),
    (State.SERVING, On.STOP): (M3uaAsp._on_stop_serving, State.CLOSED),
}

# With RKM the way to traffic leads over a routing key.
RKM: dict[tuple[State, Kind | On], tuple[Action, State]] = {
    (State.ASKED_UP, Kind.ASPUP_ACK): (M3uaAsp._on_up, State.ASKED_KEY),
}

# Two IPSPs may ask each other (double exchange): the asking one acknowledges as well.
IPSP: dict[tuple[State, Kind | On], tuple[Action, State]] = {
    (state, kind): (M3uaAsp._on_again, state)
    for state in (State.ASKED_UP, State.ASKED_ACTIVE, State.ACTIVE)
    for kind in ACKNOWLEDGEMENTS
}


@cache
def table(*, register: bool, ipsp: bool) -> dict[tuple[State, Kind | On], tuple[Action, State]]:
    """The rows that hold for an association."""
    return ASP | (RKM if register else {}) | (IPSP if ipsp else {})
