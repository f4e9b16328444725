"""What one turn of the event loop reads is one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mkef.net.store import Database, StoreError, open_store
from mkef.net.turn import TurnReader

MIGRATIONS = ("CREATE TABLE thing (name TEXT)",)


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    """Who reads and who writes."""
    path = tmp_path / "things.db"
    with (
        closing(open_store(path, MIGRATIONS)) as reader,
        closing(open_store(path, MIGRATIONS)) as writer,
    ):
        yield reader, writer


async def test_a_turn_sees_one_state_and_the_next_turn_the_latest(
    both: tuple[Database, Database],
) -> None:
    database, writer = both
    turn = TurnReader(database)
    count = "SELECT count(*) FROM thing"
    assert turn.begin().query(count) == [(0,)]
    writer.change("INSERT INTO thing VALUES ('new')")
    assert turn.begin().query(count) == [(0,)]
    await asyncio.sleep(0)
    assert turn.begin().query(count) == [(1,)]
    turn.end()


async def test_a_read_that_fails_leaves_the_next_turn_whole(
    both: tuple[Database, Database],
) -> None:
    turn = TurnReader(both[0])
    database = turn.begin()
    with pytest.raises(StoreError):
        database.query("SELECT * FROM nothing")
    database.query("ROLLBACK")  # as SQLite does by itself where the disk fails
    await asyncio.sleep(0)
    assert turn.begin().query("SELECT count(*) FROM thing") == [(0,)]
    turn.end()
