"""pcapng: files from the draft's picture, both byte orders, and no octets that break the reader."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.pcapng import Direction, Packet, decode, encode_header, encode_packet

PACKETS = st.builds(
    Packet,
    time_ns=st.integers(0, 2**64 - 1),
    octets=st.binary(max_size=64),
    comment=st.text(max_size=20),
    direction=st.sampled_from(Direction),
)

# draft-ietf-opsawg-pcapng figures 9, 10, 11 and 20, filled by hand.
HEADER = bytes.fromhex(
    "0a0d0d0a 00000028 1a2b3c4d 0001 0000 ffffffffffffffff"
    "0004 0004 6d6b6566 00000000 00000028"
    "00000001 00000020 0065 0000 00000000 0009 0001 09000000 00000000 00000020"
)
PACKET = bytes.fromhex(
    "00000006 00000038 00000000 17a3bcb9 8d2e5001 00000003 00000003 aabbcc00"
    "0001 0002 68690000 0002 0004 00000002 00000000 00000038"
)
VALUE = Packet(0x17A3BCB98D2E5001, b"\xaa\xbb\xcc", "hi", Direction.OUTBOUND)
LITTLE_ENDIAN_MICROSECONDS = bytes.fromhex(
    "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000"
    "01000000 14000000 6500 0000 00000000 14000000"
    "05000000 10000000 00000000 10000000"
    "06000000 24000000 00000000 00000000 40420f00 03000000 03000000 aabbcc00 24000000"
)


def test_one_packet_is_these_octets() -> None:
    assert encode_header("mkef") == HEADER
    assert encode_packet(VALUE) == PACKET
    assert decode(HEADER + PACKET) == [VALUE]


def test_the_other_byte_order_a_clock_of_microseconds_and_an_unknown_block_are_read() -> None:
    assert decode(LITTLE_ENDIAN_MICROSECONDS) == [Packet(1_000_000_000, b"\xaa\xbb\xcc")]


@given(st.lists(PACKETS, max_size=4))
def test_what_is_written_is_read(packets: list[Packet]) -> None:
    assert decode(encode_header("t") + b"".join(map(encode_packet, packets))) == packets


@pytest.mark.parametrize("length", range(1, len(HEADER + PACKET)))
def test_every_truncation_is_refused_or_ends_with_a_whole_block(length: int) -> None:
    whole = {len(HEADER), 0x28}  # after the interface, after the section header
    if length in whole:
        assert decode((HEADER + PACKET)[:length]) == []
    else:
        with pytest.raises(CodecError):
            decode((HEADER + PACKET)[:length])


def changed(at: int, octets: str) -> bytes:
    new = bytes.fromhex(octets)
    return (HEADER + PACKET)[:at] + new + (HEADER + PACKET)[at + len(new) :]


@pytest.mark.parametrize(
    ("octets", "problem"),
    [
        (PACKET, "not a pcapng file"),
        (changed(8, "1a2b3c4e"), "no byte-order magic"),
        (changed(4, "00000000"), "octets wanted"),
        (changed(4, "0000002d"), "a block of 45 octets"),
        (changed(0x28 - 4, "00000030"), "two lengths differ"),
        (changed(0x28 + 8, "0001"), "link type 1"),
        (changed(0x28 + 20, "8a"), "clock"),
        (changed(len(HEADER) + 8, "00000001"), "no interface 1"),
        (changed(len(HEADER) + 24, "00000004"), "3 of 4 octets captured"),
        (changed(len(HEADER) + 36, "ff"), "not UTF-8"),
    ],
)
def test_a_broken_file_is_named_for_what_is_wrong(octets: bytes, problem: str) -> None:
    with pytest.raises(CodecError, match=problem):
        decode(octets)


def test_values_that_do_not_fit_are_refused() -> None:
    with pytest.raises(CodecError, match="64 bits"):
        encode_packet(Packet(-1, b""))
    with pytest.raises(CodecError, match="comment"):
        encode_packet(Packet(0, b"", "x" * 70_000))


@given(st.binary(max_size=200))
def test_any_octets_give_packets_or_a_codec_error(octets: bytes) -> None:
    for prefix in (b"", HEADER, LITTLE_ENDIAN_MICROSECONDS):
        with contextlib.suppress(CodecError):
            decode(prefix + octets)


@given(st.integers(0, len(HEADER + PACKET) - 1), st.integers(0, 255))
def test_any_changed_octet_gives_packets_or_a_codec_error(at: int, octet: int) -> None:
    with contextlib.suppress(CodecError):
        decode(changed(at, f"{octet:02x}"))


@pytest.mark.skipif(
    not shutil.which("editcap") and os.environ.get("CI") != "true",
    reason="editcap (package wireshark-common) is not installed",
)
def test_what_wireshark_writes_of_our_file_is_read_the_same(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.pcapng", tmp_path / "theirs.pcapng"
    ours.write_bytes(HEADER + PACKET)
    subprocess.run(["editcap", ours, theirs], check=True, timeout=30)
    assert theirs.read_bytes() != ours.read_bytes()
    assert decode(theirs.read_bytes()) == [VALUE]
