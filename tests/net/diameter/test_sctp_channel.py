"""Associations at their ends, on sockets that stand in for the kernel's SCTP."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from typing import Any

import pytest
from waiting import until

from mkef.net.sctp import SctpListener
from mkef.net.sctp_channel import SctpChannel


class Association:
    """One end of a pair of local sockets that keep messages apart, as SCTP does."""

    def __init__(self, sock: socket.socket) -> None:
        sock.settimeout(0)
        self._sock = sock
        self.fileno, self.close = sock.fileno, sock.close
        self.reads = 0

    def setsockopt(self, *_: Any) -> None: ...

    def settimeout(self, _: float) -> None: ...

    def getsockopt(self, *_: Any) -> bytes:
        return bytes(64)

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", 3868

    getpeername = getsockname

    def sendmsg(self, buffers: list[bytes], _control: Any) -> int:
        return self._sock.send(buffers[0])

    def recvmsg(self, size: int, _control: int) -> tuple[bytes, list[Any], int, None]:
        self.reads += 1
        return self._sock.recv(size), [], socket.MSG_EOR, None


class Gone(Association):
    """The peer went away before it was greeted."""

    def getsockopt(self, *_: Any) -> bytes:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


class User:
    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.lost: list[str] = []

    def channel_up(self, certified_names: frozenset[str] | None) -> None: ...

    def channel_octets(self, octets: bytes) -> None:
        self.heard.append(octets)

    def channel_stuck(self, *, stuck: bool) -> None: ...

    def channel_lost(self, reason: str) -> None:
        self.lost.append(reason)


@pytest.fixture
def pair() -> Any:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield ours, theirs


async def test_closing_waits_only_so_long_for_a_peer_that_does_not_read(
    pair: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And does not read from it meanwhile, whatever is asked for."""
    monkeypatch.setattr("mkef.net.channel.CLOSE_S", 0.1)
    ours, theirs = pair
    user, association = User(), Association(ours)
    channel = SctpChannel(user)
    channel.attach(association)  # type: ignore[arg-type]
    channel.write([bytes(10_000)] * 500)
    channel.close()
    channel.pause(reading=True)
    theirs.send(b"more")
    async with asyncio.timeout(5):
        await until(lambda: user.lost)
    assert (association.reads, user.heard) == (0, [])
    assert ours.fileno() == -1


async def test_associations_that_have_gone_do_not_count(serving: Any, pair: Any) -> None:
    async with serving(max_connections=1) as server:
        for sock in pair:
            server._accept_sctp(Gone(sock))
            assert sock.fileno() == -1
        assert (server._accepted, len(server._links)) == (0, 0)
        assert server.counts["connections_refused"] == 0


class Listening(Association):
    """A host without a socket to spare, for a while; the attempts are counted."""

    def accept(self) -> Any:
        self.reads += 1
        if self.reads < 3:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return Association(self._sock.dup()), None


async def test_no_socket_to_spare(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Accepting rests instead of spinning, and goes on by itself; closing ends that, too."""
    monkeypatch.setattr("mkef.net.sctp._ACCEPT_AGAIN_S", 0.1)
    ours, theirs = pair
    theirs.send(b"an association")
    sock = Listening(ours)
    accepted: list[Any] = []
    listener = SctpListener(sock, accepted.append)  # type: ignore[arg-type]
    await asyncio.sleep(0.05)
    assert sock.reads == 1
    async with asyncio.timeout(5):
        await until(lambda: accepted)
    assert sock.reads == 3
    sock.reads = 0
    await until(lambda: sock.reads)
    listener.close()
    for association in accepted:
        association.close()
    await asyncio.sleep(0.15)
    assert sock.reads == 1
