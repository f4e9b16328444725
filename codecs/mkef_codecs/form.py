"""Messages of one form: the octets around their values are always the same.

A form writes its values into these octets, and reads them from octets that are otherwise its own,
in one step each. What a decoder has read one element after the other it remembers as a form, by its
size: what comes next and differs in its values only is read by the form, and gives the same as if
each element had been looked at. What stood in the places is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from struct import Struct
from typing import Generic, Protocol, TypeVar

MAX_SIZE = 512  # octets of what is read by a form
MOST = 4  # forms of one size, which several peers or kinds of requests may have

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)


class Form:
    """Octets with `places` for values, (start, stop) in their order, which do not overlap."""

    __slots__ = ("_common", "_octets", "_rest", "_values")

    def __init__(self, octets: bytes, places: Sequence[tuple[int, int]]) -> None:
        rest, written, read, at = bytearray(b"\xff" * len(octets)), b"", ">", 0
        for start, stop in places:
            rest[start:stop] = bytes(stop - start)
            written += octets[at:start].replace(b"%", b"%%") + b"%b"
            read += f"{start - at}x{stop - start}s"
            at = stop
        self._octets = written + octets[at:].replace(b"%", b"%%")
        self._values = Struct(f"{read}{len(octets) - at}x")
        self._rest = int.from_bytes(rest, "big")
        self._common = int.from_bytes(octets, "big") & self._rest

    def write(self, values: tuple[bytes, ...]) -> bytes:
        """The octets with values, each of the size of its place."""
        return self._octets % values

    def read(self, octets: bytes) -> tuple[bytes, ...] | None:
        """The values in octets of the form's size, None if they are of another form."""
        if int.from_bytes(octets, "big") & self._rest != self._common:
            return None
        return self._values.unpack(octets)


class Known(Protocol[V_co]):
    """How octets are read: a form, or one with what it stands for."""

    def read(self, octets: bytes) -> V_co | None:
        """What the octets are, None if they are of another form."""


class Forms(Generic[V]):
    """What a decoder knows, by the size of the octets: how those of the last forms are read."""

    __slots__ = ("_last", "known")

    def __init__(self) -> None:
        self.known: dict[int, tuple[Known[V], ...]] = {}
        self._last: dict[int, Hashable] = {}

    def read(self, octets: bytes) -> V | None:
        """What the octets are, None if no form of theirs is known."""
        for known in self.known.get(len(octets), ()):
            value = known.read(octets)
            if value is not None:
                return value
        return None

    def learn(self, octets: bytes, likeness: Hashable, make: Callable[[], Known[V] | None]) -> None:
        """Remember how octets were read that no form was known for, if the last ones of their size
        without a form were like them: some peers never send the same form again."""
        size = len(octets)
        if size > MAX_SIZE:
            return
        if self._last.get(size) != likeness:
            self._last[size] = likeness
            return
        del self._last[size]
        made = make()
        if made is not None:
            self.known[size] = (made, *self.known.get(size, ())[: MOST - 1])

    def clear(self) -> None:
        """Forget all forms."""
        self.known.clear()
        self._last.clear()
