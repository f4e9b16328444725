"""The same request again: one handling, the same answer (RFC 6733 clauses 3, 5.5.4, 6.2)."""

from __future__ import annotations

import asyncio
from typing import Any

from mkef.stack.diameter_access import Remote
from mkef_codecs.diameter.avp import Avp
from mkef_codecs.diameter.commands import Body, Message, encode
from mkef_codecs.diameter.header import PROXIABLE, REQUEST, RETRANSMITTED
from mkef_codecs.generated.diameter import MKA, MKR

FROM_MKEF: dict[str, Any] = {
    "origin_host": "mkef.home.example",
    "origin_realm": "home.example",
    "result_code": 2001,
}
AGAIN = REQUEST | PROXIABLE | RETRANSMITTED


class Counting:
    """A handler that numbers its answers, and holds them back until `gate` is open."""

    def __init__(self) -> None:
        self.number = 0
        self.gate = asyncio.Event()

    async def __call__(self, message: Message, _remote: Remote) -> Body:
        self.number += 1
        number = self.number
        await self.gate.wait()
        assert isinstance(message.body, MKR)
        name = [Avp(281, 0, 0, f"answer {number}".encode())]
        session = message.body.session_id
        return MKA(session_id=session, auth_session_state=1, **FROM_MKEF, others=name)


def said(message: Message) -> tuple[int, int, str, list[bytes]]:
    body = message.body
    assert isinstance(body, MKA)
    text = body.others[0].data.decode()
    return message.header.hop_by_hop, message.header.end_to_end, text, body.proxy_info


async def test_the_same_request_is_handled_once(
    serving: Any, speaking: Any, ask: Any, until: Any
) -> None:
    """Copies under way and after, over two connections; each answer is that of its own copy."""
    handler = Counting()
    way = [Avp(280, 0, 0x40, b"relay").encode() + Avp(33, 0, 0x40, b"1").encode()]
    async with (
        serving(handler) as server,
        speaking(server.address) as one,
        speaking(server.address) as other,
    ):
        for peer in (one, other):
            await peer.introduce()
        one.write(encode(ask(), 11, 42))
        other.write(encode(ask(proxy_info=way), 12, 42, flags=AGAIN))
        await until(lambda: server.counts["duplicates"] == 1)
        handler.gate.set()
        assert said(await one.hear()) == (11, 42, "answer 1", [])
        assert said(await other.hear()) == (12, 42, "answer 1", way)
        one.write(encode(ask(), 13, 42, flags=AGAIN))
        assert said(await one.hear()) == (13, 42, "answer 1", [])
        one.write(encode(ask(), 14, 43))
        assert said(await one.hear()) == (14, 43, "answer 2", [])
    assert (handler.number, server.counts["duplicates"]) == (2, 2)


async def test_a_request_that_was_not_answered_is_handled_again(
    serving: Any, speaking: Any, ask: Any, until: Any
) -> None:
    """It takes nothing of the room for others meanwhile."""
    counting, asked = Counting(), 0
    counting.gate.set()

    async def handler(message: Message, remote: Remote) -> Body | None:
        nonlocal asked
        asked += 1
        return None if asked <= 3 else await counting(message, remote)

    async with serving(handler, max_serving=1) as server, speaking(server.address) as peer:
        await peer.introduce()
        for copy in (1, 2, 3):
            peer.write(encode(ask(), copy, 42, flags=AGAIN))
            await until(lambda copy=copy: asked == copy)
        peer.write(encode(ask(), 4, 42, flags=AGAIN))
        assert said(await peer.hear()) == (4, 42, "answer 1", [])
