"""Rows as columns of text: every mistake by line and column, and there and back."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement, Group
from mkef.domain.entitlement_csv import (
    COLUMNS,
    EntitlementError,
    entitlement_of,
    read_entitlements,
    texts_of,
    texts_of_group,
    values_of,
)
from mkef_codecs.identity import ServerId

HEADER = "imsi,server_id,origin_hosts"
FULL = ",".join(COLUMNS)


def read_rows(lines: list[str]) -> list[tuple[int, Entitlement]]:
    return [(n, row) for n, row in read_entitlements(lines) if isinstance(row, Entitlement)]


def test_every_column_is_read() -> None:
    lines = [
        FULL,
        "00101*, coap://mtc.example, A.example b.example, fleet, 128, tagged, 3600, 5, 6,\
 2026-01-01, 2026-12-31T23:59:59+01:00, yes",
        "001010123456789,mtc.example,a.example,,,,,,,,,",
        '"262*",mtc.example,,"one  two",,,,,,,,no',
    ]
    (first_line, first), (second_line, second), (third_line, third) = read_rows(lines)
    assert (first_line, second_line, third_line) == (2, 3, 4)
    assert first == Entitlement(
        devices=Devices.parse("00101*"),
        server_id=ServerId("coap://mtc.example"),
        origin_hosts=frozenset({"a.example", "b.example"}),
        groups=frozenset({"fleet"}),
        min_strength_bits=128,
        tagged=True,
        lifetime_s=3600,
        failures_per_hour=5,
        requests_per_hour=6,
        valid_from=1_767_225_600,
        valid_until=1_798_757_999,
        disabled=True,
    )
    assert second == Entitlement(
        Devices.parse("001010123456789"), ServerId("mtc.example"), frozenset({"a.example"})
    )
    assert (third.groups, third.disabled) == ({"one", "two"}, False)


def test_columns_stand_in_any_order() -> None:
    lines = ["origin_hosts,rand_format,imsi,server_id", "a.example,random,00101*,mtc.example"]
    ((_, row),) = read_rows(lines)
    assert (row.tagged, str(row.devices)) == (False, "00101*")


GOOD = "00101*,mtc.example,a.example"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], "line 1: column imsi is missing: imsi,server_id"),
        (["imsi"], "line 1: column server_id is missing"),
        ([GOOD], "line 1: column imsi is missing"),
        ([f"{HEADER},colour"], "line 1: unknown column colour; known: imsi,server_id"),
        ([f"{HEADER},imsi"], "line 1: a column stands there twice"),
        (["imsi\r0"], "line 1: new-line character"),
        ([HEADER, f"{GOOD},x"], "line 2: more columns than the header has"),
        ([HEADER, GOOD, "00101,mtc.example,a"], "line 3, column imsi: an IMSI has 6 to"),
        ([HEADER, "0010a*,mtc.example,a"], "line 2, column imsi: a prefix is up to 15"),
        ([HEADER, "2-1,m,a"], "line 2, column imsi: a range is two numbers"),
        ([HEADER, ",m,a"], "line 2, column imsi: an IMSI has 6 to 15 decimal digits, or is a pre"),
        ([HEADER, "00101*,MTC.example,a"], "line 2, column server_id: an MTC Server identity is"),
        ([HEADER, "00101*"], "line 2, column server_id: an MTC Server identity is"),
        ([HEADER, "00101*,m,"], "line 2, column origin_hosts: one or more Diameter identities"),
        (
            [HEADER, "00101*,m,a;b"],
            "line 2, column origin_hosts: 'a;b' is no Diameter identity: an",
        ),
        ([HEADER, "00101*,m,a..b"], "line 2, column origin_hosts: 'a..b' is no Diameter identity"),
        ([HEADER, "00101*,m,a."], "line 2, column origin_hosts: 'a.' is no Diameter identity"),
        ([HEADER, "00101*,m,-a"], "line 2, column origin_hosts: '-a' is no Diameter identity"),
        ([HEADER, f"0*,m,{'a' * 64}"], "line 2, column origin_hosts: 'aaaa"),
        ([HEADER, f"0*,m,{'a.' * 127}bc"], "line 2, column origin_hosts: 'a.a."),
        ([f"{HEADER},groups", "0*,m,,A"], "line 2, column groups: a group is named by lower-case"),
        ([f"{HEADER},min_strength_bits", f"{GOOD},strong"], "line 2, column min_strength_bits: a"),
        ([f"{HEADER},min_strength_bits", f"{GOOD},0"], "line 2, column min_strength_bits: a whole"),
        (
            [f"{HEADER},min_strength_bits", f"{GOOD},129"],
            "line 2, column min_strength_bits: at mos",
        ),
        (
            [f"{HEADER},valid_from,valid_until", f"{GOOD},2027-01-01,2027-01-01"],
            "line 2, column valid_until: 2027-01-01T00:00:00Z is not after the beginning, 2027-01",
        ),
        ([f"{HEADER},lifetime_s", f"{GOOD},\u0661"], "line 2, column lifetime_s: a whole number"),
        ([f"{HEADER},lifetime_s", f"{GOOD},{1 << 31}"], "line 2, column lifetime_s: a whole num"),
        ([f"{HEADER},rand_format", f"{GOOD},green"], "line 2, column rand_format: one of any, ran"),
        ([f"{HEADER},valid_from", f"{GOOD},soon"], "line 2, column valid_from: a time as 2026"),
        *(
            (
                [f"{HEADER},valid_from", f"{GOOD},{time}"],
                "line 2, column valid_from: a time from 19",
            )
            for time in (
                "0001-01-01",
                "1969-12-31T23:59:59.5Z",
                "1970-01-01T00:00:00+01:00",
                "9999-12-31T23:59:59-01:00",
            )
        ),
        ([f"{HEADER},disabled", f"{GOOD},maybe"], "line 2, column disabled: yes, no or nothing"),
        ([HEADER, f"{GOOD}\r\r{GOOD}"], "line 2: new-line character"),
        ([HEADER, "group fleet"], "line 2, column origin_hosts: one or more Diameter identities"),
        (
            [HEADER, "group fleet,,a b;"],
            "line 2, column origin_hosts: 'b;' is no Diameter identity",
        ),
        ([HEADER, "group Fleet,,a"], "line 2, column imsi: a group is named by lower-case"),
        ([HEADER, "group ,,a"], "line 2, column imsi: a group is named by lower-case"),
        ([HEADER, "group fleet,m,a"], "line 2, column server_id: a group has none"),
        (["imsi,server_id", "group fleet,"], "line 2, column origin_hosts: one or more Diameter"),
    ],
)
def test_every_mistake_is_named(lines: list[str], problem: str) -> None:
    with pytest.raises(EntitlementError) as caught:
        list(read_entitlements(lines))
    assert str(caught.value).startswith(problem)
    assert "\n" not in str(caught.value)


def test_rows_before_a_mistake_are_read() -> None:
    rows = read_entitlements([HEADER, GOOD, "x"])
    assert next(rows)[0] == 2
    with pytest.raises(EntitlementError):
        next(rows)


CELLS = st.sampled_from(["00101*", "001010123456789", "mtc.example", "a b", "", "64", "tagged"])


@given(st.lists(st.lists(CELLS | st.text(max_size=8), max_size=12).map(",".join), max_size=6))
def test_any_file_is_rows_or_an_error(lines: list[str]) -> None:
    for header in ([HEADER], [FULL], []):
        with contextlib.suppress(EntitlementError):
            for _, entry in read_entitlements([*header, *lines]):
                assert entry.hosts if isinstance(entry, Group) else entry.origin_hosts


NAMES = st.frozensets(st.sampled_from(["a.example", "b.example", "c-d.example"]))
NUMBERS = st.none() | st.integers(1, 1 << 20)

ROWS = st.builds(
    Entitlement,
    devices=st.sampled_from(["*", "001010123456789", "00101*", "12-34"]).map(Devices.parse),
    server_id=st.sampled_from(["mtc.example", "coap://mtc.example"]).map(ServerId),
    origin_hosts=NAMES,
    groups=st.just(frozenset({"fleet"})),
    min_strength_bits=st.sampled_from([1, 64, 128]),
    tagged=st.sampled_from([None, False, True]),
    lifetime_s=NUMBERS,
    failures_per_hour=NUMBERS,
    requests_per_hour=NUMBERS,
    valid_from=NUMBERS,
    valid_until=NUMBERS,
    disabled=st.booleans(),
).filter(lambda row: not (row.valid_from and row.valid_until) or row.valid_from < row.valid_until)


def test_a_line_is_a_group_among_rows() -> None:
    lines = [HEADER, "group fleet,,B.example a.example", GOOD]
    (_, group), (_, row) = read_entitlements(lines)
    assert isinstance(group, Group)
    assert group == Group("fleet", frozenset({"a.example", "b.example"}))
    assert isinstance(row, Entitlement)
    texts = texts_of_group(group)
    written = ",".join(texts.get(name, "") for name in HEADER.split(","))
    assert list(read_entitlements([HEADER, written])) == [(2, group)]


def test_values_are_what_json_has() -> None:
    ((_, row),) = read_rows([f"{HEADER},lifetime_s,valid_from", f"{GOOD},60,2027-01-01"])
    assert values_of(row) == {
        "imsi": "00101*",
        "server_id": "mtc.example",
        "origin_hosts": ["a.example"],
        "groups": [],
        "min_strength_bits": 64,
        "rand_format": "any",
        "lifetime_s": 60,
        "failures_per_hour": None,
        "requests_per_hour": None,
        "valid_from": "2027-01-01T00:00:00Z",
        "valid_until": None,
        "disabled": False,
    }


@pytest.mark.parametrize("time", ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_first_and_the_last_time_are_read_as_they_are_shown(time: str) -> None:
    ((_, row),) = read_rows([f"{HEADER},valid_until", f"{GOOD},{time}"])
    assert texts_of(row)["valid_until"] == time
    assert entitlement_of(texts_of(row)) == row


def test_a_time_that_is_kept_from_before_has_a_year_of_four_digits() -> None:
    ((_, row),) = read_rows([HEADER, GOOD])
    assert values_of(replace(row, valid_from=-62_135_596_800))["valid_from"] == (
        "0001-01-01T00:00:00Z"
    )


@given(ROWS)
def test_a_row_is_read_as_it_is_written(row: Entitlement) -> None:
    assert entitlement_of(texts_of(row)) == row
