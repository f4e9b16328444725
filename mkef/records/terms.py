"""What rows of the registry say: everything of a row but its devices, once for all that say it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from msgspec.structs import astuple

from mkef.domain.entitlement import Entitlement
from mkef.net.database import Database, Row
from mkef_codecs.identity import ServerId

# In the order of the fields of an Entitlement.
COLUMNS = (
    "server_id, origin_hosts, host_groups, min_strength_bits, tagged, lifetime_s,"
    " failures_per_hour, requests_per_hour, valid_from, valid_until, disabled"
)

# By the index of the schema, whose expressions stand here as they do there: few are so alike.
SELECT_ALIKE = (
    f"SELECT id, {COLUMNS} FROM entitlement_terms WHERE server_id = ?"  # noqa: S608 # ours
    " AND coalesce(valid_from, 0) = ? AND coalesce(valid_until, 0) = ?"
    " AND substr(origin_hosts, 1, 64) = ? AND substr(host_groups, 1, 64) = ?"
)
SELECT_LAST = "SELECT coalesce(max(id), 0) FROM entitlement_terms"
INSERT = (
    f"INSERT INTO entitlement_terms (id, held_by, {COLUMNS})"  # noqa: S608 # ours
    f" VALUES ({', '.join('?' * 13)})"
)
UPDATE = "UPDATE entitlement_terms SET held_by = held_by + ? WHERE id = ?"
DELETE = "DELETE FROM entitlement_terms WHERE id = ? AND held_by = 0"

MOST_UNWRITTEN = 10_000  # bounds what an import has in memory

Terms = tuple[Any, ...]  # the fields of an Entitlement behind its devices


@lru_cache(maxsize=1024)
def terms_of(columns: Row) -> Terms:
    """The terms of their columns; what is in the store was checked before."""
    server_id, hosts, groups, bits, tagged, *numbers, disabled = columns
    return (
        ServerId(server_id),
        frozenset(hosts.split()),
        frozenset(groups.split()),
        bits,
        None if tagged is None else bool(tagged),
        *numbers,
        bool(disabled),
    )


def columns_of(row: Entitlement) -> Row:
    """The columns of what a row says."""
    return (
        row.server_id.value,
        " ".join(sorted(row.origin_hosts)),
        " ".join(sorted(row.groups)),
        row.min_strength_bits,
        None if row.tagged is None else int(row.tagged),
        row.lifetime_s,
        row.failures_per_hour,
        row.requests_per_hour,
        row.valid_from,
        row.valid_until,
        int(row.disabled),
    )


@dataclass(slots=True)
class TermsHeld:
    """How many rows hold which terms, as one transaction changes it until `write`."""

    database: Database
    _ids: dict[Terms, int] = field(default_factory=dict)
    _new: dict[int, Row] = field(default_factory=dict)
    _more: Counter[int] = field(default_factory=Counter)
    _last: int | None = None

    def hold(self, row: Entitlement) -> int:
        """The id of what one more row says."""
        return self._count(row, 1)

    def release(self, row: Entitlement) -> int:
        """The id of what one row less says."""
        return self._count(row, -1)

    def _count(self, row: Entitlement, more: int) -> int:
        if len(self._ids) >= MOST_UNWRITTEN:
            self.write()
        terms = astuple(row)[1:]
        number = self._ids.get(terms)
        if number is None:
            number = self._ids[terms] = self._find(columns_of(row))
        self._more[number] += more
        return number

    def _find(self, columns: Row) -> int:
        """What is there, or a new one."""
        server_id, hosts, groups, *_, begins, ends, _ = columns
        alike = self.database.query(
            SELECT_ALIKE, server_id, begins or 0, ends or 0, hosts[:64], groups[:64]
        )
        for number, *there in alike:
            if tuple(there) == columns:
                return int(number)
        if self._last is None:
            ((self._last,),) = self.database.query(SELECT_LAST)
        self._last += 1
        self._new[self._last] = columns
        return self._last

    def write_new(self) -> None:
        """So that the rows of this transaction can be read with what they say."""
        new = [(n, self._more[n], *columns) for n, columns in self._new.items()]
        self.database.change_many(INSERT, new)
        self._new.clear()
        for n, held_by, *_ in new:
            if held_by:  # else they may have to go again
                del self._more[n]

    def write(self) -> None:
        """Also how many rows hold each; terms go with the last."""
        self.write_new()
        self.database.change_many(UPDATE, [(more, n) for n, more in self._more.items() if more])
        self.database.change_many(DELETE, [(n,) for n, more in self._more.items() if more <= 0])
        self._ids.clear()
        self._more.clear()
