"""The keys of the registry (Devices.keys) as numbers, which sort as their texts do.

15 digits, filled up with zeros; then in 5 bits how many of them count, and whether more may follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from mkef.domain.devices import MOST_DIGITS, Devices

TAG_BITS = 5
_PREFIX = 1
_TAG = (1 << TAG_BITS) - 1


def number_of_key(key: str) -> int:
    """`001010123456789`, or `0010101*`, as 8 octets hold it."""
    digits = key.removesuffix("*")
    filled = int(digits.ljust(MOST_DIGITS, "0"))
    return filled << TAG_BITS | _tag(len(digits), prefix=digits != key)


def key_of_number(number: int) -> str:
    """The text again."""
    digits = f"{number >> TAG_BITS:015}"[: (number & _TAG) >> 1]
    return f"{digits}*" if number & _PREFIX else digits


def _tag(digits: int, *, prefix: bool) -> int:
    return digits << 1 | prefix


# What of an IMSI's 15 digits is left out, as the unit of what stays, and the tag of such a key.
Beginning = tuple[int, int]


def beginnings(digits: int, shapes: Iterable[tuple[int, str]]) -> list[Beginning]:
    """How the keys of a row about an IMSI of so many digits may begin it, of all shapes in use."""
    return [
        (10 ** (MOST_DIGITS - length), _tag(length, prefix=bool(suffix)))
        for length, suffix in shapes
        if length == digits or (suffix and length < digits)
    ]


def numbers_of(digits: str, begun: Iterable[Beginning]) -> list[int]:
    """Under which a row about an IMSI may stand."""
    filled = int(digits.ljust(MOST_DIGITS, "0"))
    return [filled - filled % unit << TAG_BITS | tag for unit, tag in begun]


def devices_of(number: int, text: str) -> Devices:
    """The devices of a row with this key; `text` only if the key does not say it: a range."""
    if text or number & _PREFIX:
        return _several(text or key_of_number(number))
    digits = key_of_number(number)
    return Devices(digits, digits, whole=True)


# Of prefixes and ranges there are few; what is in the store was checked before.
_several = lru_cache(maxsize=1024)(Devices.parse)
