"""The structure of BER (X.690 clause 8.1): identifiers, lengths, and what stands between them.

Decoders read at an offset, up to an `end` that nothing may pass. Whoever decodes a whole value
appends `PADDING` to it, so that an identifier, a length and an octet of content can be looked at
anywhere before its end; they count only if the value that they announce stops at `end` or before.
"""

from __future__ import annotations

from mkef_codecs.errors import CodecError

MAX_DEPTH = 16  # of what is only passed over; types have the depth that they are declared with
# Values in one value of indefinite length, whose end nothing but reading all of them tells. A MAP
# message has a few dozen; without a bound, octets of a stranger would be read once for each level.
MAX_VALUES = 512
PADDING = bytes(3)
OCTET = tuple(bytes((octet,)) for octet in range(256))
END_OF_CONTENTS = 0
INDEFINITE = 0x80

Oid = tuple[int, ...]
Extent = tuple[int, int, int]  # where content starts and stops, and where the next value starts


def length(size: int) -> bytes:
    """The length octets of a content of `size` octets, in the shortest form."""
    if size < 0x80:
        return OCTET[size]
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return OCTET[0x80 | len(octets)] + octets


def head(identifier: int, size: int) -> bytes:
    """An identifier octet and a length."""
    return OCTET[identifier] + length(size)


class Heads(dict[int, bytes]):
    """What values of one identifier octet begin with, by their length; those up to 255 are kept."""

    def __init__(self, identifier: int) -> None:
        self._identifier = identifier
        super().__init__({size: head(identifier, size) for size in range(0x100)})

    def __missing__(self, size: int) -> bytes:
        return head(self._identifier, size)


def tlv(identifier: bytes, content: bytes) -> bytes:
    """A value of definite length, in the shortest form."""
    return identifier + length(len(content)) + content


def inside(error: CodecError, name: str) -> CodecError:
    """The same error, its path one element longer at the front."""
    error.path = f"{name}.{error.path}" if error.path else name
    return error


def missing(octets: bytes, at: int, end: int, name: str) -> CodecError:
    """Another element, or none, where `name` has to stand."""
    found = "nothing" if at >= end else f"identifier 0x{octets[at]:02x}"
    return CodecError(f"{found} in its place", offset=at, path=name)


def excess(at: int, end: int) -> CodecError:
    """Octets behind the last element of a value."""
    return CodecError(f"{end - at} octets too many", offset=at)


def header(octets: bytes, at: int, end: int, identifier: int, name: str) -> Extent:
    """The extent of the value at `at`, whose identifier is given and whose length has any form."""
    if at >= end or octets[at] != identifier:
        raise missing(octets, at, end, name)
    if octets[at + 1] == 0x81:
        stop = at + 3 + octets[at + 2]
        if stop <= end:
            return at + 3, stop, stop
    try:
        return _extent(octets, at + 1, end, bool(identifier & 0x20))
    except CodecError as error:
        raise inside(error, name) from None


def sole(octets: bytes, at: int, end: int, identifier: int, name: str) -> tuple[int, int]:
    """Where the content of the one value between two offsets starts and stops: an EXPLICIT tag."""
    start, stop, after = header(octets, at, end, identifier, name)
    if after != end:
        raise inside(excess(after, end), name)
    return start, stop


def skip(octets: bytes, at: int, end: int) -> int:
    """Where the value after the one at `at` starts, whatever its tag is."""
    length_at, constructed = _identifier(octets, at, end)
    return _extent(octets, length_at, end, constructed)[2]


def skip_additions(octets: bytes, at: int, end: int, known: frozenset[int]) -> None:
    """Pass over what later versions put behind the known elements of an extensible SEQUENCE."""
    while at < end:
        if octets[at] in known:
            raise CodecError("an element twice or out of order", offset=at)
        at = skip(octets, at, end)


def _identifier(octets: bytes, at: int, end: int) -> tuple[int, bool]:
    """Where the length of the value at `at` starts, and whether the value is constructed."""
    if at >= end:
        raise CodecError("a value is missing", offset=at)
    first = octets[at]
    if first == END_OF_CONTENTS:
        raise CodecError("end-of-contents out of place", offset=at)
    stop = at + 1
    if first & 0x1F == 0x1F:
        while octets[stop] & 0x80 and stop < at + 4 and stop < end:
            stop += 1
        stop += 1
    if stop > min(end, at + 4):
        raise CodecError("a tag of more than 4 octets, or cut off", offset=at)
    return stop, bool(first & 0x20)


def _extent(octets: bytes, at: int, end: int, constructed: bool) -> Extent:
    """The extent of a value whose length starts at `at`."""
    size = octets[at]
    start = at + 1
    if size == INDEFINITE and start <= end:
        if not constructed:
            raise CodecError("a primitive of indefinite length", offset=at)
        stop = _end_of_contents(octets, start, end)
        return start, stop, stop + 2
    if size > INDEFINITE:
        if size == 0xFF:
            raise CodecError("a length that X.690 reserves", offset=at)  # clause 8.1.3.5
        start += size & 0x7F
        size = int.from_bytes(octets[at + 1 : start], "big")
    if start + size > end:
        raise CodecError(f"{size} octets announced, {max(0, end - start)} left", offset=at)
    return start, start + size, start + size


def _end_of_contents(octets: bytes, at: int, end: int) -> int:
    """Where the end-of-contents stands that belongs to the content at `at`, read but once."""
    depth = 1
    for _ in range(MAX_VALUES):
        if at + 2 > end:
            raise CodecError("no end-of-contents", offset=at)
        if not octets[at] and not octets[at + 1]:
            depth -= 1
            if not depth:
                return at
            at += 2
            continue
        length_at, constructed = _identifier(octets, at, end)
        if constructed and octets[length_at] == INDEFINITE:
            depth += 1
            if depth > MAX_DEPTH:
                raise CodecError("BER nested too deeply", offset=at)
            at = length_at + 1
        else:
            at = _extent(octets, length_at, end, constructed)[2]
    raise CodecError(f"more than {MAX_VALUES} values of indefinite length", offset=at)
