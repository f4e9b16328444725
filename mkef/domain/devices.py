"""Which devices a row of the registry is about: one IMSI, a prefix or a range."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mkef_codecs.errors import CodecError
from mkef_codecs.identity import Imsi

MOST_DIGITS = 15
_DIGITS = re.compile(r"[0-9]{0,15}", re.ASCII)


class DevicesError(ValueError):
    """A text that names no devices, and what would be right."""


class Devices(Struct, frozen=True):
    """The IMSIs from `low` to `high`, filled up to 15 digits; `whole`: the IMSI `digits` alone.

    A prefix and a range are about every IMSI that begins with their digits.
    """

    digits: str  # of the IMSI, of the prefix, or of the range's beginning
    last: str  # of the range's end; the same as `digits` for the others
    whole: bool

    @classmethod
    def parse(cls, text: str) -> Devices:
        """`001010123456789`, `0010101*` or `001010100-001010199`; raises DevicesError."""
        first, dash, last = (part.strip() for part in text.partition("-"))
        if dash:
            return cls._range(first, last)
        if text.endswith("*"):
            digits = text.removesuffix("*")
            if not _DIGITS.fullmatch(digits):
                raise DevicesError("a prefix is up to 15 digits and `*`")
            return cls(digits, digits, whole=False)
        try:
            return cls.of(Imsi(text))
        except CodecError as error:
            raise DevicesError(f"{error.problem}, or is a prefix with `*`, or a range") from None

    @classmethod
    def of(cls, imsi: Imsi) -> Devices:
        """One device."""
        return cls(imsi.digits, imsi.digits, whole=True)

    @classmethod
    def _range(cls, first: str, last: str) -> Devices:
        fits = _DIGITS.fullmatch(first) and _DIGITS.fullmatch(last) and len(first) == len(last) > 0
        if not fits or first > last:
            raise DevicesError("a range is two numbers of as many digits, the smaller one first")
        while first and first[-1] == "0" and last[-1] == "9":
            first, last = first[:-1], last[:-1]
        return cls(first, last, whole=False)  # a range that is one prefix is that prefix

    def __str__(self) -> str:
        if self.whole:
            return self.digits
        return f"{self.digits}*" if self.digits == self.last else f"{self.digits}-{self.last}"

    @property
    def low(self) -> int:
        """The first number, of 15 digits."""
        return int(self.digits.ljust(MOST_DIGITS, "0"))

    @property
    def high(self) -> int:
        """The last number, of 15 digits."""
        return int(self.last.ljust(MOST_DIGITS, "0" if self.whole else "9"))

    @property
    def is_range(self) -> bool:
        """Whether this is more than one prefix."""
        return self.digits != self.last

    @property
    def breadth(self) -> int:
        """How many IMSIs of 15 digits; less is narrower, and a whole IMSI narrower than all."""
        return 0 if self.whole else self.high - self.low + 1

    def covers(self, imsi: Imsi) -> bool:
        """Whether these devices have this IMSI among them."""
        if self.whole:
            return imsi.digits == self.digits
        beginning = imsi.digits[: len(self.digits)]
        return len(beginning) == len(self.digits) and self.digits <= beginning <= self.last

    def overlaps(self, other: Devices) -> bool:
        """Whether both have devices that the other has not, and some in common.

        Of two such neither is narrower, so no rule could say which one decides.
        """
        if self.whole or other.whole:
            return False
        low, high = sorted((self, other), key=lambda d: (d.low, -d.high))
        return low.low < high.low <= low.high < high.high

    def keys(self) -> Iterator[str]:
        """The fewest prefixes that make up these devices, each with its `*`; or the IMSI.

        Whoever looks an IMSI up needs only its own beginnings, so a search is as long as an IMSI.
        """
        if self.whole:
            yield self.digits
        else:
            yield from (f"{prefix}*" for prefix in _prefixes(self.digits, self.last))


def _prefixes(first: str, last: str) -> Iterator[str]:
    """The fewest prefixes from `first` to `last`, which have as many digits."""
    number, end, digits = int(first or "0"), int(last or "0"), len(first)
    while number <= end:
        width = 0  # the widest block that begins here and does not pass the end
        while (
            width < digits
            and number % 10 ** (width + 1) == 0
            and number + 10 ** (width + 1) - 1 <= end
        ):
            width += 1
        kept = digits - width
        yield str(number // 10**width).rjust(kept, "0") if kept else ""
        number += 10**width
