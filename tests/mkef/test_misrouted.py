"""Key requests for another node: a live MKEF answers them, tells of them and counts them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from home_network import without_tls
from key_requests import HOME, SERVER, asked, peer_of
from msgspec.structs import replace
from structlog.testing import capture_logs

from mkef.config import MkefConfig
from mkef.demo.files import MKEF_HOST, copy_examples
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef_codecs.establishment import Profile
from mkef_codecs.generated.diameter import AIR

PATIENCE_S = 10.0
SETTINGS = ("zk.listen=127.0.0.1:0", "metrics.listen=127.0.0.1:0")


@pytest.fixture
def config(tmp_path: Path) -> MkefConfig:
    copy_examples(tmp_path)
    without_tls(tmp_path / "mkef.toml")
    return load(tmp_path / "mkef.toml", MkefConfig, SETTINGS)


async def metrics(node: MkefNode) -> str:
    async with (
        ClientSession() as http,
        http.get(f"http://{node.addresses['metrics']}/metrics") as answer,
    ):
        return await answer.text()


@pytest.mark.parametrize(
    ("changes", "code", "name", "reason"),
    [
        (
            {"destination_realm": "epc.mnc002.mcc001.3gppnetwork.org"},
            "3003",
            "DIAMETER_REALM_NOT_SERVED",
            "realm epc.mnc002.mcc001.3gppnetwork.org is not served here",
        ),
        (
            {"destination_host": f"other.{HOME}"},
            "3002",
            "DIAMETER_UNABLE_TO_DELIVER",
            f"no route to other.{HOME}",
        ),
        (
            {"route_record": [MKEF_HOST]},
            "3005",
            "DIAMETER_LOOP_DETECTED",
            "this node is in the Route-Record",
        ),
    ],
)
async def test_it_is_a_key_refused(
    config: MkefConfig, changes: dict[str, Any], code: str, name: str, reason: str
) -> None:
    mkr = replace(asked(1, Profile()).mkr, origin_host="behind.example", **changes)
    with capture_logs() as logs:
        async with (
            asyncio.timeout(PATIENCE_S),
            MkefNode(config) as node,
            peer_of(node.addresses["zk"]) as peer,
        ):
            assert str((await peer.ask(mkr)).result_code) == code
            assert f'mkef_requests_total{{outcome="{code}"}} 1.0' in await metrics(node)
    told = [line for line in logs if line["event"] in {"key refused", "request declined"}]
    assert told == [
        {
            "event": "key refused",
            "log_level": "warning",
            "correlation": mkr.session_id,
            "peer": SERVER,
            "server": "behind.example",
            "answer": code,
            "name": name,
            "reason": reason,
        }
    ]


async def test_what_asks_for_no_key_is_no_key_refused(config: MkefConfig) -> None:
    mkr = asked(1, Profile()).mkr
    same = ("session_id", "auth_session_state", "origin_host", "origin_realm", "user_name")
    fields: dict[str, Any] = {name: getattr(mkr, name) for name in same}
    air = AIR(**fields, destination_realm=HOME, visited_plmn_id=b"\x00\xf1\x10")
    with capture_logs() as logs:
        async with (
            asyncio.timeout(PATIENCE_S),
            MkefNode(config) as node,
            peer_of(node.addresses["zk"]) as peer,
        ):
            assert (await peer.ask(air)).result_code == 3007
            text = await metrics(node)
    assert 'outcome="3007"' not in text
    assert 'mkef_diameter_events_total{event="declined",leg="zk"} 1.0' in text
    assert [line for line in logs if line["event"] in {"key refused", "request declined"}] == [
        {
            "event": "request declined",
            "log_level": "warning",
            "peer": SERVER,
            "command": AIR.COMMAND,
            "answer": "3007",
            "problem": f"application {AIR.APPLICATION} is not served here",
        }
    ]
