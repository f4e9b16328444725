"""The tables of the MKEF's store, for SQLite and PostgreSQL (mkef.net.store)."""

from __future__ import annotations

from mkef_codecs.identity import Imsi

# A row of the registry stands once under each of its keys: an IMSI, or prefixes (Devices.keys).
MIGRATIONS = (
    """CREATE TABLE entitlement (
        key TEXT NOT NULL,
        server_id TEXT NOT NULL,
        devices TEXT NOT NULL,
        origin_hosts TEXT NOT NULL,
        host_groups TEXT NOT NULL,
        min_strength_bits INTEGER NOT NULL,
        tagged INTEGER,
        lifetime_s INTEGER,
        failures_per_hour INTEGER,
        requests_per_hour INTEGER,
        valid_from INTEGER,
        valid_until INTEGER,
        disabled INTEGER NOT NULL,
        PRIMARY KEY (key, server_id, devices)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE device_range (
        devices TEXT PRIMARY KEY,
        low INTEGER NOT NULL,
        high INTEGER NOT NULL,
        held_by INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE host_group (
        name TEXT NOT NULL,
        host TEXT NOT NULL,
        PRIMARY KEY (name, host)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE audit (
        at REAL NOT NULL,
        who TEXT NOT NULL,
        action TEXT NOT NULL,
        what TEXT NOT NULL,
        was TEXT NOT NULL,
        became TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX audit_at ON audit (at)",
    """CREATE TABLE used_rand (
        imsi INTEGER NOT NULL,
        rand BLOB NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (imsi, rand)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE used_counter (
        imsi INTEGER PRIMARY KEY,
        last INTEGER NOT NULL,
        used INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE answered (
        digest BLOB PRIMARY KEY,
        server_id TEXT NOT NULL,
        at REAL NOT NULL,
        until REAL NOT NULL,
        expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX answered_until ON answered (until)",
    # What the keys of the registry look like, so that only such beginnings of an IMSI are tried.
    """CREATE TABLE key_shape (
        length INTEGER NOT NULL,
        suffix TEXT NOT NULL,
        PRIMARY KEY (length, suffix)
    ) STRICT, WITHOUT ROWID""",
    """INSERT INTO key_shape SELECT DISTINCT length(rtrim(key, '*')),
        CASE WHEN key LIKE '%*' THEN '*' ELSE '' END FROM entitlement""",
    # A random RAND's answer stands in its own row: a page less to write for each key. Answers to
    # tagged RANDs stay few; what is overdue of them is found without an index.
    "ALTER TABLE used_rand ADD COLUMN request BLOB",
    "ALTER TABLE used_rand ADD COLUMN until INTEGER",
    "ALTER TABLE used_rand ADD COLUMN expires_at INTEGER",
    "DROP INDEX answered_until",
)


def number_of(imsi: Imsi) -> int:
    """An IMSI as a number that keeps its zeros: `1` and its digits, 7 octets."""
    return int("1" + imsi.digits)
