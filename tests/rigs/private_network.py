"""A network namespace for this thread: what opens a socket or starts a program in it sees no other.

Nodes of a test run in its own process, where a debugger reaches them, beside foreign programs on
standard ports that nobody else can see or disturb. Linux, and the right to make a namespace (root).
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CLONE_NEWNET = 0x40000000
_OF_THIS_THREAD = Path("/proc/thread-self/ns/net")
_libc = ctypes.CDLL(None, use_errno=True)


class PrivateNetwork:
    """A loopback with addresses of its own, which can be taken away and given back."""

    def add(self, *addresses: str) -> None:
        """Give this host addresses, for instance 10.77.0.1."""
        for address in addresses:
            _ip("address", "add", f"{address}/32", "dev", "lo")

    def remove(self, address: str) -> None:
        """What is sent to the address is lost, without a word to the sender."""
        _ip("address", "delete", f"{address}/32", "dev", "lo")

    def cut(self) -> None:
        """Everything is lost from now on."""
        _ip("link", "set", "lo", "down")

    def mend(self) -> None:
        """Everything flows again, what waits for retransmission too."""
        _ip("link", "set", "lo", "up")


@contextmanager
def private_network(*addresses: str) -> Iterator[PrivateNetwork]:
    """Inside, this thread and what it starts are in a new network; PermissionError if not root."""
    outside = os.open(_OF_THIS_THREAD, os.O_RDONLY)
    try:
        _call("unshare", _CLONE_NEWNET)
        try:
            network = PrivateNetwork()
            network.mend()
            network.add(*addresses)
            yield network
        finally:
            _call("setns", outside, _CLONE_NEWNET)
    finally:
        os.close(outside)


def _call(name: str, *arguments: int) -> None:
    if getattr(_libc, name)(*arguments):
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=10)
