"""freeDiameter in a private network, our nodes beside it in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

import pytest
from freediameter import PROGRAM, FreeDiameter
from private_network import PrivateNetwork, private_network

from mkef.net.capture import Capture
from mkef.net.diameter import DiameterNode, local_node
from mkef.net.diameter_section import ConnectSection, DiameterSection
from mkef.net.endpoint import Endpoint
from mkef.net.tls import TlsSection
from mkef.ops.pki import init, issue
from mkef.stack.diameter_access import Remote
from mkef_codecs.diameter.commands import Body, Message, decode
from mkef_codecs.generated.diameter import MKA, MKR

RELAY, RELAY_ADDRESS = "relay.core.example", "10.77.0.1"
SECOND, SECOND_ADDRESS = "second.core.example", "10.77.0.2"
SERVER = "mtc.servers.example"
# Home networks: the host of each MKEF and where it listens.
MKEFS = {"mkef.home.example": "10.77.0.11", "mkef.away.example": "10.77.0.12"}
# The hosts of docs/protocol.md's own realms, with devices of two operators.
ROAMING = (
    "mtc-server.example",
    "mkef.epc.mnc001.mcc001.3gppnetwork.org",
    "mkef.epc.mnc099.mcc999.3gppnetwork.org",
)
HLR = "hlr.home.example"
ZK = (32473, 16781313)


@pytest.fixture
def network(
    program: Callable[[str], str], missing: Callable[[str], NoReturn]
) -> Iterator[PrivateNetwork]:
    """The private network of one test, with the addresses of relay and MKEFs."""
    program(PROGRAM)
    program("ip")
    try:
        with private_network(RELAY_ADDRESS, SECOND_ADDRESS, *MKEFS.values()) as network:
            yield network
    except PermissionError as error:
        missing(f"no private network ({error}): run as root")


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One authority, and a certificate for each node."""
    return _issued(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another authority that issued the same names."""
    return _issued(tmp_path_factory.mktemp("strangers"))


def _issued(folder: Path) -> Path:
    init(folder)
    for host in (RELAY, SECOND, SERVER, HLR, *MKEFS, *ROAMING):
        issue(folder, [host])
    return folder


@dataclass(frozen=True, slots=True)
class Transport:
    """What the nodes of a test speak: TLS where there is a folder of certificates."""

    pki: Path | None

    @property
    def tls(self) -> bool:
        return self.pki is not None

    @property
    def port(self) -> int:
        return 5868 if self.tls else 3868

    def section(self, host: str) -> TlsSection | None:
        if self.pki is None:
            return None
        return TlsSection(
            certificate=self.pki / f"{host}.pem",
            key=self.pki / f"{host}.key",
            authority=self.pki / "ca.pem",
        )


@pytest.fixture(params=["TCP", "TLS"])
def transport(request: pytest.FixtureRequest, pki: Path) -> Transport:
    return Transport(pki if request.param == "TLS" else None)


@dataclass
class Wire(Capture):
    """Every message that one node of ours sent and received, instead of a file."""

    sent: list[Message] = field(default_factory=list)
    received: list[Message] = field(default_factory=list)
    handled: int = 0  # requests that reached the application
    active = True
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def leg(self, *_: Any, **__: Any) -> Any:
        return _Leg(self)

    def note(self, messages: list[Message], octets: bytes) -> None:
        messages.append(decode(octets))
        self._more.set()

    async def until(self, condition: Callable[[Wire], bool]) -> None:
        """Wait for what the messages so far do not show yet."""
        while not condition(self):
            self._more.clear()
            await self._more.wait()


@dataclass
class _Leg:
    wire: Wire

    def sent(self, octets: bytes) -> None:
        self.wire.note(self.wire.sent, octets)

    def received(self, octets: bytes) -> None:
        self.wire.note(self.wire.received, octets)


@pytest.fixture
def wire() -> Wire:
    """For a node that a test makes by itself."""
    return Wire()


def make_node(host: str, wire: Wire, *, transport: Transport, **options: Any) -> DiameterNode:
    """A node of ours; what is not of the node itself are keys of its section."""
    own = {key: options.pop(key) for key in ("listen", "handlers") if key in options}
    applications = options.pop("applications", (ZK,))
    section = DiameterSection(
        origin_host=host,
        origin_realm=host.partition(".")[2],
        tls=transport.section(host),
        **options,
    )
    local = local_node(section, applications)
    return DiameterNode(section, local, capture=wire, peer_name="relay", **own)


async def echo(request: Message, _remote: Remote, *, host: str) -> Body:
    """A key answer that says whose it is: MKEF and Session-Id."""
    assert isinstance(request.body, MKR)
    return MKA(
        session_id=request.body.session_id,
        auth_session_state=1,
        origin_host=host,
        origin_realm=host.partition(".")[2],
        result_code=2001,
        proxy_info=request.body.proxy_info,
    )


Daemon = Callable[..., FreeDiameter]
Serving = Callable[..., AbstractAsyncContextManager[Wire]]
Asking = Callable[..., AbstractAsyncContextManager[tuple[DiameterNode, Wire]]]


@pytest.fixture
def daemon(network: PrivateNetwork, tmp_path: Path, transport: Transport) -> Daemon:
    """The relay, or the second one; keywords as FreeDiameter's."""

    def make(identity: str = RELAY, address: str = RELAY_ADDRESS, **options: Any) -> FreeDiameter:
        options.setdefault("pki", transport.pki)
        return FreeDiameter(tmp_path / identity, identity, address, **options)

    return make


@pytest.fixture
def serving(network: PrivateNetwork, transport: Transport) -> Serving:
    """An MKEF that answers every key request with its name; what it sent and received."""

    @asynccontextmanager
    async def serve(host: str, **options: Any) -> AsyncIterator[Wire]:
        wire = Wire()

        async def handle(request: Message, remote: Remote) -> Body:
            wire.handled += 1
            return await echo(request, remote, host=host)

        listen = Endpoint(MKEFS[host], transport.port)
        options = {"handlers": {MKR.APPLICATION: handle}} | options
        async with make_node(host, wire, transport=transport, listen=listen, **options):
            yield wire

    return serve


@pytest.fixture
def asking(network: PrivateNetwork, transport: Transport) -> Asking:
    """An MTC Server connected to the relay, and what it sent and received."""

    @asynccontextmanager
    async def connect(
        host: str = SERVER,
        relays: Mapping[str, str] = MappingProxyType({RELAY: RELAY_ADDRESS}),
        **options: Any,
    ) -> AsyncIterator[tuple[DiameterNode, Wire]]:
        wire = Wire()
        ways = tuple(
            ConnectSection(host=relay, address=(Endpoint(address, transport.port),), realms=("*",))
            for relay, address in relays.items()
        )
        async with make_node(host, wire, transport=transport, connect=ways, **options) as client:
            yield client, wire

    return connect


Ask = Callable[..., MKR]


@pytest.fixture
def ask() -> Ask:
    """A key request of the MTC Server for a realm."""

    def request(realm: str, session: str, **changes: Any) -> MKR:
        fields: dict[str, Any] = {
            "session_id": session,
            "auth_session_state": 1,
            "origin_host": SERVER,
            "origin_realm": "servers.example",
            "destination_realm": realm,
            "user_name": "001010123456789",
            "mtc_key_profile": 0,
            "mtc_device_rand": bytes(16),
            "mtc_encrypted_res": bytes(4),
        }
        return MKR(**(fields | changes))

    return request


@pytest.fixture
def patience() -> Callable[[], AbstractAsyncContextManager[asyncio.Timeout]]:
    """No test waits longer than this for anything."""
    return lambda: asyncio.timeout(60)
