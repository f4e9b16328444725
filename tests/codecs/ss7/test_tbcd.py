"""TBCD (TS 29.002 clause 17.7.8)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.tbcd import decode_tbcd, encode_tbcd

ROWS = [
    ("", ""),
    ("1", "f1"),
    ("12", "21"),
    ("001010123456789", "00010121436587f9"),
    ("*#abc", "badcfe"),
]


@pytest.mark.parametrize(("digits", "octets"), ROWS)
def test_rows(digits: str, octets: str) -> None:
    assert encode_tbcd(digits).hex() == octets
    assert decode_tbcd(bytes.fromhex(octets)) == digits


@given(st.text("0123456789*#abc", max_size=20))
def test_both_ways(digits: str) -> None:
    assert decode_tbcd(encode_tbcd(digits)) == digits


@given(st.binary(max_size=10))
def test_any_octets_are_digits_or_a_codec_error(octets: bytes) -> None:
    try:
        digits = decode_tbcd(octets)
    except CodecError:
        assert any(h == 0xF for o in octets for h in (o & 0xF, o >> 4))
    else:
        assert encode_tbcd(digits) == octets


@pytest.mark.parametrize("digits", ["x", "12d", "\u0661"])
def test_no_digits(digits: str) -> None:
    with pytest.raises(CodecError):
        encode_tbcd(digits)
