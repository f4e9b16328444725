"""Redirect indications (RFC 6733 clauses 6.1.8, 6.12 to 6.14)."""

from __future__ import annotations

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
        (Usage.ALL_HOST, {"realm", "application"}),
        (Usage.ALL_USER, {"user"}),
    ],
)
def test_what_an_indication_holds_for(usage: Usage | None, holds_for: set[str]) -> None:
    redirects = Redirects()
    assert redirects.learn(ASKED, indication(usage), NOW) == HOSTS
    assert {n for n, d in OTHERS.items() if redirects.find(d, NOW + 59.9)} == holds_for
    remembered = usage not in {None, Usage.DONT_CACHE, Usage.ALL_SESSION}
    assert bool(redirects.find(ASKED, NOW + 59.9)) == remembered
    assert redirects.find(ASKED, NOW + 60) == []


def test_without_a_time_nothing_is_remembered() -> None:
    redirects = Redirects()
    assert redirects.learn(ASKED, indication(Usage.ALL_REALM, None), NOW) == HOSTS
    assert redirects.find(ASKED, NOW) == []


def test_the_narrowest_indication_wins() -> None:
    redirects = Redirects()
    redirects.learn(ASKED, indication(Usage.ALL_USER), NOW)
    redirects.learn(ASKED, indication(Usage.ALL_REALM, 60, "aaa://realm.example"), NOW)
    assert redirects.find(ASKED, NOW) == HOSTS
    assert [u.host for u in redirects.find(OTHERS["host"], NOW)] == ["realm.example"]


def test_what_is_no_uri_is_left_out() -> None:
    answer = indication(None, None, "http://x", URI, "aaa://")
    assert Redirects().learn(ASKED, answer, NOW) == HOSTS
    assert Redirects().learn(ASKED, indication(Usage.ALL_REALM, 60, "x"), NOW) == []


def test_memory_is_bounded() -> None:
    redirects = Redirects()
    for number in range(MAX_REMEMBERED + 1):
        destination = Destination(1, f"r{number}")
        redirects.learn(destination, indication(Usage.ALL_REALM), NOW)
    assert redirects.find(Destination(1, "r0"), NOW) == []
    assert redirects.find(Destination(1, f"r{MAX_REMEMBERED}"), NOW) == HOSTS
