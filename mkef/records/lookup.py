"""What the store says before a decision, for all requests of a moment together."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from functools import partial

from mkef.domain.entitlement import Found
from mkef.domain.freshness import Use
from mkef.domain.lookup import Known
from mkef.net.database import Database
from mkef.records.ledger import spent_all
from mkef.records.reading import Records
from mkef.records.registry import Registry
from mkef_codecs.identity import Imsi


class SqlLookup:
    """Registry and ledger as a running node reads them."""

    def __init__(self, records: Records) -> None:
        registry = Registry()
        self._rows = records.together(registry.rows_of_all)
        self._known = records.together(partial(known_all, registry))

    async def rows(self, imsi: Imsi) -> Sequence[Found]:
        """Every row about an IMSI."""
        return await self._rows(imsi)

    def known(self, use: Use) -> Awaitable[Known]:
        """Every row about an IMSI, and what is known of its RAND now."""
        return self._known(use)


def known_all(registry: Registry, database: Database, uses: Sequence[Use]) -> list[Known]:
    """What the tables say of each RAND and its IMSI."""
    rows = registry.rows_of_all(database, [use.imsi for use in uses])
    return list(map(Known, rows, spent_all(database, uses)))
