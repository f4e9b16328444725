"""osmo-stp between MKEF and HLR: SCTP with static routes or routing keys, and IPA without SCTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from osmo_stp import OsmoStp
from sai_load import EchoHlr, Load

from mkef.demo.lab import Lab
from mkef.net.capture import merge
from mkef.trace.ladder import read_ladder
from mkef_codecs.establishment import Profile
from mkef_codecs.ss7.sccp import SccpAddress

HLR = SccpAddress(6, 2)
RATE = 200.0
TIMEOUT_S = 3.0
KINDS = ["ipa", "static", "registered"]
Start = Callable[[str], OsmoStp]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """How the nodes are known to the STP; without IPA the kernel needs SCTP."""
    kind: str = request.param
    if kind != "ipa":
        request.getfixturevalue("kernel")
    return kind


async def test_the_whole_flow_through_the_stp(
    start_stp: Start, settings: Any, kind: str, tmp_path: Path, tshark: Callable[..., str]
) -> None:
    stp = start_stp(kind)
    lab = Lab(
        tmp_path / "lab",
        settings={
            "hlr-stub": [f"sigtran.{s}" for s in settings(kind, stp, "hlr")],
            "mkef": [f"zr.sigtran.{s}" for s in settings(kind, stp, "mkef")],
        },
    )
    lab.prepare()
    async with asyncio.timeout(120), lab.run(), lab.device() as device:
        for profile in (0x00, 0x14):
            await device.send(b"21.5", profile=Profile.parse(profile))
    assert len(lab.readings) == 2
    flow = tmp_path / "flow.pcapng"
    merge(lab.captures, flow)
    labels = [step.label for step in read_ladder(flow)]
    assert "TC-BEGIN sendAuthenticationInfo variant n=2" in labels
    assert "TC-END result 2 triplets" in labels
    shown = tshark(lab.folder / "mkef.pcapng")
    assert shown.count("sendAuthenticationInfo") == 4
    assert tshark(lab.folder / "mkef.pcapng", "-Y", "_ws.malformed") == ""


async def test_the_stp_is_killed_under_load_and_comes_back(
    start_stp: Start, node: Any, kind: str
) -> None:
    """Nothing is answered twice or to another; all that is unanswered ends in its timer."""
    stp, echo = start_stp(kind), EchoHlr()
    hlr, mkef = node(kind, stp, "hlr", echo), node(kind, stp, "mkef")
    async with asyncio.timeout(120), hlr, mkef:
        for each in (hlr, mkef):
            assert await each.wait_active(30)
        load = Load(mkef, HLR, RATE, TIMEOUT_S)
        running = asyncio.create_task(load.run())
        await load.reached(100)
        stp.kill()
        stp.launch()
        await load.reached(load.answered + 100)
        load.stopped = True
        await running
    assert load.mistaken == 0
    assert max(echo.asked.values()) == 1
    assert load.answered + load.failures.total() == load.sent
    assert set(load.failures) <= {"NoRoute", "MapTimeout"}
    assert load.longest_s < TIMEOUT_S + 5
