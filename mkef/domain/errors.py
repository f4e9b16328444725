"""Why no key is released. These know no codes: `mkef.answers` has the table."""

from __future__ import annotations


class Refusal(Exception):
    """The reason, for the log of the MKEF's operator; the answer says less."""

    counts = True  # as a request of the device; not if no HLR was asked, or gave anything


class NotEntitled(Refusal):
    """This server may not have a key for this IMSI, or is not who it says."""


class ProfileNotAllowed(Refusal):
    """Version, number of vectors, RAND format or strength that the subscription does not allow."""


class RandNotFresh(Refusal):
    """A RAND or counter that was used, or a counter out of its window."""


class QuotaExceeded(Refusal):
    """Too many failures or requests in the last hour.

    `quota` names the bucket that is empty, which has a token again in `wait_s` if it is ours.
    """

    def __init__(self, reason: str, quota: str = "", wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.quota = quota
        self.wait_s = wait_s


class Overloaded(Refusal):
    """More at once than this MKEF takes."""


class RecordsUnavailable(Overloaded):
    """Registry or ledger cannot be read or written now."""


class UserUnknown(Refusal):
    """The HLR does not know the IMSI."""


class VectorsUnavailable(Refusal):
    """The HLR gave no vector."""


class HlrSilent(VectorsUnavailable):
    """There is no way to the HLR, or it did not answer in time."""


class HlrNotCapable(Refusal):
    """The HLR does not know the variant: it answered with vectors of its own."""


class ResMismatch(Refusal):
    """RES is not XRES: this device does not hold the subscription's key."""
