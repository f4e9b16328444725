"""c2 and c3 (TS 33.102 clause 6.8.1.2), c4 and c5 (clause 6.8.2.3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.crypto.gsm import c2, c3, c4, c5


@pytest.mark.parametrize(
    ("res", "sres"),
    [
        ("a54211d5", "a54211d5"),
        ("a54211d5e3ba50bf", "46f8416a"),  # TS 35.208 set 1
        ("0102030405", "04020304"),  # the second word is 05 00 00 00
        ("00000001000000020000000400000008", "0000000f"),
        ("ffffffff" * 4, "00000000"),
    ],
)
def test_c2(res: str, sres: str) -> None:
    assert c2(bytes.fromhex(res)).hex() == sres


def test_c3() -> None:
    ck = bytes.fromhex("b40ba9a3c58b2a05bbf0d987b21bf8cb")  # TS 35.208 set 1
    ik = bytes.fromhex("f769bcd751044604127672711c6d3441")
    assert c3(ck, ik).hex() == "eae4be823af9a08b"


@pytest.mark.parametrize("length", [0, 3, 17])
def test_c2_refuses_other_lengths(length: int) -> None:
    with pytest.raises(ValueError, match="RES has 4 to 16 octets"):
        c2(bytes(length))


@pytest.mark.parametrize(("ck", "ik"), [(15, 16), (16, 17), (0, 16)])
def test_c3_refuses_other_lengths(ck: int, ik: int) -> None:
    with pytest.raises(ValueError, match="CK and IK have 16 octets"):
        c3(bytes(ck), bytes(ik))


@given(st.lists(st.binary(min_size=4, max_size=4), min_size=1, max_size=4))
def test_c2_folds_words(words: list[bytes]) -> None:
    folded = [0, 0, 0, 0]
    for word in words:
        folded = [a ^ b for a, b in zip(folded, word, strict=True)]
    assert c2(b"".join(words)) == bytes(folded)


@given(kc=st.binary(min_size=8, max_size=8))
def test_c3_takes_back_c4_and_c5(kc: bytes) -> None:
    """Kc is the same after a way through CK and IK."""
    assert c3(c4(kc), c5(kc)) == kc


def test_c4_and_c5() -> None:
    kc = bytes.fromhex("eae4be823af9a08b")
    assert c4(kc).hex() == "eae4be823af9a08b" * 2
    assert c5(kc).hex() == "d01d1e09" + "eae4be823af9a08b" + "d01d1e09"


def test_kc_of_another_length_is_refused() -> None:
    for convert in (c4, c5):
        with pytest.raises(ValueError, match="Kc has 8 octets"):
            convert(bytes(7))
