"""A SQLite file that the event loop itself reads and writes, while threads wait for the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TypeVar

import structlog

from mkef.net.database import Database, StoreBusy, StoreError
from mkef.net.running import Running
from mkef.net.store import Store
from mkef.net.store_sqlite import BUSY_TIMEOUT_MS, move_log, open_flushed
from mkef.net.tasks import Tasks
from mkef.net.worker import Worker

T = TypeVar("T")

RETRY_S = 0.005
MOVED_ROWS = 4000  # of the ledger, among many: as many pages of the log, 16 MiB

log = structlog.get_logger()


class FileStore(Running):
    """One connection for all that is short, read or written, and a thread for what takes long.

    SQLite forgets the pages that a connection has in memory when another one has written; so one
    that reads what it wrote itself reads hardly anything from the file. And a statement on a thread
    would wait for the interpreter. Only the flush of the log, which needs neither, is on one.
    """

    def __init__(self, path: Path, migrations: Sequence[str], name: str = "store") -> None:
        self._path = path
        self._migrations = migrations
        self.background = Store(path, migrations, name)
        self._name = name
        self._moved_rows = 0  # how many rows were changed when the log was moved last
        self._moving = False
        self._doubtful = False  # whether what a flush that failed left is on the disk

    async def _start(self, stack: AsyncExitStack) -> None:
        self._loop = asyncio.get_running_loop()
        await stack.enter_async_context(self.background)
        self.database = open_flushed(self._path, self._migrations)
        stack.callback(self.database.close)
        self._in_thread = Worker(f"{self._name}-flush")
        stack.callback(self._in_thread.stop)
        self._tasks = await stack.enter_async_context(Tasks())

    async def run(self, work: Callable[[Database], T]) -> T:
        """What `work` makes of the database, once that is on the disk.

        `work` is done anew, from its beginning, as long as another program is writing.
        """
        if self._doubtful:
            await self._move_doubtful()
        moves = self._rows_to_move >= MOVED_ROWS and self._begin_to_move()
        before = self.database.changed_rows
        try:
            result = await self._undisturbed(work)
            await self._flush()
            if moves and self.database.changed_rows != before:  # the log has what is to be moved
                moves = False  # any more: the task does
                self._tasks.keep(self._move())
        finally:
            if moves:
                self._end_to_move()
        return result

    async def _undisturbed(self, work: Callable[[Database], T]) -> T:
        deadline = self._loop.time() + BUSY_TIMEOUT_MS / 1000
        while True:
            try:
                return work(self.database)
            except StoreBusy:
                if self._loop.time() >= deadline:
                    raise
            await asyncio.sleep(RETRY_S)

    async def _flush(self) -> None:
        try:
            await self._in_thread(self.database.flush)
        except StoreError:
            self._doubtful = True
            raise

    @property
    def _rows_to_move(self) -> int:
        return (self.database.changed_rows - self._moved_rows) & 0xFFFF_FFFF

    def _begin_to_move(self) -> bool:
        """Whether this is the one who moves the log."""
        if self._moving or not self.database.may_move():
            return False
        self._moving = True
        return True

    def _end_to_move(self) -> None:
        self._moving = False
        self.database.moved()

    async def _move(self) -> None:
        self._moved_rows = self.database.changed_rows
        try:
            await self._moved()
        except StoreError as error:
            log.warning("store unavailable", problem=str(error))

    async def _move_doubtful(self) -> None:
        """A flush that has failed may succeed without effect: the log is copied, not flushed."""
        if not (self._begin_to_move() and await self._moved()):
            raise StoreError(f"{self._path}: its log is in doubt since the disk failed")
        self._doubtful = False

    async def _moved(self) -> bool:
        try:
            return await self.background.run(move_log)
        finally:
            self._end_to_move()
