"""IMSI, home network and the MTC Server's identity: parsed once, compared whole."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrate_mobile.MCC_MNC import MNC_dict
from pycrate_mobile.TS24008_IE import PLMN

from mkef_codecs.errors import CodecError
from mkef_codecs.identity import Imsi, Plmn, ServerId

DIGITS = "0123456789"


@pytest.mark.parametrize("digits", ["001010", "001010123456789"])
def test_an_imsi_has_6_to_15_digits(digits: str) -> None:
    assert str(Imsi(digits)) == digits


@pytest.mark.parametrize(
    "digits",
    [
        "",
        "00101",
        "0010101234567890",
        "00101012345678a",
        " 001010123456789",
        "001010\n",
        "\u0660" * 6,
    ],
)
def test_anything_else_is_none(digits: str) -> None:
    with pytest.raises(CodecError, match="IMSI: an IMSI has 6 to 15 decimal digits"):
        Imsi(digits)


@pytest.mark.parametrize(
    ("imsi", "mcc", "mnc", "realm"),
    [
        # TS 23.003 clause 19.2's own example: MCC 234, MNC 15.
        ("234150999999999", "234", "15", "epc.mnc015.mcc234.3gppnetwork.org"),
        ("310150123456789", "310", "150", "epc.mnc150.mcc310.3gppnetwork.org"),
        ("001010123456789", "001", "01", "epc.mnc001.mcc001.3gppnetwork.org"),
        ("999700000000001", "999", "70", "epc.mnc070.mcc999.3gppnetwork.org"),
        ("262019876543210", "262", "01", "epc.mnc001.mcc262.3gppnetwork.org"),
    ],
)
def test_the_home_realm_is_made_of_the_imsi(imsi: str, mcc: str, mnc: str, realm: str) -> None:
    plmn = Imsi(imsi).plmn
    assert plmn == Plmn(mcc, mnc)
    assert plmn.realm() == realm
    assert plmn.realm("mtc") == realm.replace("epc", "mtc")


@given(
    mcc=st.from_regex(r"[0-9]{3}", fullmatch=True), mnc=st.from_regex("[0-9]{2,3}", fullmatch=True)
)
def test_a_plmn_identity_is_pycrates(mcc: str, mnc: str) -> None:
    foreign = PLMN()
    foreign.encode(mcc + mnc)
    assert Plmn(mcc, mnc).octets == foreign.to_bytes()


@pytest.mark.parametrize("digits", ["000000000000000", "195010123456789"])
def test_an_unknown_network_is_refused_not_guessed(digits: str) -> None:
    with pytest.raises(CodecError, match=f"no network known for {digits[:6]}"):
        _ = Imsi(digits).plmn


def test_networks_with_one_reading_are_read_as_listed() -> None:
    """Every PLMN of the list that is no beginning of another, nor begins with another."""
    listed = set(MNC_dict)
    for plmn in listed:
        longer = any(f"{plmn}{digit}" in listed for digit in DIGITS)
        if len(plmn) == 5 and not longer and plmn[:3] not in {"001", "999"}:
            assert Imsi(f"{plmn}0000000000").plmn in {
                Plmn(plmn[:3], plmn[3:]),
                Plmn(plmn[:3], f"{plmn[3:]}0"),
            }
        if len(plmn) == 6 and plmn[:5] not in listed:
            assert Imsi(f"{plmn}000000000").plmn == Plmn(plmn[:3], plmn[3:])


def test_logs_show_the_network_and_two_digits() -> None:
    assert Imsi("001010123456789").short == "00101…89"


@pytest.mark.parametrize(
    "text",
    [
        "mtc",
        "mtc-server.example.org",
        "xn--bcher-kva.example",
        "coap://mtc.example/v1",
        "urn:mtc:1",
    ],
)
def test_server_identities(text: str) -> None:
    assert str(ServerId(text)) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "lower-case FQDN"),
        ("mtc.example.", "without a trailing dot"),
        ("MTC.example", "lower-case FQDN"),
        ("coap://MTC.example", "upper case"),
        ("-mtc.example", "lower-case FQDN"),
        ("bücher.example", "lower-case FQDN"),
        ("coap://a b", "lower-case FQDN"),
        ("a" * 64, "lower-case FQDN"),
        (".".join(["a" * 63] * 4), "at most 253 octets"),
        ("coap://a\n", "lower-case FQDN"),
    ],
)
def test_other_server_identities_are_refused(text: str, problem: str) -> None:
    with pytest.raises(CodecError, match=problem):
        ServerId(text)


@given(st.text(max_size=300))
def test_any_text_is_a_value_or_a_codec_error(text: str) -> None:
    for kind in (Imsi, ServerId):
        with contextlib.suppress(CodecError):
            value = kind(text)
            assert str(value) == text
            assert text.isascii()


@given(st.text(DIGITS, min_size=6, max_size=15))
def test_any_imsi_has_a_network_that_it_begins_with(digits: str) -> None:
    with contextlib.suppress(CodecError):
        plmn = Imsi(digits).plmn
        assert digits.startswith(plmn.mcc + plmn.mnc)
        assert (len(plmn.mcc), len(plmn.mnc)) in {(3, 2), (3, 3)}
