"""M3UA messages and parameters (RFC 4666)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from struct import Struct

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.value import Value

VERSION = 1
HEADER_LENGTH = 8
MAX_LENGTH = 65_536  # far above anything that MTP3 or SCCP has to carry
SCTP_PPID = 3
SCCP = 3  # the service indicator


class Kind(IntEnum):
    """Message class and type in one number (RFC 4666 clause 3.1.2)."""

    ERR = 0x0000
    NTFY = 0x0001
    DATA = 0x0101
    DUNA = 0x0201
    DAVA = 0x0202
    DAUD = 0x0203
    SCON = 0x0204
    DUPU = 0x0205
    DRST = 0x0206
    ASPUP = 0x0301
    ASPDN = 0x0302
    BEAT = 0x0303
    ASPUP_ACK = 0x0304
    ASPDN_ACK = 0x0305
    BEAT_ACK = 0x0306
    ASPAC = 0x0401
    ASPIA = 0x0402
    ASPAC_ACK = 0x0403
    ASPIA_ACK = 0x0404
    REG_REQ = 0x0901
    REG_RSP = 0x0902
    DEREG_REQ = 0x0903
    DEREG_RSP = 0x0904


_HEADER = Struct(">BxHI")  # version, reserved, class and type, length
_LENGTH = Struct(">I")
_PARAMETER = Struct(">HH")  # tag, length
_KINDS = {int(kind): kind for kind in Kind}
_CLASSES = frozenset(kind >> 8 for kind in Kind)


class Tag(IntEnum):
    """Parameter tags (RFC 4666 clause 3.2)."""

    INFO = 0x0004
    ROUTING_CONTEXT = 0x0006
    DIAGNOSTIC = 0x0007
    HEARTBEAT_DATA = 0x0009
    TRAFFIC_MODE = 0x000B
    ERROR_CODE = 0x000C
    STATUS = 0x000D
    ASP_IDENTIFIER = 0x0011
    AFFECTED_POINT_CODE = 0x0012
    CORRELATION_ID = 0x0013
    NETWORK_APPEARANCE = 0x0200
    USER_CAUSE = 0x0204
    CONGESTION_INDICATIONS = 0x0205
    CONCERNED_DESTINATION = 0x0206
    ROUTING_KEY = 0x0207
    REGISTRATION_RESULT = 0x0208
    DEREGISTRATION_RESULT = 0x0209
    LOCAL_IDENTIFIER = 0x020A
    DESTINATION_POINT_CODE = 0x020B
    SERVICE_INDICATORS = 0x020C
    ORIGINATING_POINT_CODES = 0x020E
    PROTOCOL_DATA = 0x0210
    REGISTRATION_STATUS = 0x0212
    DEREGISTRATION_STATUS = 0x0213


class ErrorCode(IntEnum):
    """What an ERR says (RFC 4666 clause 3.8.1)."""

    INVALID_VERSION = 0x01
    UNSUPPORTED_CLASS = 0x03
    UNSUPPORTED_TYPE = 0x04
    UNSUPPORTED_TRAFFIC_MODE = 0x05
    UNEXPECTED_MESSAGE = 0x06
    PROTOCOL_ERROR = 0x07
    INVALID_STREAM = 0x09
    MANAGEMENT_BLOCKING = 0x0D
    ASP_IDENTIFIER_REQUIRED = 0x0E
    INVALID_ASP_IDENTIFIER = 0x0F
    INVALID_PARAMETER_VALUE = 0x11
    PARAMETER_FIELD_ERROR = 0x12
    UNEXPECTED_PARAMETER = 0x13
    DESTINATION_STATUS_UNKNOWN = 0x14
    INVALID_NETWORK_APPEARANCE = 0x15
    MISSING_PARAMETER = 0x16
    INVALID_ROUTING_CONTEXT = 0x19
    NO_CONFIGURED_AS = 0x1A


class M3uaError(CodecError):
    """Octets that are no M3UA message, and the error code that answers them."""

    def __init__(self, code: ErrorCode, problem: str, *, offset: int | None = None) -> None:
        super().__init__(problem, offset=offset, path="M3UA")
        self.code = code


class Status(IntEnum):
    """What a NTFY says: status type and information in one number (RFC 4666 clause 3.8.2)."""

    AS_INACTIVE = 0x0001_0002
    AS_ACTIVE = 0x0001_0003
    AS_PENDING = 0x0001_0004
    INSUFFICIENT_ASPS = 0x0002_0001
    ALTERNATE_ASP_ACTIVE = 0x0002_0002
    ASP_FAILURE = 0x0002_0003


class TrafficMode(IntEnum):
    """How the ASPs of an application server share its traffic (RFC 4666 clause 3.7.1)."""

    OVERRIDE = 1
    LOADSHARE = 2
    BROADCAST = 3


@dataclass(slots=True)
class Message:
    """Any M3UA message: its kind and its parameters, one of each tag, in the order of sending.

    `repeated` are further ones of a tag, as in a REG_REQ with several routing keys.
    """

    kind: Kind
    parameters: Mapping[int, bytes] = field(default_factory=dict)
    repeated: tuple[tuple[int, bytes], ...] = ()

    def encode(self) -> bytes:
        """Common header, then the parameters, each padded to four octets."""
        body = encode_parameters((*self.parameters.items(), *self.repeated))
        return _HEADER.pack(VERSION, self.kind, HEADER_LENGTH + len(body)) + body

    def every(self, tag: Tag) -> tuple[bytes, ...]:
        """The values of all parameters with a tag."""
        first = self.parameters.get(tag)
        further = (value for found, value in self.repeated if found == tag)
        return () if first is None else (first, *further)

    def integer(self, tag: Tag) -> int | None:
        """A parameter of four octets as a number, None if it is absent."""
        value = self.parameters.get(tag)
        if value is None:
            return None
        if len(value) != 4:
            raise M3uaError(ErrorCode.PARAMETER_FIELD_ERROR, f"{tag.name} of {len(value)} octets")
        return int.from_bytes(value, "big")


def encode_parameters(parameters: Iterable[tuple[int, bytes]]) -> bytes:
    """Parameters one after the other, each padded to four octets."""
    return b"".join([_parameter(tag, value) for tag, value in parameters])


def _parameter(tag: int, value: bytes) -> bytes:
    if len(value) > 0xFFFF - 4:
        raise CodecError(f"a parameter of {len(value)} octets", path="M3UA")
    return _PARAMETER.pack(tag, 4 + len(value)) + value + bytes(-len(value) % 4)


def decode(octets: bytes) -> Message:
    """The message of some octets; parameters in any order."""
    kind, end = _header(octets)
    parameters: dict[int, bytes] = {}
    repeated = []
    at = HEADER_LENGTH
    while at < end:
        tag, value, at = _parameter_at(octets, at, end)
        if tag in parameters:
            repeated.append((tag, value))
        else:
            parameters[tag] = value
    return Message(kind, parameters, tuple(repeated))


def _header(octets: bytes) -> tuple[Kind, int]:
    """The kind of a message, and where it ends: its length may leave out the last padding."""
    if len(octets) < HEADER_LENGTH:
        raise M3uaError(ErrorCode.PROTOCOL_ERROR, f"{len(octets)} octets", offset=0)
    version, number, length = _HEADER.unpack_from(octets)
    if version != VERSION:
        raise M3uaError(ErrorCode.INVALID_VERSION, f"version {version}")
    kind = _KINDS.get(number)
    if kind is None and number >> 8 not in _CLASSES:
        raise M3uaError(ErrorCode.UNSUPPORTED_CLASS, f"message class {number >> 8}")
    if kind is None:
        problem = f"message class {number >> 8} type {number & 255}"
        raise M3uaError(ErrorCode.UNSUPPORTED_TYPE, problem)
    if length != len(octets) != length + (-length & 3) or length < HEADER_LENGTH:
        problem = f"a length of {length} in a message of {len(octets)} octets"
        raise M3uaError(ErrorCode.PROTOCOL_ERROR, problem, offset=4)
    return kind, length


def _parameter_at(octets: bytes, at: int, end: int) -> tuple[int, bytes, int]:
    """A parameter's tag and value, and where the next one starts; the last may lack padding."""
    if at + 4 > end:
        raise M3uaError(ErrorCode.PROTOCOL_ERROR, f"{end - at} octets left over", offset=at)
    tag, length = _PARAMETER.unpack_from(octets, at)
    if length < 4 or at + length > end:
        raise M3uaError(ErrorCode.PROTOCOL_ERROR, f"a parameter of {length} octets", offset=at)
    return tag, octets[at + 4 : at + length], at + (length + 3 & ~3)


def decode_parameters(octets: bytes) -> list[tuple[int, bytes]]:
    """All parameters inside of a parameter, tags and values."""
    parameters = []
    at = 0
    while at < len(octets):
        tag, value, at = _parameter_at(octets, at, len(octets))
        parameters.append((tag, value))
    return parameters


_LABEL = Struct(">IIBBBB")  # OPC, DPC, service indicator, network indicator, priority, SLS


class ProtocolData(Value):
    """The routing label and the user's octets of a DATA message (RFC 4666 clause 3.3.1)."""

    opc: int
    dpc: int
    data: bytes
    service_indicator: int = SCCP
    network_indicator: int = 2  # national
    message_priority: int = 0
    sls: int = 0

    def encode(self) -> bytes:
        """The value of the Protocol Data parameter."""
        return (
            _LABEL.pack(
                self.opc,
                self.dpc,
                self.service_indicator,
                self.network_indicator,
                self.message_priority,
                self.sls,
            )
            + self.data
        )

    @classmethod
    def decode(cls, octets: bytes) -> ProtocolData:
        """The parts of a Protocol Data parameter."""
        if len(octets) < _LABEL.size:
            raise CodecError(f"{len(octets)} octets", path="protocolData")
        opc, dpc, *indicators = _LABEL.unpack_from(octets)
        return cls(opc, dpc, octets[_LABEL.size :], *indicators)


def data(protocol_data: ProtocolData, routing_context: int | None = None) -> Message:
    """A DATA message; the routing context stands first, where there is one."""
    parameters: dict[int, bytes] = {}
    if routing_context is not None:
        parameters[Tag.ROUTING_CONTEXT] = routing_context.to_bytes(4, "big")
    parameters[Tag.PROTOCOL_DATA] = protocol_data.encode()
    return Message(Kind.DATA, parameters)


def protocol_data(message: Message) -> ProtocolData:
    """What a DATA message carries."""
    value = message.parameters.get(Tag.PROTOCOL_DATA)
    if value is None:
        raise M3uaError(ErrorCode.MISSING_PARAMETER, "no Protocol Data")
    try:
        return ProtocolData.decode(value)
    except CodecError as error:
        raise M3uaError(ErrorCode.PARAMETER_FIELD_ERROR, error.problem) from None


def error(code: ErrorCode, diagnostic: bytes = b"") -> Message:
    """An ERR message; at most the first 40 octets of what was wrong are quoted."""
    parameters: dict[int, bytes] = {Tag.ERROR_CODE: code.to_bytes(4, "big")}
    if diagnostic:
        parameters[Tag.DIAGNOSTIC] = diagnostic[:40]
    return Message(Kind.ERR, parameters)


class Framer:
    """Cuts a byte stream into M3UA messages by their own length: M3UA over TCP."""

    def __init__(self) -> None:
        self._rest = b""  # of a message that is not whole

    def feed(self, octets: bytes) -> list[bytes]:
        """The messages that are whole now; a length that cannot be ends the stream."""
        octets = self._rest + octets
        messages, at, end = [], 0, len(octets)
        while end - at >= HEADER_LENGTH:
            (length,) = _LENGTH.unpack_from(octets, at + 4)
            if not HEADER_LENGTH <= length <= MAX_LENGTH:
                problem = f"a message of {length} octets"
                raise M3uaError(ErrorCode.PROTOCOL_ERROR, problem, offset=4)
            stop = at + length
            if stop > end:
                break
            messages.append(octets[at:stop])
            at = stop
        self._rest = octets[at:]
        return messages
