"""Which row decides who may have keys of which devices."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement, select
from mkef.domain.errors import NotEntitled, ProfileNotAllowed
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi, ServerId

NOW = 1_000_000.0


def row(devices: str = "00101*", server: str = "mtc.example", **changes: Any) -> Entitlement:
    changes.setdefault("origin_hosts", frozenset({"a.example"}))
    return Entitlement(Devices.parse(devices), ServerId(server), **changes)


def found(
    rows: list[Entitlement], imsi: str, host: str, server: str | None = None, now: float = NOW
) -> str:
    about = [(r, r.origin_hosts) for r in rows if r.devices.covers(Imsi(imsi))]
    server_id = None if server is None else ServerId(server)
    return str(select(about, host, server_id, now).server_id)


LAYERS = [
    row("*", "all.example"),
    row("00101*", "plmn.example"),
    row("00101010-00101012", "range.example"),
    row("0010101234*", "prefix.example", origin_hosts=frozenset({"a.example", "b.example"})),
    row("001010123456789", "one.example"),
    row("001010123456789*", "beginning.example"),
    row("001010000000000*", "long.example"),
    row("262010", "short.example"),
]


@pytest.mark.parametrize(
    ("imsi", "server"),
    [
        ("262019999999999", "all.example"),
        ("001019999999999", "plmn.example"),
        ("001010119999999", "range.example"),
        ("001010123400000", "prefix.example"),
        ("001010123456789", "one.example"),  # a whole IMSI wins over a prefix as long
        ("001010000000000", "long.example"),
        ("262010", "short.example"),
        ("2620101", "all.example"),  # a whole IMSI is no prefix
    ],
)
def test_the_narrowest_row_decides(imsi: str, server: str) -> None:
    assert found(LAYERS, imsi, "a.example") == server


@pytest.mark.parametrize("host", ["b.example", "B.Example"])
def test_any_of_its_hosts_may_ask_in_any_case(host: str) -> None:
    assert found(LAYERS, "001010123400000", host) == "prefix.example"


@pytest.mark.parametrize(
    ("imsi", "host", "server"),
    [
        ("262019999999999", "b.example", None),  # not this host
        ("001010123456789", "b.example", None),  # a narrower row hides what a broader one allows
        ("262019999999999", "a.example", "other.example"),  # the identity of another
        ("262019999999999", "a.example.evil", None),
    ],
)
def test_everybody_else_learns_nothing(imsi: str, host: str, server: str | None) -> None:
    with pytest.raises(NotEntitled):
        found(LAYERS, imsi, host, server)


def test_no_rows_entitle_nobody() -> None:
    with pytest.raises(NotEntitled):
        found([], "001010123456789", "a.example")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "no row of the device is valid"),
        ([row(valid_until=int(NOW))], "no row of the device is valid"),
        ([row(disabled=True)], "the row for a.example is disabled"),
        ([row(origin_hosts=frozenset({"b.example"}))], "no row of the device lets a.example ask"),
        ([row(), row(server="other.example")], "2 rows for a.example: MTC-Server-Id selects"),
    ],
)
def test_the_operator_reads_why_not(rows: list[Entitlement], reason: str) -> None:
    with pytest.raises(NotEntitled) as caught:
        found(rows, "001010123456789", "a.example")
    assert str(caught.value).startswith(reason)


def test_two_servers_of_one_host_are_selected_by_their_identity() -> None:
    rows = [
        row(server="first.example"),
        row(server="second.example"),
        row(server="third.example", origin_hosts=frozenset({"b.example"})),
    ]
    imsi = "001010123456789"
    assert found(rows, imsi, "a.example", "first.example") == "first.example"
    assert found(rows, imsi, "a.example", "second.example") == "second.example"
    assert found(rows, imsi, "b.example") == "third.example"
    for host, server in (("a.example", None), ("a.example", "third.example")):
        with pytest.raises(NotEntitled):
            found(rows, imsi, host, server)


def test_a_group_entitles_its_hosts() -> None:
    one = row(origin_hosts=frozenset(), groups=frozenset({"fleet"}))
    assert select([(one, frozenset({"c.example"}))], "c.example", None, NOW) is one
    with pytest.raises(NotEntitled):
        select([(one, frozenset())], "c.example", None, NOW)


@pytest.mark.parametrize(
    ("narrow", "server"),
    [
        ({}, "narrow.example"),
        ({"valid_from": int(NOW)}, "narrow.example"),
        ({"valid_from": int(NOW) + 1}, "broad.example"),  # not yet: as if it were not there
        ({"valid_until": int(NOW) + 1}, "narrow.example"),
        ({"valid_until": int(NOW)}, "broad.example"),  # no more
        ({"disabled": True}, None),  # a disabled row decides, and says no
        ({"disabled": True, "valid_until": int(NOW)}, "broad.example"),
    ],
)
def test_disabled_rows_decide_and_others_have_their_time(
    narrow: dict[str, Any], server: str | None
) -> None:
    rows = [row("001*", "broad.example"), row("00101*", "narrow.example", **narrow)]
    if server is not None:
        assert found(rows, "001010123456789", "a.example") == server
        return
    with pytest.raises(NotEntitled):
        found(rows, "001010123456789", "a.example")


@pytest.mark.parametrize(
    ("changes", "profile", "strength_bits", "allowed"),
    [
        ({}, Profile(), 64, True),
        ({"min_strength_bits": 128}, Profile(), 64, False),
        ({"min_strength_bits": 128}, Profile(vectors=2), 128, True),
        ({"tagged": True}, Profile(tagged=True), 64, True),
        ({"tagged": True}, Profile(), 64, False),
        ({"tagged": False}, Profile(), 64, True),
        ({"tagged": False}, Profile(tagged=True), 64, False),
    ],
)
def test_what_a_row_demands_of_a_profile(
    changes: dict[str, Any], profile: Profile, strength_bits: int, allowed: bool
) -> None:
    def check() -> None:
        row(**changes).check_format(profile)
        row(**changes).check_strength(strength_bits)

    if allowed:
        check()
        return
    with pytest.raises(ProfileNotAllowed):
        check()


PREFIXES = st.text("01", max_size=6)


@given(st.sets(st.tuples(PREFIXES, st.booleans()), max_size=12), st.text("01", min_size=6))
def test_select_agrees_with_a_search(prefixes: set[tuple[str, bool]], digits: str) -> None:
    digits = digits[:8]
    named = {
        f"s{n}": (prefix, whole)
        for n, (prefix, whole) in enumerate(prefixes)
        if not whole or len(prefix) == 6
    }
    rows = [row(p if whole else f"{p}*", name) for name, (p, whole) in named.items()]
    fits = [
        (len(prefix), whole, name)
        for name, (prefix, whole) in named.items()
        if (digits == prefix if whole else digits.startswith(prefix))
    ]
    if fits:
        assert found(rows, digits, "a.example") == max(fits)[2]
    else:
        with pytest.raises(NotEntitled):
            found(rows, digits, "a.example")
