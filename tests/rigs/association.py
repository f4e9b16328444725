"""A socket that stands in for the kernel's SCTP where there is none."""

from __future__ import annotations

import socket
from typing import Any


class Association:
    """One end of a pair of local sockets that keep messages apart, as SCTP does."""

    def __init__(self, sock: socket.socket, streams: int = 1) -> None:
        sock.settimeout(0)
        self._streams = streams
        self.used: list[int] = []  # the stream of each message
        self._sock = sock
        self.fileno, self.close = sock.fileno, sock.close
        self.reads = 0

    def setsockopt(self, *_: Any) -> None: ...

    def settimeout(self, _: float) -> None: ...

    def getsockopt(self, *_: Any) -> bytes:
        return bytes(18) + self._streams.to_bytes(2, "little") + bytes(44)

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", 3868

    getpeername = getsockname

    def sendmsg(self, buffers: list[bytes], control: Any) -> int:
        sent = self._sock.send(buffers[0])
        self.used.append(int.from_bytes(control[0][2][:2], "little"))
        return sent

    def recvmsg(self, size: int, _control: int) -> tuple[bytes, list[Any], int, None]:
        self.reads += 1
        return self._sock.recv(size), [], socket.MSG_EOR, None
