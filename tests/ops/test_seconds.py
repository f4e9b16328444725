"""Histograms of legs: what Prometheus' own would tell."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from mkef.ops.seconds import BOUNDS, Legs

SECONDS = st.sampled_from(BOUNDS[:-1]) | st.floats(0, 100)


@given(st.lists(st.tuples(st.sampled_from(("zk", "zr")), SECONDS)))
def test_a_leg_tells_what_their_histogram_tells(
    observed: list[tuple[str, float]],
) -> None:
    theirs, ours = CollectorRegistry(), CollectorRegistry()
    histogram = Histogram(
        "a_seconds", "Seconds spent, by leg", ["leg"], registry=theirs, buckets=BOUNDS
    )
    legs = Legs("a_seconds")
    ours.register(legs)
    for leg, seconds in observed:
        histogram.labels(leg).observe(seconds)
        legs[leg].observe(seconds)
    assert lines(ours) == lines(theirs)


def lines(registry: CollectorRegistry) -> list[bytes]:
    """Without the moments at which series began, which only theirs tell."""
    told = generate_latest(registry).splitlines()
    return [line for line in told if b"_created" not in line]
