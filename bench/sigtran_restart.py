"""`sigtran_restart.py KIND`: an osmo-stp killed and restarted under load; the figures as JSON."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from osmo_stp import PORTS, OsmoStp, section_of
from private_network import private_network
from sai_load import EchoHlr, Load

from mkef.net.capture import Capture
from mkef.net.sigtran import SigtranNode
from mkef.ops.configuration import LogSection
from mkef.ops.logging import configure
from mkef_codecs.ss7.sccp import SccpAddress

HLR = SccpAddress(6, 2)
RATES = {"ipa": 1000, "static": 200}
BEFORE_S, TIMEOUT_S = 2.0, 3.0


def node(kind: str, stp: OsmoStp, name: str, service: Any = None) -> SigtranNode:
    """One of the two nodes."""
    capture = Capture(None, node=name, clock=time.time)
    section = section_of(kind, stp, name)
    return SigtranNode(section, service=service, capture=capture, peer_name="peer")


async def measure(kind: str, stp: OsmoStp) -> dict[str, Any]:
    """Two seconds of load, the restart, as many answers again."""
    echo, loop = EchoHlr(), asyncio.get_running_loop()
    hlr, mkef = node(kind, stp, "hlr", echo), node(kind, stp, "mkef")
    async with asyncio.timeout(150), hlr, mkef:
        for each in (hlr, mkef):
            if not await each.wait_active(30):
                raise TimeoutError(f"no way through the STP: {stp.said()}")
        load = Load(mkef, HLR, RATES[kind], TIMEOUT_S)
        running = asyncio.create_task(load.run())
        await load.reached(int(BEFORE_S * RATES[kind]))
        stp.kill()
        stp.launch()
        while not stp.ready():  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.01)
        ready = loop.time()
        await load.reached(load.answered + int(BEFORE_S * RATES[kind]))
        load.stopped = True
        await running
    back = next(at for at in load.answered_at if at > ready) - ready
    return {
        "kind": kind,
        "rate": RATES[kind],
        "sent": load.sent,
        "answered": load.answered,
        "mistaken": load.mistaken,
        "asked_twice": sum(1 for count in echo.asked.values() if count > 1),
        "unaccounted": load.sent - load.answered - load.failures.total(),
        "failures": load.failures,
        "longest_s": load.longest_s,
        "timeout_s": TIMEOUT_S,
        "back_s": round(back, 3),
    }


def main() -> None:
    """Print the figures of the kind that is named."""
    configure(LogSection(level="error"), "bench")
    kind = sys.argv[1]
    program = shutil.which("osmo-stp")
    if program is None:
        sys.exit("osmo-stp is needed: `make deps` installs it")
    with tempfile.TemporaryDirectory() as folder, private_network():
        ports = {f"{name}_port": port for name, port in PORTS.items()}
        stp = OsmoStp(program, Path(folder), kind, **ports)
        stp.start()
        try:
            print(json.dumps(asyncio.run(measure(kind, stp))))
        finally:
            stp.kill()


if __name__ == "__main__":
    main()
