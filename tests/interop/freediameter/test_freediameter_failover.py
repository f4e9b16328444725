"""Two relays on the way: one fails in the middle of a load of key requests, and none is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from freediameter import Peer
from key_load import KeyLoad, answered_once

from mkef.net.diameter_section import AgentSection
from mkef_codecs.generated.diameter import MKR

RELAYS = {"relay.core.example": "10.77.0.1", "second.core.example": "10.77.0.2"}
FIRST, SECOND = RELAYS
SERVER = "mtc.servers.example"
MKEFS = {"mkef.home.example": "10.77.0.11", "mkef.away.example": "10.77.0.12"}
AGENTS = tuple(AgentSection(host, (SERVER,), carries_keys=True) for host in RELAYS)
TIMEOUT_S = 30.0
RETRANSMITTED = 0x10


@dataclass
class Core:
    """An MTC Server with two ways to two MKEFs; what each of ours said and heard."""

    first: Any
    second: Any
    client: Any
    at_server: Any
    at_mkefs: list[Any]


@pytest.fixture
def core(daemon: Any, transport: Any, serving: Any, asking: Any, patience: Any) -> Any:
    peers = [Peer(host, address, transport.tls) for host, address in MKEFS.items()]
    home, away = MKEFS

    @asynccontextmanager
    async def start() -> AsyncIterator[Core]:
        async with (
            patience(),
            serving(home, agents=AGENTS) as at_home,
            serving(away, agents=AGENTS) as at_away,
            daemon(FIRST, RELAYS[FIRST], peers=peers) as first,
            daemon(SECOND, RELAYS[SECOND], peers=peers) as second,
            asking(relays=RELAYS, watchdog_s=2.5) as (client, at_server),
        ):
            for relay in (first, second):
                await asyncio.gather(*(relay.opened(name) for name in (*MKEFS, SERVER)))
            yield Core(first, second, client, at_server, [at_home, at_away])

    return start


@pytest.mark.parametrize("how", ["killed", "paused"])
async def test_a_relay_fails_and_comes_back(how: str, core: Any, ask: Any) -> None:
    async with core() as nodes:
        load = KeyLoad(nodes.client, ask, list(MKEFS), TIMEOUT_S)
        async with asyncio.TaskGroup() as running:
            running.create_task(load.run())
            await load.more("good", 500)
            if how == "killed":
                await nodes.first.kill()
            else:
                nodes.first.pause()
            await load.more("good", 500)
            said = len(nodes.first.log)
            if how == "killed":
                await nodes.first.start()
                await nodes.first.opened(SERVER, after=said)
            else:
                nodes.first.resume()
            await load.more("good", 500)
            load.end()
        assert (load.failed, load.refused) == (0, 0)
        if how == "killed":  # one that was paused answers too, when nobody waits any more
            assert answered_once(nodes.at_server)
        sent = [m for m in nodes.at_server.sent if isinstance(m.body, MKR)]
        assert any(m.header.flags & RETRANSMITTED for m in sent)
        assert len({m.header.end_to_end for m in sent}) == load.good
        assert sum(wire.handled for wire in nodes.at_mkefs) == load.good  # copies are recognised
