"""Writes the decoders of commands and Grouped AVPs.

Most senders write AVPs in the order of the grammar (RFC 6733 clause 3.2 demands it of some). So a
decoder asks in that order what the next AVP is, again and again until all are read: a message in
the usual order takes one round, any other one as many as it goes back. What no question of a round
takes has flags other than usual or no name here; the command's members tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from mkef_codecs.generate.diameter_names import class_name, python_type
from mkef_codecs.generate.grammar import TYPES, Command, Field

_AT = " " * 16  # where a question stands


def decoder(command: Command, groups: set[str]) -> Iterator[str]:
    """A loop over AVPs that reads each header itself: a call for it would cost as much again."""
    yield "    @classmethod"
    yield f"    def decode(cls, octets: bytes, start: int, end: int) -> {class_name(command.name)}:"
    yield '        """Decode the AVPs between two offsets; what breaks the grammar is refused."""'
    for item in command.fields:
        kind = python_type(item, groups)
        empty = f"list[{kind}] = []" if item.repeated else f"{kind} | None = None"
        yield f"        {item.attribute}: {empty}"
    yield "        others: list[Avp] = []"
    yield "        first, last, at = start, end - 12, -8"
    yield "        try:"
    yield "            while start < end:"
    yield f"{_AT}if start - at > 4:"
    yield f"{_AT}    at = start"
    yield f"{_AT}    if start > last:"
    yield f"{_AT}        head, size, word = short_head(octets, start, end)"
    yield f"{_AT}    else:"
    yield f"{_AT}        head, size, word = head_at(octets, start)"
    for item in command.fields:
        yield from (f"{_AT}{line}" for line in _question(item, groups))
    yield f"{_AT}if start == at:"
    yield f"{_AT}    head = cls.MEMBERS.variants.get(head, b'')"
    yield f"{_AT}    if not head:"
    yield f"{_AT}        head, size, word, start = cls.MEMBERS.unusual("
    yield f"{_AT}            octets, start, end, others"
    yield f"{_AT}        )"
    yield f"{_AT}elif start <= last:"
    yield f"{_AT}    at = start  # whose header is read already"
    yield "            if start > end:"
    yield "                check_lengths(octets, first, end)"
    yield "        except BROKEN as error:"
    yield f'            raise located(error, "{command.name}", octets, start, end, at) from None'
    for item in command.fields:
        if item.required:
            yield from _counted(item, command.name)
    attributes = ", ".join(f.attribute for f in command.by_need)
    yield "        order = keys_at(octets, first, end) if others else ()"
    yield f"        return cls({attributes}, others, order)"


def _question(item: Field, groups: set[str]) -> Iterator[str]:
    """Whether the AVP that was read the header of is this one; then its value, and the next header.

    A length that ends behind the message or group is found when all are read.
    """
    row, name = item.row, item.attribute
    vendor = f" and word == {row.vendor}" if row.vendor else ""
    yield f"{'while' if item.repeated else 'if'} head == {row.head!r}{vendor}:"
    yield from (f"    {line}" for line in _taken(item, name, groups))
    yield "    if start > last:"
    yield f"        {'break' if item.repeated else 'continue'}"
    yield "    head, size, word = head_at(octets, start)"


def _taken(item: Field, name: str, groups: set[str]) -> Iterator[str]:
    if not item.repeated:
        yield f"if {name} is not None:"
        yield "    raise too_many(1)"
        yield from _decoded(item, name, groups)
        return
    if item.high:
        yield f"if len({name}) == {item.high}:"
        yield f"    raise too_many({item.high})"
    yield from _decoded(item, f"one_{name}", groups)
    yield f"{name}.append(one_{name})"


def _decoded(item: Field, into: str, groups: set[str]) -> Iterator[str]:
    """Statements that put an AVP's value into a variable and pass the AVP."""
    row = item.row
    kind, stem = TYPES[row.type]
    header = 12 if row.vendor else 8
    if kind == "int":
        yield f"if size != {header + 4}:"
        yield "    raise no_word()"
        yield from _number(item, into)
        yield f"start += {header + 4}"
        return
    yield from _size_checked(item, header, groups)
    yield "stop = start + size"
    data = f"octets[start + {header} : stop]"
    if row.name in groups:
        yield f"{into} = {class_name(row.name)}.decode(octets, start + {header}, stop)"
    elif stem == "utf8":
        yield f"{into} = {data}.decode()"
    else:
        yield f"{into} = decode_{stem}({data})" if kind == "str" else f"{into} = {data}"
    yield "start = stop + 3 & ~3"


def _size_checked(item: Field, header: int, groups: set[str]) -> Iterator[str]:
    """A length with which there is a value; no identity or address is empty."""
    row = item.row
    kind, stem = TYPES[row.type]
    if kind == "bytes" and row.low is not None:
        low, high = header + row.low, header + (row.high or 0)
        yield f"if size != {low}:" if low == high else f"if not {low} <= size <= {high}:"
        yield f"    raise wrong_size(size - {header}, {row.low}, {row.high})"
    elif row.name in groups or stem in {"utf8", "octets"}:
        yield f"if size < {header}:"
        yield "    raise wrong_length(octets, start, end)"


def _number(item: Field, into: str) -> Iterator[str]:
    """What `head_at` has read already, unless Vendor-Id stood there."""
    row = item.row
    stem = TYPES[row.type][1]
    low, high = row.low, row.high
    if row.vendor:
        read = "integer32_at" if stem == "integer32" else "unsigned32_at"
        yield f"({into},) = {read}(octets, start + 12)"
    else:
        yield f"{into} = signed(word)" if stem == "integer32" and low is None else f"{into} = word"
    if stem == "time":
        yield f"{into} = decode_time({into})"
    elif low is not None:
        shown = f"signed({into})" if stem == "integer32" and not row.vendor else into
        yield f"if not {low} <= {into} <= {high}:"
        yield f"    raise out_of_range({shown}, {low}, {high})"


def _counted(item: Field, command: str) -> Iterator[str]:
    """Statements that refuse fewer of an AVP than there must be."""
    place = f'"{command}", "{item.row.name}"'
    if item.repeated:
        yield f"        if len({item.attribute}) < {item.low}:"
        yield f"            raise too_few({place}, len({item.attribute}), {item.low})"
    else:
        yield f"        if {item.attribute} is None:"
        yield f"            raise missing({place})"
