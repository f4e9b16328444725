"""Messages out of a stream."""

from __future__ import annotations

from collections.abc import Iterator

from mkef_codecs.diameter import header
from mkef_codecs.diameter.errors import InvalidMessageLength

DEFAULT_LIMIT = 65_536


class Splitter:
    """Cuts a stream into whole messages of at most `limit` octets."""

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._buffer = bytearray()

    def feed(self, octets: bytes) -> Iterator[bytes]:
        """Yield the messages that `octets` complete; a length that no message has ends the stream.

        What came whole before such a length is yielded first.
        """
        self._buffer += octets
        while len(self._buffer) >= 4:
            length = int.from_bytes(self._buffer[1:4], "big")
            if not header.LENGTH <= length <= self._limit:
                raise InvalidMessageLength(f"a message length of {length} octets")
            if len(self._buffer) < length:
                return
            message = bytes(self._buffer[:length])
            del self._buffer[:length]
            yield message
