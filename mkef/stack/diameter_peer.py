"""One Diameter connection after its transport is up (RFC 6733 clause 5.6), without a socket."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mkef.stack import diameter_acceptance as acceptance
from mkef.stack import diameter_base as base
from mkef.stack.diameter_access import Remote
from mkef.stack.diameter_events import (
    Answered,
    Cause,
    Close,
    Declined,
    Effects,
    Elected,
    Failed,
    LocalNode,
    Malformed,
    Note,
    Opened,
    Policy,
    Requested,
    Send,
    Suspected,
    Trusted,
)
from mkef.stack.diameter_faults import answer_to_malformed, first_fault
from mkef.stack.diameter_routing import judge_arrival
from mkef.stack.diameter_states import ANSWERING, UNOPENED, On, State
from mkef.stack.peer_table import Claim
from mkef.stack.requests import Outstanding
from mkef.stack.watchdog import Step, Watchdog
from mkef_codecs.diameter.commands import (
    Body,
    Encoded,
    Message,
    decode,
    encode,
    encode_answer,
    session_id_of,
)
from mkef_codecs.diameter.errors import DiameterError
from mkef_codecs.diameter.header import REQUEST, RETRANSMITTED, Header, decode_header
from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.generated.diameter import (
    ANSWER,
    CEA,
    CER,
    DPR,
    DWR,
)


class DiameterPeer:
    """Octets, requests and `now` in; effects out."""

    def __init__(
        self,
        local: LocalNode,
        policy: Policy,
        *,
        now: float,
        first_identifier: int,
        jitter: Callable[[], float],
        claim: Callable[[str], Claim] = lambda _host: Claim.FREE,
        shed: Callable[[bytes, Header], bytes | None] | None = None,
        reopened: bool = False,
    ) -> None:
        self._local = local
        self._policy = policy
        self._claim = claim
        self._shed = shed  # the answer to a request that there is no time for; None: there is
        self._applications = {application for _, application in local.applications}
        self._outstanding = Outstanding(first_identifier)
        self._watchdog = Watchdog(policy.tw_s, jitter, now, reopened=reopened)
        self._exchange_deadline: float | None = now + policy.exchange_s
        self._cer: Message | None = None  # while the election is open
        self._cause = Cause.REBOOTING
        self.state = State.CLOSED
        self.remote: Remote | None = None
        self.disconnected: Cause | None = None  # the peer's, in its DPR

    # What the shell calls.

    def initiate(self) -> Effects:
        """The transport that we opened is up: CER."""
        self.state = State.WAIT_CEA
        return [self._send(base.capabilities(self._local))]

    def accept(self) -> Effects:
        """The transport that the peer opened is up: wait for its CER."""
        self.state = State.WAIT_CER
        return []

    def receive(self, octets: bytes, now: float) -> Effects:
        """One whole message from the peer."""
        if self.state is State.CLOSED:
            return []
        header = decode_header(octets)
        request, answer = _BASE.get(header.command, _APPLICATION)
        on = request if header.flags & REQUEST else answer
        effects: Effects = []
        # A DWA is judged with the DWR that it answers.
        if on is not On.DWA and self._watchdog.heard(now) is Step.FAIL_BACK:
            effects.append(Trusted())
        if self._shed is not None and self.state is State.OPEN:
            refused = self._shed(octets, header)
            if refused is not None:
                return [*effects, Send(refused)]
        try:
            message = decode(octets, header)
        except DiameterError as error:
            return effects + self._malformed(octets, header, error)
        return effects + self._step(on, message, now)

    def broken(self, error: DiameterError) -> Effects:
        """The stream holds no messages any more: close."""
        return [] if self.closed else self._close(str(error))

    def request(
        self, body: Body, end_to_end: int, deadline: float, *, retransmitted: bool = False
    ) -> tuple[int, Effects]:
        """Send a request; its hop-by-hop identifier names it in Answered or Failed.

        One that another peer may have served already is `retransmitted`: it has the T bit.
        """
        hop_by_hop = self._outstanding.add(deadline, body.COMMAND)
        if self.state is not State.OPEN:
            self._outstanding.forget(hop_by_hop)
            return hop_by_hop, [Failed(hop_by_hop, "no connection", elsewhere=True)]
        flags = body.FLAGS | RETRANSMITTED if retransmitted else body.FLAGS
        return hop_by_hop, [Send(encode(body, hop_by_hop, end_to_end, flags=flags))]

    def forget(self, hop_by_hop: int) -> None:
        """Nobody waits for this answer any more."""
        self._outstanding.forget(hop_by_hop)

    def answer(self, encoded: Encoded, request: Header, proxy_info: Sequence[bytes] = ()) -> bytes:
        """The answer to a request that was delivered; no octets when the connection has gone."""
        return encoded.answer(request, proxy_info) if self.state in ANSWERING else b""

    def refuse(
        self, request: Message, result_code: int, problem: str, failed_avp: bytes = b""
    ) -> Effects:
        """Answer a request with a Result-Code and its reason only."""
        if self.state not in ANSWERING:
            return []
        octets = base.refusal(
            self._local,
            request.header,
            result_code,
            problem,
            session_id=getattr(request.body, "session_id", None),
            failed_avp=failed_avp,
            proxy_info=getattr(request.body, "proxy_info", ()),
        )
        return [Send(octets)]

    def decline(self, message: Message, result_code: int, problem: str) -> Effects:
        """Refuse a request that is not for this node, or too late for it, and tell so."""
        declined = Declined(message, result_code, problem)
        return [declined, *self.refuse(message, result_code, problem)]

    def stop(self, now: float, cause: Cause = Cause.REBOOTING) -> Effects:
        """End the connection in good order: DPR."""
        self._cause = cause
        return self._step(On.STOP, None, now)

    def win(self, now: float) -> Effects:
        """Our own attempt at this peer has failed: its connection opens after all."""
        return self._step(On.WIN, None, now) if self.state is State.ELECTION else []

    def give_way(self) -> Effects:
        """The other connection to this peer is up: this one ends (I-Disc, R-Disc)."""
        return [] if self.closed else self._close("the other connection to this peer is up")

    def lost(self) -> Effects:
        """The transport is gone."""
        self.state = State.CLOSED
        return self._drain("connection lost")

    @property
    def electing(self) -> str | None:
        """The Origin-Host of a peer that waits for the other connection to it."""
        if self.state is not State.ELECTION or self._cer is None:
            return None
        assert isinstance(self._cer.body, CER)
        return self._cer.body.origin_host

    @property
    def closed(self) -> bool:
        """Whether nothing will come of this connection any more."""
        return self.state is State.CLOSED

    @property
    def open(self) -> bool:
        """Whether capabilities are exchanged and nobody has taken leave."""
        return self.state is State.OPEN

    @property
    def available(self) -> bool:
        """Whether new requests may be sent: open, and the watchdog has no doubt."""
        return self.state is State.OPEN and self._watchdog.trusted

    @property
    def reopening(self) -> bool:
        """Whether requests may be sent where there is no other way: open again after a loss."""
        return self.state is State.OPEN and self._watchdog.reopening

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called next."""
        if self.state is State.CLOSED:
            return None
        next_step = self._exchange_deadline or self._watchdog.deadline
        expiry = self._outstanding.deadline
        return next_step if expiry is None else min(next_step, expiry)

    def excuse(self, now: float) -> None:
        """The peer could not be heard since this node does not read: its silence says nothing."""
        self._watchdog.excuse(now)

    def tick(self, now: float) -> Effects:
        """Time has passed."""
        effects: Effects = [Failed(i, "timed out") for i in self._outstanding.expire(now)]
        if self.state is State.CLOSED:
            return effects
        if self._exchange_deadline is not None:
            if now >= self._exchange_deadline:
                effects += self._step(On.TIMEOUT, None, now)
            return effects
        step = self._watchdog.tick(now)
        if step is Step.SEND_DWR:
            effects.append(self._send(base.watchdog(self._local)))
        elif step is Step.FAIL_OVER:
            effects += [Note("peer suspect", {"tw_s": self._policy.tw_s}), Suspected()]
        elif step is Step.CLOSE:
            effects += self._close("the peer answers no watchdog request", "silent")
        return effects

    # From octets to a row of the table.

    def _step(self, on: On, message: Message | None, now: float) -> Effects:
        action, self.state = PEER.get((self.state, on), _VIOLATION)
        return action(self, message, now)

    def _malformed(self, octets: bytes, header: Header, error: DiameterError) -> Effects:
        fault = first_fault(self._local, header, error) if header.is_request else error
        session_id = session_id_of(octets)
        effects: Effects = [Malformed(header, fault.result_code, str(fault), session_id, octets)]
        if header.is_request:
            answer = answer_to_malformed(self._local, octets, header, fault, session_id)
            effects.append(Send(answer))
        elif self._awaited(header):
            effects.append(Failed(header.hop_by_hop, f"malformed answer: {error}"))
        if self.state in UNOPENED:
            effects += self._close(str(error))
        return effects

    # Actions.

    def _violation(self, message: Message | None, _now: float) -> Effects:
        what = type(message.body).__name__ if message else "time-out"
        return self._close(f"{what} at the wrong moment")

    def _close(self, reason: str, counted: str | None = None) -> Effects:
        self.state = State.CLOSED
        return [*self._drain(reason), Close(reason, counted)]

    def _drain(self, reason: str) -> Effects:
        return [Failed(i, reason, elsewhere=True) for i in self._outstanding.drain()]

    def _on_cer(self, message: Message, now: float) -> Effects:
        cer = message.body
        assert isinstance(cer, CER)
        refusal = acceptance.judge(self._local, self._policy, cer)
        if refusal is not None:
            result_code, problem, failed_avp = refusal
            answer = base.refusal(
                self._local, message.header, result_code, problem, failed_avp=failed_avp
            )
            return [Send(answer), *self._close(f"CER of {cer.origin_host} refused: {problem}")]
        claim = self._claim(cer.origin_host)
        if claim is Claim.TAKEN:
            return self._close(f"{cer.origin_host} is connected already")
        if claim is Claim.LOST:
            self.state, self._cer = State.ELECTION, message
            return []
        won: Effects = [Elected(cer.origin_host)] if claim is Claim.WON else []
        return won + self._welcome(message, now)

    def _on_win(self, _message: None, now: float) -> Effects:
        assert self._cer is not None
        return self._welcome(self._cer, now)

    def _welcome(self, message: Message, now: float) -> Effects:
        assert isinstance(message.body, CER)
        accepted = Send(encode_answer(base.capabilities_answer(self._local), message.header))
        return [accepted, *self._open(message.body, now)]

    def _on_cea(self, message: Message, now: float) -> Effects:
        cea = message.body
        assert isinstance(cea, CEA | ANSWER)
        if not self._awaited(message.header):
            return self._close("CEA to no CER of ours")
        reason = acceptance.objection(self._local, self._policy, cea)
        if reason is not None:
            return self._close(reason)
        assert isinstance(cea, CEA)
        return self._open(cea, now)

    def _open(self, capabilities: CER | CEA, now: float) -> Effects:
        self._exchange_deadline = None
        self._watchdog.heard(now)
        self.remote = acceptance.remote_of(self._policy, capabilities)
        return [Opened(self.remote)]

    def _on_dwr(self, message: Message, _now: float) -> Effects:
        return [Send(encode_answer(base.watchdog_answer(self._local), message.header))]

    def _on_dwa(self, message: Message, now: float) -> Effects:
        if not self._awaited(message.header):
            return [Note("DWA to no DWR of ours", {"hop_by_hop": message.header.hop_by_hop})]
        return [Trusted()] if self._watchdog.answered(now) is Step.FAIL_BACK else []

    def _on_dpr(self, message: Message, now: float) -> Effects:
        """The peer closes the transport after our DPA; what waits goes elsewhere (clause 5.4)."""
        assert isinstance(message.body, DPR)
        self._exchange_deadline = now + self._policy.exchange_s
        self.disconnected = Cause(message.body.disconnect_cause)
        answer = Send(encode_answer(base.disconnect_answer(self._local), message.header))
        note = Note("peer disconnects", {"cause": self.disconnected.name}, "info")
        return [answer, note, *self._drain("the peer disconnects")]

    def _on_dpa(self, message: Message, _now: float) -> Effects:
        if not self._awaited(message.header):
            self.state = State.CLOSING
            return [Note("DPA to no DPR of ours", {"hop_by_hop": message.header.hop_by_hop})]
        return self._close("disconnected")

    def _on_stop(self, _message: None, now: float) -> Effects:
        self._exchange_deadline = now + self._policy.exchange_s
        return [self._send(base.disconnect(self._local, self._cause))]

    def _on_stop_early(self, _message: None, _now: float) -> Effects:
        return self._close("stopped")

    def _on_stop_again(self, _message: None, _now: float) -> Effects:
        return []

    def _on_request(self, message: Message, _now: float) -> Effects:
        body, header = message.body, message.header
        if header.application not in self._applications:
            problem = f"application {header.application} is not served here"
            return self.decline(message, ResultCode.APPLICATION_UNSUPPORTED, problem)
        misrouted = judge_arrival(body, self._local.origin_host, self._local.origin_realm)
        if misrouted is not None:
            return self.decline(message, misrouted.result_code, misrouted.problem)
        return [Requested(message)]

    def _on_late_request(self, message: Message, _now: float) -> Effects:
        return self.decline(message, ResultCode.UNABLE_TO_DELIVER, "this node is stopping")

    def _on_answer(self, message: Message, _now: float) -> Effects:
        hop_by_hop = message.header.hop_by_hop
        if not self._awaited(message.header):
            return [Note("answer to no request of ours", {"hop_by_hop": hop_by_hop})]
        return [Answered(hop_by_hop, message.body)]

    def _on_exchange_timeout(self, _message: None, _now: float) -> Effects:
        if self.disconnected is not None:
            return self._close("the peer took leave and stayed")
        return self._close(f"no answer within {self._policy.exchange_s:g} s", "exchange_timeouts")

    def _awaited(self, answer: Header) -> bool:
        """Whether it answers a request of ours, which is answered by that (clause 6.2.1)."""
        return self._outstanding.take(answer.hop_by_hop, answer.command)

    # What this node says.

    def _send(self, body: Body) -> Send:
        # No deadline of its own: the exchange timer and the watchdog look after these.
        identifier = self._outstanding.add(float("inf"), body.COMMAND)
        return Send(encode(body, identifier, identifier))


_APPLICATION = (On.REQUEST, On.ANSWER)
_BASE = {
    CER.COMMAND: (On.CER, On.CEA),
    DWR.COMMAND: (On.DWR, On.DWA),
    DPR.COMMAND: (On.DPR, On.DPA),
}

_Row = tuple[Callable[..., Effects], State]
_VIOLATION: _Row = (DiameterPeer._violation, State.CLOSED)

# (state, event): (action, next state). A pair that is not here is a protocol error: the connection
# is closed (clause 5.6). An action that refuses the peer closes for itself.
PEER: dict[tuple[State, On], _Row] = {
    (State.WAIT_CER, On.CER): (DiameterPeer._on_cer, State.OPEN),
    (State.WAIT_CER, On.STOP): (DiameterPeer._on_stop_early, State.CLOSED),
    (State.WAIT_CER, On.TIMEOUT): (DiameterPeer._on_exchange_timeout, State.CLOSED),
    (State.ELECTION, On.WIN): (DiameterPeer._on_win, State.OPEN),
    (State.ELECTION, On.STOP): (DiameterPeer._on_stop_early, State.CLOSED),
    (State.ELECTION, On.TIMEOUT): (DiameterPeer._on_exchange_timeout, State.CLOSED),
    (State.WAIT_CEA, On.CEA): (DiameterPeer._on_cea, State.OPEN),
    (State.WAIT_CEA, On.STOP): (DiameterPeer._on_stop_early, State.CLOSED),
    (State.WAIT_CEA, On.TIMEOUT): (DiameterPeer._on_exchange_timeout, State.CLOSED),
    (State.OPEN, On.DWR): (DiameterPeer._on_dwr, State.OPEN),
    (State.OPEN, On.DWA): (DiameterPeer._on_dwa, State.OPEN),
    (State.OPEN, On.DPR): (DiameterPeer._on_dpr, State.CLOSING),
    (State.OPEN, On.REQUEST): (DiameterPeer._on_request, State.OPEN),
    (State.OPEN, On.ANSWER): (DiameterPeer._on_answer, State.OPEN),
    (State.OPEN, On.STOP): (DiameterPeer._on_stop, State.CLOSING),
    (State.CLOSING, On.DWR): (DiameterPeer._on_dwr, State.CLOSING),
    (State.CLOSING, On.DWA): (DiameterPeer._on_dwa, State.CLOSING),
    (State.CLOSING, On.DPR): (DiameterPeer._on_dpr, State.CLOSING),
    (State.CLOSING, On.DPA): (DiameterPeer._on_dpa, State.CLOSED),
    (State.CLOSING, On.REQUEST): (DiameterPeer._on_late_request, State.CLOSING),
    (State.CLOSING, On.ANSWER): (DiameterPeer._on_answer, State.CLOSING),
    (State.CLOSING, On.STOP): (DiameterPeer._on_stop_again, State.CLOSING),
    (State.CLOSING, On.TIMEOUT): (DiameterPeer._on_exchange_timeout, State.CLOSED),
    (State.CLOSED, On.STOP): (DiameterPeer._on_stop_again, State.CLOSED),
}
