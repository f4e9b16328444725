"""How a running node reads its store: at once from a file, on the store's thread from a server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Protocol, TypeVar

from mkef.domain.errors import RecordsUnavailable
from mkef.net.running import Running
from mkef.net.store import Database, Location, Store, StoreError, open_store
from mkef.net.turn import TurnReader
from mkef.records.schema import MIGRATIONS

T = TypeVar("T")

NAME = "mkef"


class Reader(Protocol):
    """Runs what reads."""

    async def __call__(self, work: Callable[[Database], T]) -> T:
        """What `work` makes of the database; RecordsUnavailable if it cannot be read."""


class Records(Running):
    """The store of a running MKEF: one connection that writes, one that reads."""

    def __init__(self, where: Location) -> None:
        self._where = where
        self.writer = Store(where, MIGRATIONS, NAME)

    async def _start(self, stack: AsyncExitStack) -> None:
        await stack.enter_async_context(self.writer)
        if self._where.path is not None:
            # A reader of a file never waits: not for a writer, and for the disk some microseconds.
            database = open_store(self._where, MIGRATIONS, NAME)
            stack.callback(database.close)
            self._file = TurnReader(database)
            stack.callback(self._file.end)
            self.read: Reader = self._read_at_once
        elif self._where.url is not None:
            self._reader = await stack.enter_async_context(Store(self._where, MIGRATIONS, NAME))
            self.read = self._read_in_thread
        else:
            self._reader = self.writer  # memory belongs to one connection
            self.read = self._read_in_thread

    async def _read_at_once(self, work: Callable[[Database], T]) -> T:
        try:
            return work(self._file.begin())
        except StoreError as error:
            raise RecordsUnavailable(str(error)) from None

    async def _read_in_thread(self, work: Callable[[Database], T]) -> T:
        try:
            return await self._reader.run(work)
        except StoreError as error:
            raise RecordsUnavailable(str(error)) from None
