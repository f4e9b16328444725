"""What becomes of key requests, and how long they take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mkef.ops.metrics import Metrics
from mkef_codecs.establishment import KidContext
from mkef_codecs.identity import Imsi
from mtc.server.keys import KeyClient, KeyGrant, KeyRefused


@dataclass(frozen=True, slots=True)
class MeasuredKeys:
    """A key client: each request is `granted`, `refused` or `unavailable` after so many seconds."""

    keys: KeyClient
    metrics: Metrics
    timer: Callable[[], float]

    async def request_key(self, imsi: Imsi, context: KidContext) -> KeyGrant:
        """As the client's own."""
        started, outcome = self.timer(), "unavailable"
        try:
            grant = await self.keys.request_key(imsi, context)
        except KeyRefused:
            outcome = "refused"
            raise
        else:
            outcome = "granted"
            return grant
        finally:
            self.metrics.requests.add(outcome)
            self.metrics.seconds["zk"].observe(self.timer() - started)
