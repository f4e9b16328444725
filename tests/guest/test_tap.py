"""SCTP of this process against a foreign kernel's and osmo-stp, over a cable into the guest."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from boot import Guest, GuestMissing
from osmo_stp import POINT_CODES, SSNS, OsmoStp
from private_network import private_network
from sai_load import EchoHlr, Load

from mkef.net.capture import Capture
from mkef.net.endpoint import Endpoint
from mkef.net.sigtran import SigtranNode, SigtranSection
from mkef.net.usrsctp_library import UsrsctpMissing, load
from mkef_codecs.ss7.sccp import SccpAddress

TAP, HERE, THERE, PORT = "tap0", "10.99.0.1/24", "10.99.0.2", 2905
# The kernel takes SCTP over UDP on the port of RFC 6951, and learns the peer's from its packets.
PREPARED = (
    f"ip address add {THERE}/24 dev vec0 && ip link set vec0 up && "
    "echo 9899 > /proc/sys/net/sctp/udp_port && exec osmo-stp -c {file}"
)


@pytest.fixture
def stp(
    tmp_path: Path, program: Callable[[str], str], missing: Callable[[str], NoReturn]
) -> Iterator[Endpoint]:
    """osmo-stp in a guest, at the other end of a tap device."""
    try:
        load()
    except UsrsctpMissing as error:
        missing(str(error.strerror))
    OsmoStp(program("osmo-stp"), tmp_path, "registered", port=PORT, host=THERE)
    # The guest sees this host's files, but no temporary ones: its /tmp is its own.
    configuration = (tmp_path / "osmo-stp.cfg").read_text()
    script = f"cat > /run/stp.cfg <<'END'\n{configuration}END\n"
    command = ["sh", "-c", script + PREPARED.format(file="/run/stp.cfg")]
    try:
        with private_network():
            for arguments in (
                ("tuntap", "add", TAP, "mode", "tap"),
                ("address", "add", HERE, "dev", TAP),
                ("link", "set", TAP, "up"),
            ):
                subprocess.run(["ip", *arguments], check=True, timeout=10)
            with Guest(command, tap=TAP):
                yield Endpoint(THERE, PORT)
    except GuestMissing as error:
        missing(str(error))
    except (PermissionError, subprocess.CalledProcessError) as error:
        missing(f"no private network with a tap device ({error}): run as root")


def node(transport: str, stp: Endpoint, name: str, service: Any = None) -> SigtranNode:
    section = SigtranSection(
        point_code=POINT_CODES[name],
        ssn=SSNS[name],
        connect=(stp,),
        transport=transport,  # type: ignore[arg-type]
        register_routing_key=True,
    )
    capture = Capture(None, node=name, clock=lambda: 0.0)
    return SigtranNode(section, service=service, capture=capture, peer_name="peer")


@pytest.mark.parametrize("transport", ["sctp-udp", "sctp-raw"])
async def test_dialogues_through_the_stp(stp: Endpoint, transport: str) -> None:
    echo = EchoHlr()
    hlr, mkef = node(transport, stp, "hlr", echo), node(transport, stp, "mkef")
    async with asyncio.timeout(90), hlr, mkef:
        for each in (hlr, mkef):
            assert await each.wait_active(40)
        load_ = Load(mkef, SccpAddress(6, 2), rate=100.0, timeout_s=10.0)
        running = asyncio.create_task(load_.run())
        await load_.reached(100)
        load_.stopped = True
        await running
    assert load_.mistaken == 0
    assert load_.answered == load_.sent
    assert not load_.failures
