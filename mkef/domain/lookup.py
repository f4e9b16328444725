"""What is on record before a decision: of the device in the registry, of its RAND in the ledger."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Protocol

from msgspec import Struct

from mkef.domain.entitlement import Found
from mkef.domain.freshness import Spent, Use
from mkef_codecs.identity import Imsi


class Known(Struct, frozen=True):
    """Every row about an IMSI, and whether its RAND was used."""

    rows: Sequence[Found]
    spent: Spent


class Lookup(Protocol):
    """Where it is read; RecordsUnavailable if it cannot be."""

    async def rows(self, imsi: Imsi) -> Sequence[Found]:
        """Every row about an IMSI."""

    def known(self, use: Use) -> Awaitable[Known]:
        """What is known now; another MKEF may use the RAND in the next moment."""
