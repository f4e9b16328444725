"""Zr behind freeDiameter: an MKEF's RIR with its RAND list, and the vectors of the RIA."""

from __future__ import annotations

import asyncio
from typing import Any

from freediameter import Peer

from mkef.net.diameter_section import AgentSection
from mkef_codecs.diameter.commands import Body, Message
from mkef_codecs.generated.diameter import RIA, RIR, AuthenticationInfo, GERANVector, MTCRANDList

RELAY, MKEF, HLR = "relay.core.example", "mkef.away.example", "mkef.home.example"
HLR_ADDRESS, REALM = "10.77.0.11", "home.example"
ZR = (32473, RIR.APPLICATION)
SUCCESS = 2001


def vectors_of(rands: list[bytes]) -> list[GERANVector]:
    return [
        GERANVector(item_number=i, rand=rand, sres=rand[:4], kc=rand[4:12])
        for i, rand in enumerate(rands, 1)
    ]


async def hlr(request: Message, _remote: Any) -> Body:
    """The RANDs come back, each with a vector made of it."""
    rir = request.body
    assert isinstance(rir, RIR)
    return RIA(
        session_id=rir.session_id,
        auth_session_state=1,
        origin_host=HLR,
        origin_realm=REALM,
        result_code=SUCCESS,
        authentication_info=AuthenticationInfo(
            geran_vector=vectors_of(rir.mtc_rand_list.mtc_device_rand)
        ),
        proxy_info=rir.proxy_info,
    )


async def test_vectors_come_through_the_relay(
    daemon: Any, serving: Any, asking: Any, transport: Any, patience: Any
) -> None:
    agents = (AgentSection(RELAY, (MKEF,), carries_keys=True),)
    peers = [Peer(HLR, HLR_ADDRESS, transport.tls)]
    lists = [[bytes((n, i)) * 8 for i in range(1 + n % 3)] for n in range(60)]
    async with (
        patience(),
        serving(HLR, handlers={RIR.APPLICATION: hlr}, applications=(ZR,), agents=agents) as at_hlr,
        daemon(peers=peers) as relay,
        asking(MKEF, applications=(ZR,)) as (client, _),
    ):
        await asyncio.gather(relay.opened(HLR), relay.opened(MKEF))
        answers = await asyncio.gather(*(client.request(rir(rands), 20.0) for rands in lists))
    for rands, answer in zip(lists, answers, strict=True):
        assert isinstance(answer, RIA)
        assert answer.authentication_info is not None
        assert answer.authentication_info.geran_vector == vectors_of(rands)
    asked = [m.body for m in at_hlr.received if isinstance(m.body, RIR)]
    assert {tuple(request.route_record) for request in asked} == {(MKEF,)}


def rir(rands: list[bytes]) -> RIR:
    return RIR(
        session_id=f"{MKEF};1;{rands[0].hex()}",
        auth_session_state=1,
        origin_host=MKEF,
        origin_realm="away.example",
        destination_realm=REALM,
        user_name="001010123456789",
        mtc_rand_list=MTCRANDList(mtc_device_rand=rands),
    )
