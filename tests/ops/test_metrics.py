"""What a node exports of what it counts."""

from __future__ import annotations

from collections import Counter

from prometheus_client import generate_latest

from mkef.ops.configuration import MetricsSection
from mkef.ops.metrics import Metrics


def test_events_are_exported_as_they_are_counted() -> None:
    metrics, counts = Metrics(MetricsSection(), "mkef"), Counter[str]()
    metrics.events("diameter", counts)
    assert b"mkef_diameter_events_total{" not in generate_latest(metrics.registry)
    counts["silent"] += 2
    assert b'mkef_diameter_events_total{event="silent"} 2.0' in generate_latest(metrics.registry)
