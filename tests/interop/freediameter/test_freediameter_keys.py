"""MTC Server, freeDiameter, MKEF, freeDiameter, HLR stub: real keys while parts of it fail."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from freediameter import Peer
from key_load import Load, answered_once
from key_requests import DEVICES, HOME, SERVER, SERVER_ID, Asked, asked, imsi_of
from key_requests import prepare as prepare_folder

from hlr_stub.config import HlrConfig
from hlr_stub.node import HlrNode, open_subscribers
from hlr_stub.subscribers import Subscriber
from mkef.config import MkefConfig
from mkef.crypto.milenage import Milenage
from mkef.crypto.secret import Ki, OPc
from mkef.net.diameter_section import ConnectSection
from mkef.net.endpoint import Endpoint
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef_codecs.establishment import KidContext, Profile
from mtc.server.config import ZkSection
from mtc.server.keys import KeyRefused, KeyUnavailable
from mtc.server.zk import ZkClient

ON_ZK, ON_ZR = "relay.core.example", "second.core.example"
RELAYS = {ON_ZK: "10.77.0.1", ON_ZR: "10.77.0.2"}
MKEF, HLR = f"mkef.{HOME}", "hlr.home.example"
CALLING = "mkef.away.example"  # the MKEF on Zr: freeDiameter lets in who is called *.example
HLR_ADDRESS, MKEF_ADDRESS = "10.77.0.11", "10.77.0.12"
PROFILE = Profile(vectors=2)
TIMEOUT_S, HLR_TIMEOUT_S = 3.0, 1.0
SLACK_S = 3.0  # of a busy machine


def subscriber(device: int) -> Subscriber:
    """Each device has keys of its own."""
    digest = hashlib.sha256(f"device {device}".encode()).digest()
    return Subscriber(imsi_of(device), Ki(digest[:16]), OPc(digest[16:]))


CARDS = [Milenage(s.ki, s.opc) for s in map(subscriber, range(DEVICES))]


def request_of(number: int) -> Asked:
    """Of a device of its own turn, with a RAND of its own; and the key that its card computes."""
    return asked(number, PROFILE, card=CARDS[number % DEVICES])


@dataclass
class Keys(Load):
    """Key requests of an MTC Server; those without a key may be asked for again."""

    client: ZkClient

    def __post_init__(self) -> None:
        super().__init__()
        self.without: list[int] = []

    async def request(self, number: int) -> str:
        right = request_of(number)
        context = KidContext(PROFILE, right.rand, right.mkr.mtc_encrypted_res)
        try:
            grant = await self.client.request_key(right.imsi, context)
        except KeyUnavailable:
            self.without.append(number)
            return "failed"
        except KeyRefused as refusal:
            raise AssertionError(f"request {number} was refused: {refusal}") from None
        assert grant.k_mtc.octets == right.k_mtc, "another's key"
        return "good"


@dataclass
class Core:
    """Everything that a key request passes."""

    relays: dict[str, Any]
    mkef: MkefNode
    keys: Keys


def agent(relay: str, speaks_for: str) -> str:
    return f'[{{host="{relay}", origin_hosts=["{speaks_for}"], carries_keys=true}}]'


def tls_lines(table: str, host: str, transport: Any) -> Iterator[str]:
    if transport.tls:
        yield f"[{table}.tls]"
        for key, file in (("certificate", f"{host}.pem"), ("key", f"{host}.key")):
            yield f'{key} = "{transport.pki / file}"'
        yield f'authority = "{transport.pki / "ca.pem"}"'


def node_lines(table: str, host: str, *more: str, transport: Any) -> Iterator[str]:
    yield f"[{table}]"
    yield f'origin_host = "{host}"'
    yield f'origin_realm = "{host.partition(".")[2]}"'
    yield "insecure = true"  # a private network; IMSIs of the test network
    yield from more
    yield from tls_lines(table, host, transport)


def hlr_of(folder: Path, transport: Any) -> HlrNode:
    listen = f'listen = "{HLR_ADDRESS}:{transport.port}"'
    may = f"agents = {agent(ON_ZR, CALLING)}"
    lines = ['store = "hlr.db"', "quota_per_hour = 1000000", "[audit]", 'file = "audit.log"']
    lines += node_lines("diameter", HLR, listen, may, f'mkefs = ["{CALLING}"]', transport=transport)
    file = folder / "hlr.toml"
    file.write_text("\n".join(lines) + "\n")
    config = load(file, HlrConfig)
    with closing(open_subscribers(config)) as store:
        for device in range(DEVICES):
            store.add(subscriber(device))
    return HlrNode(config)


def mkef_of(folder: Path, transport: Any) -> MkefNode:
    listen = f'listen = "{MKEF_ADDRESS}:{transport.port}"'
    may = f"agents = {agent(ON_ZK, SERVER)}"
    way = f'{{host="{ON_ZR}", address="{RELAYS[ON_ZR]}:{transport.port}", realms=["*"]}}'
    lines = ['store = "mkef.db"', "[keys]", "requests_per_hour = 1000000"]
    lines += node_lines("zk", MKEF, listen, may, "watchdog_s = 2.5", transport=transport)
    lines += ["[zr]", "breaker_open_s = 0.2", "[zr.hlr.home]"]
    lines += [f'destination_realm = "{HLR.partition(".")[2]}"', f"timeout_s = {HLR_TIMEOUT_S}"]
    lines += node_lines(
        "zr.diameter", CALLING, f"connect = [{way}]", "watchdog_s = 2.5", transport=transport
    )
    (folder / "mkef.toml").write_text("\n".join(lines) + "\n")
    return MkefNode(load(folder / "mkef.toml", MkefConfig))


def client_of(transport: Any, wire: Any) -> ZkClient:
    relay = Endpoint(RELAYS[ON_ZK], transport.port)
    section = ZkSection(
        origin_host=SERVER,
        origin_realm="example",
        connect=(ConnectSection(host=ON_ZK, address=(relay,), realms=("*",)),),
        tls=transport.section(SERVER),
        insecure=True,
        watchdog_s=2.5,
        request_timeout_s=TIMEOUT_S,
    )
    return ZkClient(section, SERVER_ID, capture=wire)


@pytest.fixture
def core(daemon: Any, transport: Any, wire: Any, tmp_path: Path, patience: Any) -> Any:
    @asynccontextmanager
    async def start() -> AsyncIterator[Core]:
        prepare_folder(tmp_path)
        async with patience(), AsyncExitStack() as stack:
            await stack.enter_async_context(hlr_of(tmp_path, transport))
            beyond = {ON_ZR: Peer(HLR, HLR_ADDRESS, transport.tls)}
            beyond[ON_ZK] = Peer(MKEF, MKEF_ADDRESS, transport.tls)
            relays: dict[str, Any] = {}
            for relay in (ON_ZR, ON_ZK):
                one = daemon(relay, RELAYS[relay], peers=[beyond[relay]], watchdog_s=6)
                relays[relay] = await stack.enter_async_context(one)
                if relay == ON_ZR:
                    mkef = await stack.enter_async_context(mkef_of(tmp_path, transport))
                    await relays[relay].opened(CALLING)
            client = await stack.enter_async_context(client_of(transport, wire))
            await asyncio.gather(
                relays[ON_ZR].opened(HLR), relays[ON_ZK].opened(MKEF), relays[ON_ZK].opened(SERVER)
            )
            yield Core(relays, mkef, Keys(client))

    return start


async def failures(core: Core, network: Any) -> AsyncIterator[str]:
    """Break something, and mend it again, in the middle of what goes on."""
    for relay in core.relays.values():
        await relay.kill()
        yield "killed"
        await relay.start()
        yield "started again"
    for relay in core.relays.values():
        relay.pause()
        yield "paused"
        relay.resume()
        yield "resumed"
    network.cut()
    yield "cut"
    network.mend()
    yield "mended"


BROKEN = {"killed", "paused", "cut"}


async def test_keys_while_relays_are_killed_and_paused_and_the_network_is_cut(
    core: Any, wire: Any, network: Any
) -> None:
    """No request hangs beyond its time-out, none is answered twice, none gets another's key."""
    async with core() as nodes:
        keys = nodes.keys
        async with asyncio.TaskGroup() as running:
            running.create_task(keys.run())
            await keys.more("good")
            async for what in failures(nodes, network):
                await keys.more(*("failed", 32) if what in BROKEN else ("good", 100))
            keys.end()
        assert keys.slowest_s < TIMEOUT_S + SLACK_S
        assert answered_once(wire)
        while keys.without:  # nothing is lost for good
            some, keys.without = keys.without[:32], keys.without[32:]
            await asyncio.gather(*map(keys.request, some))
