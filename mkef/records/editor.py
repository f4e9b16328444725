"""The entitlement registry as operators change it: conflicts are refused, all else is audited."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement, Group
from mkef.domain.entitlement_csv import values_of
from mkef.net.database import Database, StoreError
from mkef.records import ranges
from mkef.records.device_keys import number_of_key
from mkef.records.registry import SELECT, entitlement_of, hosts_of_group
from mkef.records.remarks import Remarks
from mkef.records.terms import TermsHeld
from mkef_codecs.identity import ServerId

# First of all, so that operators change the registry one after the other in every store.
CHANGED = "UPDATE registry SET state = ?"
INSERT = "INSERT INTO entitlement_key (key, devices, terms) VALUES (?, ?, ?)"
DELETE = "DELETE FROM entitlement_key WHERE key = ? AND devices = ? AND terms = ?"
SHAPE = "INSERT INTO key_shape (length, suffix) VALUES (?, ?) ON CONFLICT DO NOTHING"
AUDIT = "INSERT INTO audit (at, who, action, what, was, became) VALUES (?, ?, ?, ?, ?, ?)"
COUNT = "SELECT CAST(coalesce(sum(held_by), 0) AS BIGINT) FROM entitlement_terms"
THERE = "SELECT 1 FROM entitlement_key WHERE key = ? AND devices = ? LIMIT 1"
SELECT_SAME = f"{SELECT} AND key = ? AND devices = ? ORDER BY server_id"
NAMING = "' ' || host_groups || ' ' LIKE ? ESCAPE '!'"
FIRST_NAMING = f"{SELECT} AND {NAMING} ORDER BY key, server_id LIMIT 1"

Place = tuple[int, str]  # a key, and the devices if it does not say them


class RegistryError(StoreError):
    """A change of the registry that is refused: both rows, or the one that is not there."""


class Taken(NamedTuple):
    """How much an import has brought."""

    rows: int
    groups: int


@dataclass(slots=True)
class Editor:
    """Changes to the registry, each with its line in the audit; `who` and `at` say whose and when.

    Running nodes see a change with their next request. `warnings` are for whoever makes it: what
    is allowed, and may not be meant.
    """

    database: Database
    who: str
    at: float
    warnings: list[str] = field(default_factory=list)
    # Of one transaction:
    _shapes: set[tuple[int, str]] = field(default_factory=set)  # written
    _remarks: Remarks = field(default_factory=Remarks)
    _terms: TermsHeld = field(init=False)

    def add(self, row: Entitlement) -> None:
        """A new row; one that is there, or crosses another, is refused."""
        with self._transaction():
            self._add(row)
            self._audit("add", row, None, row)

    def set(self, row: Entitlement) -> None:
        """Other values for a row that is there."""
        with self._transaction():
            old = self.get(row.devices, row.server_id)
            self._remove(old)
            self._add(row, old)
            self._audit("set", row, old, row)

    def remove(self, devices: Devices, server_id: ServerId) -> None:
        """Take a row away."""
        with self._transaction():
            old = self.get(devices, server_id)
            self._remove(old)
            self._audit("remove", old, old, None)

    def get(self, devices: Devices, server_id: ServerId) -> Entitlement:
        """A row that is there, or RegistryError."""
        for row in self._same_devices(_places(devices)[0]):
            if row.server_id == server_id:
                return row
        raise RegistryError(f"no row for {devices} and {server_id}: `mkef entitlement list`")

    def set_group(self, group: Group, *, force: bool = False) -> None:
        """The Diameter identities of a group; none, if no row uses it or by `force`: no group."""
        with self._transaction():
            if not group.hosts:
                self._refuse_missing(group.name)
                if not force:
                    self._refuse_used(group.name)
            self._set_group(group)

    def take(
        self,
        entries: Iterable[tuple[int, Entitlement | Group]],
        source: str,
        sha256: Callable[[], str],
        *,
        replace: bool,
    ) -> Taken:
        """Add many rows and groups, or none of them. `replace`: instead of all rows that are there.

        `source` and, when all are read, `sha256` say where they come from.
        """
        rows: dict[tuple[str, str], int] = {}
        groups: dict[str, int] = {}
        with self._transaction():
            was = self._clear() if replace else ""
            for line, entry in entries:
                try:
                    if isinstance(entry, Group):
                        _refuse_twice("group", entry.name, line, groups)
                        self._take_group(entry, replace=replace)
                    else:
                        _refuse_twice("row", entry.key, line, rows)
                        self._add(entry)
                except RegistryError as error:
                    raise RegistryError(f"line {line}: {error}") from None
            taken = Taken(len(rows), len(groups))
            became = json.dumps(taken._asdict() | {"sha256": sha256()})
            self._note("replace" if replace else "import", source, was, became)
        return taken

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._shapes.clear()
        self._remarks = Remarks()
        self._terms = TermsHeld(self.database)
        with self.database.transaction():
            self.database.change(CHANGED, secrets.randbits(63))
            yield
            self._terms.write()
            self.warnings += self._remarks.texts(self.database)

    def _clear(self) -> str:
        """Take all rows away: how many there were, for the audit."""
        ((count,),) = self.database.query(COUNT)
        for table in ("entitlement_key", "entitlement_terms", "device_range"):
            self.database.change(f"DELETE FROM {table}")  # noqa: S608 # ours
        return json.dumps({"rows": count})

    def _add(self, row: Entitlement, old: Entitlement | None = None) -> None:
        places = _places(row.devices)
        others = self._others(places[0])
        if any(other.server_id == row.server_id for other in others):
            raise RegistryError(f"{row.name} is there already: `mkef entitlement set` changes it")
        self._refuse_crossing(row)
        terms = self._terms.hold(row)
        self.database.change_many(INSERT, [(*place, terms) for place in places])
        shapes = set(map(_shape, row.devices.keys()))
        if not shapes <= self._shapes:
            self.database.change_many(SHAPE, shapes)
            self._shapes |= shapes
        ranges.hold(self.database, row.devices)
        self._remarks.look_at(self.database, row, others, old)

    def _remove(self, row: Entitlement) -> None:
        terms = self._terms.release(row)
        self.database.change_many(DELETE, [(*place, terms) for place in _places(row.devices)])
        ranges.release(self.database, row.devices)

    def _others(self, place: Place) -> list[Entitlement]:
        """The rows about the same devices, also those of this transaction."""
        if not self.database.query(THERE, *place):
            return []
        self._terms.write_new()
        return self._same_devices(place)

    def _same_devices(self, place: Place) -> list[Entitlement]:
        return [entitlement_of(row) for row in self.database.query(SELECT_SAME, *place)]

    def _refuse_crossing(self, row: Entitlement) -> None:
        other = ranges.crossing(self.database, row.devices)
        if other is not None:
            names = " and ".join(each.name for each in (row, *self._others(_places(other)[0])))
            raise RegistryError(
                f"{names} have devices in common and neither is a part of the other: divide or"
                " remove one of them"
            )

    def _take_group(self, group: Group, *, replace: bool) -> None:
        there = hosts_of_group(self.database, group.name)
        if there == group.hosts:
            return
        if there and not replace:
            raise RegistryError(
                f"group {group.name} is there already with other identities:"
                " `mkef entitlement group` changes it, `import --replace` too"
            )
        self._set_group(group)

    def _set_group(self, group: Group) -> None:
        was = hosts_of_group(self.database, group.name)
        self.database.change("DELETE FROM host_group WHERE name = ?", group.name)
        wanted = sorted(group.hosts)
        insert = "INSERT INTO host_group (name, host) VALUES (?, ?)"
        self.database.change_many(insert, [(group.name, host) for host in wanted])
        self._note("group", group.name, " ".join(sorted(was)), " ".join(wanted))

    def _refuse_missing(self, name: str) -> None:
        if not hosts_of_group(self.database, name):
            raise RegistryError(f"no group {name}: `mkef entitlement groups`")

    def _refuse_used(self, name: str) -> None:
        naming = f"% {name.replace('_', '!_')} %"
        ((users,),) = self.database.query(f"{COUNT} WHERE {NAMING}", naming)
        if users:
            (first,) = self.database.query(FIRST_NAMING, naming)
            many = "1 row names it" if users == 1 else f"{users} rows name it"
            raise RegistryError(
                f"group {name}: {many}, the first {entitlement_of(first).name}:"
                " `mkef entitlement set` or `remove` these, or empty it by `--force`"
            )

    def _audit(
        self, action: str, row: Entitlement, was: Entitlement | None, became: Entitlement | None
    ) -> None:
        self._note(action, f"{row.devices} {row.server_id}", _json(was), _json(became))

    def _note(self, action: str, what: str, was: str, became: str) -> None:
        self.database.change(AUDIT, self.at, self.who, action, what, was, became)


def _refuse_twice(kind: str, key: Any, line: int, lines: dict[Any, int]) -> None:
    if key in lines:
        raise RegistryError(f"same {kind} as line {lines[key]}")
    lines[key] = line


def _places(devices: Devices) -> list[Place]:
    """Where a row stands, once for each of its keys."""
    text = str(devices) if devices.is_range else ""
    return [(number_of_key(key), text) for key in devices.keys()]  # noqa: SIM118 # no dictionary


def _shape(key: str) -> tuple[int, str]:
    digits = key.removesuffix("*")
    return len(digits), key[len(digits) :]


def _json(row: Entitlement | None) -> str:
    """What of a row says something."""
    if row is None:
        return ""
    return json.dumps({name: value for name, value in values_of(row).items() if value})
