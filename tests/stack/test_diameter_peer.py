"""The peer machine of RFC 6733 clause 5.6, by hand: its table, its timers, two machines joined."""

from __future__ import annotations

from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mkef.stack.diameter_access import Access, Agent, Remote, same_identity
from mkef.stack.diameter_events import (
    Answered,
    Cause,
    Close,
    Declined,
    Effects,
    Elected,
    Failed,
    LocalNode,
    Note,
    Opened,
    Policy,
    Requested,
    Send,
    Suspected,
    Trusted,
)
from mkef.stack.diameter_peer import PEER, DiameterPeer
from mkef.stack.diameter_states import On, State
from mkef.stack.peer_table import Claim
from mkef_codecs.diameter.avp import Avp
from mkef_codecs.diameter.commands import Body, Encoded, Message, decode, encode, encode_answer
from mkef_codecs.diameter.errors import InvalidMessageLength
from mkef_codecs.diameter.header import Header
from mkef_codecs.generated.diameter import (
    ANSWER,
    CEA,
    CER,
    DPA,
    DPR,
    DWA,
    DWR,
    MKA,
    MKR,
    VendorSpecificApplicationId,
)

T = TypeVar("T")

ZK = (32473, 16781313)
SERVER = LocalNode("mtc.example", "example", (ZK,), ("192.0.2.1",), origin_state_id=7)
MKEF = LocalNode("mkef.home", "home", (ZK,), ("192.0.2.2",), origin_state_id=8)
POLICY = Policy(tw_s=30.0, exchange_s=10.0)
NOW = 1000.0
FIRST = 0x10


def make(local: LocalNode = MKEF, policy: Policy = POLICY, **options: Any) -> DiameterPeer:
    return DiameterPeer(
        local, policy, now=NOW, first_identifier=FIRST, jitter=lambda: 0.0, **options
    )


def capabilities(kind: type[T], local: LocalNode = SERVER, **changes: Any) -> T:
    fields: dict[str, Any] = {
        "origin_host": local.origin_host,
        "origin_realm": local.origin_realm,
        "host_ip_address": list(local.addresses),
        "vendor_id": local.vendor_id,
        "product_name": "test",
        "vendor_specific_application_id": [
            VendorSpecificApplicationId(vendor_id=v, auth_application_id=a)
            for v, a in local.applications
        ],
    }
    if kind is CEA:
        fields["result_code"] = 2001
    return kind(**{**fields, **changes})


def key_request(**changes: Any) -> MKR:
    fields: dict[str, Any] = {
        "session_id": "mtc.example;1;1",
        "auth_session_state": 1,
        "origin_host": "mtc.example",
        "origin_realm": "example",
        "destination_realm": "home",
        "user_name": "001010123456789",
        "mtc_key_profile": 0,
        "mtc_device_rand": bytes(16),
        "mtc_encrypted_res": bytes(4),
    }
    return MKR(**{**fields, **changes})


def key_answer() -> MKA:
    return MKA(
        session_id="mtc.example;1;1",
        auth_session_state=1,
        origin_host="mkef.home",
        origin_realm="home",
        result_code=2001,
    )


def octets(body: Body, identifier: int = 1) -> bytes:
    return encode(body, identifier, identifier)


def of(kind: type[T], effects: Effects) -> list[T]:
    return [e for e in effects if isinstance(e, kind)]


def sent(effects: Effects) -> list[Message]:
    return [decode(e.octets) for e in of(Send, effects)]


def one(effects: Effects) -> Message:
    (message,) = sent(effects)
    return message


def accepting(local: LocalNode = MKEF, policy: Policy = POLICY, **options: Any) -> DiameterPeer:
    peer = make(local, policy, **options)
    assert peer.accept() == []
    return peer


def initiating(local: LocalNode = MKEF, policy: Policy = POLICY) -> DiameterPeer:
    peer = make(local, policy)
    assert isinstance(one(peer.initiate()).body, CER)
    return peer


def electing() -> DiameterPeer:
    peer = accepting(claim=lambda _host: Claim.LOST)
    assert peer.receive(octets(capabilities(CER)), NOW) == []
    return peer


def opened(policy: Policy = POLICY, **options: Any) -> DiameterPeer:
    peer = accepting(policy=policy, **options)
    peer.receive(octets(capabilities(CER)), NOW)
    assert peer.state is State.OPEN
    return peer


def closing() -> DiameterPeer:
    peer = opened()
    assert isinstance(one(peer.stop(NOW)).body, DPR)
    return peer


def closed() -> DiameterPeer:
    peer = opened()
    peer.lost()
    return peer


IN_STATE = {
    State.WAIT_CER: accepting,
    State.WAIT_CEA: initiating,
    State.ELECTION: electing,
    State.OPEN: opened,
    State.CLOSING: closing,
    State.CLOSED: closed,
}
FROM_PEER = {"origin_host": "mtc.example", "origin_realm": "example"}
MESSAGES: dict[On, Body] = {
    On.CER: capabilities(CER),
    On.CEA: capabilities(CEA),
    On.DWR: DWR(**FROM_PEER),
    On.DWA: DWA(result_code=2001, **FROM_PEER),
    On.DPR: DPR(**FROM_PEER, disconnect_cause=0),
    On.DPA: DPA(result_code=2001, **FROM_PEER),
    On.REQUEST: key_request(),
    On.ANSWER: key_answer(),
}


def put(peer: DiameterPeer, on: On) -> Effects:
    """An event of the table, in the form in which it comes; answers to the first request."""
    if on is On.STOP:
        return peer.stop(NOW)
    if on is On.WIN:
        return peer.win(NOW)
    if on is On.TIMEOUT:
        return peer.tick(NOW + POLICY.exchange_s)
    return peer.receive(octets(MESSAGES[on], FIRST), NOW)


# The table itself.


@pytest.mark.parametrize("on", On)
@pytest.mark.parametrize("state", State)
def test_every_state_and_event(state: State, on: On) -> None:
    """A pair of the table leads to its state; any other one closes, or nothing happens after the
    end. OPEN has no exchange to time out."""
    peer = IN_STATE[state]()
    assert peer.state is state
    effects = put(peer, on)
    idle = on is On.WIN and state is not State.ELECTION
    if state is State.CLOSED or idle or (state, on) == (State.OPEN, On.TIMEOUT):
        assert effects == []
        assert peer.state is state
    elif (state, on) in PEER:
        assert peer.state is PEER[state, on][1]
        assert (len(of(Close, effects)) == 1) == peer.closed
    else:
        assert [c.reason for c in of(Close, effects)] == [
            f"{type(MESSAGES[on]).__name__} at the wrong moment"
        ]
        assert peer.state is State.CLOSED
        assert not of(Requested, effects)


EVENTS = st.lists(st.sampled_from([*On, "tick", "garbage", "request"]), max_size=25)


@given(st.sampled_from(list(State)), EVENTS, st.data())
def test_any_sequence_keeps_the_promises(
    start: State, events: list[Any], data: st.DataObject
) -> None:
    """Nothing is sent or closed after the end, every request settles once, deadlines exist."""
    peer, now, asked, settled = IN_STATE[start](), NOW, set[int](), list[int]()
    for event in events:
        was_closed = peer.closed
        now += data.draw(st.sampled_from([0.0, 9.0, 31.0]))
        if event == "tick":
            effects = peer.tick(now)
        elif event == "garbage":
            effects = peer.receive(b"\1\0\0\x18\x80\0\0\0" + bytes(16), now)
        elif event == "request":
            identifier, effects = peer.request(key_request(), 1, now + 5)
            asked.add(identifier)
        elif event is On.STOP:
            effects = peer.stop(now)
        elif event is On.WIN:
            effects = peer.win(now)
        elif event is On.TIMEOUT:
            effects = peer.tick(now)
        else:
            identifier = data.draw(st.sampled_from([FIRST, FIRST + 1, 99]))
            effects = peer.receive(octets(MESSAGES[event], identifier), now)
        settled += [e.hop_by_hop for e in effects if isinstance(e, Answered | Failed)]
        if was_closed:
            assert not of(Send, effects) + of(Close, effects) + of(Opened, effects)
        assert len(of(Close, effects)) == (peer.closed and not was_closed)
        assert (peer.deadline is None) == peer.closed
    settled += [e.hop_by_hop for e in of(Failed, peer.lost())]
    ours = [i for i in settled if i in asked]
    assert sorted(ours) == sorted(asked)


# Capabilities exchange (clause 5.3).


def test_the_initiator_says_who_it_is() -> None:
    message = one(make(SERVER).initiate())
    assert message.header == Header(0x80, 257, 0, FIRST, FIRST)
    assert message.body == CER(
        origin_host="mtc.example",
        origin_realm="example",
        host_ip_address=["192.0.2.1"],
        vendor_id=32473,
        product_name="MKEF",
        origin_state_id=7,
        supported_vendor_id=[10415, 32473],
        inband_security_id=[0],
        vendor_specific_application_id=[
            VendorSpecificApplicationId(vendor_id=32473, auth_application_id=16781313)
        ],
        firmware_revision=1,
    )


def test_the_responder_opens_and_says_the_same() -> None:
    peer = accepting()
    effects = peer.receive(octets(capabilities(CER)), NOW)
    answer = one(effects)
    assert isinstance(answer.body, CEA)
    assert (answer.body.result_code, answer.body.origin_host) == (2001, "mkef.home")
    assert (answer.header.hop_by_hop, answer.header.flags) == (1, 0)
    remote = Remote("mtc.example", "example", certified=False, applications=frozenset({ZK[1]}))
    assert effects[1:] == [Opened(remote)]
    assert (peer.remote, peer.available) == (remote, True)


CERTIFIED = replace(POLICY, certified_names=frozenset({"mtc.example"}))
KNOWN = replace(POLICY, access=Access({"mtc.example"}))
RELAY = {"vendor_specific_application_id": [], "auth_application_id": [0xFFFFFFFF]}
S6A = VendorSpecificApplicationId(vendor_id=10415, auth_application_id=16777251)
ACCOUNTING = VendorSpecificApplicationId(vendor_id=32473, acct_application_id=16781313)
OTHER_VENDOR = VendorSpecificApplicationId(vendor_id=10415, auth_application_id=16781313)
NEITHER = VendorSpecificApplicationId(vendor_id=32473)
BOTH = replace(ACCOUNTING, auth_application_id=16781313)


@pytest.mark.parametrize(
    ("policy", "changes"),
    [
        (POLICY, {}),
        (CERTIFIED, {}),
        (CERTIFIED, {"origin_host": "MTC.Example"}),
        (KNOWN, {"origin_host": "Mtc.Example"}),
        (POLICY, RELAY),
        (POLICY, {"vendor_specific_application_id": [], "auth_application_id": [16781313]}),
        (POLICY, {"vendor_specific_application_id": [], "acct_application_id": [16781313]}),
        (POLICY, {"vendor_specific_application_id": [], "acct_application_id": [0xFFFFFFFF]}),
        (POLICY, {"vendor_specific_application_id": [ACCOUNTING]}),
        (POLICY, {"vendor_specific_application_id": [OTHER_VENDOR]}),
        (POLICY, {"vendor_specific_application_id": [S6A], "auth_application_id": [16781313]}),
        (POLICY, {"inband_security_id": [1, 0]}),
        (POLICY, {"others": [Avp(999, 0, 0, b"x")]}),
    ],
)
def test_peers_that_are_accepted(policy: Policy, changes: dict[str, Any]) -> None:
    peer = accepting(policy=policy)
    effects = peer.receive(octets(capabilities(CER, **changes)), NOW)
    assert [o.remote.certified for o in of(Opened, effects)] == [policy is CERTIFIED]


REFUSED: list[tuple[Policy, dict[str, Any], int, str]] = [
    (CERTIFIED, {"origin_host": "other.example"}, 3010, "not in the certificate"),
    (KNOWN, {"origin_host": "other.example"}, 3010, "not configured here"),
    (replace(CERTIFIED, certified_names=frozenset()), {}, 3010, "not in the certificate"),
    (POLICY, {"inband_security_id": [1]}, 5017, "in-band security"),
    (POLICY, {"vendor_specific_application_id": []}, 5010, "no common application"),
    (POLICY, {"vendor_specific_application_id": [S6A]}, 5010, "no common application"),
]


@pytest.mark.parametrize(("policy", "changes", "result_code", "problem"), REFUSED)
def test_peers_that_are_refused(
    policy: Policy, changes: dict[str, Any], result_code: int, problem: str
) -> None:
    """The answer says why, 3xxx with the E bit and 5xxx without (clause 7.1); then the end."""
    peer = accepting(policy=policy)
    effects = peer.receive(octets(capabilities(CER, **changes)), NOW)
    answer = one(effects)
    assert isinstance(answer.body, ANSWER | CEA)
    assert (answer.body.result_code, answer.header.command) == (result_code, 257)
    assert answer.header.is_error == (result_code < 4000)
    assert problem in (answer.body.error_message or "")
    assert problem in of(Close, effects)[0].reason
    assert isinstance(effects[-1], Close)
    assert peer.closed
    assert not of(Opened, effects)


@pytest.mark.parametrize(
    ("group", "result_code", "value"), [(BOTH, 5009, 16781313), (NEITHER, 5005, 0)]
)
def test_an_application_group_names_one_application(
    group: VendorSpecificApplicationId, result_code: int, value: int
) -> None:
    """Clause 6.11: Failed-AVP has both AVPs as they came, or one of which would have been right."""
    cer = capabilities(CER, vendor_specific_application_id=[group])
    effects = accepting().receive(octets(cer), NOW)
    body = one(effects).body
    assert isinstance(body, CEA)
    shown = (Avp(code, 0, 0x40, value.to_bytes(4, "big")).encode() for code in (258, 259))
    assert (body.result_code, body.failed_avp) == (result_code, b"".join(shown))
    assert isinstance(effects[-1], Close)


@pytest.mark.parametrize(("policy", "changes", "result_code", "problem"), REFUSED)
def test_an_initiator_judges_too(
    policy: Policy, changes: dict[str, Any], result_code: int, problem: str
) -> None:
    peer = initiating(policy=policy)
    effects = peer.receive(octets(capabilities(CEA, **changes), FIRST), NOW)
    assert [problem in c.reason for c in of(Close, effects)] == [True]
    assert not of(Opened, effects)


@pytest.mark.parametrize(
    ("policy", "changes", "identifier", "reason"),
    [
        (replace(POLICY, expected_host="mkef.home"), {}, FIRST, "mtc.example, not mkef.home"),
        (POLICY, {}, FIRST + 1, "CEA to no CER of ours"),
        (
            POLICY,
            {"result_code": 5010, "error_message": "none"},
            FIRST,
            "CEA 5010 from mtc.example: none",
        ),
        (POLICY, {"result_code": 3010}, FIRST, "CEA 3010 from mtc.example"),
    ],
)
def test_a_cea_that_is_not_the_one(
    policy: Policy, changes: dict[str, Any], identifier: int, reason: str
) -> None:
    peer = initiating(policy=policy)
    effects = peer.receive(octets(capabilities(CEA, **changes), identifier), NOW)
    assert reason in of(Close, effects)[0].reason
    assert peer.closed


def test_the_expected_peer_is_compared_without_case() -> None:
    peer = initiating(policy=replace(POLICY, expected_host="MTC.example"))
    assert of(Opened, peer.receive(octets(capabilities(CEA), FIRST), NOW))
    assert same_identity("A.b", "a.B")


def test_a_refusal_with_the_answer_grammar_is_understood() -> None:
    peer = initiating()
    refusal = ANSWER(result_code=3010, error_message="unknown", **FROM_PEER)
    answer = encode_answer(refusal, Header(0x80, 257, 0, FIRST, FIRST))
    effects = peer.receive(answer, NOW)
    assert of(Close, effects) == [Close("CEA 3010 from mtc.example: unknown")]


@pytest.mark.parametrize("start", [accepting, initiating])
def test_no_capabilities_in_time_is_the_end(start: Any) -> None:
    peer = start()
    assert peer.deadline == NOW + 10.0
    assert peer.tick(NOW + 9.999) == []
    assert (
        peer.tick(NOW + 10.0)
        == [
            Failed(FIRST, "no answer within 10 s", elsewhere=True) if start is initiating else None,
            Close("no answer within 10 s", "exchange_timeouts"),
        ][start is accepting :]
    )
    assert (peer.deadline, peer.tick(NOW + 100)) == (None, [])


def test_malformed_capabilities_are_the_end() -> None:
    cer = bytearray(octets(capabilities(CER)))
    cer[27] = 7  # Origin-Host shorter than its header
    effects = accepting().receive(bytes(cer), NOW)
    answer = one(effects).body
    assert isinstance(answer, ANSWER | CEA)
    assert answer.result_code == 5014
    assert isinstance(effects[-1], Close)
    cea = bytearray(octets(capabilities(CEA), FIRST))
    cea[27] = 7
    effects = initiating().receive(bytes(cea), NOW)
    assert isinstance(effects[-1], Close)
    assert not of(Send, effects)


# The election (clause 5.6.4), of which the machine hears from `claim`.


def test_the_winner_of_an_election_opens_in_place_of_its_own_attempt() -> None:
    peer = accepting(claim=lambda host: {"mtc.example": Claim.WON}[host])
    effects = peer.receive(octets(capabilities(CER)), NOW)
    assert effects[0] == Elected("mtc.example")
    assert isinstance(one(effects).body, CEA)
    assert peer.state is State.OPEN


def test_the_loser_waits_and_opens_if_its_own_attempt_fails() -> None:
    peer = electing()
    assert (peer.electing, peer.available, peer.deadline) == ("mtc.example", False, NOW + 10)
    effects = peer.win(NOW + 1)
    assert isinstance(one(effects).body, CEA)
    assert len(of(Opened, effects)) == 1
    assert (peer.state, peer.electing, peer.deadline) == (State.OPEN, None, NOW + 31)


def test_the_loser_gives_way_once_its_own_attempt_is_up() -> None:
    effects = electing().give_way()
    assert effects == [Close("the other connection to this peer is up")]


def test_a_peer_that_is_connected_already_is_refused() -> None:
    """R-Reject: no CEA, and the end."""
    peer = accepting(claim=lambda _host: Claim.TAKEN)
    effects = peer.receive(octets(capabilities(CER)), NOW)
    assert effects == [Close("mtc.example is connected already")]


def test_an_agent_is_known_by_its_capabilities() -> None:
    agent = Agent("mtc.example", frozenset({"other.example"}))
    peer = accepting(policy=replace(POLICY, access=Access((), [agent])))
    peer.receive(octets(capabilities(CER)), NOW)
    assert peer.remote is not None
    assert peer.remote.agent is agent


# The watchdog (clause 5.5, RFC 3539).


def test_silence_is_asked_then_doubted_then_ended() -> None:
    peer = opened()
    assert peer.deadline == NOW + 30
    assert peer.tick(NOW + 29.999) == []
    dwr = one(peer.tick(NOW + 30))
    assert dwr.body == DWR(origin_host="mkef.home", origin_realm="home", origin_state_id=8)
    assert (peer.available, peer.deadline) == (True, NOW + 60)
    assert peer.tick(NOW + 60) == [Note("peer suspect", {"tw_s": 30.0}), Suspected()]
    assert (peer.available, peer.closed, peer.deadline) == (False, False, NOW + 90)
    effects = peer.tick(NOW + 90)
    assert of(Close, effects) == [Close("the peer answers no watchdog request", "silent")]
    assert peer.closed


@pytest.mark.parametrize("on", [On.DWA, On.DWR, On.REQUEST])
def test_a_doubted_peer_that_speaks_is_trusted_again(on: On) -> None:
    peer = opened()
    dwr = one(peer.tick(NOW + 30))
    peer.tick(NOW + 60)
    assert not peer.available
    effects = peer.receive(octets(MESSAGES[on], dwr.header.hop_by_hop), NOW + 61)
    assert of(Trusted, effects) == [Trusted()]
    assert (peer.available, peer.deadline) == (True, NOW + 91)


def test_a_dwa_to_nothing_proves_nothing() -> None:
    peer = opened()
    peer.tick(NOW + 30)
    peer.tick(NOW + 60)
    effects = peer.receive(octets(MESSAGES[On.DWA], 99), NOW + 61)
    assert effects == [Note("DWA to no DWR of ours", {"hop_by_hop": 99})]
    assert not peer.available


def test_a_reopened_connection_proves_itself_with_three_dwas() -> None:
    """RFC 3539 clause 3.4.1: REOPEN; until then it serves where there is no other way."""
    peer = opened(reopened=True)
    now, trusted = NOW, list[float]()
    for _ in range(3):
        assert (peer.available, peer.reopening) == (False, True)
        dwr = one(peer.tick(peer.deadline or now))
        now = peer.deadline or now
        effects = peer.receive(octets(MESSAGES[On.DWA], dwr.header.hop_by_hop), now - 29)
        trusted += [now - 29 for _ in of(Trusted, effects)]
    assert trusted == [NOW + 61 + 2]
    assert (peer.available, peer.reopening) == (True, False)


def test_a_dwr_is_answered() -> None:
    answer = one(opened().receive(octets(DWR(**FROM_PEER), 77), NOW))
    assert answer.body == DWA(
        result_code=2001, origin_host="mkef.home", origin_realm="home", origin_state_id=8
    )
    assert (answer.header.hop_by_hop, answer.header.end_to_end) == (77, 77)


# Disconnection (clause 5.4).


def test_a_dpr_is_answered_and_the_peer_closes() -> None:
    """Clause 5.4: DPA, and the transport is the sender's of DPR to close; requests go elsewhere."""
    peer = opened()
    hop_by_hop, _ = peer.request(key_request(), 1, NOW + 5)
    effects = peer.receive(octets(DPR(**FROM_PEER, disconnect_cause=1)), NOW)
    assert isinstance(one(effects).body, DPA)
    assert effects[1:] == [
        Note("peer disconnects", {"cause": "BUSY"}, "info"),
        Failed(hop_by_hop, "the peer disconnects", elsewhere=True),
    ]
    assert (peer.state, peer.disconnected, peer.available) == (State.CLOSING, Cause.BUSY, False)
    assert peer.tick(NOW + 9.999) == []
    assert of(Close, peer.tick(NOW + 10)) == [Close("the peer took leave and stayed")]


@pytest.mark.parametrize("cause", Cause)
def test_a_dpr_has_its_cause(cause: Cause) -> None:
    dpr = one(opened().stop(NOW, cause)).body
    assert isinstance(dpr, DPR)
    assert dpr.disconnect_cause == cause


def test_our_dpr_waits_for_its_answer() -> None:
    peer = opened()
    dpr = one(peer.stop(NOW + 1))
    assert dpr.body == DPR(origin_host="mkef.home", origin_realm="home", disconnect_cause=0)
    assert (peer.state, peer.available, peer.deadline) == (State.CLOSING, False, NOW + 11)
    assert peer.stop(NOW + 2) == []
    answer = octets(DPA(result_code=2001, **FROM_PEER), dpr.header.hop_by_hop)
    effects = peer.receive(answer, NOW + 3)
    assert of(Close, effects) == [Close("disconnected")]


def test_a_dpa_to_nothing_ends_nothing() -> None:
    """Clause 3: an answer with an unknown Hop-by-Hop Identifier is discarded."""
    peer = closing()
    effects = peer.receive(octets(MESSAGES[On.DPA], 99), NOW)
    assert effects == [Note("DPA to no DPR of ours", {"hop_by_hop": 99})]
    assert peer.state is State.CLOSING
    assert of(Close, peer.receive(octets(MESSAGES[On.DPA], FIRST), NOW))


def test_a_dpr_without_answer_ends_in_time() -> None:
    peer = closing()
    assert peer.tick(NOW + 9.999) == []
    assert of(Close, peer.tick(NOW + 10)) == [Close("no answer within 10 s", "exchange_timeouts")]


def test_two_dprs_cross() -> None:
    effects = closing().receive(octets(DPR(**FROM_PEER, disconnect_cause=0)), NOW)
    assert isinstance(one(effects).body, DPA)
    assert not of(Close, effects)


def test_while_stopping_answers_go_out_and_new_requests_are_refused() -> None:
    peer = opened()
    request = of(Requested, peer.receive(octets(key_request(), 5), NOW))[0].message
    peer.stop(NOW)
    assert isinstance(decode(peer.answer(Encoded.of(key_answer()), request.header)).body, MKA)
    effects = peer.receive(octets(key_request(), 6), NOW)
    late = one(effects)
    assert isinstance(late.body, ANSWER)
    assert late.body.result_code == 3002
    assert [declined.result_code for declined in of(Declined, effects)] == [3002]
    assert peer.state is State.CLOSING


@pytest.mark.parametrize("start", [accepting, initiating])
def test_stopping_before_capabilities_just_closes(start: Any) -> None:
    effects = start().stop(NOW)
    assert of(Close, effects) == [Close("stopped")]
    assert not of(Send, effects)


# Requests and answers.


def test_a_request_is_handed_on() -> None:
    request = key_request(destination_host="MKEF.home", destination_realm="HOME")
    effects = opened().receive(octets(request, 5), NOW)
    assert [r.message.body for r in effects if isinstance(r, Requested)] == [request]


@pytest.mark.parametrize(
    ("changes", "result_code"),
    [
        ({"destination_realm": "other"}, 3003),
        ({"destination_host": "other.home"}, 3002),
        ({"route_record": ["relay.example", "MKEF.home"]}, 3005),
    ],
)
def test_requests_for_somebody_else(changes: dict[str, Any], result_code: int) -> None:
    proxy_info = [Avp(280, 0, 0x40, b"relay").encode() + Avp(33, 0, 0x40, b"1").encode()]
    request = key_request(**changes, proxy_info=proxy_info)
    effects = opened().receive(octets(request, 5), NOW)
    answer = one(effects)
    assert isinstance(answer.body, ANSWER)
    (declined,) = of(Declined, effects)
    assert (declined.result_code, declined.message.body) == (result_code, request)
    assert declined.problem == answer.body.error_message
    assert (answer.body.result_code, answer.body.session_id) == (result_code, request.session_id)
    assert answer.body.proxy_info == proxy_info  # clause 6.2
    assert answer.header == Header(0x60, MKR.COMMAND, MKR.APPLICATION, 5, 5)
    assert Avp(277, 0, 0x40, bytes((0, 0, 0, 1))) in answer.body.others


@pytest.mark.parametrize(
    ("header", "result_code"),
    [
        (Header(0xC0, 999, 16777251, 5, 6), 3007),
        (Header(0xC0, 999, MKR.APPLICATION, 5, 6), 3001),
        (Header(0xC0, 318, MKR.APPLICATION, 5, 6), 3001),
        (Header(0xC0, MKR.COMMAND, 16777251, 5, 6), 3007),
        (Header(0xE0, MKR.COMMAND, MKR.APPLICATION, 5, 6), 3008),
        (Header(0xC0, MKR.COMMAND, MKR.APPLICATION, 5, 6), 5005),
    ],
)
def test_requests_that_cannot_be_read_are_answered(header: Header, result_code: int) -> None:
    peer = opened()
    effects = peer.receive(header.encode(b""), NOW)
    (reply,) = of(Send, effects)
    assert reply.octets[4] & 0x20 == (0x20 if result_code < 4000 else 0)
    # Read with the grammar of clause 7.2 whatever the E bit says.
    answer = decode(reply.octets[:4] + bytes((reply.octets[4] | 0x20,)) + reply.octets[5:])
    assert isinstance(answer.body, ANSWER)
    assert answer.body.result_code == result_code
    assert (answer.header.hop_by_hop, answer.header.end_to_end) == (5, 6)
    assert (answer.body.failed_avp is not None) == (result_code == 5005)
    assert peer.state is State.OPEN
    assert isinstance(one(peer.receive(octets(DWR(**FROM_PEER)), NOW)).body, DWA)


def test_a_refusal_goes_back_the_way_that_its_request_came() -> None:
    """Clause 6.2: Session-Id and Proxy-Info, though the grammar of the request is broken."""
    proxy_info = [
        Avp(280, 0, 0x40, name).encode() + Avp(33, 0, 0x40, b"1").encode() for name in (b"a", b"b")
    ]
    request = key_request(proxy_info=proxy_info, others=[Avp(9999, 0, 0x40, b"?")])
    answer = one(opened().receive(octets(request, 5), NOW))
    assert isinstance(answer.body, MKA)
    assert (answer.body.result_code, answer.body.session_id) == (5001, request.session_id)
    assert answer.body.proxy_info == proxy_info


def test_an_application_of_others_is_not_served() -> None:
    """The codec knows MKR; a node that does not serve it says 3007."""
    local = replace(MKEF, applications=((10415, 16777251),))
    peer = accepting(local)
    peer.receive(octets(capabilities(CER, vendor_specific_application_id=[S6A])), NOW)
    effects = peer.receive(octets(key_request()), NOW)
    answer = one(effects)
    assert isinstance(answer.body, ANSWER)
    assert answer.body.result_code == 3007
    assert [declined.result_code for declined in of(Declined, effects)] == [3007]


def test_a_refusal_names_the_failed_avp() -> None:
    peer = opened()
    (requested,) = of(Requested, peer.receive(octets(key_request(), 5), NOW))
    failed = Avp(1, 0, 0x40, b"x").encode()
    message = one(peer.refuse(requested.message, 5004, "wrong", failed))
    assert isinstance(message.body, MKA)
    assert not message.header.is_error
    assert (message.body.result_code, message.body.failed_avp) == (5004, [failed])


def test_a_request_that_was_elsewhere_has_the_t_bit() -> None:
    _, effects = opened().request(key_request(), 9, NOW + 20, retransmitted=True)
    assert one(effects).header.flags == 0xD0


def test_a_request_that_nobody_waits_for_is_forgotten() -> None:
    peer = opened()
    hop_by_hop, _ = peer.request(key_request(), 9, NOW + 20)
    peer.forget(hop_by_hop)
    assert of(Note, peer.receive(octets(key_answer(), hop_by_hop), NOW))
    assert peer.tick(NOW + 20) == []


def test_an_answer_finds_its_request() -> None:
    peer = opened()
    identifiers = []
    for _ in range(3):
        hop_by_hop, effects = peer.request(key_request(), 9, NOW + 20)
        assert one(effects).header.hop_by_hop == hop_by_hop
        identifiers.append(hop_by_hop)
    for hop_by_hop in reversed(identifiers):
        assert peer.receive(octets(key_answer(), hop_by_hop), NOW) == [
            Answered(hop_by_hop, key_answer())
        ]


def test_an_answer_to_nothing_is_noted_and_ignored() -> None:
    peer = opened()
    hop_by_hop, _ = peer.request(key_request(), 9, NOW + 20)
    for identifier in (hop_by_hop + 1, 0):
        effects = peer.receive(octets(key_answer(), identifier), NOW)
        assert effects == [Note("answer to no request of ours", {"hop_by_hop": identifier})]
    peer.receive(octets(key_answer(), hop_by_hop), NOW)
    assert of(Note, peer.receive(octets(key_answer(), hop_by_hop), NOW))
    assert peer.state is State.OPEN


def test_an_answer_of_another_command_is_ignored() -> None:
    peer = opened()
    hop_by_hop, _ = peer.request(key_request(), 9, NOW + 20)
    assert of(Note, peer.receive(octets(MESSAGES[On.DWA], hop_by_hop), NOW))
    other = Header(0x60, 316, 16777251, hop_by_hop, 9)
    assert of(Note, peer.receive(encode_answer(ANSWER(result_code=3004, **FROM_PEER), other), NOW))
    assert of(Answered, peer.receive(octets(key_answer(), hop_by_hop), NOW))


def test_a_protocol_error_is_an_answer() -> None:
    peer = opened()
    hop_by_hop, _ = peer.request(key_request(), 9, NOW + 20)
    refusal = ANSWER(result_code=3004, **FROM_PEER)
    header = Header(0xC0, MKR.COMMAND, MKR.APPLICATION, hop_by_hop, 9)
    assert peer.receive(encode_answer(refusal, header), NOW) == [Answered(hop_by_hop, refusal)]


def test_an_answer_that_cannot_be_read_fails_its_request_alone() -> None:
    peer = opened()
    first, _ = peer.request(key_request(), 9, NOW + 20)
    second, _ = peer.request(key_request(), 9, NOW + 20)
    effects = peer.receive(Header(0x40, MKR.COMMAND, MKR.APPLICATION, first, 9).encode(b""), NOW)
    (failed,) = of(Failed, effects)
    assert failed.hop_by_hop == first
    assert "malformed answer: MKA.Session-Id: missing" in failed.reason
    assert of(Answered, peer.receive(octets(key_answer(), second), NOW))


def test_a_request_without_answer_fails_in_time() -> None:
    peer = opened()
    first, _ = peer.request(key_request(), 9, NOW + 20)
    second, _ = peer.request(key_request(), 9, NOW + 10)
    assert peer.deadline == NOW + 10
    assert peer.tick(NOW + 9.999) == []
    assert peer.tick(NOW + 10) == [Failed(second, "timed out")]
    assert peer.tick(NOW + 20) == [Failed(first, "timed out")]
    assert of(Note, peer.receive(octets(key_answer(), first), NOW + 21))


@pytest.mark.parametrize("state", [State.WAIT_CEA, State.CLOSING, State.CLOSED])
def test_a_request_without_connection_fails_at_once(state: State) -> None:
    hop_by_hop, effects = IN_STATE[state]().request(key_request(), 9, NOW + 20)
    assert effects == [Failed(hop_by_hop, "no connection", elsewhere=True)]


def test_a_lost_connection_fails_what_waits() -> None:
    peer = opened()
    identifiers = [peer.request(key_request(), 9, NOW + 20)[0] for _ in range(2)]
    assert peer.lost() == [Failed(i, "connection lost", elsewhere=True) for i in identifiers]
    assert peer.lost() == []


def test_answers_after_the_end_go_nowhere() -> None:
    peer = opened()
    (requested,) = of(Requested, peer.receive(octets(key_request(), 5), NOW))
    peer.lost()
    assert peer.answer(Encoded.of(key_answer()), requested.message.header) == b""
    assert peer.refuse(requested.message, 5012, "internal error") == []


def test_a_broken_stream_is_the_end() -> None:
    peer = opened()
    error = InvalidMessageLength("a message length of 3 octets")
    assert of(Close, peer.broken(error)) == [Close("a message length of 3 octets")]
    assert peer.broken(error) == []


# Two machines and nothing between them.


class Wire:
    """Carries octets between two machines; what else they want is kept."""

    def __init__(self, initiator: DiameterPeer, responder: DiameterPeer) -> None:
        self.peers = (initiator, responder)
        self.kept: tuple[Effects, Effects] = ([], [])

    def carry(self, side: int, effects: Effects, now: float = NOW) -> None:
        for effect in effects:
            if isinstance(effect, Send):
                self.carry(1 - side, self.peers[1 - side].receive(effect.octets, now), now)
            else:
                self.kept[side].append(effect)

    def take(self, kind: type[T], side: int) -> list[T]:
        found = of(kind, self.kept[side])
        self.kept[side][:] = [e for e in self.kept[side] if e not in found]
        return found


@pytest.fixture
def wire() -> Wire:
    names = (frozenset({"mkef.home"}), frozenset({"mtc.example"}))
    initiator = make(SERVER, replace(POLICY, certified_names=names[0], expected_host="mkef.home"))
    responder = make(MKEF, replace(POLICY, certified_names=names[1]))
    made = Wire(initiator, responder)
    responder.accept()
    made.carry(0, initiator.initiate())
    zk = frozenset({ZK[1]})
    for side, local in enumerate((MKEF, SERVER)):
        remote = Remote(local.origin_host, local.origin_realm, certified=True, applications=zk)
        assert made.take(Opened, side) == [Opened(remote)]
    return made


def test_a_request_and_its_answer_cross(wire: Wire) -> None:
    initiator, responder = wire.peers
    hop_by_hop, effects = initiator.request(key_request(), 42, NOW + 20)
    wire.carry(0, effects)
    (requested,) = wire.take(Requested, 1)
    assert requested.message.header.end_to_end == 42
    wire.carry(1, [Send(responder.answer(Encoded.of(key_answer()), requested.message.header))])
    assert wire.take(Answered, 0) == [Answered(hop_by_hop, key_answer())]


def test_an_idle_pair_keeps_each_other_alive(wire: Wire) -> None:
    """One DWR and one DWA in each direction or in one, every Tw, for an hour."""
    now = NOW
    while now < NOW + 3600:
        now = min(peer.deadline or now for peer in wire.peers)
        for side, peer in enumerate(wire.peers):
            wire.carry(side, peer.tick(now), now)
    assert all(peer.available for peer in wire.peers)
    assert wire.kept == ([], [])


@pytest.mark.parametrize("side", [0, 1])
def test_either_side_ends_it_in_good_order(wire: Wire, side: int) -> None:
    wire.carry(side, wire.peers[side].stop(NOW))
    assert wire.take(Close, side) == [Close("disconnected")]
    other = wire.peers[1 - side]
    assert (other.state, other.disconnected) == (State.CLOSING, Cause.REBOOTING)
    assert other.lost() == []
    assert all(peer.closed for peer in wire.peers)


# Too busy.


def test_a_request_that_there_is_no_time_for_is_answered_unread() -> None:
    asked: list[tuple[bytes, Header]] = []
    busy = True

    def shed(message: bytes, header: Header) -> bytes | None:
        asked.append((message, header))
        return b"too busy" if busy else None

    peer = accepting(shed=shed)
    assert not asked
    assert of(Opened, peer.receive(octets(capabilities(CER)), NOW))
    assert asked == []  # only an open connection has requests
    request = octets(key_request(), 7)
    assert peer.receive(request, NOW) == [Send(b"too busy")]
    assert [(m, h.hop_by_hop) for m, h in asked] == [(request, 7)]
    busy = False
    assert of(Requested, peer.receive(request, NOW))
    busy = True
    peer.stop(NOW)
    assert len(asked) == 2
    assert one(peer.receive(request, NOW)).body.result_code == 3002  # type: ignore[attr-defined]


def test_a_peer_whose_requests_are_refused_unread_is_heard() -> None:
    peer = accepting(shed=lambda _message, header: b"no" if header.command == MKR.COMMAND else None)
    peer.receive(octets(capabilities(CER)), NOW)
    for n in range(1, 9):
        peer.receive(octets(key_request()), NOW + n * POLICY.tw_s / 2)
        assert peer.tick(NOW + n * POLICY.tw_s / 2) == []
