"""What all programs count is there for Prometheus, and in the reference."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from key_requests import MKEF_SETTINGS, Asked, asked, prepare
from prometheus_client.parser import text_string_to_metric_families

from hlr_stub.config import HlrConfig
from hlr_stub.node import HlrNode
from mkef.config import MkefConfig
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef_codecs.establishment import KidContext, Profile
from mtc.server.cli import MtcServer
from mtc.server.config import MtcServerConfig
from mtc.server.keys import KeyUnavailable

MKEF = "mkef.epc.mnc001.mcc001.3gppnetwork.org"
HLR = "hlr.epc.mnc001.mcc001.3gppnetwork.org"
REALM = "epc.mnc001.mcc001.3gppnetwork.org"
PROFILE = Profile(vectors=2)


def opened(program: str, leg: str) -> str:
    return f'{program}_diameter_events_total{{event="opened",leg="{leg}"}} 1.0'


async def metrics_of(address: str) -> str:
    async with aiohttp.ClientSession() as web, web.get(f"http://{address}/metrics") as answer:
        return await answer.text()


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
        "keys.requests_per_hour=1",
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


@pytest.fixture
async def exported(tmp_path: Path) -> dict[str, str]:
    """What each program exports after one key and, by its quota, one refusal."""
    prepare(tmp_path)
    async with asyncio.timeout(30), AsyncExitStack() as stack:
        hlr = await stack.enter_async_context(hlr_of(tmp_path))
        mkef = await stack.enter_async_context(mkef_of(tmp_path, hlr))
        await mkef.connected()
        server = await stack.enter_async_context(server_of(tmp_path, mkef))
        right, wanted = asked(1, PROFILE), asked(1, PROFILE, "another")
        grant = await server.keys.request_key(right.imsi, context_of(right))
        assert grant.k_mtc.octets == right.k_mtc
        with pytest.raises(KeyUnavailable):
            await server.keys.request_key(wanted.imsi, context_of(wanted))
        return {
            program: await metrics_of(node.addresses["metrics"])
            for program, node in (("hlr_stub", hlr), ("mkef", mkef), ("mtc_server", server))
        }


def context_of(right: Asked) -> KidContext:
    return KidContext(PROFILE, right.rand, right.mkr.mtc_encrypted_res)


async def test_each_diameter_node_is_in_the_metrics_of_its_program(
    exported: dict[str, str],
) -> None:
    lines = {program: text.splitlines() for program, text in exported.items()}
    assert opened("hlr_stub", "zr") in lines["hlr_stub"]
    assert {opened("mkef", "zk"), opened("mkef", "zr")} <= set(lines["mkef"])
    assert opened("mtc_server", "zk") in lines["mtc_server"]
    assert 'mtc_server_requests_total{outcome="granted"} 1.0' in lines["mtc_server"]
    assert 'mtc_server_requests_total{outcome="unavailable"} 1.0' in lines["mtc_server"]
    assert 'mtc_server_seconds_count{leg="zk"} 2.0' in lines["mtc_server"]


@pytest.fixture
def documented(checkout: Path) -> dict[str, set[str]]:
    """The labels of each metric in the table."""
    text = (checkout / "docs/operations.md").read_text().partition("\n## Metrics\n")[2]
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|", text, re.MULTILINE)
    assert len({name for name, _ in rows}) == len(rows)
    return {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}


async def test_the_reference_has_every_metric_with_its_labels(
    exported: dict[str, str], documented: dict[str, set[str]]
) -> None:
    families = [
        family
        for text in exported.values()
        for family in text_string_to_metric_families(text)
        if not family.name.endswith("_created")  # of the client library, when a counter began
    ]
    labels = {
        f"{family.name}_total" if family.type == "counter" else family.name: {
            label for sample in family.samples for label in sample.labels if label != "le"
        }
        for family in families
    }
    assert labels == documented
