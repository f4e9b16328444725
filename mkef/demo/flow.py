"""The flow: set up a lab, start its nodes, send three readings, stop, merge the captures."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkef.demo.files import (
    IMSI,
    KI,
    OPC,
    copy_examples,
    import_entitlements,
    issue_certificates,
)
from mkef.demo.programs import ProgramFailed, Service, run
from mkef.net.capture import merge

CAPTURE = "flow.pcapng"

# (profile, readings): the source's own procedure and a second reading under the same key, then
# two vectors with a tagged RAND.
ROUNDS = (("0x00", ("temperature 21.5", "temperature 21.7")), ("0x14", ("temperature 21.9",)))

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reading at both ends: what the device printed and what the server delivered."""

    device: dict[str, Any]
    server: dict[str, Any]

    @property
    def same_key(self) -> bool:
        """Whether both ends hold the same K_MTC, by its fingerprint."""
        return bool(self.device["k_mtc_fingerprint"] == self.server["k_mtc_fingerprint"])


async def play(folder: Path, say: Say, *, show_keys: bool) -> list[Outcome]:
    """The whole flow in `folder`; its capture is `folder`/flow.pcapng."""
    say("certificates, configuration and a subscriber")
    await prepare(folder)
    answers: list[dict[str, Any]] = []
    async with nodes(folder, say) as (server, address):
        for profile, readings in ROUNDS:
            say(f"the device sends {len(readings)} with profile {profile}")
            options = [f"--set=server={address}", f"--profile={profile}", "--json"]
            options += ["--show-keys"] if show_keys else []
            output = await run(folder, "mtc.device", "send", *options, *readings)
            answers += map(json.loads, output.splitlines())
    deliveries = [json.loads(line) for line in server.output]
    if len(deliveries) != len(answers):
        raise ProgramFailed(f"{len(answers)} readings answered, {len(deliveries)} delivered")
    merge([folder / "mtc-server.pcapng", folder / "mkef.pcapng"], folder / CAPTURE)
    return [Outcome(a, d) for a, d in zip(answers, deliveries, strict=True)]


async def prepare(folder: Path) -> None:
    """The files of `examples/`, certificates for both Diameter nodes, rows, one subscriber."""
    copy_examples(folder)
    issue_certificates(folder)
    import_entitlements(folder)
    keys = f"{KI}\n{OPC}\n"
    options = ("--imsi", IMSI, "--ki", "-", "--opc", "-")
    await run(folder, "hlr_stub", "subscriber", "add", *options, given=keys)


@asynccontextmanager
async def nodes(folder: Path, say: Say) -> AsyncIterator[tuple[Service, str]]:
    """HLR stub, MKEF and MTC Server on free ports, each started when the one before listens."""
    async with AsyncExitStack() as stack:

        async def start(name: str, module: str, *settings: str) -> tuple[Service, dict[str, str]]:
            service = Service(name, module, folder, settings)
            stack.push_async_callback(service.stop)
            addresses = await service.start()
            return service, addresses

        say("hlr-stub, mkef and mtc-server start")
        _, hlr = await start("hlr-stub", "hlr_stub", 'sigtran.listen=["127.0.0.1:0"]')
        function, mkef = await start(
            "mkef",
            "mkef",
            "zk.listen=127.0.0.1:0",
            f'zr.sigtran.connect=["{hlr["m3ua_tcp"]}"]',
            "capture.file=mkef.pcapng",
        )
        server, coap = await start(
            "mtc-server",
            "mtc.server",
            "listen=127.0.0.1:0",
            f"zk.connect.0.address={mkef['zk']}",
            "capture.file=mtc-server.pcapng",
        )
        await function.event("M3UA association active")
        await server.event("peer open")
        yield server, coap["coap"]
