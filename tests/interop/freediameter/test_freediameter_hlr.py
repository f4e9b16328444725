"""An AIR of an MME behind freeDiameter's relay reaches the HLR, its vectors the MME."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from freediameter import Peer

from hlr_stub.config import HlrConfig
from hlr_stub.node import HlrNode, open_subscribers
from hlr_stub.subscribers import Subscriber
from mkef.crypto.secret import Secret
from mkef.ops.configuration import load
from mkef_codecs.generated.diameter import AIA, AIR, RequestedEUTRANAuthenticationInfo
from mkef_codecs.identity import Imsi

RELAY, MME = "relay.core.example", "mtc.servers.example"
HLR, ADDRESS = "mkef.home.example", "10.77.0.11"
IMSI = "001010000000001"


@pytest.fixture
def config(tmp_path: Path, transport: Any) -> HlrConfig:
    path = tmp_path / "hlr-stub.toml"
    tls = transport.section(HLR)
    path.write_text(
        f"""
store = "hlr.db"
[diameter]
origin_host = "{HLR}"
origin_realm = "home.example"
listen = "{ADDRESS}:{transport.port}"
insecure = {"false" if tls else "true"}
agents = [{{ host = "{RELAY}", origin_hosts = ["{MME}"], carries_keys = true }}]
"""
        + (
            f"""[diameter.tls]
certificate = "{tls.certificate}"
key = "{tls.key}"
authority = "{tls.authority}"
"""
            if tls
            else ""
        )
    )
    config = load(path, HlrConfig)
    with closing(open_subscribers(config)) as store:
        store.add(Subscriber(Imsi(IMSI), Secret(bytes(16)), Secret(bytes(16))))
    return config


async def test_an_air_crosses_the_relay(
    config: HlrConfig, network: Any, daemon: Any, transport: Any, asking: Any, patience: Any
) -> None:
    air = AIR(
        session_id=f"{MME};1;1",
        auth_session_state=1,
        origin_host=MME,
        origin_realm="servers.example",
        destination_realm="home.example",
        user_name=IMSI,
        visited_plmn_id=b"\x00\xf1\x10",
        requested_eutran_authentication_info=RequestedEUTRANAuthenticationInfo(
            number_of_requested_vectors=3
        ),
    )
    async with (
        patience(),
        HlrNode(config),
        daemon(peers=[Peer(HLR, ADDRESS, transport.tls)]) as relay,
        asking() as (mme, _),
    ):
        await asyncio.gather(*(relay.opened(name) for name in (HLR, MME)))
        answers = await asyncio.gather(*(mme.request(air, 20.0) for _ in range(10)))
    assert all(isinstance(answer, AIA) and answer.result_code == 2001 for answer in answers)
    autns = [v.autn for answer in answers for v in answer.authentication_info.e_utran_vector]
    assert len(set(autns)) == 30
