"""How long legs take, told as Prometheus wants it, for less than its own Histogram takes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.metrics_core import HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import INF, floatToGoString

# A whole request takes milliseconds; an HLR that is silent takes its time-out.
BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, INF)


class Seconds:
    """One leg's; observed on the event loop alone, so nothing is locked."""

    __slots__ = ("_counts", "_sum")

    def __init__(self) -> None:
        self._counts = [0] * len(BOUNDS)  # of those up to each bound and above the one before
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        """It took so long once more."""
        self._counts[bisect_left(BOUNDS, seconds)] += 1
        self._sum += seconds

    def add_to(self, family: HistogramMetricFamily, leg: str) -> None:
        """What was observed until now."""
        bounds = map(floatToGoString, BOUNDS)
        family.add_metric(
            [leg], list(zip(bounds, accumulate(self._counts), strict=True)), self._sum
        )


class Legs(Collector):
    """The seconds of all legs by name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._legs: dict[str, Seconds] = {}

    def __getitem__(self, leg: str) -> Seconds:
        return self._legs.setdefault(leg, Seconds())

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """A histogram for each leg."""
        family = HistogramMetricFamily(self._name, "Seconds spent, by leg", labels=["leg"])
        for leg, seconds in self._legs.items():
            seconds.add_to(family, leg)
        yield family
