"""SCCP management messages, which subsystem 1 exchanges (ITU-T Q.713 clause 5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from mkef_codecs.errors import CodecError
from mkef_codecs.reader import Reader

MANAGEMENT_SSN = 1


class Format(IntEnum):
    """The message format identifier."""

    SSA = 1  # subsystem allowed
    SSP = 2  # subsystem prohibited
    SST = 3  # subsystem status test
    SOR = 4  # subsystem out of service request
    SOG = 5  # subsystem out of service grant
    SSC = 6  # congested


_FORMATS = {int(known): known for known in Format}


@dataclass(frozen=True, slots=True)
class Management:
    """What is said of a subsystem at a point code of 14 bits."""

    format: Format
    ssn: int
    point_code: int
    multiplicity: int = 0  # 0: not known

    def encode(self) -> bytes:
        """Five octets of user data; the point code's low octet comes first."""
        if not (0 <= self.ssn <= 0xFF and 0 <= self.point_code < 1 << 14):
            raise CodecError("a subsystem of 8 bits at a point code of 14", path="SCMG")
        head = bytes((self.format, self.ssn)) + self.point_code.to_bytes(2, "little")
        return head + bytes((self.multiplicity & 0x03,))

    @classmethod
    def decode(cls, octets: bytes) -> Management:
        """The message of some user data; what follows the fifth octet (SSC) is ignored."""
        reader = Reader(octets)
        number, ssn = reader.u8(), reader.u8()
        point_code = int.from_bytes(reader.take(2), "little") & 0x3FFF
        multiplicity = reader.u8() & 0x03
        if number not in _FORMATS:
            raise CodecError(f"format identifier {number}", path="SCMG")
        return cls(_FORMATS[number], ssn, point_code, multiplicity)
