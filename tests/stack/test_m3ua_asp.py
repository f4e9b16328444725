"""The ASP machine: its table, its timers, and a client joined to a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.m3ua_asp import (
    ACK_S,
    ANYWHERE,
    ASP,
    ATTEMPTS,
    UP_S,
    Active,
    Close,
    Deliver,
    Effects,
    M3uaAsp,
    Note,
    On,
    Send,
    State,
)
from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.m3ua import ErrorCode, Kind, M3uaError, Message, ProtocolData, Status, Tag

DATA = ProtocolData(1, 2, b"sccp")
UP, OFF = Active(active=True), Active(active=False)
CLIENT_STATES = (State.ASKED_UP, State.ASKED_ACTIVE, State.ACTIVE)


def sent(effects: Effects) -> list[Kind]:
    return [e.message.kind for e in effects if isinstance(e, Send)]


def rest(effects: Effects) -> Effects:
    return [e for e in effects if not isinstance(e, Send | Note)]


def in_state(state: State) -> M3uaAsp:
    asp = M3uaAsp()
    if state in CLIENT_STATES:
        asp.initiate(0.0)
    elif state is not State.CLOSED:
        asp.accept(0.0)
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
    client, server = M3uaAsp(routing_context=7), M3uaAsp()
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


def test_traffic_flows_both_ways_with_the_routing_context_of_the_sender() -> None:
    client, server = M3uaAsp(routing_context=7), M3uaAsp()
    server.accept(0.0)
    list(transfer(client, server, client.initiate(0.0), 0.0))
    (send,) = client.send(DATA)
    assert isinstance(send, Send)
    assert send.message.integer(Tag.ROUTING_CONTEXT) == 7
    assert server.receive(send.message.encode(), 0.0) == [Deliver(DATA)]
    (send,) = server.send(DATA)
    assert isinstance(send, Send)
    assert client.receive(send.message.encode(), 0.0) == [Deliver(DATA)]


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
        (State.SERVING, Kind.ASPIA, [Kind.ASPIA_ACK], [OFF], State.INACTIVE),
        (State.SERVING, Kind.ASPDN, [Kind.ASPDN_ACK], [OFF], State.DOWN),
        (
            State.SERVING,
            Kind.ASPUP,
            [Kind.ASPUP_ACK, Kind.ERR],
            [OFF],
            State.INACTIVE,
        ),
        (State.SERVING, Kind.BEAT, [Kind.BEAT_ACK], [], State.SERVING),
        (State.ACTIVE, Kind.BEAT, [Kind.BEAT_ACK], [], State.ACTIVE),
        (State.ACTIVE, Kind.NTFY, [], [], State.ACTIVE),
        (State.ACTIVE, Kind.DUNA, [], [], State.ACTIVE),
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
    server = M3uaAsp(beat_s=0)
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
    assert client.lost() == [OFF]
    assert client.lost() == []
    assert client.send(DATA) == []
    assert client.receive(Message(Kind.BEAT).encode(), 0.0) == []


@pytest.mark.parametrize("kind", [Kind.REG_REQ, Kind.DEREG_REQ])
def test_registration_is_not_supported(kind: Kind) -> None:
    (answer,) = in_state(State.INACTIVE).receive(Message(kind).encode(), 0.0)
    assert isinstance(answer, Send)
    assert answer.message.integer(Tag.ERROR_CODE) == ErrorCode.UNSUPPORTED_CLASS


def test_nothing_is_sent_before_traffic_may_flow() -> None:
    assert in_state(State.ASKED_ACTIVE).send(DATA) == []


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
    effects = asp.broken(M3uaError(ErrorCode.PROTOCOL_ERROR, "a message of 0 octets"))
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
    elif (state, on) not in ASP and on not in ANYWHERE and isinstance(on, Kind):
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
