"""osmo-stp in a network of its own, our nodes beside it in this process."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from osmo_stp import OsmoStp
from private_network import private_network

from mkef.net import sctp
from mkef.net.capture import Capture
from mkef.net.endpoint import Endpoint
from mkef.net.sctp import SctpMissing
from mkef.net.sigtran import SigtranNode, SigtranSection

# Static routes: an application server process is known by its port.
PORTS = {"mkef": 29051, "hlr": 29052}
CONTEXTS = {"mkef": 101, "hlr": 102}
POINT_CODES = {"mkef": 1, "hlr": 2}


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


def _settings(kind: str, stp: OsmoStp, name: str) -> dict[str, Any]:
    """What a node needs to be an ASP of the STP."""
    common = {"listen": [], "connect": [f"127.0.0.1:{stp.port}"]}
    if kind == "ipa":
        gateway = POINT_CODES["hlr" if name == "mkef" else "mkef"]
        named = {"transport": "ipa", "ipa_name": f"as-{name}", "gateway_point_code": gateway}
        return {**common, **named}
    if kind == "registered":
        return {**common, "transport": "sctp", "register_routing_key": True}
    known = {"local_port": PORTS[name], "routing_context": CONTEXTS[name]}
    return {**common, "transport": "sctp", **known}


@pytest.fixture
def settings() -> Callable[[str, OsmoStp, str], list[str]]:
    """The same as settings of a program."""

    def written(kind: str, stp: OsmoStp, name: str) -> list[str]:
        found = _settings(kind, stp, name)
        return [f"{key}={_toml(value)}" for key, value in found.items()]

    return written


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture
def node() -> Callable[..., SigtranNode]:
    """`node(kind, stp, name, service)`: one of the two nodes."""

    def make(kind: str, stp: OsmoStp, name: str, service: Any = None) -> SigtranNode:
        options = _settings(kind, stp, name)
        connect = tuple(map(Endpoint.parse, options.pop("connect")))
        section = SigtranSection(
            **{
                **options,
                "point_code": POINT_CODES[name],
                "ssn": 6 if service else 149,
                "listen": (),
                "connect": connect,
            }
        )
        capture = Capture(None, node=name, clock=lambda: 0.0)
        return SigtranNode(section, service=service, capture=capture, peer_name="peer")

    return make
