"""The tables of the MKEF's store, for SQLite and PostgreSQL (mkef.net.store)."""

from __future__ import annotations

from mkef_codecs.identity import Imsi

# Of migrations, which never change. All of a row but its devices:
_TERMS = (
    "server_id, origin_hosts, host_groups, min_strength_bits, tagged, lifetime_s,"
    " failures_per_hour, requests_per_hour, valid_from, valid_until, disabled"
)
# A key as a number: 15 digits, how many of them count, whether it is a prefix (device_keys).
_KEY = """CAST(substr(rtrim(key, '*') || '000000000000000', 1, 15) AS BIGINT) * 32
    + 2 * length(rtrim(key, '*')) + CASE WHEN key LIKE '%*' THEN 1 ELSE 0 END"""
_SAME = " AND ".join(f"t.{column} IS NOT DISTINCT FROM e.{column}" for column in _TERMS.split(", "))

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
    # Rows of the registry are narrow, so that many share a page: what they say stands once for all
    # that say the same, `held_by` so many.
    """CREATE TABLE entitlement_terms (
        id INTEGER PRIMARY KEY,
        server_id TEXT NOT NULL,
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
        held_by INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE entitlement_key (
        key INTEGER NOT NULL,
        devices TEXT NOT NULL,
        terms INTEGER NOT NULL,
        PRIMARY KEY (key, devices, terms)
    ) STRICT, WITHOUT ROWID""",
    f"""INSERT INTO entitlement_terms
        SELECT row_number() OVER (ORDER BY {_TERMS}), {_TERMS}, 0
        FROM (SELECT DISTINCT {_TERMS} FROM entitlement) AS said""",  # noqa: S608 # our own names
    """CREATE INDEX entitlement_terms_alike ON entitlement_terms (
        server_id, coalesce(valid_from, 0), coalesce(valid_until, 0),
        substr(origin_hosts, 1, 64), substr(host_groups, 1, 64)
    )""",
    f"""INSERT INTO entitlement_key
        SELECT {_KEY}, CASE WHEN key = devices THEN '' ELSE devices END, t.id
        FROM entitlement e CROSS JOIN entitlement_terms t
        WHERE t.server_id = e.server_id
        AND coalesce(t.valid_from, 0) = coalesce(e.valid_from, 0)
        AND coalesce(t.valid_until, 0) = coalesce(e.valid_until, 0)
        AND substr(t.origin_hosts, 1, 64) = substr(e.origin_hosts, 1, 64)
        AND substr(t.host_groups, 1, 64) = substr(e.host_groups, 1, 64)
        AND {_SAME}""",  # noqa: S608 # our own names
    """UPDATE entitlement_terms SET held_by = held.held_by
        FROM (
            SELECT terms, sum(CASE WHEN devices = '' THEN 1 ELSE 0 END)
            + count(DISTINCT CASE WHEN devices = '' THEN NULL ELSE devices END) AS held_by
            FROM entitlement_key GROUP BY terms
        ) AS held
        WHERE held.terms = id""",
    "DROP TABLE entitlement",
    # A random number that every change of the registry replaces.
    "CREATE TABLE registry (state INTEGER NOT NULL) STRICT",
    "INSERT INTO registry VALUES (0)",
)


def number_of(imsi: Imsi) -> int:
    """An IMSI as a number that keeps its zeros: `1` and its digits, 7 octets."""
    return int("1" + imsi.digits)
