"""The SQLite engine: a file of its owner's, write-ahead log, every commit on the disk."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from mkef.net.database import Database, DuplicateRow, Row, StoreBusy, StoreError, check_version

BUSY_TIMEOUT_MS = 5000
CHECKPOINT_PAGES = 4000  # 16 MiB: pages that change again and again until then are moved once
MOMENT_MS = 2  # in which another worker has written a group
HOLD_UP_MS = 20  # how long writers wait for readers that look at an old state of the file
CACHE_KIB = 65_536  # of pages, at most: the inner nodes of ten million rows, and some leaves

WANTED_FOLDER = "the folder must exist and be writable"
_HINTS = {
    sqlite3.SQLITE_FULL: "make room, or choose another disk",
    sqlite3.SQLITE_IOERR: "the disk fails, or is full",
    sqlite3.SQLITE_CORRUPT: "the file is damaged: put a copy back, or save rows with "
    "sqlite3's .recover",
    sqlite3.SQLITE_BUSY: "another program holds it: try again when it is done",
    sqlite3.SQLITE_READONLY: "the file or its folder is not writable",
    sqlite3.SQLITE_CANTOPEN: "it is a folder, or may not be read and written",
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


class FlushedDatabase(SqliteDatabase):
    """A connection to a file that does not wait: not for the disk, and a moment for other writers.

    What it commits is on the disk when `flush` is back. It does not move the log into the file.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection, path)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute(f"PRAGMA busy_timeout = {MOMENT_MS}")
        self._log = os.open(f"{path}-wal", os.O_RDONLY)  # SQLite holds its locks on other files

    @property
    def changed_rows(self) -> int:
        """How many this connection has changed, in 32 bits."""
        return self._connection.total_changes & 0xFFFF_FFFF

    def flush(self) -> None:
        """Wait until all that was committed, by whomever, is on the disk; from any thread."""
        try:
            os.fdatasync(self._log)
        except OSError as error:
            hint = _HINTS[sqlite3.SQLITE_IOERR]
            raise StoreError(f"{self._path}: {error.strerror}: {hint}") from None

    def may_move(self) -> bool:
        """Whether nobody else moves the log, until `moved`."""
        try:
            fcntl.flock(self._log, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def moved(self) -> None:
        """Others may move the log."""
        fcntl.flock(self._log, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file and its log."""
        super().close()
        os.close(self._log)


def open_sqlite(path: Path | None, migrations: Sequence[str]) -> SqliteDatabase:
    """The file, made if it is not there, with every migration applied."""
    return SqliteDatabase(_connect(path, migrations), path)


def open_flushed(path: Path, migrations: Sequence[str]) -> FlushedDatabase:
    """The same for whoever flushes what is committed."""
    connection = _connect(path, migrations)
    try:
        return FlushedDatabase(connection, path)
    except OSError as error:
        connection.close()
        raise StoreError(
            f"{path}-wal: {error.strerror}: SQLite keeps no log there: choose another disk"
        ) from None


def move_log(database: Database) -> bool:
    """Move the log into its file, which others go on reading and writing; whether all was moved.

    They are held up for the little that is left at the end, so that the log begins anew.

    To be begun by one at a time, and only when its log has rows that were not moved: versions of
    SQLite before 3.51.3 may otherwise take rows of a new log for moved ones.
    """
    ((busy, _, _),) = database.query("PRAGMA wal_checkpoint(PASSIVE)")
    if busy:
        return False
    database.query(f"PRAGMA busy_timeout = {HOLD_UP_MS}")
    try:
        ((busy, _, _),) = database.query("PRAGMA wal_checkpoint(RESTART)")
    finally:
        database.query(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    return not busy


def _store_error(path: Path | None, error: sqlite3.Error) -> StoreError:
    if isinstance(error, sqlite3.IntegrityError):
        return DuplicateRow(f"{path or 'memory'}: {error}")
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    hint = _HINTS.get(code, "it is no store of this program, or another program holds it")
    kind = StoreBusy if code == sqlite3.SQLITE_BUSY else StoreError
    return kind(f"{path or 'memory'}: {error}: {hint}")


def _create(path: Path) -> None:
    """Make the file readable by its owner only: stores hold keys and identities."""
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}: {WANTED_FOLDER}") from None


def _connect(path: Path | None, migrations: Sequence[str]) -> sqlite3.Connection:
    if path is not None:
        _create(path)
    try:
        return _prepare(path, migrations)
    except sqlite3.Error as error:
        raise _store_error(path, error) from None


def _prepare(path: Path | None, migrations: Sequence[str]) -> sqlite3.Connection:
    # Autocommit: the default of the sqlite3 module opens transactions of its own.
    connection = sqlite3.connect(path or ":memory:", isolation_level=None)
    with ExitStack() as undo:
        undo.callback(connection.close)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a committed row survives a power cut
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        if _version(connection) != len(migrations):
            with SqliteDatabase(connection, path).transaction():
                _migrate(connection, path, migrations)
        # What undoes a statement; not while a migration sorts all there is for an index.
        connection.execute("PRAGMA temp_store = MEMORY")
        undo.pop_all()
    return connection


def _migrate(connection: sqlite3.Connection, path: Path | None, migrations: Sequence[str]) -> None:
    version = _version(connection)  # read again: another process may have been first
    check_version(path, version, len(migrations))
    for statement in migrations[version:]:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(migrations)}")


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
