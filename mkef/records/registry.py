"""The entitlement registry in the store, as running nodes look it up and operators list it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from mkef.domain.devices import MOST_DIGITS
from mkef.domain.entitlement import Entitlement, Found, Group
from mkef.net.database import Database, Row, parts
from mkef.records.device_keys import (
    Beginning,
    beginnings,
    devices_of,
    number_of_key,
    numbers_of,
)
from mkef.records.terms import COLUMNS, Terms, terms_of
from mkef_codecs.identity import Imsi

SELECT_STATE = "SELECT state FROM registry"
# What keys look like: an IMSI's are itself and some of its beginnings.
SELECT_SHAPES = "SELECT length, suffix FROM key_shape"
# SQLite keeps the order of a CROSS JOIN.
SELECT = (
    f"SELECT key, devices, {COLUMNS} FROM entitlement_key"  # noqa: S608 # our own column names
    " CROSS JOIN entitlement_terms WHERE id = terms"
)
KEPT_TERMS = 10_000  # by a running node


class Registry:
    """The registry as a running node looks it up.

    What rows say is kept as long as nobody changes any; which rows there are is read each time.
    """

    def __init__(self) -> None:
        self._state: int | None = None  # of the registry when what follows was read
        self._beginnings: list[list[Beginning]] = []  # by the length of an IMSI
        self._terms: dict[int, tuple[Terms, frozenset[str]]] = {}  # with all that they let ask

    def rows_of_all(self, database: Database, imsis: Sequence[Imsi]) -> list[list[Found]]:
        """Every row about each IMSI; O(length of an IMSI) searches in an index, in a snapshot."""
        self._look_for_changes(database)
        keys = [numbers_of(imsi.digits, self._beginnings[len(imsi.digits)]) for imsi in imsis]
        rows: list[Row] = []
        for part in parts(list(dict.fromkeys(chain.from_iterable(keys)))):
            rows += database.query(_select_keys(len(part)), *part)
        self._read_terms(database, {row[2] for row in rows})
        found: dict[int, list[Found]] = {}
        for key, devices, number in rows:
            terms, hosts = self._terms[number]
            row = Entitlement(devices_of(key, devices), *terms)
            found.setdefault(key, []).append((row, hosts))
        return [[row for key in each for row in found.get(key, ())] for each in keys]

    def _look_for_changes(self, database: Database) -> None:
        ((state,),) = database.query(SELECT_STATE)
        if state != self._state:
            shapes = database.query(SELECT_SHAPES)
            self._beginnings = [beginnings(length, shapes) for length in range(MOST_DIGITS + 1)]
            self._terms.clear()
            self._state = state

    def _read_terms(self, database: Database, numbers: set[int]) -> None:
        """Those that are not kept yet."""
        wanted = numbers - self._terms.keys()
        if len(self._terms) + len(wanted) > KEPT_TERMS:
            self._terms.clear()
            wanted = numbers
        hosts: dict[str, frozenset[str]] = {}
        for part in parts(list(wanted)):
            for row in database.query(_select_terms(len(part)), *part):
                terms = terms_of(row[1:])
                _, origin_hosts, groups, *_ = terms
                self._terms[row[0]] = terms, named_hosts(database, origin_hosts, groups, hosts)


def rows_of(database: Database, imsi: Imsi) -> list[Found]:
    """Every row about an IMSI."""
    with database.snapshot():
        (rows,) = Registry().rows_of_all(database, [imsi])
    return rows


@lru_cache(maxsize=64)
def _select_keys(keys: int) -> str:
    marks = ", ".join("?" * keys)
    return f"SELECT key, devices, terms FROM entitlement_key WHERE key IN ({marks})"  # noqa: S608


@lru_cache(maxsize=64)
def _select_terms(numbers: int) -> str:
    marks = ", ".join("?" * numbers)
    return f"SELECT id, {COLUMNS} FROM entitlement_terms WHERE id IN ({marks})"  # noqa: S608


def named_hosts(
    database: Database,
    origin_hosts: frozenset[str],
    groups: frozenset[str],
    hosts: dict[str, frozenset[str]],
) -> frozenset[str]:
    """All Diameter identities that a row lets ask; `hosts` keeps those of groups looked up."""
    for name in groups - hosts.keys():
        hosts[name] = hosts_of_group(database, name)
    return origin_hosts.union(*(hosts[name] for name in groups))


def hosts_of_group(database: Database, name: str) -> frozenset[str]:
    """The Diameter identities of a group; none if there is no such group."""
    found = database.query("SELECT host FROM host_group WHERE name = ?", name)
    return frozenset(host for (host,) in found)


def entitlement_of(row: Row) -> Entitlement:
    """A row of the tables as a value."""
    return Entitlement(devices_of(row[0], row[1]), *terms_of(row[2:]))


def all_rows(database: Database) -> Iterator[Entitlement]:
    """All rows in the order of their keys; memory holds one at a time."""
    for row in database.stream(f"{SELECT} ORDER BY key, server_id, devices"):
        found = entitlement_of(row)
        if not row[1] or row[0] == number_of_key(next(found.devices.keys())):
            yield found  # a range once, not under each key


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
