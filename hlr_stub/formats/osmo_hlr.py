"""OsmoHLR's SQLite database: subscriber, auc_2g, auc_3g."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from hlr_stub.formats.record import FormatError, Record, algorithm_id

# enum osmo_auth_algo of libosmocore. 4 is XOR of TS 34.108 in both tables: 2G gets it folded.
_AUC_2G = {1: "comp128v1", 2: "comp128v2", 3: "comp128v3", 4: "xor-3g", 6: "xor-2g"}
_AUC_3G = {4: "xor-3g", 5: "milenage", 7: "tuak"}
_IDS = {name: ("auc_2g", number) for number, name in _AUC_2G.items()}
_IDS |= {name: ("auc_3g", number) for number, name in _AUC_3G.items()}
_QUERY = """
    SELECT imsi, algo_id_2g, ki, algo_id_3g, k, op, opc, sqn, ind_bitlen
    FROM subscriber
    LEFT JOIN auc_2g ON auc_2g.subscriber_id = subscriber.id
    LEFT JOIN auc_3g ON auc_3g.subscriber_id = subscriber.id
    ORDER BY subscriber.id
"""
_COLUMNS = {"ki": "k", "op": "op", "opc": "opc", "sqn": "sqn", "ind_bits": "ind_bitlen"}


def read_osmo_hlr(path: Path) -> Iterator[Record]:
    """The subscribers of a database of OsmoHLR.

    A card with keys for 2G and others for 3G is what it is as a USIM, with the other as its `sim`;
    a subscriber that OsmoHLR has made on demand has no keys, and nothing is to be taken.
    """
    if not path.is_file():
        raise FormatError(f"{path}: no such file")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            yield from map(_record, database.execute(_QUERY))
    except sqlite3.Error as error:
        raise FormatError(f"{path}: {error}: it is no database of OsmoHLR") from None


def _record(row: tuple[object, ...]) -> Record:
    imsi, algorithm_2g, ki, algorithm_3g, k, op, opc, sqn, ind_bits = row
    place = f"subscriber {imsi}"
    if not algorithm_2g and not algorithm_3g:
        return Record(place, {}, note="skipped, no keys")
    sim = Record(place, _texts(imsi=imsi, algorithm=_name(_AUC_2G, algorithm_2g), ki=ki))
    if not algorithm_3g:
        return sim
    fields = {"ki": k, "op": op, "opc": opc, "sqn": sqn, "ind_bits": ind_bits}
    name = _name(_AUC_3G, algorithm_3g)
    if name == "xor-3g":
        fields |= {"op": None, "opc": None}  # OsmoHLR fills in zeros
    usim = Record(place, _texts(imsi=imsi, algorithm=name, **fields), _COLUMNS)
    if not algorithm_2g or _same(algorithm_2g, algorithm_3g, ki, k):
        return usim
    sim = replace(sim, note="keys for 3G left out")
    return replace(usim, note="keys for 2G left out: --prefer 2g takes those", sim=sim)


def _name(algorithms: Mapping[int, str], number: object) -> str:
    known = algorithms.get(number) if isinstance(number, int) else None
    return known or f"algorithm {number}"


def _same(algorithm_2g: object, algorithm_3g: object, ki: object, k: object) -> bool:
    """XOR of TS 34.108 may stand in both tables; its triplet is the quintuplet's, folded."""
    return algorithm_2g == algorithm_3g == 4 and ki == k


def _texts(**fields: object) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in fields.items()}


def write_osmo_hlr(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """A database that osmo-hlr 1.5 and later open; redacted keys leave auc_2g and auc_3g empty."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_SCHEMA)
        with database:
            for number, row in enumerate(rows, 1):
                _insert(database, number, row)


def _insert(database: sqlite3.Connection, number: int, row: Mapping[str, str]) -> None:
    table, identifier = algorithm_id(row, _IDS, "OsmoHLR")
    database.execute("INSERT INTO subscriber (id, imsi) VALUES (?, ?)", (number, row["imsi"]))
    if "ki" not in row:
        return
    if table == "auc_2g":
        database.execute("INSERT INTO auc_2g VALUES (?, ?, ?)", (number, identifier, row["ki"]))
        return
    values = (number, identifier, row["ki"], None, row["opc"] or None)
    database.execute(
        "INSERT INTO auc_3g VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*values, int(row["sqn"]), int(row["ind_bits"])),
    )


# The tables as version 6 of OsmoHLR's schema has them.
_SCHEMA = """
CREATE TABLE subscriber (
    id INTEGER PRIMARY KEY, imsi VARCHAR(15) UNIQUE NOT NULL, msisdn VARCHAR(15) UNIQUE,
    imeisv VARCHAR, imei VARCHAR(14), vlr_number VARCHAR(15), msc_number VARCHAR(15),
    sgsn_number VARCHAR(15), sgsn_address VARCHAR, ggsn_number VARCHAR(15),
    gmlc_number VARCHAR(15), smsc_number VARCHAR(15), periodic_lu_tmr INTEGER,
    periodic_rau_tau_tmr INTEGER, nam_cs BOOLEAN NOT NULL DEFAULT 1,
    nam_ps BOOLEAN NOT NULL DEFAULT 1, lmsi INTEGER, ms_purged_cs BOOLEAN NOT NULL DEFAULT 0,
    ms_purged_ps BOOLEAN NOT NULL DEFAULT 0, last_lu_seen TIMESTAMP default NULL,
    last_lu_seen_ps TIMESTAMP default NULL, vlr_via_proxy VARCHAR, sgsn_via_proxy VARCHAR
);
CREATE TABLE subscriber_apn (subscriber_id INTEGER, apn VARCHAR(256) NOT NULL);
CREATE TABLE subscriber_multi_msisdn (subscriber_id INTEGER, msisdn VARCHAR(15) NOT NULL);
CREATE TABLE auc_2g (
    subscriber_id INTEGER PRIMARY KEY, algo_id_2g INTEGER NOT NULL, ki VARCHAR(32) NOT NULL
);
CREATE TABLE auc_3g (
    subscriber_id INTEGER PRIMARY KEY, algo_id_3g INTEGER NOT NULL, k VARCHAR(32) NOT NULL,
    op VARCHAR(32), opc VARCHAR(32), sqn INTEGER NOT NULL DEFAULT 0,
    ind_bitlen INTEGER NOT NULL DEFAULT 5
);
CREATE TABLE ind (ind INTEGER PRIMARY KEY, vlr TEXT NOT NULL, UNIQUE (vlr));
CREATE UNIQUE INDEX idx_subscr_imsi ON subscriber (imsi);
PRAGMA user_version = 6;
"""
