"""Mistakes on demand, for those who test the other side: rows of the store, read while serving."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from hlr_stub.subscribers import FieldError
from mkef.net.store import Database, StoreError
from mkef_codecs.ss7.map_auth import MapUserError

MOST_DELAY_S = 3600.0


class FaultKind(StrEnum):
    """What goes wrong."""

    DELAY = "delay"  # value: seconds
    DROP = "drop"  # no answer at all
    ABORT = "abort"  # of the dialogue; over Diameter DIAMETER_UNABLE_TO_COMPLY
    WRONG_RAND = "wrong-rand"  # vectors of other RANDs than asked for
    QUINTUPLETS = "quintuplets"  # where triplets are right
    ERROR = "error"  # value: a MAP user error
    GARBAGE = "garbage"  # octets that no decoder takes


# What leaves nothing to look up.
_INSTEAD = frozenset({FaultKind.DROP, FaultKind.ABORT, FaultKind.ERROR, FaultKind.GARBAGE})

ERRORS = {error.name.lower().replace("_", "-"): error for error in MapUserError}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, of one subscriber or of all, for a share of the requests."""

    kind: FaultKind
    value: str = ""
    imsi: str = ""  # of all, if empty
    share: float = 1.0  # 0 to 1
    id: int = 0  # 0: not in a store yet

    @classmethod
    def parse(cls, text: str, imsi: str = "", share: float = 1.0) -> Fault:
        """`delay=2.5`, `error=system-failure`, or the name of a kind alone; FieldError."""
        name, _, value = text.partition("=")
        if name not in set(FaultKind):
            raise FieldError("fault", f"{name} is none; known: {', '.join(FaultKind)}")
        kind = FaultKind(name)
        if kind is FaultKind.DELAY:
            _check_delay(value)
        elif kind is FaultKind.ERROR:
            if value not in ERRORS:
                raise FieldError("fault", f"error= wants one of {', '.join(ERRORS)}")
        elif value:
            raise FieldError("fault", f"{name} takes no value")
        if not 0 < share <= 1:
            raise FieldError("share", "more than 0, at most 1")
        return cls(kind, value, imsi, share)

    def __str__(self) -> str:
        return f"{self.kind}={self.value}" if self.value else str(self.kind)

    @property
    def outcome(self) -> str | None:
        """What becomes of a request by it where it takes an answer's place, as `fault:drop`."""
        return self._outcome if self.kind in _INSTEAD else None

    @property
    def _outcome(self) -> str:
        return f"fault:{self}"

    @property
    def delay_s(self) -> float:
        """Seconds to wait."""
        return float(self.value)

    async def wait(self, fell: Callable[[str], None]) -> None:
        """Let a delay pass; who is given up meanwhile fell to it, as `fault:delay=2`."""
        try:
            await asyncio.sleep(self.delay_s)
        except asyncio.CancelledError:
            fell(self._outcome)
            raise

    @property
    def error(self) -> MapUserError:
        """The MAP user error to answer."""
        return ERRORS[self.value]


def _check_delay(value: str) -> None:
    try:
        good = 0 < float(value) <= MOST_DELAY_S
    except ValueError:
        good = False
    if not good:
        raise FieldError("fault", f"delay= wants seconds, at most {MOST_DELAY_S:.0f}")


class Faults:
    """The faults in force; `chance` gives numbers of 0 to 1, 1 left out."""

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._by_imsi: dict[str, list[Fault]] = {}

    def replace(self, faults: Iterable[Fault]) -> None:
        """From now on these are in force."""
        by_imsi: dict[str, list[Fault]] = {}
        for fault in faults:
            by_imsi.setdefault(fault.imsi, []).append(fault)
        self._by_imsi = by_imsi

    def __bool__(self) -> bool:
        return bool(self._by_imsi)

    def draw(self, imsi: str) -> tuple[Fault, ...]:
        """What goes wrong with one request, in the order in which the faults were set."""
        candidates = self._by_imsi.get(imsi, []) + self._by_imsi.get("", [])
        hit = [fault for fault in candidates if self._chance() < fault.share]
        return tuple(sorted(hit, key=lambda fault: fault.id))


# In the store.


def add_fault(database: Database, fault: Fault) -> int:
    """Set a fault; its number."""
    with database.transaction():
        ((highest,),) = database.query("SELECT coalesce(max(id), 0) FROM fault")
        values = (highest + 1, fault.imsi, fault.share, fault.kind.value, fault.value)
        database.change(
            "INSERT INTO fault (id, imsi, share, kind, value) VALUES (?, ?, ?, ?, ?)", *values
        )
    return int(highest) + 1


def list_faults(database: Database) -> list[Fault]:
    """All faults that are set."""
    rows = database.query("SELECT id, imsi, share, kind, value FROM fault ORDER BY id")
    return [
        Fault(FaultKind(kind), value, imsi, share, number)
        for number, imsi, share, kind, value in rows
    ]


def clear_faults(database: Database, number: int | None = None) -> int:
    """Take one fault back, or all; how many."""
    if number is None:
        return database.change("DELETE FROM fault")
    if not database.change("DELETE FROM fault WHERE id = ?", number):
        raise StoreError(f"fault {number} is not set: `hlr-stub fault list` shows them all")
    return 1
