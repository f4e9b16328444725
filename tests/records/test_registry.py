"""The registry in its store: looked up as a search over all rows would, conflicts named."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
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
    Registry,
    all_groups,
    all_rows,
    audit,
    rows_of,
)
from mkef.records.schema import MIGRATIONS
from mkef.records.terms import COLUMNS, columns_of
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


async def test_a_running_node_sees_another_group_with_its_next_request(
    location: Location, database: Database
) -> None:
    editor = Editor(database, "operator", 1.0)
    editor.add(row(groups=frozenset({"fleet"})))
    async with Records(location) as records:
        registry = SqlLookup(records)
        for hosts in ({"a.example"}, {"a.example", "b.example"}, {"a.example"}):
            ((_, named),) = await registry.rows(IMSI)
            assert named == hosts
            await asyncio.sleep(0)  # what is read in one turn of the loop is of one moment
            editor.set_group(fleet(*sorted({"a.example", "b.example"} ^ hosts)), force=True)


def test_a_running_node_sees_that_a_copy_was_put_back(tmp_path: Path) -> None:
    """Ids of terms are then given anew; what was kept of the others must not be taken for them."""
    there, copy = tmp_path / "mkef.db", tmp_path / "copy.db"
    registry = Registry()
    with closing(open_store(there, MIGRATIONS, NAME)) as database:
        editor = Editor(database, "operator", 1.0)
        editor.add(row("99*"))
        database.query("VACUUM INTO ?", str(copy))
        editor.add(row(lifetime_s=1))
        assert looked_up(registry, database, IMSI) == {row(lifetime_s=1)}
        with (
            closing(sqlite3.connect(copy)) as source,
            closing(sqlite3.connect(there)) as target,
        ):
            source.backup(target)
        editor.add(row(lifetime_s=2))
        assert looked_up(registry, database, IMSI) == {row(lifetime_s=2)}


def test_a_node_keeps_a_bounded_number_of_terms(
    database: Database, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mkef.records.registry.KEPT_TERMS", 3)
    rows = [row(f"00101{n}*", lifetime_s=n + 1) for n in range(8)]
    take(editor, list(enumerate(rows)), replace=False)
    registry = Registry()
    for one in (*rows, *rows):
        assert looked_up(registry, database, Imsi(f"{one.devices.digits}0000")) == {one}
    with database.snapshot():
        imsis = [Imsi(f"{one.devices.digits}0000") for one in rows]
        together = registry.rows_of_all(database, imsis)
    assert [each for ((each, _),) in together] == rows


def looked_up(registry: Registry, database: Database, imsi: Imsi) -> set[Entitlement]:
    with database.snapshot():
        (rows,) = registry.rows_of_all(database, [imsi])
    return {row for row, _ in rows}


@pytest.mark.parametrize("new_location", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("first", "second", "problem"),
    [
        (row("10-29"), row("20-35"), "20-35 for mtc.example and 1-2 for mtc.example have devices"),
        (row(), row(lifetime_s=5), r"00101\* for mtc.example is there already"),
    ],
    ids=["crossing", "same"],
)
def test_of_two_operators_at_once_the_second_waits_and_sees_what_the_first_did(
    first: Entitlement, second: Entitlement, problem: str, location: Location
) -> None:
    with (
        closing(open_store(location, MIGRATIONS, NAME)) as one,
        closing(open_store(location, MIGRATIONS, NAME)) as other,
        closing(open_store(location, MIGRATIONS, NAME)) as watch,
        ThreadPoolExecutor(max_workers=1) as thread,
    ):

        def entries() -> Iterator[tuple[int, Entitlement | Group]]:
            nonlocal added
            yield 1, first
            added = thread.submit(Editor(other, "second", 1.0).add, second)
            until_one_waits(watch)
            assert not added.done()

        added: Future[None] = Future()
        Editor(one, "first", 1.0).take(entries(), "rows.csv", str, replace=False)
        with pytest.raises(RegistryError, match=problem):
            added.result(timeout=30)
        assert list(all_rows(one)) == [first]


def until_one_waits(database: Database) -> None:
    """Until a connection waits for a lock of another."""
    deadline = time.monotonic() + 30
    while not database.query("SELECT 1 FROM pg_locks WHERE NOT granted"):
        assert time.monotonic() < deadline


NUMBERS = st.integers(0, 999)
DEVICES = st.one_of(
    st.text("012", max_size=4).map("{}*".format),
    st.text("012", min_size=6, max_size=7),
    st.tuples(NUMBERS, NUMBERS).map(lambda ab: "{:03}-{:03}".format(*sorted(ab))),
).map(Devices.parse)
ROWS = st.builds(
    Entitlement,
    devices=DEVICES,
    server_id=st.sampled_from(["mtc.example", "other.example"]).map(ServerId),
    origin_hosts=st.just(frozenset({"a.example"})),
    lifetime_s=st.sampled_from([None, 60]),
    valid_until=st.sampled_from([None, 0, 5_000_000_000]),
    disabled=st.booleans(),
)
CHANGES = st.one_of(
    st.tuples(st.sampled_from(["add", "set", "remove"]), ROWS.map(lambda row: [row])),
    st.tuples(st.sampled_from(["import", "replace"]), st.lists(ROWS, max_size=5)),
)
Rows = dict[tuple[str, str], Entitlement]


def changed(rows: Rows, change: str, entries: list[Entitlement]) -> Rows | None:
    """The rows after a change; None: it is refused."""
    if change in {"set", "remove"}:
        (one,) = entries
        rest = {key: row for key, row in rows.items() if key != one.key}
        return None if one.key not in rows else rest | {one.key: one} if change == "set" else rest
    after = {} if change == "replace" else dict(rows)
    for one in entries:
        if one.key in after or any(one.devices.overlaps(row.devices) for row in after.values()):
            return None
        after[one.key] = one
    return after


def make(editor: Editor, change: str, entries: list[Entitlement]) -> None:
    if change == "remove":
        editor.remove(entries[0].devices, entries[0].server_id)
    elif change in {"add", "set"}:
        getattr(editor, change)(entries[0])
    else:
        take(editor, list(enumerate(entries)), replace=change == "replace")


@pytest.mark.parametrize("new_location", ["sqlite"], indirect=True)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(CHANGES, max_size=12),
    st.lists(st.text("0123", min_size=6, max_size=9), min_size=1, max_size=6),
)
def test_any_changes_are_found_as_a_search_finds_them(
    new_location: Callable[[], Location],
    changes: list[tuple[str, list[Entitlement]]],
    imsis: list[str],
) -> None:
    """By a node that runs all the time; and what rows say is there once, as often held as said."""
    with closing(open_store(new_location(), MIGRATIONS, NAME)) as database:
        editor, registry, expected = Editor(database, "", 0.0), Registry(), Rows()
        for change, entries in changes:
            after = changed(expected, change, entries)
            if after is None:
                with pytest.raises(RegistryError):
                    make(editor, change, entries)
            else:
                make(editor, change, entries)
                expected = after
            for imsi in map(Imsi, imsis):
                covering = {row for row in expected.values() if row.devices.covers(imsi)}
                assert looked_up(registry, database, imsi) == covering
        in_order = sorted(expected.values(), key=lambda r: (next(r.devices.keys()), r.key[::-1]))
        assert list(all_rows(database)) == in_order
        held = Counter(columns_of(row) for row in expected.values())
        terms = database.query(f"SELECT {COLUMNS}, held_by FROM entitlement_terms")
        assert sorted(map(str, terms)) == sorted(str((*said, n)) for said, n in held.items())
