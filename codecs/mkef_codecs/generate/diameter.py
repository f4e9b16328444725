"""Writes straight-line codecs of the Diameter grammar: a dataclass for each command and group."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from mkef_codecs.generate.grammar import TYPES, Command, Field, Grammar, GrammarError, read_grammar
from mkef_codecs.lab import VENDOR

_AVP_FOLDER = Path(__file__).parents[2] / "avp"
_FILES = ("base.dia", "zk.dia", "s6a.dia", "zr.dia", "gba.dia")

_HEADER = '''"""Commands and Grouped AVPs of `codecs/avp`. Written by `make codecs`."""

# A field that its type says is there may be None all the same:
# mypy: no-warn-unreachable

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from mkef_codecs.diameter.avp import (
    MANDATORY_BIT, VENDOR_BIT, Avp, arranged, check_length, check_range, decode_address,
    decode_identity, decode_time, encode_address, encode_avp, encode_identity,
    encode_integer32, encode_time, encode_unsigned32, encode_utf8, encode_vendor_avp,
    header_at, integer32_at, keys_at, no_word, out_of_range, unsigned32_at, wrong_length,
    wrong_size,
)
from mkef_codecs.diameter.failure import (
    BROKEN, check_count, kept, located, missing, not_mandatory, too_few, too_many,
)
'''

_DICTIONARY_HEADER = '''"""The rows of `codecs/avp`. Written by `make codecs`."""

from __future__ import annotations

from mkef_codecs.diameter.dictionary import CommandRow, Row
'''


@cache
def grammar() -> Grammar:
    """What `codecs/avp` says."""
    unlisted = {path.name for path in _AVP_FOLDER.glob("*.dia")} - set(_FILES)
    if unlisted:
        raise GrammarError(f"{min(unlisted)} has no place in the order of files: {_FILES}")
    return read_grammar([_AVP_FOLDER / name for name in _FILES])


def source() -> str:
    """The generated module of codecs."""
    return "\n".join(_lines(grammar())) + "\n"


def dictionary() -> str:
    """The generated module of rows."""
    return "\n".join(_dictionary(grammar())) + "\n"


def _dictionary(grammar: Grammar) -> Iterator[str]:
    yield _DICTIONARY_HEADER
    yield "ROWS: dict[str, Row] = {"
    for row in grammar.rows.values():
        members = f", members={row.members!r}" if row.members else ""
        secret = ", secret=True" if row.secret else ""
        bounds = "" if row.low is None else f", {row.low}, {row.high}"
        start = f"{row.name!r}, {row.code}, {row.vendor}, {row.type!r}, {row.mandatory}"
        yield f"    {row.name!r}: Row({start}{bounds}{secret}{members}),"
    yield "}"
    yield "BY_KEY: dict[int, Row] = {row.key: row for row in ROWS.values()}"
    yield "\nCOMMANDS: tuple[CommandRow, ...] = ("
    for command in grammar.commands:
        if command.code is not None:
            yield from _command_row(command)
    yield ")"
    yield f"\nAPPLICATIONS: dict[int, str] = {grammar.applications!r}"


def _command_row(command: Command) -> Iterator[str]:
    start = f"{command.name!r}, {command.code}, {command.application}"
    yield f"    CommandRow({start}, {command.request}, {command.proxiable}, ("
    for item in command.fields:
        yield f"        {item.counts!r},"
    yield "    )),"


def _lines(grammar: Grammar) -> Iterator[str]:
    groups = {c.name for c in grammar.commands if c.code is None}
    yield _HEADER
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
    name = _python_name(command.name)
    yield "\n\n@dataclass(slots=True, kw_only=True)"
    yield f"class {name}:"
    yield f'    """The {kind} {command.name}."""\n'
    if command.code is not None:
        yield f"    COMMAND: ClassVar[int] = {command.code}"
        yield f"    APPLICATION: ClassVar[int] = {command.application}"
        yield f"    FLAGS: ClassVar[int] = 0x{command.flags:02x}\n"
    yield from (f"    {_declaration(f, groups)}" for f in command.fields)
    yield "    others: list[Avp] = field(default_factory=list)"
    yield "    order: tuple[int, ...] = field(default=(), repr=False, compare=False)\n"
    yield from _encoder(command, groups)
    yield ""
    yield from _decoder(command, groups)


def _python_name(name: str) -> str:
    return name.replace("-", "")


def _python_type(item: Field, groups: set[str]) -> str:
    return _python_name(item.row.name) if item.row.name in groups else TYPES[item.row.type][0]


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
    yield '        """The AVPs, in the order of the grammar, or in that of the AVPs received."""'
    yield "        out: list[bytes] = []"
    for item in command.fields:
        yield from _written(item, command.name, groups)
    yield "        for other in self.others:"
    yield "            out.append(other.encode())"
    yield "        if self.order:"
    yield "            return arranged(out, self.order)"
    yield '        return b"".join(out)'


def _written(item: Field, command: str, groups: set[str]) -> Iterator[str]:
    """Statements that append a field's AVPs, as many as the grammar has."""
    name = item.attribute
    append = f"out.append({_encoded(item, name, groups)})"
    place = f'"{command}", "{item.row.name}"'
    if item.repeated:
        if item.low or item.high:
            yield f"        check_count({place}, len(self.{name}), {item.low}, {item.high})"
        yield f"        for {name} in self.{name}:"
        yield f"            {append}"
        return
    yield f"        {name} = self.{name}"
    if item.required:
        yield f"        if {name} is None:"
        yield f"            raise missing({place})"
        yield f"        {append}"
    else:
        yield f"        if {name} is not None:"
        yield f"            {append}"


def _encoded(item: Field, value: str, groups: set[str]) -> str:
    """A whole AVP; a header of constant length is a constant."""
    row = item.row
    data = f"{value}.encode()" if row.name in groups else _data(item, value)
    start = row.code << 32 | row.flags << 24
    vendor = row.vendor.to_bytes(4, "big") if row.vendor else b""
    if TYPES[row.type][0] == "int":
        head = (start | 12 + len(vendor)).to_bytes(8, "big") + vendor
        return f"{head!r} + {data}"
    if row.vendor:
        return f"encode_vendor_avp(0x{start | 12:x}, {vendor!r}, {data})"
    return f"encode_avp(0x{start | 8:x}, {data})"


def _data(item: Field, value: str) -> str:
    kind, stem = TYPES[item.row.type]
    bounds = f"{item.row.low}, {item.row.high}"
    if kind == "bytes":
        return value if item.row.low is None else f"check_length({value}, {bounds})"
    if item.row.low is None:
        return f"encode_{stem}({value})"
    return f"encode_{stem}(check_range({value}, {bounds}))"


def _decoded(item: Field, into: str, groups: set[str]) -> Iterator[str]:
    """Statements that put the value of an AVP's data into a variable; checks without a call."""
    row = item.row
    kind, stem = TYPES[row.type]
    if row.name in groups:
        yield f"{into} = {_python_name(row.name)}.decode(octets, data, stop)"
    elif stem in {"unsigned32", "integer32"}:
        yield "if stop - data != 4:"
        yield "    raise no_word()"
        yield f"({into},) = {stem}_at(octets, data)"
    elif kind == "int":
        yield f"{into} = decode_{stem}(octets, data, stop)"
    elif stem == "utf8":
        yield f"{into} = octets[data:stop].decode()"
    elif kind == "str":
        yield f"{into} = decode_{stem}(octets[data:stop])"
    else:
        if row.low is not None:
            yield f"if not {row.low} <= stop - data <= {row.high}:"
            yield f"    raise wrong_size(stop - data, {row.low}, {row.high})"
        yield f"{into} = octets[data:stop]"
    if kind == "int" and row.low is not None:
        yield f"if not {row.low} <= {into} <= {row.high}:"
        yield f"    raise out_of_range({into}, {row.low}, {row.high})"


def _decoder(command: Command, groups: set[str]) -> Iterator[str]:
    """A loop over AVPs that reads each header itself: a call for it would cost as much again."""
    name = _python_name(command.name)
    yield "    @classmethod"
    yield f"    def decode(cls, octets: bytes, start: int, end: int) -> {name}:"
    yield '        """Decode the AVPs between two offsets; what breaks the grammar is refused."""'
    for item in command.fields:
        kind = _python_type(item, groups)
        empty = f"list[{kind}] = []" if item.repeated else f"{kind} | None = None"
        yield f"        {item.attribute}: {empty}"
    yield "        others: list[Avp] = []"
    yield "        first = stop = start"
    yield "        try:"
    yield "            while start < end:"
    yield "                code, flags, high, low = header_at(octets, start)"
    yield "                stop = start + (high << 16 | low)"
    yield "                if flags & VENDOR_BIT:"
    yield "                    (vendor,) = unsigned32_at(octets, start + 8)"
    yield "                    data = start + 12"
    yield "                else:"
    yield "                    vendor = 0"
    yield "                    data = start + 8"
    yield "                if stop < data or stop > end:"
    yield "                    raise wrong_length(octets, start, end)"
    yield from _branches(command, groups)
    yield "                start = stop + 3 & ~3"
    yield "        except BROKEN as error:"
    yield f'            raise located(error, "{command.name}", octets, start, stop, end) from None'
    for item in command.fields:
        if item.required:
            yield from _counted(item, command.name)
    yield "        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field"
    for attribute in (*(f.attribute for f in command.fields), "others"):
        yield f"        made.{attribute} = {attribute}"
    yield "        made.order = keys_at(octets, first, end) if others else ()"
    yield "        return made"


def _branches(command: Command, groups: set[str]) -> Iterator[str]:
    """What is done with an AVP; vendors apart, so that few codes are compared."""
    other = f"kept(Avp(code, vendor, flags, octets[data:stop]), closed={not command.open})"
    word = "if"
    for vendor in dict.fromkeys(f.row.vendor for f in command.fields):
        yield f"                {word} vendor == {vendor}:"
        inner = "if"
        for item in command.fields:
            if item.row.vendor == vendor:
                yield from _branch(item, inner, groups, checked=command.request)
                inner = "elif"
        yield "                    else:"
        yield f"                        others.append({other})"
        word = "elif"
    yield "                else:"
    yield f"                    others.append({other})"


def _branch(item: Field, word: str, groups: set[str], *, checked: bool) -> Iterator[str]:
    """Of one code. In requests our own AVPs of the command itself have the M bit that their
    definition demands; with others' implementations differ."""
    name = item.attribute
    refusal = f"raise too_many({item.high})"
    yield f"                    {word} code == {item.row.code}:"
    if checked and item.row.vendor == VENDOR and item.row.mandatory:
        yield "                        if not flags & MANDATORY_BIT:"
        yield "                            raise not_mandatory()"
    if not item.repeated:
        yield f"                        if {name} is not None:"
        yield f"                            {refusal}"
        yield from (f"                        {line}" for line in _decoded(item, name, groups))
        return
    if item.high:
        yield f"                        if len({name}) == {item.high}:"
        yield f"                            {refusal}"
    variable = f"one_{name}"
    yield from (f"                        {line}" for line in _decoded(item, variable, groups))
    yield f"                        {name}.append({variable})"


def _counted(item: Field, command: str) -> Iterator[str]:
    """Statements that refuse fewer of an AVP than there must be."""
    place = f'"{command}", "{item.row.name}"'
    if item.repeated:
        yield f"        if len({item.attribute}) < {item.low}:"
        yield f"            raise too_few({place}, len({item.attribute}), {item.low})"
    else:
        yield f"        if {item.attribute} is None:"
        yield f"            raise missing({place})"
