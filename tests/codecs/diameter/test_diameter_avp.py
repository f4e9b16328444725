"""AVP data types of RFC 6733 clause 4, and AVPs cut out of octets."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.diameter import avp
from mkef_codecs.diameter.avp import Avp
from mkef_codecs.diameter.errors import DiameterError, InvalidAvpLength, InvalidAvpValue

LONG_NAME = ".".join(["a" * 63] * 3 + ["a" * 63])  # 255 octets

Encode, Decode = Callable[[Any], bytes], Callable[[bytes], Any]


def unsigned32(data: bytes) -> int:
    return int.from_bytes(data)


def integer32(data: bytes) -> int:
    return avp.signed(unsigned32(data))


def time(data: bytes) -> int:
    return avp.decode_time(unsigned32(data))


# (encode, decode, value, octets), read both ways
ROWS: list[tuple[Encode, Decode, Any, str]] = [
    (avp.encode_unsigned32, unsigned32, 0, "00000000"),
    (avp.encode_unsigned32, unsigned32, 0xFFFFFFFF, "ffffffff"),
    (avp.encode_integer32, integer32, 0x7FFFFFFF, "7fffffff"),
    (avp.encode_integer32, integer32, -1, "ffffffff"),
    (str.encode, avp.decode_utf8, "", ""),
    (str.encode, avp.decode_utf8, "Zürich", "5ac3bc72696368"),
    (avp.encode_identity, avp.decode_identity, "Host.Example", "486f73742e4578616d706c65"),
    (avp.encode_identity, avp.decode_identity, LONG_NAME, LONG_NAME.encode().hex()),
    (avp.encode_address, avp.decode_address, "192.0.2.1", "0001c0000201"),
    (avp.encode_address, avp.decode_address, "2001:db8::1", "000220010db8" + "00" * 11 + "01"),
]


@pytest.mark.parametrize(("encode", "decode", "value", "octets"), ROWS)
def test_rows_both_ways(encode: Encode, decode: Decode, value: Any, octets: str) -> None:
    assert encode(value).hex() == octets
    assert decode(bytes.fromhex(octets)) == value


# Both eras (RFC 6733 clause 4.3.1, RFC 5905 clause 6): the top bit tells which.
@pytest.mark.parametrize(
    ("moment", "octets"),
    [
        ("1968-01-20T03:14:08", "80000000"),
        ("1970-01-01T00:00:00", "83aa7e80"),
        ("2026-01-01T00:00:00", "ed003780"),
        ("2036-02-07T06:28:15", "ffffffff"),
        ("2036-02-07T06:28:16", "00000000"),
        ("2036-02-07T06:28:17", "00000001"),
        ("2104-02-26T09:42:23", "7fffffff"),
    ],
)
def test_time_in_both_eras(moment: str, octets: str) -> None:
    seconds = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())
    assert avp.encode_time(seconds).hex() == octets
    assert time(bytes.fromhex(octets)) == seconds


@given(st.integers(-61_505_152, 4_233_462_143))  # 1968-01-20 to 2104-02-26
def test_any_time_from_1968_to_2104(seconds: int) -> None:
    assert time(avp.encode_time(seconds)) == seconds


@pytest.mark.parametrize(
    "encode",
    [
        lambda: avp.encode_time(-61_505_153),
        lambda: avp.encode_time(4_233_462_144),
        lambda: avp.encode_address("nowhere"),
    ],
)
def test_a_value_that_no_avp_can_hold_is_refused(encode: Callable[[], bytes]) -> None:
    with pytest.raises(InvalidAvpValue):
        encode()


@given(st.ip_addresses())
def test_any_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert avp.decode_address(avp.encode_address(str(address))) == str(address)


@pytest.mark.parametrize(
    ("decode", "octets", "error"),
    [
        (avp.decode_utf8, "ff", InvalidAvpValue),
        (avp.decode_utf8, "eda080", InvalidAvpValue),
        (avp.decode_identity, "", InvalidAvpValue),
        (avp.decode_identity, "6120", InvalidAvpValue),
        (avp.decode_identity, "2e61", InvalidAvpValue),
        (avp.decode_identity, "c3bc", InvalidAvpValue),
        (avp.decode_identity, "61" * 256, InvalidAvpValue),
        (avp.decode_address, "", InvalidAvpValue),
        (avp.decode_address, "0001c00002", InvalidAvpValue),
        (avp.decode_address, "0002c0000201", InvalidAvpValue),
        (avp.decode_address, "0008313233", InvalidAvpValue),  # E.164 is no address of ours
    ],
)
def test_values_that_no_type_has(
    decode: Callable[[bytes], Any], octets: str, error: type[DiameterError]
) -> None:
    with pytest.raises(error):
        decode(bytes.fromhex(octets))


@pytest.mark.parametrize(
    ("encode", "value"),
    [
        (avp.encode_unsigned32, -1),
        (avp.encode_unsigned32, 1 << 32),
        (avp.encode_integer32, -(1 << 31) - 1),
        (avp.encode_integer32, 1 << 31),
    ],
)
def test_an_integer_that_does_not_fit_is_not_encoded(encode: Encode, value: int) -> None:
    with pytest.raises(InvalidAvpValue, match="32 bits"):
        encode(value)


@pytest.mark.parametrize("value", ["", "a b", "ü", "a" * 256, "a\n"])
def test_no_identity_is_not_encoded(value: str) -> None:
    with pytest.raises(InvalidAvpValue, match="identity"):
        avp.encode_identity(value)


@pytest.mark.parametrize(
    ("size", "low", "high", "problem"),
    [(15, 16, 16, "15 octets, 16 wanted"), (13, 4, 12, "13 octets, 4 to 12 wanted")],
)
def test_bounds_of_octet_strings(size: int, low: int, high: int, problem: str) -> None:
    with pytest.raises(InvalidAvpLength, match=problem):
        avp.check_length(bytes(size), low, high)
    assert avp.check_length(bytes(low), low, high) == bytes(low)


def test_bounds_of_integers() -> None:
    assert avp.check_range(255, 0, 255) == 255
    with pytest.raises(InvalidAvpValue, match=r"256 is not in 0\.\.255"):
        avp.check_range(256, 0, 255)


@pytest.mark.parametrize(
    ("value", "octets"),
    [
        (Avp(1, 0, 0x40, b"abc"), "000000014000000b61626300"),
        (Avp(1, 0, 0x40, b""), "0000000140000008"),
        (Avp(3, 32473, 0xC0, b"abcde"), "00000003c000001100007ed96162636465000000"),
    ],
)
def test_an_avp_with_header_and_padding(value: Avp, octets: str) -> None:
    assert value.encode().hex() == octets
    key = value.vendor << 32 | value.code
    assert list(avp.data_of(key, bytes.fromhex(octets), 0)) == [value.data]
    assert list(avp.data_of(key + 1, bytes.fromhex(octets), 0)) == []


# Clause 7.1.5: a length beyond the end or below the header is answered with the header and zeros
# for the shortest data of its type.
@pytest.mark.parametrize(
    ("octets", "failed"),
    [
        ("00", "0000000000000008"),
        ("00000001", "0000000100000008"),  # half a header
        ("0000010c40000010000007d1", "0000010c4000000c00000000"),  # Unsigned32
        ("0000010140000050", "000001014000000e0000000000000000"),  # Address
        ("00000001400000", "0000000140000008"),
        ("0000000140000007", "0000000140000008"),  # shorter than its header
        ("000000014000000d61626364", "0000000140000008"),  # beyond the end
        ("00000003c000000b00007ed9", "00000003c000001c00007ed9" + "00" * 16),  # MTC-Device-RAND
        ("00000004c000001000007ed9", "00000004c000000c00007ed9"),
        ("00000003c0000008", "00000003c000000c00000000"),  # no room for the vendor
    ],
)
def test_a_length_that_lies_is_answered_with_an_example(octets: str, failed: str) -> None:
    message = bytes.fromhex(octets)
    with pytest.raises(InvalidAvpLength) as caught:
        list(avp.scan(message, 0, len(message)))
    assert caught.value.failed_avp.hex() == failed
    assert caught.value.offset == 0


def test_the_end_of_a_group_is_the_end() -> None:
    """What follows a group belongs to somebody else, in the Failed-AVP too."""
    octets = bytes.fromhex("00000003c0000010") + b"next"
    with pytest.raises(InvalidAvpLength) as caught:
        list(avp.scan(octets, 0, 8))
    assert b"n" not in caught.value.failed_avp


AVPS = st.builds(
    lambda code, vendor, flags, data: Avp(code, vendor, flags | (0x80 if vendor else 0), data),
    st.integers(0, 0xFFFFFFFF),
    st.sampled_from((0, 0, 10415, 32473)),
    st.sampled_from((0, 0x20, 0x40)),
    st.binary(max_size=20),
)


@given(st.lists(AVPS, max_size=6))
def test_avps_in_a_row_are_cut_at_their_ends(avps: list[Avp]) -> None:
    octets = b"".join(a.encode() for a in avps)
    assert len(octets) % 4 == 0
    cut = [
        Avp(key & 0xFFFFFFFF, key >> 32, flags, octets[data:end])
        for key, flags, _, data, end in avp.scan(octets, 0, len(octets))
    ]
    assert cut == avps


@given(st.binary(max_size=60))
def test_any_octets_are_avps_or_a_diameter_error(octets: bytes) -> None:
    with contextlib.suppress(DiameterError):
        for _, _, start, data, end in avp.scan(octets, 0, len(octets)):
            assert start < data <= end <= len(octets)


@given(st.binary(max_size=30))
def test_any_octets_are_a_value_or_a_diameter_error(octets: bytes) -> None:
    for _, decode, _, _ in ROWS:
        with contextlib.suppress(DiameterError):
            decode(octets)
