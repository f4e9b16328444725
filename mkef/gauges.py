"""What an MKEF shows of its state when Prometheus asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from mkef.domain.breaker import State
from mkef.records.ledger import Rows


@dataclass(frozen=True, slots=True)
class Gauges(Collector):
    """Read at each scrape, so that nothing need be kept up to date."""

    hlrs: Callable[[], Mapping[str, State]]
    under_way: Callable[[], int]
    let_in: Callable[[], float]
    ledger: Callable[[], Rows]
    peers: Callable[[], Iterable[str]]
    associations: Callable[[], Iterable[str]]

    def collect(self) -> Iterator[Metric]:
        """All of them."""
        states = GaugeMetricFamily(
            "mkef_hlr_state", "1 for the state it is in", labels=["hlr", "state"]
        )
        for name, now in self.hlrs().items():
            for state in State:
                states.add_metric([name, state.value], float(state is now))
        yield states
        rows = GaugeMetricFamily("mkef_ledger_rows", "Used RANDs, and counters", labels=["kind"])
        ledger = self.ledger()
        rows.add_metric(["rand"], ledger.rand)
        rows.add_metric(["counter"], ledger.counter)
        yield rows
        yield GaugeMetricFamily("mkef_requests_under_way", "At the HLRs", value=self.under_way())
        yield GaugeMetricFamily(
            "mkef_requests_limit", "Unanswered at which overload begins", value=self.let_in()
        )
        peers, associations = list(self.peers()), list(self.associations())
        yield GaugeMetricFamily("mkef_peers", "Diameter peers that are open", value=len(peers))
        yield GaugeMetricFamily(
            "mkef_associations", "M3UA associations that are active", value=len(associations)
        )
