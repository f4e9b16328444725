"""What the HLR counts."""

from __future__ import annotations

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
        self._children: dict[tuple[str, str], tuple[Counter, ...]] = {}

    def count(self, service: str, outcome: str) -> None:
        """One more; faults count as a service of their own, whose outcome is their kind."""
        children = self._children.get((service, outcome))
        if children is None:
            children = (self.answers.labels(service, outcome),)
            if service != "fault":
                children += (self.requests.labels(outcome),)
            self._children[service, outcome] = children
        for child in children:
            child.inc()
