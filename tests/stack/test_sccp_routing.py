"""Where SCCP messages go."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.sccp_management import message
from mkef.stack.sccp_routing import (
    Answer,
    Drop,
    Returned,
    Route,
    SccpRouting,
    ToUser,
    Unroutable,
)
from mkef.stack.sccp_segments import LIMIT, REASSEMBLY_S, Failed, Reassembly
from mkef.stack.sccp_translation import E212, E214, Translation, TranslationTable
from mkef_codecs.errors import CodecError
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
from mkef_codecs.ss7.sccp_management import Format, Management

HERE = SccpAddress(6, 2)
THERE = SccpAddress(149, 1)
TITLE = SccpAddress(6, None, GlobalTitle("31201234567"), route_on_ssn=False)
ROUTING = SccpRouting(2, frozenset({6}))


def route(
    octets: bytes,
    *,
    dpc: int = 2,
    service_indicator: int = 3,
    routing: SccpRouting = ROUTING,
    now: float = 0.0,
) -> Route:
    (found,) = routing.route(ProtocolData(9, dpc, octets, service_indicator), now)
    return found


@pytest.mark.parametrize("called", [HERE, SccpAddress(6), TITLE])
def test_a_subsystem_of_ours_gets_its_data(called: SccpAddress) -> None:
    unitdata = Unitdata(called, THERE, b"tcap")
    assert route(unitdata.encode()) == ToUser(called, THERE, 1, b"tcap")


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
    assert route(Unitdata(HERE, calling, b"tcap").encode()) == ToUser(
        HERE, calling, point_code, b"tcap"
    )


def test_an_unknown_subsystem_is_returned_on_error() -> None:
    called = SccpAddress(7, 2)
    unitdata = Unitdata(called, THERE, b"tcap", return_on_error=True)
    assert route(unitdata.encode()) == Answer(9, UnitdataService(THERE, called, b"tcap", 4))


def test_an_unknown_subsystem_is_dropped_where_nobody_wants_it_back() -> None:
    assert isinstance(route(Unitdata(SccpAddress(7, 2), THERE, b"").encode()), Drop)


@pytest.mark.parametrize("wanted_back", [True, False])
def test_a_segment_without_a_first_one_is_returned_or_dropped(wanted_back: bool) -> None:
    extension = Extension(3, Segmentation(first=False, remaining=1, reference=7))
    unitdata = Unitdata(HERE, THERE, b"tc", return_on_error=wanted_back, extension=extension)
    back = UnitdataService(THERE, HERE, b"tc", ReturnCause.ERROR_IN_TRANSPORT, extension)
    expected = Answer(9, back) if wanted_back else Drop("a message in parts is not whole")
    assert route(unitdata.encode()) == expected


def test_a_message_in_parts_is_joined() -> None:
    octets = bytes(range(256)) * 12
    routing, sent = SccpRouting(2, frozenset({6})), []
    for sls, part in SccpRouting(1, frozenset({149})).messages(Unitdata(HERE, THERE, octets)):
        sent.append(sls)
        found = routing.route(ProtocolData(9, 2, part), 0.0)
    assert len(sent) == 13
    assert len(set(sent)) == 1  # in sequence
    assert found == [ToUser(HERE, THERE, 1, octets)]


def test_a_message_in_parts_that_never_ends_comes_back() -> None:
    routing = SccpRouting(2, frozenset({6}))
    unitdata = Unitdata(HERE, THERE, bytes(600), return_on_error=True)
    (_, first), *_ = SccpRouting(1, frozenset({149})).messages(unitdata)
    assert routing.route(ProtocolData(9, 2, first), 0.0) == []
    assert routing.deadline == REASSEMBLY_S
    (back,) = routing.tick(REASSEMBLY_S)
    assert isinstance(back, Answer)
    assert isinstance(back.message, UnitdataService)
    assert back.message.cause == ReturnCause.ERROR_IN_TRANSPORT
    assert routing.deadline is None


def test_what_does_not_fit_is_an_error_of_the_encoder() -> None:
    routing = SccpRouting(1, frozenset({149}))
    with pytest.raises(CodecError, match="do not fit"):
        routing.messages(Unitdata(HERE, THERE, bytes(16 * 256)))


def test_messages_of_class_0_are_spread_over_all_selections() -> None:
    routing = SccpRouting(1, frozenset({149}))
    spread = [routing.messages(Unitdata(HERE, THERE, b""))[0][0] for _ in range(32)]
    assert sorted(spread) == sorted([*range(16)] * 2)
    kept = Unitdata(HERE, THERE, b"", in_sequence=True)
    assert len({routing.messages(kept)[0][0] for _ in range(32)}) == 1


# --- Global titles ---


def titled(digits: str, plan: int = 1, nature: int = 4) -> SccpAddress:
    title = GlobalTitle(digits, numbering_plan=plan, nature_of_address=nature)
    return SccpAddress(6, None, title, route_on_ssn=False)


ROWS = TranslationTable(
    (
        Translation("26201", E212, replace_with="49171", new_numbering_plan=E214),
        Translation("49171", E214, point_code=2, backup_point_code=3, ssn=6),
        Translation("49", point_code=4),
        Translation("4930", point_code=5, backup_point_code=2),
    )
)


def everything(_point_code: int) -> bool:
    return True


@pytest.mark.parametrize(
    ("called", "address", "point_code"),
    [
        (HERE, HERE, 2),
        (titled("49891"), titled("49891"), 4),
        (titled("49301"), titled("49301"), 5),
        (
            titled("262017654321098", E212),
            SccpAddress(6, 2, titled("491717654321098", E214).global_title),
            2,
        ),
        (titled("31201"), titled("31201"), 99),
        (SccpAddress(6), SccpAddress(6), 99),
    ],
)
def test_where_a_called_party_is(
    called: SccpAddress, address: SccpAddress, point_code: int
) -> None:
    routing = SccpRouting(1, frozenset({149}), table=ROWS, gateway=99)
    assert routing.find(called, everything) == (address, point_code)


def test_a_backup_takes_what_the_first_cannot() -> None:
    routing = SccpRouting(1, frozenset({149}), table=ROWS)
    subscriber = titled("262017654321098", E212)
    address, point_code = routing.find(subscriber, lambda code: code != 2)
    assert (point_code, address.point_code) == (3, 3)
    prohibited = message(2, 1, Management(Format.SSP, 6, 2))
    assert routing.route(ProtocolData(2, 1, prohibited.encode()), 0.0) == []
    assert routing.find(subscriber, everything)[1] == 3


def test_a_called_party_out_of_reach() -> None:
    routing = SccpRouting(1, frozenset({149}), table=ROWS)
    for called, problem in (
        (titled("31201"), "NO_TRANSLATION"),
        (titled("49301", nature=3), "NO_TRANSLATION_OF_SUCH_NATURE"),
        (SccpAddress(6), "gateway_point_code"),
        (titled("26201", 9), "NO_TRANSLATION_OF_SUCH_NATURE"),
    ):
        with pytest.raises(Unroutable, match=problem):
            routing.find(called, everything)
    with pytest.raises(Unroutable, match="no M3UA association to point code 2"):
        routing.find(HERE, lambda _: False)


@pytest.mark.parametrize(
    ("called", "cause"),
    [
        (titled("31201"), None),
        (titled("49301"), None),
        (titled("49891"), ReturnCause.NO_TRANSLATION),
        (titled("351"), ReturnCause.NO_TRANSLATION),
        (titled("351", plan=9), ReturnCause.NO_TRANSLATION_OF_SUCH_NATURE),
        (titled("491717654321098", E214), None),
    ],
)
def test_a_node_with_a_title_takes_its_own_and_what_the_table_says(
    called: SccpAddress, cause: ReturnCause | None
) -> None:
    here = SccpRouting(2, frozenset({6}), table=ROWS, titles=frozenset({"31201"}))
    found = route(Unitdata(called, THERE, b"", return_on_error=True).encode(), routing=here)
    if cause is None:
        assert isinstance(found, ToUser)
    else:
        assert found == Answer(9, UnitdataService(THERE, called, b"", cause))


# --- Subsystem status ---


def managed(routing: SccpRouting, management: Management, opc: int = 9) -> list[Route]:
    octets = message(opc, 2, management).encode()
    return routing.route(ProtocolData(opc, 2, octets), 0.0)


def test_a_status_test_is_answered_for_subsystems_in_service() -> None:
    routing = SccpRouting(2, frozenset({6}))
    answer = message(2, 9, Management(Format.SSA, 6, 2))
    assert managed(routing, Management(Format.SST, 6, 2)) == [Answer(9, answer)]
    assert managed(routing, Management(Format.SST, 7, 2)) == []
    assert managed(routing, Management(Format.SST, 6, 3)) == []


def test_a_prohibited_subsystem_is_tested_until_it_is_allowed() -> None:
    routing = SccpRouting(2, frozenset({6}))
    there = SccpAddress(149, 9)
    managed(routing, Management(Format.SSP, 149, 9))
    with pytest.raises(Unroutable, match="subsystem 149 is prohibited"):
        routing.find(there, everything)
    question = Answer(9, message(2, 9, Management(Format.SST, 149, 9)))
    for at in (30.0, 90.0, 210.0):
        assert routing.deadline == at
        assert routing.tick(at) == [question]
    managed(routing, Management(Format.SSA, 149, 9))
    assert routing.find(there, everything) == (there, 9)
    assert routing.deadline is None


def test_a_node_speaks_for_its_own_subsystems_only() -> None:
    routing = SccpRouting(2, frozenset({6}))
    (dropped,) = managed(routing, Management(Format.SSP, 6, 5))
    assert isinstance(dropped, Drop)
    (dropped,) = routing.route(
        ProtocolData(9, 2, Unitdata(SccpAddress(1, 2), SccpAddress(1, 9), b"\x63").encode()), 0.0
    )
    assert isinstance(dropped, Drop)


def test_an_extended_unitdata_in_one_piece_is_delivered() -> None:
    extension = Extension(3, Segmentation(first=True, remaining=0, reference=7))
    octets = Unitdata(HERE, THERE, b"tcap", extension=extension).encode()
    assert route(octets) == ToUser(HERE, THERE, 1, b"tcap")


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
    for found in ROUTING.route(ProtocolData(9, 2, octets), 0.0):
        assert isinstance(found, ToUser | Returned | Answer | Drop)


@given(
    st.binary(min_size=1, max_size=3600),
    st.randoms(use_true_random=False),
    st.sampled_from([TITLE, HERE]),
)
def test_parts_in_any_order_are_the_message_or_an_error(
    octets: bytes, chance: random.Random, called: SccpAddress
) -> None:
    unitdata = Unitdata(called, THERE, octets, return_on_error=True)
    parts = SccpRouting(1, frozenset({149})).messages(unitdata)
    shuffled = chance.sample(parts, len(parts))
    receiver = SccpRouting(2, frozenset({6}))
    found = [each for _, part in shuffled for each in receiver.route(ProtocolData(9, 2, part), 0.0)]
    if shuffled == parts:
        assert found == [ToUser(called, THERE, 1, octets)]
    assert all(isinstance(each, Answer) or each.data == octets for each in found)  # type: ignore[union-attr]
    receiver.tick(REASSEMBLY_S)
    assert receiver.deadline is None


def test_messages_in_parts_are_bounded_in_number() -> None:
    reassembly = Reassembly()

    def begin(reference: int) -> Unitdata | Failed | None:
        segmentation = Segmentation(first=True, remaining=1, reference=reference)
        segment = Unitdata(HERE, THERE, b"", extension=Extension(3, segmentation))
        return reassembly.receive(segment, 9, 0.0)

    assert [begin(i) for i in range(LIMIT)] == [None] * LIMIT
    refused = begin(LIMIT)
    assert isinstance(refused, Failed)
    assert refused.cause is ReturnCause.NO_REASSEMBLY
    assert begin(0) is None  # begun anew, in its own place
    assert len(reassembly.tick(REASSEMBLY_S)) == LIMIT
