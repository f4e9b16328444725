"""A socket that stands in for the kernel's SCTP where there is none."""

from __future__ import annotations

import socket
from typing import Any


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
