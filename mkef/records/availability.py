"""Whether the store of a running MKEF can be read and written, for whoever asks how the MKEF is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from mkef.domain.errors import RecordsUnavailable
from mkef.net.database import Database, Row
from mkef.net.tasks import Tasks
from mkef.records.ledger import SqlLedger
from mkef.records.reading import Records
from mkef.records.registry import SELECT_STATE

LOOK_S = 2.0


class Availability:
    """What the last look at the store found; it needs no key request, which may not come."""

    def __init__(self, records: Records, ledger: SqlLedger, tasks: Tasks) -> None:
        self._read = records.together(_read)
        self._ledger = ledger
        self._tasks = tasks
        self._looking: asyncio.Task[str | None] | None = None
        self.problem: str | None = None  # why no key can be put on record

    async def look(self) -> None:
        """Look now, for `LOOK_S` at most; a store that hangs is asked once by all that look."""
        if self._looking is None or self._looking.done():
            self._looking = self._tasks.spawn(self._look())
        looking = self._looking
        await asyncio.wait({looking}, timeout=LOOK_S)
        self.problem = looking.result() if looking.done() else f"no answer within {LOOK_S:g} s"

    async def _look(self) -> str | None:
        try:
            await self._read(None)
        except RecordsUnavailable as error:
            return str(error)
        return await self._ledger.recover()


def _read(database: Database, items: Sequence[None]) -> Sequence[Row]:
    (state,) = database.query(SELECT_STATE)
    return [state] * len(items)
