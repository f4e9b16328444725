"""Messages out of a stream."""

from __future__ import annotations

from collections.abc import Iterator

from mkef_codecs.diameter import header
from mkef_codecs.diameter.avp import unsigned32_at
from mkef_codecs.diameter.errors import InvalidMessageLength

DEFAULT_LIMIT = 65_536


class Splitter:
    """Cuts a stream into whole messages of at most `limit` octets."""

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._rest = bytearray()  # the beginning of a message
        self._wanted = 4  # octets until something can be done with it

    def feed(self, octets: bytes) -> Iterator[bytes]:
        """Yield the messages that `octets` complete; a length that no message has ends the stream.

        What came whole before such a length is yielded first.
        """
        if self._rest:
            self._rest += octets
            if len(self._rest) < self._wanted:
                return
            octets = bytes(self._rest)
            self._rest.clear()
        start, end, self._wanted = 0, len(octets), 4
        while end - start >= 4:
            (word,) = unsigned32_at(octets, start)
            length = word & 0xFFFFFF  # below the version
            if not header.LENGTH <= length <= self._limit:
                raise InvalidMessageLength(f"a message length of {length} octets")
            stop = start + length
            if stop > end:
                self._wanted = length
                break
            yield octets[start:stop]
            start = stop
        self._rest += octets[start:]
