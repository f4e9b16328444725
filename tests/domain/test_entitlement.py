"""Which server may have keys of which devices, and every mistake of the file by line and column."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.domain.entitlement import (
    Entitlement,
    EntitlementError,
    EntitlementRegistry,
    read_entitlements,
)
from mkef.domain.errors import NotEntitled, ProfileNotAllowed
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi, ServerId

HEADER = "imsi,server_id,origin_hosts"
FULL = f"{HEADER},min_strength_bits,rand_format,lifetime_s"


def registry(*lines: str) -> EntitlementRegistry:
    return EntitlementRegistry(read_entitlements([HEADER, *lines]))


def found(registry: EntitlementRegistry, imsi: str, host: str, server: str | None = None) -> str:
    server_id = None if server is None else ServerId(server)
    return str(registry.find(Imsi(imsi), host, server_id).server_id)


LAYERS = registry(
    "*,all.example,a.example",
    "00101*,plmn.example,a.example",
    "0010101234*,range.example,a.example b.example",
    "001010123456789,one.example,a.example",
    "001010123456789*,prefix.example,a.example",
    "001010000000000*,long.example,a.example",
    "262010,short.example,a.example",
)


@pytest.mark.parametrize(
    ("imsi", "server"),
    [
        ("262019999999999", "all.example"),
        ("001019999999999", "plmn.example"),
        ("001010123400000", "range.example"),
        ("001010123456789", "one.example"),  # a whole IMSI wins over a prefix as long
        ("001010000000000", "long.example"),
        ("262010", "short.example"),
        ("2620101", "all.example"),  # a whole IMSI is no prefix
    ],
)
def test_the_longest_row_decides(imsi: str, server: str) -> None:
    assert found(LAYERS, imsi, "a.example") == server


@pytest.mark.parametrize(
    ("imsi", "host", "server"),
    [
        ("001010123400000", "b.example", None),
        ("001010123400000", "B.Example", "range.example"),
    ],
)
def test_any_of_its_hosts_may_ask_in_any_case(imsi: str, host: str, server: str | None) -> None:
    assert found(LAYERS, imsi, host, server) == "range.example"


@pytest.mark.parametrize(
    ("imsi", "host", "server"),
    [
        ("262019999999999", "b.example", None),  # not this host
        ("001010123456789", "b.example", None),  # a longer row hides what a shorter one allows
        ("262019999999999", "a.example", "other.example"),  # the identity of another
        ("262019999999999", "a.example.evil", None),
    ],
)
def test_everybody_else_learns_nothing(imsi: str, host: str, server: str | None) -> None:
    with pytest.raises(NotEntitled):
        found(LAYERS, imsi, host, server)


def test_no_rows_entitle_nobody() -> None:
    with pytest.raises(NotEntitled):
        found(registry(), "001010123456789", "a.example")
    with pytest.raises(NotEntitled):
        found(registry("00102*,a,a.example"), "001010123456789", "a.example")


def test_two_servers_of_one_host_are_selected_by_their_identity() -> None:
    rows = registry(
        "00101*,first.example,a.example",
        "00101*,second.example,a.example",
        "00101*,third.example,b.example",
    )
    assert len(rows) == 3
    imsi = "001010123456789"
    assert found(rows, imsi, "a.example", "first.example") == "first.example"
    assert found(rows, imsi, "a.example", "second.example") == "second.example"
    assert found(rows, imsi, "b.example") == "third.example"
    for host, server in (("a.example", None), ("a.example", "third.example")):
        with pytest.raises(NotEntitled):
            found(rows, imsi, host, server)


def row(**changes: Any) -> Entitlement:
    fields = {
        "prefix": "00101",
        "whole_imsi": False,
        "server_id": ServerId("mtc.example"),
        "origin_hosts": frozenset({"a.example"}),
    }
    return Entitlement(**{**fields, **changes})


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
    if allowed:
        row(**changes).check_profile(profile, strength_bits)
        return
    with pytest.raises(ProfileNotAllowed):
        row(**changes).check_profile(profile, strength_bits)


def test_every_column_is_read() -> None:
    lines = [
        FULL,
        "00101*, coap://mtc.example, A.example b.example, 128, tagged, 3600",
        "001010123456789,mtc.example,a.example,,,",
        '"262*",mtc.example,"a.example  c.example"',
    ]
    first, second, third = read_entitlements(lines)
    assert first == row(
        server_id=ServerId("coap://mtc.example"),
        origin_hosts=frozenset({"a.example", "b.example"}),
        min_strength_bits=128,
        tagged=True,
        lifetime_s=3600,
    )
    assert second == row(prefix="001010123456789", whole_imsi=True)
    assert third.origin_hosts == {"a.example", "c.example"}


def test_columns_stand_in_any_order() -> None:
    lines = ["origin_hosts,rand_format,imsi,server_id", "a.example,random,00101*,mtc.example"]
    assert list(read_entitlements(lines)) == [row(tagged=False)]


GOOD = "00101*,mtc.example,a.example"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], "line 1: column imsi is missing: imsi,server_id,origin_hosts"),
        (["imsi,server_id"], "line 1: column origin_hosts is missing"),
        ([GOOD], "line 1: column imsi is missing"),
        ([f"{HEADER},colour"], "line 1: unknown column colour; known: imsi,server_id"),
        ([f"{HEADER},imsi"], "line 1: a column stands there twice"),
        (["imsi\r0"], "line 1: new-line character"),
        ([HEADER, f"{GOOD},x"], "line 2: more columns than the header has"),
        ([HEADER, GOOD, "00101,mtc.example,a.example"], "line 3, column imsi: an IMSI has 6 to"),
        ([HEADER, "0010a*,mtc.example,a.example"], "line 2, column imsi: a prefix is up to 15"),
        ([HEADER, f"{'0' * 16}*,m,a"], "line 2, column imsi: a prefix is up to 15 digits"),
        ([HEADER, "00*1*,m,a"], "line 2, column imsi: a prefix is up to 15 digits and `*`"),
        ([HEADER, "\u0660\u0660*,m,a"], "line 2, column imsi: a prefix is up to 15 digits"),
        ([HEADER, ",m,a"], "line 2, column imsi: an IMSI has 6 to 15 decimal digits, or is a pre"),
        ([HEADER, "00101*,MTC.example,a"], "line 2, column server_id: an MTC Server identity is"),
        ([HEADER, "00101*"], "line 2, column server_id: an MTC Server identity is"),
        ([HEADER, "00101*,m,"], "line 2, column origin_hosts: one or more Diameter identities"),
        ([HEADER, "00101*,m,a;b"], "line 2, column origin_hosts: one or more Diameter identities"),
        ([HEADER, GOOD, GOOD], "line 3: same row as line 2"),
        ([FULL, f"{GOOD},strong"], "line 2, column min_strength_bits: a whole number above 0"),
        ([FULL, f"{GOOD},0"], "line 2, column min_strength_bits: a whole number above 0"),
        ([FULL, f"{GOOD},\u0661"], "line 2, column min_strength_bits: a whole number above 0"),
        ([FULL, f"{GOOD},,green"], "line 2, column rand_format: one of any, random, tagged"),
        ([FULL, f"{GOOD},,,-1"], "line 2, column lifetime_s: a whole number above 0, or nothing"),
        ([HEADER, f"{GOOD}\r\r{GOOD}"], "line 2: new-line character"),
    ],
)
def test_every_mistake_is_named(lines: list[str], problem: str) -> None:
    with pytest.raises(EntitlementError) as caught:
        list(read_entitlements(lines))
    assert str(caught.value).startswith(problem)
    assert "\n" not in str(caught.value)


def test_rows_before_a_mistake_are_read() -> None:
    rows = read_entitlements([HEADER, GOOD, "x"])
    assert next(rows) == row()
    with pytest.raises(EntitlementError):
        next(rows)


CELLS = st.sampled_from(["00101*", "001010123456789", "mtc.example", "a b", "", "64", "tagged"])


@given(st.lists(st.lists(CELLS | st.text(max_size=8), max_size=7).map(",".join), max_size=6))
def test_any_file_is_rows_or_an_error(lines: list[str]) -> None:
    for header in (HEADER, FULL):
        with contextlib.suppress(EntitlementError):
            assert all(r.origin_hosts for r in read_entitlements([header, *lines]))
    with contextlib.suppress(EntitlementError):
        list(read_entitlements(lines))


PREFIXES = st.text("01", max_size=6)


@given(
    st.dictionaries(st.tuples(PREFIXES, st.booleans()), st.integers(0, 2), max_size=12),
    st.text("01", min_size=6, max_size=8),
)
def test_the_registry_agrees_with_a_search(rows: dict[tuple[str, bool], int], digits: str) -> None:
    made = EntitlementRegistry(
        row(
            prefix=prefix,
            whole_imsi=whole,
            server_id=ServerId(f"s{n}"),
            origin_hosts=frozenset({f"h{n}"}),
        )
        for (prefix, whole), n in rows.items()
    )
    fits = [
        (len(prefix), whole, n)
        for (prefix, whole), n in rows.items()
        if (digits == prefix if whole else digits.startswith(prefix))
    ]
    expected = max(fits)[2] if fits else None
    for n in range(3):
        if n == expected:
            assert found(made, digits, f"h{n}") == f"s{n}"
        else:
            with pytest.raises(NotEntitled):
                found(made, digits, f"h{n}")
