"""AVPs and their data types (RFC 6733 clause 4), the pieces of which generated codecs are made."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mkef_codecs.diameter.errors import AvpUnsupported, InvalidAvpLength, InvalidAvpValue

VENDOR_BIT = 0x80
MANDATORY_BIT = 0x40

# Seconds from 1900 to 1970; the era that began 2036-02-07T06:28:16Z adds 2^32 (RFC 5905).
_NTP_OFFSET = 2208988800
_ERA = 1 << 32
_PADDING = (b"", b"\0\0\0", b"\0\0", b"\0")
_IDENTITY = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_])?", re.ASCII)
_IPV4, _IPV6 = 1, 2


@dataclass(frozen=True, slots=True)
class Avp:
    """An AVP of a kind that the grammar does not name; kept as it came."""

    code: int
    vendor: int
    flags: int
    data: bytes = field(repr=False)  # nobody knows whether it is a key

    def encode(self) -> bytes:
        """The AVP with header and padding."""
        vendor = self.vendor.to_bytes(4, "big") if self.flags & VENDOR_BIT else b""
        head = self.code.to_bytes(4, "big") + bytes((self.flags,))
        return encode_avp(head, vendor, self.data)


def encode_avp(head: bytes, vendor: bytes, data: bytes) -> bytes:
    """An AVP of code and flags (5 octets), vendor (0 or 4 octets) and data, padded."""
    length = 8 + len(vendor) + len(data)
    return head + length.to_bytes(3, "big") + vendor + data + _PADDING[length & 3]


def scan(octets: bytes, position: int, end: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Each AVP as (vendor << 32 | code, flags, start, start of data, end of data)."""
    while position < end:
        start = position
        if end - start < 8:
            raise InvalidAvpLength(
                "an AVP header of fewer than 8 octets",
                offset=start,
                failed_avp=_bare_header(octets[start:end]),
            )
        code = int.from_bytes(octets[start : start + 4], "big")
        flags = octets[start + 4]
        length = int.from_bytes(octets[start + 5 : start + 8], "big")
        data = start + (12 if flags & VENDOR_BIT else 8)
        if start + length > end or start + length < data:
            raise InvalidAvpLength(
                f"AVP {code} of {length} octets, {end - start} left",
                offset=start,
                failed_avp=_bare_header(octets[start:end]),
            )
        if flags & VENDOR_BIT:
            code |= int.from_bytes(octets[start + 8 : start + 12], "big") << 32
        yield code, flags, start, data, start + length
        position = start + ((length + 3) & ~3)


def _bare_header(avp: bytes) -> bytes:
    """The header of an AVP that has no whole one, zero-filled and without data (clause 7.1.5)."""
    head = avp[:12].ljust(12, b"\0")
    size = 12 if head[4] & VENDOR_BIT else 8
    return head[:5] + size.to_bytes(3, "big") + head[8:size]


def outside(
    octets: bytes, key: int, flags: int, start: int, data: int, end: int, known: frozenset[int]
) -> Avp:
    """An AVP that a grammar does not name: kept, unless its M bit is set and nobody knows it."""
    if flags & MANDATORY_BIT and key not in known:
        raise AvpUnsupported(
            f"unknown AVP {key & 0xFFFFFFFF} with the M bit",
            offset=start,
            failed_avp=padded(octets[start:end]),
        )
    return Avp(key & 0xFFFFFFFF, key >> 32, flags, octets[data:end])


def padded(avp: bytes) -> bytes:
    """An AVP's octets, filled up to a multiple of four."""
    return avp + _PADDING[len(avp) & 3]


def first_avp(key: int, octets: bytes) -> Avp | None:
    """The first AVP of a key among well-formed AVPs: for messages whose grammar failed."""
    for found, flags, _, data, end in scan(octets, 0, len(octets)):
        if found == key:
            return Avp(key & 0xFFFFFFFF, key >> 32, flags, octets[data:end])
    return None


def encode_unsigned32(value: int) -> bytes:
    """Unsigned32 and Enumerated, 4 octets."""
    if not 0 <= value < _ERA:
        raise InvalidAvpValue(f"{value} does not fit 32 bits")
    return value.to_bytes(4, "big")


def decode_unsigned32(data: bytes) -> int:
    """Unsigned32 and Enumerated, 4 octets."""
    if len(data) != 4:
        raise InvalidAvpLength("an integer of 32 bits has 4 octets")
    return int.from_bytes(data, "big")


def encode_utf8(value: str) -> bytes:
    """UTF8String."""
    return value.encode("utf-8")


def decode_utf8(data: bytes) -> str:
    """UTF8String; other octets are an invalid value."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidAvpValue(f"not UTF-8 at octet {error.start}") from None


def encode_identity(value: str) -> bytes:
    """DiameterIdentity: an FQDN or a realm in ASCII (clause 4.3.1)."""
    if not _IDENTITY.fullmatch(value):
        raise InvalidAvpValue("a Diameter identity is an FQDN of at most 255 octets")
    return value.encode("ascii")


def decode_identity(data: bytes) -> str:
    """DiameterIdentity as it was written; compare it with `same_identity`."""
    value = data.decode("ascii", "replace")
    if not _IDENTITY.fullmatch(value):
        raise InvalidAvpValue("a Diameter identity is an FQDN of at most 255 octets")
    return value


def encode_time(value: int) -> bytes:
    """Time, 4 octets, of seconds since 1970-01-01T00:00:00Z (clause 4.3.1)."""
    return ((value + _NTP_OFFSET) % _ERA).to_bytes(4, "big")


def decode_time(data: bytes) -> int:
    """Time as seconds since 1970; the top bit tells the era, from 1968 to 2104."""
    seconds = decode_unsigned32(data)
    return seconds - _NTP_OFFSET + (0 if seconds & 0x80000000 else _ERA)


def encode_address(value: str) -> bytes:
    """Address of the families IPv4 and IPv6: 6 or 18 octets (clause 4.3.1)."""
    address = ipaddress.ip_address(value)
    family = _IPV4 if address.version == 4 else _IPV6
    return family.to_bytes(2, "big") + address.packed


def decode_address(data: bytes) -> str:
    """Address; families other than IPv4 and IPv6 are an invalid value."""
    family, packed = int.from_bytes(data[:2], "big"), data[2:]
    if (family, len(packed)) not in {(_IPV4, 4), (_IPV6, 16)}:
        raise InvalidAvpValue(f"an address of family {family} with {len(packed)} octets")
    return str(ipaddress.ip_address(packed))


def encode_octets(value: bytes) -> bytes:
    """OctetString, and Grouped AVPs that are passed on as they came."""
    return value


def decode_octets(data: bytes) -> bytes:
    """OctetString, and Grouped AVPs that are passed on as they came."""
    return data


def check_length(data: bytes, low: int, high: int) -> bytes:
    """An OctetString of `low` to `high` octets."""
    if not low <= len(data) <= high:
        wanted = str(low) if low == high else f"{low} to {high}"
        raise InvalidAvpLength(f"{len(data)} octets, {wanted} wanted")
    return data


def check_range(value: int, low: int, high: int) -> int:
    """An integer from `low` to `high`."""
    if not low <= value <= high:
        raise InvalidAvpValue(f"{value} is not in {low}..{high}")
    return value
