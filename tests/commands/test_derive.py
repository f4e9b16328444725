"""`mkef derive` against what other programs have computed."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mkef.cli import main
from mkef.crypto.milenage import Milenage
from mkef.crypto.secret import Ki, OPc

# K and OPc of TS 35.208 test set 1.
CARD = Milenage(
    Ki(bytes.fromhex("465b5ce8b199b49faa5f0a2ee238a6bc")),
    OPc(bytes.fromhex("cd63cb71954a9f4e48a5994e37a02baf")),
)
CHECKOUT = Path(__file__).parent.parent.parent
VECTORS = tomllib.loads((CHECKOUT / "tests/vectors/establishment.toml").read_text())["key"]


def derive(*words: str) -> Result:
    return CliRunner().invoke(main, ["derive", *words])


def words_of(vector: dict[str, Any], profile: str) -> list[str]:
    words = ["--rand", vector["rand"], "--imsi", vector["imsi"]]
    words += ["--server-id", vector["server_id"], "--profile", profile]
    for rand in vector["rands"]:
        made = CARD.gsm(bytes.fromhex(rand))
        words += ["--kc", made.kc.octets.hex(), "--sres", made.sres.hex()]
    return words


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["profile"])
@pytest.mark.parametrize("notation", [str, hex, bin, oct])
def test_keys_that_others_have_computed(vector: dict[str, Any], notation: Any) -> None:
    octet = int(vector["profile"], 16)
    done = derive("--json", *words_of(vector, notation(octet)))
    result = json.loads(done.output)
    assert (result["k_mtc"], result["e_res"]) == (vector["k_mtc"], vector["encrypted_res"])
    assert result["rand_list"] == vector["rands"]
    assert result["strength_bits"] == min(64 * len(vector["rands"]), 128)


def test_for_people() -> None:
    (vector, *_) = VECTORS
    lines = derive(*words_of(vector, f"0x{vector['profile']}")).output.splitlines()
    assert lines[0].split() == ["k_mtc", vector["k_mtc"]]
    assert [line.split()[0] for line in lines] == ["k_mtc", "e_res", "rand_list", "strength_bits"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("--profile", "0x30"), "reserved bits in profile 0x30"),
        (("--profile", "256"), "a profile is one octet"),
        (("--profile", "0x40"), "profile version 1"),
        (("--profile", "twenty"), "an integer, for instance 0x14"),
        (("--kc", "00"), "16 hexadecimal digits wanted"),
        (("--kc", "0" * 16), "vectors: --kc and --sres once for each"),
        (("--rand", "zz"), "32 hexadecimal digits wanted"),
        (("--imsi", "1"), "an IMSI has 6 to 15"),
        (("--server-id", "MTC"), "an MTC Server identity is"),
    ],
)
def test_mistakes_are_named(change: tuple[str, str], problem: str) -> None:
    (vector, *_) = VECTORS
    done = derive(*words_of(vector, f"0x{vector['profile']}"), *change)
    assert done.exit_code == 2
    assert problem in done.output
