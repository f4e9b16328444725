"""The test algorithms, by the words of their clauses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.crypto.secret import Secret
from mkef.crypto.xor import Xor2g, Xor3g

K = Secret(bytes(range(16)))  # TS 34.108 clause 8.2
RAND = b"4" * 16


def test_xor_2g() -> None:
    """TS 51.010-1 clause A.4.1.2: 32 bits of RES1 are SRES, the next 64 Kc."""
    vector = Xor2g(K).gsm(RAND)
    assert vector.sres.hex() == "34353637"
    assert vector.kc.octets.hex() == "303132333c3d3e3f"


@pytest.mark.parametrize(
    ("rand", "sres", "kc"),
    [
        ("00" * 16, "00010203", "0405060708090a0b"),
        ("00102030405060708090a0b0c0d0e0f0", "00112233", "445566778899aabb"),
    ],
)
def test_xor_2g_as_osmocom_has_it(rand: str, sres: str, kc: str) -> None:
    """What libosmocore's own tests of its XOR-2G expect."""
    vector = Xor2g(K).gsm(bytes.fromhex(rand))
    assert (vector.sres.hex(), vector.kc.octets.hex()) == (sres, kc)


def test_xor_3g() -> None:
    """TS 34.108 clause 8.1.2."""
    xor = Xor3g(K)
    assert [octets.hex() for octets in xor.f2345(RAND)] == [
        "34353637303132333c3d3e3f38393a3b",
        "353637303132333c3d3e3f38393a3b34",
        "3637303132333c3d3e3f38393a3b3435",
        "37303132333c",
    ]
    mac_a, mac_s = xor.f1(RAND, bytes.fromhex("000000000001"), bytes.fromhex("8000"))
    assert mac_a.hex() == mac_s.hex() == "343536373030b233"
    assert xor.f5star(RAND).hex() == "37303132333c"


@given(octets=st.integers(4, 16))
def test_res_may_be_shorter(octets: int) -> None:
    assert Xor3g(K, octets).f2345(RAND)[0] == Xor3g(K).f2345(RAND)[0][:octets]


@pytest.mark.parametrize("octets", [3, 17])
def test_res_of_another_length_is_refused(octets: int) -> None:
    with pytest.raises(ValueError, match="RES has 4 to 16 octets"):
        Xor3g(K, octets)


def test_inputs_of_another_length_are_refused() -> None:
    for make in (Xor2g, Xor3g):
        with pytest.raises(ValueError, match="K has 16 octets"):
            make(Secret(bytes(32)))
        with pytest.raises(ValueError, match="RAND has 16 octets"):
            make(K).gsm(bytes(15))
    with pytest.raises(ValueError, match="SQN has 6 octets"):
        Xor3g(K).f1(RAND, bytes(6), bytes(3))
