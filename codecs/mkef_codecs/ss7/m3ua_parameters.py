"""Structured M3UA parameters: affected point codes, routing keys, results (RFC 4666 clause 3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mkef_codecs.errors import CodecError
from mkef_codecs.reader import Reader
from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.m3ua import Tag

MAX_POINT_CODE = 0xFFFFFF  # 14 bits of ITU-T or 24 of ANSI, right-aligned


@dataclass(frozen=True, slots=True)
class AffectedPointCode:
    """Point codes that SSNM messages tell of; `mask` says how many low bits are any (3.4.1)."""

    point_code: int
    mask: int = 0

    def __post_init__(self) -> None:
        if not (0 <= self.point_code <= MAX_POINT_CODE and 0 <= self.mask <= 0xFF):
            raise CodecError("a point code of 24 bits and a mask of 8", path="affectedPointCode")


def encode_affected(affected: Iterable[AffectedPointCode]) -> bytes:
    """The value of an Affected Point Code parameter, four octets each."""
    return b"".join(bytes((a.mask,)) + a.point_code.to_bytes(3, "big") for a in affected)


def decode_affected(octets: bytes) -> tuple[AffectedPointCode, ...]:
    """One or more affected point codes."""
    reader = Reader(octets)
    found = []
    while reader.remaining:
        mask = reader.u8()
        found.append(AffectedPointCode(reader.u24(), mask))
    if not found:
        raise CodecError("none is given", path="affectedPointCode")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class RoutingKey:
    """What an ASP asks to be routed to it (clause 3.6.1)."""

    local_identifier: int
    destination_point_code: int
    routing_context: int | None = None
    traffic_mode: int | None = None
    network_appearance: int | None = None
    service_indicators: tuple[int, ...] = ()
    originating_point_codes: tuple[AffectedPointCode, ...] = ()

    def encode(self) -> bytes:
        """The value of a Routing Key parameter."""
        parameters = [(Tag.LOCAL_IDENTIFIER, _number(self.local_identifier))]
        for tag, value in (
            (Tag.ROUTING_CONTEXT, self.routing_context),
            (Tag.TRAFFIC_MODE, self.traffic_mode),
            (Tag.DESTINATION_POINT_CODE, self.destination_point_code),
            (Tag.NETWORK_APPEARANCE, self.network_appearance),
        ):
            if value is not None:
                parameters.append((tag, _number(value)))
        if self.service_indicators:
            parameters.append((Tag.SERVICE_INDICATORS, bytes(self.service_indicators)))
        if self.originating_point_codes:
            originating = encode_affected(self.originating_point_codes)
            parameters.append((Tag.ORIGINATING_POINT_CODES, originating))
        return m3ua.encode_parameters(parameters)

    @classmethod
    def decode(cls, octets: bytes) -> RoutingKey:
        """A routing key; the identifier and the destination are mandatory."""
        known = _known(octets)
        originating = known.get(Tag.ORIGINATING_POINT_CODES)
        return cls(
            _mandatory(known, Tag.LOCAL_IDENTIFIER),
            _mandatory(known, Tag.DESTINATION_POINT_CODE),
            _optional(known, Tag.ROUTING_CONTEXT),
            _optional(known, Tag.TRAFFIC_MODE),
            _optional(known, Tag.NETWORK_APPEARANCE),
            tuple(known.get(Tag.SERVICE_INDICATORS, b"")),
            () if originating is None else decode_affected(originating),
        )


@dataclass(frozen=True, slots=True)
class RegistrationResult:
    """What became of one routing key; status 0 is success (clause 3.6.2)."""

    local_identifier: int
    status: int
    routing_context: int

    def encode(self) -> bytes:
        """The value of a Registration Result parameter."""
        return m3ua.encode_parameters(
            (
                (Tag.LOCAL_IDENTIFIER, _number(self.local_identifier)),
                (Tag.REGISTRATION_STATUS, _number(self.status)),
                (Tag.ROUTING_CONTEXT, _number(self.routing_context)),
            )
        )

    @classmethod
    def decode(cls, octets: bytes) -> RegistrationResult:
        """A registration result; all three parts are mandatory."""
        known = _known(octets)
        return cls(
            _mandatory(known, Tag.LOCAL_IDENTIFIER),
            _mandatory(known, Tag.REGISTRATION_STATUS),
            _mandatory(known, Tag.ROUTING_CONTEXT),
        )


@dataclass(frozen=True, slots=True)
class DeregistrationResult:
    """What became of one routing context; status 0 is success (clause 3.6.4)."""

    routing_context: int
    status: int

    def encode(self) -> bytes:
        """The value of a Deregistration Result parameter."""
        return m3ua.encode_parameters(
            (
                (Tag.ROUTING_CONTEXT, _number(self.routing_context)),
                (Tag.DEREGISTRATION_STATUS, _number(self.status)),
            )
        )

    @classmethod
    def decode(cls, octets: bytes) -> DeregistrationResult:
        """A deregistration result; both parts are mandatory."""
        known = _known(octets)
        return cls(
            _mandatory(known, Tag.ROUTING_CONTEXT), _mandatory(known, Tag.DEREGISTRATION_STATUS)
        )


def _known(octets: bytes) -> dict[int, bytes]:
    """Parameters by tag; the first of a tag counts."""
    return dict(reversed(m3ua.decode_parameters(octets)))


def _number(value: int) -> bytes:
    if not 0 <= value < 1 << 32:
        raise CodecError(f"{value} does not fit 32 bits", path="M3UA")
    return value.to_bytes(4, "big")


def _optional(known: dict[int, bytes], tag: Tag) -> int | None:
    value = known.get(tag)
    if value is None:
        return None
    if len(value) != 4:
        raise CodecError(f"{len(value)} octets", path=tag.name)
    return int.from_bytes(value, "big")


def _mandatory(known: dict[int, bytes], tag: Tag) -> int:
    value = _optional(known, tag)
    if value is None:
        raise CodecError("missing", path=tag.name)
    return value
