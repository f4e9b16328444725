"""Where SCCP messages go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.sccp_routing import Answer, Drop, Returned, Route, SccpRouting, ToUser
from mkef_codecs.ss7.m3ua import ProtocolData
from mkef_codecs.ss7.sccp import (
    Extension,
    GlobalTitle,
    ReturnCause,
    SccpAddress,
    Segmentation,
    Unitdata,
    UnitdataService,
)

HERE = SccpAddress(6, 2)
THERE = SccpAddress(149, 1)
TITLE = SccpAddress(6, None, GlobalTitle("31201234567"), route_on_ssn=False)
ROUTING = SccpRouting(2, frozenset({6}))


def route(octets: bytes, *, dpc: int = 2, service_indicator: int = 3) -> Route:
    return ROUTING.route(ProtocolData(9, dpc, octets, service_indicator))


@pytest.mark.parametrize("called", [HERE, SccpAddress(6), TITLE])
def test_a_subsystem_of_ours_gets_its_data(called: SccpAddress) -> None:
    unitdata = Unitdata(called, THERE, b"tcap")
    assert route(unitdata.encode()) == ToUser(called, THERE, 9, b"tcap")


@pytest.mark.parametrize(
    ("calling", "point_code"),
    [
        (THERE, 1),
        (SccpAddress(149), 9),
        (SccpAddress(149, 1, GlobalTitle("49"), route_on_ssn=False), 9),
    ],
)
def test_an_answer_goes_where_the_caller_can_be_reached(
    calling: SccpAddress, point_code: int
) -> None:
    assert ToUser(HERE, calling, 9, b"").reply_point_code == point_code


def test_an_unknown_subsystem_is_returned_on_error() -> None:
    called = SccpAddress(7, 2)
    unitdata = Unitdata(called, THERE, b"tcap", return_on_error=True)
    assert route(unitdata.encode()) == Answer(9, UnitdataService(THERE, called, b"tcap", 4))


def test_an_unknown_subsystem_is_dropped_where_nobody_wants_it_back() -> None:
    assert isinstance(route(Unitdata(SccpAddress(7, 2), THERE, b"").encode()), Drop)


@pytest.mark.parametrize("wanted_back", [True, False])
def test_a_segment_is_returned_or_dropped(wanted_back: bool) -> None:
    extension = Extension(3, Segmentation(first=True, remaining=1, reference=7))
    unitdata = Unitdata(HERE, THERE, b"tc", return_on_error=wanted_back, extension=extension)
    back = UnitdataService(THERE, HERE, b"tc", ReturnCause.NO_REASSEMBLY, extension)
    expected = Answer(9, back) if wanted_back else Drop("a segmented message")
    assert route(unitdata.encode()) == expected


def test_an_extended_unitdata_in_one_piece_is_delivered() -> None:
    extension = Extension(3, Segmentation(first=True, remaining=0, reference=7))
    octets = Unitdata(HERE, THERE, b"tcap", extension=extension).encode()
    assert route(octets) == ToUser(HERE, THERE, 9, b"tcap")


def test_what_comes_back_is_handed_up() -> None:
    back = UnitdataService(THERE, HERE, b"tcap", 1).encode()
    assert route(back) == Returned(b"tcap", "NO_TRANSLATION")
    back = UnitdataService(THERE, HERE, b"tcap", 99).encode()
    assert route(back) == Returned(b"tcap", "return cause 99")


def test_another_point_code_and_another_user_part_are_dropped() -> None:
    octets = Unitdata(HERE, THERE, b"").encode()
    assert route(octets, dpc=3) == Drop("for point code 3, not 2")
    assert route(octets, service_indicator=5) == Drop("service indicator 5 is not SCCP")


@given(st.binary(max_size=60))
def test_any_octets_have_a_route(octets: bytes) -> None:
    assert isinstance(route(octets), ToUser | Returned | Answer | Drop)
