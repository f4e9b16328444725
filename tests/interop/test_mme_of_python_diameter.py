"""python-diameter as an MME and SGSN at the HLR; osmo-auc-gen says what its vectors must be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from auc_gen import AucGen
from diameter.message.avp.grouped import (
    RequestedEutranAuthenticationInfo,
    RequestedUtranGeranAuthenticationInfo,
)
from diameter.message.commands import AuthenticationInformationRequest
from diameter.node import Node
from diameter.node.application import Application
from usim_model import Usim

from hlr_stub.config import HlrConfig
from hlr_stub.node import HlrNode, open_subscribers
from hlr_stub.subscribers import Subscriber
from mkef.crypto.algorithms import ALGORITHMS
from mkef.crypto.secret import Secret
from mkef.ops.configuration import load
from mkef_codecs.generated.diameter import AIR
from mkef_codecs.identity import Imsi

HLR, MME = "hlr.home.example", "mme.home.example"
REALM = "home.example"
USIM, SIM, UNKNOWN = "001010000000001", "001010000000002", "001010000000009"
K, OPC = (bytes.fromhex(f"{digits:032x}") for digits in (0x465B5CE8, 0xCD63CB71))
PLMN = b"\x00\xf1\x10"
VENDOR_3GPP = 10415
PATIENCE_S = 20.0

CONFIG = f"""
store = "hlr.db"
[diameter]
origin_host = "{HLR}"
origin_realm = "{REALM}"
listen = "127.0.0.1:0"
"""

Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
def subscriber() -> Subscriber:
    return Subscriber(Imsi(USIM), Secret(K), Secret(OPC))


@pytest.fixture
async def ask(tmp_path: Path, subscriber: Subscriber) -> AsyncIterator[Ask]:
    """An AIR of the foreign node, with what is asked for; its answer."""
    path = tmp_path / "hlr-stub.toml"
    path.write_text(CONFIG)
    config = load(path, HlrConfig)
    with closing(open_subscribers(config)) as store:
        store.add(subscriber)
        store.add(Subscriber(Imsi(SIM), Secret(K), None, ALGORITHMS["comp128v3"]))

    async with asyncio.timeout(60), HlrNode(config) as hlr:
        node, application = await asyncio.to_thread(attach, hlr.addresses["diameter"])

        async def request(imsi: str = USIM, **asked: Any) -> Any:
            air = authentication_information(imsi, **asked)
            return await asyncio.to_thread(application.send_request, air, PATIENCE_S)

        try:
            yield request
        finally:
            await asyncio.to_thread(node.stop)


def attach(address: str) -> tuple[Node, Application]:
    """Its node and S6a application, connected to the HLR."""
    host, _, port = address.rpartition(":")
    node = Node(MME, REALM, vendor_ids=[VENDOR_3GPP])
    node.wakeup_interval = 1
    peer = node.add_peer(
        f"aaa://{HLR}:{port};transport=tcp", REALM, ip_addresses=[host], is_persistent=True
    )
    application = Application(AIR.APPLICATION, is_auth_application=True)
    node.add_application(application, [peer], realms=[REALM])
    node.start()
    application.wait_for_ready(PATIENCE_S)
    return node, application


def authentication_information(
    imsi: str,
    *,
    eutran: dict[str, Any] | None = None,
    utran: dict[str, Any] | None = None,
) -> AuthenticationInformationRequest:
    """Its AIR; each kind of vectors with what it has of AVPs."""
    air = AuthenticationInformationRequest()
    air.session_id = f"{MME};1;1"
    air.auth_session_state = 1
    air.origin_host, air.origin_realm = MME.encode(), REALM.encode()
    air.destination_realm = REALM.encode()
    air.user_name = imsi
    air.visited_plmn_id = PLMN
    if eutran is not None:
        air.requested_eutran_authentication_info = RequestedEutranAuthenticationInfo(**eutran)
    if utran is not None:
        info = RequestedUtranGeranAuthenticationInfo(**utran)
        air.requested_utran_geran_authentication_info = info
    return air


def refusal(answer: Any) -> tuple[int | None, int]:
    """Vendor and code: of an Experimental-Result, or of none."""
    experimental = answer.experimental_result
    if experimental is None:
        return None, answer.result_code
    return experimental.vendor_id, experimental.experimental_result_code


def check_eutran(auc_gen: AucGen, vectors: list[Any]) -> None:
    found = auc_gen.challenges(K, OPC, [(v.rand, v.autn) for v in vectors])
    for vector, theirs in zip(vectors, found, strict=True):
        assert (vector.xres, vector.autn) == (theirs.res, theirs.autn)
        assert vector.kasme == theirs.kasme(PLMN)
        assert vector.autn[6] & 0x80  # for E-UTRAN only (TS 33.102 annex H)


def check_utran(auc_gen: AucGen, vectors: list[Any]) -> None:
    found = auc_gen.challenges(K, OPC, [(v.rand, v.autn) for v in vectors])
    for vector, theirs in zip(vectors, found, strict=True):
        assert (vector.xres, vector.autn) == (theirs.res, theirs.autn)
        assert (vector.confidentiality_key, vector.integrity_key) == (theirs.ck, theirs.ik)
        assert not vector.autn[6] & 0x80


async def test_both_kinds_of_a_usim(ask: Ask, auc_gen: AucGen) -> None:
    answer = await ask(
        eutran={"number_of_requested_vectors": 2}, utran={"number_of_requested_vectors": 3}
    )
    assert answer.result_code == 2001
    info = answer.authentication_info
    assert (len(info.e_utran_vector), len(info.utran_vector)) == (2, 3)
    assert not info.geran_vector
    check_eutran(auc_gen, info.e_utran_vector)
    check_utran(auc_gen, info.utran_vector)


async def test_utran_alone(ask: Ask, auc_gen: AucGen) -> None:
    answer = await ask(utran={"number_of_requested_vectors": 5})
    assert not answer.authentication_info.e_utran_vector
    assert [v.item_number for v in answer.authentication_info.utran_vector] == [1, 2, 3, 4, 5]
    check_utran(auc_gen, answer.authentication_info.utran_vector)


async def test_geran_vectors_of_a_sim(ask: Ask, auc_gen: AucGen) -> None:
    answer = await ask(SIM, utran={"number_of_requested_vectors": 3})
    assert answer.result_code == 2001
    vectors = answer.authentication_info.geran_vector
    cases = [{"key": K.hex(), "rand": v.rand.hex()} for v in vectors]
    found = auc_gen("comp128v3", cases, gsm=True)
    assert len(vectors) == 3
    assert [(v.sres.hex(), v.kc.hex()) for v in vectors] == [(f["SRES"], f["Kc"]) for f in found]


async def test_each_refusal(ask: Ask) -> None:
    assert refusal(await ask(UNKNOWN, eutran={})) == (VENDOR_3GPP, 5001)
    assert refusal(await ask(UNKNOWN, utran={})) == (VENDOR_3GPP, 5001)
    assert refusal(await ask(SIM, eutran={})) == (VENDOR_3GPP, 5420)
    assert refusal(await ask()) == (None, 5005)


async def test_a_resynchronisation(ask: Ask, auc_gen: AucGen, subscriber: Subscriber) -> None:
    card = Usim(subscriber.aka(), array=dict.fromkeys(range(32), 5000))
    (vector,) = (await ask(eutran={})).authentication_info.e_utran_vector
    said, auts = card.authenticate(vector.rand, vector.autn)
    assert said == "resync"
    again = {"re_synchronization_info": vector.rand + auts}
    (vector,) = (await ask(eutran=again)).authentication_info.e_utran_vector
    check_eutran(auc_gen, [vector])
    assert card.authenticate(vector.rand, vector.autn) == ("ok", vector.xres)


async def test_an_auts_of_another_length(ask: Ask) -> None:
    """Re-Synchronization-Info is RAND and AUTS, 30 octets (TS 29.272 clause 7.3.15)."""
    for octets in (0, 16, 29, 31):
        for kind in ("eutran", "utran"):
            answer = await ask(**{kind: {"re_synchronization_info": bytes(octets)}})
            assert refusal(answer) == (None, 5014)
            assert answer.authentication_info is None
