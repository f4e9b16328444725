"""Captures of raw IP packets as pcapng files, the blocks that ours consist of.

draft-ietf-opsawg-pcapng: a Section Header Block, an Interface Description Block of link type raw IP
with nanosecond time stamps, Enhanced Packet Blocks with a comment and a direction. Written
big-endian on every machine, so that equal captures are equal files; read in either order, as
Wireshark and its tools write their host's. Other blocks and options are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from mkef_codecs.errors import CodecError
from mkef_codecs.reader import Reader

LINKTYPE_RAW = 101

_BYTE_ORDER_MAGIC = b"\x1a\x2b\x3c\x4d"
_END_OF_OPTIONS = 0
_COMMENT = 1
_SHB_USER_APPLICATION = 4
_IF_TSRESOL = 9
_EPB_FLAGS = 2
_NANOSECONDS = 9  # if_tsresol: a negative power of ten
_MICROSECONDS = 6  # what holds without if_tsresol

ByteOrder = Literal["big", "little"]


class Block(IntEnum):
    """Block types."""

    SECTION_HEADER = 0x0A0D0D0A
    INTERFACE_DESCRIPTION = 1
    ENHANCED_PACKET = 6


class Direction(IntEnum):
    """Bits 0 and 1 of epb_flags."""

    UNKNOWN = 0
    INBOUND = 1
    OUTBOUND = 2


@dataclass(frozen=True, slots=True)
class Packet:
    """One IP packet, taken `time_ns` nanoseconds after 1970-01-01T00:00:00Z."""

    time_ns: int
    octets: bytes
    comment: str = ""
    direction: Direction = Direction.UNKNOWN


def _padded(octets: bytes) -> bytes:
    return octets + bytes(-len(octets) % 4)


def _block(block: Block, body: bytes) -> bytes:
    length = (12 + len(body)).to_bytes(4, "big")
    return block.to_bytes(4, "big") + length + body + length


def _option(code: int, value: bytes) -> bytes:
    return code.to_bytes(2, "big") + len(value).to_bytes(2, "big") + _padded(value)


def _options(*options: bytes) -> bytes:
    """Options and their end mark; nothing at all when every option is absent."""
    present = b"".join(options)
    return present and present + bytes(4)


def encode_header(application: str) -> bytes:
    """The beginning of a file: a section of unknown length and its one interface."""
    section = _BYTE_ORDER_MAGIC + b"\x00\x01\x00\x00" + b"\xff" * 8
    section += _options(_option(_SHB_USER_APPLICATION, application.encode()))
    interface = LINKTYPE_RAW.to_bytes(2, "big") + bytes(2) + bytes(4)  # no snapshot length
    interface += _options(_option(_IF_TSRESOL, bytes((_NANOSECONDS,))))
    return _block(Block.SECTION_HEADER, section) + _block(Block.INTERFACE_DESCRIPTION, interface)


def encode_packet(packet: Packet) -> bytes:
    """An Enhanced Packet Block."""
    if not 0 <= packet.time_ns < 1 << 64:
        raise CodecError("a time stamp has 64 bits", path="time_ns")
    comment = packet.comment.encode()
    if len(comment) > 0xFFFF:
        raise CodecError("a comment has at most 65,535 octets", path="comment")
    length = len(packet.octets).to_bytes(4, "big")
    body = bytes(4) + packet.time_ns.to_bytes(8, "big") + length + length + _padded(packet.octets)
    body += _options(
        _option(_COMMENT, comment) if comment else b"",
        _option(_EPB_FLAGS, packet.direction.to_bytes(4, "big")) if packet.direction else b"",
    )
    return _block(Block.ENHANCED_PACKET, body)


class _Cursor(Reader):
    """A reader of integers in the section's byte order."""

    __slots__ = ("order",)

    def __init__(self, octets: bytes, position: int, end: int, order: ByteOrder) -> None:
        super().__init__(octets, position, end)
        self.order: ByteOrder = order

    def within(self, length: int) -> _Cursor:
        """A cursor of the next `length` octets."""
        inner = self.block(length)
        return _Cursor(inner.octets, inner.position, inner.end, self.order)

    def uint(self, length: int) -> int:
        """An unsigned integer of `length` octets."""
        return int.from_bytes(self.take(length), self.order)

    def pad(self) -> None:
        """Pass over what fills up to 4 octets; blocks and options begin at multiples of 4."""
        self.take(min(-self.position % 4, self.remaining))

    def options(self) -> Iterator[tuple[int, bytes]]:
        """Codes and values up to the end mark or the end of the block."""
        while self.remaining:
            code, length = self.uint(2), self.uint(2)
            if code == _END_OF_OPTIONS:
                return
            yield code, self.take(length)
            self.pad()


@dataclass(slots=True)
class _Section:
    """A section while it is read; `resolutions` has if_tsresol of each interface."""

    packets: list[Packet]
    resolutions: list[int] = field(default_factory=list)

    def interface(self, body: _Cursor) -> None:
        link_type = body.uint(2)
        if link_type != LINKTYPE_RAW:
            raise CodecError(f"link type {link_type}, only raw IP is read", path="interface")
        body.take(6)
        resolution = dict(body.options()).get(_IF_TSRESOL, bytes((_MICROSECONDS,)))
        if len(resolution) != 1 or resolution[0] > _NANOSECONDS:
            raise CodecError("a clock that is binary or finer than 1 ns", path="if_tsresol")
        self.resolutions.append(resolution[0])

    def packet(self, body: _Cursor) -> None:
        interface = body.uint(4)
        if interface >= len(self.resolutions):
            raise CodecError(f"no interface {interface}", offset=body.position, path="packet")
        time = body.uint(4) << 32 | body.uint(4)
        length, original = body.uint(4), body.uint(4)
        if length != original:
            raise CodecError(f"{length} of {original} octets captured", path="packet")
        octets = body.take(length)
        body.pad()
        options = dict(body.options())
        packet = Packet(
            time * 10 ** (_NANOSECONDS - self.resolutions[interface]),
            octets,
            _text(options.get(_COMMENT, b"")),
            _direction(options.get(_EPB_FLAGS, b""), body.order),
        )
        self.packets.append(packet)

    def skip(self, body: _Cursor) -> None:
        """A block that says nothing about our packets."""


_READERS: dict[int, Callable[[_Section, _Cursor], None]] = {
    Block.INTERFACE_DESCRIPTION: _Section.interface,
    Block.ENHANCED_PACKET: _Section.packet,
}


def _text(octets: bytes) -> str:
    try:
        return octets.decode()
    except UnicodeDecodeError:
        raise CodecError("not UTF-8", path="text") from None


def _direction(flags: bytes, order: ByteOrder) -> Direction:
    bits = int.from_bytes(flags, order) & 0b11
    return Direction.UNKNOWN if bits == 0b11 else Direction(bits)


def _blocks(file: _Cursor) -> Iterator[tuple[int, _Cursor]]:
    """Types and bodies, in the byte order of the section header that came last."""
    while file.remaining:
        start = file.position
        block, length = file.uint(4), file.take(4)
        if start == 0 and block != Block.SECTION_HEADER:
            raise CodecError("not a pcapng file")
        if block == Block.SECTION_HEADER:
            file.order = _byte_order(file)
        total = int.from_bytes(length, file.order)
        if total % 4:
            raise CodecError(f"a block of {total} octets", offset=start)
        body = file.within(total - 4 - (file.position - start))
        if file.take(4) != length:
            raise CodecError("a block's two lengths differ", offset=start)
        yield block, body


def _byte_order(file: _Cursor) -> ByteOrder:
    magic = file.take(4)
    if magic == _BYTE_ORDER_MAGIC:
        return "big"
    if magic == _BYTE_ORDER_MAGIC[::-1]:
        return "little"
    raise CodecError("no byte-order magic", offset=file.position - 4)


def decode(octets: bytes) -> list[Packet]:
    """The packets of a whole file, in its order."""
    packets: list[Packet] = []
    section: _Section | None = None
    for block, body in _blocks(_Cursor(octets, 0, len(octets), "big")):
        if block == Block.SECTION_HEADER:
            section = _Section(packets)
        else:
            assert section is not None  # it is the first block
            _READERS.get(block, _Section.skip)(section, body)
    return packets
