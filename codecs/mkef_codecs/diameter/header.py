"""The Diameter header, 20 octets (RFC 6733 clause 3)."""

from __future__ import annotations

import struct

from msgspec import Struct

from mkef_codecs.diameter.errors import InvalidHeaderBits, InvalidMessageLength, UnsupportedVersion

LENGTH = 20
REQUEST, PROXIABLE, ERROR, RETRANSMITTED = 0x80, 0x40, 0x20, 0x10
_ERROR_REQUEST = ERROR | REQUEST
_VERSION = 1
_WORDS = struct.Struct(">IIIII")
_FIRST_WORD = struct.Struct(">I")


class Header(Struct, frozen=True):
    """Flags, command code, application and the two identifiers."""

    flags: int
    command: int
    application: int
    hop_by_hop: int
    end_to_end: int

    @property
    def is_request(self) -> bool:
        """The R bit."""
        return bool(self.flags & REQUEST)

    @property
    def is_error(self) -> bool:
        """The E bit: the answer-message grammar of clause 7.2 follows."""
        return bool(self.flags & ERROR)

    def encode(self, avps: bytes, flags: int | None = None) -> bytes:
        """The whole message: header, with other flags if some are given, and AVPs."""
        length = LENGTH + len(avps)
        if length >= 1 << 24:
            raise InvalidMessageLength("a message has fewer than 2^24 octets")
        if flags is None:
            flags = self.flags
        words = _WORDS.pack(
            _VERSION << 24 | length,
            flags << 24 | self.command,
            self.application,
            self.hop_by_hop,
            self.end_to_end,
        )
        return words + avps


def decode_header(message: bytes) -> Header:
    """The header of a whole message; its version, length and flags are checked by the caller."""
    if len(message) < LENGTH:
        raise InvalidMessageLength("a message has at least 20 octets")
    _, word, application, hop_by_hop, end_to_end = _WORDS.unpack_from(message)
    return Header(word >> 24, word & 0xFFFFFF, application, hop_by_hop, end_to_end)


def check_header(message: bytes, header: Header) -> None:
    """Refuse another version (5011), a length that is no multiple of 4 (5015), bad flags (3008).

    Reserved flags are ignored (clause 3); E in a request is an error.
    """
    (word,) = _FIRST_WORD.unpack_from(message)
    if word != _VERSION << 24 | len(message) or word & 3:
        raise _wrong_start(word)
    if header.flags & _ERROR_REQUEST == _ERROR_REQUEST:
        raise InvalidHeaderBits("the E bit in a request")


def _wrong_start(word: int) -> UnsupportedVersion | InvalidMessageLength:
    if word >> 24 != _VERSION:
        return UnsupportedVersion(f"version {word >> 24}")
    return InvalidMessageLength(f"a message length of {word & 0xFFFFFF} octets")
