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


TWO = ("--imsi", "001010123456789", "--server-id", "mtc.example", "--rand", "23" * 16)
ZEROS, ODD = "eae4be823af9a000", "eae4be823af9a08b"


@pytest.mark.parametrize(
    ("kcs", "strength"),
    [((ZEROS,), 54), ((ODD,), 64), ((ZEROS, ZEROS), 108), ((ZEROS, ODD), 128), ((ZEROS,) * 3, 128)],
)
def test_ten_zero_bits_in_each_kc_are_no_strength(kcs: tuple[str, ...], strength: int) -> None:
    """As `mkef serve` says in MTC-Key-Strength (protocol.md clause 2)."""
    words = [word for kc in kcs for word in ("--kc", kc, "--sres", "46f8416a")]
    done = derive("--json", *TWO, *words, "--profile", str((len(kcs) - 1) << 4))
    assert json.loads(done.stdout)["strength_bits"] == strength


@pytest.mark.parametrize(
    ("profile", "rand", "tag", "begins"),
    [
        ("0x04", "23" * 16, "4d544352", "says tagged, but RAND does not begin with the tag 4d54"),
        ("0x00", "4d544352" * 4, "4d544352", "says random, but RAND begins with the tag 4d544352"),
        ("0x00", "4d544352" * 4, "00112233", None),
        ("0x04", "00112233" * 4, "00112233", None),
    ],
)
def test_what_an_mkef_would_refuse_is_computed_and_said(
    profile: str, rand: str, tag: str, begins: str | None
) -> None:
    words = [*TWO, "--kc", ODD, "--sres", "46f8416a", "--profile", profile, "--rand", rand]
    done = derive(*words, "--tag", tag, "--json")
    result = json.loads(done.stdout)
    assert done.exit_code == 0
    assert len(result["k_mtc"]) == 64
    assert len(result["warnings"]) == (begins is not None)
    assert (begins or "") in done.stderr
    assert ("32473/5003" in done.stderr) == (begins is not None)
    assert "k_mtc" in derive(*words).stdout
