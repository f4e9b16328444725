"""Structured parameters of SSNM and RKM messages (RFC 4666 clauses 3.4 and 3.6)."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.m3ua import Kind, Message, Tag
from mkef_codecs.ss7.m3ua_parameters import (
    AffectedPointCode,
    DeregistrationResult,
    RegistrationResult,
    RoutingKey,
    decode_affected,
    encode_affected,
)

numbers = st.integers(0, 0xFFFFFFFF)
affected = st.builds(AffectedPointCode, st.integers(0, 0xFFFFFF), st.integers(0, 255))
keys = st.builds(
    RoutingKey,
    numbers,
    numbers,
    st.none() | numbers,
    st.none() | numbers,
    st.none() | numbers,
    st.lists(st.integers(0, 255), max_size=4).map(tuple),
    st.lists(affected, max_size=3).map(tuple),
)
values = st.one_of(
    keys,
    st.builds(RegistrationResult, numbers, numbers, numbers),
    st.builds(DeregistrationResult, numbers, numbers),
)

# By hand: local identifier 1, destination point code 2, service indicator SCCP with its padding.
KEY = "020a000800000001" + "020b000800000002" + "020c000503000000"


def test_a_routing_key_octet_by_octet() -> None:
    key = RoutingKey(1, 2, service_indicators=(3,))
    assert key.encode().hex() == KEY
    assert RoutingKey.decode(bytes.fromhex(KEY)) == key


@given(values)
def test_every_parameter_both_ways(
    value: RoutingKey | RegistrationResult | DeregistrationResult,
) -> None:
    assert type(value).decode(value.encode()) == value


@given(st.lists(affected, min_size=1, max_size=5).map(tuple))
def test_affected_point_codes_both_ways(found: tuple[AffectedPointCode, ...]) -> None:
    assert decode_affected(encode_affected(found)) == found


@given(keys, keys)
def test_a_request_with_several_keys_keeps_them_in_order(one: RoutingKey, two: RoutingKey) -> None:
    request = Message(
        Kind.REG_REQ,
        {Tag.ROUTING_KEY: one.encode(), Tag.ASP_IDENTIFIER: bytes(4)},
        ((Tag.ROUTING_KEY, two.encode()),),
    )
    again = m3ua.decode(request.encode())
    assert again == request
    assert [RoutingKey.decode(octets) for octets in again.every(Tag.ROUTING_KEY)] == [one, two]


@pytest.mark.parametrize(
    "decode",
    [decode_affected, RoutingKey.decode, RegistrationResult.decode, DeregistrationResult.decode],
)
@given(octets=st.binary(max_size=60))
def test_any_octets_are_a_value_or_a_codec_error(decode: object, octets: bytes) -> None:
    with contextlib.suppress(CodecError):
        decode(octets)  # type: ignore[operator]


@pytest.mark.parametrize("octets", ["020a000800000001", "020b000800000002", "020a000600010000"])
def test_what_is_mandatory_is_demanded(octets: str) -> None:
    with pytest.raises(CodecError):
        RoutingKey.decode(bytes.fromhex(octets))
