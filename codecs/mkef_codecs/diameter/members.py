"""The AVPs that a command or group names, for those that do not come as they usually do."""

from __future__ import annotations

from mkef_codecs.diameter.avp import MANDATORY_BIT, Avp, scan
from mkef_codecs.diameter.errors import AvpNotAllowed, AvpUnsupported, InvalidAvpBits
from mkef_codecs.generated.dictionary import BY_KEY, ROWS
from mkef_codecs.lab import VENDOR

_VARIANTS = (0x00, 0x20, 0x40, 0x60)  # flags of IETF AVPs: M and the old P make no difference


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
        self.variants = {
            row.head[:4] + bytes((flags, 0)): row.head
            for row in rows
            if not row.vendor
            for flags in _VARIANTS
        }

    def unusual(
        self, octets: bytes, start: int, end: int, others: list[Avp]
    ) -> tuple[bytes, int, int, int]:
        """The AVP at an offset as if it were as usual: what `head_at` reads of it, and where.

        That is 4 octets later if it has a Vendor-Id of 0, which nobody should send (clause 4.1).
        Those without a name here go to `others`: no head, and where the next one is.
        """
        for key, flags, begin, data, stop in scan(octets, start, end):
            head = self._heads.get(key)
            if head is None:
                avp = Avp(key & 0xFFFFFFFF, key >> 32, flags, octets[data:stop])
                others.append(self._allowed(avp, begin, known=key in BY_KEY))
            elif begin > start:
                return b"", 0, 0, begin
            elif key in self._mandatory and not flags & MANDATORY_BIT:
                raise InvalidAvpBits("has no M bit")  # clause 7.1.3
            else:
                start = data - (12 if key >> 32 else 8)
                word = int.from_bytes(octets[start + 8 : start + 12])
                return head, stop - start, word, start
        return b"", 0, 0, end

    def _allowed(self, avp: Avp, offset: int, *, known: bool) -> Avp:
        """Refused are an AVP that nobody knows with its M bit set (5001), and a known one where the
        grammar is closed (5008)."""
        if not known and avp.flags & MANDATORY_BIT:
            problem = f"unknown AVP {avp.code} with the M bit"
            raise AvpUnsupported(problem, offset=offset)
        if known and self._closed:
            raise AvpNotAllowed("is not allowed here", offset=offset)
        return avp
