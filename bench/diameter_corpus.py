"""`make soak-diameter-corpus`: 100,000 malformed messages, one after the other, to a live MKEF.

After each one a peer on another connection asks something, and the time until its answer counts.
The MKEF is `mkef serve`; its log must hold no error, and its memory must not grow. MESSAGES in the
environment is another number.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Self

from home_network import without_tls
from malformed_diameter import Case, Then, corpus
from octet_peer import OctetPeer
from process import Server
from report import Row, calibration, report, row

from mkef.demo.files import copy_examples, import_entitlements
from mkef.demo.programs import Service

TARGET = Path("build/soak-diameter-corpus.json")
MESSAGES = int(os.environ.get("MESSAGES", "100000"))
WARM_UP = MESSAGES // 2  # caches and free lists are filled by then
GROWTH_GOAL = 1.02
LATENCY_GOAL_MS = 50.0
PATIENCE_S = 10.0


@dataclass
class Attack:
    """A connection that bad messages may keep, others that they end, a witness beside them."""

    address: str
    messages: int = 0
    mishaps: list[str] = field(default_factory=list)
    slowest_s: list[float] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self._stack = AsyncExitStack()
        self._witness = await self._introduced()
        self._steady = await self._introduced()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _introduced(self) -> OctetPeer:
        peer = await self._stack.enter_async_context(OctetPeer.connected(self.address))
        await peer.introduce()
        return peer

    async def send(self, case: Case) -> None:
        """One malformed message, then the witness."""
        async with asyncio.timeout(PATIENCE_S):
            mishap = await self._mishap(case)
        if mishap is not None:
            self.mishaps.append(f"{case.name}: {mishap}")
        started = time.perf_counter()
        async with asyncio.timeout(PATIENCE_S):
            served = await self._witness.is_served()
        self.slowest_s.append(time.perf_counter() - started)
        if not served:
            raise ConnectionError(f"the other peer is not served after {case.name}")
        self.messages += 1

    async def _mishap(self, case: Case) -> str | None:
        if case.introduced and case.expected is not Then.CLOSED:
            return await self._steady.mishap(case)
        async with OctetPeer.connected(self.address) as peer:
            if case.introduced:
                await peer.introduce()
            return await peer.mishap(case)


async def rows(folder: Path) -> list[Row]:
    """Everything that was seen."""
    copy_examples(folder)
    import_entitlements(folder)
    without_tls(folder / "mkef.toml")
    service = Service("mkef", "mkef", folder, ["zk.listen=127.0.0.1:0"])
    addresses = await service.start()
    try:
        return await _attacked(addresses["zk"], Server(service.pid), folder / "mkef.log")
    finally:
        await service.stop()


async def _attacked(address: str, process: Server, log: Path) -> list[Row]:
    cases = cycle(corpus())
    async with Attack(address) as attack:
        for case in islice(cases, WARM_UP):
            await attack.send(case)
        before_kib = process.resident_kib()
        for case in islice(cases, MESSAGES - WARM_UP):
            await attack.send(case)
            if attack.messages % 10_000 == 0:
                kib = process.resident_kib()
                print(f"{attack.messages} messages, {kib} KiB", file=sys.stderr, flush=True)
        after_kib = process.resident_kib()
    for mishap in sorted(set(attack.mishaps)):
        print(mishap, file=sys.stderr)
    latencies_ms = sorted(second * 1e3 for second in attack.slowest_s)
    errors = sum('"level":"error"' in line or "Traceback" in line for line in log.open())
    return [
        calibration(),
        row("malformed messages", attack.messages, ""),
        _none("answered otherwise than listed", len(attack.mishaps)),
        _none("errors and tracebacks in the log", errors),
        row(
            "memory at the end, at most",
            after_kib,
            "KiB",
            peer=f"after {WARM_UP}",
            peer_value=before_kib,
            ratio=round(after_kib / before_kib, 3),
            goal=GROWTH_GOAL,
            met=after_kib <= before_kib * GROWTH_GOAL,
        ),
        row("next answer on another connection, median", _at(latencies_ms, 0.5), "ms"),
        row("next answer on another connection, 99.9 %", _at(latencies_ms, 0.999), "ms"),
        row(
            "next answer on another connection, slowest",
            _at(latencies_ms, 1.0),
            "ms",
            goal=LATENCY_GOAL_MS,
            met=latencies_ms[-1] <= LATENCY_GOAL_MS,
        ),
    ]


def _none(name: str, number: int) -> Row:
    return row(name, number, "", goal=0, met=number == 0)


def _at(ordered: list[float], share: float) -> float:
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 2)


def main() -> int:
    """All rows; exit status 1 if a goal is missed."""
    with tempfile.TemporaryDirectory() as name:
        return report(asyncio.run(rows(Path(name))), TARGET)


if __name__ == "__main__":
    sys.exit(main())
