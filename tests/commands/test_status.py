"""`mkef status` of an MKEF with workers: each of them, and their sum."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from key_requests import MKEF_SETTINGS, asked, code_of, peer_of, prepare
from msgspec.structs import replace

from hlr_stub.node import HlrNode
from mkef.config import MkefConfig
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef.workers import config_of
from mkef_codecs.establishment import Profile

PATIENCE_S = 60.0
HOSTS = ["mkef-1", "mkef-2"]


@dataclass
class Workers:
    """Two workers, each to be stopped by itself, and how `mkef status` finds them."""

    nodes: list[MkefNode]
    stop: list[Callable[[], Any]]
    words: list[str]

    async def status(self, *more: str) -> tuple[int | None, str, str]:
        """Exit status, standard output and standard error."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "mkef", "status", *self.words, *more),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return process.returncode, out.decode(), err.decode()

    async def told(self) -> tuple[int | None, Any]:
        code, out, _ = await self.status("--json")
        return code, json.loads(out)


@pytest.fixture
async def workers(tmp_path: Path) -> AsyncIterator[Workers]:
    hlr_config = replace(prepare(tmp_path), mkef_point_codes=(11, 12))
    # Ports of workers are neighbours: on an address of this process nobody else has them.
    own = f"127.64.{os.getpid() >> 8 & 255}.{os.getpid() & 255 or 1}"
    async with AsyncExitStack() as stack:
        hlr = await stack.enter_async_context(HlrNode(hlr_config))
        settings = (
            *MKEF_SETTINGS,
            "workers=2",
            "zr.sigtran.point_code=11",
            f'zr.sigtran.connect=["{hlr.addresses["m3ua_tcp"]}"]',
            f"metrics.listen={own}:9464",
        )
        config = load(tmp_path / "mkef.toml", MkefConfig, settings)
        stacks = [await stack.enter_async_context(AsyncExitStack()) for _ in HOSTS]
        nodes = []
        for number, each in enumerate(stacks, 1):
            nodes.append(await each.enter_async_context(MkefNode(config_of(config, number))))
            await nodes[-1].connected()
        words = ["--config", str(tmp_path / "mkef.toml"), "--rate-s", "0.1"]
        words += [word for setting in settings for word in ("--set", setting)]
        yield Workers(nodes, [each.aclose for each in stacks], words)


async def ask(node: MkefNode, number: int) -> None:
    async with peer_of(node.addresses["zk"]) as peer:
        assert code_of(await peer.ask(asked(number, Profile(vectors=2)).mkr)) == "2001"


async def test_each_worker_and_the_sum_are_shown(workers: Workers) -> None:
    async with asyncio.timeout(PATIENCE_S):
        for number, node in ((1, 0), (2, 1), (3, 1)):
            await ask(workers.nodes[node], number)
        code, told = await workers.told()
        shown_code, shown, _ = await workers.status()
    assert (code, shown_code) == (0, 0)
    assert [each["origin_host"].partition(".")[0] for each in told["workers"]] == HOSTS
    assert [each["requests"]["2001"] for each in told["workers"]] == [1, 2]
    total = told["sum"]
    assert (total["answered"], total["requests_under_way"]) == (2, 0)
    assert (total["requests"]["2001"], total["rates_per_s"]["2001"]) == (3, 0)
    assert "sum of 2 of 2 workers" in shown
    assert all(f"{host}.epc." in shown for host in HOSTS)


async def test_a_worker_that_does_not_answer_is_named(workers: Workers) -> None:
    async with asyncio.timeout(PATIENCE_S):
        await ask(workers.nodes[0], 1)
        await workers.stop[1]()
        code, told = await workers.told()
        shown_code, shown, _ = await workers.status()
        await workers.stop[0]()
        nobody_code, _, problem = await workers.status()
    assert (code, shown_code) == (1, 1)
    assert "/status: " in told["workers"][1]["unreachable"]
    assert (told["sum"]["answered"], told["sum"]["requests"]["2001"]) == (1, 1)
    assert "worker 2\n  http://127.64." in shown
    assert "sum of 1 of 2 workers" in shown
    assert (nobody_code, "does `mkef serve` run?" in problem) == (1, True)
