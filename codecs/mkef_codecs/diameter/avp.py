"""AVPs and their data types (RFC 6733 clause 4), the pieces of which generated codecs are made."""

from __future__ import annotations

import ipaddress
import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

from mkef_codecs.diameter.dictionary import Row
from mkef_codecs.diameter.errors import InvalidAvpLength, InvalidAvpValue
from mkef_codecs.generated.dictionary import BY_KEY

VENDOR_BIT = 0x80
MANDATORY_BIT = 0x40

# Seconds from 1900 to 1970; the era that began 2036-02-07T06:28:16Z adds 2^32 (RFC 5905).
_NTP_OFFSET = 2208988800
_ERA = 1 << 32
_FIRST_TIME = 0x80000000 - _NTP_OFFSET  # whose top bit tells this era: 1968-01-20T03:14:08Z
_PADDING = (b"", b"\0\0\0", b"\0\0", b"\0")
_is_identity = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_])?").fullmatch
integer32_at = struct.Struct(">i").unpack_from
_IPV4, _IPV6 = 1, 2

# An AVP header at an offset: code, flags and the length in two parts, since small integers are
# cheap here and the word of both is none. Then Vendor-Id, or any word.
header_at = struct.Struct(">IBBH").unpack_from
unsigned32_at = struct.Struct(">I").unpack_from
# What decoders compare as one: code, flags and the length's high octet; its low 16 bits; the word
# behind the header, which is Vendor-Id where flags say so.
head_at = struct.Struct(">6sHI").unpack_from


@dataclass(frozen=True, slots=True)
class Avp:
    """An AVP of a kind that the grammar does not name; kept as it came."""

    code: int
    vendor: int
    flags: int
    data: bytes = field(repr=False)  # nobody knows whether it is a key

    def encode(self) -> bytes:
        """The AVP with header and padding."""
        start = self.code << 32 | self.flags << 24
        if self.flags & VENDOR_BIT:
            return encode_vendor_avp(start | 12, self.vendor.to_bytes(4, "big"), self.data)
        return encode_avp(start | 8, self.data)


def encode_avp(head: int, data: bytes) -> bytes:
    """An AVP of a header of 8 octets, whose length counts itself only, and data; padded."""
    size = len(data)
    return (head + size).to_bytes(8) + data + _PADDING[size & 3]


def encode_vendor_avp(head: int, vendor: bytes, data: bytes) -> bytes:
    """An AVP of a header of 12 octets, of which `head` is all but Vendor-Id, and data; padded."""
    size = len(data)
    return (head + size).to_bytes(8) + vendor + data + _PADDING[size & 3]


def encode_fixed(head: bytes, data: bytes, size: int) -> bytes:
    """An AVP of a whole header and data of the one size that it has; padded."""
    if len(data) != size:
        raise wrong_size(len(data), size, size)
    return head + data + _PADDING[size & 3]


def scan(octets: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Each AVP as (vendor << 32 | code, flags, start, start of data, end of data).

    A length that lies is refused before anything is read by it.
    """
    while start < end:
        if end - start < 8:
            raise wrong_length(octets, start, end)
        key, flags, high, low = header_at(octets, start)
        stop = start + (high << 16 | low)
        data = start + (12 if flags & VENDOR_BIT else 8)
        if stop < data or stop > end:
            raise wrong_length(octets, start, end)
        if flags & VENDOR_BIT:
            key |= unsigned32_at(octets, start + 8)[0] << 32
        yield key, flags, start, data, stop
        start = stop + 3 & ~3


def short_head(octets: bytes, start: int, end: int) -> tuple[bytes, int, int]:
    """What `head_at` reads, where fewer than 12 octets are left; zeros are behind the end."""
    if end - start < 8:
        raise wrong_length(octets, start, end)
    head, size, word = head_at(octets[start:end].ljust(12, b"\0"))
    return head, size, word


def check_lengths(octets: bytes, start: int, end: int) -> None:
    """Refuse AVPs of which one has a length that lies."""
    keys_at(octets, start, end)


def wrong_length(octets: bytes, start: int, end: int) -> InvalidAvpLength:
    """An AVP whose length its header or the end around it does not allow (clause 7.1.5).

    Failed-AVP has its header, filled up with zeros, and zeros for the shortest data of its type.
    """
    head, vendor = _head(octets, start, end)
    row = row_at(octets, start, end)
    example = bytes(row.minimum if row else 0)
    size = 8 + len(vendor) + len(example)
    failed = padded(head[:5] + size.to_bytes(3, "big") + vendor + example)
    problem = f"a length of {int.from_bytes(head[5:], 'big')} octets where {end - start} are left"
    return InvalidAvpLength(problem, offset=start, failed_avp=failed)


def row_at(octets: bytes, start: int, end: int) -> Row | None:
    """What the dictionary says of the AVP at an offset, as far as its header is there."""
    head, vendor = _head(octets, start, end)
    return BY_KEY.get(int.from_bytes(vendor + head[:4], "big"))


def _head(octets: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """The header, 8 octets, and Vendor-Id, 4 or none; zeros where there are none."""
    head = octets[start : min(start + 12, end)].ljust(12, b"\0")
    return head[:8], head[8:] if head[4] & VENDOR_BIT else b""


def padded(avp: bytes) -> bytes:
    """An AVP's octets, filled up to a multiple of four."""
    return avp + _PADDING[len(avp) & 3]


def data_of(key: int, octets: bytes, start: int) -> Iterator[bytes]:
    """The data of each AVP of a key, up to a length that lies: for messages that are refused."""
    with suppress(InvalidAvpLength):
        for found, _, _, data, stop in scan(octets, start, len(octets)):
            if found == key:
                yield octets[data:stop]


def encode_unsigned32(value: int) -> bytes:
    """Unsigned32, 4 octets."""
    try:
        return value.to_bytes(4, "big")
    except OverflowError:
        raise InvalidAvpValue(f"{value} does not fit 32 bits") from None


def no_word() -> InvalidAvpLength:
    """Data of another size than 32 bits."""
    return InvalidAvpLength("an integer of 32 bits has 4 octets")


def encode_integer32(value: int) -> bytes:
    """Integer32 and Enumerated, 4 octets."""
    try:
        return value.to_bytes(4, "big", signed=True)
    except OverflowError:
        raise InvalidAvpValue(f"{value} does not fit 32 bits") from None


def signed(word: int) -> int:
    """Integer32 and Enumerated of 32 bits that were read without a sign."""
    return word - (word >> 31 << 32)


def not_text() -> InvalidAvpValue:
    """A string that holds a lone surrogate."""
    return InvalidAvpValue("text that UTF-8 does not have")


def decode_utf8(data: bytes) -> str:
    """UTF8String; other octets are an invalid value."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise not_utf8(error) from None


def not_utf8(error: UnicodeDecodeError) -> InvalidAvpValue:
    """Octets in the place of text."""
    return InvalidAvpValue(f"not UTF-8 at octet {error.start}")


@lru_cache(maxsize=1024)  # the same few hosts and realms are in every message
def encode_identity(value: str) -> bytes:
    """DiameterIdentity: an FQDN or a realm in ASCII (clause 4.3.1)."""
    if not _is_identity(value):
        raise InvalidAvpValue("a Diameter identity is an FQDN of at most 255 octets")
    return value.encode("ascii")


@lru_cache(maxsize=1024)
def decode_identity(data: bytes) -> str:
    """DiameterIdentity as it was written; compare it with `same_identity`."""
    value = decode_utf8(data)
    if not _is_identity(value):
        raise InvalidAvpValue("a Diameter identity is an FQDN of at most 255 octets")
    return value


def encode_time(value: int) -> bytes:
    """Time, 4 octets, of seconds since 1970-01-01T00:00:00Z (clause 4.3.1)."""
    if not _FIRST_TIME <= value < _FIRST_TIME + _ERA:
        raise InvalidAvpValue(f"{value} is not between 1968 and 2104")
    return ((value + _NTP_OFFSET) % _ERA).to_bytes(4, "big")


def decode_time(seconds: int) -> int:
    """Time of 32 bits as seconds since 1970; the top bit tells the era, from 1968 to 2104."""
    return seconds - _NTP_OFFSET + (0 if seconds & 0x80000000 else _ERA)


# The same few AVPs of these types are in every message of a node.


@lru_cache(maxsize=1024)
def encode_identity_avp(head: int, value: str) -> bytes:
    """A whole AVP of a DiameterIdentity; its length counts itself only."""
    return encode_avp(head, encode_identity(value))


@lru_cache(maxsize=1024)
def encode_unsigned32_avp(head: bytes, value: int, *bounds: int) -> bytes:
    """A whole AVP of an Unsigned32 that may have bounds."""
    return head + encode_unsigned32(check_range(value, *bounds) if bounds else value)


@lru_cache(maxsize=1024)
def encode_integer32_avp(head: bytes, value: int, *bounds: int) -> bytes:
    """A whole AVP of an Integer32 or Enumerated that may have bounds."""
    return head + encode_integer32(check_range(value, *bounds) if bounds else value)


@lru_cache(maxsize=1024)
def encode_time_avp(head: bytes, value: int) -> bytes:
    """A whole AVP of a Time."""
    return head + encode_time(value)


def encode_address(value: str) -> bytes:
    """Address of the families IPv4 and IPv6: 6 or 18 octets (clause 4.3.1)."""
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        raise InvalidAvpValue("an address of IPv4 or IPv6") from None
    family = _IPV4 if address.version == 4 else _IPV6
    return family.to_bytes(2, "big") + address.packed


def decode_address(data: bytes) -> str:
    """Address; families other than IPv4 and IPv6 are an invalid value."""
    family, packed = int.from_bytes(data[:2], "big"), data[2:]
    if (family, len(packed)) not in {(_IPV4, 4), (_IPV6, 16)}:
        raise InvalidAvpValue(f"an address of family {family} with {len(packed)} octets")
    return str(ipaddress.ip_address(packed))


def check_length(data: bytes, low: int, high: int) -> bytes:
    """An OctetString of `low` to `high` octets."""
    if not low <= len(data) <= high:
        raise wrong_size(len(data), low, high)
    return data


def wrong_size(size: int, low: int, high: int) -> InvalidAvpLength:
    """Data of another size than its AVP has."""
    wanted = str(low) if low == high else f"{low} to {high}"
    return InvalidAvpLength(f"{size} octets, {wanted} wanted")


def check_range(value: int, low: int, high: int) -> int:
    """An integer from `low` to `high`."""
    if not low <= value <= high:
        raise out_of_range(value, low, high)
    return value


def out_of_range(value: int, low: int, high: int) -> InvalidAvpValue:
    """An integer that its AVP does not have."""
    return InvalidAvpValue(f"{value} is not in {low}..{high}")


def keys_at(octets: bytes, start: int, end: int) -> tuple[int, ...]:
    """Which AVPs stand between two offsets, in their order."""
    return tuple(key for key, *_ in scan(octets, start, end))


def arranged(avps: list[bytes], order: tuple[int, ...]) -> bytes:
    """Whole AVPs, or none, in the order in which such AVPs were received; what is new follows."""
    waiting: dict[int, list[bytes]] = {}
    for avp in reversed([avp for avp in avps if avp]):
        waiting.setdefault(keys_at(avp, 0, len(avp))[0], []).append(avp)
    placed = [waiting[key].pop() for key in order if waiting.get(key)]
    return b"".join(placed + [avp for left in reversed(waiting.values()) for avp in reversed(left)])
