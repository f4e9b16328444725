"""Profile octet, kid and kid context (protocol.md clauses 3 and 4)."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.establishment import (
    COUNTER_EPOCH,
    KidContext,
    Profile,
    Tag,
    UnsupportedProfile,
    decode_kid,
    encode_kid,
)
from mkef_codecs.identity import Imsi

RAND = bytes(range(16))
PROFILES = st.builds(Profile, st.integers(1, 3), st.booleans(), st.booleans(), st.booleans())


@pytest.mark.parametrize(
    ("octet", "profile"),
    [
        (0x00, Profile()),
        (0x14, Profile(vectors=2, tagged=True)),
        (0x2E, Profile(vectors=3, res_key_kmtc=True, tagged=True, integrity_only=True)),
        (0x08, Profile(res_key_kmtc=True)),
        (0x02, Profile(integrity_only=True)),
    ],
)
def test_profile_rows_both_ways(octet: int, profile: Profile) -> None:
    assert Profile.parse(octet) == profile
    assert profile.octet == octet
    assert profile.res_length == 4 * profile.vectors


def test_every_octet_is_a_profile_or_has_its_refusal() -> None:
    """Version 00, n = 1..3 and bit 0 clear: 24 octets; the other versions have their own error."""
    good = {o for o in range(256) if o >> 6 == 0 and o & 0x30 != 0x30 and not o & 1}
    assert len(good) == 24
    for octet in range(256):
        if octet in good:
            assert Profile.parse(octet).octet == octet
            continue
        with pytest.raises(CodecError) as caught:
            Profile.parse(octet)
        assert isinstance(caught.value, UnsupportedProfile) == bool(octet >> 6)


@pytest.mark.parametrize("octet", [-1, 256, 1 << 32])
def test_a_profile_is_one_octet(octet: int) -> None:
    with pytest.raises(CodecError, match="one octet"):
        Profile.parse(octet)


@pytest.mark.parametrize("vectors", [0, 4])
def test_a_profile_has_1_to_3_vectors(vectors: int) -> None:
    with pytest.raises(CodecError, match="1 to 3 vectors"):
        Profile(vectors=vectors)


@pytest.mark.parametrize(
    ("digits", "kid"),
    [
        ("001010123456789", "038e69d4d34115"),
        ("999999999999999", "071afd498cffff"),
        ("001010", "000000000f4632"),
    ],
)
def test_kid_rows_both_ways(digits: str, kid: str) -> None:
    assert int(kid, 16) == int(f"1{digits}")
    assert encode_kid(Imsi(digits)).hex() == kid
    assert decode_kid(bytes.fromhex(kid)) == Imsi(digits)


@pytest.mark.parametrize("kid", ["", "00", "038e69d4d3411500", "00000000000000", "ffffffffffffff"])
def test_other_kids_are_refused(kid: str) -> None:
    with pytest.raises(CodecError):
        decode_kid(bytes.fromhex(kid))


@given(PROFILES, st.binary(min_size=16, max_size=16), st.data())
def test_kid_contexts_survive(profile: Profile, rand: bytes, data: st.DataObject) -> None:
    res = data.draw(st.binary(min_size=profile.res_length, max_size=profile.res_length))
    octets = KidContext(profile, rand, res).encode()
    assert octets == bytes((profile.octet,)) + rand + res
    assert KidContext.decode(octets) == KidContext(profile, rand, res)
    for length in range(len(octets)):
        with pytest.raises(CodecError):
            KidContext.decode(octets[:length])
    with pytest.raises(CodecError, match="octets too many"):
        KidContext.decode(octets + b"\0")


@pytest.mark.parametrize(
    ("context", "problem"),
    [
        (KidContext(Profile(), RAND[:15], bytes(4)), "RAND has 16 octets"),
        (KidContext(Profile(), RAND, bytes(8)), "4 octets for each vector"),
        (KidContext(Profile(vectors=2), RAND, bytes(4)), "4 octets for each vector"),
    ],
)
def test_wrong_sizes_are_not_encoded(context: KidContext, problem: str) -> None:
    with pytest.raises(CodecError, match=problem):
        context.encode()


@given(st.binary(max_size=40))
def test_any_octets_are_a_value_or_a_codec_error(octets: bytes) -> None:
    with contextlib.suppress(CodecError):
        assert KidContext.decode(octets).encode() == octets
    with contextlib.suppress(CodecError):
        assert encode_kid(decode_kid(octets)) == octets


@given(st.text("0123456789", min_size=6, max_size=15))
def test_any_imsi_is_a_kid(digits: str) -> None:
    assert decode_kid(encode_kid(Imsi(digits))) == Imsi(digits)


def test_tags_are_four_octets_in_hexadecimal() -> None:
    assert Tag() == Tag.parse("4D544352") == Tag(b"MTCR")
    for text in ("", "4d5443", "4d54435200", "MTCR", "4d54435g"):
        with pytest.raises(CodecError, match="8 hexadecimal digits wanted"):
            Tag.parse(text)


def test_counters_begin_with_2026() -> None:
    assert datetime(2026, 1, 1, tzinfo=UTC).timestamp() == COUNTER_EPOCH
