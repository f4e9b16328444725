"""The SQLite engine: a file of its owner's, write-ahead log, every commit on the disk."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from mkef.net.database import Database, DuplicateRow, Row, StoreError, check_version

BUSY_TIMEOUT_MS = 5000
CHECKPOINT_PAGES = 4000  # 16 MiB: pages that change again and again until then are moved once
CACHE_KIB = 65_536  # of pages, at most: the inner nodes of ten million rows, and some leaves

_HINTS = {
    sqlite3.SQLITE_FULL: "make room, or choose another disk",
    sqlite3.SQLITE_IOERR: "the disk fails, or is full",
    sqlite3.SQLITE_CORRUPT: "the file is damaged: put a copy back, or save rows with "
    "sqlite3's .recover",
    sqlite3.SQLITE_BUSY: "another program holds it: try again when it is done",
    sqlite3.SQLITE_READONLY: "the file or its folder is not writable",
}


class SqliteDatabase:
    """One connection to a file, or to memory."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None) -> None:
        self._connection = connection
        self._path = path

    def query(self, statement: str, *values: object) -> list[Row]:
        """All rows of a SELECT, or of a change with RETURNING."""
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise _store_error(self._path, error) from None

    def stream(self, statement: str, *values: object) -> Iterator[Row]:
        """The rows of a SELECT that memory need not hold."""
        try:
            for row in self._connection.execute(statement, values):  # noqa: UP028 - closes no cursor
                yield row
        except sqlite3.Error as error:
            raise _store_error(self._path, error) from None

    def change(self, statement: str, *values: object) -> int:
        """How many rows an INSERT, UPDATE or DELETE changed."""
        try:
            return self._connection.execute(statement, values).rowcount
        except sqlite3.Error as error:
            raise _store_error(self._path, error) from None

    commit = change  # which commits itself

    def change_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """The same change for many rows of values."""
        try:
            self._connection.executemany(statement, rows)
        except sqlite3.Error as error:
            raise _store_error(self._path, error) from None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes of the block or none; writers of other processes wait meanwhile."""
        self.query("BEGIN IMMEDIATE")
        try:
            yield
            self.query("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk has rolled back by itself
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads of the block see one state; nobody waits."""
        self.query("BEGIN")
        try:
            yield
        finally:
            with suppress(StoreError):  # a broken read has ended it
                self.query("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def open_sqlite(path: Path | None, migrations: Sequence[str]) -> Database:
    """The file, made if it is not there, with every migration applied."""
    if path is not None:
        _create(path)
    try:
        return _prepare(path, migrations)
    except sqlite3.Error as error:
        raise _store_error(path, error) from None


def _store_error(path: Path | None, error: sqlite3.Error) -> StoreError:
    if isinstance(error, sqlite3.IntegrityError):
        return DuplicateRow(f"{path or 'memory'}: {error}")
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    hint = _HINTS.get(code, "it is no store of this program, or another program holds it")
    return StoreError(f"{path or 'memory'}: {error}: {hint}")


def _create(path: Path) -> None:
    """Make the file readable by its owner only: stores hold keys and identities."""
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(
            f"{path}: {error.strerror}: the folder must exist and be writable"
        ) from None


def _prepare(path: Path | None, migrations: Sequence[str]) -> Database:
    # Autocommit: the default of the sqlite3 module opens transactions of its own.
    connection = sqlite3.connect(path or ":memory:", isolation_level=None)
    database = SqliteDatabase(connection, path)
    with ExitStack() as undo:
        undo.callback(connection.close)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a committed row survives a power cut
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        if _version(connection) != len(migrations):
            with database.transaction():
                _migrate(connection, path, migrations)
        # What undoes a statement; not while a migration sorts all there is for an index.
        connection.execute("PRAGMA temp_store = MEMORY")
        undo.pop_all()
    return database


def _migrate(connection: sqlite3.Connection, path: Path | None, migrations: Sequence[str]) -> None:
    version = _version(connection)  # read again: another process may have been first
    check_version(path, version, len(migrations))
    for statement in migrations[version:]:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(migrations)}")


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
