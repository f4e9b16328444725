"""A node's store, SQLite or PostgreSQL: migrations, a thread, batches; each node keeps its SQL.

Statements are written for SQLite, with `?` for values; PostgreSQL's engine translates what differs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from mkef.net.database import Database, DuplicateRow, Location, StoreError, StoreUnavailable
from mkef.net.running import Running
from mkef.net.store_sqlite import open_sqlite
from mkef.net.worker import Worker

__all__ = [
    "Batch",
    "Database",
    "DuplicateRow",
    "Location",
    "Runs",
    "Store",
    "StoreError",
    "StoreUnavailable",
    "open_store",
]

T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_TOGETHER = 256  # items of one batch: bounds how long one transaction takes


def open_store(
    where: Location | Path | None, migrations: Sequence[str], name: str = "store"
) -> Database:
    """A connection to the store with every migration applied; None is memory.

    A migration is one statement; their number is the schema's version, so a published one is
    never changed or taken away. `name` tells stores of one PostgreSQL database apart.
    """
    location = where if isinstance(where, Location) else Location(where)
    if location.url is None:
        return open_sqlite(location.path, migrations)
    from mkef.net.store_postgresql import open_postgresql  # noqa: PLC0415 - 0.1 s, not always needed

    return open_postgresql(location, migrations, name)


class Store(Running):
    """A store on a thread of its own: works in order, and no commit holds up the event loop."""

    def __init__(
        self, where: Location | Path | None, migrations: Sequence[str], name: str = "store"
    ) -> None:
        self._opened: Callable[[], Database] = lambda: open_store(where, migrations, name)
        self._database: Database | None = None
        self._name = name

    async def _start(self, stack: AsyncExitStack) -> None:
        self._thread = Worker(self._name)
        stack.callback(self._thread.stop)
        stack.push_async_callback(self._closed)
        await self._thread(self._open)

    def _open(self) -> None:
        self._database = self._opened()

    async def _closed(self) -> None:
        await self._thread(self._close)

    def _close(self) -> None:
        """Also when nobody waited for the opening any more."""
        if self._database is not None:
            self._database.close()

    async def run(self, work: Callable[[Database], T]) -> T:
        """What `work` makes of the database, after all that was asked before."""
        database = self._database
        assert database is not None
        return await self._thread(lambda: work(database))


class Runs(Protocol):
    """Where work on a store is done."""

    async def run(self, work: Callable[[Database], T]) -> T:
        """What `work` makes of the database, after all that was asked before."""


class Batch(Generic[Item, Result]):
    """Items that wait together are handled together: one call, so one transaction, one fsync.

    `work` gets 1 to `MOST_TOGETHER` items and returns a result for each, in order, or an exception
    that is this item's alone; what it raises all of them get. It opens the transaction, if it needs
    one.
    """

    def __init__(
        self,
        store: Runs,
        work: Callable[[Database, Sequence[Item]], Sequence[Result | Exception]],
    ) -> None:
        self._store = store
        self._work = work
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._running: asyncio.Task[None] | None = None

    def __call__(self, item: Item) -> asyncio.Future[Result]:
        """The result for one item; it is handled even if nobody waits for it any more."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._running is None:
            self._running = asyncio.create_task(self._drain())
        return future

    async def _drain(self) -> None:
        try:
            while self._waiting:
                batch = self._waiting[:MOST_TOGETHER]
                del self._waiting[:MOST_TOGETHER]
                await self._handle(batch)
        finally:
            self._running = None

    async def _handle(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        items = [item for item, _ in batch]
        try:
            results = await self._store.run(lambda database: self._work(database, items))
        except Exception as error:  # noqa: BLE001 - whoever asked gets it
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        settle((future for _, future in batch), results)


def settle(
    futures: Iterable[asyncio.Future[Result]], results: Sequence[Result | Exception]
) -> None:
    """Each its own, unless nobody waits any more."""
    for future, result in zip(futures, results, strict=True):
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
