"""The Diameter header, 20 octets (RFC 6733 clause 3)."""

from __future__ import annotations

from dataclasses import dataclass

from mkef_codecs.diameter.errors import InvalidHeaderBits, InvalidMessageLength, UnsupportedVersion

LENGTH = 20
REQUEST, PROXIABLE, ERROR, RETRANSMITTED = 0x80, 0x40, 0x20, 0x10
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Header:
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
        length = LENGTH + len(avps)
        if length >= 1 << 24:
            raise InvalidMessageLength("a message has fewer than 2^24 octets")
        return b"".join(
            (
                (_VERSION << 24 | length).to_bytes(4, "big"),
                (self.flags << 24 | self.command).to_bytes(4, "big"),
                self.application.to_bytes(4, "big"),
                self.hop_by_hop.to_bytes(4, "big"),
                self.end_to_end.to_bytes(4, "big"),
                avps,
            )
        )


def decode_header(message: bytes) -> Header:
    """The header of a whole message; its version, length and flags are checked by the caller."""
    if len(message) < LENGTH:
        raise InvalidMessageLength("a message has at least 20 octets")
    return Header(
        flags=message[4],
        command=int.from_bytes(message[5:8], "big"),
        application=int.from_bytes(message[8:12], "big"),
        hop_by_hop=int.from_bytes(message[12:16], "big"),
        end_to_end=int.from_bytes(message[16:20], "big"),
    )


def check_header(message: bytes, header: Header) -> None:
    """Refuse another version (5011), a length that is no multiple of 4 (5015), bad flags (3008).

    Reserved flags are ignored (clause 3); E in a request is an error.
    """
    if message[0] != _VERSION:
        raise UnsupportedVersion(f"version {message[0]}")
    length = int.from_bytes(message[1:4], "big")
    if length != len(message) or length & 3:
        raise InvalidMessageLength(f"a message length of {length} octets")
    if header.is_request and header.is_error:
        raise InvalidHeaderBits("the E bit in a request")
