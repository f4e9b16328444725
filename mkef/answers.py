"""Domain errors as Diameter answers: the one table (protocol.md clause 5)."""

from __future__ import annotations

from msgspec import Struct

from mkef.domain import errors
from mkef.domain.errors import Refusal
from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.lab import VENDOR

VENDOR_3GPP = 10415


class Code(Struct, frozen=True):
    """A Result-Code, or with a vendor an Experimental-Result-Code."""

    value: int
    vendor: int | None = None

    def __str__(self) -> str:
        return f"{self.vendor}/{self.value}" if self.vendor else str(self.value)


# What an MTC Server learns; the reason itself stays in the MKEF's log.
ANSWERS: dict[type[Refusal], tuple[Code, str]] = {
    errors.ResMismatch: (
        Code(ResultCode.AUTHENTICATION_REJECTED),
        "DIAMETER_AUTHENTICATION_REJECTED",
    ),
    errors.NotEntitled: (
        Code(ResultCode.AUTHORIZATION_REJECTED),
        "DIAMETER_AUTHORIZATION_REJECTED",
    ),
    errors.UserUnknown: (Code(5001, VENDOR_3GPP), "DIAMETER_ERROR_USER_UNKNOWN"),
    errors.VectorsUnavailable: (
        Code(4181, VENDOR_3GPP),
        "DIAMETER_AUTHENTICATION_DATA_UNAVAILABLE",
    ),
    errors.HlrNotCapable: (Code(5001, VENDOR), "MTC_HLR_NOT_CAPABLE"),
    errors.RandNotFresh: (Code(5002, VENDOR), "MTC_RAND_NOT_FRESH"),
    errors.ProfileNotAllowed: (Code(5003, VENDOR), "MTC_PROFILE_NOT_ALLOWED"),
    errors.QuotaExceeded: (Code(4001, VENDOR), "MTC_QUOTA_EXCEEDED"),
    errors.Overloaded: (Code(4002, VENDOR), "MTC_OVERLOAD"),
}


TOO_BUSY = Code(ResultCode.TOO_BUSY), "DIAMETER_TOO_BUSY"


def answer_of(refusal: Refusal, *, named: bool = False) -> tuple[Code, str]:
    """The code and its name; `named`: the request has our identity in its Destination-Host."""
    if named and isinstance(refusal, errors.Overloaded):
        return TOO_BUSY
    return next(ANSWERS[kind] for kind in type(refusal).__mro__ if kind in ANSWERS)
