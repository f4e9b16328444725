"""The entitlement registry as operators change it: conflicts are refused, all else is audited."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement, Group
from mkef.domain.entitlement_csv import values_of
from mkef.net.database import Database, StoreError
from mkef.records import ranges
from mkef.records.registry import COLUMNS, SELECT, entitlement_of, hosts_of_group
from mkef.records.remarks import Remarks
from mkef_codecs.identity import ServerId

INSERT = f"INSERT INTO entitlement ({COLUMNS}) VALUES ({', '.join('?' * 13)})"  # noqa: S608
DELETE = "DELETE FROM entitlement WHERE key = ? AND server_id = ? AND devices = ?"
SHAPE = "INSERT INTO key_shape (length, suffix) VALUES (?, ?) ON CONFLICT DO NOTHING"
AUDIT = "INSERT INTO audit (at, who, action, what, was, became) VALUES (?, ?, ?, ?, ?, ?)"
# A row stands under several keys, and counts once.
ROWS = "SELECT DISTINCT devices, server_id FROM entitlement"
COUNT = f"SELECT count(*) FROM ({ROWS}) AS found"  # noqa: S608
USERS = f"{ROWS} WHERE ' ' || host_groups || ' ' LIKE ? ESCAPE '!' ORDER BY devices, server_id"


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
    _shapes: set[tuple[int, str]] = field(default_factory=set)  # written in this transaction
    _remarks: Remarks = field(default_factory=Remarks)  # of this transaction

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
        for row in self._same_devices(devices):
            if row.server_id == server_id:
                return row
        raise RegistryError(f"no row for {devices} and {server_id}: `mkef entitlement list`")

    def set_group(self, group: Group, *, force: bool = False) -> None:
        """The Diameter identities of a group; none, if no row uses it or by `force`: no group."""
        with self._transaction():
            if not (group.hosts or force):
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
        with self.database.transaction():
            yield
            self.warnings += self._remarks.texts(self.database)

    def _clear(self) -> str:
        """Take all rows away: how many there were, for the audit."""
        ((count,),) = self.database.query(COUNT)
        self.database.change("DELETE FROM entitlement")
        self.database.change("DELETE FROM device_range")
        return json.dumps({"rows": count})

    def _add(self, row: Entitlement, old: Entitlement | None = None) -> None:
        others = self._same_devices(row.devices)
        if any(other.server_id == row.server_id for other in others):
            raise RegistryError(f"{row.name} is there already: `mkef entitlement set` changes it")
        self._refuse_crossing(row)
        keys = list(row.devices.keys())
        shapes = {(len(k.removesuffix("*")), "*" if k.endswith("*") else "") for k in keys}
        self.database.change_many(INSERT, _records_of(row, keys))
        self.database.change_many(SHAPE, shapes - self._shapes)
        self._shapes |= shapes
        ranges.hold(self.database, row.devices)
        self._remarks.look_at(self.database, row, others, old)

    def _remove(self, row: Entitlement) -> None:
        devices, server_id = str(row.devices), row.server_id.value
        for key in row.devices.keys():  # noqa: SIM118 # no dictionary
            self.database.change(DELETE, key, server_id, devices)
        ranges.release(self.database, row.devices)

    def _same_devices(self, devices: Devices) -> list[Entitlement]:
        """The rows about exactly these."""
        query = f"{SELECT} WHERE key = ? AND devices = ? ORDER BY server_id"
        found = self.database.query(query, next(devices.keys()), str(devices))
        return [entitlement_of(row) for row in found]

    def _refuse_crossing(self, row: Entitlement) -> None:
        other = ranges.crossing(self.database, row.devices)
        if other is not None:
            names = " and ".join(each.name for each in (row, *self._same_devices(other)))
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

    def _refuse_used(self, name: str) -> None:
        users = self.database.query(USERS, f"% {name.replace('_', '!_')} %")
        if users:
            many = "1 row names it" if len(users) == 1 else f"{len(users)} rows name it"
            raise RegistryError(
                f"group {name}: {many}, the first {' for '.join(users[0])}: `mkef entitlement set`"
                " or `remove` these, or empty it by `--force`"
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


def _records_of(row: Entitlement, keys: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    values = (
        row.server_id.value,
        str(row.devices),
        " ".join(sorted(row.origin_hosts)),
        " ".join(sorted(row.groups)),
        row.min_strength_bits,
        row.tagged,
        row.lifetime_s,
        row.failures_per_hour,
        row.requests_per_hour,
        row.valid_from,
        row.valid_until,
        row.disabled,
    )
    for key in keys:
        yield (key, *values)


def _json(row: Entitlement | None) -> str:
    """What of a row says something."""
    if row is None:
        return ""
    return json.dumps({name: value for name, value in values_of(row).items() if value})
