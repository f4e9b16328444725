"""What the application of the MTC Server gets."""

from __future__ import annotations

import json
from dataclasses import dataclass

from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi


@dataclass(frozen=True, slots=True)
class Reading:
    """One message of a device, decrypted and verified; `time` in seconds since 1970."""

    imsi: Imsi
    octets: bytes
    profile: Profile
    k_mtc_fingerprint: str
    strength_bits: int | None
    first_under_key: bool
    time: float

    def to_json(self) -> str:
        """One line; octets that are no UTF-8 are in hexadecimal under `reading_hex`."""
        try:
            reading = {"reading": self.octets.decode()}
        except UnicodeDecodeError:
            reading = {"reading_hex": self.octets.hex()}
        rest = {
            "profile": f"0x{self.profile.octet:02x}",
            "k_mtc_fingerprint": self.k_mtc_fingerprint,
            "strength_bits": self.strength_bits,
            "first_under_key": self.first_under_key,
            "time": self.time,
        }
        return json.dumps({"imsi": self.imsi.digits, **reading, **rest}, ensure_ascii=False)
