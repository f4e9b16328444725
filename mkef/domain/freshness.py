"""Which RANDs were used: a RAND yields a key once (protocol.md clauses 3 and 5)."""

from __future__ import annotations

import hashlib
from typing import Protocol

from msgspec import Struct

from mkef.domain.errors import RandNotFresh
from mkef_codecs.establishment import COUNTER_EPOCH
from mkef_codecs.identity import Imsi

WINDOW = 64
AHEAD = 1 << 20
SKEW_S = 10.0  # between the clocks of MKEFs that share a ledger
_MASK = (1 << WINDOW) - 1


class Counter(Struct, frozen=True):
    """The highest counter of an IMSI and, as bits, which of the 64 up to it were used.

    As TS 33.102 annex C.2 has it for SQN: what comes in disorder is taken once.
    """

    last: int
    used: int = 1

    def check(self, counter: int) -> None:
        """Refuse a counter that was used, or that is too old to say."""
        behind = self.last - counter
        if behind >= WINDOW:
            raise RandNotFresh("the counter is behind the window")
        if behind >= 0 and self.used >> behind & 1:
            raise RandNotFresh("this counter was used")

    def use(self, counter: int) -> Counter:
        """What is known when this counter has been used too."""
        self.check(counter)
        step = counter - self.last
        if step <= 0:
            return Counter(self.last, self.used | 1 << -step)
        kept = self.used << step & _MASK if step < WINDOW else 0
        return Counter(counter, kept | 1)


class Use(Struct, frozen=True, gc=False):
    """One RAND about to be used: by which request, for which identity, and how long its key lives.

    `digest` is the request's, 32 octets; times are in seconds since 1970.
    """

    imsi: Imsi
    rand: bytes
    tagged: bool
    digest: bytes
    server_id: str = ""
    at: float = 0.0
    answered_until: float = 0.0
    expires_at: int = 0

    @property
    def request(self) -> bytes:
        """What tells requests for one RAND apart, 16 octets: another identity is another key."""
        return hashlib.sha256(self.digest + self.server_id.encode()).digest()[:16]

    @property
    def counter(self) -> int:
        """The counter of a tagged RAND (protocol.md clause 3)."""
        return int.from_bytes(self.rand[4:8], "big")


class Answered(Struct, frozen=True):
    """A request that got its key (`Use.request`), until when it may have the same again."""

    request: bytes
    at: float
    until: float
    expires_at: int


class Spent(Struct, frozen=True):
    """What a ledger knows of a RAND before it is used."""

    rand: bool = False  # a random one: it was used
    counter: Counter | None = None  # of the IMSI
    answered: Answered | None = None  # the request that used it


class Ledger(Protocol):
    """Where used RANDs are written."""

    async def use(self, use: Use) -> int:
        """Mark as used, durably and for all MKEFs at once: until when the key lives.

        Raises RandNotFresh if the RAND was used, except by the same request a moment ago.
        """


def check_ahead(counter: int, now: float) -> None:
    """Refuse a counter so far ahead of the clock that it would burn the others."""
    if counter > now - COUNTER_EPOCH + AHEAD:
        raise RandNotFresh("the counter is ahead of the clock")


def check_fresh(use: Use, spent: Spent, now: float) -> Answered | None:
    """Refuse a RAND that was used; the earlier answer if the same request got one just now.

    An answer of the future is none: the clock was set back, and its age cannot be told.
    """
    answered = spent.answered
    if (
        answered is not None
        and answered.at - SKEW_S <= now < answered.until
        and answered.request == use.request
    ):
        return answered
    if not use.tagged:
        if spent.rand:
            raise RandNotFresh("this RAND was used")
        return None
    check_ahead(use.counter, now)
    if spent.counter is not None:
        spent.counter.check(use.counter)
    return None
