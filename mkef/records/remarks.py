"""What a change of the registry brings that is allowed, and may not be meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mkef.domain.entitlement import Entitlement, contested
from mkef.net.database import Database
from mkef.records.registry import hosts_of_group, named_hosts


@dataclass(slots=True)
class Remarks:
    """Lines for whoever makes a change; one for many rows of an import."""

    _groups: set[str] = field(default_factory=set)  # that rows name
    _contest: str = ""  # the first
    _more: int = 0

    def look_at(
        self,
        database: Database,
        row: Entitlement,
        others: Iterable[Entitlement],
        old: Entitlement | None,
    ) -> None:
        """A row that was added, or was `old`, beside all others of the same devices."""
        self._groups |= row.groups
        for other in others:
            hosts = _contested(database, row, other)
            if old is not None:
                hosts -= _contested(database, old, other)
            if hosts and self._contest:
                self._more += 1
            elif hosts:
                self._contest = (
                    f"{other.name} also names {' '.join(sorted(hosts))}: requests without"
                    " MTC-Server-Id are refused (5003)"
                )

    def texts(self, database: Database) -> list[str]:
        """All there is to say."""
        texts = [
            f"group {name} has no Diameter identities yet, so it lets nobody ask:"
            f" `mkef entitlement group {name} HOST..`"
            for name in sorted(self._groups)
            if not hosts_of_group(database, name)
        ]
        if self._contest:
            texts.append(self._contest + (f"; {self._more} more like it" if self._more else ""))
        return texts


def _contested(database: Database, row: Entitlement, other: Entitlement) -> frozenset[str]:
    one, two = (
        (each, named_hosts(database, each.origin_hosts, each.groups, {})) for each in (row, other)
    )
    return contested(one, two)
