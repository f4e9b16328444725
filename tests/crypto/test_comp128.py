"""COMP128 against the values everybody has, and against a foreign package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from comp128.comp128v1 import Comp128v1
from comp128.comp128v23 import Comp128v23
from hypothesis import given, settings
from hypothesis import strategies as st

from mkef.crypto.algorithms import Gsm
from mkef.crypto.comp128 import Comp128V1, Comp128V2, Comp128V3
from mkef.crypto.secret import Secret

Make = Callable[[Secret], Gsm]
COUNTING = bytes.fromhex("00112233445566778899aabbccddeeff")
block = st.binary(min_size=16, max_size=16)


@pytest.mark.parametrize(
    ("make", "sres", "kc"),
    [
        (Comp128V1, "04a66ba8", "f87eb8222cea3400"),
        (Comp128V2, "6fb9eb06", "605d954ffdefe800"),
        (Comp128V3, "6fb9eb06", "605d954ffdefea7f"),
    ],
)
def test_ki_and_rand_that_count(make: Make, sres: str, kc: str) -> None:
    vector = make(Secret(COUNTING)).gsm(COUNTING)
    assert (vector.sres.hex(), vector.kc.octets.hex()) == (sres, kc)


@pytest.mark.parametrize(
    ("make", "foreign"),
    [
        (Comp128V1, Comp128v1().comp128v1),
        (Comp128V2, Comp128v23().comp128v2),
        (Comp128V3, Comp128v23().comp128v3),
    ],
)
@settings(max_examples=100, deadline=None)
@given(ki=block, rand=block)
def test_it_agrees_with_a_foreign_package(make: Make, foreign: Any, ki: bytes, rand: bytes) -> None:
    vector = make(Secret(ki)).gsm(rand)
    sres, kc = foreign(bytearray(ki), bytearray(rand))
    assert (vector.sres, vector.kc.octets) == (bytes(sres), bytes(kc))


@given(ki=block, rand=block)
def test_versions_1_and_2_leave_ten_bits_zero(ki: bytes, rand: bytes) -> None:
    for make in (Comp128V1, Comp128V2):
        kc = make(Secret(ki)).gsm(rand).kc.octets
        assert int.from_bytes(kc, "big") & 0x3FF == 0


@pytest.mark.parametrize("make", [Comp128V1, Comp128V2, Comp128V3])
@pytest.mark.parametrize(("ki", "rand"), [(15, 16), (32, 16), (16, 15), (16, 17)])
def test_other_lengths_are_refused(make: Make, ki: int, rand: int) -> None:
    with pytest.raises(ValueError, match="Ki and RAND have 16 octets"):
        make(Secret(bytes(ki))).gsm(bytes(rand))
