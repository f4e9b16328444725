"""SCCPlite: the handshake, what it carries, what ends it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.ipa_asp import BEATS, HANDSHAKE_S, IpaAsp, IpaRules, State
from mkef.stack.m3ua_events import Active, Close, Deliver, Effects, Forward, Note, Send
from mkef.stack.m3ua_servers import RECOVERY_S, ApplicationServers
from mkef_codecs.ss7 import ipa
from mkef_codecs.ss7.ipa import Ccm, Stream
from mkef_codecs.ss7.m3ua import ProtocolData

UP, OFF = Active(active=True), Active(active=False)


def client() -> IpaAsp:
    return IpaAsp(IpaRules("as-a", 1, 2), ApplicationServers())


def server(servers: ApplicationServers | None = None) -> IpaAsp:
    return IpaAsp(IpaRules("", 2, 1), servers or ApplicationServers())


def carry(a: IpaAsp, b: IpaAsp, effects: Effects) -> Effects:
    """Carry what is sent back and forth until both are silent; everything else that happened."""
    rest: Effects = []
    queue = [(b, a, effects)]
    while queue:
        receiver, sender, pending = queue.pop(0)
        for effect in pending:
            if isinstance(effect, Send):
                answer = receiver.receive(effect.message.encode(), 0.0)
                queue.append((sender, receiver, answer))
            else:
                rest.append(effect)
    return rest


def joined(servers: ApplicationServers | None = None) -> tuple[IpaAsp, IpaAsp]:
    a, b = client(), server(servers)
    a.initiate(0.0)
    rest = carry(b, a, b.accept(0.0, "a:1", "a"))
    assert [e for e in rest if isinstance(e, Note)] == [Note("IPA client", {"name": "as-a"})]
    assert rest.count(UP) == 2
    return a, b


def test_both_ends_become_active_and_carry_sccp() -> None:
    a, b = joined()
    for sender, receiver, opc, dpc in ((a, b, 1, 2), (b, a, 2, 1)):
        octets = sender.data(ProtocolData(opc, dpc, b"sccp"))
        assert octets is not None
        assert receiver.receive(octets, 0.0) == [Deliver(ProtocolData(opc, dpc, b"sccp"))]


def test_nothing_flows_before_the_handshake_is_over() -> None:
    a = client()
    a.initiate(0.0)
    assert a.data(ProtocolData(1, 2, b"")) is None
    (note,) = a.receive(ipa.Message(Stream.SCCP, b"x").encode(), 0.0)
    assert isinstance(note, Note)


@pytest.mark.parametrize("make", [client, server])
def test_a_peer_that_does_not_identify_itself_is_left(make: type[IpaAsp]) -> None:
    asp = make()
    asp.initiate(0.0)
    assert asp.deadline == HANDSHAKE_S
    assert asp.tick(HANDSHAKE_S) == [Close("the peer does not identify itself")]
    assert asp.deadline is None


def test_a_ping_is_answered_and_silence_is_asked_about() -> None:
    a, _ = joined()
    assert a.receive(ipa.ccm(Ccm.PING).encode(), 0.0) == [Send(ipa.ccm(Ccm.PONG))]
    for beat in range(1, BEATS + 1):
        assert a.tick(30.0 * beat) == [Send(ipa.ccm(Ccm.PING))]
    assert a.tick(90.0) == [OFF, Close("the peer answers no PING")]


def test_traffic_waits_for_a_client_that_comes_back() -> None:
    servers = ApplicationServers()
    _, b = joined(servers)
    assert b.lost(0.0) == [OFF]
    assert servers.forward(ProtocolData(2, 1, b"late"), "a") == []
    a, again = client(), server(servers)
    a.initiate(0.0)
    rest = carry(again, a, again.accept(0.0, "a:2", "a"))
    forwarded = [e for e in rest if isinstance(e, Forward)]
    assert forwarded == [Forward("a:2", ProtocolData(2, 1, b"late"), None)]
    again.lost(0.0)
    servers.tick(RECOVERY_S)
    assert servers._servers == []


def test_stop_closes() -> None:
    a, _ = joined()
    assert a.stop(0.0) == [OFF, Close("stopped")]
    assert a.state is State.CLOSED
    assert a.stop(0.0) == a.lost(0.0) == a.receive(b"", 0.0) == []


@given(st.lists(st.binary(max_size=12)), st.booleans())
def test_any_octets_are_survived(received: list[bytes], initiator: bool) -> None:
    asp = client() if initiator else server()
    asp.initiate(0.0) if initiator else asp.accept(0.0, "peer", "host")
    for payload in received:
        asp.receive(payload, 0.0)
        asp.receive(ipa.Message(Stream.CCM, payload).encode(), 0.0)
        asp.receive(ipa.Message(Stream.SCCP, payload).encode(), 0.0)
