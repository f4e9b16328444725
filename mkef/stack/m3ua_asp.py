"""One M3UA association after its transport is up (RFC 4666 clause 4.3), without a socket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.m3ua import ErrorCode, Kind, M3uaError, Message, ProtocolData, Status, Tag

ACK_S = 2.0  # T(ack) (RFC 4666 clause 4.3.4.1)
UP_S = 5.0  # how long a peer may be connected without ASPUP
ATTEMPTS = 3
BEATS = 2  # unanswered ones before the peer counts as dead


class State(Enum):
    """Where an association stands; ASP states as its own side sees them."""

    ASKED_UP = auto()  # client: ASPUP sent
    ASKED_ACTIVE = auto()  # client: ASPAC sent
    ACTIVE = auto()  # client
    WITHDRAWING = auto()  # client: ASPIA sent
    LEAVING = auto()  # client: ASPDN sent
    DOWN = auto()  # server: nothing asked yet
    INACTIVE = auto()  # server: ASPUP acknowledged
    SERVING = auto()  # server: ASPAC acknowledged
    CLOSED = auto()


class On(Enum):
    """What the table is asked about, besides the kinds of messages."""

    STOP = auto()
    TIMEOUT = auto()


@dataclass(frozen=True, slots=True)
class Send:
    """A message for the peer."""

    message: Message


@dataclass(frozen=True, slots=True)
class Deliver:
    """What a DATA message carried."""

    data: ProtocolData


@dataclass(frozen=True, slots=True)
class Active:
    """Traffic may flow, or (`active` false) no more."""

    active: bool


@dataclass(frozen=True, slots=True)
class Close:
    """The transport ends, after what was sent; `reason` is for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth a log line."""

    event: str
    fields: dict[str, object] = field(default_factory=dict)


Effect = Send | Deliver | Active | Close | Note
Effects = list[Effect]


class M3uaAsp:
    """Octets, STOP and `now` in; effects out. A client asks for traffic, a server grants it."""

    def __init__(self, *, routing_context: int | None = None, beat_s: float = 30.0) -> None:
        self._routing_context = routing_context
        self._beat_s = beat_s
        self._beats = 0
        self._beat_at: float | None = None
        self._attempts = 0
        self._ack_at: float | None = None
        self.state = State.CLOSED

    # What the shell calls.

    def initiate(self, now: float) -> Effects:
        """The transport that we opened is up: ASPUP."""
        self._heard(now)
        self.state = State.ASKED_UP
        self._attempts = 0
        return self._ask(now)

    def accept(self, now: float) -> Effects:
        """The transport that the peer opened is up: wait for its ASPUP."""
        self._heard(now)
        self.state = State.DOWN
        self._ack_at = now + UP_S
        return []

    def receive(self, octets: bytes, now: float) -> Effects:
        """One whole message from the peer; what cannot be read is answered with ERR."""
        if self.state is State.CLOSED:
            return []
        self._heard(now)
        try:
            message = m3ua.decode(octets)
            return self._step(message.kind, message, now)
        except M3uaError as error:
            problem = Note("malformed M3UA message", {"problem": str(error)})
            return [problem, Send(m3ua.error(error.code, octets))]

    def broken(self, error: M3uaError) -> Effects:
        """The stream holds no messages any more: say so and close."""
        return [Send(m3ua.error(error.code)), *self._close(str(error))]

    def send(self, data: ProtocolData) -> Effects:
        """A DATA message, if traffic may flow."""
        if not self.active:
            return []
        return [Send(m3ua.data(data, self._routing_context))]

    def stop(self, now: float) -> Effects:
        """End the association in good order: ASPIA and ASPDN, each acknowledged within T(ack)."""
        return self._step(On.STOP, None, now)

    def lost(self) -> Effects:
        """The transport is gone."""
        was_active, self.state = self.active, State.CLOSED
        return [Active(active=False)] if was_active else []

    @property
    def active(self) -> bool:
        """Whether traffic may flow."""
        return self.state in {State.ACTIVE, State.SERVING}

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called next."""
        if self.state is State.CLOSED:
            return None
        return min((t for t in (self._ack_at, self._beat_at) if t is not None), default=None)

    def tick(self, now: float) -> Effects:
        """Time has passed: ask again, or ask whether the peer still lives."""
        effects: Effects = []
        if self._ack_at is not None and now >= self._ack_at:
            effects += self._step(On.TIMEOUT, None, now)
        if self.state is not State.CLOSED and self._beat_at is not None and now >= self._beat_at:
            effects += self._beat(now)
        return effects

    # From a message to a row of the table.

    def _step(self, on: Kind | On, message: Message | None, now: float) -> Effects:
        if on in ANYWHERE and self.state is not State.CLOSED:
            return ANYWHERE[on](self, message, now)
        action, self.state = ASP.get((self.state, on), (M3uaAsp._unexpected, self.state))
        return action(self, message, now)

    def _heard(self, now: float) -> None:
        self._beats = 0
        self._beat_at = now + self._beat_s if self._beat_s else None

    def _beat(self, now: float) -> Effects:
        if self._beats == BEATS:
            return self._close("the peer answers no BEAT")
        self._beats += 1
        self._beat_at = now + self._beat_s
        return [Send(Message(Kind.BEAT, {Tag.HEARTBEAT_DATA: bytes((self._beats,))}))]

    def _close(self, reason: str) -> Effects:
        return [*self.lost(), Close(reason)]

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

    def _on_registration(self, message: Message, _now: float) -> Effects:
        """Routing keys are configured here, not registered (RFC 4666 clause 4.4)."""
        return [Send(m3ua.error(ErrorCode.UNSUPPORTED_CLASS, message.encode()))]

    def _on_err(self, message: Message, _now: float) -> Effects:
        code = message.parameters.get(Tag.ERROR_CODE, b"")
        return [Note("M3UA error from the peer", {"code": int.from_bytes(code, "big")})]

    def _ask(self, now: float) -> Effects:
        """ASPUP or ASPAC, again and again, until the peer answers or is given up."""
        if self._attempts == ATTEMPTS:
            return self._close("the peer acknowledges nothing")
        self._attempts += 1
        self._ack_at = now + ACK_S
        if self.state is State.ASKED_UP:
            return [Send(Message(Kind.ASPUP))]
        return [Send(Message(Kind.ASPAC, self._context()))]

    def _again(self, _message: Message | None, now: float) -> Effects:
        return self._ask(now)

    def _next(self, _message: Message, now: float) -> Effects:
        self._attempts = 0
        return self._ask(now)

    def _withdrawn(self, _message: Message, now: float) -> Effects:
        self._attempts = 0
        return [Active(active=False), *self._ask(now)]

    def _on_active(self, _message: Message, _now: float) -> Effects:
        self._ack_at = None
        return [Active(active=True)]

    def _on_data(self, message: Message, _now: float) -> Effects:
        return [Deliver(m3ua.protocol_data(message))]

    def _context(self) -> dict[int, bytes]:
        if self._routing_context is None:
            return {}
        return {Tag.ROUTING_CONTEXT: self._routing_context.to_bytes(4, "big")}

    def _withdraw(self, _message: None, now: float) -> Effects:
        self._ack_at = now + ACK_S
        return [Send(Message(Kind.ASPIA, self._context())), Active(active=False)]

    def _leave(self, _message: Message | None, now: float) -> Effects:
        self._ack_at = now + ACK_S
        return [Send(Message(Kind.ASPDN))]

    def _on_silence(self, _message: None, _now: float) -> Effects:
        return [Close("no ASPUP")]

    def _on_left(self, _message: Message | None, _now: float) -> Effects:
        return [Close("stopped")]

    def _on_stop_serving(self, _message: None, _now: float) -> Effects:
        return [Active(active=False), Close("stopped")]

    def _acknowledge(self, message: Message, *more: Effect) -> Effects:
        kind = ACKNOWLEDGEMENTS[message.kind]
        echoed = (Tag.TRAFFIC_MODE, Tag.ROUTING_CONTEXT)
        known = message.parameters
        parameters: dict[int, bytes] = {tag: known[tag] for tag in echoed if tag in known}
        return [Send(Message(kind, parameters)), *more]

    def _on_aspup(self, message: Message, _now: float) -> Effects:
        self._ack_at = None
        return self._acknowledge(message, _notify(Status.AS_INACTIVE))

    def _on_aspac(self, message: Message, _now: float) -> Effects:
        return self._acknowledge(message, _notify(Status.AS_ACTIVE), Active(active=True))

    def _on_again(self, message: Message, _now: float) -> Effects:
        return self._acknowledge(message)

    def _on_withdrawal(self, message: Message, _now: float) -> Effects:
        return self._acknowledge(message, Active(active=False))

    def _on_restart(self, message: Message, _now: float) -> Effects:
        """ASPUP of an active ASP: acknowledged, called unexpected, inactive (clause 4.3.4.1)."""
        complaint = Send(m3ua.error(ErrorCode.UNEXPECTED_MESSAGE, message.encode()))
        return self._acknowledge(message, complaint, Active(active=False))


def _notify(status: Status) -> Send:
    return Send(Message(Kind.NTFY, {Tag.STATUS: status.to_bytes(4, "big")}))


ACKNOWLEDGEMENTS = {
    Kind.ASPUP: Kind.ASPUP_ACK,
    Kind.ASPDN: Kind.ASPDN_ACK,
    Kind.ASPAC: Kind.ASPAC_ACK,
    Kind.ASPIA: Kind.ASPIA_ACK,
}

Action = Callable[..., Effects]

# Kinds that mean the same in every state. Signalling network management is heard and not used:
# there is one route to each peer.
ANYWHERE: dict[Kind | On, Action] = {
    Kind.BEAT: M3uaAsp._on_beat,
    Kind.BEAT_ACK: M3uaAsp._ignore,
    Kind.ERR: M3uaAsp._on_err,
    Kind.NTFY: M3uaAsp._ignore,
    Kind.DUNA: M3uaAsp._ignore,
    Kind.DAVA: M3uaAsp._ignore,
    Kind.DAUD: M3uaAsp._ignore,
    Kind.SCON: M3uaAsp._ignore,
    Kind.DUPU: M3uaAsp._ignore,
    Kind.DRST: M3uaAsp._ignore,
    Kind.REG_REQ: M3uaAsp._on_registration,
    Kind.REG_RSP: M3uaAsp._ignore,
    Kind.DEREG_REQ: M3uaAsp._on_registration,
    Kind.DEREG_RSP: M3uaAsp._ignore,
}

# (state, event): (action, next state). A message that is not here is answered with ERR
# "unexpected message" and changes nothing (RFC 4666 clause 3.8.1).
ASP: dict[tuple[State, Kind | On], tuple[Action, State]] = {
    (State.ASKED_UP, Kind.ASPUP_ACK): (M3uaAsp._next, State.ASKED_ACTIVE),
    (State.ASKED_UP, On.TIMEOUT): (M3uaAsp._again, State.ASKED_UP),
    (State.ASKED_UP, On.STOP): (M3uaAsp._on_left, State.CLOSED),
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
    (State.ACTIVE, Kind.ASPDN_ACK): (M3uaAsp._withdrawn, State.ASKED_UP),
    (State.ACTIVE, On.STOP): (M3uaAsp._withdraw, State.WITHDRAWING),
    (State.WITHDRAWING, Kind.DATA): (M3uaAsp._on_data, State.WITHDRAWING),
    (State.WITHDRAWING, Kind.ASPIA_ACK): (M3uaAsp._leave, State.LEAVING),
    (State.WITHDRAWING, On.TIMEOUT): (M3uaAsp._on_left, State.CLOSED),
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
    (State.INACTIVE, Kind.ASPDN): (M3uaAsp._on_again, State.DOWN),
    (State.INACTIVE, On.STOP): (M3uaAsp._on_left, State.CLOSED),
    (State.SERVING, Kind.DATA): (M3uaAsp._on_data, State.SERVING),
    (State.SERVING, Kind.ASPAC): (M3uaAsp._on_again, State.SERVING),
    (State.SERVING, Kind.ASPIA): (M3uaAsp._on_withdrawal, State.INACTIVE),
    (State.SERVING, Kind.ASPDN): (M3uaAsp._on_withdrawal, State.DOWN),
    (State.SERVING, Kind.ASPUP): (M3uaAsp._on_restart, State.INACTIVE),
    (State.SERVING, On.STOP): (M3uaAsp._on_stop_serving, State.CLOSED),
}
