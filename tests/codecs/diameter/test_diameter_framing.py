"""Header and stream (RFC 6733 clause 3)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.diameter.errors import (
    DiameterError,
    InvalidHeaderBits,
    InvalidMessageLength,
    UnsupportedVersion,
)
from mkef_codecs.diameter.framing import Splitter
from mkef_codecs.diameter.header import Header, check_header, decode_header

U32 = st.integers(0, 0xFFFFFFFF)
HEADERS = st.builds(Header, st.integers(0, 255), st.integers(0, 0xFFFFFF), U32, U32, U32)
MESSAGES = st.lists(
    st.builds(lambda head, words: head.encode(bytes(4 * words)), HEADERS, st.integers(0, 10)),
    max_size=6,
)

DWR = Header(0x80, 280, 0, 0x01020304, 0x05060708)
DWR_OCTETS = bytes.fromhex("01000014 80000118 00000000 01020304 05060708")


def test_a_header_both_ways() -> None:
    assert DWR.encode(b"") == DWR_OCTETS
    assert decode_header(DWR_OCTETS) == DWR
    assert DWR.is_request
    assert not DWR.is_error


@given(HEADERS, st.binary(max_size=20))
def test_any_header_survives(header: Header, avps: bytes) -> None:
    message = header.encode(avps)
    assert decode_header(message) == header
    assert int.from_bytes(message[1:4], "big") == len(message)


@pytest.mark.parametrize(
    ("change", "error", "result_code"),
    [
        ((0, 2), UnsupportedVersion, 5011),
        ((0, 0), UnsupportedVersion, 5011),
        ((3, 0x18), InvalidMessageLength, 5015),
        ((3, 0x10), InvalidMessageLength, 5015),
        ((4, 0xA0), InvalidHeaderBits, 3008),
    ],
)
def test_headers_that_are_refused(
    change: tuple[int, int], error: type[DiameterError], result_code: int
) -> None:
    octets = bytearray(DWR_OCTETS)
    octets[change[0]] = change[1]
    with pytest.raises(error) as caught:
        check_header(bytes(octets), decode_header(bytes(octets)))
    assert caught.value.result_code == result_code


def test_a_length_that_is_no_multiple_of_4_is_refused() -> None:
    message = DWR.encode(b"a")
    with pytest.raises(InvalidMessageLength, match="21 octets"):
        check_header(message, decode_header(message))


def test_reserved_flags_are_ignored() -> None:
    message = Header(0x8F, 280, 0, 1, 1).encode(b"")
    check_header(message, decode_header(message))


@given(st.binary(max_size=19))
def test_fewer_than_20_octets_are_no_header(octets: bytes) -> None:
    with pytest.raises(InvalidMessageLength):
        decode_header(octets)


def test_a_message_of_2_to_the_24_octets_is_not_encoded() -> None:
    with pytest.raises(InvalidMessageLength, match="2\\^24"):
        DWR.encode(bytes((1 << 24) - 20))


def chunks(stream: bytes, cuts: Iterable[int]) -> list[bytes]:
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    return [stream[a:b] for a, b in pairwise(edges)]


@given(MESSAGES, st.lists(st.integers(0, 400), max_size=8))
def test_any_chunks_are_the_same_messages(messages: list[bytes], cuts: list[int]) -> None:
    splitter = Splitter()
    found = [m for chunk in chunks(b"".join(messages), cuts) for m in splitter.feed(chunk)]
    assert found == messages


@given(MESSAGES, st.lists(st.integers(0, 400), max_size=8), st.sampled_from((0, 19, 65_540)))
def test_messages_before_an_impossible_length_are_not_lost(
    messages: list[bytes], cuts: list[int], length: int
) -> None:
    """However the stream was cut: first everything that came whole, then the error."""
    stream = b"".join(messages) + b"\x01" + length.to_bytes(3, "big") + bytes(30)
    splitter, found = Splitter(), list[bytes]()

    def read() -> None:
        for chunk in chunks(stream, cuts):
            found.extend(splitter.feed(chunk))

    with pytest.raises(InvalidMessageLength, match=f"a message length of {length} octets"):
        read()
    assert found == messages


def test_the_limit_is_a_setting() -> None:
    assert list(Splitter(24).feed(DWR.encode(bytes(4)))) == [DWR.encode(bytes(4))]
    with pytest.raises(InvalidMessageLength):
        list(Splitter(24).feed(DWR.encode(bytes(8))))


@given(st.binary(max_size=200))
def test_any_octets_are_messages_or_the_end_of_the_stream(octets: bytes) -> None:
    splitter = Splitter(64)
    try:
        found = list(splitter.feed(octets))
    except InvalidMessageLength:
        return
    assert all(20 <= len(message) <= 64 for message in found)
    assert octets.startswith(b"".join(found))
