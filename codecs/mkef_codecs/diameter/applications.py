"""The one application of a Vendor-Specific-Application-Id (RFC 6733 clause 6.11)."""

from __future__ import annotations

from mkef_codecs.diameter.avp import Avp, encode_unsigned32
from mkef_codecs.diameter.errors import AvpOccursTooManyTimes, MissingAvp
from mkef_codecs.generated.diameter import VendorSpecificApplicationId
from mkef_codecs.generated.dictionary import ROWS

_GROUP = "Vendor-Specific-Application-Id"


def check_application(group: VendorSpecificApplicationId) -> None:
    """Refuse one that names no application (5005) or two (5009)."""
    auth, acct = group.auth_application_id, group.acct_application_id
    if auth is None and acct is None:
        raise MissingAvp("names no application", path=_GROUP, failed_avp=_both(0, 0))
    if auth is not None and acct is not None:
        problem = "names an application for authentication and one for accounting"
        raise AvpOccursTooManyTimes(problem, path=_GROUP, failed_avp=_both(auth, acct))


def _both(auth: int, acct: int) -> bytes:
    rows = ROWS["Auth-Application-Id"], ROWS["Acct-Application-Id"]
    values = map(encode_unsigned32, (auth, acct))
    return b"".join(
        Avp(row.code, row.vendor, row.flags, value).encode()
        for row, value in zip(rows, values, strict=True)
    )
