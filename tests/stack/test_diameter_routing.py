"""Where requests go, and which that come are not for this node (RFC 6733 clause 6.1)."""

from __future__ import annotations

import pytest

from mkef.stack.diameter_routing import Destination, Misrouted, Route, RoutingTable, judge_arrival
from mkef_codecs.diameter.commands import Body
from mkef_codecs.generated.diameter import DWR, MKR

ZK = 16781313
HOME, OTHER = "home.example", "other.example"


def to(realm: str | None = HOME, host: str | None = None) -> Destination:
    return Destination(ZK, realm, host)


def key_request(
    realm: str = HOME, host: str | None = None, route_record: list[str] | None = None
) -> MKR:
    return MKR(
        session_id="s",
        auth_session_state=1,
        origin_host="mtc.example",
        origin_realm="example",
        destination_realm=realm,
        destination_host=host,
        user_name="001010123456789",
        mtc_key_profile=0,
        mtc_device_rand=bytes(16),
        mtc_encrypted_res=bytes(4),
        route_record=route_record or [],
    )


DWR_OF_PEER = DWR(origin_host="a", origin_realm="b")


def test_the_destination_of_a_body() -> None:
    mkr, user = key_request(host="mkef.home.example"), "001010123456789"
    assert Destination.of(mkr) == Destination(ZK, HOME, "mkef.home.example", user)
    assert Destination.of(DWR_OF_PEER) == Destination(0)


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
    ("body", "result_code"),
    [
        (key_request(), None),
        (key_request("HOME.example", "MKEF.home.example", ["mtc.example", "relay.example"]), None),
        (DWR_OF_PEER, None),
        (key_request(OTHER, "mkef.home.example"), None),
        (key_request(OTHER), 3003),
        (key_request(OTHER, "mkef2.home.example"), 3003),
        (key_request(HOME, "mkef2.home.example"), 3002),
        (key_request(route_record=["mtc.example", "Mkef.home.example"]), 3005),
    ],
)
def test_arrivals(body: Body, result_code: int | None) -> None:
    found = judge_arrival(body, "mkef.home.example", HOME)
    assert (found.result_code if isinstance(found, Misrouted) else None) == result_code
