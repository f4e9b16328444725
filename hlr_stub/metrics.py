"""What the HLR counts."""

from __future__ import annotations

import asyncio

from prometheus_client import Counter, Gauge

from mkef.ops.configuration import MetricsSection
from mkef.ops.metrics import Metrics


class HlrMetrics(Metrics):
    """Answers by service and outcome, faults by kind, how many subscribers there are."""

    def __init__(self, section: MetricsSection) -> None:
        super().__init__(section, "hlr_stub")
        self.answers = Counter(
            "hlr_stub_answers",
            "Answers by service and outcome",
            ["service", "outcome"],
            registry=self.registry,
        )
        self.faults = Gauge("hlr_stub_faults", "Faults in force", registry=self.registry)
        self.subscribers = Gauge(
            "hlr_stub_subscribers", "Subscribers in the store", registry=self.registry
        )
        self._counted: dict[tuple[str, str], int] = {}  # in this turn of the event loop

    def count(self, service: str, outcome: str) -> None:
        """One more; faults count as a service of their own, whose outcome is their kind."""
        # The library's counters take a lock and many calls: they hear once of a turn.
        if not self._counted:
            asyncio.get_running_loop().call_soon(self._add)
        what = service, outcome
        self._counted[what] = self._counted.get(what, 0) + 1

    def _add(self) -> None:
        counted, self._counted = self._counted, {}
        for (service, outcome), count in counted.items():
            self.answers.labels(service, outcome).inc(count)
            if service != "fault":
                self.requests.labels(outcome).inc(count)
