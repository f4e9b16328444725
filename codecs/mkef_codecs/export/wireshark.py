"""Wireshark Lua: the dissector beside this file, and before it the tables made from our rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files

from mkef_codecs.diameter.dictionary import Row
from mkef_codecs.export.ours import Application, all_rows
from mkef_codecs.lab import MTC_AUTHENTICATION, MTC_SEND_AUTHENTICATION_INFO, VENDOR

FILE = "mkef.lua"
_PLACE = "-- @tables\n"

# Shared with CoAP and MAP, where no AVP gives them a name.
SHORTER = {"MTC-Device-RAND": "rand", "MTC-Key-Profile": "profile"}


def source(applications: Sequence[Application]) -> str:
    """The whole Lua file, the same octets from the same rows."""
    dissector = (files(__package__) / FILE).read_text(encoding="utf-8")
    return dissector.replace(_PLACE, "\n".join(_tables(applications)) + "\n")


def field(row: Row) -> str:
    """The name of an AVP in display filters: `mkef.server_id` of MTC-Server-Id."""
    name = SHORTER.get(row.name, row.name.removeprefix("MTC-").lower().replace("-", "_"))
    return f"mkef.{name}"


def _tables(applications: Sequence[Application]) -> Iterator[str]:
    yield f"local VENDOR = {VENDOR}"
    yield f"local EXTENSION = {_text(_dotted(MTC_AUTHENTICATION))}"
    yield f"local OPERATION = {_text(_dotted(MTC_SEND_AUTHENTICATION_INFO))}"
    yield "local APPLICATIONS = {"
    yield from (f"  [{a.id}] = {_text(a.name)}," for a in applications)
    yield "}"
    yield "local COMMANDS = {"
    for application in applications:
        for command in application.commands:
            names = (
                f"request = {_text(command.request.name)}, answer = {_text(command.answer.name)}"
            )
            pair = f"application = {application.id}, {names}"
            yield f"  [{command.request.code}] = {{ {pair} }},"
    yield "}"
    yield "local AVPS = {"
    yield from _avps(_shown(all_rows(applications)))
    yield "}"


def _shown(rows: Sequence[Row]) -> list[Row]:
    """Our AVPs and what our groups hold; Wireshark shows the others itself."""
    members = {member for row in rows if row.vendor == VENDOR for member, *_ in row.members}
    return [row for row in rows if row.vendor == VENDOR or row.name in members]


def _avps(rows: Sequence[Row]) -> Iterator[str]:
    for vendor in sorted({row.vendor for row in rows}):
        yield f"  [{vendor}] = {{"
        yield from (f"    [{r.code}] = {{ {_row(r)} }}," for r in rows if r.vendor == vendor)
        yield "  },"


def _row(row: Row) -> str:
    parts = {"field": _text(field(row)), "name": _text(row.name), "type": _text(row.type)}
    if row.low is not None:
        parts |= {"low": str(row.low), "high": str(row.high)}
    return ", ".join(f"{key} = {value}" for key, value in parts.items())


def _text(value: str) -> str:
    """A Lua string; ours have no character that Lua would want escaped."""
    return f'"{value}"'


def _dotted(oid: Sequence[int]) -> str:
    return ".".join(map(str, oid))
