"""Erlang/OTP's diameter as an MTC Server: it has its own dictionary, TLS and peer machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from home_network import Vector, home_network, published
from structlog.testing import capture_logs

from mkef.node import MkefNode

HERE = Path(__file__).parent
PATIENCE_S = 60.0
MKEF = "mkef.epc.mnc001.mcc001.3gppnetwork.org"


@pytest.fixture(scope="module")
def vector(checkout: Path) -> Vector:
    """K_MTC and E(RES) that other programs have computed."""
    return published(checkout, "10")


@pytest.fixture(params=["TCP", "TLS"])
async def mkef(
    request: pytest.FixtureRequest, tmp_path: Path, vector: Vector
) -> AsyncIterator[MkefNode]:
    async with home_network(tmp_path, vector, tls=request.param == "TLS") as node:
        yield node


@dataclass
class Otp:
    """The script and its lines."""

    process: asyncio.subprocess.Process

    async def says(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().rstrip("\n")

    async def told(self, line: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        return await self.says()

    async def leaves(self) -> str:
        assert self.process.stdin is not None
        self.process.stdin.close()
        said = await self.says()
        assert await self.process.wait() == 0
        return said


Connecting = Callable[[], AbstractAsyncContextManager[Otp]]


@pytest.fixture
def otp(
    mkef: MkefNode, tmp_path: Path, request: pytest.FixtureRequest, program: Callable[[str], str]
) -> Connecting:
    host, _, port = mkef.addresses["zk"].rpartition(":")
    pki = [str(tmp_path / "pki")] if "TLS" in request.node.callspec.id else []
    command = [program("escript"), str(HERE / "peer.escript"), str(HERE / "zk.dia"), host, port]

    @asynccontextmanager
    async def connect() -> AsyncIterator[Otp]:
        process = await asyncio.create_subprocess_exec(
            *command, *pki, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(PATIENCE_S):
                yield Otp(process)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    return connect


def request(vector: Vector, **changes: str) -> str:
    fields = {**vector, **changes}
    return " ".join(fields[name] for name in ("imsi", "profile", "rand", "encrypted_res"))


async def test_it_gets_a_key_and_refusals_and_leaves(otp: Connecting, vector: Vector) -> None:
    with capture_logs() as logs:
        async with otp() as peer:
            up = await peer.says()
            assert up.startswith("up ")
            assert MKEF in up
            assert await peer.told(request(vector)) == f"key 2001 {vector['k_mtc'].upper()} 128"
            assert await peer.told(request(vector, encrypted_res="00" * 8)) == "refused 32473/5002"
            assert await peer.told(request(vector, imsi="001019999999999")) == "refused 5003"
            assert await peer.told(request(vector, rand="00")) == "refused 5014"
            assert await peer.leaves() == "down"
    assert not [line for line in logs if line["log_level"] in {"error", "critical"}]


@pytest.mark.parametrize("mkef", ["TCP"], indirect=True)
async def test_its_watchdog_is_answered(otp: Connecting) -> None:
    async with otp() as peer:
        assert (await peer.says()).startswith("up ")
        assert await peer.told("watchdog") == "watchdog answered"
        assert await peer.leaves() == "down"
