"""BER as this room takes it (X.690): bounded, one value, one border to pycrate's runtime."""

from __future__ import annotations

from typing import Any

from mkef_codecs.errors import CodecError
from mkef_codecs.reader import Reader

MAX_OCTETS = 4096  # more than SCCP carries in all its segments (Q.713: 16 times 254)
MAX_DEPTH = 16  # TCAP and MAP nest to 12
END_OF_CONTENTS = b"\0\0"

Oid = tuple[int, ...]


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


class Asn1Type:
    """A type of the generated module: native values in and out, and no error but CodecError.

    pycrate keeps a value in the type itself: one thread only, and it is forgotten after each use,
    because it may hold keys. For the same reason its messages, which quote values, go no further.
    """

    def __init__(self, name: str, compiled: Any) -> None:
        self.name = name
        self._compiled = compiled

    def decode(self, octets: bytes) -> Any:
        """The value of exactly one encoding; constraints of the module are checked."""
        octets = canonical(octets)
        try:
            self._compiled.from_ber(octets)
            return self._compiled.get_val()
        except Exception:  # noqa: BLE001 - the runtime raises whatever it stumbles over
            raise CodecError(f"not a {self.name}", path=self.name) from None
        finally:
            self._compiled.reset_val()

    def encode(self, value: Any) -> bytes:
        """The encoding in DER's lengths; constraints of the module are checked."""
        try:
            self._compiled.set_val(value)
            return bytes(self._compiled.to_ber())
        except Exception:  # noqa: BLE001 - as above
            raise CodecError(f"no valid {self.name}", path=self.name) from None
        finally:
            self._compiled.reset_val()


OpenValue = tuple[str, bytes]


def open_value(octets: bytes) -> OpenValue:
    """An encoded value as pycrate takes it in the place of ANY: its tag in a name, its content."""
    identifier, content = split(octets)
    number = identifier[0] & 0x1F
    if len(identifier) > 1:
        number = 0
        for octet in identifier[1:]:
            number = number << 7 | octet & 0x7F
    return f"_unk_{identifier[0] >> 6}{identifier[0] >> 5 & 1}{number}", content


def open_octets(value: OpenValue) -> bytes:
    """The encoded value that pycrate found in the place of ANY."""
    name, content = value
    first = int(name[5]) << 6 | int(name[6]) << 5
    number = int(name[7:])
    if number < 0x1F:
        return tlv(bytes((first | number,)), content)
    identifier = [number & 0x7F]
    while number := number >> 7:
        identifier.append(number & 0x7F | 0x80)
    return tlv(bytes((first | 0x1F, *reversed(identifier))), content)
