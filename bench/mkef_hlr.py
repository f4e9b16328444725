"""The home network of the bench: `python bench/mkef_hlr.py HOST:PORT`. Every IMSI has one card.

It answers the variant through our own SIGTRAN node, in a process of its own that is not measured.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from key_requests import CARD

from hlr_stub.config import HlrSigtranSection
from mkef.net.capture import Capture
from mkef.net.endpoint import Endpoint
from mkef.net.sigtran import Question, SigtranNode
from mkef.net.sources import SYSTEM
from mkef_codecs.ss7.map_auth import (
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
)


def answers(questions: Sequence[Question]) -> list[SendAuthenticationInfoRes]:
    """Of the requests of one turn of the event loop."""
    return [answer(arg) for arg, _caller in questions]


def answer(arg: SendAuthenticationInfoArg) -> SendAuthenticationInfoRes:
    """A triplet for each RAND."""
    made = [(rand, CARD.gsm(rand)) for rand in arg.rand_list]
    return SendAuthenticationInfoRes(
        triplets=tuple(Triplet(rand, v.sres, v.kc.octets) for rand, v in made)
    )


async def serve(address: str) -> None:
    section = HlrSigtranSection(
        point_code=2, listen=(Endpoint.parse(address),), transport="tcp", heartbeat_s=0.0
    )
    capture = Capture(None, node="hlr", clock=SYSTEM.clock)
    async with SigtranNode(section, service=answers, capture=capture, peer_name="mkef") as node:
        print("ready", node.addresses, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
