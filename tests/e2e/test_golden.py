"""The golden captures: the same octets again, and what tshark reads in them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mkef.trace.ladder import read_ladder

# TS 35.208 test set 1 belongs to the device; the values below are those that tshark shows.
NAME = "first-light.pcapng"


@pytest.fixture(scope="module")
def golden(checkout: Path) -> Path:
    return checkout / "pcaps/golden" / NAME


@pytest.mark.parametrize("time", [1, 2])
def test_it_is_made_again_octet_by_octet(
    time: int, golden: Path, checkout: Path, tmp_path: Path
) -> None:
    target = tmp_path / NAME
    script = checkout / "pcaps/first_light.py"
    subprocess.run([sys.executable, str(script), str(target)], check=True, timeout=60)
    assert target.read_bytes() == golden.read_bytes()


def test_nothing_is_malformed(golden: Path, tshark: Callable[..., str]) -> None:
    assert tshark(golden, "-Y", "_ws.malformed || _ws.expert.severity == error") == ""


def test_it_holds_one_key_request_for_each_key(golden: Path) -> None:
    labels = [step.label for step in read_ladder(golden)]
    assert [label.split()[0] for label in labels].count("MKR") == 2
    assert [label for label in labels if label.startswith("MKA")] == ["MKA 2001"] * 2


def test_the_hlr_echoes_the_rands_that_the_device_drew(
    golden: Path, tshark: Callable[..., str]
) -> None:
    rows = tshark(golden, "-Y", "gsm_map.ms.rand", "-T", "fields", "-e", "gsm_map.ms.rand")
    one, two = (line.split(",") for line in rows.splitlines())
    assert (len(one), len(two)) == (1, 2)
    assert all(rand.startswith("4d544352") for rand in two)
    asked = tshark(
        golden, "-Y", "diameter.cmd.code == 16777214 && diameter.flags.request == 1", "-T", "json"
    )
    assert asked.replace(":", "").count(one[0]) >= 1
    assert asked.replace(":", "").count(two[0]) >= 1
