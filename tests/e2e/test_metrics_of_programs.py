"""What the Diameter nodes of all programs count is there for Prometheus."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
from key_requests import MKEF_SETTINGS, asked, prepare

from hlr_stub.config import HlrConfig
from hlr_stub.node import HlrNode
from mkef.config import MkefConfig
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef_codecs.establishment import KidContext, Profile
from mtc.server.cli import MtcServer
from mtc.server.config import MtcServerConfig

MKEF = "mkef.epc.mnc001.mcc001.3gppnetwork.org"
HLR = "hlr.epc.mnc001.mcc001.3gppnetwork.org"
REALM = "epc.mnc001.mcc001.3gppnetwork.org"
PROFILE = Profile(vectors=2)


def opened(program: str, leg: str) -> str:
    return f'{program}_diameter_events_total{{event="opened",leg="{leg}"}} 1.0'


async def metrics_of(address: str) -> list[str]:
    async with aiohttp.ClientSession() as web, web.get(f"http://{address}/metrics") as answer:
        return (await answer.text()).splitlines()


def hlr_of(folder: Path) -> HlrNode:
    settings = (
        "metrics.listen=127.0.0.1:0",
        'sigtran.listen=["127.0.0.1:0"]',
        "sigtran.transport=tcp",
        f"diameter.origin_host={HLR}",
        f"diameter.origin_realm={REALM}",
        "diameter.listen=127.0.0.1:0",
        f'diameter.mkefs=["{MKEF}"]',
    )
    return HlrNode(load(folder / "hlr-stub.toml", HlrConfig, settings))


def mkef_of(folder: Path, hlr: HlrNode) -> MkefNode:
    settings = (
        *MKEF_SETTINGS,
        f'zr.sigtran.connect=["{hlr.addresses["m3ua_tcp"]}"]',
        "zr.hlr.home.priority=2",
        f"zr.hlr.diameter.destination_realm={REALM}",
        f"zr.diameter.origin_host={MKEF}",
        f"zr.diameter.origin_realm={REALM}",
        f'zr.diameter.connect=[{{host="{HLR}", address="{hlr.addresses["diameter"]}"}}]',
    )
    return MkefNode(load(folder / "mkef.toml", MkefConfig, settings))


def server_of(folder: Path, mkef: MkefNode) -> MtcServer:
    file = folder / "mtc-server.toml"
    before, _, rest = file.read_text().partition("[zk.tls]")
    file.write_text(before + rest[rest.index("[[zk.connect]]") :])
    settings = (
        "listen=127.0.0.1:0",
        "metrics.listen=127.0.0.1:0",
        f'zk.connect=[{{host="{MKEF}", address="{mkef.addresses["zk"]}"}}]',
    )
    return MtcServer(load(file, MtcServerConfig, settings))


async def test_each_diameter_node_is_in_the_metrics_of_its_program(tmp_path: Path) -> None:
    prepare(tmp_path)
    async with asyncio.timeout(30), AsyncExitStack() as stack:
        hlr = await stack.enter_async_context(hlr_of(tmp_path))
        mkef = await stack.enter_async_context(mkef_of(tmp_path, hlr))
        await mkef.connected()
        server = await stack.enter_async_context(server_of(tmp_path, mkef))
        right = asked(1, PROFILE)
        context = KidContext(PROFILE, right.rand, right.mkr.mtc_encrypted_res)
        grant = await server.keys.request_key(right.imsi, context)
        assert grant.k_mtc.octets == right.k_mtc

        assert opened("hlr_stub", "zr") in await metrics_of(hlr.addresses["metrics"])
        of_mkef = await metrics_of(mkef.addresses["metrics"])
        assert {opened("mkef", "zk"), opened("mkef", "zr")} <= set(of_mkef)
        of_server = await metrics_of(server.addresses["metrics"])
        assert opened("mtc_server", "zk") in of_server
        assert 'mtc_server_requests_total{outcome="granted"} 1.0' in of_server
        assert 'mtc_server_seconds_count{leg="zk"} 1.0' in of_server
