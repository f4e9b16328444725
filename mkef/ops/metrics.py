"""What a node counts, and what it tells of itself over HTTP if an address is configured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import cached_property
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import CounterMetricFamily
from prometheus_client.registry import Collector

from mkef.net.running import Running
from mkef.ops.configuration import MetricsSection
from mkef.ops.seconds import Legs


def _nothing() -> Sequence[str]:
    return ()


async def _no_look() -> None:
    pass


class Metrics(Running):
    """The numbers every node of ours counts: requests by outcome, seconds by leg.

    `wanting` says what keeps the node from being ready, `status` what people want to see of it;
    before it is asked for either, `look` finds out what the node does not hear by itself.
    """

    def __init__(
        self,
        section: MetricsSection,
        program: str,
        *,
        look: Callable[[], Awaitable[None]] = _no_look,
        wanting: Callable[[], Sequence[str]] = _nothing,
        status: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        self._listen = section.listen
        self._program = program
        self.look = look
        self.wanting = wanting
        self.status = status
        self.registry = CollectorRegistry()
        self.requests = Counts(f"{program}_requests", "Requests by outcome", "outcome")
        self.registry.register(self.requests)
        self._diameter = _Events(f"{program}_diameter_events")
        self.registry.register(self._diameter)
        self.address: str | None = None  # where it listens, with the port that was really taken

    async def _start(self, stack: AsyncExitStack) -> None:
        if self._listen is None:
            return
        from mkef.ops.observed import observe  # noqa: PLC0415 - aiohttp takes 0.2 s to import

        server = await stack.enter_async_context(observe(self, self._listen))
        self.address = server.address

    @cached_property
    def seconds(self) -> Legs:
        """Of its legs; a program that measures none exports none."""
        legs = Legs(f"{self._program}_seconds")
        self.registry.register(legs)
        return legs

    def diameter(self, leg: str, counts: Mapping[str, int]) -> None:
        """What the Diameter node of a leg counts, as it stands whenever somebody asks."""
        self._diameter.legs[leg] = counts

    def outcomes(self) -> dict[str, int]:
        """Requests by outcome since the start."""
        return {outcome: count for (outcome,), count in self.requests.counts.items()}


class Counts(Collector):
    """A counter for each combination of labels, counted on the event loop alone.

    The library's own take a lock and many calls, for each message.
    """

    def __init__(self, name: str, documentation: str, *labels: str) -> None:
        self._name, self._documentation, self._labels = name, documentation, labels
        self.counts: Counter[tuple[str, ...]] = Counter()

    def begin(self, *labels: str) -> None:
        """None so far, which is told too: a rate is taken from the first one on."""
        self.counts[labels] += 0

    def add(self, *labels: str) -> None:
        """One more."""
        self.counts[labels] += 1

    def collect(self) -> Iterator[CounterMetricFamily]:
        """The counts of this moment."""
        family = CounterMetricFamily(self._name, self._documentation, labels=self._labels)
        for labels, count in self.counts.items():
            family.add_metric(labels, count)
        yield family


class _Events(Collector):
    """Counts of Diameter nodes by leg: a series for each event that there was."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.legs: dict[str, Mapping[str, int]] = {}

    def collect(self) -> Iterator[CounterMetricFamily]:
        """The counts of this moment."""
        family = CounterMetricFamily(
            self._name, "Events of Diameter by name", labels=["leg", "event"]
        )
        for leg, counts in self.legs.items():
            for event, count in sorted(counts.items()):
                family.add_metric([leg, event], count)
        yield family
