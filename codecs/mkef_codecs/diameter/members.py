"""The AVPs that a command or group names, for those that do not come as they usually do."""

from __future__ import annotations

from mkef_codecs.diameter.avp import MANDATORY_BIT, VENDOR_BIT, Avp, scan
from mkef_codecs.diameter.errors import AvpNotAllowed, AvpUnsupported, InvalidAvpBits
from mkef_codecs.generated.dictionary import BY_KEY, ROWS
from mkef_codecs.lab import VENDOR


class Members:
    """Names of AVPs; `closed` is a grammar without `* [ AVP ]`.

    Where it is `strict`, in requests, our own AVPs of the command itself have the M bit that their
    definition demands; with others' implementations differ.
    """

    def __init__(self, *names: str, closed: bool, strict: bool) -> None:
        rows = [ROWS[name] for name in names]
        self._heads = {row.key: row.head for row in rows}
        self._mandatory = {
            row.key for row in rows if strict and row.vendor == VENDOR and row.mandatory
        }
        self._closed = closed

    def usual(self, octets: bytes, start: int, end: int) -> tuple[bytes, int, int, int]:
        """What `head_at` reads of the AVP at an offset if it is as usual, and that offset.

        Behind a Vendor-Id of 0, which nobody should send (clause 4.1), that is 4 octets later. No
        octets are the head of what has no name here.
        """
        key, flags, _, _, stop = next(scan(octets, start, end))
        if key in self._mandatory and not flags & MANDATORY_BIT:
            raise InvalidAvpBits("has no M bit")  # clause 7.1.3
        if flags & VENDOR_BIT and key in self._heads and not key >> 32:
            start += 4
        word = int.from_bytes(octets[start + 8 : start + 12])
        return self._heads.get(key, b""), stop - start, word, start

    def other(self, octets: bytes, start: int, end: int) -> Avp:
        """An AVP without a name here, as it came.

        Refused are one that nobody knows with its M bit set (5001), and a known one where the
        grammar is closed (5008).
        """
        key, flags, _, data, stop = next(scan(octets, start, end))
        avp = Avp(key & 0xFFFFFFFF, key >> 32, flags, octets[data:stop])
        known = key in BY_KEY
        if not known and flags & MANDATORY_BIT:
            raise AvpUnsupported(f"unknown AVP {avp.code} with the M bit")
        if known and self._closed:
            raise AvpNotAllowed("is not allowed here")
        return avp
