"""BER in every form that peers send, what is refused and where, and what it costs."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.generated import mkef_map, mkef_tcap
from mkef_codecs.ss7.ber import MAX_DEPTH, MAX_VALUES, tlv
from mkef_codecs.ss7.primitives import arcs, decode_bit_string, oid_octets, one_value

Decode = Callable[[bytes], Any]

RAND = tlv(b"\x04", bytes(range(16)))
TRIPLET = RAND + tlv(b"\x04", b"sres") + tlv(b"\x04", b"8 octets")


@pytest.mark.parametrize(
    "octets",
    [
        "",
        "30",
        "3001",
        "3f",
        "3f81",
        "300302010500",  # an octet too many
        "0480",  # a primitive of indefinite length
        "3080020105",  # never ends
        "308002010500",  # ends half
        "0000",  # end-of-contents where nothing ends
        "3f8f8f8f8f0100",  # a tag of five octets
        "30" * 20,
        "3084ffffffff",
        "30ff",
    ],
)
def test_what_is_not_one_value_is_refused(octets: str) -> None:
    with pytest.raises(CodecError, match="value"):
        one_value(bytes.fromhex(octets), "value")


@pytest.mark.parametrize(
    "octets",
    [
        "3003020105",
        "30800201050000",
        "308103020105",
        "30880000000000000003020105",
        "a180308002010500000000",
        "7f8101800201050000",
        "048203e8" + "00" * 1000,
    ],
)
def test_an_open_value_stays_as_it_came(octets: str) -> None:
    value = bytes.fromhex(octets)
    assert one_value(value, "value") == value
    assert mkef_tcap.decode_component_portion(tlv(b"\x6c", value * 2)) == [value, value]


@pytest.mark.parametrize("octets", ["", "30", "3001", "0480", "0500ff", "3f81", "30ff"])
def test_a_parameter_is_one_value(octets: str) -> None:
    invoke = mkef_tcap.Invoke(1, 56, parameter=bytes.fromhex(octets))
    with pytest.raises(CodecError, match=r"Invoke\.parameter"):
        mkef_tcap.encode_component(("invoke", invoke))


def nested(depth: int) -> bytes:
    return b"\x30\x80" * depth + b"\x05\0" + b"\0\0" * depth


def test_nesting_is_bounded() -> None:
    assert one_value(nested(MAX_DEPTH), "value") == nested(MAX_DEPTH)
    for depth in (MAX_DEPTH + 1, 40, 10_000):
        with pytest.raises(CodecError, match="nested"):
            one_value(nested(depth), "value")
    with pytest.raises(CodecError, match="nested"):
        mkef_tcap.decode_component_portion(b"\x6c\x80" + nested(40) + b"\0\0")
    with pytest.raises(CodecError, match="nested"):
        mkef_map.decode_imsi(b"\x24\x80" * 40)


def test_values_of_indefinite_length_are_bounded() -> None:
    """Their end is found by reading them; so no message makes this long."""
    for count in (MAX_VALUES - 1, MAX_VALUES):
        octets = b"\x30\x80" + b"\x05\0" * count + b"\0\0"
        if count < MAX_VALUES:
            assert one_value(octets, "value") == octets
            continue
        with pytest.raises(CodecError, match="more than 512 values of indefinite length"):
            one_value(octets, "value")


@given(st.binary(max_size=64))
def test_any_octets_are_one_value_or_a_codec_error(octets: bytes) -> None:
    with contextlib.suppress(CodecError):
        assert one_value(octets, "value") == octets


@pytest.mark.parametrize(
    "octets",
    [
        "2407 04020010 040110",
        "2480 04020010 040110 0000",
        "2480 2480 04020010 0000 0400 040110 0000",
        "248108 04020010 04810110",
    ],
)
def test_a_string_in_segments_is_put_together(octets: str) -> None:
    assert mkef_map.decode_imsi(bytes.fromhex(octets)).hex() == "001010"


def test_the_segments_of_a_tagged_string_keep_their_own_tag() -> None:
    """X.690 clause 8.14: `[0] IMPLICIT OCTET STRING` constructed holds universal OCTET STRINGs."""
    argument = bytes.fromhex("300e a080 04020010 040110 0000 020101")
    value = mkef_map.decode_send_authentication_info_arg(argument)
    assert value.imsi.hex() == "001010"


@pytest.mark.parametrize("octets", ["2403020110", "240404040010", "2407 04020010 040210"])
def test_segments_that_are_none(octets: str) -> None:
    with pytest.raises(CodecError):
        mkef_map.decode_imsi(bytes.fromhex(octets))


@pytest.mark.parametrize(
    ("octets", "bits"),
    [
        ("030100", (0, 0)),
        ("03020780", (1, 1)),
        ("03030480f0", (0x80F, 12)),
        ("2309 03030080f0 03020480", (0x80F08, 20)),
        ("2380 03020080 0000", (0x80, 8)),
    ],
)
def test_bit_strings(octets: str, bits: tuple[int, int]) -> None:
    value = bytes.fromhex(octets)
    assert decode_bit_string(value + bytes(3), 0, len(value), 0x03, "") == (bits, len(value))


@pytest.mark.parametrize("octets", ["0300", "030101", "03020880", "2300", "230803020480 03020480"])
def test_bit_strings_that_are_none(octets: str) -> None:
    value = bytes.fromhex(octets)
    with pytest.raises(CodecError):
        decode_bit_string(value + bytes(3), 0, len(value), 0x03, "")


@pytest.mark.parametrize(
    ("content", "oid"),
    [
        ("2b0601040181fd590101", (1, 3, 6, 1, 4, 1, 32473, 1, 1)),
        ("00", (0, 0)),
        ("27", (0, 39)),
        ("50", (2, 0)),
        ("883703", (2, 999, 3)),  # the example of X.690 clause 8.19.5
    ],
)
def test_object_identifiers(content: str, oid: tuple[int, ...]) -> None:
    octets = bytes.fromhex(content)
    assert arcs(octets) == oid
    assert oid_octets(oid) == bytes((len(octets),)) + octets


@pytest.mark.parametrize("content", ["", "80", "2b80", "2b8001", "2b06ff", "2b" + "01" * 64])
def test_object_identifiers_that_are_none(content: str) -> None:
    with pytest.raises(CodecError, match=r"Code\.global: no object identifier"):
        mkef_tcap.decode_code(tlv(b"\x06", bytes.fromhex(content)))


@pytest.mark.parametrize("oid", [(), (1,), (3, 1), (1, 40), (1, -1), (1, 2, *(1 << 35,) * 20)])
def test_object_identifiers_that_are_not_written(oid: tuple[int, ...]) -> None:
    with pytest.raises(CodecError):
        mkef_tcap.encode_code(oid)


@pytest.mark.parametrize("number", [1, 127, 128, 255, 256, -2, -128, -129, 2**63 - 1, -(2**63)])
def test_integers_have_as_few_octets_as_they_take(number: int) -> None:
    octets = mkef_tcap.encode_code(number)
    assert mkef_tcap.decode_code(octets) == number
    with pytest.raises(OverflowError):
        number.to_bytes(len(octets) - 3, "big", signed=True)


@pytest.mark.parametrize("content", ["", "00" * 9, "01" * 9])
def test_an_integer_is_bounded(content: str) -> None:
    with pytest.raises(CodecError, match=r"Code\.local"):
        mkef_tcap.decode_code(tlv(b"\x02", bytes.fromhex(content)))


BAD_KC = RAND + tlv(b"\x04", b"sres") + tlv(b"\x04", b"7 octet")
VECTORS = tlv(b"\x30", TRIPLET) + tlv(b"\x30", BAD_KC)
ARGUMENT = mkef_map.decode_send_authentication_info_arg
LOCATED: list[tuple[Decode, str, int, str]] = [
    (
        mkef_map.decode_send_authentication_info_res,
        tlv(b"\xa3", tlv(b"\xa0", VECTORS)).hex(),
        4 + 36 + 2 + 18 + 6,
        "SendAuthenticationInfoRes.authenticationSetList.tripletList.1.kc",
    ),
    (ARGUMENT, "3007 80020001 020101", 2, "SendAuthenticationInfoArg.imsi"),
    (ARGUMENT, "3008 8003000101 020106", 7, "SendAuthenticationInfoArg.numberOfRequestedVectors"),
    (ARGUMENT, "3005 8003000101", 7, "SendAuthenticationInfoArg.numberOfRequestedVectors"),
    (
        ARGUMENT,
        "3012 8003000101 020101 a208 a006 3004 06022b80",
        16,
        "SendAuthenticationInfoArg.extensionContainer.privateExtensionList.0.extId",
    ),
    (mkef_tcap.decode_component, "a106 020101 0a0138", 5, "Component.invoke.opcode"),
    (mkef_tcap.decode_component, "a400", 2, "Component.reject.invokeID"),
    (mkef_tcap.decode_component, "a5020500", 0, "Component"),
    (mkef_tcap.decode_tc_message, "6205 480101 6b00", 7, "TCMessage.begin.dialoguePortion"),
    (mkef_tcap.decode_tc_message, "6206 480101 6c7f00", 6, "TCMessage.begin.components"),
    (mkef_tcap.decode_tc_message, "6207 480101 6c020201", 8, "TCMessage.begin.components.0"),
    (mkef_tcap.decode_tc_message, "6206 480101 050000", 5, "TCMessage.begin"),
    (mkef_tcap.decode_tc_message, "6580 490101 480101 0000", 2, "TCMessage.continue.otid"),
    (mkef_tcap.decode_external, "2807 060100 a0020500 05", 9, "External"),
]


@pytest.mark.parametrize(("decode", "octets", "offset", "path"), LOCATED)
def test_an_error_says_where_and_in_what(
    decode: Decode, octets: str, offset: int, path: str
) -> None:
    with pytest.raises(CodecError) as refused:
        decode(bytes.fromhex(octets))
    assert (refused.value.offset, refused.value.path) == (offset, path)


@pytest.mark.parametrize(
    ("decode", "octets"),
    [
        (mkef_map.decode_map_dialogue_pdu, "a007 830100 9f2a0101"),
        (mkef_map.decode_map_dialogue_pdu, "a080 800101 a480 0500 0000 0000"),
        (ARGUMENT, "300e 8003000101 020101 830103 880105"),
        (mkef_map.decode_mtc_authentication_arg, "3018 3012" + RAND.hex() + "a0020500"),
    ],
)
def test_what_later_versions_add_is_skipped(decode: Decode, octets: str) -> None:
    decode(bytes.fromhex(octets))


@pytest.mark.parametrize(
    ("decode", "octets", "problem"),
    [
        (ARGUMENT, "300d 8003000101 020101 880105 0500", "twice or out of order"),
        (ARGUMENT, "300d 8003000101 020101 8003000101", "twice or out of order"),
        (ARGUMENT, "300a 8003000101 020101 8805", "octets announced"),
        (mkef_tcap.decode_tc_message, "6205 480101 0500", "2 octets too many"),
        (mkef_tcap.decode_component, "a30a 020101 020101 05000500", "too many"),
    ],
)
def test_what_no_version_adds_is_refused(decode: Decode, octets: str, problem: str) -> None:
    with pytest.raises(CodecError, match=problem):
        decode(bytes.fromhex(octets))


def test_an_error_quotes_no_octets_of_a_key() -> None:
    with pytest.raises(CodecError) as refused:
        mkef_map.encode_authentication_triplet(
            mkef_map.AuthenticationTriplet(bytes(16), bytes(4), b"a secret key")
        )
    assert "secret" not in repr(refused.value) + str(refused.value)


def test_values_do_not_print() -> None:
    value = mkef_map.decode_authentication_triplet(tlv(b"\x30", TRIPLET))
    assert "8 octets" not in repr(value) + str(value)


def test_the_runtime_is_ours_alone() -> None:
    """pycrate compiles the modules when codecs are generated; a running program does without it."""
    program = (
        "import sys, mkef_codecs.ss7.tcap, mkef_codecs.ss7.map_auth, mkef_codecs.ss7.map_dialogue;"
        "sys.exit(any(name.startswith('pycrate') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert done.returncode == 0


def test_the_length_that_x690_reserves_is_refused() -> None:
    octets = b"\x04\xff" + bytes(126) + b"\x01A"
    with pytest.raises(CodecError, match="reserves"):
        one_value(octets, "value")
