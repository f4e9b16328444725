"""M3UA over the kernel's SCTP where there is one, and what is said where there is none."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import pytest

from mkef.net import sctp
from mkef.net.endpoint import Endpoint, NetworkError
from mkef.net.sctp import SctpLink, SctpListener, SctpMissing
from mkef_codecs.ss7.map_auth import Encoding, SendAuthenticationInfoArg
from mkef_codecs.ss7.sccp import SccpAddress

HLR = SccpAddress(6, 2)
LOOPBACK = Endpoint("127.0.0.1", 0)
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


@pytest.mark.usefixtures("no_kernel")
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
    assert events.count("SCTP is missing") == 1
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
        sent = [bytes((i,)) * (1 + i * 251) for i in range(200)]
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
