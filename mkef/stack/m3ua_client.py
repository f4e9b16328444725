"""An ASP that asks a gateway for traffic (RFC 4666 clauses 4.3.4, 4.4 and 4.5)."""

from __future__ import annotations

from mkef.stack.m3ua_events import (
    Active,
    Close,
    Effects,
    Note,
    Reach,
    Send,
    State,
)
from mkef.stack.m3ua_peer import ACK_S, ATTEMPTS, Peer
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.m3ua import (
    ErrorCode,
    Kind,
    M3uaError,
    Message,
    Status,
    Tag,
)
from mkef_codecs.ss7.m3ua_parameters import (
    RegistrationResult,
    RoutingKey,
)


class Client(Peer):
    """Actions of who opened the association."""

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
