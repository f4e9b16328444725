"""The PostgreSQL engine: a connection that comes back by itself, SQLite's notation translated."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import TypeVar

import psycopg
from psycopg import conninfo
from psycopg.types.numeric import IntDumper

from mkef.net.database import (
    Database,
    DuplicateRow,
    Location,
    Row,
    StoreError,
    StoreUnavailable,
    check_version,
)

T = TypeVar("T")

RETRY_S = 1.0  # how long a failed attempt to connect stands for all that ask meanwhile

# A server that is gone without a word is noticed within seconds; the URL's own settings win.
_SETTINGS = {
    "connect_timeout": "3",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
_BROKEN = (psycopg.OperationalError, psycopg.InterfaceError)
_TYPES = {"BLOB": "BYTEA", "INTEGER": "BIGINT", "REAL": "DOUBLE PRECISION"}
_VERSIONS = (
    "CREATE TABLE IF NOT EXISTS schema_version (store TEXT PRIMARY KEY, version BIGINT NOT NULL)"
)


class PostgresqlDatabase:
    """One connection; what broke it is told to whoever asked, the next one gets a new connection.

    Reads and the beginning of a transaction are tried a second time; a change is not, since the
    first may have taken place.
    """

    def __init__(self, location: Location, timer: Callable[[], float] = time.monotonic) -> None:
        self._location = location
        self._timer = timer
        self._connection: psycopg.Connection | None = None
        self._failure: tuple[float, StoreUnavailable] | None = None

    def query(self, statement: str, *values: object) -> list[Row]:
        """All rows of a SELECT, or of a change with RETURNING."""
        text = translate(statement)
        return self._do(
            lambda c: c.execute(text, values, binary=True).fetchall(), again=_reads(statement)
        )

    def stream(self, statement: str, *values: object) -> Iterator[Row]:
        """The rows of a SELECT that memory need not hold."""
        try:
            with self._connected().cursor() as cursor:
                yield from cursor.stream(translate(statement), values)
        except psycopg.Error as error:
            raise self._store_error(error) from None

    def change(self, statement: str, *values: object) -> int:
        """How many rows an INSERT, UPDATE or DELETE changed."""
        text = translate(statement)
        return self._do(lambda c: c.execute(text, values).rowcount)

    def change_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """The same change for many rows of values."""
        text = translate(statement)
        self._do(lambda c: c.cursor().executemany(text, rows))

    def commit(self, statement: str, *values: object) -> int:
        """The same, as a transaction of its own."""
        with self.transaction():
            return self.change(statement, *values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes of the block or none; other writers of the same rows wait meanwhile."""
        with self._between("BEGIN"):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads of the block see one state; nobody waits."""
        with self._between("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"):
            yield

    @contextmanager
    def _between(self, begin: str) -> Iterator[None]:
        self._do(lambda c: c.execute(begin), again=True)
        try:
            yield
            self._do(lambda c: c.execute("COMMIT"))
        except BaseException:
            with suppress(StoreError):
                self._rollback()
            raise

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _rollback(self) -> None:
        if self._connection is not None:
            self._do(lambda c: c.execute("ROLLBACK"))

    def _do(self, work: Callable[[psycopg.Connection], T], *, again: bool = False) -> T:
        idle = self._idle
        try:
            return work(self._connected())
        except _BROKEN as error:
            failure = self._store_error(error)
            if not (again and idle and isinstance(failure, StoreUnavailable)):
                raise failure from None
        except psycopg.Error as error:
            raise self._store_error(error) from None
        return self._do(work)

    @property
    def _idle(self) -> bool:
        """Whether no transaction is lost with the connection."""
        connection = self._connection
        return connection is None or connection.info.transaction_status == 0

    def _connected(self) -> psycopg.Connection:
        if self._connection is not None:
            return self._connection
        if self._failure is not None and self._timer() < self._failure[0]:
            raise self._failure[1]
        try:
            self._connection = _connect(self._location)
        except psycopg.Error as error:
            failure = StoreUnavailable(
                f"{self._location}: {_line(error)}: is the server up, and the URL right?"
            )
            self._failure = (self._timer() + RETRY_S, failure)
            raise failure from None
        return self._connection

    def _store_error(self, error: psycopg.Error) -> StoreError:
        where = self._location
        if isinstance(error, psycopg.IntegrityError):
            return DuplicateRow(f"{where}: {_line(error)}")
        if self._connection is not None and self._connection.closed:
            self._connection = None
            return StoreUnavailable(f"{where}: the connection broke: {_line(error)}")
        if isinstance(error, psycopg.errors.DiskFull):
            return StoreError(f"{where}: {_line(error)}: make room at the server")
        return StoreError(f"{where}: {_line(error)}")


def open_postgresql(location: Location, migrations: Sequence[str], name: str) -> Database:
    """A connection to the database, with every migration of the store `name` applied."""
    database = PostgresqlDatabase(location)
    try:
        _migrate(database, location, migrations, name)
    except BaseException:
        database.close()
        raise
    return database


def _connect(location: Location) -> psycopg.Connection:
    assert location.url is not None
    given = conninfo.conninfo_to_dict(location.url)
    settings = {key: value for key, value in _SETTINGS.items() if key not in given}
    connection = psycopg.connect(location.url, autocommit=True, **settings)  # type: ignore[arg-type]
    connection.adapters.register_dumper(bool, IntDumper)  # SQLite knows no other truth than 0 and 1
    return connection


def _migrate(
    database: PostgresqlDatabase, location: Location, migrations: Sequence[str], name: str
) -> None:
    with database.transaction():
        # Programs that start together migrate one after the other.
        database.query("SELECT pg_advisory_xact_lock(hashtext(current_schema() || ?))", name)
        database.change(_VERSIONS)
        rows = database.query("SELECT version FROM schema_version WHERE store = ?", name)
        version = rows[0][0] if rows else 0
        check_version(location, version, len(migrations))
        for statement in migrations[version:]:
            database.change(statement)
        if version < len(migrations):
            database.change(
                "INSERT INTO schema_version VALUES (?, ?)"
                " ON CONFLICT (store) DO UPDATE SET version = excluded.version",
                name,
                len(migrations),
            )


@lru_cache(maxsize=512)
def translate(statement: str) -> str:
    """SQLite's notation as PostgreSQL's: values, and the types and options of a schema."""
    text = statement.replace("%", "%%").replace("?", "%s")
    if text.lstrip().startswith(("CREATE TABLE", "ALTER TABLE")):
        text = re.sub(r"\b(BLOB|INTEGER|REAL)\b", lambda match: _TYPES[match[0]], text)
        text = re.sub(r"\)\s*(?:STRICT|WITHOUT ROWID|,|\s)+$", ")", text)
    return text


def _reads(statement: str) -> bool:
    return statement.lstrip().startswith(("SELECT", "WITH"))


def _line(error: psycopg.Error) -> str:
    """The first line of libpq's words, or the name of the error if there is none."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
