"""M3UA over the kernel's SCTP where there is one, and what is said where there is none."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from mkef.net import sctp, usrsctp
from mkef.net.endpoint import Endpoint, NetworkError
from mkef.net.sctp import SctpLink, SctpListener, SctpMissing
from mkef.net.usrsctp_library import UsrsctpMissing, load
from mkef_codecs.ss7.map_auth import Encoding, SendAuthenticationInfoArg
from mkef_codecs.ss7.sccp import SccpAddress

HLR = SccpAddress(6, 2)
LOOPBACK = Endpoint("127.0.0.1", 0)
KERNEL_SPEAKS = Path("/proc/net/sctp").exists()
Open = Callable[..., Any]


@pytest.fixture
def kernel() -> None:
    """Skips where the kernel has no SCTP."""
    try:
        sctp.open_socket(socket.AF_INET).close()
    except SctpMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without SCTP."""

    def refuse(_family: socket.AddressFamily) -> socket.socket:
        raise SctpMissing

    monkeypatch.setattr(sctp, "open_socket", refuse)


@pytest.fixture
def no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host without libusrsctp."""

    def refuse() -> None:
        raise UsrsctpMissing

    monkeypatch.setattr(usrsctp.STACK.__class__, "start", lambda _: refuse())


@pytest.mark.usefixtures("no_kernel", "no_library")
async def test_auto_does_without_sctp_and_says_so_once(
    serve: Open,
    ask: Open,
    hlr: Any,
    argument: SendAuthenticationInfoArg,
    log: list[dict[str, Any]],
) -> None:
    async with serve(hlr, transport="auto") as node, ask(node, transport="auto") as mkef:
        assert list(node.addresses) == ["m3ua_tcp"]
        assert await mkef.wait_active(10)
        await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
    events = [event["event"] for event in log]
    assert events.count("transport is missing") == 2
    missing = {e["transport"]: e["hint"] for e in log if e["event"] == "transport is missing"}
    assert "modprobe sctp" in missing["sctp"]
    assert "apt-get install libusrsctp2" in missing["sctp-udp"]
    taken = [e["transport"] for e in log if e["event"] == "M3UA association active"]
    assert len(taken) == 2
    assert all(transport.startswith("TCP 127.0.0.1:") for transport in taken)


@pytest.mark.usefixtures("no_kernel")
async def test_sctp_alone_is_an_error_that_says_what_to_do(serve: Open, hlr: Any) -> None:
    with pytest.raises(NetworkError, match='modprobe sctp`, or transport = "tcp"'):
        async with serve(hlr, transport="sctp"):
            pass


@pytest.mark.usefixtures("no_kernel")
async def test_a_client_of_sctp_alone_says_what_is_missing(
    serve: Open, ask: Open, hlr: Any, log: list[dict[str, Any]]
) -> None:
    async with serve(hlr) as node, ask(node, transport="sctp") as mkef:
        assert not await mkef.wait_active(0.05)
    (event,) = [e for e in log if e["event"] == "M3UA peer not reached"]
    assert "modprobe sctp" in event["reason"]


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("choice", ["auto", "sctp"])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_a_question_and_its_answer_over_sctp(
    serve: Open,
    ask: Open,
    hlr: Any,
    argument: SendAuthenticationInfoArg,
    log: list[dict[str, Any]],
    choice: str,
    host: str,
) -> None:
    async with serve(hlr, listen=(Endpoint(host, 0),), transport=choice) as node:
        endpoint = Endpoint.parse(node.addresses["m3ua_sctp"])
        async with ask(endpoint, transport=choice) as mkef:
            assert await mkef.wait_active(10)
            await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
    taken = [e["transport"] for e in log if e["event"] == "M3UA association active"]
    assert all(transport.startswith("SCTP ") for transport in taken)


@pytest.mark.usefixtures("kernel")
async def test_a_client_takes_tcp_where_nobody_listens_on_sctp(
    serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg
) -> None:
    async with serve(hlr, transport="tcp") as node, ask(node, transport="auto") as mkef:
        assert await mkef.wait_active(10)
        await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)


class Mailbox:
    """Takes what an association brings."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[bytes] = asyncio.Queue()
        self.end: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def message(self, octets: bytes) -> None:
        self.messages.put_nowait(octets)

    def closed(self, reason: str) -> None:
        self.end.set_result(reason)


@pytest.mark.usefixtures("kernel")
async def test_messages_stay_whole_in_order_and_are_sent_before_the_end() -> None:
    here, there = Mailbox(), Mailbox()
    accepted: asyncio.Future[SctpLink] = asyncio.get_running_loop().create_future()
    listener = SctpListener(
        await sctp.listen(LOOPBACK), lambda sock: accepted.set_result(SctpLink(sock, there))
    )
    async with asyncio.timeout(20):
        link = SctpLink(await sctp.connect(listener.endpoint), here)
        other = await accepted
        assert link.streams == other.streams == 16
        assert (link.remote, other.remote) == (other.local, link.local)
        sent = [bytes((i,)) * (1 + i * 151) for i in range(200)]
        for octets in sent:
            link.send(octets, stream=1, ppid=3)
        link.close()
        assert [await there.messages.get() for _ in sent] == sent
        assert await here.end == "closed"
        await there.end
    listener.close()


@pytest.mark.usefixtures("kernel")
async def test_a_port_in_use_by_sctp(serve: Open, hlr: Any) -> None:
    async with serve(hlr, transport="sctp") as node:
        endpoint = Endpoint.parse(node.addresses["m3ua_sctp"])
        with pytest.raises(NetworkError, match="the port is in use"):
            async with serve(hlr, transport="sctp", listen=(endpoint,)):
                pass


# --- SCTP of this process ---


@pytest.fixture
def library(program: Callable[[str], str], missing: Callable[[str], NoReturn]) -> None:
    """Skips where libusrsctp is not installed."""
    try:
        load()
    except UsrsctpMissing as error:
        missing(str(error.strerror))


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("choice", ["sctp-udp", "sctp-raw"])
async def test_a_question_over_sctp_of_this_process(
    serve: Open,
    ask: Open,
    hlr: Any,
    argument: SendAuthenticationInfoArg,
    log: list[dict[str, Any]],
    choice: str,
) -> None:
    if choice == "sctp-raw" and (os.geteuid() != 0 or KERNEL_SPEAKS):
        pytest.skip("raw sockets need privileges, and a kernel that does not speak SCTP itself")
    port, udp_port = free_udp_port(), free_udp_port()
    options = {"transport": choice, "udp_port": udp_port}
    endpoint = Endpoint("127.0.0.1", port)
    async with serve(hlr, listen=(endpoint,), **options) as node, ask(endpoint, **options) as mkef:
        assert list(node.addresses) == [f"m3ua_{choice}"]
        assert await mkef.wait_active(10)
        for _ in range(20):
            await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)
    taken = [e["transport"] for e in log if e["event"] == "M3UA association active"]
    name = "SCTP/UDP" if choice == "sctp-udp" else "SCTP"
    assert all(transport.startswith(f"{name} 127.0.0.1:") for transport in taken)


@pytest.mark.usefixtures("library", "no_kernel")
async def test_auto_takes_sctp_over_udp_where_there_is_nothing_else(
    serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg
) -> None:
    endpoint, udp_port = Endpoint("127.0.0.1", free_udp_port()), free_udp_port()
    async with (
        serve(hlr, listen=(endpoint,), transport="sctp-udp", udp_port=udp_port),
        ask(endpoint, transport="auto", udp_port=udp_port) as mkef,
    ):
        assert await mkef.wait_active(10)
        await mkef.send_authentication_info(HLR, argument, encoding=Encoding.EXTENSION)


@pytest.mark.usefixtures("library")
async def test_nobody_there_for_sctp_over_udp(ask: Open, log: list[dict[str, Any]]) -> None:
    nobody = Endpoint("127.0.0.1", free_udp_port())
    async with ask(nobody, transport="sctp-udp", udp_port=free_udp_port()) as mkef:
        assert not await mkef.wait_active(1.5)
    (event, *_) = [e for e in log if e["event"] == "M3UA peer not reached"]
    assert event["reason"] in {"Connection refused", "no answer"}


@pytest.mark.usefixtures("library")
async def test_a_udp_port_in_use(serve: Open, hlr: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        udp_port = taken.getsockname()[1]
        with pytest.raises(NetworkError, match="the port is in use"):
            async with serve(hlr, transport="sctp-udp", udp_port=udp_port):
                pass
        async with serve(hlr, transport="auto", udp_port=udp_port) as node:
            assert "m3ua_tcp" in node.addresses
            assert "m3ua_sctp-udp" not in node.addresses
