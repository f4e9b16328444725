"""Writes straight-line codecs of the Diameter grammar: a dataclass for each command and group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mkef_codecs.generate.grammar import TYPES, Command, Field, Grammar, read_grammar

_AVP_FOLDER = Path(__file__).parents[2] / "avp"
_FILES = ("base.dia", "zk.dia")

_HEADER = '''"""Commands and Grouped AVPs of `codecs/avp`. Written by `make codecs`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from mkef_codecs.diameter.avp import (
    Avp, check_length, check_range, decode_address, decode_identity, decode_octets, decode_time,
    decode_unsigned32, decode_utf8, encode_address, encode_avp, encode_identity, encode_octets,
    encode_time, encode_unsigned32, encode_utf8, outside, scan,
)
from mkef_codecs.diameter.failure import located, missing, too_many
from mkef_codecs.errors import CodecError
'''


def source() -> str:
    """The generated module."""
    grammar = read_grammar([_AVP_FOLDER / name for name in _FILES])
    return "\n".join(_lines(grammar)) + "\n"


def _lines(grammar: Grammar) -> Iterator[str]:
    groups = {c.name for c in grammar.commands if c.code is None}
    yield _HEADER
    yield "# name: (code, vendor, type)"
    yield "AVPS: dict[str, tuple[int, int, str]] = {"
    for row in grammar.rows.values():
        yield f'    "{row.name}": ({row.code}, {row.vendor}, "{row.type}"),'
    yield "}"
    yield "KNOWN = frozenset(vendor << 32 | code for code, vendor, _ in AVPS.values())"
    for command in grammar.commands:
        yield from _class(command, groups)
    for name, request in (("REQUESTS", True), ("ANSWERS", False)):
        chosen = [c for c in grammar.commands if c.code and c.request is request]
        union = " | ".join(f"type[{c.name}]" for c in chosen)
        yield ""
        yield f"{name}: dict[int, {union}] = {{"
        yield from (f"    {c.code}: {c.name}," for c in chosen)
        yield "}"


def _class(command: Command, groups: set[str]) -> Iterator[str]:
    kind = "Grouped AVP" if command.code is None else "command"
    yield "\n\n@dataclass(slots=True, kw_only=True)"
    yield f"class {_python_name(command.name)}:"
    yield f'    """The {kind} {command.name}."""\n'
    if command.code is not None:
        yield f"    COMMAND: ClassVar[int] = {command.code}"
        yield f"    APPLICATION: ClassVar[int] = {command.application}"
        yield f"    FLAGS: ClassVar[int] = 0x{command.flags:02x}\n"
    yield from (f"    {_declaration(f, groups)}" for f in command.fields)
    yield "    others: list[Avp] = field(default_factory=list)\n"
    yield from _encoder(command, groups)
    yield ""
    yield from _decoder(command, groups)


def _python_name(name: str) -> str:
    return name.replace("-", "") if "-" in name else name


def _is_group(item: Field, groups: set[str]) -> bool:
    return item.row.name in groups


def _python_type(item: Field, groups: set[str]) -> str:
    if _is_group(item, groups):
        return _python_name(item.row.name)
    return TYPES[item.row.type][0]


def _declaration(item: Field, groups: set[str]) -> str:
    kind = _python_type(item, groups)
    hidden = "repr=False" if item.row.secret else ""
    if item.repeated:
        options = ", ".join(filter(None, ("default_factory=list", hidden)))
        return f"{item.attribute}: list[{kind}] = field({options})"
    if item.required:
        return f"{item.attribute}: {kind}" + (f" = field({hidden})" if hidden else "")
    options = ", ".join(filter(None, ("default=None", hidden)))
    return f"{item.attribute}: {kind} | None = " + (f"field({options})" if hidden else "None")


def _encoder(command: Command, groups: set[str]) -> Iterator[str]:
    yield "    def encode(self) -> bytes:"
    yield '        """The AVPs, in the order of the grammar."""'
    yield "        out: list[bytes] = []"
    for item in command.fields:
        name = f"self.{item.attribute}"
        value = "value" if item.repeated else name
        head = f"{item.row.head!r}, {item.row.vendor_octets!r}"
        encoded = f"encode_avp({head}, {_encoded(item, value, groups)})"
        if item.repeated:
            yield f"        out.extend({encoded} for value in {name})"
        elif item.required:
            yield f"        out.append({encoded})"
        else:
            yield f"        if {name} is not None:"
            yield f"            out.append({encoded})"
    yield "        out.extend(other.encode() for other in self.others)"
    yield '        return b"".join(out)'


def _encoded(item: Field, value: str, groups: set[str]) -> str:
    if _is_group(item, groups):
        return f"{value}.encode()"
    kind, stem = TYPES[item.row.type]
    if item.row.low is None:
        return f"encode_{stem}({value})"
    bounds = f"{item.row.low}, {item.row.high}"
    if kind == "bytes":
        return f"check_length({value}, {bounds})"
    return f"encode_{stem}(check_range({value}, {bounds}))"


def _decoded(item: Field, groups: set[str]) -> str:
    if _is_group(item, groups):
        return f"{_python_name(item.row.name)}.decode(octets, data, stop)"
    kind, stem = TYPES[item.row.type]
    if item.row.low is None:
        return f"decode_{stem}(octets[data:stop])"
    bounds = f"{item.row.low}, {item.row.high}"
    if kind == "bytes":
        return f"check_length(octets[data:stop], {bounds})"
    return f"check_range(decode_{stem}(octets[data:stop]), {bounds})"


def _decoder(command: Command, groups: set[str]) -> Iterator[str]:
    name = _python_name(command.name)
    yield "    @classmethod"
    yield f"    def decode(cls, octets: bytes, position: int, end: int) -> {name}:"
    yield '        """Decode the AVPs between two offsets; what breaks the grammar is refused."""'
    for item in command.fields:
        kind = _python_type(item, groups)
        empty = f"list[{kind}] = []" if item.repeated else f"{kind} | None = None"
        yield f"        {item.attribute}: {empty}"
    yield "        others: list[Avp] = []"
    yield "        for key, flags, start, data, stop in scan(octets, position, end):"
    yield "            try:"
    for index, item in enumerate(command.fields):
        yield f"                {'elif' if index else 'if'} key == {item.row.key}:"
        if item.repeated:
            yield f"                    {item.attribute}.append({_decoded(item, groups)})"
            continue
        yield f"                    if {item.attribute} is not None:"
        yield f'                        raise too_many("{item.row.name}")'
        yield f"                    {item.attribute} = {_decoded(item, groups)}"
    yield "                else:"
    yield "                    others.append(outside(octets, key, flags, start, data, stop, KNOWN))"
    yield "            except CodecError as error:"
    located = f'located(error, "{command.name}", octets[start:stop], start)'
    yield f"                raise {located} from None"
    for item in command.fields:
        if item.required:
            test = f"not {item.attribute}" if item.repeated else f"{item.attribute} is None"
            yield f"        if {test}:"
            yield f"            raise {_missing(command, item)}"
    arguments = [f"{f.attribute}={f.attribute}" for f in command.fields]
    yield f"        return cls({', '.join([*arguments, 'others=others'])})"


def _missing(command: Command, item: Field) -> str:
    size = item.row.low if item.row.low and item.row.type == "OctetString" else 0
    if item.row.type in {"Unsigned32", "Enumerated", "Time"}:
        size = 4
    row = item.row
    return f'missing("{command.name}", "{row.name}", {row.head!r}, {row.vendor_octets!r}, {size})'
