"""SCTP of the Linux kernel, one-to-one style, with nothing but the socket module (RFC 6458)."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import Protocol

from mkef.net.channel import WRITE_HIGH_WATER, WRITE_LIMIT
from mkef.net.closing import Closing
from mkef.net.endpoint import Endpoint
from mkef.net.signalling_transport import ANY, Local

SOL_SCTP = 132
_INITMSG, _NODELAY, _STATUS, _RECVRCVINFO, _EVENT = 2, 3, 14, 32, 127  # linux/sctp.h
_BINDX_ADD = 100
_CMSG_SNDINFO = 2
_MSG_NOTIFICATION = 0x8000
_ASSOC_CHANGE = 0x8001
_COMM_UP = 0
_STREAMS = 16  # asked for each way; the association has what both ends agree on
_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_MISSING = {errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT, errno.EAFNOSUPPORT, errno.ENOSYS}

_ANY_HOST = {socket.AF_INET: "0.0.0.0", socket.AF_INET6: "::"}  # noqa: S104 - of connecting sockets

MAX_MESSAGE = 65_536
READS_AT_ONCE = 64  # before other connections have their turn
_ACCEPT_AGAIN_S = 1.0  # where the host had no socket left


class SctpReceiver(Protocol):
    """Who is told what an association brings."""

    def message(self, octets: bytes) -> None:
        """One whole user message."""

    def closed(self, reason: str) -> None:
        """The association is gone; nothing follows."""


class SctpMissing(OSError):
    """This host's kernel has no SCTP."""

    def __init__(self) -> None:
        super().__init__(errno.EPROTONOSUPPORT, "the kernel has no SCTP: `modprobe sctp`")


def open_socket(family: socket.AddressFamily) -> socket.socket:
    """A non-blocking SCTP socket that tells what we need to know; SctpMissing without SCTP."""
    try:
        sock = socket.socket(family, socket.SOCK_STREAM, SOL_SCTP)
    except OSError as error:
        raise SctpMissing if error.errno in _MISSING else error from None
    return _prepare(sock)


def _prepare(sock: socket.socket) -> socket.socket:
    sock.settimeout(0)  # non-blocking
    sock.setsockopt(SOL_SCTP, _INITMSG, struct.pack("=HHHH", _STREAMS, _STREAMS, 0, 0))
    sock.setsockopt(SOL_SCTP, _NODELAY, 1)
    sock.setsockopt(SOL_SCTP, _RECVRCVINFO, 1)
    sock.setsockopt(SOL_SCTP, _EVENT, struct.pack("=iHBx", 0, _ASSOC_CHANGE, 1))
    return sock


async def resolve(endpoint: Endpoint) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """The family and the address of an endpoint; the first one that the resolver names."""
    found = await asyncio.get_running_loop().getaddrinfo(
        endpoint.host, endpoint.port, type=socket.SOCK_STREAM
    )
    family, _, _, _, address = found[0]
    return family, (str(address[0]), int(address[1]))


async def connect(endpoint: Endpoint, local: Local = ANY) -> socket.socket:
    """An association with `endpoint`; OSError if there is none to be had."""
    family, address = await resolve(endpoint)
    sock = open_socket(family)
    try:
        if local.addresses or local.port:
            first = (local.addresses or (_ANY_HOST[family],))[0]
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((first, local.port))
            _add_addresses(sock, local.addresses[1:])
        await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock


async def listen(endpoint: Endpoint, further: tuple[str, ...] = ()) -> socket.socket:
    """A listening socket, of several addresses if so wished; OSError if one cannot be had."""
    family, address = await resolve(endpoint)
    sock = open_socket(family)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        _add_addresses(sock, tuple(each for each in further if each != address[0]))
        sock.listen(64)
    except OSError as error:
        sock.close()
        raise SctpMissing if error.errno in _MISSING else error from None
    return sock


def _add_addresses(sock: socket.socket, addresses: tuple[str, ...]) -> None:
    """Multi-homing: further addresses of a socket that is bound (RFC 6458 clause 9.1)."""
    port = sock.getsockname()[1]
    for address in addresses:
        packed = _sockaddr(address, port)
        sock.setsockopt(SOL_SCTP, _BINDX_ADD, packed)


def _sockaddr(address: str, port: int) -> bytes:
    """struct sockaddr_in or sockaddr_in6."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return (
            struct.pack("=H", socket.AF_INET) + struct.pack(">H", port) + parsed.packed + bytes(8)
        )
    head = struct.pack("=H", socket.AF_INET6) + struct.pack(">HI", port, 0)
    return head + parsed.packed + bytes(4)


class SctpListener:
    """Accepts associations until it is closed."""

    def __init__(self, sock: socket.socket, accepted: Callable[[socket.socket], None]) -> None:
        self._socket = sock
        self._accepted = accepted
        self._resting: asyncio.TimerHandle | None = None
        self.endpoint = Endpoint(*sock.getsockname()[:2])
        self._listen()

    def _listen(self) -> None:
        asyncio.get_running_loop().add_reader(self._socket, self._readable)

    def _readable(self) -> None:
        try:
            sock, _ = self._socket.accept()
        except OSError as error:
            if error.errno in _EXHAUSTED:
                self._rest()
            return
        try:
            self._accepted(_prepare(sock))
        except OSError:
            sock.close()  # the peer went away before it was greeted

    def _rest(self) -> None:
        """Let associations wait in the kernel: asking again at once would take all of the CPU."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._socket)
        self._resting = loop.call_later(_ACCEPT_AGAIN_S, self._listen)

    def close(self) -> None:
        """Accept no more."""
        if self._resting is not None:
            self._resting.cancel()
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()


class SctpLink:
    """One association: whole messages in and out."""

    def __init__(self, sock: socket.socket, receiver: SctpReceiver) -> None:
        self._socket = sock
        self._receiver = receiver
        self._loop = asyncio.get_running_loop()
        self._partial = b""
        self._unsent: deque[tuple[bytes, bytes]] = deque()
        self._waiting = 0  # octets in there, that the kernel does not take yet
        self._closing = False
        self._limit = Closing(self.abort)
        self._is_stuck = False
        # Whoever wants to know whether the peer reads.
        self.stuck: Callable[..., None] = lambda *, stuck: None  # noqa: ARG005
        self.streams = self._outbound_streams()
        self.local = Endpoint(*sock.getsockname()[:2])
        self.remote = Endpoint(*sock.getpeername()[:2])
        self._loop.add_reader(sock, self._readable)

    def _outbound_streams(self) -> int:
        # struct sctp_status: association, state, window, 2 counters, inbound and outbound streams
        status = self._socket.getsockopt(SOL_SCTP, _STATUS, 512)
        return int(struct.unpack_from("=H", status, 18)[0])

    def send(self, octets: bytes, *, stream: int, ppid: int) -> None:
        """One message on a stream; a peer that reads too slowly is given up."""
        if self._socket.fileno() < 0:
            return
        # struct sctp_sndinfo: stream, flags, PPID (in network order), context, association
        info = struct.pack("=HH", stream, 0) + struct.pack(">I", ppid) + struct.pack("=Ii", 0, 0)
        self._unsent.append((octets, info))
        self._waiting += len(octets)
        if len(self._unsent) == 1:
            self._flush()
        elif self._waiting > WRITE_LIMIT:
            self._end("the peer reads too slowly")
        elif self._waiting > WRITE_HIGH_WATER:
            self._set_stuck(stuck=True)

    def _set_stuck(self, *, stuck: bool) -> None:
        if stuck != self._is_stuck:
            self._is_stuck = stuck
            self.stuck(stuck=stuck)

    def _flush(self) -> None:
        try:
            while self._unsent:
                octets, info = self._unsent[0]
                self._socket.sendmsg([octets], [(SOL_SCTP, _CMSG_SNDINFO, info)])
                self._unsent.popleft()
                self._waiting -= len(octets)
        except BlockingIOError:
            self._loop.add_writer(self._socket, self._flush)
            return
        except OSError as error:
            self._end(error.strerror or str(error))
            return
        self._loop.remove_writer(self._socket)
        if self._closing:
            self._end("closed")
        else:
            self._set_stuck(stuck=False)

    def pause(self, *, reading: bool) -> None:
        """Read on from the peer, or leave its messages where they are."""
        if self._closing or self._socket.fileno() < 0:
            return
        if reading:
            self._loop.add_reader(self._socket, self._readable)
        else:
            self._loop.remove_reader(self._socket)

    def abort(self) -> None:
        """End the association at once, with ABORT."""
        if self._socket.fileno() >= 0:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._end("aborted")

    def close(self) -> None:
        """End the association when everything is sent, as far as the peer takes it in time."""
        self._closing = True
        if self._unsent and self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket)
            self._limit.begin()
        else:
            self._end("closed")

    def _end(self, reason: str) -> None:
        if self._socket.fileno() < 0:
            return
        self._unsent.clear()
        self._limit.over()
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._socket.close()
        # Not from inside of a call of the receiver's own.
        self._loop.call_soon(self._receiver.closed, reason)

    def _readable(self) -> None:
        for _ in range(READS_AT_ONCE):
            if self._closing or self._socket.fileno() < 0 or not self._read():
                return

    def _read(self) -> bool:
        """Take one piece of a message or one notification; whether there may be more."""
        try:
            octets, _, flags, _ = self._socket.recvmsg(MAX_MESSAGE, 256)
        except BlockingIOError:
            return False
        except OSError as error:
            self._end(error.strerror or str(error))
            return False
        if flags & _MSG_NOTIFICATION:
            self._notified(octets)
        elif not octets:
            self._end("the peer closed the association")
        else:
            self._received(octets, whole=bool(flags & socket.MSG_EOR))
        return True

    def _received(self, octets: bytes, *, whole: bool) -> None:
        self._partial += octets
        if len(self._partial) > MAX_MESSAGE:
            self._end("a message is too long")
        elif whole:
            message, self._partial = self._partial, b""
            self._receiver.message(message)

    def _notified(self, octets: bytes) -> None:
        # struct sctp_assoc_change: type, flags, length, state
        if len(octets) < 10 or struct.unpack_from("=H", octets)[0] != _ASSOC_CHANGE:
            return
        if struct.unpack_from("=H", octets, 8)[0] != _COMM_UP:
            self._end("the association is lost")
