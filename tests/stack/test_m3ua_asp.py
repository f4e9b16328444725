"""The ASP machine: its table, its timers, and a client joined to a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.m3ua_asp import ANYWHERE, M3uaAsp
from mkef.stack.m3ua_asp import table as rows
from mkef.stack.m3ua_events import Active, Close, Deliver, Effects, Note, On, Send, State, Tell
from mkef.stack.m3ua_peer import ACK_S, ATTEMPTS, UP_S, Rules
from mkef.stack.m3ua_servers import ApplicationServers, Provision, Registration
from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.m3ua import (
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
    encode_affected,
)

DATA = ProtocolData(1, 2, b"sccp")
HERE = Rules(point_code=2)
UP, OFF = Active(active=True), Active(active=False)
CLIENT_STATES = (
    State.ASKED_UP,
    State.ASKED_KEY,
    State.ASKED_ACTIVE,
    State.ACTIVE,
    State.STANDBY,
    State.WITHDRAWING,
    State.LEAVING,
)


def sent(effects: Effects) -> list[Kind]:
    return [e.message.kind for e in effects if isinstance(e, Send)]


def rest(effects: Effects) -> Effects:
    return [e for e in effects if not isinstance(e, Send | Note)]


def in_state(state: State, rules: Rules = HERE) -> M3uaAsp:
    asp = M3uaAsp(rules)
    if state in CLIENT_STATES:
        asp.initiate(0.0)
    elif state is not State.CLOSED:
        asp.accept(0.0, "peer", "host")
    if state in {State.INACTIVE, State.SERVING}:
        asp.receive(Message(Kind.ASPUP).encode(), 0.0)
    if state is State.SERVING:
        asp.receive(Message(Kind.ASPAC).encode(), 0.0)
    asp.state = state
    return asp


def transfer(
    a: M3uaAsp, b: M3uaAsp, effects: Effects, now: float
) -> Iterator[tuple[M3uaAsp, Kind]]:
    """Carry what `a` sends to `b`, and what `b` answers back, until both are silent."""
    queue = [(a, b, e.message) for e in effects if isinstance(e, Send)]
    while queue:
        sender, receiver, message = queue.pop(0)
        yield message.kind
        answers = receiver.receive(message.encode(), now)
        queue += [(receiver, sender, e.message) for e in answers if isinstance(e, Send)]


def test_a_client_and_a_server_become_active() -> None:
    client, server = M3uaAsp(Rules(routing_context=7)), M3uaAsp(HERE)
    server.accept(0.0)
    kinds = list(transfer(client, server, client.initiate(0.0), 0.0))
    assert kinds == [
        Kind.ASPUP,
        Kind.ASPUP_ACK,
        Kind.NTFY,
        Kind.ASPAC,
        Kind.ASPAC_ACK,
        Kind.NTFY,
    ]
    assert client.active
    assert server.active


def test_traffic_flows_both_ways_with_the_routing_context() -> None:
    client, server = M3uaAsp(Rules(routing_context=7)), M3uaAsp(HERE)
    server.accept(0.0)
    list(transfer(client, server, client.initiate(0.0), 0.0))
    for sender, receiver in ((client, server), (server, client)):
        octets = sender.data(DATA)
        assert octets is not None
        assert m3ua.decode(octets).integer(Tag.ROUTING_CONTEXT) == 7
        assert receiver.traffic(octets, 0.0) == DATA
        assert receiver.receive(octets, 0.0) == [Deliver(DATA)]


def test_an_acknowledgement_echoes_context_and_mode() -> None:
    server = in_state(State.INACTIVE)
    asked = {Tag.TRAFFIC_MODE: b"\0\0\0\2", Tag.ROUTING_CONTEXT: b"\0\0\0\7"}
    ack, ntfy, active = server.receive(Message(Kind.ASPAC, asked).encode(), 0.0)
    assert ack == Send(Message(Kind.ASPAC_ACK, asked))
    assert ntfy == Send(Message(Kind.NTFY, {Tag.STATUS: Status.AS_ACTIVE.to_bytes(4, "big")}))
    assert active == Active(active=True)


@pytest.mark.parametrize(
    ("state", "on", "kinds", "effects", "following"),
    [
        (State.ASKED_UP, Kind.ASPUP_ACK, [Kind.ASPAC], [], State.ASKED_ACTIVE),
        (State.ASKED_ACTIVE, Kind.ASPAC_ACK, [], [UP], State.ACTIVE),
        (State.ACTIVE, Kind.ASPIA_ACK, [Kind.ASPAC], [OFF], State.ASKED_ACTIVE),
        (State.ACTIVE, Kind.ASPDN_ACK, [Kind.ASPUP], [OFF], State.ASKED_UP),
        (State.DOWN, Kind.ASPUP, [Kind.ASPUP_ACK, Kind.NTFY], [], State.INACTIVE),
        (State.DOWN, Kind.ASPDN, [Kind.ASPDN_ACK], [], State.DOWN),
        (State.DOWN, Kind.ASPAC, [Kind.ERR], [], State.DOWN),
        (State.DOWN, Kind.DATA, [Kind.ERR], [], State.DOWN),
        (State.INACTIVE, Kind.ASPUP, [Kind.ASPUP_ACK], [], State.INACTIVE),
        (State.INACTIVE, Kind.DATA, [Kind.ERR], [], State.INACTIVE),
        (State.SERVING, Kind.ASPIA, [Kind.ASPIA_ACK, Kind.NTFY], [OFF], State.INACTIVE),
        (State.SERVING, Kind.ASPDN, [Kind.ASPDN_ACK], [OFF], State.DOWN),
        (
            State.SERVING,
            Kind.ASPUP,
            [Kind.ASPUP_ACK, Kind.NTFY, Kind.ERR],
            [OFF],
            State.INACTIVE,
        ),
        (State.SERVING, Kind.BEAT, [Kind.BEAT_ACK], [], State.SERVING),
        (State.ACTIVE, Kind.BEAT, [Kind.BEAT_ACK], [], State.ACTIVE),
        (State.ACTIVE, Kind.NTFY, [], [], State.ACTIVE),
        (State.ACTIVE, Kind.DUNA, [Kind.ERR], [], State.ACTIVE),
        (State.SERVING, Kind.DUNA, [], [], State.SERVING),
        (State.SERVING, Kind.ASPAC, [Kind.ASPAC_ACK, Kind.NTFY], [], State.SERVING),
        (State.STANDBY, Kind.ASPIA_ACK, [], [], State.STANDBY),
        (State.ACTIVE, Kind.ERR, [], [], State.ACTIVE),
    ],
)
def test_rows(
    state: State, on: Kind, kinds: list[Kind], effects: Effects, following: State
) -> None:
    asp = in_state(state)
    found = asp.receive(Message(on).encode(), 1.0)
    assert sent(found) == kinds
    assert rest(found) == effects
    assert asp.state is following


def test_data_may_overtake_the_acknowledgement() -> None:
    client = in_state(State.ASKED_ACTIVE)
    assert client.receive(m3ua.data(DATA).encode(), 0.0) == [Deliver(DATA)]


def test_stop_withdraws_leaves_and_closes() -> None:
    asp = in_state(State.ACTIVE)
    effects = asp.stop(0.0)
    assert sent(effects) == [Kind.ASPIA]
    assert rest(effects) == [OFF]
    assert sent(asp.receive(Message(Kind.ASPIA_ACK).encode(), 1.0)) == [Kind.ASPDN]
    assert asp.receive(Message(Kind.ASPDN_ACK).encode(), 2.0) == [Close("stopped")]
    assert asp.state is State.CLOSED


@pytest.mark.parametrize("state", [State.ACTIVE, State.ASKED_ACTIVE])
def test_a_goodbye_that_nobody_acknowledges_ends_after_t_ack(state: State) -> None:
    asp = in_state(state)
    asp.stop(0.0)
    assert asp.deadline == ACK_S
    assert asp.tick(ACK_S) == [Close("stopped")]


@pytest.mark.parametrize("state", [State.ASKED_UP, State.DOWN, State.INACTIVE, State.SERVING])
def test_stop_closes_where_there_is_nothing_to_leave(state: State) -> None:
    asp = in_state(state)
    was_active = asp.active
    effects = asp.stop(0.0)
    assert effects == [OFF] * was_active + [Close("stopped")]
    assert asp.state is State.CLOSED
    assert asp.stop(0.0) == []
    assert asp.deadline is None


@pytest.mark.parametrize("state", [State.ASKED_UP, State.ASKED_ACTIVE])
def test_what_is_not_acknowledged_is_asked_again_and_then_given_up(state: State) -> None:
    client, now = M3uaAsp(), 0.0
    client.initiate(now)
    if state is State.ASKED_ACTIVE:
        client.receive(Message(Kind.ASPUP_ACK).encode(), now)
    for _ in range(ATTEMPTS - 1):
        assert client.deadline == now + ACK_S
        assert client.tick(now + ACK_S - 0.001) == []
        now += ACK_S
        assert sent(client.tick(now)) == [Kind.ASPUP if state is State.ASKED_UP else Kind.ASPAC]
    assert client.tick(now + ACK_S) == [Close("the peer acknowledges nothing")]
    assert client.deadline is None


def test_silence_is_answered_with_beat_and_then_with_the_end() -> None:
    client = in_state(State.ACTIVE)
    client._ack_at = None
    client.receive(Message(Kind.NTFY).encode(), 100.0)
    assert client.deadline == 130.0
    assert sent(client.tick(130.0)) == [Kind.BEAT]
    assert sent(client.tick(160.0)) == [Kind.BEAT]
    assert client.tick(190.0) == [OFF, Close("the peer answers no BEAT")]


def test_a_beat_acknowledged_keeps_the_peer_alive() -> None:
    client = in_state(State.ACTIVE)
    client._ack_at = None
    for now in (30.0, 60.0, 90.0, 120.0):
        (beat,) = client.tick(now)
        assert isinstance(beat, Send)
        client.receive(Message(Kind.BEAT_ACK, beat.message.parameters).encode(), now)
    assert client.active


def test_no_beat_if_so_configured() -> None:
    server = M3uaAsp(Rules(beat_s=0))
    server.accept(0.0)
    server.receive(Message(Kind.ASPUP).encode(), 0.0)
    assert server.deadline is None


def test_a_peer_that_never_asks_is_closed() -> None:
    server = M3uaAsp()
    server.accept(0.0)
    assert server.deadline == UP_S
    assert server.tick(UP_S) == [Close("no ASPUP")]
    assert server.state is State.CLOSED


def test_lost_ends_traffic_once() -> None:
    client = in_state(State.ACTIVE)
    assert client.lost(0.0) == [OFF]
    assert client.lost(0.0) == []
    assert client.data(DATA) is None
    assert client.receive(Message(Kind.BEAT).encode(), 0.0) == []


@pytest.mark.parametrize("kind", [Kind.REG_REQ, Kind.DEREG_REQ])
def test_registration_is_not_supported(kind: Kind) -> None:
    _, answer = in_state(State.INACTIVE).receive(Message(kind).encode(), 0.0)
    assert isinstance(answer, Send)
    assert answer.message.integer(Tag.ERROR_CODE) == ErrorCode.UNSUPPORTED_TYPE


def test_nothing_is_sent_before_traffic_may_flow() -> None:
    assert in_state(State.ASKED_ACTIVE).data(DATA) is None


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"\2\0\3\1\0\0\0\x08", ErrorCode.INVALID_VERSION),
        (b"\1\0\5\1\0\0\0\x08", ErrorCode.UNSUPPORTED_CLASS),
        (b"\1\0\1\1\0\0\0\x08", ErrorCode.MISSING_PARAMETER),
        (b"", ErrorCode.PROTOCOL_ERROR),
    ],
)
def test_what_cannot_be_read_is_answered_with_err(octets: bytes, code: ErrorCode) -> None:
    asp = in_state(State.SERVING)
    note, send = asp.receive(octets, 0.0)
    assert isinstance(note, Note)
    assert isinstance(send, Send)
    assert send.message.integer(Tag.ERROR_CODE) == code
    assert asp.state is State.SERVING


def test_a_broken_stream_is_told_so_and_closed() -> None:
    asp = in_state(State.SERVING)
    effects = asp.broken(M3uaError(ErrorCode.PROTOCOL_ERROR, "a message of 0 octets"), 0.0)
    assert sent(effects) == [Kind.ERR]
    assert rest(effects) == [OFF, Close("M3UA: a message of 0 octets")]


def test_an_error_is_never_answered_with_an_error() -> None:
    for state in State:
        asp = in_state(state)
        assert sent(asp.receive(Message(Kind.ERR, {Tag.ERROR_CODE: b"x"}).encode(), 0.0)) == []


@given(st.sampled_from(State), st.sampled_from([*Kind, *On]))
def test_every_state_has_an_answer_to_every_event(state: State, on: Kind | On) -> None:
    asp = in_state(state)
    if isinstance(on, Kind):
        effects = asp.receive(Message(on).encode(), 1.0)
    else:
        effects = asp.stop(1.0) if on is On.STOP else asp.tick(1000.0)
    assert isinstance(effects, list)
    if state is State.CLOSED:
        assert effects == []
    elif (
        (state, on) not in rows(register=False, ipsp=False)
        and on not in ANYWHERE
        and isinstance(on, Kind)
    ):
        assert asp.state is state
        assert sent(effects) == [Kind.ERR]


@given(
    st.lists(st.tuples(st.sampled_from([*Kind, *On]), st.floats(0, 40)), max_size=20), st.booleans()
)
def test_traffic_is_never_announced_twice(
    events: list[tuple[Kind | On, float]], client: bool
) -> None:
    asp, now, active = M3uaAsp(), 0.0, False
    (asp.initiate if client else asp.accept)(now)
    for on, later in events:
        now += later
        if isinstance(on, Kind):
            effects = asp.receive(Message(on).encode(), now)
        else:
            effects = asp.stop(now) if on is On.STOP else asp.tick(now)
        for effect in effects:
            if isinstance(effect, Active):
                assert effect.active is not active
                active = effect.active
        assert asp.active is active


@given(st.binary(max_size=40), st.sampled_from(State))
def test_any_octets_are_survived(octets: bytes, state: State) -> None:
    in_state(state).receive(octets, 0.0)


# --- Routing keys, routing contexts, traffic modes ---


def active_server(*provisions: Provision, registers: bool = False) -> M3uaAsp:
    """The gateway's side of an association whose ASP is up."""
    asp = M3uaAsp(HERE, ApplicationServers(provisions, registers=registers))
    asp.accept(0.0, "peer", "host")
    asp.receive(Message(Kind.ASPUP).encode(), 0.0)
    return asp


def error_code(effects: Effects) -> int | None:
    codes = [
        e.message.integer(Tag.ERROR_CODE)
        for e in effects
        if isinstance(e, Send) and isinstance(e.message, Message) and e.message.kind is Kind.ERR
    ]
    return codes[0] if codes else None


def test_a_routing_context_is_registered_and_used() -> None:
    client = M3uaAsp(Rules(point_code=1, register=True))
    server = M3uaAsp(HERE, ApplicationServers(registers=True))
    server.accept(0.0, "peer", "host")
    kinds = list(transfer(client, server, client.initiate(0.0), 0.0))
    assert kinds == [
        Kind.ASPUP,
        Kind.ASPUP_ACK,
        Kind.REG_REQ,
        Kind.REG_RSP,
        Kind.ASPAC,
        Kind.ASPAC_ACK,
        Kind.NTFY,
    ]
    assert client.routing_contexts == server.routing_contexts != ()


def test_a_registration_that_is_refused_ends_the_association() -> None:
    client = in_state(State.ASKED_KEY, Rules(point_code=1, register=True))
    result = RegistrationResult(1, Registration.PERMISSION_DENIED, 0).encode()
    response = Message(Kind.REG_RSP, {Tag.REGISTRATION_RESULT: result})
    effects = client.receive(response.encode(), 0.0)
    assert effects == [Close("the peer registers no routing key: registration status 5")]
    assert client.state is State.CLOSED


def test_a_registration_result_that_cannot_be_read_is_answered_with_err() -> None:
    client = in_state(State.ASKED_KEY, Rules(register=True))
    response = Message(Kind.REG_RSP, {Tag.REGISTRATION_RESULT: b"x"})
    effects = client.receive(response.encode(), 0.0)
    assert error_code(effects) == ErrorCode.PARAMETER_FIELD_ERROR
    assert client.state is State.ASKED_KEY


def test_a_routing_context_is_given_back_when_its_traffic_has_ended() -> None:
    server = active_server(registers=True)
    key = RoutingKey(1, 7).encode()
    (response,) = server.receive(Message(Kind.REG_REQ, {Tag.ROUTING_KEY: key}).encode(), 0.0)
    assert isinstance(response, Send)
    result = RegistrationResult.decode(response.message.parameters[Tag.REGISTRATION_RESULT])
    context = result.routing_context.to_bytes(4, "big")
    back = Message(Kind.DEREG_REQ, {Tag.ROUTING_CONTEXT: context + b"\0\0\0\7"})
    server.receive(Message(Kind.ASPAC, {Tag.ROUTING_CONTEXT: context}).encode(), 0.0)
    statuses = []
    for _ in range(2):
        (response,) = server.receive(back.encode(), 0.0)
        assert isinstance(response, Send)
        every = response.message.every(Tag.DEREGISTRATION_RESULT)
        statuses.append([DeregistrationResult.decode(value).status for value in every])
        server.receive(Message(Kind.ASPIA).encode(), 0.0)
    assert statuses == [[5, 2], [0, 2]]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({Tag.ROUTING_CONTEXT: b"\0\0\0\x09"}, ErrorCode.INVALID_ROUTING_CONTEXT),
        ({Tag.ROUTING_CONTEXT: b"\0\0\0"}, ErrorCode.PARAMETER_FIELD_ERROR),
        ({Tag.TRAFFIC_MODE: b"\0\0\0\x09"}, ErrorCode.UNSUPPORTED_TRAFFIC_MODE),
        ({Tag.TRAFFIC_MODE: b"\0\0\0\x03"}, ErrorCode.UNSUPPORTED_TRAFFIC_MODE),
    ],
)
def test_an_aspac_that_is_refused_changes_nothing(
    parameters: dict[int, bytes], code: ErrorCode
) -> None:
    server = active_server(Provision(7, frozenset({1}), TrafficMode.LOADSHARE))
    effects = server.receive(Message(Kind.ASPAC, parameters).encode(), 0.0)
    assert error_code(effects) == code
    assert server.state is State.INACTIVE


def test_an_asp_of_no_application_server_is_told_so() -> None:
    server = active_server(Provision(7, frozenset({1}), hosts=frozenset({"another"})))
    effects = server.receive(Message(Kind.ASPAC).encode(), 0.0)
    assert error_code(effects) == ErrorCode.NO_CONFIGURED_AS


def test_data_of_another_routing_context_is_answered_with_err() -> None:
    server = active_server(Provision(7, frozenset({1})))
    server.receive(Message(Kind.ASPAC).encode(), 0.0)
    assert server.routing_contexts == (7,)
    effects = server.receive(m3ua.data(DATA, 8).encode(), 0.0)
    assert error_code(effects) == ErrorCode.INVALID_ROUTING_CONTEXT
    client = in_state(State.ACTIVE)
    client._contexts = (7,)
    assert error_code(client.receive(m3ua.data(DATA, 8).encode(), 0.0)) == 0x19
    assert client.receive(m3ua.data(DATA).encode(), 0.0) == [Deliver(DATA)]


def test_the_one_that_takes_over_is_active_alone() -> None:
    servers = ApplicationServers([Provision(7, frozenset({1}), TrafficMode.OVERRIDE)])
    first, second = M3uaAsp(HERE, servers), M3uaAsp(HERE, servers)
    for name, asp in (("first", first), ("second", second)):
        asp.accept(0.0, name, "host")
        asp.receive(Message(Kind.ASPUP).encode(), 0.0)
    first.receive(Message(Kind.ASPAC).encode(), 0.0)
    effects = second.receive(Message(Kind.ASPAC).encode(), 0.0)
    (told,) = [e for e in effects if isinstance(e, Tell)]
    assert (told.asp, told.supersedes) == ("first", True)
    assert first.supersede(0.0) == [OFF]
    assert (first.state, second.state) == (State.INACTIVE, State.SERVING)


def ntfy(status: Status) -> bytes:
    return Message(Kind.NTFY, {Tag.STATUS: status.to_bytes(4, "big")}).encode()


def test_a_client_that_was_overridden_comes_back_when_the_other_has_gone() -> None:
    client = in_state(State.ACTIVE)
    assert rest(client.receive(ntfy(Status.ALTERNATE_ASP_ACTIVE), 0.0)) == [OFF]
    assert client.state is State.STANDBY
    assert client.receive(ntfy(Status.AS_ACTIVE), 0.0) == []
    assert sent(client.receive(ntfy(Status.AS_PENDING), 0.0)) == [Kind.ASPAC]
    assert rest(client.receive(Message(Kind.ASPAC_ACK).encode(), 0.0)) == [UP]


def test_ipsps_notify_nothing_and_may_both_ask() -> None:
    rules = Rules(point_code=2, ipsp=True)
    client, server = M3uaAsp(rules), M3uaAsp(rules)
    server.accept(0.0, "peer", "host")
    kinds = list(transfer(client, server, client.initiate(0.0), 0.0))
    assert kinds == [Kind.ASPUP, Kind.ASPUP_ACK, Kind.ASPAC, Kind.ASPAC_ACK]
    for asked, answer in ((Kind.ASPUP, Kind.ASPUP_ACK), (Kind.ASPAC, Kind.ASPAC_ACK)):
        assert sent(client.receive(Message(asked).encode(), 0.0)) == [answer]
    assert client.active
    # An IPSP knows nothing of other point codes: what comes is handed up.
    stray = ProtocolData(1, 9, b"sccp")
    assert server.receive(m3ua.data(stray).encode(), 0.0) == [Deliver(stray)]


# --- Signalling network management ---


def affected(kind: Kind, *codes: int) -> Message:
    value = encode_affected(map(AffectedPointCode, codes))
    return Message(kind, {Tag.AFFECTED_POINT_CODE: value})


def test_a_gateway_answers_an_audit() -> None:
    server = in_state(State.SERVING)
    effects = server.receive(affected(Kind.DAUD, 2, 3).encode(), 0.0)
    assert [e.message for e in effects if isinstance(e, Send)] == [
        affected(Kind.DAVA, 2),
        affected(Kind.DUNA, 3),
    ]
    bad = Message(Kind.DAUD, {Tag.AFFECTED_POINT_CODE: b"x"})
    assert error_code(server.receive(bad.encode(), 0.0)) == ErrorCode.PARAMETER_FIELD_ERROR


def test_a_gateway_says_what_cannot_be_reached_through_it() -> None:
    server = in_state(State.SERVING)
    effects = server.receive(m3ua.data(ProtocolData(1, 9, b"")).encode(), 0.0)
    assert [e.message for e in effects if isinstance(e, Send)] == [affected(Kind.DUNA, 9)]
    effects = server.receive(m3ua.data(ProtocolData(1, 2, b"", 5)).encode(), 0.0)
    (dupu,) = [e.message for e in effects if isinstance(e, Send)]
    assert isinstance(dupu, Message)
    assert dupu.kind is Kind.DUPU
    assert dupu.integer(Tag.USER_CAUSE) == 1 << 16 | 5


def test_a_client_remembers_what_is_out_of_reach_and_audits_it() -> None:
    client = in_state(State.ACTIVE, Rules(beat_s=0))
    client._ack_at = None
    client.receive(affected(Kind.DUNA, 7).encode(), 0.0)
    assert not client.destinations.reachable(7, 0.0)
    assert client.deadline == 30.0
    (audit,) = client.tick(30.0)
    assert audit == Send(affected(Kind.DAUD, 7))
    client.receive(affected(Kind.DAVA, 7).encode(), 31.0)
    assert client.destinations.reachable(7, 31.0)
    assert client.deadline is None


@given(
    st.lists(st.tuples(st.sampled_from([*Kind, *On]), st.booleans()), max_size=12),
    st.booleans(),
    st.booleans(),
)
def test_any_order_with_registration_or_ipsp_is_survived(
    events: list[tuple[Kind | On, bool]], register: bool, ipsp: bool
) -> None:
    rules = Rules(point_code=2, register=register, ipsp=ipsp)
    client = M3uaAsp(rules)
    server = M3uaAsp(rules, ApplicationServers(registers=register))
    client.initiate(0.0)
    server.accept(0.0, "peer", "host")
    for on, to_client in events:
        asp = client if to_client else server
        if isinstance(on, Kind):
            asp.receive(Message(on).encode(), 1.0)
        else:
            asp._step(on, None, 1.0)
