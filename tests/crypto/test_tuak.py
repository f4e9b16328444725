"""TUAK against the standard's test data, and against a Keccak that is not hashlib's."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keccak import keccak_f1600

from mkef.crypto.gsm import c2, c3
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


sizes = st.builds(
    Lengths,
    mac=st.sampled_from((8, 16, 32)),
    res=st.sampled_from((4, 8, 16, 32)),
    ck=st.sampled_from((16, 32)),
    ik=st.sampled_from((16, 32)),
)


@given(
    k=st.binary(min_size=16, max_size=16) | st.binary(min_size=32, max_size=32),
    topc=st.binary(min_size=32, max_size=32),
    rand=st.binary(min_size=16, max_size=16),
    lengths=sizes,
    iterations=st.integers(1, 5),
)
def test_hashlib_gives_what_iterated_permutations_give(
    k: bytes, topc: bytes, rand: bytes, lengths: Lengths, iterations: int
) -> None:
    """The INSTANCE of clause 6, octet by octet; the next blocks of SHAKE256 are iterations."""
    instance = 0x40 | {4: 0, 8: 8, 16: 16, 32: 32}[lengths.res] | (len(k) == 32)
    instance |= 4 * (lengths.ck == 32) | 2 * (lengths.ik == 32)
    text = topc[::-1] + bytes((instance,)) + b"0.1KAUT" + rand[::-1] + bytes(8)
    text += k[::-1].ljust(32, b"\0") + b"\x1f"
    out = (text.ljust(135, b"\0") + b"\x80").ljust(200, b"\0")
    for _ in range(iterations):
        out = keccak_f1600(out)
    places = ((0, lengths.res), (32, lengths.ck), (64, lengths.ik), (96, 6))
    wanted = tuple(out[start : start + size][::-1] for start, size in places)
    assert Tuak(Secret(k), Secret(topc), lengths, iterations=iterations).f2345(rand) == wanted


@given(message=st.binary(max_size=135))
def test_the_other_keccak_makes_sha3(message: bytes) -> None:
    padded = bytearray(message.ljust(136, b"\0"))
    padded[len(message)] ^= 0x06
    padded[135] ^= 0x80
    assert keccak_f1600(bytes(padded).ljust(200, b"\0"))[:32] == hashlib.sha3_256(message).digest()


@pytest.mark.parametrize(
    ("k", "topc", "iterations"),
    [(15, 32, 1), (24, 32, 1), (16, 16, 1), (32, 31, 1), (16, 32, 0), (16, 32, 256)],
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
