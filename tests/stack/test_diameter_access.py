"""Who may connect, and who speaks for whom (protocol.md clause 5, RFC 6733 2.9 and 13.3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mkef.stack.diameter_access import ANYBODY, Access, Agent, Remote

SERVER = "mtc.example"
NAMED = Agent("relay.example", frozenset({SERVER}), carries_keys=True)
OF_REALM = Agent("relay.example", realms=frozenset({"visited.example"}), carries_keys=True)
DIRECT = Remote(SERVER, "example", certified=True)
RELAY = Remote("relay.example", "example", certified=True, agent=NAMED)


@pytest.mark.parametrize(
    ("remote", "origin_host", "route_record", "believed"),
    [
        (DIRECT, SERVER, [], True),
        (DIRECT, "MTC.example", [], True),
        (DIRECT, "other.example", [], False),
        (DIRECT, SERVER, [SERVER], False),  # a direct peer is nobody's agent, not even its own
        (DIRECT, SERVER, ["relay.example"], False),
        (RELAY, "relay.example", [], True),  # an agent that asks for itself
        (RELAY, SERVER, [SERVER], True),
        (RELAY, SERVER, ["Mtc.Example"], True),
        (RELAY, SERVER, [], False),  # it has to record where the request came from (6.1.9)
        (RELAY, "other.example", [SERVER], False),
        (RELAY, SERVER, [SERVER, "other.example"], False),
        (replace(RELAY, agent=OF_REALM), "a.visited.example", ["a.visited.example"], True),
        (replace(RELAY, agent=OF_REALM), "a.notvisited.example", ["a.notvisited.example"], False),
        (replace(RELAY, agent=OF_REALM), "visited.example", ["visited.example"], False),
        (replace(RELAY, agent=replace(NAMED, carries_keys=False)), SERVER, [SERVER], False),
    ],
)
def test_who_is_believed(
    remote: Remote, origin_host: str, route_record: list[str], believed: bool
) -> None:
    assert remote.speaks_for(origin_host, route_record) is believed


def test_an_agent_without_keys_may_carry_what_holds_none() -> None:
    agent = replace(NAMED, carries_keys=False)
    assert replace(RELAY, agent=agent).speaks_for(SERVER, [SERVER], keys=False)


NAMES = st.sampled_from([SERVER, "relay.example", "other.example", "a.visited.example"])


@given(NAMES, st.lists(NAMES, max_size=3))
def test_nobody_but_an_agent_speaks_for_another(origin_host: str, way: list[str]) -> None:
    believed = DIRECT.speaks_for(origin_host, way)
    assert believed == (origin_host == SERVER and not way)


def test_who_may_connect() -> None:
    access = Access(["Mtc.example"], [NAMED])
    assert [access.admits(h) for h in ("mtc.EXAMPLE", "relay.example", "x.example")] == [
        True,
        True,
        False,
    ]
    assert ANYBODY.admits("x.example")
    assert (access.agent("RELAY.example"), access.agent(SERVER)) == (NAMED, None)
