"""OsmoHLR with a database of its own, spoken to over its VTY as its operator does."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROGRAM = "osmo-hlr"
TOOL = "osmo-hlr-db-tool"
_VTY = ("127.0.0.1", 4258)
_CONFIG = "line vty\n bind 127.0.0.1\nctrl\n bind 127.0.0.1\nhlr\n gsup\n  bind ip 127.0.0.1\n"
_START_S = 20.0


class Vty:
    """A privileged session."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._read(b"> ")
        self._connection.sendall(b"enable\r\n")
        self._read(b"# ")

    def run(self, command: str) -> str:
        """What a command prints."""
        self._connection.sendall(command.encode() + b"\r\n")
        return self._read(b"# ").decode(errors="replace")

    def _read(self, prompt: bytes) -> bytes:
        octets = b""
        while not octets.endswith(prompt):
            part = self._connection.recv(65536)
            assert part, "OsmoHLR has closed its VTY"
            octets += part
        return octets


def create(path: Path) -> None:
    """An empty database, as OsmoHLR's own tool makes it."""
    command = [TOOL, "-l", str(path), "create"]
    subprocess.run(command, check=True, capture_output=True, timeout=30)


@contextmanager
def osmo_hlr(database: Path) -> Iterator[Vty]:
    """OsmoHLR on a database, until the block ends; its ports are fixed: in a private network."""
    config = database.with_suffix(".cfg")
    config.write_text(_CONFIG)
    command = [PROGRAM, "-c", str(config), "-l", str(database)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=database.parent
    )
    try:
        with _connect(process) as connection:
            yield Vty(connection)
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _connect(process: subprocess.Popen[bytes]) -> socket.socket:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            return socket.create_connection(_VTY, timeout=10)
        time.sleep(0.02)
    raise AssertionError(f"OsmoHLR does not answer: exit status {process.poll()}")
