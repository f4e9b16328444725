"""Redirect indications (RFC 6733 clauses 6.1.8, 6.12 to 6.14)."""

from __future__ import annotations

import itertools

import pytest

from mkef.stack.diameter_routing import Destination
from mkef.stack.redirects import MAX_REMEMBERED, Redirects, Usage
from mkef_codecs.diameter.uri import DiameterUri
from mkef_codecs.generated.diameter import ANSWER

NOW = 100.0
URI = "aaas://mkef2.home.example:5868"
HOSTS = [DiameterUri("mkef2.home.example", 5868, secure=True)]
ASKED = Destination(16781313, "home.example", "mkef.home.example", "001010123456789")


def indication(usage: Usage | None, seconds: int | None = 60, *uris: str) -> ANSWER:
    return ANSWER(
        origin_host="relay.example",
        origin_realm="example",
        result_code=3006,
        redirect_host=list(uris or (URI,)),
        redirect_host_usage=usage,
        redirect_max_cache_time=seconds,
    )


NEXT_HOP = "relay.example"  # whose indications these are
OTHERS = {
    "host": Destination(16781313, "home.example", "mkef3.home.example", "001019999999999"),
    "realm": Destination(16781313, "other.example", "mkef.home.example", "001019999999999"),
    "application": Destination(1, "home.example", "mkef.home.example", "001019999999999"),
    "user": Destination(1, "other.example", None, "001010123456789"),
}


@pytest.mark.parametrize(
    ("usage", "holds_for"),
    [
        (None, set()),
        (Usage.DONT_CACHE, set()),
        (Usage.ALL_SESSION, set()),
        (Usage.ALL_REALM, {"host", "application"}),
        (Usage.REALM_AND_APPLICATION, {"host"}),
        (Usage.ALL_APPLICATION, {"host", "realm"}),
        (Usage.ALL_HOST, {"host", "realm", "application", "user"}),
        (Usage.ALL_USER, {"user"}),
    ],
)
def test_what_an_indication_holds_for(usage: Usage | None, holds_for: set[str]) -> None:
    redirects = Redirects()
    assert redirects.learn(ASKED, indication(usage), NOW) == HOSTS
    assert {n for n, d in OTHERS.items() if redirects.find(d, NEXT_HOP, NOW + 59.9)} == holds_for
    remembered = usage not in {None, Usage.DONT_CACHE, Usage.ALL_SESSION}
    assert bool(redirects.find(ASKED, NEXT_HOP, NOW + 59.9)) == remembered
    assert redirects.find(ASKED, NEXT_HOP, NOW + 60) == []


def test_without_a_time_nothing_is_remembered() -> None:
    redirects = Redirects()
    assert redirects.learn(ASKED, indication(Usage.ALL_REALM, None), NOW) == HOSTS
    assert redirects.find(ASKED, NEXT_HOP, NOW) == []


PRECEDENCE = [  # clause 6.13; ALL_SESSION is never remembered
    Usage.ALL_USER,
    Usage.REALM_AND_APPLICATION,
    Usage.ALL_REALM,
    Usage.ALL_APPLICATION,
    Usage.ALL_HOST,
]


@pytest.mark.parametrize("order", [*itertools.permutations(PRECEDENCE, 2)])
def test_of_two_indications_one_has_precedence(order: tuple[Usage, Usage]) -> None:
    redirects = Redirects()
    for usage in order:
        redirects.learn(ASKED, indication(usage, 60, f"aaa://{usage.value}.example"), NOW)
    first = min(order, key=PRECEDENCE.index)
    assert [u.host for u in redirects.find(ASKED, NEXT_HOP, NOW)] == [f"{first.value}.example"]


def test_an_indication_about_a_host_holds_where_that_host_is_the_next_one() -> None:
    redirects = Redirects()
    redirects.learn(ASKED, indication(Usage.ALL_HOST), NOW)
    assert redirects.find(ASKED, "Relay.Example", NOW) == HOSTS
    assert redirects.find(ASKED, "relay2.example", NOW) == []
    assert redirects.find(ASKED, None, NOW) == []


def test_a_host_out_of_reach_is_forgotten() -> None:
    """Clause 6.14: at once, whatever Redirect-Max-Cache-Time says."""
    redirects = Redirects()
    redirects.learn(ASKED, indication(Usage.ALL_REALM, 60, URI, "aaa://mkef3.home.example"), NOW)
    redirects.learn(ASKED, indication(Usage.ALL_USER), NOW)
    redirects.forget("MKEF2.home.example")
    assert [u.host for u in redirects.find(ASKED, NEXT_HOP, NOW)] == ["mkef3.home.example"]
    redirects.forget("mkef3.home.example")
    assert redirects.find(ASKED, NEXT_HOP, NOW) == []


def test_what_is_no_uri_is_left_out() -> None:
    answer = indication(None, None, "http://x", URI, "aaa://")
    assert Redirects().learn(ASKED, answer, NOW) == HOSTS
    assert Redirects().learn(ASKED, indication(Usage.ALL_REALM, 60, "x"), NOW) == []


def test_memory_is_bounded() -> None:
    redirects = Redirects()
    for number in range(MAX_REMEMBERED + 1):
        destination = Destination(1, f"r{number}")
        redirects.learn(destination, indication(Usage.ALL_REALM), NOW)
    assert redirects.find(Destination(1, "r0"), None, NOW) == []
    assert redirects.find(Destination(1, f"r{MAX_REMEMBERED}"), None, NOW) == HOSTS
