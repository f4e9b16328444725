"""How a running node reads its store: for all that ask in one turn of the event loop together.

A statement costs more than a row of it, and what the processor has in its caches serves all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Generic, TypeVar

from mkef.domain.errors import RecordsUnavailable
from mkef.net.running import Running
from mkef.net.store import Batch, Database, Location, Store, StoreError, open_store
from mkef.records.schema import MIGRATIONS

Item = TypeVar("Item")
Result = TypeVar("Result")

NAME = "mkef"

# What some items are found to be, in their order.
Find = Callable[[Database, Sequence[Item]], Sequence[Result]]


class Records(Running):
    """The store of a running MKEF: one connection that writes, one that reads."""

    def __init__(self, where: Location) -> None:
        self._where = where
        self.writer = Store(where, MIGRATIONS, NAME)
        self._file: Database | None = None
        self._reader = self.writer  # memory belongs to one connection

    async def _start(self, stack: AsyncExitStack) -> None:
        await stack.enter_async_context(self.writer)
        if self._where.path is not None:
            # A reader of a file never waits: not for a writer, and for the disk some microseconds.
            self._file = open_store(self._where, MIGRATIONS, NAME)
            stack.callback(self._file.close)
        elif self._where.url is not None:
            self._reader = await stack.enter_async_context(Store(self._where, MIGRATIONS, NAME))

    def together(self, find: Find[Item, Result]) -> Callable[[Item], Awaitable[Result]]:
        """Finds one item with all others of the moment; RecordsUnavailable if it cannot be read."""
        if self._file is not None:
            return _InTurn(self._file, find)
        batch: Batch[Item, Result | Exception] = Batch(self._reader, partial(_found, find))

        async def one(item: Item) -> Result:
            try:
                found = await batch(item)
            except StoreError as error:
                raise RecordsUnavailable(str(error)) from None
            if isinstance(found, Exception):
                raise found
            return found

        return one


class _InTurn(Generic[Item, Result]):
    """What one turn of the loop asks of a file is found in the next."""

    def __init__(self, database: Database, find: Find[Item, Result]) -> None:
        self._database = database
        self._find = find
        self._asked: list[tuple[Item, asyncio.Future[Result]]] = []

    def __call__(self, item: Item) -> asyncio.Future[Result]:
        loop = asyncio.get_running_loop()
        if not self._asked:
            loop.call_soon(self._find_all)
        future: asyncio.Future[Result] = loop.create_future()
        self._asked.append((item, future))
        return future

    def _find_all(self) -> None:
        asked, self._asked = self._asked, []
        try:
            found = _found(self._find, self._database, [item for item, _ in asked])
        except StoreError as error:
            found = [RecordsUnavailable(str(error))] * len(asked)
        for (_, future), result in zip(asked, found, strict=True):
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)


def _found(
    find: Find[Item, Result], database: Database, items: Sequence[Item]
) -> Sequence[Result | Exception]:
    """All in one state of the store; what cannot be made of a row is that item's trouble alone."""
    try:
        with database.snapshot():
            return find(database, items)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - whoever asked gets it
        if len(items) == 1:
            return [error]
    return [found for item in items for found in _found(find, database, [item])]
