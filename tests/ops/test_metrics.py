"""What a node exports of what it counts."""

from __future__ import annotations

from collections import Counter

from prometheus_client import generate_latest

from mkef.ops.configuration import MetricsSection
from mkef.ops.metrics import Metrics


def test_events_are_exported_as_they_are_counted() -> None:
    """One metric of the program, a series for each node and event."""
    metrics, zk, zr = Metrics(MetricsSection(), "mkef"), Counter[str](), Counter[str]()
    metrics.diameter("zk", zk)
    metrics.diameter("zr", zr)
    assert b"mkef_diameter_events_total{" not in generate_latest(metrics.registry)
    zk["silent"] += 2
    zr["silent"] += 1
    exported = generate_latest(metrics.registry).decode().splitlines()
    assert [line for line in exported if "diameter" in line and line[0] != "#"] == [
        'mkef_diameter_events_total{event="silent",leg="zk"} 2.0',
        'mkef_diameter_events_total{event="silent",leg="zr"} 1.0',
    ]
    assert exported.count("# TYPE mkef_diameter_events_total counter") == 1
