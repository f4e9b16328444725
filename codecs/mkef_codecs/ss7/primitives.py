"""BER of single values, as the generated codecs call it: X.690 clauses 8.3, 8.6 to 8.8, 8.19.

Decoders give the value at an offset and the offset behind it. Encoders give the whole value, or
refuse it with the path that they are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.ber import (
    MAX_DEPTH,
    OCTET,
    PADDING,
    Oid,
    header,
    inside,
    skip,
    tlv,
)

MAX_INTEGER = 8  # octets; nothing in TCAP or MAP is longer
MAX_OID = 64  # octets
LEAST, MOST = -(1 << 63), (1 << 63) - 1  # of an INTEGER without bounds of its own
UNBOUNDED = 1 << 32

Bits = tuple[int, int]  # the bits as a number, and how many they are
Name = TypeVar("Name", bound=str)


def wrong_size(size: int, low: int, high: int, path: str, offset: int | None = None) -> CodecError:
    """A size, of octets or of elements, that the type does not allow."""
    wanted = f"{low}" if low == high else f"{low} to {high}"
    return CodecError(f"{size} where {wanted} are allowed", offset=offset, path=path)


def out_of_range(
    number: int, low: int, high: int, path: str, offset: int | None = None
) -> CodecError:
    """A number that the type does not allow."""
    return CodecError(f"{number} is not within {low} to {high}", offset=offset, path=path)


def decode_octet_string(
    octets: bytes, at: int, end: int, identifier: int, low: int, high: int, name: str
) -> tuple[bytes, int]:
    """An OCTET STRING of `low` to `high` octets, primitive or constructed."""
    if at < end and octets[at] == identifier | 0x20:
        start, stop, after = header(octets, at, end, identifier | 0x20, name)
        value = b"".join(_segments(octets, start, stop, 0x04, MAX_DEPTH))
    else:
        start, stop, after = header(octets, at, end, identifier, name)
        value = octets[start:stop]
    if not low <= len(value) <= high:
        raise wrong_size(len(value), low, high, name, at)
    return value, after


def _segments(octets: bytes, at: int, end: int, identifier: int, depth: int) -> list[bytes]:
    """The contents of the primitive segments of a constructed string, in order."""
    if not depth:
        raise CodecError("a string nested too deeply", offset=at)
    segments = []
    while at < end:
        constructed = octets[at] == identifier | 0x20
        start, stop, at = header(octets, at, end, identifier | 0x20 * constructed, "segment")
        if constructed:
            segments += _segments(octets, start, stop, identifier, depth - 1)
        else:
            segments.append(octets[start:stop])
    return segments


def decode_bit_string(
    octets: bytes, at: int, end: int, identifier: int, name: str
) -> tuple[Bits, int]:
    """A BIT STRING, primitive or constructed; only the last segment may leave bits unused."""
    if octets[at] == identifier and octets[at + 1] == 2 and at + 4 <= end and octets[at + 2] < 8:
        return (octets[at + 3] >> octets[at + 2], 8 - octets[at + 2]), at + 4
    if at < end and octets[at] == identifier | 0x20:
        start, stop, after = header(octets, at, end, identifier | 0x20, name)
        segments = _segments(octets, start, stop, 0x03, MAX_DEPTH)
    else:
        start, stop, after = header(octets, at, end, identifier, name)
        segments = [octets[start:stop]]
    if not segments or not all(segments) or any(segment[0] for segment in segments[:-1]):
        raise CodecError("a bit string without its unused bits", offset=at, path=name)
    unused = segments[-1][0]
    content = b"".join(segment[1:] for segment in segments)
    if unused > 7 or (unused and len(segments[-1]) == 1):
        raise CodecError(f"{unused} unused bits", offset=at, path=name)
    return (int.from_bytes(content, "big") >> unused, 8 * len(content) - unused), after


def encode_bit_string(identifier: bytes, bits: Bits, path: str) -> bytes:
    """A BIT STRING of a number and its size in bits."""
    number, size = bits
    if number < 0 or number.bit_length() > size:
        raise CodecError(f"no bit string of {size} bits", path=path)
    unused = -size % 8
    return tlv(identifier, OCTET[unused] + (number << unused).to_bytes((size + unused) // 8, "big"))


def decode_integer(
    octets: bytes, at: int, end: int, identifier: int, low: int, high: int, name: str
) -> tuple[int, int]:
    """An INTEGER, or the number of an ENUMERATED, of `low` to `high`."""
    start, stop, after = header(octets, at, end, identifier, name)
    if not 1 <= stop - start <= MAX_INTEGER:
        raise wrong_size(stop - start, 1, MAX_INTEGER, name, at)
    number = int.from_bytes(octets[start:stop], "big", signed=True)
    if not low <= number <= high:
        raise out_of_range(number, low, high, name, at)
    return number, after


def encode_integer(identifier: bytes, number: int, low: int, high: int, path: str) -> bytes:
    """An INTEGER in as few octets as it takes."""
    if not low <= number <= high:
        raise out_of_range(number, low, high, path)
    if -128 <= number <= 127:
        return identifier + b"\x01" + OCTET[number]
    size = (number + (number < 0)).bit_length() // 8 + 1
    return identifier + OCTET[size] + number.to_bytes(size, "big", signed=True)


def decode_enumerated(
    octets: bytes, at: int, end: int, identifier: int, names: Mapping[int, Name], name: str
) -> tuple[Name, int]:
    """The name of an ENUMERATED value."""
    number, after = decode_integer(octets, at, end, identifier, LEAST, MOST, name)
    if number not in names:
        raise CodecError(f"no name for {number}", offset=at, path=name)
    return names[number], after


def encode_enumerated(identifier: bytes, value: str, names: Mapping[int, str], path: str) -> bytes:
    """The number of an ENUMERATED value's name."""
    for number, name in names.items():
        if name == value:
            return encode_integer(identifier, number, number, number, path)
    raise CodecError(f"no value {value!r}", path=path)


def decode_null(octets: bytes, at: int, end: int, identifier: int, name: str) -> tuple[None, int]:
    """A NULL, which has no content."""
    start, stop, after = header(octets, at, end, identifier, name)
    if start != stop:
        raise wrong_size(stop - start, 0, 0, name, at)
    return None, after


def decode_oid(octets: bytes, at: int, end: int, identifier: int, name: str) -> tuple[Oid, int]:
    """An OBJECT IDENTIFIER of at most 64 octets."""
    start, stop, after = header(octets, at, end, identifier, name)
    oid = arcs(octets[start:stop]) if stop - start <= MAX_OID else None
    if oid is None:
        raise CodecError("no object identifier", offset=at, path=name)
    return oid, after


# Few object identifiers are in use, and each message has several of them.
@lru_cache(maxsize=256)
def arcs(content: bytes) -> Oid | None:
    """The arcs of an object identifier, None if it has none or a badly written one."""
    if not content or content[-1] & 0x80:
        return None
    found, arc = [], 0
    for octet in content:
        if octet == 0x80 and not arc:
            return None
        arc = arc << 7 | octet & 0x7F
        if octet < 0x80:
            found.append(arc)
            arc = 0
    root = min(found[0] // 40, 2)
    return (root, found[0] - 40 * root, *found[1:])


@lru_cache(maxsize=256)
def oid_octets(oid: Oid) -> bytes:
    """Length and content of an OBJECT IDENTIFIER."""
    if len(oid) < 2 or min(oid) < 0 or oid[0] > 2 or (oid[0] < 2 and oid[1] > 39):
        raise CodecError(f"no object identifier: {oid}")
    content = bytearray()
    for arc in (40 * oid[0] + oid[1], *oid[2:]):
        shifts = range(7 * ((max(arc, 1).bit_length() - 1) // 7), 0, -7)
        content += bytes(0x80 | arc >> shift & 0x7F for shift in shifts)
        content.append(arc & 0x7F)
    if len(content) > MAX_OID:
        raise CodecError(f"an object identifier of {len(content)} octets")
    return OCTET[len(content)] + bytes(content)


def decode_any(octets: bytes, at: int, end: int, name: str) -> tuple[bytes, int]:
    """A whole value of any type, as it stands."""
    try:
        after = skip(octets, at, end)
    except CodecError as error:
        raise inside(error, name) from None
    return octets[at:after], after


# Identifiers of one octet. A value that begins with one of them and has its length in the octet
# behind is what the generated codecs look for first.
PLAIN = frozenset(range(1, 0x100)) - frozenset(range(0x1F, 0x100, 0x20))
# The length octet of such a value, by how many octets the whole value has.
SIZES = {2 + size: OCTET[size] for size in range(0x80)}


def is_one_value(octets: bytes) -> bool:
    """Whether octets are one value with a usual identifier and the shortest length, up to 255."""
    size = len(octets)
    if size < 0x83:
        return SIZES.get(size) == octets[1:2] and octets[0] in PLAIN
    return size < 0x103 and octets[1:3] == b"\x81%c" % (size - 3) and octets[0] in PLAIN


def blank(size: int) -> bytes:
    """Any such value of so many octets in all."""
    head = b"\x04%c" % (size - 2) if size < 0x82 else b"\x04\x81%c" % (size - 3)
    return head + bytes(size - len(head))


def one_value(octets: bytes, path: str) -> bytes:
    """The same octets, which have to be one encoded value."""
    try:
        if skip(octets + PADDING, 0, len(octets)) == len(octets):
            return octets
    except CodecError as error:
        raise CodecError(error.problem, path=path) from None
    raise CodecError("not one encoded value", path=path)
