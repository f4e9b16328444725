"""Which first messages have been delivered: remembered across restarts."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

from mkef.net.sources import Sources
from mkef.net.store import open_store, transaction
from mtc.server.contexts import KeyId

T = TypeVar("T")

SAME_ANSWER_WINDOW_S = 60  # as long as the MKEF may answer the same request again

_MIGRATIONS = (
    """CREATE TABLE first_message (
        kid BLOB NOT NULL, kid_context BLOB NOT NULL, until REAL NOT NULL,
        PRIMARY KEY (kid, kid_context)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX first_message_until ON first_message (until)",
)


class Record:
    """(kid, kid context) of every first message delivered, until no key can come of it again.

    One thread does all of it, in order, so that no commit holds up the event loop.
    """

    def __init__(self, path: Path | None, sources: Sources) -> None:
        self._path = path
        self._sources = sources
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="record")

    async def __aenter__(self) -> Self:
        try:
            self._store = await self._run(lambda: open_store(self._path, _MIGRATIONS))
        except BaseException:
            self._thread.shutdown()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._run(self._store.close)
        self._thread.shutdown()

    async def knows(self, key_id: KeyId) -> bool:
        """Whether a message under this key was delivered before."""
        return await self._run(lambda: self._knows(key_id))

    async def add(self, key_id: KeyId, expires_at: float) -> bool:
        """Record a key that expires at that time; False if it was recorded before."""
        return await self._run(lambda: self._add(key_id, expires_at + SAME_ANSWER_WINDOW_S))

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _knows(self, key_id: KeyId) -> bool:
        query = "SELECT 1 FROM first_message WHERE kid = ? AND kid_context = ? AND until > ?"
        row = self._store.execute(query, (*key_id, self._sources.clock())).fetchone()
        return row is not None

    def _add(self, key_id: KeyId, until: float) -> bool:
        with transaction(self._store):
            self._store.execute(
                "DELETE FROM first_message WHERE until <= ?", (self._sources.clock(),)
            )
            cursor = self._store.execute(
                "INSERT OR IGNORE INTO first_message VALUES (?, ?, ?)", (*key_id, until)
            )
        return cursor.rowcount == 1


RecordError = sqlite3.Error  # the store failed under a running server: nothing is delivered
