"""The registry in its store: looked up as a search over all rows would, conflicts named."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement
from mkef.net.database import Database, Location
from mkef.net.store import open_store
from mkef.records.lookup import SqlLookup
from mkef.records.reading import NAME, Records
from mkef.records.registry import (
    Editor,
    RegistryError,
    all_groups,
    all_rows,
    audit,
    rows_of,
)
from mkef.records.schema import MIGRATIONS
from mkef_codecs.identity import Imsi, ServerId

IMSI = Imsi("001010123456789")


def row(devices: str = "00101*", server: str = "mtc.example", **changes: Any) -> Entitlement:
    changes.setdefault("origin_hosts", frozenset({"a.example"}))
    return Entitlement(Devices.parse(devices), ServerId(server), **changes)


@pytest.fixture
def database(location: Location) -> Iterator[Database]:
    with closing(open_store(location, MIGRATIONS, NAME)) as database:
        yield database


@pytest.fixture
def editor(database: Database) -> Editor:
    return Editor(database, who="operator", at=1000.0)


def found(database: Database, imsi: Imsi = IMSI) -> set[Entitlement]:
    return {row for row, _ in rows_of(database, imsi)}


FULL = row(
    groups=frozenset({"fleet"}),
    min_strength_bits=128,
    tagged=True,
    lifetime_s=1,
    failures_per_hour=2,
    requests_per_hour=3,
    valid_from=4,
    valid_until=5_000_000_000,
    disabled=True,
)


@pytest.mark.parametrize(
    "one",
    [row(), row("001010123456789"), row("*"), row("001010100-001010129"), FULL],
    ids=lambda r: str(r.devices),
)
def test_a_row_is_found_as_it_was_added_and_gone_when_removed(
    one: Entitlement, database: Database, editor: Editor
) -> None:
    editor.add(one)
    assert found(database) == {one}
    assert found(database, Imsi("999991234567890")) == ({one} if str(one.devices) == "*" else set())
    assert list(all_rows(database)) == [one]
    editor.remove(one.devices, one.server_id)
    assert found(database) == set()
    assert list(all_rows(database)) == []


def test_set_changes_one_row_and_no_other(database: Database, editor: Editor) -> None:
    for server in ("mtc.example", "other.example"):
        editor.add(row(server=server))
    changed = row(disabled=True)
    editor.set(changed)
    assert found(database) == {changed, row(server="other.example")}


def test_groups_are_expanded_and_live(database: Database, editor: Editor) -> None:
    editor.add(row(groups=frozenset({"fleet", "nobody"})))
    editor.set_group("fleet", ["b.example", "c.example"])
    ((_, hosts),) = rows_of(database, IMSI)
    assert hosts == {"a.example", "b.example", "c.example"}
    editor.set_group("fleet", ["c.example"])
    ((_, hosts),) = rows_of(database, IMSI)
    assert hosts == {"a.example", "c.example"}
    assert all_groups(database) == {"fleet": ["c.example"]}
    editor.set_group("fleet", [])
    assert all_groups(database) == {}


@pytest.mark.parametrize(
    ("there", "new", "problem"),
    [
        ("00101*", "00101*", "00101\\* for mtc.example is there already"),
        ("10-29", "20-35", "20-35 and 1-2 have devices in common"),
        ("2*", "15-22", "15-22 and 2\\* have devices in common"),
        ("15-22", "2*", "2\\* and 15-22 have devices in common"),
        ("15-22", "1*", "1\\* and 15-22 have devices in common"),
        ("10-29", "10-28", None),
        ("10-29", "2*", None),
        ("*", "10-29", None),
        ("10-29", "30-49", None),
        ("10-29", "299999999999999", None),
    ],
)
def test_conflicts_name_both_rows(
    there: str, new: str, problem: str | None, database: Database, editor: Editor
) -> None:
    editor.add(row(there))
    if problem is None:
        editor.add(row(new, "mtc.example"))
        return
    server = "mtc.example" if there == new else "another.example"
    with pytest.raises(RegistryError, match=problem):
        editor.add(row(new, server))
    assert list(all_rows(database)) == [row(there)]


def test_a_range_that_two_servers_have_crosses_until_both_are_gone(
    database: Database, editor: Editor
) -> None:
    devices = Devices.parse("10-29")
    for server in ("first.example", "second.example"):
        editor.add(row("10-29", server))
    for server in ("first.example", "second.example"):
        with pytest.raises(RegistryError, match="in common"):
            editor.add(row("20-35"))
        editor.remove(devices, ServerId(server))
    editor.add(row("20-35"))


def test_what_is_not_there(editor: Editor) -> None:
    for change in (
        lambda: editor.set(row()),
        lambda: editor.remove(row().devices, row().server_id),
    ):
        with pytest.raises(RegistryError, match=r"no row for 00101\* and mtc.example"):
            change()


def test_an_import_is_whole_or_not_at_all(database: Database, editor: Editor) -> None:
    editor.add(row("99*"))
    with pytest.raises(RegistryError, match=r"line 4: 99\* for mtc.example is there already"):
        editor.take([(2, row("1*")), (4, row("99*"))], "rows.csv", replace=False)
    with pytest.raises(RegistryError, match="line 3: same row as line 2"):
        editor.take([(2, row("1*")), (3, row("1*"))], "rows.csv", replace=False)
    assert list(all_rows(database)) == [row("99*")]
    assert editor.take([(2, row("1*")), (3, row("2*"))], "rows.csv", replace=False) == 2
    assert found(database, Imsi("123456")) == {row("1*")}
    assert editor.take([(2, row("10-29"))], "rows.csv", replace=True) == 1
    assert list(all_rows(database)) == [row("10-29")]


def test_every_change_has_its_line_of_the_audit(database: Database, editor: Editor) -> None:
    editor.add(row())
    editor.set(row(disabled=True))
    editor.remove(row().devices, row().server_id)
    editor.set_group("fleet", ["a.example"])
    editor.take([(2, row())], "rows.csv", replace=False)
    lines = list(audit(database))
    assert [line["action"] for line in lines] == ["add", "set", "remove", "group", "import"]
    assert {(line["at"], line["who"]) for line in lines} == {(1000.0, "operator")}
    assert lines[1]["what"] == "00101* mtc.example"
    assert ('"disabled"' in lines[1]["was"], '"disabled"' in lines[1]["became"]) == (False, True)
    assert lines[4]["became"] == '{"rows": 1}'


async def test_a_running_node_sees_a_change_with_its_next_request(
    location: Location, database: Database
) -> None:
    async with Records(location) as records:
        registry = SqlLookup(records)
        assert list(await registry.rows(IMSI)) == []
        await asyncio.sleep(0)  # what is read in one turn of the loop is of one moment
        Editor(database, "operator", 1.0).add(row())
        ((seen, _),) = await registry.rows(IMSI)
        assert seen == row()
        await asyncio.sleep(0)  # what is read in one turn of the loop is of one moment
        Editor(database, "operator", 2.0).set(replace(row(), disabled=True))
        ((seen, _),) = await registry.rows(IMSI)
        assert seen.disabled


NUMBERS = st.integers(0, 999)
DEVICES = st.one_of(
    st.text("012", max_size=4).map("{}*".format),
    st.text("012", min_size=6, max_size=7),
    st.tuples(NUMBERS, NUMBERS).map(lambda ab: "{:03}-{:03}".format(*sorted(ab))),
)


@pytest.mark.parametrize("new_location", ["sqlite"], indirect=True)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.booleans(), DEVICES), max_size=12),
    st.lists(st.text("0123", min_size=6, max_size=9), min_size=1, max_size=6),
)
def test_any_changes_are_found_as_a_search_finds_them(
    new_location: Callable[[], Location], changes: list[tuple[bool, str]], imsis: list[str]
) -> None:
    with closing(open_store(new_location(), MIGRATIONS, NAME)) as database:
        editor, expected = Editor(database, "", 0.0), set[Devices]()
        for adds, text in changes:
            devices = Devices.parse(text)
            crossing = devices in expected or any(devices.overlaps(d) for d in expected)
            allowed = not crossing if adds else devices in expected
            change = (
                (lambda d: editor.add(row(str(d))))
                if adds
                else (lambda d: editor.remove(d, ServerId("mtc.example")))
            )
            if not allowed:
                with pytest.raises(RegistryError):
                    change(devices)
                continue
            change(devices)
            (expected.add if adds else expected.remove)(devices)
        assert {r.devices for r in all_rows(database)} == expected
        for imsi in map(Imsi, imsis):
            covering = {d for d in expected if d.covers(imsi)}
            assert {r.devices for r in found(database, imsi)} == covering
