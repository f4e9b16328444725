"""What requests of a moment look up together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import closing

import pytest

from mkef.net.store import Database, Location, open_store
from mkef.records.reading import NAME, Records
from mkef.records.schema import MIGRATIONS

COUNT = "SELECT count(*) FROM host_group"


@pytest.fixture
async def records(location: Location) -> AsyncIterator[Records]:
    async with Records(location) as records:
        yield records


async def test_it_sees_one_state_of_the_store(records: Records, location: Location) -> None:
    with closing(open_store(location, MIGRATIONS, NAME)) as other:

        def find(database: Database, items: Sequence[int]) -> list[bool]:
            before = database.query(COUNT)
            other.change("INSERT INTO host_group VALUES (?, ?)", "g", f"{items[0]}.example")
            return [database.query(COUNT) == before for _ in items]

        look = records.together(find)
        assert await look(1)
        assert await look(2)


async def test_what_cannot_be_found_fails_nobody_else(records: Records) -> None:
    def find(_: Database, items: Sequence[int]) -> list[int]:
        return [10 // item for item in items]

    look = records.together(find)

    async def one(item: int) -> int:
        return await look(item)

    found = await asyncio.gather(*map(one, (1, 0, 2)), return_exceptions=True)
    assert found[::2] == [10, 5]
    assert isinstance(found[1], ZeroDivisionError)


async def test_who_gives_up_harms_nobody(records: Records) -> None:
    look = records.together(lambda _, items: list(items))

    async def one(item: int) -> int:
        return await look(item)

    first, second = (asyncio.create_task(one(item)) for item in (1, 2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 2
