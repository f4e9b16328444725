"""Subscriptions: who has which key, and what the variant may do with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from mkef.crypto.secret import Ki, OPc
from mkef.net.database import Row
from mkef.net.store import DuplicateRow, StoreError, open_store
from mkef_codecs.identity import Imsi

MIGRATIONS = (
    """CREATE TABLE subscriber (
        imsi TEXT PRIMARY KEY,
        algorithm TEXT NOT NULL,
        ki BLOB NOT NULL,
        opc BLOB NOT NULL,
        mtc_allowed INTEGER NOT NULL,
        tagged_only INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
)
INSERT = """INSERT INTO subscriber (imsi, algorithm, ki, opc, mtc_allowed, tagged_only)
    VALUES (?, ?, ?, ?, ?, ?)"""


class Algorithm(StrEnum):
    """What the card and the AuC compute."""

    MILENAGE = "milenage"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One subscription (protocol.md clause 8)."""

    imsi: Imsi
    ki: Ki
    opc: OPc
    algorithm: Algorithm = Algorithm.MILENAGE
    mtc_allowed: bool = True
    tagged_only: bool = False  # the variant answers only RANDs with the operator's tag


class SubscriberStore:
    """The subscriptions of one SQLite file, or in memory without a path."""

    def __init__(self, path: Path | None = None) -> None:
        self._database = open_store(path, MIGRATIONS, "hlr_stub")

    def close(self) -> None:
        """Close the file; the store is of no use afterwards."""
        self._database.close()

    def add(self, subscriber: Subscriber) -> None:
        """Keep a new subscription; a second one for an IMSI is refused."""
        row = (
            subscriber.imsi.digits,
            subscriber.algorithm.value,
            subscriber.ki.octets,
            subscriber.opc.octets,
            subscriber.mtc_allowed,
            subscriber.tagged_only,
        )
        try:
            self._database.change(INSERT, *row)
        except DuplicateRow:
            raise StoreError(
                f"subscriber {subscriber.imsi} is there already: remove it first"
            ) from None

    def get(self, imsi: Imsi) -> Subscriber | None:
        """The subscription of an IMSI, if there is one."""
        return next(self._select("SELECT * FROM subscriber WHERE imsi = ?", imsi.digits), None)

    def remove(self, imsi: Imsi) -> None:
        """Forget a subscription; an unknown one is refused."""
        if not self._database.change("DELETE FROM subscriber WHERE imsi = ?", imsi.digits):
            raise unknown(imsi)

    def __iter__(self) -> Iterator[Subscriber]:
        return self._select("SELECT * FROM subscriber ORDER BY imsi")

    def _select(self, query: str, *values: str) -> Iterator[Subscriber]:
        try:
            yield from map(_subscriber, self._database.query(query, *values))
        except ValueError as error:
            raise StoreError(f"the store of subscribers cannot be read: {error}") from None


def unknown(imsi: Imsi) -> StoreError:
    """What to say of an IMSI without a subscription."""
    return StoreError(f"subscriber {imsi} is unknown: `hlr-stub subscriber list` shows them all")


def _subscriber(row: Row) -> Subscriber:
    imsi, algorithm, ki, opc, mtc_allowed, tagged_only = row
    return Subscriber(
        imsi=Imsi(imsi),
        ki=Ki(ki),
        opc=OPc(opc),
        algorithm=Algorithm(algorithm),
        mtc_allowed=bool(mtc_allowed),
        tagged_only=bool(tagged_only),
    )
