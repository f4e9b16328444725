"""The Diameter header, 20 octets (RFC 6733 clause 3)."""

from __future__ import annotations

import struct

from msgspec import Struct

from mkef_codecs.diameter.errors import InvalidHeaderBits, InvalidMessageLength, UnsupportedVersion

LENGTH = 20
REQUEST, PROXIABLE, ERROR, RETRANSMITTED = 0x80, 0x40, 0x20, 0x10
_ERROR_REQUEST = ERROR | REQUEST
_VERSION = 1
_START = _VERSION << 24  # what the length is added to
_WORDS = struct.Struct(">IIIII")
_words_at = _WORDS.unpack_from
_first_word_at = struct.Struct(">I").unpack_from


class Header(Struct, frozen=True, gc=False):
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

    def encode(self, avps: bytes) -> bytes:
        """The whole message: header and AVPs."""
        return self.answered(self.flags, avps)

    def answered(self, flags: int, avps: bytes) -> bytes:
        """A whole message with other flags: the answer to a request (clause 6.2)."""
        length = LENGTH + len(avps)
        if length >= 1 << 24:
            raise InvalidMessageLength("a message has fewer than 2^24 octets")
        words = _WORDS.pack(
            _START + length,
            flags << 24 | self.command,
            self.application,
            self.hop_by_hop,
            self.end_to_end,
        )
        return words + avps


def decode_header(message: bytes) -> Header:
    """The header of a whole message; its version, length and flags are checked by the caller."""
    try:
        _, word, application, hop_by_hop, end_to_end = _words_at(message)
    except struct.error:
        raise InvalidMessageLength("a message has at least 20 octets") from None
    return Header(word >> 24, word & 0xFFFFFF, application, hop_by_hop, end_to_end)


def check_header(message: bytes, header: Header) -> None:
    """Refuse another version (5011), a length that is no multiple of 4 (5015), bad flags (3008).

    Reserved flags are ignored (clause 3); E in a request is an error.
    """
    (word,) = _first_word_at(message)
    if word != _START + len(message) or word & 3:
        raise _wrong_start(word)
    if header.flags & _ERROR_REQUEST == _ERROR_REQUEST:
        raise InvalidHeaderBits("the E bit in a request")


def _wrong_start(word: int) -> UnsupportedVersion | InvalidMessageLength:
    if word >> 24 != _VERSION:
        return UnsupportedVersion(f"version {word >> 24}")
    return InvalidMessageLength(f"a message length of {word & 0xFFFFFF} octets")
