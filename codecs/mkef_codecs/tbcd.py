"""Telephony BCD: two digits an octet, the first in the low half (TS 29.002 clause 17.7.8)."""

from __future__ import annotations

from mkef_codecs.errors import CodecError

_DIGITS = "0123456789*#abc"
_FILLER = 0xF


def encode_tbcd(digits: str) -> bytes:
    """The octets of a digit string, an odd one filled with 1111."""
    try:
        halves = [_DIGITS.index(digit) for digit in digits]
    except ValueError:
        raise CodecError(f"no TBCD digits: {digits!r}") from None
    if len(halves) % 2:
        halves.append(_FILLER)
    return bytes(low | high << 4 for low, high in zip(halves[::2], halves[1::2], strict=True))


def decode_tbcd(octets: bytes) -> str:
    """The digit string; a filler stands only in the last half-octet."""
    halves = [half for octet in octets for half in (octet & 0xF, octet >> 4)]
    if halves and halves[-1] == _FILLER:
        halves.pop()
    if _FILLER in halves:
        raise CodecError("a filler before the last half-octet of TBCD")
    return "".join(_DIGITS[half] for half in halves)
