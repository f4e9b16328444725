"""How a running node reads its store: for all that ask in one turn of the event loop together.

A statement costs more than a row of it, and what the processor has in its caches serves all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Generic, TypeVar

from mkef.domain.errors import RecordsUnavailable
from mkef.net.running import Running
from mkef.net.store import Batch, Database, Location, Runs, Store, StoreError, settle
from mkef.net.store_file import FileStore
from mkef.records.schema import MIGRATIONS

Item = TypeVar("Item")
Result = TypeVar("Result")

NAME = "mkef"

# What some items are found to be, in their order.
Find = Callable[[Database, Sequence[Item]], Sequence[Result]]


class Records(Running):
    """The store of a running MKEF: what writes, what does what takes long, and how it is read."""

    writer: Runs
    background: Store

    def __init__(self, where: Location) -> None:
        self._where = where
        self._file: Database | None = None

    async def _start(self, stack: AsyncExitStack) -> None:
        if self._where.path is not None:
            file = FileStore(self._where.path, MIGRATIONS, NAME)
            self.writer = await stack.enter_async_context(file)
            self.background = file.background
            self._file = file.database
            return
        self.writer = self.background = self._reader = await self._open(stack)
        if self._where.url is not None:  # memory belongs to one connection
            self._reader = await self._open(stack)

    async def _open(self, stack: AsyncExitStack) -> Store:
        return await stack.enter_async_context(Store(self._where, MIGRATIONS, NAME))

    def together(self, find: Find[Item, Result]) -> Callable[[Item], asyncio.Future[Result]]:
        """Finds one item with all others of the moment; RecordsUnavailable if it cannot be read."""
        found = partial(_found, find)
        return Batch(self._reader, found) if self._file is None else _InTurn(self._file, found)


class _InTurn(Generic[Item, Result]):
    """What one turn of the loop asks of a file is found in the next."""

    def __init__(
        self,
        database: Database,
        find: Callable[[Database, Sequence[Item]], Sequence[Result | Exception]],
    ) -> None:
        self._database = database
        self._find = find
        self._asked: list[tuple[Item, asyncio.Future[Result]]] = []
        self._loop = asyncio.get_running_loop()

    def __call__(self, item: Item) -> asyncio.Future[Result]:
        if not self._asked:
            self._loop.call_soon(self._find_all)
        future: asyncio.Future[Result] = self._loop.create_future()
        self._asked.append((item, future))
        return future

    def _find_all(self) -> None:
        asked, self._asked = self._asked, []
        found = self._find(self._database, [item for item, _ in asked])
        settle((future for _, future in asked), found)


def _found(
    find: Find[Item, Result], database: Database, items: Sequence[Item]
) -> Sequence[Result | Exception]:
    """All in one state of the store; what cannot be made of a row is that item's trouble alone."""
    try:
        with database.snapshot():
            return find(database, items)
    except StoreError as error:
        return [RecordsUnavailable(str(error))] * len(items)
    except Exception as error:  # noqa: BLE001 - whoever asked gets it
        if len(items) == 1:
            return [error]
    return [found for item in items for found in _found(find, database, [item])]
