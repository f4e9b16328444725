"""TCAP transactions: the table, two nodes joined, ids and bounds."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.tcap_dialogue import (
    LIMIT,
    ORPHAN_S,
    TRANSACTION,
    Effects,
    Event,
    Indicate,
    Note,
    On,
    Path,
    State,
    TimedOut,
    TooManyTransactions,
    Transaction,
    Transactions,
    Transmit,
    Undeliverable,
)
from mkef_codecs.ss7 import tcap
from mkef_codecs.ss7.ber import tlv
from mkef_codecs.ss7.component import Invoke, ReturnResult
from mkef_codecs.ss7.dialogue import DialogueAbort, DialogueRequest, DialogueResponse
from mkef_codecs.ss7.sccp import SccpAddress
from mkef_codecs.ss7.tcap import Abort, AbortCause, Begin, Continue, End, Unidirectional

MKEF, HLR = SccpAddress(149, 1), SccpAddress(6, 2)
THERE = Path(MKEF, HLR, 2, "hlr:2905")
BACK = Path(HLR, MKEF, 1, "mkef:40000")
REQUEST = DialogueRequest((0, 4, 0, 0, 1, 0, 14, 3))
ACCEPT = DialogueResponse((0, 4, 0, 0, 1, 0, 14, 3))
INVOKE = Invoke(1, 56)
RESULT = ReturnResult(1)


def counting(start: int = 1, limit: int = LIMIT) -> Transactions:
    numbers = itertools.count(start)
    return Transactions(lambda length: next(numbers).to_bytes(length, "big"), limit=limit)


def messages(effects: Effects) -> list[tcap.Message]:
    return [tcap.decode(e.octets) for e in effects if isinstance(e, Transmit)]


def events(effects: Effects) -> list[Event]:
    return [e.event for e in effects if isinstance(e, Indicate)]


def opened(state: State) -> tuple[Transactions, bytes]:
    """A node whose one transaction is in `state`; the peer's id of it is `peer`."""
    node = counting()
    if state is State.INITIATION_RECEIVED:
        (indicate,) = node.receive(tcap.encode(Begin(b"peer", REQUEST)), BACK, 0.0)
        assert isinstance(indicate, Indicate)
        return node, indicate.transaction
    own, _ = node.begin(THERE, REQUEST, (INVOKE,), deadline=15.0)
    if state is State.ACTIVE:
        node.receive(tcap.encode(Continue(b"peer", own, ACCEPT)), BACK, 0.0)
    return node, own


def test_a_question_and_its_answer() -> None:
    client, server = counting(), counting(100)
    own, begin = client.begin(THERE, REQUEST, (INVOKE,), deadline=15.0)
    assert begin.path == THERE
    (indicate,) = server.receive(begin.octets, BACK, 0.0)
    assert isinstance(indicate, Indicate)
    assert indicate.event == Begin(own, REQUEST, (INVOKE,))
    assert server.path(indicate.transaction) == BACK
    (end,) = server.end(indicate.transaction, ACCEPT, (RESULT,))
    assert isinstance(end, Transmit)
    assert client.receive(end.octets, THERE, 1.0) == [Indicate(own, End(own, ACCEPT, (RESULT,)))]
    assert len(client) == len(server) == 0


def test_a_conversation() -> None:
    client, server = counting(), counting(100)
    own, begin = client.begin(THERE, REQUEST, (), deadline=15.0)
    (indicate,) = server.receive(begin.octets, BACK, 0.0)
    assert isinstance(indicate, Indicate)
    theirs = indicate.transaction
    (accept,) = server.proceed(theirs, ACCEPT, ())
    assert isinstance(accept, Transmit)
    answered_from = Path(MKEF, SccpAddress(6, 5), 5, "hlr:2905")
    assert events(client.receive(accept.octets, answered_from, 0.0)) == [
        Continue(theirs, own, ACCEPT)
    ]
    assert client.path(own) == answered_from
    (more,) = client.proceed(own, None, (INVOKE,))
    assert isinstance(more, Transmit)
    assert more.path == answered_from
    assert events(server.receive(more.octets, BACK, 0.0)) == [
        Continue(own, theirs, None, (INVOKE,))
    ]
    (end,) = server.end(theirs, None, (RESULT,))
    assert isinstance(end, Transmit)
    assert events(client.receive(end.octets, THERE, 0.0)) == [End(own, None, (RESULT,))]


def test_what_has_ended_is_not_waited_for() -> None:
    node = counting()
    node.begin(THERE, REQUEST, (), deadline=0.5)
    for n in range(1, 10_000):
        own, _ = node.begin(THERE, REQUEST, (), deadline=float(n))
        assert node.deadline == 0.5
        node.abort(own)
    assert events(node.tick(0.5)) == [TimedOut()]
    assert node.deadline is not None
    assert node.deadline > 9_000
    assert len(node) == 0


def test_an_id_is_not_used_again_while_it_lives() -> None:
    node = Transactions(lambda length: b"\xff" * length)
    drawn = [node.begin(THERE, REQUEST, (), deadline=15.0)[0] for _ in range(3)]
    assert drawn == [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\1"]
    node.abort(drawn[1])
    assert node.begin(THERE, REQUEST, (), deadline=15.0)[0] == drawn[1]


def test_an_id_used_again_keeps_its_own_deadline() -> None:
    node = Transactions(bytes)
    node.abort(node.begin(THERE, REQUEST, (), deadline=15.0)[0])
    own, _ = node.begin(THERE, REQUEST, (), deadline=20.0)
    assert node.tick(15.0) == []
    assert node.tick(20.0) == [Indicate(own, TimedOut())]


def test_no_answer_in_time() -> None:
    node, own = opened(State.INITIATION_SENT)
    assert node.deadline == 15.0
    assert node.tick(14.999) == []
    assert node.tick(15.0) == [Indicate(own, TimedOut())]
    assert (len(node), node.deadline) == (0, None)
    late = node.receive(tcap.encode(End(own, ACCEPT, (RESULT,))), THERE, 15.1)
    assert [type(e) for e in late] == [Note]


@pytest.mark.parametrize(
    ("state", "deadline"), [(State.INITIATION_RECEIVED, ORPHAN_S), (State.ACTIVE, 15.0)]
)
def test_a_peer_that_knows_our_id_is_told_of_a_time_out(state: State, deadline: float) -> None:
    node, own = opened(state)
    effects = node.tick(deadline)
    assert events(effects) == [TimedOut()]
    assert messages(effects) == [Abort(b"peer", dialogue=DialogueAbort())]
    assert node.end(own, ACCEPT, ()) == []


def test_a_transaction_that_nobody_knows() -> None:
    node = counting()
    unknown = node.receive(tcap.encode(Continue(b"peer", b"none")), BACK, 0.0)
    assert messages(unknown) == [Abort(b"peer", AbortCause.UNRECOGNIZED_TRANSACTION_ID)]
    for message in (End(b"none"), Abort(b"none")):
        assert messages(node.receive(tcap.encode(message), BACK, 0.0)) == []


def test_as_many_as_allowed() -> None:
    node = Transactions(lambda length: b"\0" * length, limit=2)
    own, _ = node.begin(THERE, REQUEST, (), deadline=15.0)
    assert events(node.receive(tcap.encode(Begin(b"peer", REQUEST)), BACK, 0.0))
    with pytest.raises(TooManyTransactions):
        node.begin(THERE, REQUEST, (), deadline=15.0)
    refused = node.receive(tcap.encode(Begin(b"more", REQUEST)), BACK, 0.0)
    assert messages(refused) == [Abort(b"more", AbortCause.RESOURCE_LIMITATION)]
    node.abort(own)
    assert node.begin(THERE, REQUEST, (), deadline=15.0)


def test_a_message_that_comes_back() -> None:
    node = counting()
    own, begin = node.begin(THERE, REQUEST, (), deadline=15.0)
    (returned,) = events(node.returned(begin.octets, "NO_TRANSLATION"))
    assert isinstance(returned, Undeliverable)
    assert "NO_TRANSLATION" in returned.reason
    assert node.returned(begin.octets, "NO_TRANSLATION") == []
    assert node.returned(tcap.encode(End(own)), "NO_TRANSLATION") == []
    assert node.returned(b"\0", "NO_TRANSLATION") == []


def test_the_first_part_of_a_message_that_comes_back_is_enough() -> None:
    node = counting()
    own, begin = node.begin(THERE, REQUEST, (INVOKE,), deadline=15.0)
    returned = node.returned(begin.octets[:12], "x")
    assert [e.transaction for e in returned if isinstance(e, Indicate)] == [own]


def test_a_prearranged_end_sends_nothing() -> None:
    node, own = opened(State.ACTIVE)
    node.release(own)
    assert len(node) == 0
    sent, _ = node.begin(THERE, REQUEST, (INVOKE,), deadline=15.0)
    node.release(sent)
    assert len(node) == 0


def test_one_peer_does_not_take_the_place_of_all() -> None:
    node = counting(limit=4)
    begin = tcap.encode(Begin(b"peer", REQUEST))
    assert [bool(events(node.receive(begin, BACK, 0.0))) for _ in range(3)] == [True, True, False]
    another = Path(HLR, MKEF, 1, "another:1")
    (indicate,) = node.receive(begin, another, 0.0)
    assert isinstance(indicate, Indicate)
    node.end(indicate.transaction, None, ())
    node.tick(ORPHAN_S)
    assert not node._begun


@pytest.mark.parametrize("tag", [b"\x63", b"\xe2", b"\x30"])
def test_a_message_of_an_unknown_type_is_aborted_as_such(tag: bytes) -> None:
    effects = counting().receive(tlv(tag, tlv(b"\x48", b"peer")), BACK, 0.0)
    assert messages(effects) == [Abort(b"peer", AbortCause.UNRECOGNIZED_MESSAGE_TYPE)]


def test_a_lost_association_takes_its_questions_along() -> None:
    node = counting()
    gone, _ = node.begin(THERE, REQUEST, (), deadline=15.0)
    other = Path(MKEF, SccpAddress(6, 3), 3, "")
    node.begin(other, REQUEST, (), deadline=15.0)
    lost = node.lost(lambda point_code: point_code == 3)
    assert [e.transaction for e in lost if isinstance(e, Indicate)] == [gone]
    assert len(node) == 1


def test_an_answer_that_does_not_decode_ends_its_transaction_for_both() -> None:
    node, own = opened(State.ACTIVE)
    bad = tlv(b"\x65", tlv(b"\x48", b"peer") + tlv(b"\x49", own) + b"\x6b\x00")
    effects = node.receive(bad, THERE, 0.0)
    cause = AbortCause.BADLY_FORMATTED_TRANSACTION_PORTION
    assert events(effects) == [Abort(own, cause)]
    assert messages(effects) == [Abort(b"peer", cause)]


def test_a_begin_that_does_not_decode_is_aborted() -> None:
    bad = tlv(b"\x62", tlv(b"\x48", b"peer") + b"\x6b\x00")
    effects = counting().receive(bad, BACK, 0.0)
    assert messages(effects) == [Abort(b"peer", AbortCause.BADLY_FORMATTED_TRANSACTION_PORTION)]


def test_a_unidirectional_message_is_ignored() -> None:
    octets = tcap.encode(Unidirectional((INVOKE,)))
    assert [type(e) for e in counting().receive(octets, BACK, 0.0)] == [Note]


PEER = {
    On.CONTINUE: lambda own: Continue(b"peer", own),
    On.END: End,
    On.ABORT: lambda own: Abort(own, AbortCause.RESOURCE_LIMITATION),
}


def provoke(node: Transactions, own: bytes, on: On) -> Effects:
    match on:
        case On.SEND_CONTINUE:
            return node.proceed(own, None, ())
        case On.SEND_END:
            return node.end(own, None, ())
        case On.SEND_ABORT:
            return node.abort(own)
        case On.RETURNED:
            return node.returned(tcap.encode(Begin(own)), "NO_TRANSLATION")
        case On.TIMEOUT:
            return node.tick(1000.0)
        case On.CONTINUE | On.END | On.ABORT:
            return node.receive(tcap.encode(PEER[on](own)), BACK, 0.0)
        case _:
            return []


@given(
    st.sampled_from([State.INITIATION_SENT, State.INITIATION_RECEIVED, State.ACTIVE]),
    st.lists(st.sampled_from(On), max_size=5),
)
def test_the_table_is_followed(state: State, happening: list[On]) -> None:
    node, own = opened(state)
    expected: State | None = state
    for on in happening:
        provoke(node, own, on)
        if on not in {On.SEND_BEGIN, On.BEGIN} and expected is not None:
            expected = TRANSACTION.get((expected, on), expected)
            expected = None if expected is State.IDLE else expected
        live: Transaction | None = node._live.get(own)
        assert (live and live.state) == expected


@given(
    st.lists(st.binary(max_size=40), max_size=4),
    st.sampled_from([State.ACTIVE, State.INITIATION_SENT]),
)
def test_any_octets_are_survived(octets: list[bytes], state: State) -> None:
    node, _ = opened(state)
    for message in octets:
        node.receive(message, BACK, 0.0)
        node.returned(message, "NO_TRANSLATION")
