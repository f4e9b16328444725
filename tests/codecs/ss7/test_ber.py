"""BER at the border to pycrate: one value, bounded, nothing of pycrate's in an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.generated.asn1 import MKEF_MAP
from mkef_codecs.ss7.asn1 import Asn1Type, open_octets, open_value
from mkef_codecs.ss7.ber import canonical, tlv

TRIPLET = Asn1Type("AuthenticationTriplet", MKEF_MAP.AuthenticationTriplet)

identifiers = st.builds(
    lambda first, more: (
        bytes((first | 0x1F, *(m | 0x80 for m in more[:-1]), more[-1] & 0x7F))
        if more
        else bytes((first,))
    ),
    st.integers(0, 0xFF).filter(lambda o: o & 0x1F != 0x1F),
    st.just([]) | st.tuples(st.integers(31, 127)).map(list),
)


@given(identifiers, st.binary(max_size=300))
def test_a_value_in_the_place_of_any_keeps_its_octets(identifier: bytes, content: bytes) -> None:
    octets = tlv(identifier, content)
    assert open_octets(open_value(octets)) == octets


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        ("3003020105", "3003020105"),
        ("30800201050000", "3003020105"),
        ("3081030201 05", "3003020105"),
        ("a180308002010500000000", "a1053003020105"),
        ("04 8203e8" + "00" * 1000, "048203e8" + "00" * 1000),
    ],
)
def test_lengths_become_definite_and_short(octets: str, expected: str) -> None:
    assert canonical(bytes.fromhex(octets)).hex() == expected


@pytest.mark.parametrize(
    "octets",
    [
        "",
        "30",
        "3001",
        "300302010500",  # an octet too many
        "0480",  # a primitive of indefinite length
        "3080020105",  # never ends
        "3f8f8f8f8f0100",  # a tag of five octets
        "30" * 20,
        "3084ffffffff",
        "30ff",
        "04821388" + "00" * 5000,
    ],
)
def test_what_is_not_one_value_is_refused(octets: str) -> None:
    with pytest.raises(CodecError):
        canonical(bytes.fromhex(octets))


def test_nesting_is_bounded() -> None:
    octets = b"\x05\0"
    for _ in range(15):
        octets = tlv(b"\x30", octets)
    assert canonical(octets) == octets
    with pytest.raises(CodecError, match="nested"):
        canonical(tlv(b"\x30", octets))


@given(st.binary(max_size=64))
def test_any_octets_are_a_value_or_a_codec_error(octets: bytes) -> None:
    try:
        value = canonical(octets)
    except CodecError:
        return
    assert canonical(value) == value


def test_an_error_quotes_no_octets_of_a_key() -> None:
    kc = b"a secret key"
    with pytest.raises(CodecError) as refused:
        TRIPLET.encode({"rand": bytes(16), "sres": bytes(4), "kc": kc})
    assert "secret" not in repr(refused.value) + str(refused.value)
    assert refused.value.__suppress_context__


def test_the_runtime_keeps_no_value() -> None:
    octets = TRIPLET.encode({"rand": bytes(16), "sres": b"sres", "kc": b"8 octets"})
    TRIPLET.decode(octets)
    assert "8 octets" not in str(MKEF_MAP.AuthenticationTriplet._cont["kc"].__dict__)
