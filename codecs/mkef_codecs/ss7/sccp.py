"""SCCP connectionless messages and addresses (ITU-T Q.713)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from mkef_codecs.errors import CodecError
from mkef_codecs.reader import Reader
from mkef_codecs.ss7.value import Value
from mkef_codecs.tbcd import decode_tbcd, encode_tbcd

# What an MTP3 network carries: 272 octets of SIF, 4 of them the routing label (Q.704, Q.713).
MAX_MESSAGE = 268
MAX_DATA = 255
MAX_TITLE = 16  # octets of digits: E.164 and E.214 have 15 digits
MAX_SEGMENTS = 16
SURE_DATA = 200  # octets of user data that one UDT carries between any two addresses

_UDT, _UDTS, _XUDT, _XUDTS = 0x09, 0x0A, 0x11, 0x12
_AFTER_CLASS, _AFTER_HOPS = 2, 3  # where the pointers stand: XUDT and XUDTS have a hop counter
_AFTER_POINTERS = 5  # of a UDT; the third, before it, points to the length of the data
# Of each type, where its pointers stand, and whether it came back.
_TYPES = {
    _UDT: (_AFTER_CLASS, False),
    _UDTS: (_AFTER_CLASS, True),
    _XUDT: (_AFTER_HOPS, False),
    _XUDTS: (_AFTER_HOPS, True),
}
_RETURN_ON_ERROR = 0x80
# Of each octet with a protocol class, 0 or 1: whether return on error is wished, and sequence.
_HANDLING = {
    octet: (octet & 0xF0 == _RETURN_ON_ERROR, octet & 1 == 1)
    for octet in range(0x100)
    if octet & 0x0F <= 1
}
_CLASSES = {_HANDLING[octet]: octet for octet in (0, 1, _RETURN_ON_ERROR, _RETURN_ON_ERROR | 1)}
_HAS_POINT_CODE, _HAS_SSN, _ROUTE_ON_SSN = 0x01, 0x02, 0x40
_GT_FULL = 4  # translation type, numbering plan, encoding scheme, nature of address
_SEGMENTATION, _IMPORTANCE, _END_OF_OPTIONS = 0x10, 0x12, 0x00


class ReturnCause(IntEnum):
    """Why a message came back (Q.713 clause 3.12)."""

    NO_TRANSLATION_OF_SUCH_NATURE = 0
    NO_TRANSLATION = 1
    SUBSYSTEM_CONGESTION = 2
    SUBSYSTEM_FAILURE = 3
    UNEQUIPPED_USER = 4
    MTP_FAILURE = 5
    NETWORK_CONGESTION = 6
    UNQUALIFIED = 7
    ERROR_IN_TRANSPORT = 8
    ERROR_IN_PROCESSING = 9
    NO_REASSEMBLY = 10
    SCCP_FAILURE = 11
    HOP_COUNTER_VIOLATION = 12
    SEGMENTATION_NOT_SUPPORTED = 13
    SEGMENTATION_FAILURE = 14


_CAUSES = {int(cause): cause for cause in ReturnCause}


@dataclass(frozen=True, slots=True)
class GlobalTitle:
    """A global title of indicator 0100: digits and how they are meant (Q.713 clause 3.4.2.3.4)."""

    digits: str
    translation_type: int = 0
    numbering_plan: int = 1  # E.164
    nature_of_address: int = 4  # international

    def __post_init__(self) -> None:
        bits = self.translation_type >> 8 | self.numbering_plan >> 4 | self.nature_of_address >> 7
        if bits or not 1 <= len(self.digits) <= 2 * MAX_TITLE:
            raise CodecError("parts of a global title that do not fit", path="globalTitle")

    def encode(self) -> bytes:
        """Translation type, plan and scheme, nature of address, digits."""
        scheme = 1 if len(self.digits) % 2 else 2
        head = (self.translation_type, self.numbering_plan << 4 | scheme, self.nature_of_address)
        # The filler of an odd number of digits is 0000 here, not TBCD's 1111.
        digits = bytearray(encode_tbcd(self.digits))
        if scheme == 1:
            digits[-1] &= 0x0F
        return bytes(head) + bytes(digits)

    @classmethod
    def decode(cls, reader: Reader) -> GlobalTitle:
        """The title that the rest of an address holds."""
        translation_type, plan, nature = reader.u8(), reader.u8(), reader.u8()
        octets = reader.rest()
        scheme = plan & 0x0F
        if scheme not in {1, 2} or not 1 <= len(octets) <= MAX_TITLE:
            raise CodecError("a global title of no or too many digits", path="globalTitle")
        if scheme == 1:
            octets = octets[:-1] + bytes((octets[-1] | 0xF0,))
        return cls(decode_tbcd(octets), translation_type, plan >> 4, nature & 0x7F)


@dataclass(frozen=True, slots=True)
class SccpAddress:
    """Where a message goes or comes from: subsystem number, point code (14 bits), global title.

    A node talks with the same few addresses again and again: each is written once, as octets and
    as `text` for people.
    """

    ssn: int | None = None
    point_code: int | None = None
    global_title: GlobalTitle | None = None
    route_on_ssn: bool = True
    octets: bytes = field(init=False, repr=False, compare=False)
    text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.ssn is not None and not 0 <= self.ssn <= 0xFF:
            raise CodecError("a subsystem number has 8 bits", path="SccpAddress")
        if self.point_code is not None and not 0 <= self.point_code < 1 << 14:
            raise CodecError("a point code has 14 bits", path="SccpAddress")
        object.__setattr__(self, "octets", self._encoded())
        title = self.global_title and f"GT {self.global_title.digits}"
        parts = (title, self.point_code is not None and f"PC {self.point_code}")
        object.__setattr__(self, "text", " ".join([p for p in parts if p] + [f"SSN {self.ssn}"]))

    def __str__(self) -> str:
        return self.text

    def _encoded(self) -> bytes:
        """Address indicator and what it announces (Q.713 clause 3.4)."""
        indicator = _ROUTE_ON_SSN if self.route_on_ssn else 0
        octets = b""
        if self.point_code is not None:
            indicator |= _HAS_POINT_CODE
            octets += self.point_code.to_bytes(2, "little")
        if self.ssn is not None:
            indicator |= _HAS_SSN
            octets += bytes((self.ssn,))
        if self.global_title is not None:
            indicator |= _GT_FULL << 2
            octets += self.global_title.encode()
        return bytes((indicator,)) + octets

    @classmethod
    def decode(cls, octets: bytes) -> SccpAddress:
        """The address of an address parameter."""
        reader = Reader(octets)
        indicator = reader.u8()
        point_code = ssn = title = None
        if indicator & _HAS_POINT_CODE:
            point_code = int.from_bytes(reader.take(2), "little") & 0x3FFF
        if indicator & _HAS_SSN:
            ssn = reader.u8()
        title_indicator = indicator >> 2 & 0x0F
        if title_indicator == _GT_FULL:
            title = GlobalTitle.decode(reader)
        elif title_indicator:
            raise CodecError(f"global title indicator {title_indicator}", path="SccpAddress")
        reader.check_end()
        return cls(ssn, point_code, title, bool(indicator & _ROUTE_ON_SSN))


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Which part of a message this is (Q.713 clause 3.17).

    The reference has 24 bits, its least octet first as Wireshark reads it.
    """

    first: bool
    remaining: int  # segments that follow, 0 to 15
    reference: int
    in_sequence: bool = False  # of the message before it was cut: protocol class 1

    def __post_init__(self) -> None:
        if not (0 <= self.remaining <= 0x0F and 0 <= self.reference < 1 << 24):
            raise CodecError("at most 16 segments, a reference of 24 bits", path="segmentation")

    @property
    def whole(self) -> bool:
        """Whether the one segment is all there is."""
        return self.first and not self.remaining

    def encode(self) -> bytes:
        """Four octets."""
        head = self.first << 7 | self.in_sequence << 6 | self.remaining
        return bytes((head,)) + self.reference.to_bytes(3, "little")

    @classmethod
    def decode(cls, octets: bytes) -> Segmentation:
        """The parameter of four octets; spare bits are ignored."""
        reader = Reader(octets)
        head, reference = reader.u8(), int.from_bytes(reader.take(3), "little")
        reader.check_end()
        return cls(bool(head & 0x80), head & 0x0F, reference, bool(head & 0x40))


@dataclass(frozen=True, slots=True)
class Extension:
    """What XUDT and XUDTS say beyond UDT and UDTS: hops left, 1 to 15, and optional parameters."""

    hop_counter: int = 15
    segmentation: Segmentation | None = None
    importance: int | None = None  # 0 to 7 (clause 3.19)

    def __post_init__(self) -> None:
        if not 1 <= self.hop_counter <= 15:
            raise CodecError("a hop counter is 1 to 15", path="SCCP")
        if self.importance is not None and not 0 <= self.importance <= 7:
            raise CodecError("an importance is 0 to 7", path="SCCP")

    def options(self) -> bytes:
        """The optional part, nothing if it is empty."""
        options = b""
        if self.segmentation is not None:
            options += bytes((_SEGMENTATION, 4)) + self.segmentation.encode()
        if self.importance is not None:
            options += bytes((_IMPORTANCE, 1, self.importance))
        return options and options + bytes((_END_OF_OPTIONS,))


class Unitdata(Value):
    """UDT, or XUDT with an `extension`: user data for `called`, returned on error if so wished."""

    called: SccpAddress
    calling: SccpAddress
    data: bytes
    return_on_error: bool = False
    in_sequence: bool = False  # protocol class 1
    extension: Extension | None = None

    def encode(self) -> bytes:
        """A UDT or XUDT message."""
        protocol_class = _CLASSES[self.return_on_error, self.in_sequence]
        return _encode(self, _UDT, _XUDT, protocol_class)


class UnitdataService(Value):
    """UDTS or XUDTS: a message of ours that came back; `data` are its user data."""

    called: SccpAddress
    calling: SccpAddress
    data: bytes
    cause: int
    extension: Extension | None = None

    @property
    def reason(self) -> str:
        """The return cause in words."""
        cause = _CAUSES.get(self.cause)
        return f"return cause {self.cause}" if cause is None else cause.name

    def encode(self) -> bytes:
        """A UDTS or XUDTS message."""
        return _encode(self, _UDTS, _XUDTS, self.cause)


SccpMessage = Unitdata | UnitdataService


def room(called: SccpAddress, calling: SccpAddress) -> int:
    """Octets of user data that one UDT between two addresses can carry."""
    return min(MAX_DATA, MAX_MESSAGE - 8 - len(called.octets) - len(calling.octets))


def segment_room(called: SccpAddress, calling: SccpAddress) -> int:
    """Octets of user data that one segment (XUDT) can carry: its optional part is pointed to."""
    return 0xFF - 4 - len(called.octets) - len(calling.octets)


def segmented_room(called: SccpAddress, calling: SccpAddress) -> int:
    """Octets of user data that all segments of a message can carry."""
    return MAX_SEGMENTS * segment_room(called, calling)


def _encode(message: SccpMessage, plain: int, extended: int, second: int) -> bytes:
    """A message: type, class or cause, hop counter if it is extended, and the variable part.

    That are pointers, each counted from itself, what they point to (called party, calling party,
    data), and the optional part of an extended message, whose pointer is 0 where there is none.
    """
    data, extension = message.data, message.extension
    size = len(data)
    if size > MAX_DATA:
        raise CodecError(f"{size} octets do not fit", path="SCCP")
    if extension is None:
        return _head(plain, second, message.called.octets, message.calling.octets, size) + data
    pointers, written = _written(message.called.octets, message.calling.octets, 4)
    options = extension.options()
    pointer = 2 + len(written) + size if options else 0
    if pointer > MAX_DATA:
        raise CodecError("the parameters before the optional part are too long", path="SCCP")
    head = b"%c%c%c%b%c" % (extended, second, extension.hop_counter, pointers, pointer)
    return b"%b%b%c%b%b" % (head, written, size, data, options)


# The same few parties talk with each other again and again: what precedes their data is written
# once for each of its sizes.
@lru_cache(maxsize=4096)
def _head(plain: int, second: int, called: bytes, calling: bytes, size: int) -> bytes:
    """All before the data of a UDT or UDTS."""
    pointers, written = _written(called, calling, 3)
    return b"%c%c%b%b%c" % (plain, second, pointers, written, size)


@lru_cache(maxsize=1024)
def _written(called: bytes, calling: bytes, first: int) -> tuple[bytes, bytes]:
    """The pointers to the parties and to the data, of which the first is given; the parties."""
    second = first + len(called)
    third = second + len(calling)
    if third > MAX_DATA:
        raise CodecError("the addresses are too long", path="SCCP")
    written = b"%c%b%c%b" % (len(called), called, len(calling), calling)
    return bytes((first, second, third)), written


def decode(octets: bytes) -> SccpMessage:
    """The connectionless message of some octets; every other type is refused."""
    end = len(octets)
    if end > _AFTER_POINTERS and octets[0] == _UDT:
        start = octets[4] + _AFTER_POINTERS
        whole = start <= end and start + octets[start - 1] == end
        head = read_head(octets[:start]) if whole else None
        if head is not None:
            called, calling, returns, in_sequence = head
            return Unitdata(called, calling, octets[start:], returns, in_sequence)
    return _read(octets, end)


@lru_cache(maxsize=1024)
def read_head(octets: bytes) -> tuple[SccpAddress, SccpAddress, bool, bool] | None:
    """What a UDT says before its data, which is the same again and again; None if class or parties
    are not right, or these do not stand before the data."""
    handling = _HANDLING.get(octets[1])
    if handling is None:
        return None
    try:
        called, calling = _parties(octets[2:-1], 0)
    except CodecError:
        return None
    return called, calling, *handling


def _read(octets: bytes, end: int) -> SccpMessage:
    """A message of any type, or with its parameters in any order."""
    if end < 2:
        raise CodecError(f"{end} octets", path="SCCP")
    known = _TYPES.get(octets[0])
    if known is None:
        raise CodecError(f"message type 0x{octets[0]:02x} is not supported", path="SCCP")
    at, returned = known
    start = at + 3 + octets[at + 2] if end > at + 2 else end + 1  # of the data
    called, calling = _parties(octets, at)
    stop = start + octets[start - 1] if start <= end else end + 1
    if stop > end or start == at + 3:
        _pointed(octets, at + 2)  # says what is wrong
    data = octets[start:stop]
    extension = _extension(octets, at + 3) if at == _AFTER_HOPS else None
    if returned:
        return UnitdataService(called, calling, data, octets[1], extension)
    handling = _HANDLING.get(octets[1])
    if handling is None:
        raise CodecError(f"protocol class {octets[1] & 0x0F}", path="SCCP")
    return Unitdata(called, calling, data, handling[0], handling[1], extension)


def _parties(octets: bytes, at: int) -> tuple[SccpAddress, SccpAddress]:
    """The called and the calling party that the octets at an offset point to."""
    return read_address(_pointed(octets, at)), read_address(_pointed(octets, at + 1))


# The same few parties talk with each other again and again: each is read once.
@lru_cache(maxsize=1024)
def read_address(octets: bytes) -> SccpAddress:
    """A party, as SccpAddress.decode reads it."""
    return SccpAddress.decode(octets)


def _pointed(octets: bytes, at: int) -> bytes:
    """The parameter that the pointer at an offset points to."""
    end = len(octets)
    start = at + octets[at] + 1 if at < end else end + 1
    if start > end:
        raise CodecError("it ends before its parameters", offset=end, path="SCCP")
    if start == at + 1:
        raise CodecError("a mandatory parameter is missing", offset=at, path="SCCP")
    stop = start + octets[start - 1]
    if stop > end:
        raise CodecError("a parameter is longer than the message", offset=start - 1, path="SCCP")
    return octets[start:stop]


def _extension(octets: bytes, at: int) -> Extension:
    """Hop counter and optional part; parameters that we do not know change nothing."""
    pointer = Reader(octets, at).u8()
    known: dict[int, bytes] = {}
    if pointer:
        options = Reader(octets, at + pointer)
        while (name := options.u8()) != _END_OF_OPTIONS:
            known.setdefault(name, options.take(options.u8()))
    segmentation = known.get(_SEGMENTATION)
    importance = known.get(_IMPORTANCE)
    return Extension(
        octets[2],
        None if segmentation is None else Segmentation.decode(segmentation),
        importance[0] & 0x07 if importance else None,
    )
