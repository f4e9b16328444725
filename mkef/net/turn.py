"""A file's database as the event loop reads it: one transaction for all that one turn reads."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from mkef.net.database import Database, StoreError


class TurnReader:
    """Half of the cost of a read is its beginning and its end, so a turn's reads share them.

    What others have written is seen from the next turn on.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading = False

    def begin(self) -> Database:
        """The database, to be read now and not later; StoreError."""
        if not self._reading:
            self._database.query("BEGIN")
            self._reading = True
            asyncio.get_running_loop().call_soon(self.end)
        return self._database

    def end(self) -> None:
        """The turn is over."""
        if self._reading:
            self._reading = False
            with suppress(StoreError):  # a broken read has ended it
                self._database.query("COMMIT")
