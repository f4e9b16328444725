"""The entitlement registry in the store, as running nodes look it up and operators list it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement, Found, Group
from mkef.net.database import Database, Row, parts
from mkef_codecs.identity import Imsi, ServerId

COLUMNS = (
    "key, server_id, devices, origin_hosts, host_groups, min_strength_bits, tagged, lifetime_s,"
    " failures_per_hour, requests_per_hour, valid_from, valid_until, disabled"
)
SELECT = f"SELECT {COLUMNS} FROM entitlement"  # noqa: S608 # our own column names
# What keys look like: an IMSI's are itself and some of its beginnings.
SELECT_SHAPES = "SELECT length, suffix FROM key_shape"


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
            named = named_hosts(database, entitlement, hosts)
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


def named_hosts(
    database: Database, row: Entitlement, hosts: dict[str, frozenset[str]]
) -> frozenset[str]:
    """All Diameter identities that a row lets ask; `hosts` keeps those of groups looked up."""
    if not row.groups:
        return row.origin_hosts
    for name in row.groups - hosts.keys():
        hosts[name] = hosts_of_group(database, name)
    return row.origin_hosts.union(*(hosts[name] for name in row.groups))


def hosts_of_group(database: Database, name: str) -> frozenset[str]:
    """The Diameter identities of a group; none if there is no such group."""
    found = database.query("SELECT host FROM host_group WHERE name = ?", name)
    return frozenset(host for (host,) in found)


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


def all_rows(database: Database) -> Iterator[Entitlement]:
    """All rows in the order of their keys; memory holds one at a time."""
    for row in database.stream(f"{SELECT} ORDER BY key, server_id, devices"):
        found = entitlement_of(row)
        if row[0] == next(found.devices.keys()):  # once, not under each key
            yield found


def all_groups(database: Database) -> Iterator[Group]:
    """The groups in the order of their names."""
    found = database.query("SELECT name, host FROM host_group ORDER BY name")
    for name, hosts in groupby(found, key=itemgetter(0)):
        yield Group(name, frozenset(host for _, host in hosts))


def audit(database: Database) -> Iterator[dict[str, Any]]:
    """What was changed, the latest change last; `was` and `became` as values of JSON."""
    names = ("at", "who", "action", "what", "was", "became")
    for row in database.stream(f"SELECT {', '.join(names)} FROM audit ORDER BY at"):  # noqa: S608
        line = dict(zip(names, row, strict=True))
        read = str.split if line["action"] == "group" else _value
        yield line | {"was": read(line["was"]), "became": read(line["became"])}


def _value(text: str) -> Any:
    return json.loads(text) if text else None
