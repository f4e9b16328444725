"""Associations at their ends, on sockets that stand in for the kernel's SCTP."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable
from typing import Any

import pytest
from association import Association
from waiting import until

from mkef.net.sctp import SctpListener
from mkef.net.sctp_channel import SctpChannel


class Gone(Association):
    """The peer went away before it was greeted."""

    def getsockopt(self, *_: Any) -> bytes:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


class User:
    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.stuck: list[bool] = []
        self.lost: list[str] = []

    def channel_up(self, certified_names: frozenset[str] | None) -> None: ...

    def channel_octets(self, octets: bytes) -> None:
        self.heard.append(octets)

    def channel_stuck(self, *, stuck: bool) -> None:
        self.stuck.append(stuck)

    def channel_lost(self, reason: str) -> None:
        self.lost.append(reason)


@pytest.fixture
def pair() -> Any:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.settimeout(0)
    with ours, theirs:
        yield ours, theirs


async def test_a_peer_that_does_not_read_is_stuck_until_it_does(pair: Any) -> None:
    """Said once each; what is written meanwhile stays in order, and has a limit."""
    ours, theirs = pair
    user = User()
    channel = SctpChannel(user)
    channel.attach(Association(ours))  # type: ignore[arg-type]
    sent = 0

    def write_until(condition: Callable[[], object]) -> None:
        nonlocal sent
        while not condition():
            channel.write([sent.to_bytes(4, "big") + bytes(1000)])
            sent += 1

    async with asyncio.timeout(5):
        write_until(lambda: user.stuck)
        channel.write([bytes(1000)] * 10)
        loop = asyncio.get_running_loop()
        heard = [(await loop.sock_recv(theirs, 2000))[:4] for _ in range(sent)]
        await until(lambda: user.stuck == [True, False])
        assert heard == [number.to_bytes(4, "big") for number in range(sent)]
        write_until(lambda: not channel.connected or sent > 10_000)
        await until(lambda: user.lost)
    assert (user.stuck, user.lost) == ([True, False, True], ["the peer reads too slowly"])


async def test_closing_waits_only_so_long_for_a_peer_that_does_not_read(
    pair: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And does not read from it meanwhile, whatever is asked for."""
    monkeypatch.setattr("mkef.net.closing.CLOSE_S", 0.1)
    ours, theirs = pair
    user, association = User(), Association(ours)
    channel = SctpChannel(user)
    channel.attach(association)  # type: ignore[arg-type]
    channel.write([bytes(10_000)] * 90)
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


@pytest.mark.parametrize(
    ("streams", "used"), [(1, [0, 0, 0, 0, 0, 0]), (2, [0, 1, 1, 1, 0, 1]), (4, [0, 1, 2, 3, 0, 1])]
)
async def test_applications_have_the_streams_in_turn(
    pair: Any, streams: int, used: list[int]
) -> None:
    """RFC 6733 clause 2.1.1; what peers say of themselves stays in one order."""
    ours, _ = pair
    association = Association(ours, streams)
    channel = SctpChannel(User())
    channel.attach(association)  # type: ignore[arg-type]
    base, request = bytes(20), bytes(8) + b"\x01\x00\x00\x01" + bytes(8)
    channel.write([base, request, request, request])
    channel.write([base])
    channel.write([request])
    assert association.used == used
    channel.abort()
