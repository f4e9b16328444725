"""Who is who: IMSI, PLMN, home realm and the MTC Server's identity, parsed once, compared whole."""

from __future__ import annotations

import re

from msgspec import Struct

from mkef_codecs.errors import CodecError
from mkef_codecs.generated.mnc_lengths import MNC_LENGTH

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_FQDN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[!-~]+", re.ASCII)


class Plmn(Struct, frozen=True):
    """A mobile network: MCC, 3 digits, and MNC, 2 or 3 digits (TS 23.003 clause 2.2)."""

    mcc: str
    mnc: str

    def realm(self, prefix: str = "epc") -> str:
        """The network's Diameter realm (TS 23.003 clause 19.2), the MNC padded to 3 digits."""
        return f"{prefix}.mnc{self.mnc:0>3}.mcc{self.mcc}.3gppnetwork.org"

    @property
    def octets(self) -> bytes:
        """The 3 octets of a Visited-PLMN-Id (TS 29.272 clause 7.3.9): half an octet a digit."""
        mcc, mnc = self.mcc, self.mnc.ljust(3, "f")
        return bytes.fromhex(mcc[1] + mcc[0] + mnc[2] + mcc[2] + mnc[1] + mnc[0])


class Imsi(Struct, frozen=True):
    """International Mobile Subscriber Identity, 6 to 15 digits (TS 23.003 clause 2.2)."""

    digits: str

    def __post_init__(self) -> None:
        digits = self.digits
        if not (6 <= len(digits) <= 15 and digits.isascii() and digits.isdecimal()):
            raise CodecError("an IMSI has 6 to 15 decimal digits", path="IMSI")

    def __str__(self) -> str:
        return self.digits

    @property
    def plmn(self) -> Plmn:
        """The home network; an MNC whose length no table knows is refused, never guessed."""
        for known in (3, 6, 5):
            length = MNC_LENGTH.get(self.digits[:known])
            if length is not None:
                return Plmn(self.digits[:3], self.digits[3 : 3 + length])
        raise CodecError(f"no network known for {self.digits[:6]}", path="IMSI")

    @property
    def short(self) -> str:
        """The IMSI as logs show it: the network and the last two digits."""
        return f"{self.digits[:5]}…{self.digits[-2:]}"


class ServerId(Struct, frozen=True):
    """ID_MTC_SERVER: a lower-case FQDN of A-labels or a URI, at most 253 octets, compared whole."""

    value: str

    def __post_init__(self) -> None:
        if len(self.value) > 253:
            raise CodecError("an MTC Server identity has at most 253 octets", path="ID_MTC_SERVER")
        if not (_FQDN.fullmatch(self.value) or _URI.fullmatch(self.value)):
            raise CodecError(
                "an MTC Server identity is a lower-case FQDN without a trailing dot, or a URI",
                path="ID_MTC_SERVER",
            )
        if self.value != self.value.lower():
            raise CodecError("upper case in an MTC Server identity", path="ID_MTC_SERVER")

    def __str__(self) -> str:
        return self.value
