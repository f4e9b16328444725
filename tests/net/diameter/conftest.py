"""Servers, clients and raw peers on loopback, with certificates of a lab's own authority."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from mkef.net.capture import Capture
from mkef.net.diameter import DiameterNode, local_node
from mkef.net.diameter_section import ConnectSection, DiameterSection
from mkef.net.endpoint import Endpoint
from mkef.net.sources import SYSTEM, Sources
from mkef.net.tls import TlsSection
from mkef.ops.pki import init, issue
from mkef.stack.diameter_access import Remote
from mkef_codecs.diameter.commands import Body, Message, decode, encode
from mkef_codecs.generated.diameter import CEA, CER, MKA, MKR, VendorSpecificApplicationId

MKEF_HOST = "mkef.home.example"
SERVER_HOST = "mtc.example"
ZK = (32473, 16781313)
FREE = Endpoint("127.0.0.1", 0)
NO_CAPTURE = Capture(None, node="test", clock=SYSTEM.clock)
PATIENCE_S = 30.0


def section(host: str, *, realm: str | None = None, **options: Any) -> DiameterSection:
    realm = realm or host.partition(".")[2]
    return DiameterSection(origin_host=host, origin_realm=realm, **options)


def make_node(
    section: DiameterSection,
    *,
    handlers: Any = None,
    listen: Any = None,
    sources: Any = SYSTEM,
    **options: Any,
) -> DiameterNode:
    return DiameterNode(
        section,
        local_node(section, (ZK,), sources),
        listen=listen,
        handlers=handlers,
        capture=NO_CAPTURE,
        peer_name="peer",
        sources=sources,
        **options,
    )


class Pki:
    """A folder of an authority and the sections that use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        init(folder)
        for host in (MKEF_HOST, SERVER_HOST, "other.example"):
            issue(folder, [host])

    def section(self, host: str, *, authority: Path | None = None) -> TlsSection:
        return TlsSection(
            certificate=self.folder / f"{host}.pem",
            key=self.folder / f"{host}.key",
            authority=authority or self.folder / "ca.pem",
        )

    def raw(self, host: str | None) -> ssl.SSLContext:
        """A client of the standard library, with or without a certificate."""
        context = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
        context.check_hostname = False
        if host:
            context.load_cert_chain(self.folder / f"{host}.pem", self.folder / f"{host}.key")
        return context


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    """Another authority that issued the same names."""
    return Pki(tmp_path_factory.mktemp("strangers"))


def key_request(**changes: Any) -> MKR:
    fields: dict[str, Any] = {
        "session_id": "mtc.example;1;1",
        "auth_session_state": 1,
        "origin_host": SERVER_HOST,
        "origin_realm": "example",
        "destination_realm": "home.example",
        "user_name": "001010123456789",
        "mtc_key_profile": 0,
        "mtc_device_rand": bytes(16),
        "mtc_encrypted_res": bytes(4),
    }
    return MKR(**{**fields, **changes})


def key_answer(request: Message) -> MKA:
    assert isinstance(request.body, MKR)
    return MKA(
        session_id=request.body.session_id,
        auth_session_state=1,
        origin_host=MKEF_HOST,
        origin_realm="home.example",
        result_code=2001,
    )


async def answer(request: Message, _remote: Remote) -> Body:
    return key_answer(request)


Ask = Callable[..., MKR]
Serving = Callable[..., AbstractAsyncContextManager[DiameterNode]]
Asking = Callable[..., AbstractAsyncContextManager[DiameterNode]]
Speaking = Callable[..., AbstractAsyncContextManager["RawPeer"]]


@pytest.fixture
def ask() -> Ask:
    return key_request


@pytest.fixture
def serving() -> Serving:
    """A node that listens; options are keys of its section."""

    @asynccontextmanager
    async def serve(
        handler: Any = answer,
        *,
        listen: Endpoint = FREE,
        host: str = MKEF_HOST,
        sources: Sources = SYSTEM,
        **options: Any,
    ) -> AsyncIterator[DiameterNode]:
        expiry_of = options.pop("expiry_of", None)
        node_options = {"expiry_of": expiry_of} if expiry_of else {}
        node = make_node(
            section(host, **options),
            handlers={MKR.APPLICATION: handler},
            listen=listen,
            sources=sources,
            **node_options,
        )
        async with asyncio.timeout(PATIENCE_S), node:
            yield node

    return serve


@pytest.fixture
def asking() -> Asking:
    """A node that connects to one address, or to `peers` of (host, address, realms)."""

    @asynccontextmanager
    async def connect(
        *addresses: str,
        host: str = SERVER_HOST,
        expects: str = MKEF_HOST,
        peers: Any = (),
        sources: Sources = SYSTEM,
        **options: Any,
    ) -> AsyncIterator[DiameterNode]:
        peers = peers or [(expects, address, ()) for address in addresses]
        calls = tuple(
            ConnectSection(host=name, address=(Endpoint.parse(address),), realms=realms)
            for name, address, realms in peers
        )
        node = make_node(section(host, connect=calls, **options), sources=sources)
        async with asyncio.timeout(PATIENCE_S), node:
            yield node

    return connect


@pytest.fixture
def section_of() -> Callable[..., DiameterSection]:
    return section


@pytest.fixture
def node_of() -> Callable[..., DiameterNode]:
    return make_node


@pytest.fixture
def raw_capabilities() -> Callable[..., CER]:
    return capabilities


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def two_nodes() -> Callable[[], AbstractAsyncContextManager[tuple[DiameterNode, DiameterNode]]]:
    """Two nodes that listen and call each other."""

    @asynccontextmanager
    async def start() -> AsyncIterator[tuple[DiameterNode, DiameterNode]]:
        ends = {host: Endpoint("127.0.0.1", _free_port()) for host in (MKEF_HOST, SERVER_HOST)}
        nodes = []
        for host, other in ((MKEF_HOST, SERVER_HOST), (SERVER_HOST, MKEF_HOST)):
            call = ConnectSection(host=other, address=(ends[other],))

            async def reply(request: Message, _remote: Remote, host: str = host) -> Body:
                return replace(key_answer(request), origin_host=host)

            nodes.append(
                make_node(
                    section(host, connect=(call,)),
                    handlers={MKR.APPLICATION: reply},
                    listen=ends[host],
                )
            )
        async with asyncio.timeout(PATIENCE_S), nodes[0] as one, nodes[1] as two:
            yield one, two

    return start


def capabilities(kind: type[Any] = CER, **changes: Any) -> Any:
    fields: dict[str, Any] = {
        "origin_host": SERVER_HOST,
        "origin_realm": "example",
        "host_ip_address": ["127.0.0.1"],
        "vendor_id": 0,
        "product_name": "raw",
        "vendor_specific_application_id": [
            VendorSpecificApplicationId(vendor_id=ZK[0], auth_application_id=ZK[1])
        ],
    }
    if kind is CEA:
        fields["result_code"] = 2001
    return kind(**{**fields, **changes})


@dataclass
class RawPeer:
    """A peer that says what it is told, and nothing of itself."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def write(self, octets: bytes) -> None:
        self.writer.write(octets)

    def say(self, body: Body, identifier: int = 1) -> None:
        self.write(encode(body, identifier, identifier))

    async def octets(self) -> bytes:
        head = await self.reader.readexactly(4)
        return head + await self.reader.readexactly(int.from_bytes(head[1:], "big") - 4)

    async def hear(self) -> Message:
        return decode(await self.octets())

    async def end(self) -> bytes:
        """What comes until the other side ends the connection."""
        try:
            return await self.reader.read()
        except (ConnectionError, ssl.SSLError):
            return b""

    def capabilities(self, kind: type[Any] = CER, **changes: Any) -> Any:
        return capabilities(kind, **changes)

    async def introduce(self, **changes: Any) -> Message:
        """CER, and what comes back."""
        self.say(self.capabilities(**changes))
        return await self.hear()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Wait for what the nodes do by themselves."""

    async def wait(reached: Callable[[], bool]) -> None:
        while True:
            if reached():
                return
            await asyncio.sleep(0)

    return wait


@pytest.fixture
def raw_peer() -> type[RawPeer]:
    return RawPeer


@pytest.fixture
def speaking() -> Speaking:
    @asynccontextmanager
    async def connect(address: str, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawPeer]:
        endpoint = Endpoint.parse(address)
        reader, writer = await asyncio.open_connection(endpoint.host, endpoint.port, ssl=tls)
        try:
            yield RawPeer(reader, writer)
        finally:
            writer.transport.abort()

    return connect


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses and patience of the room in hundredths of a second."""
    monkeypatch.setattr("mkef.net.diameter_connector._BACKOFF_S", (0.01, 0.05))
    monkeypatch.setattr("mkef.net.diameter_connector._HANDSHAKE_S", 0.1)
    monkeypatch.setattr("mkef.net.diameter._HANDSHAKE_S", 0.1)
    monkeypatch.setattr("mkef.net.diameter._STOP_S", 0.1)
    monkeypatch.setattr("mkef.net.diameter._SETTLE_S", 0.1)
