"""The Lua file from our rows; tests/interop has it at work in tshark."""

from __future__ import annotations

import re

import pytest

from mkef_codecs.diameter.dictionary import Row
from mkef_codecs.export.ours import VENDOR, Application
from mkef_codecs.export.wireshark import field, source
from mkef_codecs.generated.dictionary import ROWS

ROW = re.compile(
    r'^    \[(?P<code>\d+)\] = \{ field = "(?P<field>mkef\.\w+)", name = "(?P<name>[\w-]+)",'
    r' type = "(?P<type>\w+)"(?:, low = (?P<low>\d+), high = (?P<high>\d+))? \},$',
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def lua(applications: tuple[Application, ...]) -> str:
    return source(applications)


def test_the_same_rows_make_the_same_octets(
    lua: str, applications: tuple[Application, ...]
) -> None:
    assert source(applications) == lua
    assert "@tables" not in lua


def test_every_row_of_ours_has_a_field(lua: str) -> None:
    found = {
        match["name"]: (int(match["code"]), match["type"], match["low"], match["high"])
        for match in ROW.finditer(lua)
    }
    for row in ROWS.values():
        if row.vendor == VENDOR:
            low, high = (None if bound is None else str(bound) for bound in (row.low, row.high))
            assert found[row.name] == (row.code, row.type, low, high)
    assert "Key-ExpiryTime" in found  # not of ours, but in a group of ours
    assert "Authentication-Info" not in found  # Wireshark shows it


def test_fields_have_different_names(lua: str) -> None:
    names = [match["field"] for match in ROW.finditer(lua)]
    assert len(names) == len(set(names))


def test_commands_applications_and_object_identifiers(lua: str) -> None:
    for line in (
        '  [16781313] = "Zk",',
        '  [16781314] = "Zr",',
        '  [16777214] = { application = 16781313, request = "MKR", answer = "MKA" },',
        '  [16777215] = { application = 16781314, request = "RIR", answer = "RIA" },',
        'local EXTENSION = "1.3.6.1.4.1.32473.1.1"',
        'local OPERATION = "1.3.6.1.4.1.32473.1.3"',
    ):
        assert line in lua.splitlines()


@pytest.mark.parametrize(
    ("name", "filter_"),
    [
        ("MTC-Server-Id", "mkef.server_id"),
        ("MTC-Device-RAND", "mkef.rand"),
        ("MTC-Key-Profile", "mkef.profile"),
        ("Key-ExpiryTime", "mkef.key_expirytime"),
    ],
)
def test_names_of_fields(name: str, filter_: str) -> None:
    assert field(Row(name, 1, VENDOR, "OctetString", mandatory=True)) == filter_
