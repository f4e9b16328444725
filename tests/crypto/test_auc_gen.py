"""Every algorithm that osmo-auc-gen knows, against it: 500 different cases of each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from auc_gen import AucGen
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mkef.crypto.algorithms import ALGORITHMS, DEFAULT, Aka, Gsm
from mkef.crypto.comp128 import Comp128V1, Comp128V2, Comp128V3
from mkef.crypto.milenage import GsmMilenage, derive_opc
from mkef.crypto.secret import Secret
from mkef.crypto.xor import Xor2g

Case = dict[str, Any]

ENOUGH = 500
block = st.binary(min_size=16, max_size=16)


def cases(**fields: st.SearchStrategy[Any]) -> list[Case]:
    """So many different cases, drawn first and asked about all at once.

    A mistake of a cipher has no smaller example that would be worth looking for.
    """
    found: dict[str, Case] = {}

    @settings(max_examples=ENOUGH + 100, database=None, phases=[Phase.generate], deadline=None)
    @given(st.fixed_dictionaries(fields))
    def draw(case: Case) -> None:
        if len(found) < ENOUGH:
            found[repr(case)] = case

    draw()
    assert len(found) == ENOUGH
    return list(found.values())


def xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def aka(name: str, case: Case) -> Aka:
    operator = Secret(case["opc"]) if "opc" in case else None
    return ALGORITHMS[name].aka(Secret(case["k"]), operator, DEFAULT)


def options(case: Case) -> dict[str, str]:
    """A case as options of osmo-auc-gen."""
    named = {"key": case["k"].hex(), "rand": case["rand"].hex()}
    if "opc" in case:
        named["opc"] = case["opc"].hex()
    if "sqn" in case:
        named |= {"sqn": str(case["sqn"]), "amf": case.get("amf", bytes(2)).hex()}
    return named


def check_vector(auc_gen: AucGen, name: str, drawn: list[Case], *, behind: int = 0) -> None:
    """`behind`: how far osmo-auc-gen's vector stays behind the SQN that it is given."""
    found = auc_gen(name.removesuffix("-3g"), [options(case) for case in drawn])
    for case, theirs in zip(drawn, found, strict=True):
        ours = aka(name, case)
        res, ck, ik, ak = ours.f2345(case["rand"])
        sqn = (case["sqn"] - behind).to_bytes(6, "big")
        mac_a, _ = ours.f1(case["rand"], sqn, case["amf"])
        gsm = ours.gsm(case["rand"])
        wanted = {"RES": res, "CK": ck, "IK": ik, "AUTN": xor(sqn, ak) + case["amf"] + mac_a}
        wanted |= {"SRES": gsm.sres, "Kc": gsm.kc.octets}
        assert {key: theirs.get(key) for key in wanted} == {k: v.hex() for k, v in wanted.items()}


sqns = st.integers(32, 2**48 - 1)
amfs = st.binary(min_size=2, max_size=2)


def test_milenage(auc_gen: AucGen) -> None:
    drawn = cases(k=block, opc=block, rand=block, sqn=sqns, amf=amfs)
    check_vector(auc_gen, "milenage", drawn)


def test_xor_3g(auc_gen: AucGen) -> None:
    # It takes one step of IND back to make up for one forward, which its XOR does not take.
    drawn = cases(k=block, rand=block, sqn=sqns, amf=amfs)
    check_vector(auc_gen, "xor-3g", drawn, behind=32)


def test_opc_of_op(auc_gen: AucGen) -> None:
    drawn = cases(k=block, op=block, rand=block, sqn=sqns)
    asked = [options(case) | {"op": case["op"].hex()} for case in drawn]
    for case, theirs in zip(drawn, auc_gen("milenage", asked), strict=True):
        ours = derive_opc(Secret(case["k"]), case["op"])
        res = aka("milenage", case | {"opc": ours.octets}).f2345(case["rand"])[0]
        assert theirs["RES"] == res.hex()


def test_a_resynchronisation(auc_gen: AucGen) -> None:
    drawn = cases(k=block, opc=block, rand=block, sqn=st.integers(0, 2**40))
    asked = []
    for case in drawn:
        milenage, sqn = aka("milenage", case), case["sqn"].to_bytes(6, "big")
        _, mac_s = milenage.f1(case["rand"], sqn, bytes(2))  # AMF* (TS 33.102 clause 6.3.3)
        auts = xor(sqn, milenage.f5star(case["rand"])) + mac_s
        named = {key: value for key, value in options(case).items() if key not in {"sqn", "amf"}}
        asked.append(named | {"auts": auts.hex()})
    found = auc_gen("milenage", asked)
    assert [theirs["SQN.MS"] for theirs in found] == [str(case["sqn"]) for case in drawn]


@pytest.mark.parametrize(
    ("name", "make"),
    [("comp128v1", Comp128V1), ("comp128v2", Comp128V2), ("comp128v3", Comp128V3)],
)
def test_comp128(auc_gen: AucGen, name: str, make: Callable[[Secret], Gsm]) -> None:
    drawn = cases(k=block, rand=block)
    found = auc_gen(name, [options(case) for case in drawn], gsm=True)
    for case, theirs in zip(drawn, found, strict=True):
        ours = make(Secret(case["k"])).gsm(case["rand"])
        assert (theirs["SRES"], theirs["Kc"]) == (ours.sres.hex(), ours.kc.octets.hex())


def test_gsm_milenage(auc_gen: AucGen) -> None:
    """TS 55.205: option 1 is osmo-auc-gen's triplet, option 2 the first half of its RES."""
    drawn = cases(k=block, opc=block, rand=block)
    found = auc_gen("milenage", [options(case) for case in drawn])
    for case, theirs in zip(drawn, found, strict=True):
        keys = Secret(case["k"]), Secret(case["opc"])
        for option, sres in ((1, theirs["SRES"]), (2, theirs["RES"][:8])):
            vector = GsmMilenage(*keys, sres_option=option).gsm(case["rand"])
            assert (sres, theirs["Kc"]) == (vector.sres.hex(), vector.kc.octets.hex())


def test_xor_2g(auc_gen: AucGen) -> None:
    """TS 51.010-1 clause A.4.1.2: SRES and Kc stand side by side in what is RES in a USIM."""
    drawn = cases(k=block, rand=block)
    found = auc_gen("xor", [options(case) for case in drawn])
    for case, theirs in zip(drawn, found, strict=True):
        vector = Xor2g(Secret(case["k"])).gsm(case["rand"])
        assert theirs["RES"][:24] == (vector.sres + vector.kc.octets).hex()
