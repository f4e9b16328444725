"""Milenage against the standard's test sets and against a foreign implementation."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mkef.crypto.milenage import Milenage, derive_opc
from mkef.crypto.secret import Ki, OPc

VECTORS = Path(__file__).parents[1] / "vectors"
SETS = [
    {name: bytes.fromhex(value) for name, value in row.items() if isinstance(value, str)}
    for row in tomllib.loads((VECTORS / "ts35208.toml").read_text())["set"]
]

AucGen = Callable[..., dict[str, str]]
block = st.binary(min_size=16, max_size=16)
against_auc_gen = settings(
    max_examples=60,
    deadline=None,  # a process is started for each example
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


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


def test_the_sets_agree_with_auc_gen(case: dict[str, bytes], auc_gen: AucGen) -> None:
    found = auc_gen(
        key=case["k"].hex(),
        op=case["op"].hex(),
        rand=case["rand"].hex(),
        sqn=str(int.from_bytes(case["sqn"], "big")),
        amf=case["amf"].hex(),
    )
    autn = xor(case["sqn"], case["f5"]) + case["amf"] + case["f1"]
    wanted = {"RES": case["f2"], "CK": case["f3"], "IK": case["f4"], "AUTN": autn}
    wanted |= {"SRES": case["sres"], "Kc": case["kc"]}
    assert {name: found[name] for name in wanted} == {n: v.hex() for n, v in wanted.items()}


@against_auc_gen
@given(
    k=block,
    opc=block,
    rand=block,
    sqn=st.integers(0, 2**48 - 1),
    amf=st.binary(min_size=2, max_size=2),
)
def test_a_vector_agrees_with_auc_gen(
    auc_gen: AucGen, k: bytes, opc: bytes, rand: bytes, sqn: int, amf: bytes
) -> None:
    milenage = Milenage(Ki(k), OPc(opc))
    res, ck, ik, ak = milenage.f2345(rand)
    mac_a, _ = milenage.f1(rand, sqn.to_bytes(6, "big"), amf)
    gsm = milenage.gsm(rand)
    wanted = {"RES": res, "CK": ck, "IK": ik, "SRES": gsm.sres, "Kc": gsm.kc.octets}
    wanted["AUTN"] = xor(sqn.to_bytes(6, "big"), ak) + amf + mac_a
    found = auc_gen(key=k.hex(), opc=opc.hex(), rand=rand.hex(), sqn=str(sqn), amf=amf.hex())
    assert {name: found[name] for name in wanted} == {n: v.hex() for n, v in wanted.items()}


@against_auc_gen
@given(k=block, opc=block, rand=block, sqn=st.integers(0, 2**32))
def test_a_resynchronisation_agrees_with_auc_gen(
    auc_gen: AucGen, k: bytes, opc: bytes, rand: bytes, sqn: int
) -> None:
    milenage = Milenage(Ki(k), OPc(opc))
    _, mac_s = milenage.f1(rand, sqn.to_bytes(6, "big"), bytes(2))  # AMF* (TS 33.102 6.3.3)
    auts = xor(sqn.to_bytes(6, "big"), milenage.f5star(rand)) + mac_s
    found = auc_gen(key=k.hex(), opc=opc.hex(), rand=rand.hex(), auts=auts.hex())
    assert found["SQN.MS"] == str(sqn)


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
    with pytest.raises(ValueError, match="OP has 16 octets"):
        derive_opc(Ki(bytes(16)), bytes(15))


@given(rands=st.lists(block, min_size=2, max_size=5))
def test_calls_leave_no_state(rands: list[bytes]) -> None:
    k, opc = Ki(bytes(range(16))), OPc(bytes(16))
    reused = Milenage(k, opc)
    assert [reused.gsm(rand) for rand in rands] == [Milenage(k, opc).gsm(rand) for rand in rands]
