"""BER as this room takes it (X.690): one value, bounded in length and depth."""

from __future__ import annotations

from mkef_codecs.errors import CodecError
from mkef_codecs.reader import Reader

MAX_OCTETS = 4096  # more than SCCP carries in all its segments (Q.713: 16 times 254)
MAX_DEPTH = 16  # TCAP and MAP nest to 12
END_OF_CONTENTS = b"\0\0"

Oid = tuple[int, ...]
Tag = tuple[int, int]  # class and number


def tlv(identifier: bytes, content: bytes) -> bytes:
    """A value of definite length, in the shortest form."""
    length = len(content)
    if length < 0x80:
        return identifier + bytes((length,)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return identifier + bytes((0x80 | len(octets),)) + octets + content


def split(octets: bytes) -> tuple[bytes, bytes]:
    """The identifier octets and the content of one value of definite length."""
    reader = Reader(octets)
    identifier, content = take_value(reader)
    reader.check_end()
    return identifier, content


def take_value(reader: Reader) -> tuple[bytes, bytes]:
    """The identifier octets and the content of the next value of definite length."""
    identifier, length = take_header(reader)
    if length is None:
        raise CodecError("indefinite length", offset=reader.position)
    return identifier, reader.take(length)


def take_header(reader: Reader) -> tuple[bytes, int | None]:
    """The identifier octets of the next value and its length, None if it is indefinite."""
    return _identifier(reader), _length(reader)


def canonical(octets: bytes) -> bytes:
    """The one value that `octets` hold, with definite lengths all the way down."""
    if len(octets) > MAX_OCTETS:
        raise CodecError(f"{len(octets)} octets of BER, at most {MAX_OCTETS} are read")
    reader = Reader(octets)
    value = _canonical(reader, MAX_DEPTH)
    reader.check_end()
    return value


def _identifier(reader: Reader) -> bytes:
    octets = reader.take(1)
    if octets[0] & 0x1F != 0x1F:
        return octets
    while len(octets) < 4:
        octets += reader.take(1)
        if octets[-1] < 0x80:
            return octets
    raise CodecError("a tag of more than 4 octets", offset=reader.position)


def _length(reader: Reader) -> int | None:
    first = reader.u8()
    if first < 0x80:
        return first
    if first == 0x80:
        return None
    return int.from_bytes(reader.take(first & 0x7F), "big")


def _canonical(reader: Reader, depth: int) -> bytes:
    if not depth:
        raise CodecError("BER nested too deeply", offset=reader.position)
    identifier, length = take_header(reader)
    constructed = identifier[0] & 0x20
    if length is None:
        if not constructed:
            raise CodecError("a primitive of indefinite length", offset=reader.position)
        return tlv(identifier, _until_end_of_contents(reader, depth - 1))
    block = reader.block(length)
    if not constructed:
        return tlv(identifier, block.rest())
    values = []
    while block.remaining:
        values.append(_canonical(block, depth - 1))
    return tlv(identifier, b"".join(values))


def _until_end_of_contents(reader: Reader, depth: int) -> bytes:
    values = []
    while (value := _canonical(reader, depth)) != END_OF_CONTENTS:
        values.append(value)
    return b"".join(values)


def tag(identifier: bytes) -> Tag:
    """The class and the number of identifier octets."""
    number = identifier[0] & 0x1F
    if len(identifier) > 1:
        number = 0
        for octet in identifier[1:]:
            number = number << 7 | octet & 0x7F
    return identifier[0] >> 6, number
