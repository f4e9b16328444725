"""What the exports hold: the applications that carry AVPs of ours, and all that these need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mkef_codecs.diameter.dictionary import CommandRow, Row
from mkef_codecs.generated import dictionary
from mkef_codecs.lab import VENDOR

VENDOR_NAME = "MKEF LAB"
_OTHER_VENDORS = {10415: "3GPP"}

# The grammar has only short names; other dictionaries want both.
TITLES = {"MK": "MTC-Key", "RI": "RAND-Information"}


@dataclass(frozen=True, slots=True)
class Command:
    """A request and its answer; `short` is what their names share, `MK` of MKR and MKA."""

    short: str
    request: CommandRow
    answer: CommandRow

    @property
    def title(self) -> str:
        """The name in words, without Request or Answer."""
        return TITLES.get(self.short, self.short)

    @property
    def titled(self) -> tuple[tuple[str, CommandRow], ...]:
        """Request and answer under their names in words."""
        return (f"{self.title}-Request", self.request), (f"{self.title}-Answer", self.answer)


@dataclass(frozen=True, slots=True)
class Application:
    """An application of ours, its commands, and the AVPs that RFC 6733 does not have."""

    id: int
    name: str
    commands: tuple[Command, ...]
    rows: tuple[Row, ...]


def ours() -> tuple[Application, ...]:
    """The applications of the generated dictionary."""
    return applications(dictionary.ROWS, dictionary.COMMANDS, dictionary.APPLICATIONS)


def applications(
    rows: Mapping[str, Row], commands: Sequence[CommandRow], names: Mapping[int, str]
) -> tuple[Application, ...]:
    """The applications in which any command has an AVP of ours, by identifier."""
    ids = {command.application for command in commands if _is_ours(command, rows)}
    return tuple(_application(i, rows, commands, names[i]) for i in sorted(ids))


def all_rows(applications: Sequence[Application]) -> list[Row]:
    """The AVPs of several applications, each once, by vendor and code."""
    rows = {row.name: row for application in applications for row in application.rows}
    return sorted(rows.values(), key=lambda row: (row.vendor, row.code))


def vendors(rows: Sequence[Row]) -> dict[int, str]:
    """The vendors of AVPs and their names."""
    names = {VENDOR: VENDOR_NAME} | _OTHER_VENDORS
    return {vendor: names[vendor] for vendor in sorted({row.vendor for row in rows})}


def _is_ours(command: CommandRow, rows: Mapping[str, Row]) -> bool:
    return any(rows[name].vendor == VENDOR for name, *_ in command.fields)


def _application(
    identifier: int, rows: Mapping[str, Row], commands: Sequence[CommandRow], name: str
) -> Application:
    own = [command for command in commands if command.application == identifier]
    answers = {command.name[:-1]: command for command in own if not command.request}
    pairs = (
        Command(request.name[:-1], request, answers[request.name[:-1]])
        for request in own
        if request.request
    )
    used = {used.name: used for command in own for used in _used(command, rows)}
    by_code = sorted(used.values(), key=lambda row: (row.vendor, row.code))
    return Application(identifier, name, tuple(pairs), tuple(by_code))


def _used(command: CommandRow, rows: Mapping[str, Row]) -> Iterator[Row]:
    for name, *_ in command.fields:
        yield from _with_members(rows[name], rows)


def _with_members(row: Row, rows: Mapping[str, Row]) -> Iterator[Row]:
    """A vendor's AVP and what it groups; every program has those of RFC 6733 already."""
    if row.vendor:
        yield row
        for member, *_ in row.members:
            yield from _with_members(rows[member], rows)
