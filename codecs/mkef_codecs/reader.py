"""A bounded cursor: the only place that slices input."""

from __future__ import annotations

from mkef_codecs.errors import CodecError


class Reader:
    """Reads big-endian integers and blocks of `octets` from `position` up to `end`."""

    __slots__ = ("end", "octets", "position")

    def __init__(self, octets: bytes, position: int = 0, end: int | None = None) -> None:
        self.octets = octets
        self.position = position
        self.end = len(octets) if end is None else end

    @property
    def remaining(self) -> int:
        """Octets left before the end of this block."""
        return self.end - self.position

    def _advance(self, length: int) -> int:
        start = self.position
        if length < 0 or start + length > self.end:
            raise CodecError(f"{length} octets wanted, {self.end - start} left", offset=start)
        self.position = start + length
        return start

    def take(self, length: int) -> bytes:
        """The next `length` octets."""
        start = self._advance(length)
        return self.octets[start : start + length]

    def block(self, length: int) -> Reader:
        """A reader of the next `length` octets, with offsets of the whole message."""
        start = self._advance(length)
        return Reader(self.octets, start, start + length)

    def rest(self) -> bytes:
        """Everything that is left."""
        return self.take(self.end - self.position)

    def u8(self) -> int:
        """An unsigned integer of one octet."""
        return self.octets[self._advance(1)]

    def u16(self) -> int:
        """An unsigned integer of two octets."""
        return int.from_bytes(self.take(2), "big")

    def u24(self) -> int:
        """An unsigned integer of three octets."""
        return int.from_bytes(self.take(3), "big")

    def u32(self) -> int:
        """An unsigned integer of four octets."""
        return int.from_bytes(self.take(4), "big")

    def check_end(self) -> None:
        """Refuse a block that holds more than was read."""
        if self.position != self.end:
            raise CodecError(f"{self.end - self.position} octets too many", offset=self.position)
