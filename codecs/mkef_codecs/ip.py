"""IPv4 packets with a UDP datagram, a TCP segment or an SCTP DATA chunk, as our captures have them.

Every packet is whole: no IP options, no fragments (RFC 791, 768, 9293, 9260).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import google_crc32c

from mkef_codecs.errors import CodecError
from mkef_codecs.reader import Reader

_IP_HEADER = 20
_UDP_HEADER = 8
_TCP_HEADER = 20
_SCTP_HEADER = 12
_DATA_HEADER = 16
_MAX_PACKET = 0xFFFF

_VERSION_AND_LENGTH = 0x45  # version 4, a header of five words
_DO_NOT_FRAGMENT = 0x4000  # with it an identification of 0 is allowed (RFC 6864 clause 4.1)
_FRAGMENT = 0x3FFF  # more fragments, or an offset
_TTL = 64
_TCP_ACK_PSH = 0x5018  # a header of five words, ACK and PSH
_TCP_WINDOW = 0xFFFF
_SCTP_DATA = 0
_SCTP_BEGINNING = 2
_SCTP_ENDING = 1


@dataclass(frozen=True, slots=True)
class Flow:
    """One direction between two IPv4 addresses of 4 octets and their ports."""

    source: bytes
    source_port: int
    destination: bytes
    destination_port: int

    @property
    def reverse(self) -> Flow:
        """The other direction."""
        return Flow(self.destination, self.destination_port, self.source, self.source_port)

    @property
    def ports(self) -> bytes:
        """The two ports, as every transport header begins."""
        return self.source_port.to_bytes(2, "big") + self.destination_port.to_bytes(2, "big")


@dataclass(frozen=True, slots=True)
class Datagram:
    """UDP (RFC 768), at most 65,507 octets of data."""

    protocol: ClassVar[int] = 17
    capacity: ClassVar[int] = _MAX_PACKET - _IP_HEADER - _UDP_HEADER

    flow: Flow
    octets: bytes

    def body(self) -> bytes:
        """Header and data, with the checksum."""
        length = (_UDP_HEADER + len(self.octets)).to_bytes(2, "big")
        return _summed(self, self.flow.ports + length, self.octets)

    @classmethod
    def parse(cls, addresses: tuple[bytes, bytes], reader: Reader) -> Datagram:
        """What stands behind the IP header."""
        flow = _flow(addresses, reader)
        body = reader.block(reader.u16() - _UDP_HEADER + 2)
        body.take(2)
        reader.check_end()
        return cls(flow, body.rest())


@dataclass(frozen=True, slots=True)
class Segment:
    """TCP data in an established connection (RFC 9293 clause 3.1), at most 65,495 octets."""

    protocol: ClassVar[int] = 6
    capacity: ClassVar[int] = _MAX_PACKET - _IP_HEADER - _TCP_HEADER

    flow: Flow
    sequence: int
    acknowledgement: int
    octets: bytes

    def body(self) -> bytes:
        """Header and data, with the checksum."""
        numbers = self.sequence.to_bytes(4, "big") + self.acknowledgement.to_bytes(4, "big")
        state = _TCP_ACK_PSH.to_bytes(2, "big") + _TCP_WINDOW.to_bytes(2, "big")
        return _summed(self, self.flow.ports + numbers + state, bytes(2) + self.octets)

    @classmethod
    def parse(cls, addresses: tuple[bytes, bytes], reader: Reader) -> Segment:
        """What stands behind the IP header."""
        flow = _flow(addresses, reader)
        sequence, acknowledgement = reader.u32(), reader.u32()
        header = reader.u16() >> 12
        reader.take(header * 4 - 14)
        return cls(flow, sequence, acknowledgement, reader.rest())


@dataclass(frozen=True, slots=True)
class Chunk:
    """A message or a part of one in an SCTP DATA chunk (RFC 9260 clause 3.3.1).

    `first` and `last` are the bits B and E; at most 65,484 octets of data.
    """

    protocol: ClassVar[int] = 132
    capacity: ClassVar[int] = (_MAX_PACKET - _IP_HEADER - _SCTP_HEADER - _DATA_HEADER) & ~3

    flow: Flow
    tag: int
    tsn: int
    stream: int
    stream_sequence: int
    payload_protocol: int
    first: bool
    last: bool
    octets: bytes

    def body(self) -> bytes:
        """Header and data, with the checksum."""
        flags = _SCTP_BEGINNING * self.first + _SCTP_ENDING * self.last
        chunk = bytes((_SCTP_DATA, flags)) + (_DATA_HEADER + len(self.octets)).to_bytes(2, "big")
        chunk += self.tsn.to_bytes(4, "big")
        chunk += self.stream.to_bytes(2, "big") + self.stream_sequence.to_bytes(2, "big")
        chunk += self.payload_protocol.to_bytes(4, "big")
        chunk += self.octets + bytes(-len(self.octets) % 4)
        header = self.flow.ports + self.tag.to_bytes(4, "big")
        crc: int = google_crc32c.value(header + bytes(4) + chunk)
        return header + crc.to_bytes(4, "little") + chunk

    @classmethod
    def parse(cls, addresses: tuple[bytes, bytes], reader: Reader) -> Chunk:
        """What stands behind the IP header."""
        flow = _flow(addresses, reader)
        tag = reader.u32()
        reader.take(4)
        if reader.u8() != _SCTP_DATA:
            raise CodecError("not a DATA chunk", offset=reader.position - 1, path="SCTP")
        flags = reader.u8()
        body = reader.block(reader.u16() - 4)
        reader.take(-body.remaining % 4)
        reader.check_end()
        tsn, stream, stream_sequence = body.u32(), body.u16(), body.u16()
        return cls(
            flow,
            tag,
            tsn,
            stream,
            stream_sequence,
            payload_protocol=body.u32(),
            first=bool(flags & _SCTP_BEGINNING),
            last=bool(flags & _SCTP_ENDING),
            octets=body.rest(),
        )


Payload = Datagram | Segment | Chunk

_DECODERS: dict[int, Callable[[tuple[bytes, bytes], Reader], Payload]] = {
    Datagram.protocol: Datagram.parse,
    Segment.protocol: Segment.parse,
    Chunk.protocol: Chunk.parse,
}


def _checksum(octets: bytes) -> bytes:
    """The Internet checksum, 2 octets (RFC 1071); zero is written FFFF, as UDP demands."""
    words = octets + bytes(len(octets) % 2)
    return (0xFFFF - int.from_bytes(words, "big") % 0xFFFF).to_bytes(2, "big")


def _summed(payload: Datagram | Segment, head: bytes, tail: bytes) -> bytes:
    """Head, checksum and tail; the sum covers addresses, protocol and length as well."""
    length = (len(head) + 2 + len(tail)).to_bytes(2, "big")
    pseudo = payload.flow.source + payload.flow.destination + bytes((0, payload.protocol)) + length
    # The checksum stands at an even offset, so leaving it out is the same as two zero octets.
    return head + _checksum(pseudo + head + tail) + tail


def _flow(addresses: tuple[bytes, bytes], reader: Reader) -> Flow:
    source, destination = addresses
    return Flow(source, reader.u16(), destination, reader.u16())


def encode(payload: Payload) -> bytes:
    """A whole IPv4 packet; more data than `capacity` is refused."""
    if len(payload.octets) > payload.capacity:
        raise CodecError(f"{len(payload.octets)} octets in one packet", path="IP")
    body = payload.body()
    head = bytes((_VERSION_AND_LENGTH, 0)) + (_IP_HEADER + len(body)).to_bytes(2, "big")
    head += bytes(2) + _DO_NOT_FRAGMENT.to_bytes(2, "big") + bytes((_TTL, payload.protocol))
    tail = payload.flow.source + payload.flow.destination
    return head + _checksum(head + tail) + tail + body


def decode(octets: bytes) -> Payload:
    """What an IPv4 packet carries; checksums are not judged, nobody could have changed them."""
    reader = Reader(octets)
    if reader.u8() != _VERSION_AND_LENGTH:
        raise CodecError("not IPv4 with a header of 20 octets", offset=0, path="IP")
    reader.take(1)
    packet = reader.block(reader.u16() - 4)
    packet.take(2)
    if packet.u16() & _FRAGMENT:
        raise CodecError("a fragment", offset=6, path="IP")
    packet.take(1)
    protocol = packet.u8()
    packet.take(2)
    if protocol not in _DECODERS:
        raise CodecError(f"protocol {protocol}", offset=9, path="IP")
    return _DECODERS[protocol]((packet.take(4), packet.take(4)), packet)
