"""Which RANDs were used: a RAND yields a key once (protocol.md clauses 3 and 5)."""

from __future__ import annotations

from dataclasses import dataclass

from mkef.domain.errors import RandNotFresh
from mkef_codecs.establishment import COUNTER_EPOCH, Profile
from mkef_codecs.identity import Imsi

WINDOW = 64
AHEAD = 1 << 20


@dataclass(slots=True)
class _Counter:
    """The highest counter of an IMSI and, as bits, which of the 64 up to it were used."""

    last: int
    used: int


class FreshnessLedger:
    """One ledger of RAND_1 for each IMSI, for both formats; in memory."""

    def __init__(self) -> None:
        self._rands: set[tuple[Imsi, bytes]] = set()
        self._counters: dict[Imsi, _Counter] = {}

    def check(self, imsi: Imsi, profile: Profile, rand: bytes, now: float) -> None:
        """Refuse a RAND that was used; `now` is in seconds since 1970."""
        if profile.tagged:
            self._check_counter(imsi, _counter_of(rand), now)
        elif (imsi, rand) in self._rands:
            raise RandNotFresh("this RAND was used")

    def use(self, imsi: Imsi, profile: Profile, rand: bytes, now: float) -> None:
        """Check once more and mark as used, in one step."""
        self.check(imsi, profile, rand, now)
        if profile.tagged:
            self._use_counter(imsi, _counter_of(rand))
        else:
            self._rands.add((imsi, rand))

    def _check_counter(self, imsi: Imsi, counter: int, now: float) -> None:
        if counter > now - COUNTER_EPOCH + AHEAD:
            raise RandNotFresh("the counter is ahead of the clock")
        known = self._counters.get(imsi)
        if known is None or counter > known.last:
            return
        behind = known.last - counter
        if behind >= WINDOW:
            raise RandNotFresh("the counter is behind the window")
        if known.used >> behind & 1:
            raise RandNotFresh("this counter was used")

    def _use_counter(self, imsi: Imsi, counter: int) -> None:
        known = self._counters.setdefault(imsi, _Counter(counter, 0))
        step = counter - known.last
        if step > 0:
            known.used = known.used << step & (1 << WINDOW) - 1 if step < WINDOW else 0
            known.last = counter
        known.used |= 1 << known.last - counter


def _counter_of(rand: bytes) -> int:
    return int.from_bytes(rand[4:8], "big")
