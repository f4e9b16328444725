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
from mkef.domain.entitlement import Entitlement, Group
from mkef.net.database import Database, Location
from mkef.net.store import open_store
from mkef.records.editor import Editor, RegistryError, Taken
from mkef.records.lookup import SqlLookup
from mkef.records.reading import NAME, Records
from mkef.records.registry import (
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


def fleet(*hosts: str) -> Group:
    return Group("fleet", frozenset(hosts))


def take(editor: Editor, entries: list[tuple[int, Entitlement | Group]], **how: bool) -> Taken:
    return editor.take(entries, "rows.csv", lambda: "5e", **how)


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
    editor.set_group(fleet("b.example", "c.example"))
    ((_, hosts),) = rows_of(database, IMSI)
    assert hosts == {"a.example", "b.example", "c.example"}
    editor.set_group(fleet("c.example"))
    ((_, hosts),) = rows_of(database, IMSI)
    assert hosts == {"a.example", "c.example"}
    assert list(all_groups(database)) == [fleet("c.example")]
    editor.set_group(fleet(), force=True)
    assert list(all_groups(database)) == []


def test_a_group_that_rows_name_is_not_emptied_by_accident(
    database: Database, editor: Editor
) -> None:
    editor.set_group(fleet("a.example"))
    editor.set_group(Group("f_eet", frozenset({"a.example"})))
    editor.add(row("10-29", groups=frozenset({"all", "fleet", "x"})))
    with pytest.raises(RegistryError, match=r"fleet: 1 row names it, the first 1-2 for mtc\."):
        editor.set_group(fleet())
    editor.add(row("00101*", groups=frozenset({"fleet"})))
    with pytest.raises(RegistryError, match=r"fleet: 2 rows name it, the first 00101\* for mtc\."):
        editor.set_group(fleet())
    editor.set_group(Group("f_eet", frozenset()))  # nobody names this one
    assert list(all_groups(database)) == [fleet("a.example")]


def test_a_group_without_identities_is_told(editor: Editor) -> None:
    editor.add(row(groups=frozenset({"fleet", "x"})))
    assert [text.partition(" has")[0] for text in editor.warnings] == ["group fleet", "group x"]
    editor.set_group(fleet("a.example"))
    editor.warnings.clear()
    editor.set(row(groups=frozenset({"fleet"})))
    take(editor, [(2, fleet("b.example")), (3, row(groups=frozenset({"fleet"})))], replace=True)
    assert editor.warnings == []


def test_two_servers_that_only_the_server_id_tells_apart_are_told_once(editor: Editor) -> None:
    editor.set_group(fleet("a.example"))
    editor.add(row(server="first.example", groups=frozenset({"fleet"}), origin_hosts=frozenset()))
    editor.add(row(server="other.example", origin_hosts=frozenset({"b.example"})))
    editor.add(row("001011*", "narrower.example"))
    editor.add(row(server="off.example", disabled=True))
    editor.add(row(server="later.example", origin_hosts=frozenset({"c"}), valid_from=10))
    editor.add(row(server="before.example", origin_hosts=frozenset({"c"}), valid_until=10))
    assert editor.warnings == []
    second = row(server="second.example")
    editor.add(second)
    (warning,) = editor.warnings
    assert warning.startswith("00101* for first.example also names a.example: requests without")
    editor.set(replace(second, lifetime_s=60))
    assert len(editor.warnings) == 1
    rows = [row("9*", f"server{n}.example") for n in range(3)]
    take(editor, list(enumerate(rows)), replace=False)
    assert editor.warnings[1].endswith("(5003); 2 more like it")


def test_groups_of_an_import(database: Database, editor: Editor) -> None:
    editor.set_group(fleet("a.example"))
    assert take(editor, [(2, fleet("a.example")), (3, row("1*"))], replace=False) == (1, 1)
    with pytest.raises(RegistryError, match="line 2: group fleet is there already with other"):
        take(editor, [(2, fleet("b.example"))], replace=False)
    with pytest.raises(RegistryError, match="line 3: same group as line 2"):
        take(editor, [(2, fleet("b.example")), (3, fleet("c.example"))], replace=True)
    assert list(all_groups(database)) == [fleet("a.example")]
    assert take(editor, [(2, fleet("b.example"))], replace=True) == (0, 1)
    assert list(all_groups(database)) == [fleet("b.example")]
    assert list(all_rows(database)) == []


@pytest.mark.parametrize(
    ("there", "new", "problem"),
    [
        ("00101*", "00101*", "00101\\* for mtc.example is there already"),
        ("10-29", "20-35", "20-35 for another.example and 1-2 for mtc.example have devices in"),
        ("2*", "15-22", "15-22 for another.example and 2\\* for mtc.example have devices in"),
        ("15-22", "2*", "2\\* for another.example and 15-22 for mtc.example have devices in"),
        ("15-22", "1*", "1\\* for another.example and 15-22 for mtc.example have devices in"),
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
    with pytest.raises(RegistryError, match=f"line 7: {problem}"):
        take(editor, [(7, row(new, server))], replace=False)
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
        take(editor, [(2, row("1*")), (4, row("99*"))], replace=False)
    with pytest.raises(RegistryError, match="line 3: same row as line 2"):
        take(editor, [(2, row("1*")), (3, row("1*"))], replace=False)
    assert list(all_rows(database)) == [row("99*")]
    assert take(editor, [(2, row("1*")), (3, row("2*"))], replace=False) == (2, 0)
    assert found(database, Imsi("123456")) == {row("1*")}
    assert take(editor, [(2, row("10-29"))], replace=True) == (1, 0)
    assert list(all_rows(database)) == [row("10-29")]


def test_every_change_has_its_line_of_the_audit(database: Database, editor: Editor) -> None:
    editor.add(row())
    editor.set(row(disabled=True))
    editor.remove(row().devices, row().server_id)
    editor.set_group(fleet("a.example"))
    take(editor, [(2, row("10-29"))], replace=False)
    take(editor, [(2, row()), (3, fleet("b.example"))], replace=True)
    lines = list(audit(database))
    actions = ["add", "set", "remove", "group", "import", "group", "replace"]
    assert [line["action"] for line in lines] == actions
    assert {(line["at"], line["who"]) for line in lines} == {(1000.0, "operator")}
    assert lines[1]["what"] == "00101* mtc.example"
    assert (lines[0]["was"], lines[2]["became"]) == (None, None)
    assert ("disabled" in lines[1]["was"], lines[1]["became"]["disabled"]) == (False, True)
    assert (lines[5]["was"], lines[5]["became"]) == (["a.example"], ["b.example"])
    assert lines[4]["became"] == {"rows": 1, "groups": 0, "sha256": "5e"}
    assert (lines[4]["was"], lines[6]["was"]) == (None, {"rows": 1})


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
