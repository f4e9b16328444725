"""What a running MKEF tells of itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from click.testing import CliRunner
from full_disk import full_disk
from key_requests import MKEF_SETTINGS, asked, code_of, peer_of, prepare
from msgspec.structs import replace

from hlr_stub.node import HlrNode
from mkef.cli import main
from mkef.config import MkefConfig
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef_codecs.establishment import Profile


@dataclass
class Lab:
    folder: Path
    hlr: AsyncExitStack
    node: MkefNode

    async def get(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as web:
            url = f"http://{self.node.addresses['metrics']}{path}"
            async with web.get(url) as answer:
                return answer.status, await answer.text()

    async def ask(self, number: int, **changes: Any) -> str:
        async with peer_of(self.node.addresses["zk"]) as peer:
            return code_of(await peer.ask(replace(asked(number, Profile()).mkr, **changes)))


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    config = prepare(tmp_path)
    async with AsyncExitStack() as stack:
        hlr_stack = await stack.enter_async_context(AsyncExitStack())
        hlr = await hlr_stack.enter_async_context(HlrNode(config))
        settings = (
            *MKEF_SETTINGS,
            f'zr.sigtran.connect=["{hlr.addresses["m3ua_tcp"]}"]',
            "keys.failures_per_hour=1",
        )
        node = MkefNode(load(tmp_path / "mkef.toml", MkefConfig, settings))
        await stack.enter_async_context(node)
        await node.connected()
        yield Lab(tmp_path, hlr_stack, node)


async def test_metrics_have_every_leg_and_state(lab: Lab) -> None:
    assert await lab.ask(1) == "2001"
    wrong = [await lab.ask(n, mtc_encrypted_res=bytes(4)) for n in (2, 102)]
    assert wrong == ["4001", "32473/4001"]
    async with peer_of(lab.node.addresses["zk"]):
        _, text = await lab.get("/metrics")
    for line in (
        'mkef_requests_total{outcome="2001"} 1.0',
        'mkef_requests_total{outcome="4001"} 1.0',
        'mkef_quota_refusals_total{quota="device_failures"} 1.0',
        'mkef_seconds_count{leg="zk"} 3.0',
        'mkef_seconds_count{leg="zr"} 2.0',
        'mkef_seconds_count{leg="ledger"} 1.0',
        'mkef_hlr_state{hlr="home",state="up"} 1.0',
        'mkef_hlr_state{hlr="home",state="down"} 0.0',
        "mkef_peers 1.0",
        "mkef_associations 1.0",
        "mkef_requests_under_way 0.0",
        "mkef_requests_limit 256.0",
        'mkef_ledger_rows{kind="rand"} 1.0',
        'mkef_ledger_rows{kind="counter"} 0.0',
    ):
        assert line in text


async def test_readiness_says_what_is_wanting(lab: Lab) -> None:
    assert await lab.get("/healthz") == (200, "ok\n")
    assert await lab.get("/readyz") == (200, "ready\n")
    await lab.hlr.aclose()
    async with asyncio.timeout(10):
        while (ready := await lab.get("/readyz"))[0] == 200:
            pass
    assert ready == (503, "no signalling association is active\n")
    assert (await lab.get("/healthz"))[0] == 200


async def test_readiness_follows_the_disk_though_nobody_asks_for_keys(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    with full_disk(monkeypatch):
        assert await lab.ask(1) == "32473/4002"
        for _ in range(2):
            status, text = await lab.get("/readyz")
            assert status == 503
            assert text.startswith("the store is unavailable: ")
            assert "No space left on device" in text
    assert await lab.get("/readyz") == (200, "ready\n")
    assert await lab.ask(2) == "2001"


async def test_status_for_people_and_programs(lab: Lab) -> None:
    assert await lab.ask(1) == "2001"
    words = ["status", "--config", str(lab.folder / "mkef.toml"), "--rate-s", "0.1"]
    words += ["--set", f"metrics.listen={lab.node.addresses['metrics']}"]

    async def run(*more: str) -> Any:
        return await asyncio.to_thread(CliRunner().invoke, main, [*words, *more])

    async with peer_of(lab.node.addresses["zk"]):
        shown = await run()
        told = json.loads((await run("--json")).output)
    assert shown.exit_code == 0
    assert "ready" in shown.output
    assert "mtc-server.example" in shown.output
    assert (told["peers"], told["wanting"]) == (["mtc-server.example"], [])
    assert told["hlrs"] == {"home": "up"}
    assert told["requests"]["2001"] == 1
    assert told["rates_per_s"]["2001"] == 0
    await lab.hlr.aclose()
    assert (await run()).exit_code == 1


def test_status_of_an_mkef_that_does_not_run(tmp_path: Path) -> None:
    prepare(tmp_path)
    words = ["status", "--config", str(tmp_path / "mkef.toml")]
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, "metrics.listen: missing" in done.output) == (2, True)
    done = CliRunner().invoke(main, [*words, "--set", "metrics.listen=127.0.0.1:1"])
    assert (done.exit_code, "does `mkef serve` run?" in done.output) == (1, True)
