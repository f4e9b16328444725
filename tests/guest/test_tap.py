"""SCTP of this process against a foreign kernel's and osmo-stp, over a cable into the guest."""

from __future__ import annotations

import asyncio
import errno
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from boot import Guest, GuestMissing
from osmo_stp import POINT_CODES, SSNS, OsmoStp
from private_network import private_network
from sai_load import EchoHlr, Load

from mkef.demo.lab import Lab
from mkef.net.capture import Capture
from mkef.net.endpoint import Endpoint
from mkef.net.sigtran import SigtranNode, SigtranSection
from mkef.net.usrsctp_library import UsrsctpMissing, load
from mkef_codecs.ss7.sccp import SccpAddress

TIMEOUT_S, BOOT_S = 5.0, 60.0
TAP, HERE, THERE, PORT = "tap0", "10.99.0.1/24", "10.99.0.2", 2905
# The kernel takes SCTP over UDP on the port of RFC 6951, and learns the peer's from its packets.
# The first osmo-stp is killed after a while, as a power cut would, and another one started.
LIFE_S = 12
SCRIPT = f"""
ip address add {THERE}/24 dev vec0
ip link set vec0 up
echo 9899 > /proc/sys/net/sctp/udp_port
timeout -s KILL {LIFE_S} osmo-stp -c {{configuration}}
exec osmo-stp -c {{configuration}}
"""


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
    command = ["sh", "-c", SCRIPT.format(configuration=tmp_path / "osmo-stp.cfg")]
    try:
        with private_network():
            for arguments in (
                ("tuntap", "add", TAP, "mode", "tap"),
                ("address", "add", HERE, "dev", TAP),
                ("link", "set", TAP, "up"),
            ):
                subprocess.run(["ip", *arguments], check=True, timeout=10)
            with Guest(command, tap=TAP) as guest:
                wait_for(guest)
                yield Endpoint(THERE, PORT)
    except GuestMissing as error:
        missing(str(error))
    except (PermissionError, subprocess.CalledProcessError) as error:
        missing(f"no private network with a tap device ({error}): run as root")


def wait_for(guest: Guest) -> None:
    """Until the guest's network answers, if only that nobody listens there."""
    deadline = time.monotonic() + BOOT_S
    while time.monotonic() < deadline and guest.running:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex((THERE, 1)) == errno.ECONNREFUSED:
                return
    raise RuntimeError(f"the guest's network does not answer: {guest.said()}")


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
async def test_dialogues_through_an_stp_that_is_killed(stp: Endpoint, transport: str) -> None:
    echo = EchoHlr()
    hlr, mkef = node(transport, stp, "hlr", echo), node(transport, stp, "mkef")
    async with asyncio.timeout(120), hlr, mkef:
        for each in (hlr, mkef):
            assert await each.wait_active(40)
        load_ = Load(mkef, SccpAddress(6, 2), rate=100.0, timeout_s=TIMEOUT_S)
        running = asyncio.create_task(load_.run())
        await load_.reached(100)
        while not load_.failures:  # noqa: ASYNC110 - until the STP is killed
            await asyncio.sleep(0.1)
        await load_.reached(load_.answered + 100)
        load_.stopped = True
        await running
    assert load_.mistaken == 0
    assert max(echo.asked.values()) == 1
    assert load_.answered + load_.failures.total() == load_.sent
    assert set(load_.failures) <= {"NoRoute", "MapTimeout"}
    assert load_.longest_s < TIMEOUT_S + 5


@pytest.mark.parametrize("transport", ["sctp-udp", "sctp-raw"])
async def test_the_whole_flow_through_the_stp(
    stp: Endpoint, transport: str, tmp_path: Path, tshark: Callable[..., str]
) -> None:
    settings = [
        f"transport={transport}",
        "listen=[]",
        f'connect=["{stp}"]',
        "register_routing_key=true",
    ]
    lab = Lab(
        tmp_path / "lab",
        settings={
            "hlr-stub": [f"sigtran.{each}" for each in settings],
            "mkef": [f"zr.sigtran.{each}" for each in settings],
        },
    )
    lab.prepare()
    async with asyncio.timeout(120), lab.run(), lab.device() as device:
        await device.send(b"21.5")
    assert len(lab.readings) == 1
    shown = tshark(lab.folder / "mkef.pcapng")
    assert shown.count("sendAuthenticationInfo") == 2
