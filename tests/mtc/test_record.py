"""Which first messages were delivered, across restarts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mkef.net.sources import Sources
from mkef.net.store import StoreError
from mtc.server.record import SAME_ANSWER_WINDOW_S, Record

Make = Callable[..., Any]

KEY_ID = (b"kid", b"kid context")


@pytest.fixture
def now() -> list[float]:
    return [1000.0]


@pytest.fixture
def record(tmp_path: Path, now: list[float]) -> Make:
    return lambda: Record(tmp_path / "record.db", Sources(clock=lambda: now[0]))


async def test_added_once_and_known_after_a_restart(record: Make) -> None:
    async with record() as first:
        assert not await first.knows(KEY_ID)
        assert await first.add(KEY_ID, 2000)
        assert not await first.add(KEY_ID, 2000)
    async with record() as second:
        assert await second.knows(KEY_ID)
        assert not await second.add(KEY_ID, 2000)
        assert not await second.knows((b"kid", b"another"))


async def test_forgotten_when_no_key_can_come_of_it_again(record: Make, now: list[float]) -> None:
    async with record() as store:
        await store.add(KEY_ID, 2000)
        now[0] = 2000 + SAME_ANSWER_WINDOW_S - 1
        assert await store.knows(KEY_ID)
        now[0] += 1
        assert not await store.knows(KEY_ID)
        assert await store.add(KEY_ID, 3000)


async def test_a_file_that_is_no_store_is_one_clear_line(record: Make, tmp_path: Path) -> None:
    (tmp_path / "record.db").write_bytes(b"something else altogether" * 100)
    with pytest.raises(StoreError, match=r"record\.db"):
        async with record():
            pass


async def test_a_store_of_a_newer_program_is_left_alone(record: Make, tmp_path: Path) -> None:
    async with record():
        pass
    with sqlite3.connect(tmp_path / "record.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="newer"):
        async with record():
            pass
