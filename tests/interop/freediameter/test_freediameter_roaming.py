"""Roaming: devices of two operators, one MTC Server, freeDiameter on the way to both MKEFs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from freediameter import Peer
from home_network import Vector, home_network, published

from mkef_codecs.generated.diameter import MKA
from mkef_codecs.identity import Imsi

RELAY, SERVER = "relay.core.example", "mtc-server.example"
ADDRESSES = ("10.77.0.11", "10.77.0.12")
PROFILES = ("10", "2c")  # of the vectors: an IMSI of 001 01 and one of 999 99
VOUCHED = f'[{{host="{RELAY}", origin_hosts=["{SERVER}"], carries_keys=true}}]'
SUCCESS, NOT_ENTITLED = 2001, 5003


@pytest.fixture
def vectors(checkout: Path) -> list[Vector]:
    """K_MTC and E(RES) that other programs have computed."""
    return [published(checkout, profile) for profile in PROFILES]


def realm_of(vector: Vector) -> str:
    return Imsi(vector["imsi"]).plmn.realm("epc")


@pytest.fixture
def roaming(
    daemon: Any, asking: Any, transport: Any, patience: Any, tmp_path: Path, vectors: list[Vector]
) -> Any:
    """The MTC Server's node, connected through the relay to both home networks."""

    def settings(vector: Vector, address: str, agents: str) -> list[str]:
        realm = realm_of(vector)
        host = f"mkef.{realm}"
        own = [
            f"zk.origin_host={host}",
            f"zk.origin_realm={realm}",
            f"zk.listen={address}:{transport.port}",
            "zk.insecure=true",
            f"zk.agents={agents}",
        ]
        if transport.tls:
            own += [
                f"zk.tls.certificate={transport.pki / host}.pem",
                f"zk.tls.key={transport.pki / host}.key",
                f"zk.tls.authority={transport.pki / 'ca.pem'}",
            ]
        return own

    @asynccontextmanager
    async def start(agents: str = VOUCHED) -> AsyncIterator[tuple[Any, Any]]:
        async with patience(), AsyncExitStack() as stack:
            peers = []
            for vector, address in zip(vectors, ADDRESSES, strict=True):
                home = home_network(
                    tmp_path / vector["imsi"],
                    vector,
                    tls=transport.tls,
                    settings=settings(vector, address, agents),
                )
                await stack.enter_async_context(home)
                peers.append(Peer(f"mkef.{realm_of(vector)}", address, transport.tls))
            relay = await stack.enter_async_context(daemon(peers=peers))
            client, wire = await stack.enter_async_context(asking(SERVER))
            await asyncio.gather(*(relay.opened(peer.identity) for peer in peers))
            await relay.opened(SERVER)
            yield client, wire

    return start


@pytest.fixture
def ask_for(ask: Any) -> Any:
    """The key request of a vector."""

    def request(vector: Vector, session: str, **changes: Any) -> Any:
        fields = {
            "origin_host": SERVER,
            "origin_realm": "example",
            "user_name": vector["imsi"],
            "mtc_key_profile": int(vector["profile"], 16),
            "mtc_device_rand": bytes.fromhex(vector["rand"]),
            "mtc_encrypted_res": bytes.fromhex(vector["encrypted_res"]),
            "mtc_server_id": vector["server_id"],
        }
        return ask(realm_of(vector), session, **(fields | changes))

    return request


async def test_the_keys_of_two_operators(roaming: Any, ask_for: Any, vectors: list[Vector]) -> None:
    """Each request goes home by its Destination-Realm; copies of it get the same key."""
    asked = [(f"{SERVER};1;{i}", vectors[i % 2]) for i in range(100)]
    async with roaming() as (client, _):
        answers = await asyncio.gather(
            *(client.request(ask_for(vector, session), 20.0) for session, vector in asked)
        )
    for (session, vector), answer in zip(asked, answers, strict=True):
        assert isinstance(answer, MKA)
        assert (answer.session_id, answer.result_code) == (session, SUCCESS)
        assert answer.origin_realm == realm_of(vector)
        assert answer.mtc_key_info is not None
        assert answer.mtc_key_info.mtc_key_material.hex() == vector["k_mtc"]


@pytest.mark.parametrize(
    "agents",
    [
        "[]",
        f'[{{host="{RELAY}", origin_hosts=["another.example"], carries_keys=true}}]',
        f'[{{host="{RELAY}", origin_hosts=["{SERVER}"], carries_keys=false}}]',
        f'[{{host="another.example", origin_hosts=["{SERVER}"], carries_keys=true}}]',
    ],
    ids=["no agent", "for another server", "without keys", "another agent"],
)
async def test_an_agent_that_may_not_vouch_for_the_server(
    agents: str, roaming: Any, ask_for: Any, vectors: list[Vector]
) -> None:
    async with roaming(agents) as (client, _):
        answer = await client.request(ask_for(vectors[0], f"{SERVER};1;1"), 20.0)
        assert (answer.result_code, answer.mtc_key_info) == (NOT_ENTITLED, None)


async def test_a_server_that_claims_to_be_another(
    roaming: Any, ask_for: Any, vectors: list[Vector]
) -> None:
    """The relay says in Route-Record from whom it has the request."""
    async with roaming(VOUCHED.replace(SERVER, "another.example")) as (client, _):
        request = ask_for(vectors[0], "another.example;1;1", origin_host="another.example")
        answer = await client.request(request, 20.0)
        assert (answer.result_code, answer.mtc_key_info) == (NOT_ENTITLED, None)
