"""Connections by peer, and the election of RFC 6733 clause 5.6.4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.peer_table import Claim, PeerTable, wins_election


@pytest.mark.parametrize(
    ("local", "peer", "wins"),
    [
        ("b.example", "a.example", True),
        ("a.example", "b.example", False),
        ("B.example", "a.example", True),
        ("a.example", "B.EXAMPLE", False),
        ("mkef", "mke", True),  # the shorter one is filled up with zeros
        ("mke", "mkef", False),
        ("A.example", "a.example", False),
    ],
)
def test_the_higher_origin_host_wins(local: str, peer: str, wins: bool) -> None:
    assert wins_election(local, peer) is wins


NAMES = st.text("aAbB.", min_size=1, max_size=6)


@given(NAMES, NAMES)
def test_two_nodes_agree_who_wins(one: str, other: str) -> None:
    if one.lower() == other.lower():
        assert not wins_election(one, other)
    else:
        assert wins_election(one, other) != wins_election(other, one)


@pytest.fixture
def table() -> PeerTable[str]:
    return PeerTable("m.example")


def test_a_peer_that_we_do_not_call_is_free(table: PeerTable[str]) -> None:
    assert table.claim("a.example") is Claim.FREE
    table.opened("A.example", "first")
    assert table.claim("a.example") is Claim.FREE  # another process of it (clause 2.1.1)
    table.opened("a.example", "second")
    assert table.connections("a.EXAMPLE") == ["second", "first"]
    assert (len(table), table.hosts) == (2, ["a.example"])


@pytest.mark.parametrize(("peer", "claim"), [("a.example", Claim.WON), ("z.example", Claim.LOST)])
def test_two_attempts_meet(table: PeerTable[str], peer: str, claim: Claim) -> None:
    table.attempt(peer, "ours")
    assert table.claim(peer.upper()) is claim
    assert table.rival(peer) == "ours"
    table.opened(peer, "ours")
    assert table.claim(peer) is Claim.TAKEN
    table.closed(peer, "ours")
    assert table.claim(peer) is Claim.FREE
    assert table.rival(peer) is None


def test_what_ends_is_gone_whether_it_was_open_or_not(table: PeerTable[str]) -> None:
    table.attempt("a.example", "ours")
    table.opened("a.example", "theirs")
    table.closed("a.example", "never seen")
    table.closed("a.example", "ours")
    assert table.connections("a.example") == ["theirs"]
    table.closed("A.example", "theirs")
    assert (table.hosts, len(table)) == ([], 0)
