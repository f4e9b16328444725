"""A gateway that grants traffic to ASPs (RFC 4666 clauses 4.3.4, 4.4 and 4.5)."""

from __future__ import annotations

from mkef.stack.m3ua_events import (
    Active,
    Close,
    Effects,
    Send,
    Tell,
)
from mkef.stack.m3ua_peer import Peer
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.m3ua import (
    ErrorCode,
    Kind,
    M3uaError,
    Message,
    ProtocolData,
    Tag,
)
from mkef_codecs.ss7.m3ua_parameters import (
    AffectedPointCode,
    DeregistrationResult,
    RegistrationResult,
    RoutingKey,
    decode_affected,
    encode_affected,
)

MAX_CONTEXTS = 64  # in one ASPAC
_UNEQUIPPED_USER = 1 << 16  # the cause of a DUPU, above the user (clause 3.4.5)


class Gateway(Peer):
    """Actions of who was connected to."""

    def _misled(self, data: ProtocolData) -> Message:
        """What a gateway says of traffic that is not for it: DUNA or DUPU (clause 3.4)."""
        if data.dpc != self._rules.point_code:
            return _ssnm(Kind.DUNA, (AffectedPointCode(data.dpc & 0xFFFFFF),))
        cause = _UNEQUIPPED_USER | data.service_indicator
        told = _ssnm(Kind.DUPU, (AffectedPointCode(data.dpc),))
        return Message(Kind.DUPU, {**told.parameters, Tag.USER_CAUSE: cause.to_bytes(4, "big")})

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
