"""What gateways tell of destinations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.m3ua_destinations import (
    AUDIT_S,
    CONGESTION_S,
    LIMIT,
    Availability,
    Destinations,
)
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.m3ua import Kind, Message, Tag
from mkef_codecs.ss7.m3ua_parameters import AffectedPointCode, encode_affected

SSNM = (Kind.DUNA, Kind.DAVA, Kind.DRST, Kind.SCON, Kind.DUPU)


def said(kind: Kind, *affected: AffectedPointCode) -> Message:
    return Message(kind, {Tag.AFFECTED_POINT_CODE: encode_affected(affected)})


@pytest.mark.parametrize(
    ("kind", "availability", "reachable"),
    [
        (Kind.DUNA, Availability.UNAVAILABLE, False),
        (Kind.DUPU, Availability.NO_USER, False),
        (Kind.DRST, Availability.RESTRICTED, True),
        (Kind.SCON, Availability.CONGESTED, True),
        (Kind.DAVA, Availability.AVAILABLE, True),
    ],
)
def test_what_is_said_counts_until_it_is_taken_back(
    kind: Kind, availability: Availability, reachable: bool
) -> None:
    destinations = Destinations()
    destinations.learn(said(kind, AffectedPointCode(7)), 0.0)
    assert destinations.availability(7, 1.0) is availability
    assert destinations.reachable(7, 1.0) is reachable
    assert destinations.reachable(8, 1.0)
    destinations.learn(said(Kind.DAVA, AffectedPointCode(7)), 2.0)
    assert destinations.availability(7, 2.0) is Availability.AVAILABLE
    assert not destinations.told


def test_congestion_abates() -> None:
    destinations = Destinations()
    destinations.learn(said(Kind.SCON, AffectedPointCode(7)), 0.0)
    assert destinations.availability(7, CONGESTION_S) is Availability.AVAILABLE


def test_of_ranges_the_closest_counts() -> None:
    destinations = Destinations()
    destinations.learn(said(Kind.DUNA, AffectedPointCode(8, 3)), 0.0)
    destinations.learn(said(Kind.DAVA, AffectedPointCode(9)), 0.0)
    assert [destinations.reachable(code, 0.0) for code in (7, 8, 9, 15, 16)] == [
        True,
        False,
        True,
        False,
        True,
    ]
    destinations.learn(said(Kind.DAVA, AffectedPointCode(0, 24)), 0.0)
    assert destinations.reachable(8, 0.0)


def test_what_is_out_of_reach_is_audited() -> None:
    destinations = Destinations()
    destinations.learn(said(Kind.SCON, AffectedPointCode(7)), 0.0)
    assert destinations.deadline is None
    destinations.learn(said(Kind.DUNA, AffectedPointCode(7), AffectedPointCode(9)), 0.0)
    assert destinations.tick(AUDIT_S - 1) is None
    audit = said(Kind.DAUD, AffectedPointCode(7), AffectedPointCode(9))
    assert destinations.tick(AUDIT_S) == audit
    assert destinations.deadline == 2 * AUDIT_S
    destinations.reset()
    assert destinations.deadline is None


def test_memory_is_bounded() -> None:
    destinations = Destinations()
    for start in range(0, 4 * LIMIT, 100):
        codes = map(AffectedPointCode, range(start, start + 100))
        destinations.learn(said(Kind.DUNA, *codes), 0.0)
    assert len(destinations.told) == LIMIT


@given(st.sampled_from(SSNM), st.binary(max_size=30))
def test_any_octets_are_learnt_or_refused(kind: Kind, octets: bytes) -> None:
    destinations = Destinations()
    try:
        affected = destinations.learn(Message(kind, {Tag.AFFECTED_POINT_CODE: octets}), 0.0)
    except CodecError:
        assert not destinations.told
    else:
        assert affected
    with pytest.raises(CodecError):
        destinations.learn(Message(kind), 0.0)
