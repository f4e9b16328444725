"""A SQLite file that the loop writes: on the disk before anybody is told, and nobody held up."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mkef.net import store_file
from mkef.net.database import Location
from mkef.net.store import Batch, Database, DuplicateRow, StoreError, open_store
from mkef.net.store_file import FileStore
from mkef.net.store_sqlite import MOMENT_MS

TABLE = "CREATE TABLE thing (name TEXT PRIMARY KEY, octets BLOB) STRICT, WITHOUT ROWID"
INSERT = "INSERT INTO thing (name, octets) VALUES (?, ?)"
PAGE, FRAME = 4096, 4096 + 24


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "things.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[FileStore]:
    async with FileStore(file, [TABLE]) as store:
        yield store


@pytest.fixture
def other(store: FileStore, file: Path) -> Iterator[sqlite3.Connection]:
    """Another program, which waits for nobody."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other:
        yield other


def add(name: str, octets: bytes = b"") -> Callable[[Database], int]:
    return lambda database: database.change(INSERT, name, octets)


def log_of(file: Path) -> os.stat_result:
    return Path(f"{file}-wal").stat()


def names(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM thing ORDER BY name")]


async def test_who_writes_is_told_when_it_is_on_the_disk(
    store: FileStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def flush(descriptor: int) -> None:
        with closing(sqlite3.connect(file)) as other:
            seen.append((os.fstat(descriptor).st_ino, names(other), asked.done()))

    monkeypatch.setattr(os, "fdatasync", flush)
    asked = asyncio.create_task(store.run(add("a")))
    assert await asked == 1
    assert seen == [(log_of(file).st_ino, ["a"], False)]


async def test_a_batch_is_flushed_once(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fdatasync", flushed.append)

    def work(database: Database, items: list[str]) -> list[str]:
        with database.transaction():
            database.change_many(INSERT, [(item, b"") for item in items])
        return [item.upper() for item in items]

    batch = Batch(store, work)
    assert await asyncio.gather(*map(batch, "abc")) == ["A", "B", "C"]
    assert len(flushed) == 1


async def test_what_is_refused_is_refused_and_the_next_one_goes_on(store: FileStore) -> None:
    await store.run(add("a"))
    with pytest.raises(DuplicateRow):
        await store.run(add("a"))
    assert await store.run(add("b")) == 1


async def test_another_writer_holds_up_neither_the_loop_nor_the_write_for_ever(
    store: FileStore, other: sqlite3.Connection
) -> None:
    other.execute("BEGIN IMMEDIATE")
    asked = asyncio.create_task(store.run(add("a")))
    for _ in range(3):  # the loop turns meanwhile
        await asyncio.sleep(MOMENT_MS / 1000)
    assert not asked.done()
    other.execute("COMMIT")
    assert await asked == 1
    assert names(other) == ["a"]


async def test_a_writer_that_does_not_end_is_said_so(
    store: FileStore, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_file, "BUSY_TIMEOUT_MS", 10)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked: another program holds it"):
        await store.run(add("a"))


async def test_the_log_is_moved_and_begins_anew_while_others_read_and_write(
    store: FileStore, other: sqlite3.Connection, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_file, "MOVED_ROWS", 50)
    written = 2000
    for n in range(written):
        await store.run(add(f"{n:05}", bytes(PAGE)))  # a page each, and more
        if n % 100 == 0:
            assert len(names(other)) == n + 1
    assert log_of(file).st_size < written * FRAME / 2
    assert len(names(other)) == written


async def test_one_at_a_time_moves_the_log(store: FileStore, file: Path) -> None:
    async with FileStore(file, [TABLE]) as another:
        assert store.database.may_move()
        assert not another.database.may_move()
        store.database.moved()
        assert another.database.may_move()


async def test_two_that_write_the_same_file_both_move_its_log(
    store: FileStore, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_file, "MOVED_ROWS", 50)
    async with FileStore(file, [TABLE]) as another:
        for n in range(0, 2000, 2):
            await asyncio.gather(
                store.run(add(f"{n:05}", bytes(PAGE))), another.run(add(f"{n + 1:05}", bytes(PAGE)))
            )
    assert log_of(file).st_size < 1000 * FRAME
    with closing(sqlite3.connect(file)) as other:
        assert len(names(other)) == 2000
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_a_reader_of_an_old_state_holds_nobody_up(
    store: FileStore, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_file, "MOVED_ROWS", 5)
    await store.run(add("a"))
    other.execute("BEGIN")
    assert names(other) == ["a"]
    for n in range(50):
        await store.run(add(f"b{n}"))
    assert names(other) == ["a"]
    other.execute("COMMIT")
    assert len(names(other)) == 51


async def test_after_a_disk_that_failed_nothing_is_said_to_be_on_it_until_it_is(
    store: FileStore, other: sqlite3.Connection, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    await store.run(add("a"))
    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", fail)
        with pytest.raises(StoreError, match=r"Input/output error: the disk fails, or is full"):
            await store.run(add("b"))
    # The next flush may say yes without having written what the failed one left.
    other.execute("BEGIN")
    names(other)  # an old state, so that the log cannot be moved as a whole
    await asyncio.to_thread(_write, file)
    with pytest.raises(StoreError, match="in doubt"):
        await store.run(add("c"))
    other.execute("COMMIT")
    assert await store.run(add("c")) == 1
    assert names(other) == ["a", "b", "c", "elsewhere"]


def _write(file: Path) -> None:
    with closing(open_store(Location(file), [TABLE])) as database:
        database.change(INSERT, "elsewhere", b"")


async def test_what_takes_long_is_done_beside_it(store: FileStore) -> None:
    def count(database: Database) -> int:
        return int(database.query("SELECT count(*) FROM thing")[0][0])

    await store.run(add("a"))
    assert await store.background.run(count) == 1


async def test_a_file_that_cannot_be_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the folder must exist"):
        async with FileStore(tmp_path / "absent" / "things.db", [TABLE]):
            pass
