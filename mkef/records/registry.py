"""The entitlement registry in the store: looked up by running nodes, changed by operators."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any

from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement, Found
from mkef.domain.entitlement_csv import texts_of
from mkef.net.database import Database, Row, StoreError, parts
from mkef_codecs.identity import Imsi, ServerId

COLUMNS = (
    "key, server_id, devices, origin_hosts, host_groups, min_strength_bits, tagged, lifetime_s,"
    " failures_per_hour, requests_per_hour, valid_from, valid_until, disabled"
)
SELECT = f"SELECT {COLUMNS} FROM entitlement"  # noqa: S608 # our own column names
INSERT = f"INSERT INTO entitlement ({COLUMNS}) VALUES ({', '.join('?' * 13)})"  # noqa: S608
DELETE = "DELETE FROM entitlement WHERE key = ? AND server_id = ? AND devices = ?"
AUDIT = "INSERT INTO audit (at, who, action, what, was, became) VALUES (?, ?, ?, ?, ?, ?)"
# Neither is a part of the other, and they have devices in common.
CROSSING = (
    "SELECT devices FROM device_range WHERE (low < ? AND high >= ? AND high < ?)"
    " OR (low > ? AND low <= ? AND high > ?)"
)
# What keys look like: an IMSI's are itself and some of its beginnings.
SELECT_SHAPES = "SELECT length, suffix FROM key_shape"
SHAPE = "INSERT INTO key_shape (length, suffix) VALUES (?, ?) ON CONFLICT DO NOTHING"


def rows_of(database: Database, imsi: Imsi) -> list[Found]:
    """Every row about an IMSI."""
    (rows,) = rows_of_all(database, [imsi])
    return rows


def rows_of_all(database: Database, imsis: Sequence[Imsi]) -> list[list[Found]]:
    """Every row about each IMSI; O(length of an IMSI) searches in an index."""
    shapes = database.query(SELECT_SHAPES)
    keys = [_keys(imsi.digits, shapes) for imsi in imsis]
    hosts: dict[str, frozenset[str]] = {}
    found: dict[str, list[Found]] = {}
    for part in parts(list(dict.fromkeys(chain.from_iterable(keys)))):
        for row in database.query(_select(len(part)), *part):
            entitlement = entitlement_of(row)
            named = _named(database, entitlement, hosts)
            found.setdefault(row[0], []).append((entitlement, named))
    return [[row for key in each for row in found.get(key, ())] for each in keys]


def _keys(digits: str, shapes: Iterable[Row]) -> list[str]:
    """Under which a row about an IMSI may stand."""
    whole = len(digits)
    return [
        digits[:length] + suffix
        for length, suffix in shapes
        if length == whole or (suffix and length < whole)
    ]


@lru_cache(maxsize=64)
def _select(keys: int) -> str:
    return f"{SELECT} WHERE key IN ({', '.join('?' * keys)})"


def _named(
    database: Database, row: Entitlement, hosts: dict[str, frozenset[str]]
) -> frozenset[str]:
    if not row.groups:
        return row.origin_hosts
    for name in row.groups - hosts.keys():
        hosts[name] = frozenset(host for (host,) in database.query(SELECT_GROUP, name))
    return row.origin_hosts.union(*(hosts[name] for name in row.groups))


SELECT_GROUP = "SELECT host FROM host_group WHERE name = ? ORDER BY host"


def entitlement_of(row: Row) -> Entitlement:
    """A row of the table as a value."""
    return Entitlement(
        devices=_devices(row[2]),
        server_id=_server_id(row[1]),
        origin_hosts=_words(row[3]),
        groups=_words(row[4]),
        min_strength_bits=row[5],
        tagged=None if row[6] is None else bool(row[6]),
        lifetime_s=row[7],
        failures_per_hour=row[8],
        requests_per_hour=row[9],
        valid_from=row[10],
        valid_until=row[11],
        disabled=bool(row[12]),
    )


# Millions of rows have few servers, hosts and prefixes; what is in the store was checked before.
_server_id = lru_cache(maxsize=1024)(ServerId)
_several_devices = lru_cache(maxsize=1024)(Devices.parse)


def _devices(text: str) -> Devices:
    return Devices(text, text, whole=True) if text.isdigit() else _several_devices(text)


@lru_cache(maxsize=1024)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


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


class RegistryError(StoreError):
    """A change of the registry that is refused: both rows, or the one that is not there."""


@dataclass(slots=True)
class Editor:
    """Changes to the registry, each with its line in the audit; `who` and `at` say whose and when.

    Running nodes see a change with their next request.
    """

    database: Database
    who: str
    at: float
    _shapes: set[tuple[int, str]] = field(default_factory=set)  # written in this transaction

    def add(self, row: Entitlement) -> None:
        """A new row; one that is there, or crosses another, is refused."""
        with self._transaction():
            self._add(row)
            self._audit("add", row, None, row)

    def set(self, row: Entitlement) -> None:
        """Other values for a row that is there."""
        with self._transaction():
            old = self._get(row.devices, row.server_id)
            self._remove(old)
            self._add(row)
            self._audit("set", row, old, row)

    def remove(self, devices: Devices, server_id: ServerId) -> None:
        """Take a row away."""
        with self._transaction():
            old = self._get(devices, server_id)
            self._remove(old)
            self._audit("remove", old, old, None)

    def take(self, rows: Iterable[tuple[int, Entitlement]], source: str, *, replace: bool) -> int:
        """Add many rows, or none of them: how many. `replace`: instead of all that are there."""
        lines: dict[tuple[str, str], int] = {}
        with self._transaction():
            if replace:
                self.database.change("DELETE FROM entitlement")
                self.database.change("DELETE FROM device_range")
            for line, row in rows:
                self._take_one(line, row, lines)
            action = "replace" if replace else "import"
            self._note(action, source, "", json.dumps({"rows": len(lines)}))
        return len(lines)

    def _take_one(self, line: int, row: Entitlement, lines: dict[tuple[str, str], int]) -> None:
        if row.key in lines:
            raise RegistryError(f"line {line}: same row as line {lines[row.key]}")
        lines[row.key] = line
        try:
            self._add(row)
        except RegistryError as error:
            raise RegistryError(f"line {line}: {error}") from None

    def get(self, devices: Devices, server_id: ServerId) -> Entitlement:
        """A row that is there, or RegistryError."""
        return self._get(devices, server_id)

    def set_group(self, name: str, hosts: Iterable[str]) -> None:
        """The Diameter identities of a group; none: no such group."""
        with self._transaction():
            was = " ".join(host for (host,) in self.database.query(SELECT_GROUP, name))
            self.database.change("DELETE FROM host_group WHERE name = ?", name)
            wanted = sorted(set(hosts))
            insert = "INSERT INTO host_group (name, host) VALUES (?, ?)"
            self.database.change_many(insert, [(name, host) for host in wanted])
            self._note("group", name, was, " ".join(wanted))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._shapes.clear()
        with self.database.transaction():
            yield

    def _get(self, devices: Devices, server_id: ServerId) -> Entitlement:
        key = next(devices.keys())
        query = f"{SELECT} WHERE key = ? AND server_id = ? AND devices = ?"
        for row in self.database.query(query, key, server_id.value, str(devices)):
            return entitlement_of(row)
        raise RegistryError(f"no row for {devices} and {server_id}: `mkef entitlement list`")

    def _add(self, row: Entitlement) -> None:
        keys = list(row.devices.keys())
        there = f"{SELECT} WHERE key = ? AND server_id = ? AND devices = ?"
        if self.database.query(there, keys[0], row.server_id.value, str(row.devices)):
            raise RegistryError(
                f"{row.devices} for {row.server_id} is there already: `mkef entitlement set`"
                " changes it"
            )
        self._refuse_crossing(row.devices)
        shapes = {(len(k.removesuffix("*")), "*" if k.endswith("*") else "") for k in keys}
        self.database.change_many(INSERT, _records_of(row, keys))
        self.database.change_many(SHAPE, shapes - self._shapes)
        self._shapes |= shapes
        if row.devices.is_range:
            self._hold_range(row.devices)

    def _remove(self, row: Entitlement) -> None:
        devices, server_id = str(row.devices), row.server_id.value
        for key in row.devices.keys():  # noqa: SIM118 # no dictionary
            self.database.change(DELETE, key, server_id, devices)
        if row.devices.is_range:
            self.database.change(
                "UPDATE device_range SET held_by = held_by - 1 WHERE devices = ?", devices
            )
            self.database.change("DELETE FROM device_range WHERE held_by = 0")

    def _hold_range(self, devices: Devices) -> None:
        self.database.change(
            "INSERT INTO device_range (devices, low, high, held_by) VALUES (?, ?, ?, 1)"
            " ON CONFLICT (devices) DO UPDATE SET held_by = device_range.held_by + 1",
            str(devices),
            devices.low,
            devices.high,
        )

    def _refuse_crossing(self, devices: Devices) -> None:
        other = self._crossing(devices)
        if other is not None:
            raise RegistryError(
                f"{devices} and {other} have devices in common and neither is a part of the"
                " other: divide one of them"
            )

    def _crossing(self, devices: Devices) -> str | None:
        if devices.whole:
            return None
        low, high = devices.low, devices.high
        for (other,) in self.database.query(CROSSING, low, low, high, low, high, high):
            return str(other)
        return self._crossing_prefix(devices) if devices.is_range else None

    def _crossing_prefix(self, devices: Devices) -> str | None:
        """A prefix that crosses a range holds one of its ends: it begins one of its numbers."""
        for end in (str(devices.low).rjust(15, "0"), str(devices.high).rjust(15, "0")):
            for n in range(len(end) + 1):
                prefix = Devices(end[:n], end[:n], whole=False)
                there = "SELECT devices FROM entitlement WHERE key = ? AND devices = ?"
                if prefix.overlaps(devices) and self.database.query(
                    there, str(prefix), str(prefix)
                ):
                    return str(prefix)
        return None

    def _audit(
        self, action: str, row: Entitlement, was: Entitlement | None, became: Entitlement | None
    ) -> None:
        self._note(action, f"{row.devices} {row.server_id}", _json(was), _json(became))

    def _note(self, action: str, what: str, was: str, became: str) -> None:
        self.database.change(AUDIT, self.at, self.who, action, what, was, became)


def _json(row: Entitlement | None) -> str:
    if row is None:
        return ""
    return json.dumps({name: text for name, text in texts_of(row).items() if text})


def all_rows(database: Database) -> Iterator[Entitlement]:
    """All rows in the order of their keys; memory holds one at a time."""
    for row in database.stream(f"{SELECT} ORDER BY key, server_id, devices"):
        found = entitlement_of(row)
        if row[0] == next(found.devices.keys()):  # once, not under each key
            yield found


def all_groups(database: Database) -> dict[str, list[str]]:
    """The groups with their Diameter identities."""
    groups: dict[str, list[str]] = {}
    for name, host in database.query("SELECT name, host FROM host_group ORDER BY name, host"):
        groups.setdefault(name, []).append(host)
    return groups


def audit(database: Database) -> Iterator[dict[str, Any]]:
    """What was changed, the latest change last."""
    names = ("at", "who", "action", "what", "was", "became")
    for row in database.stream(f"SELECT {', '.join(names)} FROM audit ORDER BY at"):  # noqa: S608
        yield dict(zip(names, row, strict=True))
