"""Zr behind freeDiameter: an MKEF's RAND list goes to the HLR stub, its vectors come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from freediameter import Peer

from hlr_stub.config import HlrConfig
from hlr_stub.node import HlrNode, open_subscribers
from hlr_stub.subscribers import Subscriber
from mkef.crypto.secret import Ki, OPc
from mkef.demo.files import KI, OPC
from mkef.ops.configuration import load
from mkef_codecs.generated.diameter import RIA, RIR, MTCRANDList
from mkef_codecs.identity import Imsi

RELAY, MKEF, HLR = "relay.core.example", "mkef.away.example", "mkef.home.example"
HLR_ADDRESS, REALM = "10.77.0.11", "home.example"
IMSI = "001010000000001"
ZR = (32473, RIR.APPLICATION)
# TS 35.208 test set 1: RAND, and SRES and Kc by c2 and c3 of it.
RAND = bytes.fromhex("23553cbe9637a89d218ae64dae47bf35")
SRES, KC = bytes.fromhex("46f8416a"), bytes.fromhex("eae4be823af9a08b")
SUCCESS, UNKNOWN_USER, NOT_AUTHORIZED = 2001, 5001, 5003


@pytest.fixture
async def hlr(network: Any, transport: Any, tmp_path: Path, agents: str) -> AsyncIterator[HlrNode]:
    """The HLR stub, whose MKEF may come through the relay."""
    file = tmp_path / "hlr-stub.toml"
    lines = [
        'store = "hlr.db"',
        "[diameter]",
        f'origin_host = "{HLR}"',
        f'origin_realm = "{REALM}"',
        f'listen = "{HLR_ADDRESS}:{transport.port}"',
        f'mkefs = ["{MKEF}"]',
        "insecure = true",
        f"agents = {agents}",
    ]
    if transport.tls:
        lines += [
            "[diameter.tls]",
            f'certificate = "{transport.pki / HLR}.pem"',
            f'key = "{transport.pki / HLR}.key"',
            f'authority = "{transport.pki / "ca.pem"}"',
        ]
    file.write_text("\n".join(lines) + "\n")
    config = load(file, HlrConfig)
    with closing(open_subscribers(config)) as store:
        store.add(Subscriber(Imsi(IMSI), Ki(bytes.fromhex(KI)), OPc(bytes.fromhex(OPC))))
    async with HlrNode(config) as node:
        yield node


VOUCHED = f'[{{host="{RELAY}", origin_hosts=["{MKEF}"], carries_keys=true}}]'


@pytest.fixture(params=[VOUCHED], ids=["vouched"])
def agents(request: pytest.FixtureRequest) -> str:
    """Of the HLR's configuration."""
    return str(request.param)


def rir(session: str, imsi: str = IMSI) -> RIR:
    return RIR(
        session_id=f"{MKEF};1;{session}",
        auth_session_state=1,
        origin_host=MKEF,
        origin_realm="away.example",
        destination_realm=REALM,
        user_name=imsi,
        mtc_rand_list=MTCRANDList(mtc_device_rand=[RAND]),
    )


@pytest.fixture
def asked(hlr: HlrNode, daemon: Any, asking: Any, transport: Any, patience: Any) -> Any:
    """The answers to RIRs that go through the relay."""

    async def ask(*requests: RIR) -> list[Any]:
        async with (
            patience(),
            daemon(peers=[Peer(HLR, HLR_ADDRESS, transport.tls)]) as relay,
            asking(MKEF, applications=(ZR,)) as (client, _),
        ):
            await asyncio.gather(relay.opened(HLR), relay.opened(MKEF))
            return await asyncio.gather(*(client.request(each, 20.0) for each in requests))

    return ask


async def test_vectors_come_through_the_relay(asked: Any) -> None:
    answers = await asked(*(rir(str(i)) for i in range(50)))
    for number, answer in enumerate(answers):
        assert isinstance(answer, RIA)
        assert (answer.session_id, answer.result_code) == (f"{MKEF};1;{number}", SUCCESS)
        assert answer.authentication_info is not None
        (vector,) = answer.authentication_info.geran_vector
        assert (vector.rand, vector.sres, vector.kc) == (RAND, SRES, KC)


async def test_a_subscriber_that_the_hlr_does_not_know(asked: Any) -> None:
    (answer,) = await asked(rir("1", "001019999999999"))
    assert answer.experimental_result.experimental_result_code == UNKNOWN_USER


@pytest.mark.parametrize("agents", ["[]"], indirect=True)
async def test_a_relay_that_may_not_vouch_for_the_mkef(asked: Any) -> None:
    (answer,) = await asked(rir("1"))
    assert (answer.result_code, answer.authentication_info) == (NOT_AUTHORIZED, None)
