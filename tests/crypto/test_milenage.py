"""Milenage against the standard's test sets and against a foreign implementation."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from auc_gen import AucGen
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from mkef.crypto.milenage import Constants, GsmMilenage, Milenage, derive_opc
from mkef.crypto.secret import Ki, OPc

VECTORS = Path(__file__).parents[1] / "vectors"
SETS = [
    {name: bytes.fromhex(value) for name, value in row.items() if isinstance(value, str)}
    for row in tomllib.loads((VECTORS / "ts35208.toml").read_text())["set"]
]

block = st.binary(min_size=16, max_size=16)


def xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


@pytest.fixture(params=SETS, ids=lambda s: s["k"].hex()[:8])
def case(request: pytest.FixtureRequest) -> dict[str, bytes]:
    return request.param


@pytest.fixture
def milenage(case: dict[str, bytes]) -> Milenage:
    return Milenage(Ki(case["k"]), OPc(case["opc"]))


def test_all_the_sets_are_there() -> None:
    assert len(SETS) == 19  # 20, of which the second repeats the first


def test_opc(case: dict[str, bytes]) -> None:
    assert derive_opc(Ki(case["k"]), case["op"]) == OPc(case["opc"])


def test_f1_and_f1star(case: dict[str, bytes], milenage: Milenage) -> None:
    assert milenage.f1(case["rand"], case["sqn"], case["amf"]) == (case["f1"], case["f1star"])


def test_f2_to_f5(case: dict[str, bytes], milenage: Milenage) -> None:
    assert milenage.f2345(case["rand"]) == (case["f2"], case["f3"], case["f4"], case["f5"])


def test_f5star(case: dict[str, bytes], milenage: Milenage) -> None:
    assert milenage.f5star(case["rand"]) == case["f5star"]


def test_sres_and_kc(case: dict[str, bytes], milenage: Milenage) -> None:
    vector = milenage.gsm(case["rand"])
    assert (vector.sres, vector.kc.octets) == (case["sres"], case["kc"])


@pytest.mark.parametrize("option", [1, 2])
def test_gsm_milenage(case: dict[str, bytes], option: int) -> None:
    """TS 55.205: option 1 folds RES, option 2 takes its first half; Kc is the same."""
    vector = GsmMilenage(Ki(case["k"]), OPc(case["opc"]), sres_option=option).gsm(case["rand"])
    assert vector.sres == (case["sres"] if option == 1 else case["f2"][:4])
    assert vector.kc.octets == case["kc"]


def test_the_sets_agree_with_auc_gen(case: dict[str, bytes], auc_gen: AucGen) -> None:
    asked = {
        "key": case["k"].hex(),
        "op": case["op"].hex(),
        "rand": case["rand"].hex(),
        "sqn": str(int.from_bytes(case["sqn"], "big")),
        "amf": case["amf"].hex(),
    }
    (found,) = auc_gen("milenage", [asked])
    autn = xor(case["sqn"], case["f5"]) + case["amf"] + case["f1"]
    wanted = {"RES": case["f2"], "CK": case["f3"], "IK": case["f4"], "AUTN": autn}
    wanted |= {"SRES": case["sres"], "Kc": case["kc"]}
    assert {name: found[name] for name in wanted} == {n: v.hex() for n, v in wanted.items()}


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_rand_of_another_length_is_refused(length: int) -> None:
    milenage = Milenage(Ki(bytes(16)), OPc(bytes(16)))
    for function in (milenage.f2345, milenage.f5star, milenage.gsm):
        with pytest.raises(ValueError, match="RAND has 16 octets"):
            function(bytes(length))


@pytest.mark.parametrize(("sqn", "amf"), [(5, 2), (7, 2), (6, 1), (6, 3)])
def test_sqn_and_amf_of_another_length_are_refused(sqn: int, amf: int) -> None:
    milenage = Milenage(Ki(bytes(16)), OPc(bytes(16)))
    with pytest.raises(ValueError, match="SQN has 6 octets, AMF 2"):
        milenage.f1(bytes(16), bytes(sqn), bytes(amf))


def test_an_op_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="K and OP have 16 octets"):
        derive_opc(Ki(bytes(16)), bytes(15))


@given(rands=st.lists(block, min_size=2, max_size=5))
def test_calls_leave_no_state(rands: list[bytes]) -> None:
    k, opc = Ki(bytes(range(16))), OPc(bytes(16))
    reused = Milenage(k, opc)
    assert [reused.gsm(rand) for rand in rands] == [Milenage(k, opc).gsm(rand) for rand in rands]


def test_constants_of_an_operator_change_what_they_belong_to() -> None:
    """Each pair (r, c) decides one output block, and OUT1 both MACs (TS 35.206 clause 4.1)."""
    k, opc, rand = Ki(bytes(range(16))), OPc(bytes(range(9, 25))), bytes(range(16, 32))

    def outputs(constants: Constants) -> tuple[bytes, ...]:
        milenage = Milenage(k, opc, constants)
        res, ck, ik, ak = milenage.f2345(rand)
        (mac_a, mac_s), star = milenage.f1(rand, bytes(6), bytes(2)), milenage.f5star(rand)
        return mac_a + mac_s, res + ak, ck, ik, star

    usual = outputs(Constants())
    for i in range(5):
        r, c = list(Constants().r), list(Constants().c)
        r[i], c[i] = r[i] + 3, c[i] ^ 1 << 90
        for changed in (Constants(tuple(r), Constants().c), Constants(Constants().r, tuple(c))):
            differs = [a != b for a, b in zip(usual, outputs(changed), strict=True)]
            assert differs == [j == i for j in range(5)]


def test_constants_of_an_operator_as_a_foreign_formula_has_them() -> None:
    """OUT = E(rot(TEMP ^ OPc, r) ^ c) ^ OPc, computed here bit by bit."""
    r, c = (8, 16, 40, 72, 104), (2**127, 7, 2**60 + 5, 11, 13)
    k, opc, rand = bytes(range(16)), bytes(range(100, 116)), bytes(range(50, 66))
    aes = Cipher(algorithms.AES(k), modes.ECB())

    def out(i: int) -> bytes:
        bits = f"{int.from_bytes(xor(temp, opc), 'big'):0128b}"
        turned = int(bits[r[i] :] + bits[: r[i]], 2) ^ c[i]
        return xor(aes.encryptor().update(turned.to_bytes(16, "big")), opc)

    temp = aes.encryptor().update(xor(rand, opc))
    milenage = Milenage(Ki(k), OPc(opc), Constants(r, c))
    assert milenage.f2345(rand) == (out(1)[8:], out(2), out(3), out(1)[:6])
    assert milenage.f5star(rand) == out(4)[:6]


@pytest.mark.parametrize(
    ("r", "c", "said"),
    [
        ((64, 0, 32, 64), (0, 1, 2, 4, 8), "r1 to r5 are five"),
        ((64, 0, 32, 64, 128), (0, 1, 2, 4, 8), "r1 to r5 are five"),
        ((64, 0, 32, 64, 96), (0, 1, 2, 4, 2**128), "c1 to c5 are five"),
        ((64, 0, 32, 64, 64), (0, 1, 2, 4, 4), "the pairs of r and c differ"),
    ],
)
def test_constants_that_cannot_be(r: tuple[int, ...], c: tuple[int, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Constants(r, c)


def test_an_sres_option_that_is_none() -> None:
    with pytest.raises(ValueError, match="1 or 2"):
        GsmMilenage(Ki(bytes(16)), OPc(bytes(16)), sres_option=3)
