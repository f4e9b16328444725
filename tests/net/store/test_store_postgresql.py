"""What only PostgreSQL can do: be gone, come back, hold the stores of several programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from mkef.net.database import Database, Location, StoreError, StoreUnavailable
from mkef.net.store import open_store
from mkef.net.store_postgresql import translate

FIRST = "CREATE TABLE thing (name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID"
INSERT = "INSERT INTO thing VALUES (?, ?)"
COUNT = "SELECT count(*) FROM thing"


@pytest.fixture
def location(postgresql: Any) -> Location:
    return Location.parse(postgresql.url())


@pytest.fixture
def database(location: Location) -> Iterator[Database]:
    with closing(open_store(location, [FIRST])) as database:
        yield database


@contextmanager
def gone(server: Any) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


def test_a_read_goes_on_when_the_server_is_back(postgresql: Any, database: Database) -> None:
    database.change(INSERT, "a", 1)
    with gone(postgresql):
        with pytest.raises(StoreUnavailable, match="is the server up, and the URL right"):
            database.query(COUNT)
        with pytest.raises(StoreUnavailable):
            database.change(INSERT, "b", 1)
    assert again(lambda: database.query(COUNT)) == [(1,)]


def again(ask: Callable[[], object]) -> object:
    """Ask until the pause after a failed attempt is over."""
    while True:
        try:
            return ask()
        except StoreUnavailable:
            continue


def test_a_restart_between_two_requests_is_not_noticed(postgresql: Any, database: Database) -> None:
    with gone(postgresql):
        pass
    assert database.query(COUNT) == [(0,)]
    with gone(postgresql):
        pass
    with database.transaction():
        database.change(INSERT, "a", 1)
    with gone(postgresql):
        pass
    database.commit(INSERT, "b", 2)
    assert database.query(COUNT) == [(2,)]


def test_a_change_is_not_done_twice(postgresql: Any, database: Database) -> None:
    with gone(postgresql):
        pass
    with pytest.raises(StoreUnavailable, match="the connection broke"):
        database.change(INSERT, "a", 1)
    assert database.query(COUNT) == [(0,)]


def test_a_transaction_that_loses_its_server_is_undone(postgresql: Any, database: Database) -> None:
    def lose() -> None:
        with database.transaction():
            database.change(INSERT, "a", 1)
            with gone(postgresql):
                pass
            database.change(INSERT, "b", 1)

    with pytest.raises(StoreUnavailable):
        lose()
    assert database.query(COUNT) == [(0,)]


def test_two_programs_share_a_database(location: Location) -> None:
    other = "CREATE TABLE other (name TEXT) STRICT"
    with (
        closing(open_store(location, [FIRST], "hlr_stub")) as one,
        closing(open_store(location, [other], "mkef")) as two,
    ):
        assert one.query(COUNT) == [(0,)]
        assert two.query("SELECT count(*) FROM other") == [(0,)]


def test_nobody_listens(tmp_path: Path) -> None:
    location = Location.parse(f"postgresql://mkef:secret@/things?host={tmp_path}")
    with pytest.raises(StoreUnavailable, match="is the server up") as caught:
        open_store(location, [FIRST])
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value) + repr(location)


def test_a_url_that_is_none() -> None:
    with pytest.raises(StoreError):
        open_store(Location.parse("postgresql://host:port/?no=thing"), [FIRST])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://db.example/mkef", "postgresql://db.example/mkef"),
        (
            "postgresql://me:secret@db.example:5433/mkef?sslmode=require",
            "postgresql://db.example:5433/mkef",
        ),
        ("postgres:///mkef?host=/run/postgresql", "postgres:///mkef"),
        ("hlr.db", "/lab/hlr.db"),
        ("/var/hlr.db", "/var/hlr.db"),
    ],
)
def test_a_location_is_a_path_or_a_url(text: str, shown: str) -> None:
    assert str(Location.parse(text, Path("/lab"))) == shown


def test_another_kind_of_url_is_refused() -> None:
    with pytest.raises(ValueError, match="mysql:// is no store: a path, or postgresql://"):
        Location.parse("mysql://host/db")


def test_the_schema_is_translated() -> None:
    assert translate(
        "CREATE TABLE t (a BLOB, b INTEGER, PRIMARY KEY (a)) STRICT, WITHOUT ROWID"
    ) == ("CREATE TABLE t (a BYTEA, b BIGINT, PRIMARY KEY (a))")
    assert translate("SELECT 'INTEGER' WHERE a = ?") == "SELECT 'INTEGER' WHERE a = %s"
