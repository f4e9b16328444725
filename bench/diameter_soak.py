"""`make soak-diameter`: steady load on our server for half an hour; its memory must stay flat.

Four peers over TLS send 1,000 requests a second. Half of the time is for caches and windows to fill
(answers are kept for the same request again); then the memory of the first quarter of what is left
is compared with that of the last. SOAK_S in the environment is another time in seconds, SOAK_RATE
other requests a second. As root: the private network of the bench.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import statistics
import sys
import tempfile
from pathlib import Path

from diameter_load import Load, LoadFailed, Target
from diameter_node import MKEF_ADDRESS, certificates, identity, say, serving_tls
from private_network import private_network
from process import Server
from report import Row, calibration, report, row

TARGET = Path("build/soak-diameter.json")
SOAK_S = float(os.environ.get("SOAK_S", "1800"))
RATE = float(os.environ.get("SOAK_RATE", "1000"))
SAMPLES = 120
PEERS = 4
GROWTH_GOAL = 1.02
ANSWERED_GOAL = 0.99


async def rows(folder: Path) -> list[Row]:
    """The load, and what the server's memory did."""
    client = certificates(folder)
    with serving_tls(folder, 5868) as server:
        load = Load()
        try:
            contexts: list[ssl.SSLContext | None] = [client(i) for i in range(PEERS)]
            names = [identity(i) for i in range(PEERS)]
            await load.connect(Target(MKEF_ADDRESS, 5868), names, contexts)
            return await _watched(load, server)
        finally:
            load.close()


async def _watched(load: Load, server: Server) -> list[Row]:
    memory = []
    pacing = asyncio.create_task(load.pace(RATE, PEERS, SOAK_S))
    for number in range(SAMPLES):
        await load.last(SOAK_S / SAMPLES)
        memory.append(server.resident_kib())
        if number % (SAMPLES // 10) == 0:
            say(
                f"{(number + 1) * SOAK_S / SAMPLES:.0f} s, {load.answers} answers, {memory[-1]} KiB"
            )
    part = SAMPLES // 8
    before, after = (
        statistics.median(some) for some in (memory[-4 * part :][:part], memory[-part:])
    )
    await pacing
    await load.last(1.0)
    sent = RATE * SOAK_S
    return [
        calibration(),
        row(
            "answers, at least",
            load.answers,
            "",
            peer="requests",
            peer_value=sent,
            ratio=round(load.answers / sent, 3),
            goal=ANSWERED_GOAL,
            met=load.answers >= sent * ANSWERED_GOAL,
        ),
        row("CPU per request", round(server.cpu_s() / load.answers * 1e6, 1), "us"),
        row(
            f"memory after {SOAK_S:.0f} s, at most",
            after,
            "KiB",
            peer="half way",
            peer_value=before,
            ratio=round(after / before, 3),
            goal=GROWTH_GOAL,
            met=after <= before * GROWTH_GOAL,
        ),
    ]


def main() -> int:
    """All rows; exit status 1 if memory grew, 2 if nothing could be measured."""
    try:
        with tempfile.TemporaryDirectory() as name, private_network(MKEF_ADDRESS):
            return report(asyncio.run(rows(Path(name))), TARGET)
    except PermissionError as error:
        say(f"no private network ({error}): run as root")
    except LoadFailed as failure:
        say(str(failure))
    return 2


if __name__ == "__main__":
    sys.exit(main())
