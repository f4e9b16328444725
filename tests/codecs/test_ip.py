"""IPv4 with UDP, TCP and SCTP: checksums computed a second way, and no octets break the reader."""

import contextlib
import struct

import google_crc32c
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.ip import Chunk, Datagram, Flow, Payload, Segment, decode, encode

OCTETS = st.binary(max_size=40)
U16 = st.integers(0, 0xFFFF)
U32 = st.integers(0, 0xFFFFFFFF)
ADDRESSES = st.binary(min_size=4, max_size=4)
FLOWS = st.builds(Flow, ADDRESSES, U16, ADDRESSES, U16)
PAYLOADS = st.one_of(
    st.builds(Datagram, FLOWS, OCTETS),
    st.builds(Segment, FLOWS, U32, U32, OCTETS),
    st.builds(Chunk, FLOWS, U32, U32, U16, U16, U32, st.booleans(), st.booleans(), OCTETS),
)
FLOW = Flow(bytes((192, 0, 2, 1)), 49152, bytes((192, 0, 2, 2)), 5683)
EACH = [
    Datagram(FLOW, b"abc"),
    Segment(FLOW, 1, 2, b"abc"),
    Chunk(FLOW, 1, 2, 3, 4, 5, first=True, last=False, octets=b"abc"),
]


def folded(octets: bytes) -> int:
    """RFC 1071, word by word, the carry added at the end of each."""
    total = 0
    for (word,) in struct.iter_unpack(">H", octets + bytes(len(octets) % 2)):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    return total


@given(PAYLOADS)
def test_what_is_written_is_read(payload: Payload) -> None:
    assert decode(encode(payload)) == payload


@given(PAYLOADS)
def test_checksums_are_right(payload: Payload) -> None:
    packet = encode(payload)
    assert struct.unpack_from(">H", packet, 2) == (len(packet),)
    assert folded(packet[:20]) == 0xFFFF
    if isinstance(payload, Chunk):
        crc = google_crc32c.value(packet[20:28] + bytes(4) + packet[32:])
        assert packet[28:32] == struct.pack("<I", crc)
    else:
        pseudo = packet[12:20] + struct.pack(">HH", payload.protocol, len(packet) - 20)
        assert folded(pseudo + packet[20:]) == 0xFFFF


@pytest.mark.parametrize("kind", [Datagram, Segment, Chunk])
def test_one_octet_over_the_capacity_is_refused(kind: type[Payload]) -> None:
    full = {
        Datagram: lambda octets: Datagram(FLOW, octets),
        Segment: lambda octets: Segment(FLOW, 1, 1, octets),
        Chunk: lambda octets: Chunk(FLOW, 1, 1, 0, 0, 3, first=True, last=True, octets=octets),
    }[kind]
    assert len(encode(full(bytes(kind.capacity)))) >= 0xFFFF - 3
    with pytest.raises(CodecError):
        encode(full(bytes(kind.capacity + 1)))


@pytest.mark.parametrize("payload", EACH, ids=lambda p: type(p).__name__)
def test_every_truncation_is_refused(payload: Payload) -> None:
    packet = encode(payload)
    for length in range(len(packet)):
        with pytest.raises(CodecError):
            decode(packet[:length])


@given(
    st.sampled_from(EACH), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 255)), max_size=3)
)
def test_changed_octets_give_a_value_or_a_codec_error(
    payload: Payload, changes: list[tuple[int, int]]
) -> None:
    packet = bytearray(encode(payload))
    for at, octet in changes:
        packet[at % len(packet)] = octet
    with contextlib.suppress(CodecError):
        decode(bytes(packet))


@given(st.binary(max_size=100))
def test_any_octets_give_a_value_or_a_codec_error(octets: bytes) -> None:
    with contextlib.suppress(CodecError):
        decode(octets)


@pytest.mark.parametrize(
    ("at", "octet", "problem"),
    [(0, 0x46, "IPv4"), (6, 0x20, "fragment"), (9, 1, "protocol 1"), (32, 3, "DATA")],
)
def test_another_packet_is_named_for_what_it_is(at: int, octet: int, problem: str) -> None:
    packet = bytearray(encode(EACH[2]))
    packet[at] = octet
    with pytest.raises(CodecError, match=problem):
        decode(bytes(packet))
