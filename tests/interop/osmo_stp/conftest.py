"""osmo-stp in a network of its own, our nodes beside it in this process."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from osmo_stp import PORTS, OsmoStp, section_of, settings_of
from private_network import private_network

from mkef.net import sctp
from mkef.net.capture import Capture
from mkef.net.sctp import SctpMissing
from mkef.net.sigtran import SigtranNode


@pytest.fixture
def kernel() -> None:
    """Skips where the kernel has no SCTP."""
    try:
        sctp.open_socket(socket.AF_INET).close()
    except SctpMissing as error:
        pytest.skip(f"{error.strerror}; `make test-sctp` has a kernel with it")


@pytest.fixture
def start_stp(
    tmp_path: Path, program: Callable[[str], str], missing: Callable[[str], NoReturn]
) -> Iterator[Callable[[str], OsmoStp]]:
    """`start_stp(kind)`: osmo-stp with application servers of both nodes."""
    found = program("osmo-stp")
    started: list[OsmoStp] = []

    def start(kind: str) -> OsmoStp:
        ports = {f"{name}_port": port for name, port in PORTS.items()}
        started.append(OsmoStp(found, tmp_path, kind, **ports))
        started[0].start()
        return started[0]

    try:
        with private_network():
            yield start
            for stp in started:
                stp.kill()
    except PermissionError as error:
        missing(f"no private network ({error}): run as root")


@pytest.fixture
def settings() -> Callable[[str, OsmoStp, str], list[str]]:
    """The same as settings of a program."""

    def written(kind: str, stp: OsmoStp, name: str) -> list[str]:
        found = settings_of(kind, stp, name)
        return [f"{key}={_toml(value)}" for key, value in found.items()]

    return written


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture
def node() -> Callable[..., SigtranNode]:
    """`node(kind, stp, name, service)`: one of the two nodes."""

    def make(kind: str, stp: OsmoStp, name: str, service: Any = None) -> SigtranNode:
        capture = Capture(None, node=name, clock=lambda: 0.0)
        section = section_of(kind, stp, name)
        return SigtranNode(section, service=service, capture=capture, peer_name="peer")

    return make
