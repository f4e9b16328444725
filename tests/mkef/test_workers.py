"""Several workers from one file, each a node of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from key_requests import MKEF_SETTINGS, asked, code_of, peer_of, prepare
from msgspec.structs import replace
from structlog.testing import capture_logs
from waiting import until

from hlr_stub.node import HlrNode
from mkef.config import MkefConfig
from mkef.node import policy_of
from mkef.ops.configuration import load
from mkef.workers import Workers, config_of
from mkef_codecs.establishment import Profile

PATIENCE_S = 60.0
SETTINGS = (
    "workers=2",
    "zk.listen=127.0.0.1:5868",
    "metrics.listen=127.0.0.1:9464",
    "zr.sigtran.routing_context=7",
    "zr.sigtran.listen=127.0.0.1:2906",
    "zr.sigtran.local_port=2910",
    "zk.listen_sctp=127.0.0.1:3868",
    "capture.file=zr.pcapng",
    "keys.max_requests=201",
)


def test_each_worker_is_told_apart(tmp_path: Path) -> None:
    prepare(tmp_path)
    config = load(tmp_path / "mkef.toml", MkefConfig, SETTINGS)
    first, second = config_of(config, 1), config_of(config, 2)
    assert first.zk.origin_host.startswith("mkef-1.epc.")
    assert second.zk.origin_host.startswith("mkef-2.epc.")
    assert (first.zk.listen.port, second.zk.listen.port) == (5868, 5869)
    assert first.metrics.listen
    assert second.metrics.listen
    assert (first.metrics.listen.port, second.metrics.listen.port) == (9464, 9465)
    assert first.zr.sigtran
    assert second.zr.sigtran
    assert (first.zr.sigtran.point_code, second.zr.sigtran.point_code) == (1, 2)
    assert (first.zr.sigtran.routing_context, second.zr.sigtran.routing_context) == (7, 8)
    assert [str(e) for e in second.zr.sigtran.listen] == ["127.0.0.1:2907"]
    assert (first.zr.sigtran.local_port, second.zr.sigtran.local_port) == (2910, 2911)
    assert str(second.zk.listen_sctp) == "127.0.0.1:3869"
    assert second.capture.file == tmp_path / "zr-2.pcapng"
    assert first.keys.max_requests == 101
    limits = policy_of(first.keys, first.workers).limits
    assert (limits.part(limits.requests), limits.part(3)) == (100, 2)
    assert first.store == second.store == config.store
    alone = load(tmp_path / "mkef.toml", MkefConfig, SETTINGS[1:])
    assert config_of(alone, 1) == alone


async def start(folder: Path, *settings: str) -> asyncio.subprocess.Process:
    """`mkef serve` in a folder."""
    options = [part for each in (*settings, "log.format=json") for part in ("--set", each)]
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mkef", "serve", "--config", "mkef.toml", *options),
        cwd=folder,
        stderr=asyncio.subprocess.PIPE,
    )


class Output:
    """The log of a parent and its workers."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        self._lines = process.stderr

    async def line(self, event: str, **fields: Any) -> dict[str, Any]:
        """The next line of this event with these fields."""
        while raw := await self._lines.readline():
            assert raw.startswith(b"{"), raw
            line: dict[str, Any] = json.loads(raw)
            if line["event"] == event and fields.items() <= line.items():
                return line
        raise AssertionError(f"no {event}")


def children_of(pid: int) -> list[int]:
    return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("ways", [2])
async def test_two_workers_share_the_ledger_and_one_that_is_killed_comes_back(
    ways: int, tmp_path: Path
) -> None:
    config = replace(prepare(tmp_path), mkef_point_codes=(11, 12))
    async with HlrNode(config) as hlr, asyncio.timeout(PATIENCE_S):
        settings = (
            *MKEF_SETTINGS,
            f"workers={ways}",
            f'zr.sigtran.connect=["{hlr.addresses["m3ua_tcp"]}"]',
            "zr.sigtran.point_code=11",
            "zr.hlr.home.point_code=2",
        )
        process = await start(tmp_path, *settings)
        output = Output(process)
        addresses = {}
        for _ in range(ways):
            ready = await output.line("ready")
            addresses[ready["program"]] = ready["zk"]
        assert set(addresses) == {"mkef-1", "mkef-2"}
        one = asked(1, Profile(vectors=2))
        for program, address in sorted(addresses.items()):
            async with peer_of(address) as peer:
                mka = await peer.ask(one.mkr)
                while code_of(mka) == "10415/4181":  # its association is not active yet
                    mka = await peer.ask(one.mkr)
            assert mka.origin_host.startswith(f"{program}.")
            assert mka.mtc_key_info
            assert mka.mtc_key_info.mtc_key_material == one.k_mtc
        children = children_of(process.pid)
        assert len(children) == ways
        os.kill(children[0], signal.SIGKILL)
        assert (await output.line("worker ended"))["status"] == -signal.SIGKILL
        await output.line("ready")
        process.terminate()
        assert await process.wait() == 0


async def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    prepare(tmp_path)
    settings = (
        *MKEF_SETTINGS,
        "workers=2",
        'zr.sigtran.connect=["127.0.0.1:9"]',
        "zr.sigtran.point_code=11",
    )
    async with asyncio.timeout(PATIENCE_S):
        process = await start(tmp_path, *settings)
        output = Output(process)
        for _ in range(2):
            await output.line("ready")
        children = children_of(process.pid)
        process.kill()
        for _ in children:
            assert (await output.line("stopping"))["reason"] == "the parent process is gone"
        await until(lambda: not any(map(alive, children)))


async def test_workers_that_cannot_start_are_not_called_ready(tmp_path: Path) -> None:
    prepare(tmp_path)
    settings = (*MKEF_SETTINGS, "workers=2", "zr.sigtran.point_code=11", "store=none/mkef.db")
    events = []
    async with asyncio.timeout(PATIENCE_S):
        process = await start(tmp_path, *settings)
        assert process.stderr is not None
        while events.count("worker ended") < 2:
            raw = await process.stderr.readline()
            if raw.startswith(b"{"):  # a worker says in words why it cannot start
                events.append(json.loads(raw)["event"])
        process.terminate()
        assert await process.wait() == 0
    assert events == ["workers started", "worker ended", "worker ended"]


async def test_a_worker_that_does_not_end_is_killed_and_told(tmp_path: Path) -> None:
    prepare(tmp_path)
    workers = Workers(1, tmp_path / "mkef.toml", MKEF_SETTINGS, stop_s=0.1)
    with capture_logs() as logs:
        async with asyncio.timeout(PATIENCE_S), workers:
            await until(lambda: workers._running)
            (process,) = workers._running
            child = process.pid
            os.kill(child, signal.SIGSTOP)  # so that it does not hear SIGTERM
            await until(lambda: state_of(child) == "T")
    (line,) = logs
    assert (line["event"], line["worker"], line["pid"]) == ("worker killed", 1, child)
    assert line["log_level"] == "warning"
    async with asyncio.timeout(PATIENCE_S):
        assert await process.wait() == -signal.SIGKILL


@pytest.mark.parametrize(("patience_s", "http"), [(18, False), (45, False), (18, True)])
def test_a_stop_waits_for_requests_under_way(patience_s: int, http: bool, tmp_path: Path) -> None:
    prepare(tmp_path)
    tls = ", ".join(f'{name}="{name}.pem"' for name in ("certificate", "key", "authority"))
    settings = [f"zr.patience_s={patience_s}"]
    settings += [f'http={{listen="127.0.0.1:0", tls={{{tls}}}}}'] * http
    config = load(tmp_path / "mkef.toml", MkefConfig, settings)
    assert config.settle_s > patience_s
    assert config.stop_s > config.settle_s * (1 + http)


def test_the_systemd_unit_waits_as_long_as_a_stop_takes(checkout: Path, tmp_path: Path) -> None:
    prepare(tmp_path)
    config = load(tmp_path / "mkef.toml", MkefConfig)
    (line,) = [
        line
        for line in (checkout / "examples/mkef.service").read_text().splitlines()
        if line.startswith("TimeoutStopSec=")
    ]
    both = config.stop_s + config.settle_s  # with keys over HTTP
    assert float(line.partition("=")[2]) > both


def state_of(pid: int) -> str:
    """What the system says of a process: T is stopped; Z, and nothing, is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def alive(pid: int) -> bool:
    return state_of(pid) not in {"", "Z"}
