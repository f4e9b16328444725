"""A store of an older schema: what it says is there afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import Any

import pytest

from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement
from mkef.net.database import Location
from mkef.net.store import open_store
from mkef.records.editor import Editor, RegistryError
from mkef.records.reading import NAME
from mkef.records.registry import all_rows, rows_of
from mkef.records.schema import MIGRATIONS
from mkef.records.terms import columns_of
from mkef_codecs.identity import Imsi, ServerId

WIDE = MIGRATIONS[: MIGRATIONS.index("DROP INDEX answered_until") + 1]  # one table, wide rows


def row(devices: str, server: str = "mtc.example", **changes: Any) -> Entitlement:
    changes.setdefault("origin_hosts", frozenset({"a.example", "b.example"}))
    return Entitlement(Devices.parse(devices), ServerId(server), **changes)


IN_ORDER = [
    row("*", disabled=True),
    row("001010*"),
    row("001010*", "other.example", groups=frozenset({"fleet"})),
    row("001010000000000"),
    row("001010000000001", valid_until=0),
    row("001010000000001", "other.example", origin_hosts=frozenset(), groups=frozenset({"fleet"})),
    row("0010100000001", lifetime_s=60),
    row("001010123-001010345", tagged=False),
    row("001010200-001010299", min_strength_bits=128, tagged=True, valid_from=5),
    row("001010230-001010241"),
    row("001010230-001010241", "other.example", failures_per_hour=1, requests_per_hour=2),
    row("999999"),
    row("9999990*", valid_until=5_000_000_000),
]


def wide(rows: Iterable[Entitlement]) -> list[tuple[Any, ...]]:
    """As the older schema has them: under each key all that a row says."""
    return [
        (key, server_id, str(each.devices), *said)
        for each in rows
        for key in each.devices.keys()  # noqa: SIM118 # no dictionary
        for server_id, *said in [columns_of(each)]
    ]


def test_a_registry_of_wide_rows_is_made_narrow(location: Location) -> None:
    with closing(open_store(location, WIDE, NAME)) as old:
        old.change_many(
            f"INSERT INTO entitlement VALUES ({', '.join('?' * 13)})", wide(reversed(IN_ORDER))
        )
        for each in IN_ORDER:
            for key in each.devices.keys():  # noqa: SIM118 # no dictionary
                shape = (len(key.removesuffix("*")), "*" if key.endswith("*") else "")
                old.change("INSERT INTO key_shape VALUES (?, ?) ON CONFLICT DO NOTHING", *shape)
        old.change("INSERT INTO host_group VALUES ('fleet', 'c.example')")
        held = "INSERT INTO device_range VALUES (?, ?, ?, ?)"
        for each, rows in ((IN_ORDER[7], 1), (IN_ORDER[9], 2)):
            old.change(held, str(each.devices), each.devices.low, each.devices.high, rows)
    with closing(open_store(location, MIGRATIONS, NAME)) as database:
        assert list(all_rows(database)) == IN_ORDER
        for imsi in map(Imsi, ("001010000000001", "001010235000000", "999999", "9999990")):
            found = {each for each, _ in rows_of(database, imsi)}
            assert found == {each for each in IN_ORDER if each.devices.covers(imsi)}
        same = "SELECT count(*), sum(held_by) FROM entitlement_terms"
        ((terms, rows),) = database.query(same)
        assert (terms, int(rows)) == (len(set(map(columns_of, IN_ORDER))), len(IN_ORDER))
        editor = Editor(database, "operator", 0.0)
        with pytest.raises(RegistryError, match=r"001010123-001010345 for mtc\.example have"):
            editor.add(row("0010103*"))
        for each in IN_ORDER:
            editor.remove(each.devices, each.server_id)
        for table in ("entitlement_key", "entitlement_terms", "device_range"):
            assert database.query(f"SELECT * FROM {table}") == []


def test_a_registry_without_rows_is_made_narrow(location: Location) -> None:
    with closing(open_store(location, WIDE, NAME)):
        pass
    with closing(open_store(location, MIGRATIONS, NAME)) as database:
        assert list(all_rows(database)) == []
        Editor(database, "operator", 0.0).add(IN_ORDER[0])
        assert list(all_rows(database)) == IN_ORDER[:1]
