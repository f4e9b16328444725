"""The SQLite engine: versions, permissions and clear refusals."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from mkef.net.endpoint import NetworkError
from mkef.net.store import StoreError, open_store, transaction

FIRST = "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT"
SECOND = "ALTER TABLE thing ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'"
BROKEN = "CREATE TABEL"


def version(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA user_version").fetchone()[0]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "things.db"


@pytest.fixture
def connection(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_store(file, [FIRST])) as connection:
        yield connection


def test_a_new_store_has_every_migration(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO thing (name) VALUES ('a')")
    assert version(connection) == 1


def test_a_store_in_memory_is_as_good() -> None:
    with closing(open_store(None, [FIRST, SECOND])) as connection:
        connection.execute("INSERT INTO thing (name) VALUES ('a')")
        assert connection.execute("SELECT colour FROM thing").fetchall() == [("grey",)]


def test_an_older_store_is_brought_up_to_date(file: Path, connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO thing (name) VALUES ('a')")
    with closing(open_store(file, [FIRST, SECOND])) as later:
        assert later.execute("SELECT name, colour FROM thing").fetchall() == [("a", "grey")]
        assert version(later) == 2


def test_a_newer_store_is_refused_and_left_alone(file: Path) -> None:
    open_store(file, [FIRST, SECOND]).close()
    with pytest.raises(
        StoreError, match="schema 2 is newer than this program's 1: use the program"
    ):
        open_store(file, [FIRST])
    with closing(open_store(file, [FIRST, SECOND])) as connection:
        assert version(connection) == 2


def test_a_migration_that_fails_leaves_nothing_behind(file: Path) -> None:
    open_store(file, [FIRST]).close()
    with pytest.raises(StoreError, match="syntax error"):
        open_store(file, [FIRST, SECOND, BROKEN])
    with closing(open_store(file, [FIRST])) as connection:
        connection.execute("INSERT INTO thing VALUES (1, 'a')")  # two columns still


def test_programs_that_start_together_migrate_once(file: Path) -> None:
    def start(_: int) -> int:
        with closing(open_store(file, [FIRST, SECOND])) as connection:
            return version(connection)

    open_store(file, []).close()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(start, range(8))) == [2] * 8


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 5000), ("synchronous", 2)],
)
def test_the_engine_is_set_up(connection: sqlite3.Connection, pragma: str, value: object) -> None:
    assert connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)


def test_the_file_is_its_owners_alone(file: Path, connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO thing (name) VALUES ('a')")
    assert {path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {0o600}


def test_a_transaction_is_whole_or_not_at_all(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        connection.execute("INSERT INTO thing (name) VALUES ('a')")
    with pytest.raises(sqlite3.IntegrityError), transaction(connection):
        connection.executemany("INSERT INTO thing (name) VALUES (?)", [("b",), (None,)])
    assert connection.execute("SELECT name FROM thing").fetchall() == [("a",)]


def test_a_committed_row_outlives_the_connection(
    file: Path, connection: sqlite3.Connection
) -> None:
    connection.execute("INSERT INTO thing (name) VALUES ('a')")
    connection.close()
    with closing(open_store(file, [FIRST])) as again:
        assert again.execute("SELECT name FROM thing").fetchall() == [("a",)]


def test_another_file_is_refused_in_one_line(file: Path) -> None:
    file.write_text("this is a shopping list, and a long one at that\n" * 50)
    with pytest.raises(StoreError, match="file is not a database: it is no store of this program"):
        open_store(file, [FIRST])


@pytest.mark.parametrize("name", ["absent/things.db", "."])
def test_a_file_that_cannot_be_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(NetworkError) as caught:
        open_store(tmp_path / name, [FIRST])
    assert str(caught.value).startswith(str(tmp_path))
    assert "\n" not in str(caught.value)
