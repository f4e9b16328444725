"""TUAK and Keccak against the standards' test data and against hashlib."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.crypto.gsm import c2, c3
from mkef.crypto.keccak import keccak_f1600
from mkef.crypto.secret import Secret
from mkef.crypto.tuak import Lengths, Tuak, derive_topc

VECTORS = Path(__file__).parents[1] / "vectors"
SETS = tomllib.loads((VECTORS / "ts35233.toml").read_text())["set"]


@pytest.fixture(params=SETS, ids=lambda s: f"set {s['number']}")
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    row = request.param
    return {n: bytes.fromhex(v) if isinstance(v, str) else v for n, v in row.items()}


@pytest.fixture
def tuak(case: dict[str, Any]) -> Tuak:
    lengths = Lengths(*(len(case[name]) for name in ("f1", "f2", "f3", "f4")))
    k, topc = Secret(case["k"]), Secret(case["topc"])
    return Tuak(k, topc, lengths, iterations=case["iterations"])


def test_all_six_sets_are_there() -> None:
    assert [row["number"] for row in SETS] == [1, 2, 3, 4, 5, 6]


def test_topc(case: dict[str, Any]) -> None:
    topc = derive_topc(Secret(case["k"]), case["top"], iterations=case["iterations"])
    assert topc.octets == case["topc"]


def test_f1_and_f1star(case: dict[str, Any], tuak: Tuak) -> None:
    assert tuak.f1(case["rand"], case["sqn"], case["amf"]) == (case["f1"], case["f1star"])


def test_f2_to_f5(case: dict[str, Any], tuak: Tuak) -> None:
    assert tuak.f2345(case["rand"]) == (case["f2"], case["f3"], case["f4"], case["f5"])


def test_f5star(case: dict[str, Any], tuak: Tuak) -> None:
    assert tuak.f5star(case["rand"]) == case["f5star"]


def test_a_triplet_is_folded_from_what_a_quintuplet_has() -> None:
    tuak = Tuak(Secret(bytes(32)), Secret(bytes(32)))
    res, ck, ik, _ = tuak.f2345(bytes(16))
    vector = tuak.gsm(bytes(16))
    assert (vector.sres, vector.kc.octets) == (c2(res), c3(ck, ik))


@given(
    k=st.binary(min_size=16, max_size=16) | st.binary(min_size=32, max_size=32),
    topc=st.binary(min_size=32, max_size=32),
    rand=st.binary(min_size=16, max_size=16),
)
def test_one_iteration_the_short_way_and_the_long_way(k: bytes, topc: bytes, rand: bytes) -> None:
    """hashlib's SHAKE256 and our own Keccak give the same."""
    text = topc[::-1] + bytes((0x48 | (len(k) == 32),)) + b"0.1KAUT" + rand[::-1] + bytes(8)
    text += k[::-1].ljust(32, b"\0") + b"\x1f"
    out = keccak_f1600((text.ljust(135, b"\0") + b"\x80").ljust(200, b"\0"))
    res, ck, ik, ak = Tuak(Secret(k), Secret(topc)).f2345(rand)
    assert out[:8][::-1] == res
    assert (out[32:48][::-1], out[64:80][::-1], out[96:102][::-1]) == (ck, ik, ak)


@given(message=st.binary(max_size=135))
def test_keccak_makes_sha3(message: bytes) -> None:
    padded = bytearray(message.ljust(136, b"\0"))
    padded[len(message)] ^= 0x06
    padded[135] ^= 0x80
    assert keccak_f1600(bytes(padded).ljust(200, b"\0"))[:32] == hashlib.sha3_256(message).digest()


def test_keccak_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="200 octets"):
        keccak_f1600(bytes(199))


@pytest.mark.parametrize(
    ("k", "topc", "iterations"), [(15, 32, 1), (24, 32, 1), (16, 16, 1), (32, 31, 1), (16, 32, 0)]
)
def test_sizes_that_cannot_be(k: int, topc: int, iterations: int) -> None:
    with pytest.raises(ValueError, match=r"K has 16 or 32|at least once"):
        Tuak(Secret(bytes(k)), Secret(bytes(topc)), iterations=iterations)
    with pytest.raises(ValueError, match=r"K has 16 or 32|at least once"):
        derive_topc(Secret(bytes(k)), bytes(topc), iterations=iterations)


@pytest.mark.parametrize(
    "lengths", [(4, 8, 16, 16), (8, 12, 16, 16), (8, 8, 24, 16), (8, 8, 16, 8)]
)
def test_lengths_that_cannot_be(lengths: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"MAC has 8|CK and IK have"):
        Lengths(*lengths)


def test_inputs_of_another_length_are_refused() -> None:
    tuak = Tuak(Secret(bytes(16)), Secret(bytes(32)))
    for function in (tuak.f2345, tuak.f5star, tuak.gsm):
        with pytest.raises(ValueError, match="RAND has 16 octets"):
            function(bytes(15))
    with pytest.raises(ValueError, match="SQN has 6 octets"):
        tuak.f1(bytes(16), bytes(5), bytes(2))
