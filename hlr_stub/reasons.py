"""Why the HLR gives no vector, and how each protocol says so (protocol.md clause 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.lab import VENDOR
from mkef_codecs.ss7.map_auth import MapUserError

VENDOR_3GPP = 10415


class Reason(Enum):
    """The reasons, as the audit log has them.

    An argument that is missing or malformed never gets here: codecs and dialogues answer for it,
    and the log has `argument missing` or `argument mistyped`.
    """

    NOT_LISTED = "MKEF not listed"
    UNKNOWN_IMSI = "unknown IMSI"
    NOT_ALLOWED = "not mtc_allowed"
    COMP128V1 = "COMP128v1"
    WRONG_LIST = "wrong list"
    UNTAGGED = "untagged"
    QUOTA = "quota of the HLR"
    AUC_FAILURE = "AuC failure"
    BAD_AUTS = "AUTS of another USIM"
    NO_AKA = "SIM without AKA"


class Refused(Exception):
    """A request that the HLR does not answer with vectors."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answer:
    """A MAP user error; a Diameter result, of a vendor if it is experimental."""

    map_error: MapUserError
    result: int
    vendor: int = 0


ANSWERS: Mapping[Reason, Answer] = {
    Reason.NOT_LISTED: Answer(MapUserError.SYSTEM_FAILURE, ResultCode.AUTHORIZATION_REJECTED),
    Reason.UNKNOWN_IMSI: Answer(MapUserError.UNKNOWN_SUBSCRIBER, 5001, VENDOR_3GPP),
    Reason.NOT_ALLOWED: Answer(MapUserError.UNEXPECTED_DATA_VALUE, 5003, VENDOR),
    Reason.COMP128V1: Answer(MapUserError.UNEXPECTED_DATA_VALUE, 5003, VENDOR),
    Reason.WRONG_LIST: Answer(MapUserError.UNEXPECTED_DATA_VALUE, 5003, VENDOR),
    Reason.UNTAGGED: Answer(MapUserError.UNEXPECTED_DATA_VALUE, 5003, VENDOR),
    Reason.QUOTA: Answer(MapUserError.SYSTEM_FAILURE, 4001, VENDOR),
    Reason.AUC_FAILURE: Answer(MapUserError.SYSTEM_FAILURE, 4181, VENDOR_3GPP),
    # TS 29.272 clause 5.2.3.1.3 and TS 29.002 clause 25.5.4 name no code for these two.
    Reason.BAD_AUTS: Answer(MapUserError.UNEXPECTED_DATA_VALUE, 4181, VENDOR_3GPP),
    Reason.NO_AKA: Answer(MapUserError.UNEXPECTED_DATA_VALUE, 5420, VENDOR_3GPP),
}
