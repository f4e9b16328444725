"""One M3UA association after its transport is up (RFC 4666 clause 4.3), without a socket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from mkef.stack.m3ua_destinations import Destinations
from mkef.stack.m3ua_events import (
    Active,
    Close,
    Deliver,
    Effects,
    Note,
    On,
    Reach,
    Send,
    State,
    Tell,
)
from mkef.stack.m3ua_servers import ApplicationServers
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.m3ua import (
    SCCP,
    ErrorCode,
    Kind,
    M3uaError,
    Message,
    ProtocolData,
    Status,
    Tag,
    TrafficMode,
)
from mkef_codecs.ss7.m3ua_parameters import (
    AffectedPointCode,
    DeregistrationResult,
    RegistrationResult,
    RoutingKey,
    decode_affected,
    encode_affected,
)

ACK_S = 2.0  # T(ack) (RFC 4666 clause 4.3.4.1)
UP_S = 5.0  # how long a peer may be connected without ASPUP
ATTEMPTS = 3
BEATS = 2  # unanswered ones before the peer counts as dead
MAX_CONTEXTS = 64  # in one ASPAC
_UNEQUIPPED_USER = 1 << 16  # the cause of a DUPU, above the user (clause 3.4.5)


@dataclass(frozen=True, slots=True)
class Rules:
    """How an association is run, from the configuration.

    `register` asks for a routing context with the own point code for a key (RKM); `ipsp`: the
    peer is another signalling process, so that there is no NTFY and no SSNM, and either end may
    ask for traffic (clause 1.5.3).
    """

    point_code: int = 0
    routing_context: int | None = None
    traffic_mode: TrafficMode | None = None
    register: bool = False
    ipsp: bool = False
    beat_s: float = 30.0


class M3uaAsp:
    """Octets, STOP and `now` in; effects out. A client asks for traffic, a server grants it.

    `servers` are the application servers of the gateway that this is; a client has none.
    """

    def __init__(
        self, rules: Rules | None = None, servers: ApplicationServers | None = None
    ) -> None:
        self._rules = rules or Rules()
        self._servers = servers or ApplicationServers()
        self._table = table(register=self._rules.register, ipsp=self._rules.ipsp)
        self._asp = ""  # how `servers` know the peer
        self._host = ""
        self._contexts: tuple[int, ...] = ()  # of traffic, as agreed
        self._beats = 0
        self._beat_at: float | None = None
        self._attempts = 0
        self._ack_at: float | None = None
        self.destinations = Destinations()
        self.state = State.CLOSED

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

    def receive(self, octets: bytes, now: float) -> Effects:
        """One whole message from the peer; what cannot be read is answered with ERR."""
        if self.state is State.CLOSED:
            return []
        self._beats, self._beat_at = 0, now + self._rules.beat_s if self._rules.beat_s else None
        try:
            message = m3ua.decode(octets)
            if message.kind is Kind.DATA and self.active:
                return self._on_data(message, now)  # the table says the same, less quickly
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
        context = self._contexts[0] if self._contexts else None
        return m3ua.data(data, context if routing_context is None else routing_context).encode()

    def supersede(self, now: float) -> Effects:
        """Another ASP has taken the traffic over."""
        return self._step(On.SUPERSEDED, None, now)

    def stop(self, now: float) -> Effects:
        """End the association in good order: ASPIA and ASPDN, each acknowledged within T(ack)."""
        return self._step(On.STOP, None, now)

    def lost(self, now: float) -> Effects:
        """The transport is gone."""
        was_active, self.state = self.active, State.CLOSED
        told = self._servers.down(self._asp, now) if self._asp else []
        return [*told, Active(active=False)] if was_active else told

    @property
    def active(self) -> bool:
        """Whether traffic may flow."""
        return self.state is State.ACTIVE or self.state is State.SERVING

    @property
    def routing_contexts(self) -> tuple[int, ...]:
        """Of traffic, as agreed with the peer."""
        return self._contexts

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called next."""
        if self.state is State.CLOSED:
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
        if self.state is not State.CLOSED and self._beat_at is not None and now >= self._beat_at:
            effects += self._beat(now)
        audit = self.destinations.tick(now)
        if audit is not None and self.active:
            effects.append(Send(audit))
        return effects

    # From a message to a row of the table.

    def _step(self, on: Kind | On, message: Message | None, now: float) -> Effects:
        if on in ANYWHERE and self.state is not State.CLOSED:
            return ANYWHERE[on](self, message, now)
        action, following = self._table.get((self.state, on), (M3uaAsp._unexpected, self.state))
        effects: Effects = action(self, message, now)  # one that raises changes no state
        if self.state is not State.CLOSED:  # the action may have given the peer up
            self.state = following
        return effects

    def _heard(self, now: float) -> None:
        self._beats = 0
        self._beat_at = now + self._rules.beat_s if self._rules.beat_s else None

    def _beat(self, now: float) -> Effects:
        if self._beats == BEATS:
            return self._close("the peer answers no BEAT", now)
        self._beats += 1
        self._beat_at = now + self._rules.beat_s
        return [Send(Message(Kind.BEAT, {Tag.HEARTBEAT_DATA: bytes((self._beats,))}))]

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

    # Actions of a client.

    def _ask(self, state: State, now: float) -> Effects:
        """ASPUP, REG REQ or ASPAC, again and again, until the peer answers or is given up."""
        if self._attempts == ATTEMPTS:
            return self._close("the peer acknowledges nothing", now)
        self._attempts += 1
        self._ack_at = now + ACK_S
        return [Send(self._question(state))]

    def _question(self, state: State) -> Message:
        if state is State.ASKED_UP:
            return Message(Kind.ASPUP)
        if state is State.ASKED_KEY:
            # No service indicators: osmo-stp refuses keys that have any (status 9).
            mode = self._rules.traffic_mode
            key = RoutingKey(1, self._rules.point_code, traffic_mode=mode)
            return Message(Kind.REG_REQ, {Tag.ROUTING_KEY: key.encode()})
        asked: dict[int, bytes] = {}
        if (mode := self._rules.traffic_mode) is not None:
            asked[Tag.TRAFFIC_MODE] = mode.to_bytes(4, "big")
        return Message(Kind.ASPAC, asked | self._context())

    def _again(self, _message: Message | None, now: float) -> Effects:
        return self._ask(self.state, now)

    def _on_up(self, _message: Message, now: float) -> Effects:
        self._attempts = 0
        context = self._rules.routing_context
        self._contexts = () if context is None else (context,)
        return self._ask(State.ASKED_KEY if self._rules.register else State.ASKED_ACTIVE, now)

    def _on_registered(self, message: Message, now: float) -> Effects:
        """The routing context of our own point code; without one there is no traffic."""
        value = message.parameters.get(Tag.REGISTRATION_RESULT, b"")
        try:
            result = RegistrationResult.decode(value)
        except CodecError as error:
            raise M3uaError(ErrorCode.PARAMETER_FIELD_ERROR, str(error)) from None
        if result.status:
            problem = f"the peer registers no routing key: registration status {result.status}"
            return self._close(problem, now)
        self._attempts = 0
        self._contexts = (result.routing_context,)
        return self._ask(State.ASKED_ACTIVE, now)

    def _withdrawn(self, _message: Message, now: float) -> Effects:
        self._attempts = 0
        return [Active(active=False), *self._ask(State.ASKED_ACTIVE, now)]

    def _downed(self, _message: Message, now: float) -> Effects:
        self._attempts = 0
        return [Active(active=False), *self._ask(State.ASKED_UP, now)]

    def _on_active(self, _message: Message, _now: float) -> Effects:
        self._ack_at = None
        self.destinations.reset()
        return [Active(active=True)]

    def _on_ntfy(self, message: Message, now: float) -> Effects:
        """Of override: another ASP took over, or left, so that there is traffic to be had."""
        status = message.integer(Tag.STATUS)
        if self.state is State.ACTIVE and status == Status.ALTERNATE_ASP_ACTIVE:
            self.state = State.STANDBY
            return [Note("another ASP is active instead"), Active(active=False)]
        if self.state is State.STANDBY and status in {Status.AS_PENDING, Status.AS_INACTIVE}:
            self._attempts = 0
            self.state = State.ASKED_ACTIVE
            return self._ask(self.state, now)
        return []

    def _context(self) -> dict[int, bytes]:
        if not self._contexts:
            return {}
        return {Tag.ROUTING_CONTEXT: b"".join(c.to_bytes(4, "big") for c in self._contexts)}

    def _withdraw(self, _message: None, now: float) -> Effects:
        self._ack_at = now + ACK_S
        return [Send(Message(Kind.ASPIA, self._context())), Active(active=False)]

    def _leave(self, _message: Message | None, now: float) -> Effects:
        self._ack_at = now + ACK_S
        return [Send(Message(Kind.ASPDN))]

    def _on_left(self, _message: Message | None, _now: float) -> Effects:
        return [Close("stopped")]

    def _on_ssnm(self, message: Message, now: float) -> Effects:
        """A gateway tells of destinations; we are told nothing as a server."""
        if self._asp:
            return []
        try:
            affected = self.destinations.learn(message, now)
        except CodecError as error:
            raise M3uaError(ErrorCode.PARAMETER_FIELD_ERROR, str(error)) from None
        codes = [a.point_code for a in affected]
        return [Note("destination", {"said": message.kind.name, "point_codes": codes}), Reach()]

    # Actions of both.

    def _on_data(self, message: Message, _now: float) -> Effects:
        context = message.integer(Tag.ROUTING_CONTEXT)
        if context is not None and self._contexts and context not in self._contexts:
            problem = f"routing context {context} in DATA"
            raise M3uaError(ErrorCode.INVALID_ROUTING_CONTEXT, problem)
        data = m3ua.protocol_data(message)
        if self._asp and not self._rules.ipsp:
            misled = self._misled(data)
            if misled is not None:
                return [Note("M3UA traffic for another node", {"dpc": data.dpc}), Send(misled)]
        return [Deliver(data)]

    def _misled(self, data: ProtocolData) -> Message | None:
        """What a gateway says of traffic that is not for it: DUNA or DUPU (clause 3.4)."""
        if data.dpc != self._rules.point_code:
            return _ssnm(Kind.DUNA, (AffectedPointCode(data.dpc & 0xFFFFFF),))
        if data.service_indicator != SCCP:
            cause = _UNEQUIPPED_USER | data.service_indicator
            told = _ssnm(Kind.DUPU, (AffectedPointCode(data.dpc),))
            return Message(Kind.DUPU, {**told.parameters, Tag.USER_CAUSE: cause.to_bytes(4, "big")})
        return None

    # Actions of a server.

    def _on_silence(self, _message: None, _now: float) -> Effects:
        return [Close("no ASPUP")]

    def _on_stop_serving(self, _message: None, now: float) -> Effects:
        told = self._servers.down(self._asp, now)
        return [*told, Active(active=False), Close("stopped")]

    def _on_stop_inactive(self, _message: None, now: float) -> Effects:
        return [*self._servers.down(self._asp, now), Close("stopped")]

    def _acknowledge(self, message: Message, told: Effects) -> Effects:
        """The acknowledgement, then what the application servers have to say."""
        kind = ACKNOWLEDGEMENTS[message.kind]
        echoed = (Tag.TRAFFIC_MODE, Tag.ROUTING_CONTEXT)
        known = message.parameters
        parameters: dict[int, bytes] = {tag: known[tag] for tag in echoed if tag in known}
        return [Send(Message(kind, parameters)), *self._heard_here(told)]

    def _heard_here(self, told: Effects) -> Effects:
        """Notifications: the peer's own are sent here, other ASPs' by the shell; IPSPs get none."""
        if self._rules.ipsp:
            return [e for e in told if not isinstance(e, Tell) or e.supersedes]
        return [Send(e.message) if isinstance(e, Tell) and e.asp == self._asp else e for e in told]

    def _on_aspup(self, message: Message, now: float) -> Effects:
        self._ack_at = None
        return self._acknowledge(message, self._servers.up(self._asp, self._host, now))

    def _on_aspac(self, message: Message, now: float) -> Effects:
        mode = message.integer(Tag.TRAFFIC_MODE)
        contexts = _contexts(message)
        self._contexts, told = self._servers.activate(self._asp, contexts, mode, now)
        news = [] if self.active else [Active(active=True)]
        return [*self._acknowledge(message, told), *news]

    def _on_again(self, message: Message, _now: float) -> Effects:
        return self._acknowledge(message, [])

    def _on_withdrawal(self, message: Message, now: float) -> Effects:
        told = self._servers.deactivate(self._asp, now)
        return [*self._acknowledge(message, told), Active(active=False)]

    def _on_goodbye(self, message: Message, now: float) -> Effects:
        told = self._servers.down(self._asp, now)
        news = [Active(active=False)] if self.active else []
        return [*self._acknowledge(message, told), *news]

    def _on_restart(self, message: Message, now: float) -> Effects:
        """ASPUP of an active ASP: acknowledged, called unexpected, inactive (clause 4.3.4.1)."""
        told = self._servers.deactivate(self._asp, now)
        complaint = Send(m3ua.error(ErrorCode.UNEXPECTED_MESSAGE, message.encode()))
        return [*self._acknowledge(message, told), complaint, Active(active=False)]

    def _on_superseded(self, _message: None, _now: float) -> Effects:
        return [Active(active=False)]

    def _on_audit(self, message: Message, _now: float) -> Effects:
        """DAUD: our own point code is available, no other can be reached here (clause 4.5.3)."""
        if not self._asp or self._rules.ipsp:
            return []
        try:
            affected = decode_affected(message.parameters.get(Tag.AFFECTED_POINT_CODE, b""))
        except CodecError as error:
            raise M3uaError(ErrorCode.PARAMETER_FIELD_ERROR, str(error)) from None
        here = tuple(a for a in affected if a == AffectedPointCode(self._rules.point_code))
        others = tuple(a for a in affected if a not in here)
        told = ((Kind.DAVA, here), (Kind.DUNA, others))
        return [Send(_ssnm(kind, codes)) for kind, codes in told if codes]

    def _on_registration(self, message: Message, _now: float) -> Effects:
        """REG REQ: a result for each routing key (clause 4.4.1)."""
        self._check_registers()
        results = [self._registration(value) for value in message.every(Tag.ROUTING_KEY)]
        if not results:
            raise M3uaError(ErrorCode.MISSING_PARAMETER, "no Routing Key")
        first, *more = [result.encode() for result in results]
        repeated = tuple((int(Tag.REGISTRATION_RESULT), value) for value in more)
        return [Send(Message(Kind.REG_RSP, {Tag.REGISTRATION_RESULT: first}, repeated))]

    def _check_registers(self) -> None:
        if not self._servers.registers:
            raise M3uaError(ErrorCode.UNSUPPORTED_TYPE, "routing keys are configured here")

    def _registration(self, value: bytes) -> RegistrationResult:
        try:
            return self._servers.register(self._asp, RoutingKey.decode(value))
        except CodecError as error:
            raise M3uaError(ErrorCode.PARAMETER_FIELD_ERROR, str(error)) from None

    def _on_deregistration(self, message: Message, _now: float) -> Effects:
        """DEREG REQ: a result for each routing context (clause 4.4.2)."""
        self._check_registers()
        contexts = _contexts(message)
        if not contexts:
            raise M3uaError(ErrorCode.MISSING_PARAMETER, "no Routing Context")
        results = [
            DeregistrationResult(c, self._servers.deregister(self._asp, c)).encode()
            for c in contexts
        ]
        repeated = tuple((int(Tag.DEREGISTRATION_RESULT), value) for value in results[1:])
        return [Send(Message(Kind.DEREG_RSP, {Tag.DEREGISTRATION_RESULT: results[0]}, repeated))]


def _contexts(message: Message) -> tuple[int, ...]:
    """The routing contexts of a message, none if it has no such parameter."""
    value = message.parameters.get(Tag.ROUTING_CONTEXT, b"")
    if len(value) % 4 or len(value) > 4 * MAX_CONTEXTS:
        raise M3uaError(ErrorCode.PARAMETER_FIELD_ERROR, f"routing contexts of {len(value)} octets")
    return tuple(int.from_bytes(value[at : at + 4], "big") for at in range(0, len(value), 4))


def _ssnm(kind: Kind, affected: tuple[AffectedPointCode, ...]) -> Message:
    return Message(kind, {Tag.AFFECTED_POINT_CODE: encode_affected(affected)})


ACKNOWLEDGEMENTS = {
    Kind.ASPUP: Kind.ASPUP_ACK,
    Kind.ASPDN: Kind.ASPDN_ACK,
    Kind.ASPAC: Kind.ASPAC_ACK,
    Kind.ASPIA: Kind.ASPIA_ACK,
}

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
