"""Writes straight-line codecs of the Diameter grammar: a Struct for each command and group."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from mkef_codecs.generate.diameter_decoders import decoder
from mkef_codecs.generate.diameter_encoders import encoder
from mkef_codecs.generate.diameter_names import class_name, python_type
from mkef_codecs.generate.grammar import Command, Field, Grammar, GrammarError, read_grammar

_AVP_FOLDER = Path(__file__).parents[2] / "avp"
_FILES = ("base.dia", "zk.dia", "s6a.dia", "zr.dia", "gba.dia")

_HEADER = '''"""Commands and Grouped AVPs of `codecs/avp`. Written by `make codecs`."""

from __future__ import annotations

from typing import ClassVar

from mkef_codecs.diameter.avp import (
    Avp, arranged, check_length, check_lengths, decode_address, decode_identity, decode_time,
    encode_address, encode_avp, encode_fixed, encode_identity_avp, encode_integer32_avp,
    encode_time_avp, encode_unsigned32_avp, encode_vendor_avp, head_at, integer32_at, keys_at,
    no_word, out_of_range, short_head, signed, unsigned32_at, wrong_length, wrong_size,
)
from mkef_codecs.diameter.body import AvpBody
from mkef_codecs.diameter.failure import (
    BROKEN, UNWRITABLE, check_count, located, missing, too_few, too_many, unwritten,
)
from mkef_codecs.diameter.members import Members
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
    """Fields that must be there come first: then a decoder can name all of them by their place."""
    kind = "Grouped AVP" if command.code is None else "command"
    yield f"\n\nclass {class_name(command.name)}(AvpBody):"
    yield f'    """The {kind} {command.name}."""\n'
    if command.code is not None:
        yield f"    COMMAND: ClassVar[int] = {command.code}"
        yield f"    APPLICATION: ClassVar[int] = {command.application}"
        yield f"    FLAGS: ClassVar[int] = 0x{command.flags:02x}"
    yield from _members(command)
    hidden = {f.attribute for f in command.fields if f.row.secret}
    if hidden:
        yield f"    SECRET: ClassVar[frozenset[str]] = frozenset({sorted(hidden)!r})"
    yield ""
    yield from (f"    {_declaration(f, groups)}" for f in command.by_need)
    yield "    others: list[Avp] = []"
    yield "    order: tuple[int, ...] = ()\n"
    yield from encoder(command, groups)
    yield ""
    yield from decoder(command, groups)


def _members(command: Command) -> Iterator[str]:
    yield "    MEMBERS: ClassVar[Members] = Members("
    yield f"        {', '.join(repr(f.row.name) for f in command.fields)},"
    yield f"        closed={not command.open}, strict={command.request},"
    yield "    )"


def _declaration(item: Field, groups: set[str]) -> str:
    kind = python_type(item, groups)
    if item.repeated:
        return f"{item.attribute}: list[{kind}] = []"
    if item.required:
        return f"{item.attribute}: {kind}"
    return f"{item.attribute}: {kind} | None = None"
