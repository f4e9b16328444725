"""One subscriber of TS 35.208 test set 1, a key client that derives as the MKEF does, both ends."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiocoap
import pytest

from mkef.crypto.kdf import Binding, derive_rands
from mkef.crypto.secret import Ki, OPc
from mkef.net.capture import Capture, CaptureSection
from mkef.net.diameter_section import ConnectSection
from mkef.net.endpoint import Endpoint
from mkef.net.sources import SYSTEM, Sources
from mkef_codecs.establishment import KidContext, Profile
from mkef_codecs.identity import Imsi, ServerId
from mtc.device.config import MtcDeviceConfig, UsimSection
from mtc.device.terminal import Terminal
from mtc.device.usim import SoftUsim
from mtc.oscore import SecurityContext
from mtc.server.config import MtcServerConfig, ZkSection
from mtc.server.keys import KeyGrant, KeyRefused
from mtc.server.node import MtcServerNode
from mtc.server.reading import Reading

KI = Ki(bytes.fromhex("465b5ce8b199b49faa5f0a2ee238a6bc"))
OPC = OPc(bytes.fromhex("cd63cb71954a9f4e48a5994e37a02baf"))
IMSI = Imsi("001010123456789")
SERVER_ID = ServerId("coap://mtc.example")
MESSAGE_IDS = itertools.count(1)
LOOPBACK = Endpoint("127.0.0.1", 0)


@dataclass
class FakeKeys:
    """Grants keys that it derives itself; `outcome` replaces that."""

    server_id: ServerId = SERVER_ID
    lifetime_s: float = 3600
    outcome: Exception | None = None
    asked: list[tuple[Imsi, KidContext]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def request_key(self, imsi: Imsi, context: KidContext) -> KeyGrant:
        self.asked.append((imsi, context))
        self.reached.set()
        await self.gate.wait()
        if self.outcome is not None:
            raise self.outcome
        usim = SoftUsim(KI, OPC)
        vectors = tuple(map(usim.authenticate_gsm, derive_rands(context.rand, context.profile)))
        made = Binding(context.profile, context.rand, imsi, SERVER_ID).derive(vectors)
        if not made.matches(context.encrypted_res):
            raise KeyRefused("RES does not match")
        return KeyGrant(made.k_mtc, self.server_id, SYSTEM.clock() + self.lifetime_s, 64)


@dataclass
class Server:
    """A server that runs, what it was asked and what it delivered."""

    node: MtcServerNode
    keys: FakeKeys
    readings: list[Reading]

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint.parse(self.node.addresses["coap"])


class Time:
    """A clock and a timer that stand still until they are moved."""

    def __init__(self) -> None:
        self.offset = 0.0

    @property
    def sources(self) -> Sources:
        return Sources(
            clock=lambda: SYSTEM.clock() + self.offset, timer=lambda: SYSTEM.timer() + self.offset
        )


@pytest.fixture
def time() -> Time:
    return Time()


def server_config(**changes: Any) -> MtcServerConfig:
    mkef = ConnectSection(host="mkef.example", address=(LOOPBACK,))
    zk = ZkSection(connect=(mkef,), origin_host="mtc.example", origin_realm="example")
    return MtcServerConfig(**{"server_id": SERVER_ID, "zk": zk, "listen": LOOPBACK, **changes})


ServerFactory = Callable[..., Any]


@pytest.fixture
def serving(tmp_path: Path) -> ServerFactory:
    """`async with serving() as server`; options are those of the configuration."""

    @asynccontextmanager
    async def serve(
        keys: FakeKeys | None = None, *, sources: Sources = SYSTEM, **changes: Any
    ) -> AsyncIterator[Server]:
        keys = keys or FakeKeys()
        readings: list[Reading] = []
        section: CaptureSection = changes.get("capture", CaptureSection())
        capture = Capture(section.file, node="mtc-server", clock=sources.clock)
        node = MtcServerNode(
            server_config(**{"store": tmp_path / "server.db", **changes}),
            keys,
            capture=capture,
            deliver=readings.append,
            sources=sources,
        )
        async with asyncio.timeout(20), node:
            yield Server(node, keys, readings)
        capture.close()

    return serve


@pytest.fixture
def terminal(tmp_path: Path) -> Callable[..., Terminal]:
    """A device of the subscriber; options are those of the configuration."""

    def make(
        server: Endpoint, *, ki: Ki = KI, sources: Sources = SYSTEM, **changes: Any
    ) -> Terminal:
        options: dict[str, Any] = {
            "imsi": IMSI,
            "server": server,
            "server_id": SERVER_ID,
            "state": tmp_path / "device.json",
            "usim": UsimSection(ki=ki, opc=OPC),
            "profile": 0,
            **changes,
        }
        return Terminal(MtcDeviceConfig(**options), SoftUsim(ki, OPC), sources=sources)

    return make


@pytest.fixture
def sender() -> type[Sender]:
    return Sender


class Wire(asyncio.DatagramProtocol):
    """A UDP socket that speaks CoAP by hand: requests go out and answers come in as octets."""

    def __init__(self) -> None:
        self.answers: asyncio.Queue[bytes] = asyncio.Queue()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.answers.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        raise AssertionError(exc)

    def send(self, datagram: bytes) -> None:
        self.transport.sendto(datagram)

    async def ping(self) -> None:
        """Wait until the server has handled everything that was sent before."""
        message_id = next(MESSAGE_IDS).to_bytes(2, "big")
        self.send(b"\x40\x00" + message_id)
        while await self.answers.get() != b"\x70\x00" + message_id:
            pass

    async def ask(self, datagram: bytes) -> bytes:
        """The answer, without its header's message id and token: code, options and payload."""
        self.send(datagram)
        answer = b"\x60\x00"
        while answer[1] == 0:  # an empty ACK goes before an answer that takes its time
            answer = await self.answers.get()
        return answer[1:2] + answer[4 + (answer[0] & 15) :]


@pytest.fixture
async def connect() -> AsyncIterator[Callable[[Server], Any]]:
    """`await connect(server)` makes a new socket, each on a port of its own."""
    transports = []

    async def make(server: Server) -> Wire:
        loop = asyncio.get_running_loop()
        address = (server.endpoint.host, server.endpoint.port)
        transport, wire = await loop.create_datagram_endpoint(Wire, remote_addr=address)
        transports.append(transport)
        return wire

    yield make
    for transport in transports:
        transport.close()


@dataclass
class Sender:
    """A device that writes its datagrams down instead of sending them."""

    rand: bytes = bytes(range(16))
    profile: Profile = field(default_factory=Profile)
    imsi: Imsi = IMSI

    def __post_init__(self) -> None:
        vectors = tuple(
            map(SoftUsim(KI, OPC).authenticate_gsm, derive_rands(self.rand, self.profile))
        )
        made = Binding(self.profile, self.rand, self.imsi, SERVER_ID).derive(vectors)
        self.k_mtc = made.k_mtc
        self.kid_context = KidContext(self.profile, self.rand, made.encrypted_res).encode()
        self.security = SecurityContext.of_device(
            made.k_mtc, self.imsi, self.kid_context, next_sequence=0, store=lambda _: None
        )
        self.request_id: Any = None

    def message(
        self,
        payload: bytes = b"reading",
        *,
        first: bool = True,
        code: Any = aiocoap.POST,
        **options: Any,
    ) -> bytes:
        """A confirmable request, with kid context if `first`."""
        plain = aiocoap.Message(code=code, payload=payload, **{"uri_path": ["r"], **options})
        message, self.request_id = self.security.protect(plain, kid_context=first)
        return self.datagram(message)

    def datagram(self, message: Any) -> bytes:
        message.mtype, message.mid, message.token = aiocoap.CON, next(MESSAGE_IDS), b"\x0a\x0b"
        octets: bytes = message.encode()
        return octets

    def again(self, datagram: bytes) -> bytes:
        """The same message with another message id: the message layer takes it for a new one."""
        return datagram[:2] + next(MESSAGE_IDS).to_bytes(2, "big") + datagram[4:]

    def plain(self, answer: bytes) -> Any:
        """The answer (as `Wire.ask` gives it) to the last message, verified."""
        message = aiocoap.Message.decode(b"\x40" + answer[:1] + b"\0\0" + answer[1:])
        return self.security.unprotect(message, self.request_id)[0]


@pytest.fixture
def unused_endpoint() -> Endpoint:
    """Where nothing is sent to: the messages of these tests end before the wire."""
    return Endpoint("127.0.0.1", 9)
