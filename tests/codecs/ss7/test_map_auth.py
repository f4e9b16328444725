"""The argument and the result of sendAuthenticationInfo, standard and variant."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mkef_codecs.errors import CodecError
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7.ber import tlv
from mkef_codecs.ss7.map_auth import (
    Encoding,
    Quintuplet,
    Resynchronisation,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
    decode_argument,
    decode_result,
    encode_argument,
    encode_result,
)

octets = st.binary
imsis = st.text("0123456789", min_size=6, max_size=15).map(Imsi)
rands = octets(min_size=16, max_size=16)
rand_lists = st.lists(rands, min_size=1, max_size=3).map(tuple)
resynchronisations = st.builds(Resynchronisation, rands, octets(min_size=14, max_size=14))
arguments = st.builds(
    SendAuthenticationInfoArg,
    imsis,
    st.integers(1, 5),
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(0, 20),
    st.none() | rand_lists,
    st.none() | resynchronisations,
)
triplets = st.builds(Triplet, rands, octets(min_size=4, max_size=4), octets(min_size=8, max_size=8))
quintuplets = st.builds(Quintuplet, rands, octets(min_size=4, max_size=16), rands, rands, rands)
results = st.one_of(
    st.builds(SendAuthenticationInfoRes, st.lists(triplets, max_size=5).map(tuple)),
    st.builds(SendAuthenticationInfoRes, st.just(()), st.lists(quintuplets, max_size=5).map(tuple)),
)

# By hand after TS 29.002 clause 17.7.1 and protocol.md clause 6; 1.3.6.1.4.1.32473.1.1.
IMSI = "800800010121436587f9"
RAND = "0410" + "00" * 16
LIST = "30143012" + RAND
EXTENSION = "a226a0243022060a2b0601040181fd590101" + LIST
ROWS = [
    (
        SendAuthenticationInfoArg(Imsi("001010123456789"), 3),
        Encoding.EXTENSION,
        "300d" + IMSI + "020103",
    ),
    (
        SendAuthenticationInfoArg(
            Imsi("001010123456789"),
            1,
            segmentation_prohibited=True,
            requesting_node_type=3,
            rand_list=(bytes(16),),
        ),
        Encoding.EXTENSION,
        "303a" + IMSI + "020101" + "0500" + EXTENSION + "830103",
    ),
    (
        SendAuthenticationInfoArg(
            Imsi("001010123456789"), 1, segmentation_prohibited=True, rand_list=(bytes(16),)
        ),
        Encoding.OPERATION,
        "3020" + IMSI + LIST,
    ),
]


@pytest.mark.parametrize(("argument", "encoding", "expected"), ROWS)
def test_arguments_by_hand(
    argument: SendAuthenticationInfoArg, encoding: Encoding, expected: str
) -> None:
    assert encode_argument(argument, encoding).hex() == expected
    assert decode_argument(bytes.fromhex(expected), encoding) == argument


@pytest.mark.parametrize(("_argument", "encoding", "whole"), ROWS)
def test_every_truncation_is_refused(
    _argument: SendAuthenticationInfoArg, encoding: Encoding, whole: str
) -> None:
    value = bytes.fromhex(whole)
    for length in range(len(value)):
        with pytest.raises(CodecError):
            decode_argument(value[:length], encoding)


@given(arguments)
def test_arguments_both_ways(argument: SendAuthenticationInfoArg) -> None:
    value = encode_argument(argument, Encoding.EXTENSION)
    assert decode_argument(value, Encoding.EXTENSION) == argument


def test_octets_that_a_form_has_as_well() -> None:
    resynchronisation = Resynchronisation(b"\xf1" * 16, b"\xf2" * 14)
    rands = (b"%b" * 8, b"\xf0" * 16, b"\xf3" * 16)
    argument = SendAuthenticationInfoArg(
        Imsi("262011234567890"), 2, rand_list=rands, resynchronisation=resynchronisation
    )
    octets = encode_argument(argument, Encoding.EXTENSION)
    assert decode_argument(octets, Encoding.EXTENSION) == argument


@given(imsis, rand_lists)
def test_the_operation_both_ways(imsi: Imsi, rand_list: tuple[bytes, ...]) -> None:
    argument = SendAuthenticationInfoArg(
        imsi, len(rand_list), segmentation_prohibited=True, rand_list=rand_list
    )
    value = encode_argument(argument, Encoding.OPERATION)
    assert decode_argument(value, Encoding.OPERATION) == argument


def test_the_operation_needs_a_rand_list() -> None:
    with pytest.raises(CodecError):
        encode_argument(SendAuthenticationInfoArg(Imsi("001010123456789")), Encoding.OPERATION)


@given(results)
def test_results_both_ways(result: SendAuthenticationInfoRes) -> None:
    assert decode_result(encode_result(result)) == result


def test_a_result_by_hand() -> None:
    result = SendAuthenticationInfoRes((Triplet(bytes(16), b"abcd", b"efghijkl"),))
    expected = "a326a0243022" + RAND + "040461626364" + "04086566676869 6a6b6c"
    assert encode_result(result) == bytes.fromhex(expected)


def test_foreign_extensions_are_ignored() -> None:
    foreign = "a20ea00c300a06082b06010401823702"
    value = bytes.fromhex("301d" + IMSI + "020101" + foreign)
    assert decode_argument(value, Encoding.EXTENSION).rand_list is None


def test_ours_is_found_behind_a_foreign_one() -> None:
    foreign = bytes.fromhex("300a06082b06010401823702")
    ours = bytes.fromhex("3022060a2b0601040181fd590101" + LIST)
    container = tlv(b"\xa2", tlv(b"\xa0", foreign + ours))
    value = tlv(b"\x30", bytes.fromhex(IMSI + "020101") + container)
    assert decode_argument(value, Encoding.EXTENSION).rand_list == (bytes(16),)


@pytest.mark.parametrize(
    "extension",
    [
        "300c060a2b0601040181fd590101",  # no extType
        "300e060a2b0601040181fd5901010500",
        "3010060a2b0601040181fd59010130023000",  # an empty list
        "3021060a2b0601040181fd59010130133011040f" + "00" * 15,
    ],
)
def test_our_extension_is_checked(extension: str) -> None:
    container = tlv(b"\xa2", tlv(b"\xa0", bytes.fromhex(extension)))
    with pytest.raises(CodecError):
        decode_argument(
            tlv(b"\x30", bytes.fromhex(IMSI + "020101") + container), Encoding.EXTENSION
        )


def test_what_later_releases_add_is_ignored() -> None:
    later = "88009f2a0101"
    value = bytes.fromhex("3013" + IMSI + "020103" + later)
    assert decode_argument(value, Encoding.EXTENSION) == ROWS[0][0]


@pytest.mark.parametrize(
    "broken",
    [
        "300d8008f0010121436587f9020103",  # a filler first
        "300d800800010121436587f9020106",  # six vectors
        "300a800500010121430a0103",
        "30068001ff020101",
    ],
)
def test_arguments_that_are_none(broken: str) -> None:
    with pytest.raises(CodecError):
        decode_argument(bytes.fromhex(broken), Encoding.EXTENSION)


@given(octets(max_size=60), st.sampled_from(Encoding))
def test_any_octets_are_an_argument_or_a_codec_error(value: bytes, encoding: Encoding) -> None:
    with contextlib.suppress(CodecError):
        decode_argument(value, encoding)


@given(octets(max_size=60) | octets(max_size=40).map(lambda o: tlv(b"\xa3", tlv(b"\xa0", o))))
def test_any_octets_are_a_result_or_a_codec_error(value: bytes) -> None:
    with contextlib.suppress(CodecError):
        decode_result(value)


ANY_IMSI = Imsi("001010")
TRIPLET = Triplet(bytes(16), bytes(4), bytes(8))
QUINTUPLET = Quintuplet(bytes(16), bytes(8), bytes(16), bytes(16), bytes(16))


@pytest.mark.parametrize(
    ("result", "path"),
    [
        (SendAuthenticationInfoRes((Triplet(bytes(15), bytes(4), bytes(8)),)), "Triplet.rand"),
        (SendAuthenticationInfoRes((Triplet(bytes(16), bytes(5), bytes(8)),)), "Triplet.sres"),
        (SendAuthenticationInfoRes((Triplet(bytes(16), bytes(4), bytes(7)),)), "Triplet.kc"),
        (SendAuthenticationInfoRes((), (replace(QUINTUPLET, xres=bytes(3)),)), "Quintuplet.xres"),
        (SendAuthenticationInfoRes((), (replace(QUINTUPLET, autn=bytes(15)),)), "Quintuplet.autn"),
    ],
)
def test_no_other_result_is_encoded(result: SendAuthenticationInfoRes, path: str) -> None:
    with pytest.raises(CodecError, match=path):
        encode_result(result)


@pytest.mark.parametrize(
    ("triplets", "quintuplets"),
    [((TRIPLET,) * 6, ()), ((), (QUINTUPLET,) * 6), ((TRIPLET,), (QUINTUPLET,))],
)
def test_a_result_holds_up_to_five_vectors_of_one_kind(
    triplets: tuple[Triplet, ...], quintuplets: tuple[Quintuplet, ...]
) -> None:
    with pytest.raises(CodecError, match="authenticationSetList"):
        SendAuthenticationInfoRes(triplets, quintuplets)


@pytest.mark.parametrize(
    ("argument", "path"),
    [
        (SendAuthenticationInfoArg(ANY_IMSI, 0), "numberOfRequestedVectors"),
        (SendAuthenticationInfoArg(ANY_IMSI, 6), "numberOfRequestedVectors"),
        (SendAuthenticationInfoArg(ANY_IMSI, rand_list=()), "RandList"),
        (SendAuthenticationInfoArg(ANY_IMSI, rand_list=(bytes(16),) * 4), "RandList"),
        (SendAuthenticationInfoArg(ANY_IMSI, rand_list=(bytes(15),)), "RandList"),
    ],
)
def test_no_other_argument_is_encoded(argument: SendAuthenticationInfoArg, path: str) -> None:
    with pytest.raises(CodecError, match=path):
        encode_argument(argument, Encoding.EXTENSION)


def test_keys_do_not_print() -> None:
    triplet = Triplet(bytes(16), b"sres", b"8 octets")
    quintuplet = Quintuplet(bytes(16), b"xres", b"c" * 16, b"i" * 16, b"a" * 16)
    printed = repr(SendAuthenticationInfoRes((triplet,))) + repr(quintuplet)
    assert not any(secret in printed for secret in ("sres'", "8 octets", "xres'", "cccc", "iiii"))
