"""An AIR of an MME behind freeDiameter's relay reaches the HLR, its vectors the MME whole."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from auc_gen import AucGen
from freediameter import Peer

from hlr_stub.config import HlrConfig
from hlr_stub.node import HlrNode, open_subscribers
from hlr_stub.subscribers import Subscriber
from mkef.crypto.algorithms import ALGORITHMS
from mkef.crypto.secret import Secret
from mkef.ops.configuration import load
from mkef_codecs.generated.diameter import (
    AIA,
    AIR,
    AuthenticationInfo,
    RequestedEUTRANAuthenticationInfo,
    RequestedUTRANGERANAuthenticationInfo,
)
from mkef_codecs.identity import Imsi

RELAY, MME = "relay.core.example", "mtc.servers.example"
HLR, ADDRESS = "mkef.home.example", "10.77.0.11"
IMSI, SIM = "001010000000001", "001010000000002"
K, OPC = bytes(range(16)), bytes(range(16, 32))
PLMN = b"\x00\xf1\x10"
EACH = 10  # requests of each kind at once


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
        store.add(Subscriber(Imsi(IMSI), Secret(K), Secret(OPC)))
        store.add(Subscriber(Imsi(SIM), Secret(K), None, ALGORITHMS["comp128v3"]))
    return config


def air(imsi: str) -> AIR:
    """For vectors of each kind that the subscription has."""
    both = {"number_of_requested_vectors": 3}
    eutran = RequestedEUTRANAuthenticationInfo(**both) if imsi == IMSI else None
    return AIR(
        session_id=f"{MME};1;1",
        auth_session_state=1,
        origin_host=MME,
        origin_realm="servers.example",
        destination_realm="home.example",
        user_name=imsi,
        visited_plmn_id=PLMN,
        requested_eutran_authentication_info=eutran,
        requested_utran_geran_authentication_info=RequestedUTRANGERANAuthenticationInfo(**both),
    )


def check_usim(auc_gen: AucGen, found: list[AuthenticationInfo]) -> None:
    """Each vector is what osmo-auc-gen computes, and no SQN is there twice."""
    eutran = [v for info in found for v in info.e_utran_vector]
    utran = [v for info in found for v in info.utran_vector]
    pairs = [(v.rand, v.autn) for v in (*eutran, *utran)]
    theirs = auc_gen.challenges(K, OPC, pairs)
    assert len({challenge.sqn for challenge in theirs}) == len(theirs) == 6 * EACH
    assert [(v.xres, v.autn) for v in (*eutran, *utran)] == [(c.res, c.autn) for c in theirs]
    assert [v.kasme for v in eutran] == [c.kasme(PLMN) for c in theirs[: len(eutran)]]
    keys = [(v.confidentiality_key, v.integrity_key) for v in utran]
    assert keys == [(c.ck, c.ik) for c in theirs[len(eutran) :]]


def check_sim(auc_gen: AucGen, found: list[AuthenticationInfo]) -> None:
    geran = [v for info in found for v in info.geran_vector]
    cases = [{"key": K.hex(), "rand": v.rand.hex()} for v in geran]
    theirs = auc_gen("comp128v3", cases, gsm=True)
    assert len(theirs) == 3 * EACH
    assert [(v.sres.hex(), v.kc.hex()) for v in geran] == [(t["SRES"], t["Kc"]) for t in theirs]


async def test_an_air_crosses_the_relay(
    config: HlrConfig,
    network: Any,
    daemon: Any,
    transport: Any,
    asking: Any,
    patience: Any,
    auc_gen: AucGen,
) -> None:
    async with (
        patience(),
        HlrNode(config),
        daemon(peers=[Peer(HLR, ADDRESS, transport.tls)]) as relay,
        asking() as (mme, _),
    ):
        await asyncio.gather(*(relay.opened(name) for name in (HLR, MME)))
        requests = [air(imsi) for imsi in (IMSI, SIM) for _ in range(EACH)]
        answers = await asyncio.gather(*(mme.request(request, 20.0) for request in requests))
    assert all(isinstance(answer, AIA) and answer.result_code == 2001 for answer in answers)
    found = [answer.authentication_info for answer in answers]
    check_usim(auc_gen, found[:EACH])
    check_sim(auc_gen, found[EACH:])
