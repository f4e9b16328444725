"""SCTP in this process, over UDP (RFC 6951) or over IP where the kernel has no SCTP."""

from __future__ import annotations

import asyncio
import ctypes
import errno
import secrets
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from mkef.net.channel import WRITE_LIMIT
from mkef.net.closing import Closing
from mkef.net.endpoint import Endpoint
from mkef.net.sctp import SctpReceiver
from mkef.net.usrsctp_library import OUTPUT, UPCALL, Socket, load

ENCAPSULATION_PORT = 9899  # UDP (RFC 6951 clause 5.1)
STREAMS = 16
TICK_S = 0.01
GOODBYE_S = 1.0  # for what the library still sends when an association is closed
DATAGRAMS_AT_ONCE = 64
EPHEMERAL = range(49_152, 65_536)
_RECEIVE_BUFFER = 1 << 20

Peer = tuple[str, int]  # host and UDP port, 0 over IP


class Lower:
    """A socket that carries SCTP packets: one for each thing that listens or connects."""

    def __init__(self, sock: socket.socket, *, raw: bool) -> None:
        self._socket = sock
        self._raw = raw
        self.ports: set[int] = set()  # SCTP ports that are spoken for here
        self.failed: Callable[[OSError], None] | None = None
        sock.setblocking(False)  # noqa: FBT003 - the socket module's own signature
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        asyncio.get_running_loop().add_reader(sock, self._readable)

    @property
    def address(self) -> Peer:
        """Where it is bound."""
        name = self._socket.getsockname()
        return str(name[0]), int(name[1])

    def _readable(self) -> None:
        for _ in range(DATAGRAMS_AT_ONCE):
            try:
                packet, peer = self._socket.recvfrom(65_536)
            except BlockingIOError:
                return
            except OSError as error:
                self._refused(error)
                return
            if self._raw:
                packet, peer = packet[(packet[0] & 0x0F) * 4 :], (peer[0], 0)
            if int.from_bytes(packet[2:4], "big") in self.ports:
                STACK.input(self, (str(peer[0]), int(peer[1])), packet)

    def send(self, peer: Peer, packet: bytes) -> None:
        """One packet; what cannot be sent is lost, as on any network."""
        try:
            self._socket.sendto(packet, peer)
        except ConnectionRefusedError as error:
            self._refused(error)
        except OSError:
            return

    def _refused(self, error: OSError) -> None:
        """The peer's host says that nobody is there (ICMP)."""
        if self.failed is not None:
            asyncio.get_running_loop().call_soon(self.failed, error)

    def close(self) -> None:
        """Carry nothing more."""
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()


def open_udp(host: str, port: int, peer: Peer | None = None) -> Lower:
    """A UDP socket for encapsulated SCTP, with one peer alone or any; OSError if the port cannot
    be had."""
    sock = socket.socket(_family(host), socket.SOCK_DGRAM)
    lower = _bound(sock, (host, port), raw=False)
    if peer is not None:
        sock.connect(peer)  # so that ICMP reaches us
    return lower


def open_raw(host: str, peer: Peer | None = None) -> Lower:
    """A socket for SCTP packets over IPv4, with one peer alone or any; OSError without the right
    to have one."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_SCTP)
    lower = _bound(sock, (host, 0), raw=True)
    if peer is not None:
        sock.connect(peer)
    return lower


def _bound(sock: socket.socket, address: Peer, *, raw: bool) -> Lower:
    try:
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    return Lower(sock, raw=raw)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


@dataclass(slots=True)
class _Way:
    """A number of the library's: a peer on a lower socket."""

    lower: Lower
    peer: Peer


@dataclass(slots=True)
class Stack:
    """The library's one state machine, fed with packets and time while somebody uses it."""

    _ways: dict[int, _Way] = field(default_factory=dict)
    _numbers: dict[tuple[int, Peer], int] = field(default_factory=dict)
    _ready: dict[int, Callable[[], None]] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop | None = None
    _ticked: float = 0.0
    _started: bool = False
    _retired: list[tuple[float, Lower]] = field(default_factory=list)
    _callbacks: tuple[object, ...] = ()

    def start(self) -> None:
        """Use the library on the running loop; UsrsctpMissing if there is none."""
        library, loop = load(), asyncio.get_running_loop()
        if not self._started:
            output, upcall = OUTPUT(self._output), UPCALL(self._upcall)
            self._callbacks = (output, upcall)  # ctypes keeps no reference
            library.usrsctp_init_nothreads(0, output, None)
            self._started = True
        if self._loop is not loop:
            self._close_retired(float("inf"))  # of a loop that has ended
            self._loop, self._ticked = loop, loop.time()
            self._tick()

    def retire(self, lower: Lower) -> None:
        """Nobody uses a lower socket any more: it is closed when goodbyes are said."""
        self._retired.append((asyncio.get_running_loop().time() + GOODBYE_S, lower))

    def _close_retired(self, now: float) -> None:
        while self._retired and self._retired[0][0] <= now:
            self._retired.pop(0)[1].close()

    def _tick(self) -> None:
        loop = self._loop
        assert loop is not None
        elapsed_ms = int((loop.time() - self._ticked) * 1000)
        if elapsed_ms:
            self._ticked += elapsed_ms / 1000
            load().usrsctp_handle_timers(elapsed_ms)
        self._close_retired(loop.time())
        loop.call_later(TICK_S, self._tick)

    def number(self, lower: Lower, peer: Peer) -> int:
        """What the library calls a peer."""
        known = self._numbers.get((id(lower), peer))
        if known is None:
            known = 0x1000 + len(self._ways)
            self._ways[known] = _Way(lower, peer)
            self._numbers[id(lower), peer] = known
            load().usrsctp_register_address(known)
        return known

    def way(self, number: int) -> tuple[Lower, Peer]:
        """The peer that the library calls by a number."""
        way = self._ways[number]
        return way.lower, way.peer

    def input(self, lower: Lower, peer: Peer, packet: bytes) -> None:
        """A packet from a peer."""
        load().usrsctp_conninput(self.number(lower, peer), packet, len(packet), 0)

    def watch(self, sock: Socket, ready: Callable[[], None]) -> None:
        """Call `ready` soon whenever there may be something to do for a socket."""
        self._ready[sock.key] = ready
        sock.watch(self._callbacks[1])  # type: ignore[arg-type] # an UPCALL

    def forget(self, sock: Socket) -> None:
        """Watch a socket no more, and close it."""
        self._ready.pop(sock.key, None)
        sock.close()

    def _output(self, number: int, octets: int, length: int, _tos: int, _set_df: int) -> int:
        way = self._ways.get(number)
        if way is not None:
            way.lower.send(way.peer, ctypes.string_at(octets, length))
        return 0

    def _upcall(self, key: int, _argument: object, _flags: int) -> None:
        ready = self._ready.get(key)
        if ready is not None and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon(ready)


STACK = Stack()


class UsrsctpLink:
    """One association: whole messages in and out, as of the kernel's SCTP."""

    def __init__(self, sock: Socket, local: Endpoint, remote: Endpoint) -> None:
        self._socket = sock
        self._receiver: SctpReceiver | None = None
        self._loop = asyncio.get_running_loop()
        self._partial = b""
        self._unsent: deque[tuple[bytes, int, int]] = deque()
        self._waiting = 0  # octets in there
        self._closing = False
        self._limit = Closing(lambda: self.end("closed"))
        self.up: asyncio.Future[None] = self._loop.create_future()
        self.streams = 1
        self.local, self.remote = local, remote
        self.ended: Callable[[], None] = lambda: None  # whoever owns the lower socket
        STACK.watch(sock, self._ready)
        self._loop.call_soon(self._ready)

    def deliver_to(self, receiver: SctpReceiver) -> None:
        """From now on somebody is there for what comes."""
        self.streams = self._socket.streams()
        self._receiver = receiver
        self._loop.call_soon(self._ready)

    def send(self, octets: bytes, *, stream: int, ppid: int) -> None:
        """One message on a stream; a peer that reads too slowly is given up."""
        self._unsent.append((octets, stream, ppid))
        self._waiting += len(octets)
        if self._waiting > WRITE_LIMIT:
            self.end("the peer reads too slowly")
        elif len(self._unsent) == 1:
            self._flush()

    def _flush(self) -> None:
        try:
            while self._unsent:
                octets, stream, ppid = self._unsent[0]
                self._socket.send(octets, stream=stream, ppid=ppid)
                self._unsent.popleft()
                self._waiting -= len(octets)
        except BlockingIOError:
            return  # called again when there is room
        except OSError as error:
            self.end(error.strerror or str(error))
            return
        if self._closing:
            self.end("closed")

    def close(self) -> None:
        """End the association when everything is sent, as far as the peer takes it in time."""
        self._closing = True
        if self._unsent:
            self._limit.begin()
        else:
            self.end("closed")

    def end(self, reason: str) -> None:
        """End the association; whoever waits for it to be up is told, or the receiver is."""
        if self._socket.closed:
            return
        self._unsent.clear()
        self._limit.over()
        STACK.forget(self._socket)
        if not self.up.done():
            self.up.set_exception(ConnectionRefusedError(errno.ECONNREFUSED, reason))
        if self._receiver is not None:
            self._loop.call_soon(self._receiver.closed, reason)
        self.ended()

    def _ready(self) -> None:
        while not self._socket.closed and (self._receiver is not None or not self.up.done()):
            try:
                self._take(self._socket.receive())
            except BlockingIOError:
                break
            except OSError as error:
                self.end(error.strerror or str(error))
        if self._unsent and not self._socket.closed:
            self._flush()

    def _take(self, found: tuple[bytes, bool] | bool | None) -> None:
        if found is None:
            self.end("the peer closed the association")
        elif found is True:
            if not self.up.done():
                self.up.set_result(None)
        elif found is False:
            self.end("the association is lost")
        else:
            self._received(*found)

    def _received(self, octets: bytes, whole: bool) -> None:
        self._partial += octets
        if whole and self._receiver is not None:
            message, self._partial = self._partial, b""
            self._receiver.message(message)


async def connect(lower: Lower, endpoint: Endpoint, udp_port: int, port: int = 0) -> UsrsctpLink:
    """An association with `endpoint` over a lower socket; OSError if there is none to be had."""
    STACK.start()
    number = STACK.number(lower, (endpoint.host, udp_port))
    port = port or EPHEMERAL[secrets.randbelow(len(EPHEMERAL))]
    sock = Socket(STREAMS)
    try:
        sock.bind(number, port)
        lower.ports.add(port)
        link = UsrsctpLink(sock, Endpoint(lower.address[0], port), endpoint)
        link.ended = lambda: STACK.retire(lower)
        lower.failed = lambda error: link.end(error.strerror or str(error))
        sock.connect(number, endpoint.port)
    except OSError:
        sock.close()
        lower.close()
        raise
    try:
        await link.up
    except BaseException:
        link.end("given up")
        raise
    return link


class UsrsctpListener:
    """Accepts associations on one SCTP port, until it is closed."""

    def __init__(self, lower: Lower, port: int, accepted: Callable[[UsrsctpLink], None]) -> None:
        STACK.start()
        self._lower = lower
        self._accepted = accepted
        self._port = port
        self._socket = Socket(STREAMS)
        try:
            self._socket.bind(0, port)
            self._socket.listen()
        except OSError:
            self._socket.close()
            lower.close()
            raise
        lower.ports.add(port)
        STACK.watch(self._socket, self._ready)

    def _ready(self) -> None:
        while not self._socket.closed and (found := self._socket.accept()) is not None:
            key, number, port = found
            _, (host, _) = STACK.way(number)
            local = Endpoint(self._lower.address[0], self._port)
            link = UsrsctpLink(Socket(STREAMS, key), local, Endpoint(host, port))
            link.up.set_result(None)
            self._accepted(link)

    def close(self) -> None:
        """Accept no more; whoever listens has ended its associations, or does so now."""
        STACK.forget(self._socket)
        STACK.retire(self._lower)
