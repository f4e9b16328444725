"""Telephony BCD: two digits an octet, the first in the low half (TS 29.002 clause 17.7.8)."""

from __future__ import annotations

from mkef_codecs.errors import CodecError

_FILLER = "f"
_TO_HEX = str.maketrans("*#abc", "abcde")
_FROM_HEX = str.maketrans("abcde", "*#abc")
_SWAPPED = bytes(octet >> 4 | (octet & 0xF) << 4 for octet in range(256))


def encode_tbcd(digits: str) -> bytes:
    """The octets of a digit string, an odd one filled with 1111."""
    halves = digits if digits.isascii() and digits.isdecimal() else _in_hex(digits)
    if len(halves) % 2:
        halves += _FILLER
    return bytes.fromhex(halves).translate(_SWAPPED)


def _in_hex(digits: str) -> str:
    """The hexadecimal digits of the half-octets, where not all are decimal."""
    if not set(digits) <= set("0123456789*#abc"):
        raise CodecError(f"no TBCD digits: {digits!r}")
    return digits.translate(_TO_HEX)


def decode_tbcd(octets: bytes) -> str:
    """The digit string; a filler stands only in the last half-octet."""
    halves = octets.translate(_SWAPPED).hex().removesuffix(_FILLER)
    if halves.isdecimal():
        return halves
    if _FILLER in halves:
        raise CodecError("a filler before the last half-octet of TBCD")
    return halves.translate(_FROM_HEX)
