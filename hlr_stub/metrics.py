"""What the HLR counts."""

from __future__ import annotations

from prometheus_client import Gauge

from mkef.ops.configuration import MetricsSection
from mkef.ops.metrics import Counts, Metrics


class HlrMetrics(Metrics):
    """Answers by service and outcome, faults by kind, how many subscribers there are."""

    def __init__(self, section: MetricsSection) -> None:
        super().__init__(section, "hlr_stub")
        self.answers = Counts(
            "hlr_stub_answers", "Answers by service and outcome", "service", "outcome"
        )
        self.registry.register(self.answers)
        self.faults = Gauge("hlr_stub_faults", "Faults in force", registry=self.registry)
        self.subscribers = Gauge(
            "hlr_stub_subscribers", "Subscribers in the store", registry=self.registry
        )

    def count(self, service: str, outcome: str) -> None:
        """One more; faults count as a service of their own, whose outcome is their kind."""
        self.answers.add(service, outcome)
        if service != "fault":
            self.requests.add(outcome)
