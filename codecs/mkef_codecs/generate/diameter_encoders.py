"""Writes the encoders of commands and Grouped AVPs: their AVPs, one expression for each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from mkef_codecs.generate.grammar import TYPES, Command, Field


def encoder(command: Command, groups: set[str]) -> Iterator[str]:
    """A list of AVPs; what is not there and must be, an expression stumbles over."""
    required = tuple(f.row.name for f in command.fields if f.required and not f.repeated)
    yield "    def encode(self) -> bytes:"
    yield '        """The AVPs, in the order of the grammar, or in that of the AVPs received."""'
    yield "        out: list[bytes] = []"
    yield "        try:"
    for repeated, fields in groupby(command.fields, key=lambda field: field.repeated):
        lines = _repeated if repeated else _single
        yield from (f"            {line}" for line in lines(list(fields), command.name, groups))
    yield "            for other in self.others:"
    yield "                out.append(other.encode())"
    yield "        except UNWRITABLE as error:"
    yield f'            raise unwritten(error, self, "{command.name}", {required!r}) from None'
    yield "        if self.order:"
    yield "            return arranged(out, self.order)"
    yield '        return b"".join(out)'


def _single(fields: list[Field], _command: str, groups: set[str]) -> Iterator[str]:
    """An AVP of each field, or no octets."""
    yield "out += ("
    for item in fields:
        value = f"self.{item.attribute}"
        absent = "" if item.required else f' if {value} is not None else b""'
        yield f"    {_encoded(item, value, groups)}{absent},"
    yield ")"


def _repeated(fields: list[Field], command: str, groups: set[str]) -> Iterator[str]:
    """As many AVPs as the grammar has."""
    for item in fields:
        name = item.attribute
        if item.low or item.high:
            place = f'"{command}", "{item.row.name}"'
            yield f"check_count({place}, len(self.{name}), {item.low}, {item.high})"
        yield f"for {name} in self.{name}:"
        yield f"    out.append({_encoded(item, name, groups)})"


def _encoded(item: Field, value: str, groups: set[str]) -> str:
    """A whole AVP; its header is a constant but for the length of data that has several."""
    row = item.row
    kind, stem = TYPES[row.type]
    start = row.code << 32 | row.flags << 24
    vendor = row.vendor.to_bytes(4) if row.vendor else b""
    bounds = "" if row.low is None else f", {row.low}, {row.high}"
    if kind == "int":
        head = (start | 12 + len(vendor)).to_bytes(8) + vendor
        return f"encode_{stem}_avp({head!r}, {value}{bounds})"
    if stem == "identity":
        return f"encode_identity_avp(0x{start | 8:x}, {value})"
    if kind == "bytes" and row.low is not None and row.low == row.high:
        head = (start | 8 + len(vendor) + row.low).to_bytes(8) + vendor
        return f"encode_fixed({head!r}, {value}, {row.low})"
    data = _data(item, value, groups)
    if row.vendor:
        return f"encode_vendor_avp(0x{start | 12:x}, {vendor!r}, {data})"
    return f"encode_avp(0x{start | 8:x}, {data})"


def _data(item: Field, value: str, groups: set[str]) -> str:
    row = item.row
    kind, stem = TYPES[row.type]
    if row.name in groups or stem == "utf8":
        return f"{value}.encode()"
    if kind == "str":
        return f"encode_{stem}({value})"
    return value if row.low is None else f"check_length({value}, {row.low}, {row.high})"
