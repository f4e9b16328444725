"""What every format reads and writes: records of texts, with the place that each came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from hlr_stub.subscribers import AKA_FIELDS, USUAL, FieldError, Subscriber, build, changed
from mkef.crypto.algorithms import ALGORITHMS
from mkef.net.endpoint import NetworkError

T = TypeVar("T")


class FormatError(NetworkError):
    """A file that cannot be read or written in a format, and why; one line."""


class RowError(Exception):
    """A record that is no subscription: its place, its column and what would be right."""

    def __init__(self, place: str, column: str, problem: str) -> None:
        super().__init__(f"{place}: {column}: {problem}" if column else f"{place}: {problem}")
        self.row = {"place": place, "column": column or None, "problem": problem}


@dataclass(frozen=True, slots=True)
class Record:
    """Texts of `hlr_stub.subscribers.FIELDS`; `columns` are their names in this file."""

    place: str  # `line 7`, `document 3`
    fields: Mapping[str, str] = field(repr=False)
    columns: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""  # what is wrong with it as a whole
    note: str = ""  # what is not taken of it
    sim: Record | None = None  # the same card's other half, where a 2G network has other keys

    @property
    def empty(self) -> bool:
        """Whether there is nothing to take."""
        return not (self.fields or self.problem)

    def preferring(self, generation: str) -> Record:
        """The half for `2g`, if it has one of its own, or for `3g`."""
        return self.sim if generation == "2g" and self.sim is not None else self

    @property
    def imsi(self) -> str:
        """What it gives as its IMSI, if anything."""
        return self.fields.get("imsi", "").strip()

    def subscriber(self, defaults: Mapping[str, str], old: Subscriber | None = None) -> Subscriber:
        """The subscription it is, or makes of the `old` one of its IMSI; RowError."""
        if self.problem:
            raise RowError(self.place, "", self.problem)
        given = {name: text for name, text in self.fields.items() if text.strip()}
        fields = {**defaults, **given}
        row = ALGORITHMS.get(fields.get("algorithm", old.algorithm.name if old else "milenage"))
        if "op" not in given and ("opc" in given or row is None or row.derive is None):
            fields.pop("op", None)  # the operator's OP is for those who need one
        try:
            return build(fields) if old is None else changed(old, fields)
        except FieldError as error:
            column = self.columns.get(error.field, error.field)
            raise RowError(self.place, column, error.problem) from None


Read = Callable[[Path], Iterator[Record]]
# What it writes: subscriptions as texts of FIELDS, without the secret ones if keys are redacted.
Write = Callable[[Path, Iterable[Mapping[str, str]]], None]


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the table of formats."""

    name: str
    what: str
    read: Read
    write: Write
    carries: frozenset[str]  # of the fields of USUAL

    def unsaid(self, fields: Mapping[str, str]) -> list[str]:
        """Which fields of a subscription are another than usual, and are lost in this format."""
        without_meaning = frozenset() if ALGORITHMS[fields["algorithm"]].umts else AKA_FIELDS
        silent = USUAL.keys() - self.carries - without_meaning
        return [name for name in USUAL if name in silent and fields[name] != USUAL[name]]


class Unsuitable(FormatError):
    """A subscription that a format has no words for."""


def next_sqn(fields: Mapping[str, str]) -> int:
    """The SQN after the last one handed out, for programs that keep the one to use next."""
    bits = int(fields["ind_bits"])
    return ((int(fields["sqn"]) >> bits) + 1) << bits


def algorithm_id(fields: Mapping[str, str], known: Mapping[str, T], program: str) -> T:
    """The number or word for an algorithm; Unsuitable if the program has no such algorithm."""
    name = fields["algorithm"]
    if name not in known or fields["parameters"]:
        what = f"{name} with {fields['parameters']}" if fields["parameters"] else name
        raise Unsuitable(f"subscriber {fields['imsi']}: {program} has no {what}")
    return known[name]
