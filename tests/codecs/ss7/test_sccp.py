"""SCCP messages and addresses (Q.713)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrate_mobile.SCCP import SCCPExtUnitData, SCCPExtUnitDataService

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.sccp import (
    Extension,
    GlobalTitle,
    SccpAddress,
    SccpMessage,
    Segmentation,
    Unitdata,
    UnitdataService,
    decode,
    room,
)

# The address of Q.713 clause 3.4 by hand: indicator, point code (low octet first), SSN, title.
ADDRESSES = [
    (SccpAddress(6, 2), "43020006"),
    (SccpAddress(149, 0x1234), "43341295"),
    (SccpAddress(6), "4206"),
    (
        SccpAddress(6, None, GlobalTitle("31201234567"), route_on_ssn=False),
        "1206001104130221436507",
    ),
    (SccpAddress(6, None, GlobalTitle("1234"), route_on_ssn=False), "12060012042143"),
    (SccpAddress(7, 5, GlobalTitle("49", 1, 7, 3)), "53050007" + "01720394"),
]

titles = st.builds(
    GlobalTitle,
    st.text("0123456789", min_size=1, max_size=32),
    st.integers(0, 255),
    st.integers(0, 15),
    st.integers(0, 127),
)
addresses = st.builds(
    SccpAddress,
    st.none() | st.integers(0, 255),
    st.none() | st.integers(0, 0x3FFF),
    st.none() | titles,
    st.booleans(),
)


@pytest.mark.parametrize(("address", "octets"), ADDRESSES)
def test_addresses(address: SccpAddress, octets: str) -> None:
    assert address.octets.hex() == octets
    assert SccpAddress.decode(bytes.fromhex(octets)) == address


@given(addresses)
def test_addresses_both_ways(address: SccpAddress) -> None:
    assert SccpAddress.decode(address.octets) == address


@pytest.mark.parametrize(
    "octets",
    [
        "",
        "43",
        "4302",
        "430200",
        "4302000601",  # an octet too many
        "06060000",  # a title of indicator 0001
        "120600130421",  # encoding scheme 3
        "1206001104",  # no digits
        "12060011" + "04" + "11" * 17,  # too many
        "1206001204f321",  # a filler among the digits
    ],
)
def test_addresses_that_are_none(octets: str) -> None:
    with pytest.raises(CodecError):
        SccpAddress.decode(bytes.fromhex(octets))


def test_a_point_code_has_14_bits() -> None:
    with pytest.raises(CodecError):
        SccpAddress(6, 1 << 14)


UDT = "0980" + "03" + "07" + "0b" + "0443020006" + "0443010095" + "03616263"


def test_unitdata_by_hand() -> None:
    message = Unitdata(SccpAddress(6, 2), SccpAddress(149, 1), b"abc", return_on_error=True)
    assert message.encode().hex() == UDT
    assert decode(bytes.fromhex(UDT)) == message


@given(addresses, addresses, st.binary(max_size=150), st.booleans(), st.booleans())
def test_unitdata_both_ways(
    called: SccpAddress, calling: SccpAddress, data: bytes, returned: bool, sequence: bool
) -> None:
    message = Unitdata(called, calling, data, returned, sequence)
    assert decode(message.encode()) == message


@given(addresses, addresses, st.binary(max_size=150), st.integers(0, 255))
def test_unitdata_service_both_ways(
    called: SccpAddress, calling: SccpAddress, data: bytes, cause: int
) -> None:
    message = UnitdataService(called, calling, data, cause)
    assert decode(message.encode()) == message


@pytest.mark.parametrize("length", range(len(UDT) // 2))
def test_every_truncation_is_refused(length: int) -> None:
    with pytest.raises(CodecError):
        decode(bytes.fromhex(UDT)[:length])


XUDT = "1180" + "0f" + "04" + "08" + "0c" + "{}" + "0443020006" + "0443010095" + "03616263" + "{}"


@pytest.mark.parametrize(
    ("pointer", "options"),
    [("00", ""), ("0f", "00"), ("0f", "120107" + "00"), ("0f", "1004" + "80010203" + "00")],
)
def test_an_extended_unitdata_in_one_piece(pointer: str, options: str) -> None:
    message = decode(bytes.fromhex(XUDT.format(pointer, options)))
    assert message.extension is not None
    assert message.extension.segmentation is None or message.extension.segmentation.whole
    assert message == Unitdata(
        SccpAddress(6, 2),
        SccpAddress(149, 1),
        b"abc",
        return_on_error=True,
        extension=message.extension,
    )


@pytest.mark.parametrize(
    ("octets", "segmentation"),
    [
        ("80010203", Segmentation(first=True, remaining=0, reference=0x030201)),
        ("C1010203", Segmentation(True, 1, 0x030201, in_sequence=True)),  # noqa: FBT003
        ("00FFFFFF", Segmentation(first=False, remaining=0, reference=0xFFFFFF)),
    ],
)
def test_a_segment_says_which_part_it_is(octets: str, segmentation: Segmentation) -> None:
    message = decode(bytes.fromhex(XUDT.format("0f", "1004" + octets + "00")))
    assert message.extension is not None
    assert message.extension.segmentation == segmentation
    assert segmentation.encode() == bytes.fromhex(octets)
    assert segmentation.whole == (octets == "80010203")


extensions = st.none() | st.builds(
    Extension,
    st.integers(1, 15),
    st.none()
    | st.builds(
        Segmentation, st.booleans(), st.integers(0, 15), st.integers(0, 0xFFFFFF), st.booleans()
    ),
    st.none() | st.integers(0, 7),
)
short_addresses = st.builds(SccpAddress, st.integers(0, 255), st.integers(0, 0x3FFF))
messages: st.SearchStrategy[SccpMessage] = st.builds(
    Unitdata,
    short_addresses,
    short_addresses,
    st.binary(max_size=200),
    st.booleans(),
    st.booleans(),
    extensions,
) | st.builds(
    UnitdataService,
    short_addresses,
    short_addresses,
    st.binary(max_size=200),
    st.integers(0, 14),
    extensions,
)


@given(messages)
def test_every_message_both_ways(message: SccpMessage) -> None:
    assert decode(message.encode()) == message


@given(messages.filter(lambda message: message.extension is not None))
def test_pycrate_reads_the_same_extended_messages(message: SccpMessage) -> None:
    foreign = (SCCPExtUnitData if isinstance(message, Unitdata) else SCCPExtUnitDataService)()
    octets = message.encode()
    foreign.from_bytes(octets)
    assert message.extension is not None
    assert foreign["HopCounter"].get_val() == message.extension.hop_counter
    assert foreign["Data"][1].get_val() == message.data
    assert foreign.to_bytes() == octets


def test_protocol_classes_2_and_3_are_refused() -> None:
    with pytest.raises(CodecError, match="protocol class 2"):
        decode(bytes.fromhex("0982" + UDT[4:]))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(CodecError):
        Unitdata(SccpAddress(6, 2), SccpAddress(149, 1), bytes(256)).encode()


@given(addresses, addresses)
def test_room_keeps_a_message_within_mtp3(called: SccpAddress, calling: SccpAddress) -> None:
    data = bytes(room(called, calling))
    octets = Unitdata(called, calling, data).encode()
    assert len(octets) == 268 or len(data) == 255


@given(st.binary(max_size=80) | st.binary(max_size=40).map(lambda o: b"\x11\x80\x0f" + o))
def test_any_octets_are_a_message_or_a_codec_error(octets: bytes) -> None:
    with contextlib.suppress(CodecError):
        decode(octets)


@pytest.mark.parametrize(
    "make",
    [
        lambda: SccpAddress(256),
        lambda: SccpAddress(6, 1 << 14),
        lambda: GlobalTitle(""),
        lambda: GlobalTitle("1" * 33),
        lambda: GlobalTitle("1", nature_of_address=128),
        lambda: Extension(0),
        lambda: Extension(16),
        lambda: Extension(importance=8),
        lambda: Segmentation(first=True, remaining=16, reference=0),
    ],
)
def test_a_value_that_no_message_can_hold_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(CodecError):
        make()
