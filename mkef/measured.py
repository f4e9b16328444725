"""How long the legs of a key request take: the HLR's and the ledger's, beside the whole of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mkef.domain.freshness import Ledger, Use
from mkef.domain.hlrs import EchoedVector, Hlr
from mkef.ops.seconds import Seconds
from mkef_codecs.identity import Imsi


@dataclass(frozen=True, slots=True)
class MeasuredHlr:
    """An HLR, with the seconds that its answers take."""

    hlr: Hlr
    seconds: Seconds
    timer: Callable[[], float]

    async def vectors(
        self, imsi: Imsi, rands: tuple[bytes, ...], timeout_s: float
    ) -> Sequence[EchoedVector]:
        """As the HLR's own."""
        started = self.timer()
        try:
            return await self.hlr.vectors(imsi, rands, timeout_s)
        finally:
            self.seconds.observe(self.timer() - started)


@dataclass(frozen=True, slots=True)
class MeasuredLedger:
    """A ledger, with the seconds until a use is on the disk."""

    ledger: Ledger
    seconds: Seconds
    timer: Callable[[], float]

    async def use(self, use: Use) -> int:
        """As the ledger's own."""
        started = self.timer()
        try:
            return await self.ledger.use(use)
        finally:
            self.seconds.observe(self.timer() - started)
