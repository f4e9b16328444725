"""The OSCORE option of a request (RFC 8613 clause 6.1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mtc.oscore import OscoreOption

# (octets, partial IV, kid, kid context); the first five are RFC 8613's, clause 6.3 and C.4 to C.6.
VECTORS = [
    ("09 05 25", "05", "25", None),
    ("19 05 03 44616c 25", "05", "25", "44616c"),
    ("09 14", "14", "", None),
    ("09 14 00", "14", "00", None),
    ("19 14 08 37cbf3210017a2d3", "14", "", "37cbf3210017a2d3"),
    ("19 00 00 01", "00", "01", ""),
    ("0d 0102030405 ff", "0102030405", "ff", None),
]
BROKEN = ["", "00", "01 00", "08 01", "0e 010203040506 00", "0f 01020304050607 00", "29 00 01"]
BROKEN += ["49 00 01", "89 00 01", "0a 00", "19 00", "19 00 02 01", "1d 0102030405"]


@pytest.mark.parametrize(("octets", "partial_iv", "kid", "kid_context"), VECTORS)
def test_vectors(octets: str, partial_iv: str, kid: str, kid_context: str | None) -> None:
    option = OscoreOption.decode(bytes.fromhex(octets))
    context = None if kid_context is None else bytes.fromhex(kid_context)
    assert option == OscoreOption(bytes.fromhex(partial_iv), bytes.fromhex(kid), context)


@pytest.mark.parametrize("octets", BROKEN)
def test_broken(octets: str) -> None:
    with pytest.raises(CodecError):
        OscoreOption.decode(bytes.fromhex(octets))


@given(st.binary(max_size=60))
def test_a_value_or_a_codec_error(octets: bytes) -> None:
    try:
        option = OscoreOption.decode(octets)
    except CodecError:
        return
    length = 1 + len(option.partial_iv) + len(option.kid)
    length += 0 if option.kid_context is None else 1 + len(option.kid_context)
    assert length == len(octets)
