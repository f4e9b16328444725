"""Reads `codecs/avp/*.dia`: AVP rows and commands in the notation of RFC 6733 clause 3.2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

from mkef_codecs.diameter.dictionary import FieldRow, Row
from mkef_codecs.generate.dictionaries import Disagreement, Overrides, look_up

K = TypeVar("K")
T = TypeVar("T")

# Diameter type -> Python type and the stem of its functions in mkef_codecs.diameter.avp
TYPES = {
    "Address": ("str", "address"),
    "DiameterIdentity": ("str", "identity"),
    "DiameterURI": ("str", "utf8"),  # parsed by mkef_codecs.diameter.uri where it is followed
    "Enumerated": ("int", "integer32"),
    "Grouped": ("bytes", "octets"),
    "Integer32": ("int", "integer32"),
    "OctetString": ("bytes", "octets"),
    "Time": ("int", "time"),
    "UTF8String": ("str", "utf8"),
    "Unsigned32": ("int", "unsigned32"),
}

_BOUNDS = r"(?:\s+(?P<low>\d+)(?:\.\.(?P<high>\d+))?)?(?P<secret>\s+secret)?"
_OWN_ROW = re.compile(
    r"(?P<name>[A-Z][\w-]*)\s+(?P<code>\d+)\s+(?P<type>[A-Z]\w+)\s+(?P<flags>-|V?M?)" + _BOUNDS
)
_STANDARD_ROW = re.compile(
    r"(?P<name>[A-Z][\w-]*)(?:\s+code=(?P<code>\d+))?(?:\s+type=(?P<type>[A-Z]\w+))?"
    r"(?:\s+flags=(?P<flags>-|V?M?))?" + _BOUNDS
)
_COMMAND = re.compile(
    r"<(?P<name>[A-Z]+)> ::= < Diameter Header: (?P<code>\d+)"
    r"(?P<request>, REQ)?(?P<proxiable>, PXY)?(?: (?P<application>\d+))? >"
)
_GROUP = re.compile(r"(?P<name>[A-Z][\w-]*) ::= < AVP Header: (?P<code>\d+)(?: (?P<vendor>\d+))? >")
_VENDOR = re.compile(r"@vendor (?P<vendor>\d+)")
_APPLICATION = re.compile(r"@application (?P<id>\d+) (?P<name>\S.*)")
_FIELD = re.compile(
    r"(?:(?P<low>\d*) ?\* ?(?P<high>\d*) ?)?"
    r"(?P<place>[<{\[]) (?P<name>[A-Z][\w-]*) (?P<end>[>}\]])"
)
_BRACKETS = {"<": ">", "{": "}", "[": "]"}
_ANY = "AVP"


class GrammarError(Exception):
    """A line that this notation does not have, or that contradicts another."""


@dataclass(frozen=True, slots=True)
class Field:
    """An AVP's place in a grammar: at least `low` of it, at most `high` (0: any number)."""

    row: Row
    low: int
    high: int

    @property
    def required(self) -> bool:
        """Whether there must be one."""
        return self.low > 0

    @property
    def counts(self) -> FieldRow:
        """The field as the dictionary has it."""
        return self.row.name, self.required, self.high

    @property
    def repeated(self) -> bool:
        """Whether there may be several."""
        return self.high != 1

    @property
    def attribute(self) -> str:
        """The name in Python."""
        return self.row.name.lower().replace("-", "_")


@dataclass(frozen=True, slots=True)
class Command:
    """A command, or a Grouped AVP where `code` is None; `open` when it has `* [ AVP ]`."""

    name: str
    code: int | None
    application: int
    request: bool
    proxiable: bool
    fields: tuple[Field, ...]
    open: bool

    @property
    def flags(self) -> int:
        """The octet of flags in the header."""
        return (0x80 if self.request else 0) | (0x40 if self.proxiable else 0)

    @property
    def by_need(self) -> list[Field]:
        """The fields, those without a default first."""
        return sorted(self.fields, key=lambda field: field.repeated or not field.required)


@dataclass(frozen=True, slots=True)
class Grammar:
    """All rows by name, groups before the commands that use them, applications by number."""

    rows: dict[str, Row]
    commands: tuple[Command, ...]
    applications: dict[int, str]


class _Line(NamedTuple):
    """A line without its comment, the comment, and its place, `file:line`."""

    text: str
    comment: str
    where: str


def read_grammar(paths: list[Path]) -> Grammar:
    """The union of several files; an AVP or command declared twice is an error."""
    reading = _Reading()
    for path in paths:
        reading.vendor = 0
        for line, body in _blocks(path):
            reading.block(line, body)
    return Grammar(reading.rows, tuple(reading.commands.values()), reading.applications)


def _blocks(path: Path) -> Iterator[tuple[_Line, list[_Line]]]:
    """Each line at the margin with the indented or numbered lines that belong to it."""
    heading, body = None, list[_Line]()
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        content, _, comment = text.partition(";")
        line = _Line(content.strip(), comment.strip(), f"{path.name}:{number}")
        if not line.text:
            continue
        if heading and "::=" in heading.text and content[0] in " *0123456789":
            body.append(line)
            continue
        if heading:
            yield heading, body
        heading, body = line, []
    if heading:
        yield heading, body


class _Reading:
    """What was read so far, in the order of the files."""

    def __init__(self) -> None:
        self.vendor = 0
        self.rows: dict[str, Row] = {}
        self.commands: dict[str, Command] = {}
        self.applications: dict[int, str] = {}
        self._taken: dict[str, Row] = {}

    def block(self, line: _Line, body: list[_Line]) -> None:
        """Declare what a line and those that belong to it say."""
        if match := _VENDOR.fullmatch(line.text):
            self.vendor = int(match["vendor"])
        elif match := _APPLICATION.fullmatch(line.text):
            _declare(self.applications, int(match["id"]), match["name"], line.where)
        elif "::=" in line.text:
            self._command(line, body)
        else:
            row = _row(line, self.vendor)
            _declare(self.rows, row.name, row, line.where)
            _declare(self._taken, f"code {row.code} of vendor {row.vendor}", row, line.where)

    def _command(self, line: _Line, body: list[_Line]) -> None:
        fields = tuple(_field(member, self.rows) for member in body)
        named = tuple(f for f in fields if f)
        if match := _GROUP.fullmatch(line.text):
            command = self._group(match, named, line.where)
        elif match := _COMMAND.fullmatch(line.text):
            command = _plain_command(match, named)
        else:
            raise GrammarError(f"{line.where}: not a command: {line.text}")
        command = replace(command, open=None in fields)
        _declare(self.commands, command.name, command, line.where)

    def _group(self, match: re.Match[str], fields: tuple[Field, ...], where: str) -> Command:
        row = self.rows.get(match["name"])
        key = int(match["vendor"] or 0) << 32 | int(match["code"])
        if row is None or (row.key, row.type) != (key, "Grouped"):
            raise GrammarError(f"{where}: no Grouped AVP row for {match['name']} of this code")
        users = [c.name for c in self.commands.values() for f in c.fields if f.row.name == row.name]
        if users or row in (f.row for f in fields):
            # What stands before its users cannot hold itself: depth is bounded by the grammar.
            user = users[0] if users else row.name
            raise GrammarError(f"{where}: {row.name} must stand before {user}, which holds it")
        self.rows[row.name] = replace(row, members=tuple(f.counts for f in fields))
        return Command(row.name, None, 0, request=False, proxiable=False, fields=fields, open=False)


def _declare(table: dict[K, T], name: K, value: T, where: str) -> None:
    if name in table:
        raise GrammarError(f"{where}: {name} is declared twice")
    table[name] = value


def _row(line: _Line, vendor: int) -> Row:
    match = _OWN_ROW.fullmatch(line.text)
    row = _own(match, vendor) if match else _standard(line, vendor)
    if row.type not in TYPES:
        raise GrammarError(f"{line.where}: no such type: {row.type}")
    if match and ("V" in match["flags"]) != bool(vendor):
        raise GrammarError(f"{line.where}: the V flag is for AVPs of a vendor, and for all of them")
    return row


def _own(match: re.Match[str], vendor: int) -> Row:
    mandatory = "M" in match["flags"]
    row = Row(match["name"], int(match["code"]), vendor, match["type"], mandatory)
    return _bounded(row, match)


def _standard(line: _Line, vendor: int) -> Row:
    """An AVP that other dictionaries have; where they disagree, the line says which, and why."""
    match = _STANDARD_ROW.fullmatch(line.text)
    if match is None:
        raise GrammarError(f"{line.where}: not an AVP row: {line.text}")
    overrides = _overrides(match)
    if overrides and not line.comment:
        raise GrammarError(f"{line.where}: {match['name']} overrides a dictionary without a reason")
    try:
        standard = look_up(match["name"], vendor, overrides)
    except Disagreement as error:
        raise GrammarError(f"{line.where}: {error}") from None
    row = Row(match["name"], standard.code, vendor, standard.type, standard.mandatory)
    return _bounded(row, match)


def _overrides(match: re.Match[str]) -> Overrides:
    overrides: Overrides = {}
    if match["code"]:
        overrides["code"] = int(match["code"])
    if match["type"]:
        overrides["type"] = match["type"]
    if match["flags"]:
        overrides["mandatory"] = "M" in match["flags"]
    return overrides


def _bounded(row: Row, match: re.Match[str]) -> Row:
    low = int(match["low"]) if match["low"] else None
    high = int(match["high"]) if match["high"] else low
    return replace(row, low=low, high=high, secret=bool(match["secret"]))


def _plain_command(match: re.Match[str], fields: tuple[Field, ...]) -> Command:
    return Command(
        name=match["name"],
        code=int(match["code"]),
        application=int(match["application"] or 0),
        request=bool(match["request"]),
        proxiable=bool(match["proxiable"]),
        fields=fields,
        open=False,
    )


def _field(line: _Line, rows: dict[str, Row]) -> Field | None:
    """A field, or None for `* [ AVP ]`."""
    match = _FIELD.fullmatch(line.text)
    if match is None or _BRACKETS[match["place"]] != match["end"]:
        raise GrammarError(f"{line.where}: not a field: {line.text}")
    if match["name"] == _ANY:
        return None
    if match["name"] not in rows:
        raise GrammarError(f"{line.where}: no AVP row for {match['name']}")
    # Clause 3.2: without counts one, which `[ ]` makes optional; `*` alone starts from there.
    least = 0 if match["place"] == "[" else 1
    if match["low"] is None:
        return Field(rows[match["name"]], least, 1)
    return Field(rows[match["name"]], int(match["low"] or least), int(match["high"] or 0))
