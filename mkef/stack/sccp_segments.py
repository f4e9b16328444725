"""SCCP segmentation and reassembly (ITU-T Q.714 clause 4.1), bounded in number and in time."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from mkef_codecs.ss7.sccp import (
    MAX_SEGMENTS,
    Extension,
    ReturnCause,
    SccpAddress,
    Segmentation,
    Unitdata,
    segment_room,
)

REASSEMBLY_S = 10.0  # T(reass)
LIMIT = 256  # messages in parts at once: 1 MiB at most


def cut(unitdata: Unitdata, reference: int) -> list[Unitdata]:
    """A message that fits into no UDT as it is sent: XUDTs of protocol class 1.

    More than 16 segments are not to be had: CodecError, from the message that does not fit.
    """
    octets = unitdata.data
    size = segment_room(unitdata.called, unitdata.calling)
    starts = range(0, len(octets), size)
    if len(starts) > MAX_SEGMENTS:
        return [unitdata]  # whoever encodes it says that it is too long
    segments = []
    for i, start in enumerate(starts):
        segmentation = Segmentation(
            first=i == 0,
            remaining=len(starts) - 1 - i,
            reference=reference,
            in_sequence=unitdata.in_sequence,
        )
        segment = replace(
            unitdata,
            data=octets[start : start + size],
            in_sequence=True,
            extension=Extension(segmentation=segmentation),
        )
        segments.append(segment)
    return segments


@dataclass(frozen=True, slots=True)
class Failed:
    """A message that will never be whole: its first segment, where it came from, and why."""

    segment: Unitdata
    opc: int
    cause: ReturnCause


@dataclass(slots=True)
class _Parts:
    first: Unitdata
    opc: int
    octets: list[bytes]
    remaining: int
    deadline: float


Key = tuple[SccpAddress, int, int]  # calling party, point code, reference


class Reassembly:
    """Segments in; whole messages out, or what became of them."""

    def __init__(self) -> None:
        self._parts: dict[Key, _Parts] = {}  # in the order of their deadlines

    def receive(self, segment: Unitdata, opc: int, now: float) -> Unitdata | Failed | None:
        """The whole message, None while segments are missing."""
        assert segment.extension is not None
        assert segment.extension.segmentation is not None
        segmentation = segment.extension.segmentation
        key = (segment.calling, opc, segmentation.reference)
        if segmentation.first:
            return self._begin(key, segment, segmentation.remaining, now)
        parts = self._parts.get(key)
        if parts is None:
            return Failed(segment, opc, ReturnCause.ERROR_IN_TRANSPORT)
        if segmentation.remaining != parts.remaining - 1:
            del self._parts[key]
            return Failed(parts.first, opc, ReturnCause.ERROR_IN_TRANSPORT)
        parts.octets.append(segment.data)
        parts.remaining -= 1
        if parts.remaining:
            return None
        del self._parts[key]
        return replace(parts.first, data=b"".join(parts.octets))

    def _begin(
        self, key: Key, segment: Unitdata, remaining: int, now: float
    ) -> Unitdata | Failed | None:
        if not remaining:
            return segment
        # A first segment again: the sender has given the message before it up.
        self._parts.pop(key, None)
        if len(self._parts) >= LIMIT:
            return Failed(segment, key[1], ReturnCause.NO_REASSEMBLY)
        deadline = now + REASSEMBLY_S
        self._parts[key] = _Parts(segment, key[1], [segment.data], remaining, deadline)
        return None

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called next."""
        if not self._parts:
            return None
        return next(iter(self._parts.values())).deadline

    def tick(self, now: float) -> list[Failed]:
        """Give up what is overdue."""
        overdue = [key for key, parts in self._parts.items() if parts.deadline <= now]
        lost = [self._parts.pop(key) for key in overdue]
        return [Failed(p.first, p.opc, ReturnCause.ERROR_IN_TRANSPORT) for p in lost]
