"""Several HLRs over MAP, each connected to directly: one stands in for the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from key_requests import HLR_SETTINGS, MKEF_SETTINGS, asked, code_of, peer_of, prepare
from waiting import until

from hlr_stub.config import HlrConfig
from hlr_stub.node import HlrNode
from mkef.config import MkefConfig
from mkef.domain.breaker import State
from mkef.net.capture import Capture
from mkef.net.endpoint import Endpoint
from mkef.net.sigtran import Answers, Question, SigtranNode, SigtranSection
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef_codecs.establishment import Profile
from mkef_codecs.ss7.map_auth import MapUserError


@dataclass
class Foreign:
    """An HLR that is up and says nothing, or that it fails."""

    fails: bool = False
    asked: int = 0

    def __call__(self, questions: list[Question]) -> Answers:
        self.asked += len(questions)
        if self.fails:
            return [MapUserError.SYSTEM_FAILURE] * len(questions)
        return [asyncio.Event().wait() for _ in questions]  # type: ignore[misc]


@dataclass
class Lab:
    foreign: Foreign
    mkef: MkefNode

    async def ask(self, number: int) -> str:
        async with peer_of(self.mkef.addresses["zk"]) as peer:
            return code_of(await peer.ask(asked(number, Profile()).mkr))

    @property
    def states(self) -> dict[str, State]:
        return self.mkef._hlrs.states()


@pytest.fixture(params=["asp-sg", "ipsp"])
async def lab(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Lab]:
    """The foreign HLR first, that of the examples as its stand-in."""
    foreign, role = Foreign(), request.param
    section = SigtranSection(
        point_code=3, ssn=6, listen=(Endpoint("127.0.0.1", 0),), transport="tcp", role=role
    )
    capture = Capture(None, node="foreign", clock=lambda: 0.0)
    node = SigtranNode(section, service=foreign, capture=capture, peer_name="mkef")
    prepare(tmp_path)
    hlr = load(tmp_path / "hlr-stub.toml", HlrConfig, (*HLR_SETTINGS, f"sigtran.role={role}"))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(node)
        own = await stack.enter_async_context(HlrNode(hlr))
        peers = node.addresses["m3ua_tcp"], own.addresses["m3ua_tcp"]
        settings = (
            *MKEF_SETTINGS,
            f'zr.sigtran.connect=["{peers[0]}", "{peers[1]}"]',
            f'zr.sigtran.reaches={{"{peers[0]}" = [3], "{peers[1]}" = [2]}}',
            f"zr.sigtran.role={role}",
            "zr.hlr.home.priority=2",
            "zr.hlr.foreign.point_code=3",
            "zr.hlr.foreign.timeout_s=1",
            "zr.breaker_failures=2",
            "zr.breaker_open_s=60",
        )
        mkef = MkefNode(load(tmp_path / "mkef.toml", MkefConfig, settings))
        await stack.enter_async_context(mkef)
        await stack.enter_async_context(asyncio.timeout(30))
        await until(lambda: len(mkef._sigtran.active) == 2)
        yield Lab(foreign, mkef)


async def test_a_silent_hlr_has_a_stand_in(lab: Lab) -> None:
    """It is asked until its breaker opens; nobody who asks meanwhile is refused."""
    assert [await lab.ask(number) for number in range(5)] == ["2001"] * 5
    assert lab.foreign.asked == 2
    assert lab.states == {"foreign": State.OPEN, "home": State.CLOSED}


async def test_an_hlr_that_fails_has_a_stand_in(lab: Lab) -> None:
    """It answers, so it is asked again each time."""
    lab.foreign.fails = True
    assert [await lab.ask(number) for number in range(5)] == ["2001"] * 5
    assert lab.foreign.asked == 5
    assert lab.states == {"foreign": State.CLOSED, "home": State.CLOSED}
