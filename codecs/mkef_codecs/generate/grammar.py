"""Reads `codecs/avp/*.dia`: AVP rows and commands in the notation of RFC 6733 clause 3.2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

# Diameter type -> Python type and the stem of its functions in mkef_codecs.diameter.avp
TYPES = {
    "Address": ("str", "address"),
    "DiameterIdentity": ("str", "identity"),
    "Enumerated": ("int", "unsigned32"),
    "Grouped": ("bytes", "octets"),
    "OctetString": ("bytes", "octets"),
    "Time": ("int", "time"),
    "UTF8String": ("str", "utf8"),
    "Unsigned32": ("int", "unsigned32"),
}

_ROW = re.compile(
    r"(?P<name>[A-Z][\w-]*)\s+(?P<code>\d+)\s+(?P<type>[A-Z]\w+)\s+(?P<flags>-|V?M?)"
    r"(?:\s+(?P<low>\d+)(?:\.\.(?P<high>\d+))?)?(?P<secret>\s+secret)?"
)
_COMMAND = re.compile(
    r"<(?P<name>[A-Z]+)> ::= < Diameter Header: (?P<code>\d+)"
    r"(?P<request>, REQ)?(?P<proxiable>, PXY)?(?: (?P<application>\d+))? >"
)
_GROUP = re.compile(r"(?P<name>[A-Z][\w-]*) ::= < AVP Header: (?P<code>\d+)(?: (?P<vendor>\d+))? >")
_VENDOR = re.compile(r"@vendor (?P<vendor>\d+)")
_FIELD = re.compile(r"(?P<count>\d*\s*\*\s*)?(?:[<{\[] (?P<name>[A-Z][\w-]*) [>}\]])")


class GrammarError(Exception):
    """A line that this notation does not have."""


@dataclass(frozen=True, slots=True)
class Row:
    """An AVP: name, code, vendor, type, flags and bounds of its size or value."""

    name: str
    code: int
    vendor: int
    type: str
    mandatory: bool
    low: int | None
    high: int | None
    secret: bool

    @property
    def key(self) -> int:
        """What `scan` yields for it."""
        return self.vendor << 32 | self.code

    @property
    def head(self) -> bytes:
        """Code and flags, 5 octets."""
        flags = (0x80 if self.vendor else 0) | (0x40 if self.mandatory else 0)
        return self.code.to_bytes(4, "big") + bytes((flags,))

    @property
    def vendor_octets(self) -> bytes:
        """Vendor-Id, 4 octets, or none."""
        return self.vendor.to_bytes(4, "big") if self.vendor else b""


@dataclass(frozen=True, slots=True)
class Field:
    """An AVP's place in a grammar."""

    row: Row
    required: bool
    repeated: bool

    @property
    def attribute(self) -> str:
        """The name in Python."""
        return self.row.name.lower().replace("-", "_")


@dataclass(frozen=True, slots=True)
class Command:
    """A command, or a Grouped AVP where `code` is None."""

    name: str
    code: int | None
    application: int
    flags: int
    request: bool
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """All rows by name, groups before the commands that use them."""

    rows: dict[str, Row]
    commands: tuple[Command, ...]


Lines = list[tuple[str, str]]  # each with its place, `file:line`


def read_grammar(paths: list[Path]) -> Grammar:
    """The union of several files; an AVP or command declared twice is an error."""
    rows: dict[str, Row] = {}
    codes: dict[str, Row] = {}
    commands: dict[str, Command] = {}
    for path in paths:
        for where, heading, body in _blocks(path):
            if isinstance(heading, Row):
                _declare(rows, heading.name, heading, where)
                _declare(codes, f"code {heading.code} of vendor {heading.vendor}", heading, where)
                continue
            command = _command(heading, body, rows, where)
            _declare(commands, command.name, command, where)
    return Grammar(rows, tuple(commands.values()))


def _declare(table: dict[str, T], name: str, value: T, where: str) -> None:
    if name in table:
        raise GrammarError(f"{where}: {name} is declared twice")
    table[name] = value


def _blocks(path: Path) -> Iterator[tuple[str, Row | str, Lines]]:
    """Rows, and headings with the lines that belong to them."""
    vendor = 0
    heading, body, start = "", [], ""
    for number, text in enumerate(path.read_text().splitlines(), 1):
        line = text.partition(";")[0].rstrip()
        where = f"{path.name}:{number}"
        if not line:
            continue
        if line[0] in " 0123456789" and heading:
            body.append((where, line.strip()))
            continue
        if heading:
            yield start, heading, body
            heading, body = "", []
        if match := _VENDOR.fullmatch(line):
            vendor = int(match["vendor"])
        elif "::=" in line:
            heading, start = line, where
        else:
            yield where, _row(line, vendor, where), []
    if heading:
        yield start, heading, body


def _row(line: str, vendor: int, where: str) -> Row:
    match = _ROW.fullmatch(line)
    if match is None:
        raise GrammarError(f"{where}: not an AVP row: {line}")
    if match["type"] not in TYPES:
        raise GrammarError(f"{where}: no such type: {match['type']}")
    if ("V" in match["flags"]) != bool(vendor):
        raise GrammarError(f"{where}: the V flag is for AVPs of a vendor, and for all of them")
    low = int(match["low"]) if match["low"] else None
    return Row(
        name=match["name"],
        code=int(match["code"]),
        vendor=vendor,
        type=match["type"],
        mandatory="M" in match["flags"],
        low=low,
        high=int(match["high"]) if match["high"] else low,
        secret=bool(match["secret"]),
    )


def _command(heading: str, body: Lines, rows: dict[str, Row], where: str) -> Command:
    fields = tuple(f for place, line in body for f in _field(line, rows, place))
    if match := _GROUP.fullmatch(heading):
        row = rows.get(match["name"])
        key = int(match["vendor"] or 0) << 32 | int(match["code"])
        if row is None or (row.key, row.type) != (key, "Grouped"):
            raise GrammarError(f"{where}: no Grouped AVP row for {match['name']} of this code")
        return Command(match["name"], None, 0, 0, request=False, fields=fields)
    match = _COMMAND.fullmatch(heading)
    if match is None:
        raise GrammarError(f"{where}: not a command: {heading}")
    return Command(
        name=match["name"],
        code=int(match["code"]),
        application=int(match["application"] or 0),
        flags=(0x80 if match["request"] else 0) | (0x40 if match["proxiable"] else 0),
        request=bool(match["request"]),
        fields=fields,
    )


def _field(line: str, rows: dict[str, Row], where: str) -> Iterator[Field]:
    match = _FIELD.fullmatch(line)
    if match is None:
        raise GrammarError(f"{where}: not a field: {line}")
    if match["name"] == "AVP":
        return
    if match["name"] not in rows:
        raise GrammarError(f"{where}: no AVP row for {match['name']}")
    required = "[" not in line and (not match["count"] or match["count"][0] != "*")
    yield Field(rows[match["name"]], required=required, repeated=bool(match["count"]))
