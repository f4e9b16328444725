"""Stores of an MKEF with as many rows as are wanted, millions of them made by SQLite itself."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from key_requests import SERVER_ID
from mkef_load import FIRST

from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement
from mkef.net.database import Location
from mkef.net.store import open_store
from mkef.records.device_keys import number_of_key
from mkef.records.editor import Editor
from mkef.records.reading import NAME
from mkef.records.schema import MIGRATIONS
from mkef_codecs.identity import Imsi

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)"
TERMS_SQL = (
    "INSERT INTO entitlement_terms VALUES"
    " (1, 'mtc.example', ?, '', 64, NULL, NULL, NULL, NULL, NULL, NULL, 0, ?)"
)
DEVICES_SQL = f"INSERT INTO entitlement_key {NUMBERS} SELECT ? + i * 32, '', 1 FROM n"  # noqa: S608
RANDS_SQL = (
    f"INSERT INTO used_rand (imsi, rand, at, request, until, expires_at) {NUMBERS}"  # noqa: S608
    " SELECT 1000000000000000 + ? + i / ?, randomblob(16), 1700000000, randomblob(16),"
    " 1700000060, 1700086400 FROM n"
)


def entitle(url: str, hosts: Iterable[str], imsis: Iterable[Imsi]) -> None:
    """The same rows for few devices, as an operator adds them, in any store."""
    named = frozenset(hosts)
    rows = [Entitlement(Devices.of(imsi), SERVER_ID, named) for imsi in imsis]
    with closing(open_store(Location.parse(url), MIGRATIONS, NAME)) as database:
        Editor(database, "bench", 0.0).take(enumerate(rows, 1), "bench", str, replace=True)


def fill(file: Path, hosts: Iterable[str], devices: int, used: int = 0) -> None:
    """Whole IMSIs in the registry for these servers, and as many RANDs of each on the ledger."""
    with closing(open_store(file, MIGRATIONS, NAME)) as database:
        with database.transaction():
            database.change(TERMS_SQL, " ".join(sorted(hosts)), devices)
            database.change(DEVICES_SQL, devices, number_of_key(f"{FIRST:015}"))
            database.change("INSERT INTO key_shape (length, suffix) VALUES (15, '')")
            if used:
                database.change(RANDS_SQL, used, FIRST, used // devices)
        database.query("PRAGMA wal_checkpoint(TRUNCATE)")
