"""The store on both engines: versions, transactions, the thread, batches, clear refusals."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from mkef.net.database import Location
from mkef.net.endpoint import NetworkError
from mkef.net.store import (
    Batch,
    Database,
    DuplicateRow,
    Store,
    StoreError,
    open_store,
)

FIRST = "CREATE TABLE thing (name TEXT PRIMARY KEY, octets BLOB, n INTEGER) STRICT, WITHOUT ROWID"
SECOND = "ALTER TABLE thing ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'"
BROKEN = "CREATE TABEL"
INSERT = "INSERT INTO thing (name, octets, n) VALUES (?, ?, ?)"

Open = Callable[..., Database]


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """An empty store of either engine."""
    if request.param == "sqlite":
        return Location(tmp_path / "things.db")
    return Location.parse(request.getfixturevalue("postgresql").url())


@pytest.fixture
def database(location: Location) -> Iterator[Database]:
    with closing(open_store(location, [FIRST])) as database:
        yield database


def names(database: Database) -> list[str]:
    return [name for (name,) in database.query("SELECT name FROM thing ORDER BY name")]


def test_what_is_put_in_comes_out(database: Database) -> None:
    assert database.change(INSERT, "a", bytes(range(256)), 2**48) == 1
    assert database.query("SELECT * FROM thing") == [("a", bytes(range(256)), 2**48)]


def test_truth_is_0_or_1(database: Database) -> None:
    for truth in (True, False):
        database.change(INSERT, str(truth), None, truth)
        assert database.query("SELECT n FROM thing WHERE n = ?", truth) == [(int(truth),)]


def test_a_percent_sign_is_itself(database: Database) -> None:
    database.change(INSERT, "a%b", None, 7)
    assert database.query("SELECT n % 4 FROM thing WHERE name LIKE 'a%'") == [(3,)]


def test_a_change_returns_rows_where_asked(database: Database) -> None:
    database.change(INSERT, "a", None, 1)
    statement = "UPDATE thing SET n = n + ? WHERE name = ? RETURNING n"
    assert database.query(statement, 5, "a") == [(6,)]
    assert database.query(statement, 5, "b") == []


def test_many_rows_go_in_and_are_streamed(database: Database) -> None:
    with database.transaction():
        database.change_many(INSERT, ((f"{n:04}", None, n) for n in range(1000)))
    assert [n for (n,) in database.stream("SELECT n FROM thing ORDER BY n")] == list(range(1000))


def test_many_rows_are_all_or_none(database: Database) -> None:
    with pytest.raises(DuplicateRow), database.transaction():
        database.change_many(INSERT, [("a", None, 1), ("b", None, 2), ("a", None, 3)])
    assert names(database) == []


def test_a_transaction_is_whole_or_not_at_all(database: Database) -> None:
    with database.transaction():
        database.change(INSERT, "a", None, 1)
    database.change(INSERT, "z", None, 1)
    with pytest.raises(DuplicateRow, match=r"name|pkey"), database.transaction():
        database.change("UPDATE thing SET name = 'z', n = 2")
    assert names(database) == ["a", "z"]
    database.change(INSERT, "c", None, 1)  # it goes on
    assert names(database) == ["a", "c", "z"]


def test_one_statement_commits_itself_whole_or_not_at_all(
    location: Location, database: Database
) -> None:
    two = f"{INSERT}, (?, ?, ?)"
    assert database.commit(two, "a", None, 1, "b", None, 2) == 2
    with pytest.raises(DuplicateRow):
        database.commit(two, "c", None, 3, "a", None, 1)
    with closing(open_store(location, [FIRST])) as other:
        assert names(other) == ["a", "b"]


def test_what_was_not_committed_is_not_seen(location: Location, database: Database) -> None:
    with closing(open_store(location, [FIRST])) as other, database.transaction():
        database.change(INSERT, "a", None, 1)
        assert names(other) == []


def test_a_wrong_statement_is_refused_in_one_line(database: Database) -> None:
    with pytest.raises(StoreError) as caught:
        database.query("SELECT colour FROM thing")
    assert "\n" not in str(caught.value)
    assert "colour" in str(caught.value)


def test_a_committed_row_outlives_the_connection(location: Location, database: Database) -> None:
    database.change(INSERT, "a", None, 1)
    database.close()
    with closing(open_store(location, [FIRST])) as again:
        assert names(again) == ["a"]


def test_an_older_store_is_brought_up_to_date(location: Location, database: Database) -> None:
    database.change(INSERT, "a", None, 1)
    for _ in range(2):
        with closing(open_store(location, [FIRST, SECOND])) as later:
            assert later.query("SELECT name, colour FROM thing") == [("a", "grey")]


def test_a_newer_store_is_refused_and_left_alone(location: Location) -> None:
    open_store(location, [FIRST, SECOND]).close()
    with pytest.raises(
        StoreError, match="schema 2 is newer than this program's 1: use the program"
    ):
        open_store(location, [FIRST])
    with closing(open_store(location, [FIRST, SECOND])) as database:
        assert database.query("SELECT colour FROM thing") == []


def test_a_migration_that_fails_leaves_nothing_behind(location: Location) -> None:
    open_store(location, [FIRST]).close()
    with pytest.raises(StoreError, match="syntax error"):
        open_store(location, [FIRST, SECOND, BROKEN])
    with closing(open_store(location, [FIRST])) as database:
        database.change("INSERT INTO thing VALUES ('a', NULL, 1)")  # three columns still


def test_programs_that_start_together_migrate_once(location: Location) -> None:
    def start(_: int) -> int:
        with closing(open_store(location, [FIRST, SECOND])) as database:
            return len(database.query("SELECT colour FROM thing"))

    open_store(location, []).close()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(start, range(8))) == [0] * 8


async def test_a_store_works_in_order_on_its_thread(location: Location) -> None:
    async with Store(location, [FIRST]) as store:

        def add(name: str) -> Callable[[Database], int]:
            return lambda database: database.change(INSERT, name, None, 1)

        assert await asyncio.gather(*(store.run(add(name)) for name in "abc")) == [1, 1, 1]
        with pytest.raises(DuplicateRow):
            await store.run(add("a"))
        assert await store.run(names) == ["a", "b", "c"]


async def test_a_store_that_cannot_open_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the folder must exist"):
        async with Store(tmp_path / "absent" / "things.db", [FIRST]):
            pass


async def test_items_that_wait_together_share_a_transaction(location: Location) -> None:
    sizes = []

    def work(database: Database, items: Sequence[str]) -> list[str]:
        sizes.append(len(items))
        with database.transaction():
            database.change_many(INSERT, [(item, None, 1) for item in items])
        return [item.upper() for item in items]

    async with Store(location, [FIRST]) as store:
        batch = Batch(store, work)
        asked = [f"i{n}" for n in range(600)]
        assert await asyncio.gather(*map(batch, asked)) == [item.upper() for item in asked]
        assert len(await store.run(names)) == 600
        assert await batch("later") == "LATER"
    assert sizes == [256, 256, 88, 1]


async def test_a_batch_that_fails_fails_for_all_and_the_next_one_goes_on(
    location: Location,
) -> None:
    def work(database: Database, items: Sequence[str]) -> list[None]:
        with database.transaction():
            database.change_many(INSERT, [(item, None, 1) for item in items])
        return [None for _ in items]

    async with Store(location, [FIRST]) as store:
        batch = Batch(store, work)
        outcomes = await asyncio.gather(batch("a"), batch("a"), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [DuplicateRow, DuplicateRow]
        await batch("a")
        assert await store.run(names) == ["a"]


async def test_whoever_gives_up_does_not_stop_the_others(location: Location) -> None:
    def work(database: Database, items: Sequence[str]) -> list[int]:
        return [database.change(INSERT, item, None, 1) for item in items]

    async with Store(location, [FIRST]) as store:
        batch = Batch(store, work)
        impatient, patient = map(batch, "ab")
        await asyncio.sleep(0)
        impatient.cancel()
        assert await patient == 1
        assert await store.run(names) == ["a", "b"]


# SQLite alone.


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "things.db"


def test_a_store_in_memory_is_as_good() -> None:
    with closing(open_store(None, [FIRST, SECOND])) as database:
        database.change(INSERT, "a", None, 1)
        assert database.query("SELECT colour FROM thing") == [("grey",)]


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
        ("synchronous", 2),
        ("wal_autocheckpoint", 4000),
    ],
)
def test_the_engine_is_set_up(file: Path, pragma: str, value: object) -> None:
    with closing(open_store(file, [FIRST])) as database:
        assert database.query(f"PRAGMA {pragma}") == [(value,)]


def test_the_file_is_its_owners_alone(file: Path) -> None:
    with closing(open_store(file, [FIRST])) as database:
        database.change(INSERT, "a", None, 1)
        assert {path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {0o600}


def test_a_full_disk_leaves_the_old_data_whole(file: Path) -> None:
    with closing(open_store(file, [FIRST])) as database:
        database.change(INSERT, "a", None, 1)
        database.query("PRAGMA max_page_count = 10")
        with pytest.raises(StoreError, match="full: make room"), database.transaction():
            database.change_many(INSERT, [(f"b{n}", bytes(1000), n) for n in range(100)])
        assert names(database) == ["a"]
    with closing(open_store(file, [FIRST])) as database:
        assert names(database) == ["a"]


def test_another_file_is_refused_in_one_line(file: Path) -> None:
    file.write_text("this is a shopping list, and a long one at that\n" * 50)
    with pytest.raises(StoreError, match="file is not a database: it is no store of this program"):
        open_store(file, [FIRST])


def test_a_truncated_file_is_refused_in_one_line(file: Path) -> None:
    with closing(open_store(file, [FIRST])) as database, database.transaction():
        database.change_many(INSERT, [(f"{n}", bytes(1000), n) for n in range(100)])
    file.write_bytes(file.read_bytes()[:9000])
    with (
        pytest.raises(StoreError, match="malformed: the file is damaged: put a copy back"),
        closing(open_store(file, [FIRST])) as database,
    ):
        names(database)


def test_a_file_that_others_hold_is_said_so(file: Path) -> None:
    with (
        closing(open_store(file, [FIRST])) as database,
        closing(sqlite3.connect(file, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        database.query("PRAGMA busy_timeout = 0")
        with pytest.raises(StoreError, match="locked: another program holds it"):
            database.change(INSERT, "a", None, 1)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("absent/things.db", "the folder must exist"), (".", "it is a folder, or may not be read")],
)
def test_a_file_that_cannot_be_is_refused_in_one_line(tmp_path: Path, name: str, hint: str) -> None:
    with pytest.raises(NetworkError) as caught:
        open_store(tmp_path / name, [FIRST])
    assert str(caught.value).startswith(str(tmp_path))
    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)
