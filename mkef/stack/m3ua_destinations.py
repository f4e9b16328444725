"""What a signalling gateway has told of destinations (SSNM, RFC 4666 clauses 3.4 and 4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.m3ua import Kind, Message, Tag
from mkef_codecs.ss7.m3ua_parameters import AffectedPointCode, decode_affected, encode_affected

AUDIT_S = 30.0  # between two DAUDs for what is out of reach
CONGESTION_S = 10.0  # how long a SCON counts
LIMIT = 1024  # point codes that are remembered


class Availability(Enum):
    """Of a destination; one that nobody has spoken of is available."""

    AVAILABLE = auto()
    RESTRICTED = auto()
    CONGESTED = auto()
    NO_USER = auto()  # the point code can be reached, its SCCP cannot (DUPU)
    UNAVAILABLE = auto()


MEANING = {
    Kind.DUNA: Availability.UNAVAILABLE,
    Kind.DAVA: Availability.AVAILABLE,
    Kind.DRST: Availability.RESTRICTED,
    Kind.SCON: Availability.CONGESTED,
    Kind.DUPU: Availability.NO_USER,
}
OUT_OF_REACH = frozenset({Availability.UNAVAILABLE, Availability.NO_USER})


@dataclass(slots=True)
class _Entry:
    affected: AffectedPointCode
    availability: Availability
    until: float | None

    def covers(self, point_code: int) -> bool:
        return point_code >> self.affected.mask == self.affected.point_code >> self.affected.mask


class Destinations:
    """Destination state of one gateway: where it has told nothing, everything is reachable."""

    def __init__(self) -> None:
        self.told: dict[AffectedPointCode, _Entry] = {}
        self._audit_at: float | None = None

    def reset(self) -> None:
        """A new association: everything counts as available until the gateway speaks."""
        self.told.clear()
        self._audit_at = None

    def availability(self, point_code: int, now: float) -> Availability:
        """How a point code can be reached through this gateway."""
        covering = [
            entry
            for entry in self.told.values()
            if entry.covers(point_code) and (entry.until is None or entry.until > now)
        ]
        closest = min(covering, key=lambda entry: entry.affected.mask, default=None)
        return Availability.AVAILABLE if closest is None else closest.availability

    def reachable(self, point_code: int, now: float) -> bool:
        """Whether traffic for a point code may be sent through this gateway."""
        return self.availability(point_code, now) not in OUT_OF_REACH

    def learn(self, message: Message, now: float) -> tuple[AffectedPointCode, ...]:
        """An SSNM message of the gateway; the point codes that it speaks of. Raises CodecError."""
        value = message.parameters.get(Tag.AFFECTED_POINT_CODE)
        if value is None:
            raise CodecError("no Affected Point Code", path=message.kind.name)
        affected = decode_affected(value)
        availability = MEANING[message.kind]
        for each in affected:
            self._set(each, availability, now)
        self._audit_at = now + AUDIT_S if self._lost() else None
        return affected

    def _set(self, affected: AffectedPointCode, availability: Availability, now: float) -> None:
        """What is said of a range of point codes replaces what was said of its parts."""
        until = now + CONGESTION_S if availability is Availability.CONGESTED else None
        entry = _Entry(affected, availability, until)
        self.told = {
            known: other
            for known, other in self.told.items()
            if known.mask > affected.mask or not entry.covers(known.point_code)
        }
        needed = any(e.covers(affected.point_code) for e in self.told.values())
        wanted = availability is not Availability.AVAILABLE or needed
        if wanted and len(self.told) < LIMIT:
            self.told[affected] = entry

    def _lost(self) -> list[AffectedPointCode]:
        return [each for each, e in self.told.items() if e.availability in OUT_OF_REACH]

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called next."""
        return self._audit_at

    def tick(self, now: float) -> Message | None:
        """The audit that is due: DAUD for what is out of reach (clause 4.5.3)."""
        if self._audit_at is None or self._audit_at > now:
            return None
        self._audit_at = now + AUDIT_S
        return Message(Kind.DAUD, {Tag.AFFECTED_POINT_CODE: encode_affected(self._lost())})
