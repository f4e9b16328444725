"""Home networks for the requests of a Diameter node: handlers that note what they hear."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from mkef.stack.diameter_access import Remote
from mkef_codecs.diameter.commands import Body, Message
from mkef_codecs.diameter.header import RETRANSMITTED
from mkef_codecs.generated.diameter import ANSWER, MKA, MKR

REALM = "home.example"
FIRST, SECOND = (f"mkef{n}.{REALM}" for n in (1, 2))


@dataclass
class Home:
    """A handler of key requests; a `refusal` replaces the good answer, `silent` gives none."""

    host: str
    refusal: dict[str, Any] | None = None
    silent: bool = False
    heard: list[Message] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    speaks: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, message: Message, _remote: Remote) -> Body:
        self.heard.append(message)
        self.arrived.set()
        if self.silent:
            await self.speaks.wait()
        origin = {"origin_host": self.host, "origin_realm": self.host.partition(".")[2]}
        if self.refusal is not None:
            return ANSWER(**origin, **self.refusal)
        assert isinstance(message.body, MKR)
        session = message.body.session_id
        return MKA(session_id=session, auth_session_state=1, result_code=2001, **origin)

    @property
    def marked(self) -> list[bool]:
        """The T bit of each request."""
        return [bool(message.header.flags & RETRANSMITTED) for message in self.heard]

    @property
    def end_to_end(self) -> list[int]:
        """The End-to-End Identifier of each request."""
        return [message.header.end_to_end for message in self.heard]


def ways(*servers: tuple[str, Any], realms: tuple[str, ...] = (REALM,)) -> list[Any]:
    """Peers of a client: the homes' nodes, as ways to `realms`."""
    return [(host, server.address, realms) for host, server in servers]


def crash(node: Any) -> None:
    """End a node's connections without a word: who stops in good order answers."""
    for link in list(node._links):
        link.channel.abort()
