"""libusrsctp (Debian: libusrsctp2) through ctypes, without its threads and its own sockets.

The library is one state machine for the whole process. Associations have addresses of family
AF_CONN, which are numbers of ours: packets for a number go to a callback, packets from it are
handed in. Numbers differ from the kernel's: options, notifications and COMM_UP.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import errno
import os
import struct
from collections.abc import Callable
from ctypes import c_char_p, c_int, c_size_t, c_ssize_t, c_uint, c_uint8, c_uint16, c_uint32
from ctypes import c_void_p as pointer
from functools import cache
from typing import Any

AF_CONN = 123
IPPROTO_SCTP = 132
SOCK_STREAM = 1
_INITMSG, _NODELAY, _EVENT, _RECVRCVINFO, _STATUS = 0x03, 0x04, 0x1E, 0x1F, 0x100
_ASSOC_CHANGE, _COMM_UP = 0x0001, 1
_MSG_NOTIFICATION, _MSG_EOR = 0x2000, 0x80
_SENDV_SNDINFO = 1
_ASSOC_ID_FUTURE = 0  # for sockets of one association any number does
_SOCKADDR = struct.Struct("=HxxxxxxQ")  # family, (port in network order), address
_MAX_MESSAGE = 65_536
_AGAIN = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EINPROGRESS}

OUTPUT = ctypes.CFUNCTYPE(c_int, pointer, pointer, c_size_t, c_uint8, c_uint8)
UPCALL = ctypes.CFUNCTYPE(None, pointer, pointer, c_int)

# Result and arguments of the functions that are used (usrsctp.h).
_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "usrsctp_init_nothreads": (None, [c_uint16, OUTPUT, pointer]),
    "usrsctp_socket": (pointer, [c_int, c_int, c_int, pointer, pointer, c_uint32, pointer]),
    "usrsctp_bind": (c_int, [pointer, c_char_p, c_uint32]),
    "usrsctp_listen": (c_int, [pointer, c_int]),
    "usrsctp_connect": (c_int, [pointer, c_char_p, c_uint32]),
    "usrsctp_accept": (pointer, [pointer, pointer, pointer]),
    "usrsctp_close": (None, [pointer]),
    "usrsctp_setsockopt": (c_int, [pointer, c_int, c_int, c_char_p, c_uint32]),
    "usrsctp_getsockopt": (c_int, [pointer, c_int, c_int, pointer, pointer]),
    "usrsctp_set_non_blocking": (c_int, [pointer, c_int]),
    "usrsctp_set_upcall": (c_int, [pointer, UPCALL, pointer]),
    "usrsctp_sendv": (
        c_ssize_t,
        [pointer, c_char_p, c_size_t, pointer, c_int, c_char_p, c_uint32, c_uint, c_int],
    ),
    "usrsctp_recvv": (c_ssize_t, [pointer, pointer, c_size_t] + [pointer] * 6),
    "usrsctp_conninput": (None, [pointer, c_char_p, c_size_t, c_uint8]),
    "usrsctp_register_address": (None, [pointer]),
    "usrsctp_handle_timers": (None, [c_uint32]),
}


class UsrsctpMissing(OSError):
    """This host has no libusrsctp."""

    def __init__(self) -> None:
        super().__init__(errno.EPROTONOSUPPORT, "no libusrsctp: `apt-get install libusrsctp2`")


@cache
def load() -> ctypes.CDLL:
    """The library; UsrsctpMissing if it is not installed."""
    name = ctypes.util.find_library("usrsctp") or "libusrsctp.so.2"
    try:
        library = ctypes.CDLL(name, use_errno=True)
    except OSError:
        raise UsrsctpMissing from None
    for function, (result, arguments) in _FUNCTIONS.items():
        found = getattr(library, function)
        found.restype, found.argtypes = result, arguments
    return library


def _check(result: int | None) -> int:
    if result is None or result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def sockaddr(address: int, port: int) -> bytes:
    """struct sockaddr_conn: an address that is a number of ours, and an SCTP port."""
    packed = bytearray(_SOCKADDR.pack(AF_CONN, address))
    packed[2:4] = port.to_bytes(2, "big")
    return bytes(packed)


class Socket:
    """A one-to-one style socket of the library."""

    def __init__(self, streams: int, handle: int | None = None) -> None:
        self._library = load()
        if handle is None:
            make = self._library.usrsctp_socket
            handle = _check(make(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, None, None, 0, None))
        self._handle = handle
        self.closed = False
        self._set(_INITMSG, struct.pack("=HHHH", streams, streams, 0, 0))
        self._set(_NODELAY, struct.pack("=i", 1))
        self._set(_RECVRCVINFO, struct.pack("=i", 1))
        self._set(_EVENT, struct.pack("=IHBx", _ASSOC_ID_FUTURE, _ASSOC_CHANGE, 1))
        _check(self._library.usrsctp_set_non_blocking(self._handle, 1))

    def _set(self, option: int, value: bytes) -> None:
        set_option = self._library.usrsctp_setsockopt
        _check(set_option(self._handle, IPPROTO_SCTP, option, value, len(value)))

    def watch(self, upcall: Callable[..., None]) -> None:
        """Call `upcall` (an UPCALL that is kept alive) when something may be read or sent."""
        _check(self._library.usrsctp_set_upcall(self._handle, upcall, None))

    @property
    def key(self) -> int:
        """What the library calls the socket in an upcall."""
        return self._handle

    def bind(self, address: int, port: int) -> None:
        """Take an SCTP port."""
        where = sockaddr(address, port)
        _check(self._library.usrsctp_bind(self._handle, where, len(where)))

    def listen(self) -> None:
        """Accept associations."""
        _check(self._library.usrsctp_listen(self._handle, 64))

    def connect(self, address: int, port: int) -> None:
        """Begin an association; a notification says how that ended."""
        where = sockaddr(address, port)
        result = self._library.usrsctp_connect(self._handle, where, len(where))
        if result < 0 and ctypes.get_errno() not in _AGAIN:
            _check(result)

    def accept(self) -> tuple[int, int, int] | None:
        """The key of an association's socket, the peer's number and its SCTP port, if any waits."""
        where = ctypes.create_string_buffer(_SOCKADDR.size)
        size = c_uint32(_SOCKADDR.size)
        handle = self._library.usrsctp_accept(self._handle, where, ctypes.byref(size))
        if not handle:
            return None
        _, address = _SOCKADDR.unpack(where.raw)
        return int(handle), int(address), int.from_bytes(where.raw[2:4], "big")

    def streams(self) -> int:
        """Outbound streams of the association."""
        status, size = ctypes.create_string_buffer(512), c_uint32(512)
        get = self._library.usrsctp_getsockopt
        _check(get(self._handle, IPPROTO_SCTP, _STATUS, status, ctypes.byref(size)))
        return int(struct.unpack_from("=H", status.raw, 18)[0])

    def send(self, octets: bytes, *, stream: int, ppid: int) -> None:
        """One message; BlockingIOError if there is no room."""
        info = struct.pack("=HH", stream, 0) + struct.pack(">I", ppid) + struct.pack("=II", 0, 0)
        send = self._library.usrsctp_sendv
        _check(send(self._handle, octets, len(octets), None, 0, info, len(info), _SENDV_SNDINFO, 0))

    def receive(self) -> tuple[bytes, bool] | bool | None:
        """Octets and whether the message is whole; for a notification whether the association is
        up; None at its end. BlockingIOError if there is nothing."""
        buffer = ctypes.create_string_buffer(_MAX_MESSAGE)
        peer, peer_size = ctypes.create_string_buffer(128), c_uint32(128)
        info, info_size = ctypes.create_string_buffer(64), c_uint32(64)
        kind, flags = c_uint(0), c_int(0)
        references = [peer, peer_size, info, info_size, kind, flags]
        arguments = [each if each in (peer, info) else ctypes.byref(each) for each in references]
        receive = self._library.usrsctp_recvv
        length = _check(receive(self._handle, buffer, _MAX_MESSAGE, *arguments))
        octets = ctypes.string_at(buffer, length)
        if flags.value & _MSG_NOTIFICATION:
            # struct sctp_assoc_change: type, flags, length, state
            return len(octets) >= 10 and struct.unpack_from("=H", octets, 8)[0] == _COMM_UP
        return (octets, bool(flags.value & _MSG_EOR)) if octets else None

    def close(self) -> None:
        """End the association when everything is sent."""
        if not self.closed:
            self.closed = True
            self._library.usrsctp_close(self._handle)
