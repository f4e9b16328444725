"""Where requests go, and which that come are not for this node (RFC 6733 clause 6.1)."""

from __future__ import annotations

import pytest

from mkef.stack.diameter_routing import Destination, Misrouted, Route, RoutingTable, judge_arrival
from mkef_codecs.generated.diameter import DWR, MKR

ZK = 16781313
HOME, OTHER = "home.example", "other.example"


def to(realm: str | None = HOME, host: str | None = None) -> Destination:
    return Destination(ZK, realm, host)


def test_the_destination_of_a_body() -> None:
    mkr = MKR(
        session_id="s",
        auth_session_state=1,
        origin_host="mtc.example",
        origin_realm="example",
        destination_realm=HOME,
        destination_host="mkef.home.example",
        user_name="001010123456789",
        mtc_key_profile=0,
        mtc_device_rand=bytes(16),
        mtc_encrypted_res=bytes(4),
    )
    user = "001010123456789"
    assert Destination.of(mkr) == Destination(ZK, HOME, "mkef.home.example", user)
    assert Destination.of(DWR(origin_host="a", origin_realm="b")) == Destination(0)


TABLE = [
    Route("mkef1.home.example", frozenset({HOME})),
    Route("mkef2.home.example", frozenset({"HOME.example"})),
    Route("relay.example", frozenset({"*"})),
]


@pytest.mark.parametrize(
    ("destination", "hosts"),
    [
        (to(), ["mkef1.home.example", "mkef2.home.example"]),
        (to("Home.Example"), ["mkef1.home.example", "mkef2.home.example"]),
        (to(OTHER), ["relay.example"]),
        (to(host="MKEF2.home.example"), ["mkef2.home.example"]),
        (to(OTHER, "unknown.other.example"), ["relay.example"]),
        (to(None), ["relay.example"]),
    ],
)
def test_candidates(destination: Destination, hosts: list[str]) -> None:
    assert RoutingTable(TABLE).candidates(destination) == hosts


def test_a_peer_without_realms_is_a_way_to_its_own() -> None:
    table = RoutingTable([Route("mkef.home.example")])
    assert table.candidates(to(OTHER)) == ["mkef.home.example"]  # nobody knows yet
    table.learn("MKEF.home.example", "Home.example")
    table.learn("stranger.example", OTHER)
    assert table.candidates(to(HOME)) == ["mkef.home.example"]
    assert table.candidates(to(OTHER)) == []
    assert table.candidates(to(OTHER, "mkef.home.example")) == ["mkef.home.example"]


@pytest.mark.parametrize(
    ("destination", "route_record", "result_code"),
    [
        (to(), [], None),
        (to("HOME.example", "MKEF.home.example"), ["mtc.example", "relay.example"], None),
        (to(None), [], None),
        (to(OTHER, "mkef.home.example"), [], None),
        (to(OTHER), [], 3003),
        (to(OTHER, "mkef2.home.example"), [], 3003),
        (to(HOME, "mkef2.home.example"), [], 3002),
        (to(), ["mtc.example", "Mkef.home.example"], 3005),
    ],
)
def test_arrivals(
    destination: Destination, route_record: list[str], result_code: int | None
) -> None:
    found = judge_arrival(destination, route_record, "mkef.home.example", HOME)
    assert (found.result_code if isinstance(found, Misrouted) else None) == result_code
