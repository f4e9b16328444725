"""The IPA multiplex over TCP: SCCP (SCCPlite) and its connection management (CCM).

There is no standard; this is what Osmocom's libosmo-abis and osmo-stp speak.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from struct import Struct

from mkef_codecs.errors import CodecError
from mkef_codecs.reader import Reader

PORT = 5000
_HEAD = Struct(">HB")  # octets that follow the protocol, protocol
MAX_LENGTH = 0xFFFF
UNIT_NAME = 0x01  # the tag of the name that a client is known by


class Stream(IntEnum):
    """What a message belongs to."""

    SCCP = 0xFD
    CCM = 0xFE


class Ccm(IntEnum):
    """Connection management, by its first octet."""

    PING = 0x00
    PONG = 0x01
    ID_GET = 0x04
    ID_RESP = 0x05
    ID_ACK = 0x06


_CCM = {int(known): known for known in Ccm}


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the multiplex: its stream and its octets."""

    stream: int
    payload: bytes = field(repr=False)

    def encode(self) -> bytes:
        """Length, stream, octets."""
        if len(self.payload) > MAX_LENGTH:
            raise CodecError(f"{len(self.payload)} octets", path="IPA")
        return _HEAD.pack(len(self.payload), self.stream) + self.payload

    @property
    def ccm(self) -> Ccm | None:
        """Which message of connection management this is."""
        if self.stream != Stream.CCM or not self.payload:
            return None
        return _CCM.get(self.payload[0])


def decode(octets: bytes) -> Message:
    """The one message that fills `octets`."""
    reader = Reader(octets)
    length, stream = reader.u16(), reader.u8()
    payload = reader.take(length)
    reader.check_end()
    return Message(stream, payload)


def ccm(kind: Ccm, rest: bytes = b"") -> Message:
    """A message of connection management."""
    return Message(Stream.CCM, bytes((kind,)) + rest)


def id_get() -> Message:
    """What a server asks a client that has connected: its unit name."""
    return ccm(Ccm.ID_GET, bytes((1, UNIT_NAME)))


def id_resp(name: str) -> Message:
    """A client's name: length, tag, text and a zero octet."""
    text = name.encode() + b"\0"
    return ccm(Ccm.ID_RESP, (len(text) + 1).to_bytes(2, "big") + bytes((UNIT_NAME,)) + text)


def unit_name(message: Message) -> str | None:
    """The unit name in an ID_RESP, if it has one."""
    reader = Reader(message.payload, 1)
    while reader.remaining:
        element = reader.block(reader.u16())
        tag, text = element.u8(), element.rest()
        if tag == UNIT_NAME:
            return text.rstrip(b"\0").decode("ascii", "replace")
    return None


class Framer:
    """Cuts a byte stream into messages, headers included."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, octets: bytes) -> list[bytes]:
        """The messages that are whole now."""
        self._buffer += octets
        messages, at = [], 0
        while len(self._buffer) - at >= _HEAD.size:
            length = _HEAD.size + _HEAD.unpack_from(self._buffer, at)[0]
            if len(self._buffer) - at < length:
                break
            messages.append(bytes(self._buffer[at : at + length]))
            at += length
        del self._buffer[:at]
        return messages
