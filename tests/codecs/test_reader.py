"""The bounded cursor: every read is the slice that it says, or a CodecError with its offset."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.reader import Reader

OCTETS = bytes(range(1, 16))


def test_integers_agree_with_struct() -> None:
    reader = Reader(OCTETS)
    read = (reader.u8(), reader.u16(), reader.u24(), reader.u32())
    one, two, three, four = struct.unpack(">BH3sI", OCTETS[:10])
    assert read == (one, two, int.from_bytes(three, "big"), four)
    assert (reader.position, reader.remaining) == (10, 5)


def test_a_block_keeps_the_offsets_of_the_message() -> None:
    reader = Reader(OCTETS)
    reader.u8()
    block = reader.block(4)
    assert (block.take(3), block.position, block.remaining) == (OCTETS[1:4], 4, 1)
    with pytest.raises(CodecError, match=r"2 octets wanted, 1 left \(octet 4\)"):
        block.u16()
    assert reader.rest() == OCTETS[5:]


def test_what_was_not_read_is_refused() -> None:
    reader = Reader(OCTETS, 12)
    with pytest.raises(CodecError, match=r"3 octets too many \(octet 12\)"):
        reader.check_end()
    reader.rest()
    reader.check_end()


def test_nothing_is_read_backwards() -> None:
    with pytest.raises(CodecError):
        Reader(OCTETS, 4).take(-1)


def test_an_error_names_its_place() -> None:
    error = CodecError("wrong", offset=7, path="MKR.User-Name")
    assert str(error) == "MKR.User-Name: wrong (octet 7)"
    assert str(CodecError("wrong")) == "wrong"


@given(octets=st.binary(max_size=40), lengths=st.lists(st.integers(0, 12), max_size=12))
def test_any_sequence_of_reads_stays_inside(octets: bytes, lengths: list[int]) -> None:
    reader, position = Reader(octets), 0
    for length in lengths:
        if position + length > len(octets):
            with pytest.raises(CodecError):
                reader.take(length)
        else:
            assert reader.take(length) == octets[position : position + length]
            position += length
        assert (reader.position, reader.remaining) == (position, len(octets) - position)
