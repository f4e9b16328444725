"""SQLite as the nodes use it: the engine and the migrations; each node keeps its own SQL."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from mkef.net.endpoint import NetworkError

BUSY_TIMEOUT_MS = 5000


class StoreError(NetworkError):
    """A store that cannot be used as asked, and what an operator can do; one line."""


def open_store(path: Path | None, migrations: Sequence[str]) -> sqlite3.Connection:
    """A connection to the store at `path` (None: in memory) with every migration applied.

    A migration is one SQL statement; their number is the schema's version, so a published one is
    never changed or taken away. Without `transaction` each statement commits itself.
    """
    if path is not None:
        _create(path)
    try:
        return _prepare(path, migrations)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {error}: {_hint(error)}") from None


def _hint(error: sqlite3.Error) -> str:
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return "make room, or choose another disk"
    return "it is no store of this program, or another program holds it"


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All statements of the block or none; writers of other processes wait meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _create(path: Path) -> None:
    """Make the file readable by its owner only: stores hold keys and identities."""
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(
            f"{path}: {error.strerror}: the folder must exist and be writable"
        ) from None


def _prepare(path: Path | None, migrations: Sequence[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(path or ":memory:", isolation_level=None)
    with ExitStack() as undo:
        undo.callback(connection.close)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a committed row survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        if _version(connection) != len(migrations):
            with transaction(connection):
                _migrate(connection, path, migrations)
        undo.pop_all()
    return connection


def _migrate(connection: sqlite3.Connection, path: Path | None, migrations: Sequence[str]) -> None:
    version = _version(connection)  # read again: another process may have been first
    if version > len(migrations):
        raise StoreError(
            f"{path}: schema {version} is newer than this program's {len(migrations)}: "
            "use the program that wrote it, or another file"
        )
    for statement in migrations[version:]:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(migrations)}")


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
