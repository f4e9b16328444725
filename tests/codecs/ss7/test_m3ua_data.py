"""DATA in one piece says the same as DATA by its parameters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.m3ua import Kind, Message, ProtocolData, Tag
from mkef_codecs.ss7.m3ua_data import read_data, write_data

words = st.integers(0, 0xFFFFFFFF)
octet = st.integers(0, 255)
traffic = st.builds(ProtocolData, words, words, st.binary(max_size=60), octet, octet, octet, octet)
contexts = st.none() | words
WHOLE = write_data(ProtocolData(1, 2, b"abc"), 7)


@given(traffic, contexts)
def test_both_write_the_same(value: ProtocolData, context: int | None) -> None:
    octets = write_data(value, context)
    assert octets == m3ua.data(value, context).encode()
    assert read_data(octets) == (context, value)


def _by_parameters(octets: bytes) -> tuple[int | None, ProtocolData]:
    message = m3ua.decode(octets)
    return message.integer(Tag.ROUTING_CONTEXT), m3ua.protocol_data(message)


@given(traffic, contexts, st.integers(0, 39), octet)
def test_what_is_read_in_one_piece_is_what_the_parameters_say(
    value: ProtocolData, context: int | None, at: int, other: int
) -> None:
    octets = bytearray(write_data(value, context))
    octets[at % len(octets)] = other
    found = read_data(bytes(octets))
    if found is not None:
        assert found == _by_parameters(bytes(octets))


@given(st.binary(max_size=80).map(lambda rest: WHOLE[:4] + rest))
def test_any_octets_are_traffic_or_left_to_the_parameters(octets: bytes) -> None:
    found = read_data(octets)
    if found is not None:
        assert found == _by_parameters(octets)


def test_no_truncation_is_read_in_one_piece() -> None:
    assert [n for n in range(len(WHOLE)) if read_data(WHOLE[:n]) is not None] == []


@pytest.mark.parametrize(
    "parameters",
    [
        {Tag.PROTOCOL_DATA: WHOLE[20:35], Tag.ROUTING_CONTEXT: bytes(4)},
        {Tag.INFO: b"news", Tag.PROTOCOL_DATA: WHOLE[20:35]},
        {Tag.PROTOCOL_DATA: WHOLE[20:35], Tag.CORRELATION_ID: bytes(4)},
    ],
)
def test_other_forms_are_left_to_the_parameters(parameters: dict[int, bytes]) -> None:
    octets = Message(Kind.DATA, parameters).encode()
    assert read_data(octets) is None
    assert m3ua.protocol_data(m3ua.decode(octets)).data == b"abc"


def test_what_no_parameter_holds_is_refused() -> None:
    with pytest.raises(CodecError, match="a parameter of 65536 octets"):
        write_data(ProtocolData(1, 2, bytes(65_520)))
