"""Which first messages have been delivered: remembered across restarts."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from mkef.net.running import Running
from mkef.net.sources import Sources
from mkef.net.store import Database, Store
from mtc.server.contexts import KeyId

SAME_ANSWER_WINDOW_S = 60  # as long as the MKEF may answer the same request again

_MIGRATIONS = (
    """CREATE TABLE first_message (
        kid BLOB NOT NULL, kid_context BLOB NOT NULL, until REAL NOT NULL,
        PRIMARY KEY (kid, kid_context)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX first_message_until ON first_message (until)",
)


class Record(Running):
    """(kid, kid context) of every first message delivered, until no key can come of it again."""

    def __init__(self, path: Path | None, sources: Sources) -> None:
        self._sources = sources
        self._store = Store(path, _MIGRATIONS, "mtc_server")

    async def _start(self, stack: AsyncExitStack) -> None:
        await stack.enter_async_context(self._store)

    async def knows(self, key_id: KeyId) -> bool:
        """Whether a message under this key was delivered before."""
        query = "SELECT 1 FROM first_message WHERE kid = ? AND kid_context = ? AND until > ?"
        now = self._sources.clock()
        return bool(await self._store.run(lambda database: database.query(query, *key_id, now)))

    async def add(self, key_id: KeyId, expires_at: float) -> bool:
        """Record a key that expires at that time; False if it was recorded before."""
        until, now = expires_at + SAME_ANSWER_WINDOW_S, self._sources.clock()

        def work(database: Database) -> bool:
            with database.transaction():
                database.change("DELETE FROM first_message WHERE until <= ?", now)
                insert = "INSERT INTO first_message VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
                return database.change(insert, *key_id, until) == 1

        return await self._store.run(work)
