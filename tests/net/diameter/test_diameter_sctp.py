"""Diameter over SCTP of the kernel (RFC 6733 clause 2.1); `make test-sctp` has a kernel with it."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any

import pytest
from waiting import until

from mkef.net import sctp
from mkef.net.diameter_failures import RequestFailed
from mkef.net.diameter_section import ConnectSection
from mkef.net.endpoint import Endpoint, NetworkError
from mkef.net.sctp_channel import PPID_DIAMETER
from mkef_codecs.diameter.commands import decode, encode
from mkef_codecs.generated.diameter import CEA

FREE = Endpoint("127.0.0.1", 0)
LONG_S = 5.0


@pytest.fixture
def kernel_sctp() -> None:
    try:
        sctp.open_socket(socket.AF_INET).close()
    except sctp.SctpMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def calling(section_of: Any, node_of: Any) -> Any:
    def call(address: str) -> Any:
        peer = ConnectSection(
            host="mkef.home.example", address=(Endpoint.parse(address),), transport="sctp"
        )
        return node_of(section_of("mtc.example", connect=(peer,)))

    return call


async def test_requests_and_answers(
    kernel_sctp: None, serving: Any, calling: Any, ask: Any
) -> None:
    async with serving(listen_sctp=FREE) as server:
        async with calling(server.sctp_address) as client:
            assert (await client.request(ask(), LONG_S)).result_code == 2001
            link = await client.connected()
            assert link.channel.description.startswith("SCTP 127.0.0.1:")
            assert not link.remote.certified
            assert link.channel._link.streams > 1
            answers = await asyncio.gather(*(client.request(ask(), LONG_S) for _ in range(50)))
            assert [answer.result_code for answer in answers] == [2001] * 50
        await until(lambda: server.peers == [])


async def test_a_message_has_the_ppid_of_diameter(
    kernel_sctp: None, serving: Any, raw_capabilities: Any
) -> None:
    """46, a CEA on stream 0, in order (clause 2.1); a stranger's socket sees it."""
    async with serving(listen_sctp=FREE) as server:
        sock = await sctp.connect(Endpoint.parse(server.sctp_address))
        seen: list[tuple[bytes, int]] = []
        loop = asyncio.get_running_loop()

        def read() -> None:
            octets, control, flags, _ = sock.recvmsg(65_536, 256)
            if not flags & 0x8000:  # MSG_NOTIFICATION
                seen.append((octets, int.from_bytes(control[0][2][8:12], "big")))

        loop.add_reader(sock, read)
        try:
            sock.send(encode(raw_capabilities(), 1, 1))
            await until(lambda: seen)
        finally:
            loop.remove_reader(sock)
            sock.close()
    (octets, ppid), *_ = seen
    assert isinstance(decode(octets).body, CEA)
    assert ppid == PPID_DIAMETER


async def read_to_the_end(sock: socket.socket) -> None:
    while await asyncio.get_running_loop().sock_recv(sock, 65_536):
        pass


async def test_what_is_no_message_ends_in_an_abort(kernel_sctp: None, serving: Any) -> None:
    """Clause 2.1: not in good order, which would be a SHUTDOWN."""
    async with serving(listen_sctp=FREE) as server:
        sock = await sctp.connect(Endpoint.parse(server.sctp_address))
        sock.send(b"\1\0\0\0" + bytes(16))
        with sock, pytest.raises(ConnectionResetError):
            await read_to_the_end(sock)


async def test_a_peer_that_never_reads(
    kernel_sctp: None,
    serving: Any,
    calling: Any,
    raw_capabilities: Any,
    ask: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As over TCP: its requests stay in its own memory, the watchdog ends it, others are served."""
    monkeypatch.setattr("mkef.net.diameter_link._JITTER_S", 0.0)
    async with serving(listen_sctp=FREE, watchdog_s=1.0) as server:
        deaf = await sctp.connect(Endpoint.parse(server.sctp_address))
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(deaf, encode(raw_capabilities(origin_host="deaf.example"), 1, 1))
        with suppress(TimeoutError):
            for number in range(100_000):
                octets = encode(ask(origin_host="deaf.example"), number, number)
                await asyncio.wait_for(loop.sock_sendall(deaf, octets), 0.5)
        assert server.counts["stuck"] == 1
        async with calling(server.sctp_address) as client:
            assert (await client.request(ask(), LONG_S)).result_code == 2001
            await until(lambda: "deaf.example" not in server.peers)
        assert server.counts["silent"] == 1
        deaf.close()


@pytest.fixture
def without_sctp(monkeypatch: pytest.MonkeyPatch) -> None:
    async def missing(*_: Any, **__: Any) -> Any:
        raise sctp.SctpMissing

    monkeypatch.setattr(sctp, "listen", missing)
    monkeypatch.setattr(sctp, "connect", missing)


async def test_a_kernel_without_it_is_one_clear_line(
    without_sctp: None, serving: Any, calling: Any, ask: Any
) -> None:
    with pytest.raises(NetworkError, match="the kernel has no SCTP: `modprobe sctp`"):
        async with serving(listen_sctp=FREE):
            pass
    async with calling("127.0.0.1:3868") as client:
        with pytest.raises(RequestFailed, match="Protocol not supported"):
            await client.request(ask(), LONG_S)
