"""Addresses as people write them, and the one error that says what to do about the network."""

from __future__ import annotations

import errno
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


class NetworkError(Exception):
    """Something about this host or a peer that an operator can put right; one line."""

    details: Mapping[str, object] = MappingProxyType({})  # for programs, beside the line


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host (name or address) and a port, written `127.0.0.1:3868` or `[::1]:3868`."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Endpoint:
        """The endpoint of its written form; port 0 asks the system for a free one."""
        host, colon, port = text.rpartition(":")
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        elif ":" in host:
            raise ValueError(f"an IPv6 address stands in brackets: [{host}]:{port}")
        if not (colon and host and port.isascii() and port.isdigit() and int(port) < 1 << 16):
            raise ValueError("expected host:port, for instance 127.0.0.1:5868 or [::1]:5868")
        return cls(host, int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether this can only be reached from this host."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def listen_error(what: str, endpoint: Endpoint, error: OSError) -> NetworkError:
    """The reason why `what` cannot listen, and what to do."""
    hints = {
        errno.EADDRINUSE: "the port is in use: stop the other program or choose another port",
        errno.EADDRNOTAVAIL: "this host does not have that address: choose one of its own",
        errno.EACCES: "ports below 1024 need privileges: choose a higher one",
        errno.EPROTONOSUPPORT: f'{error.strerror}, or transport = "tcp"',
        errno.EPERM: "it needs privileges (CAP_NET_RAW): run as root or choose another transport",
    }
    # asyncio of Python 3.13 gives no number where no address could be bound.
    number = errno.EADDRNOTAVAIL if error.errno is None else error.errno
    hint = hints.get(number, error.strerror or str(error))
    return NetworkError(f"{what} cannot listen on {endpoint}: {hint}")
