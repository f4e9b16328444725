"""freeDiameter as the relay between an MTC Server and the MKEFs of two home networks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from freediameter import Peer
from key_load import KeyLoad, answered_once

from mkef_codecs.generated.diameter import ANSWER, MKA, MKR

RELAY = "relay.core.example"
SERVER = "mtc.servers.example"
HOME, AWAY = "mkef.home.example", "mkef.away.example"
ADDRESSES = {HOME: "10.77.0.11", AWAY: "10.77.0.12"}
TIMEOUT_S = 1.0
SLACK_S = 1.0  # of a busy machine
UNABLE_TO_DELIVER, REALM_NOT_SERVED = 3002, 3003


@dataclass
class Core:
    """An MTC Server, the relay and two MKEFs, all connected; what each of ours said and heard."""

    relay: Any
    client: Any
    at_server: Any
    at: dict[str, Any]


@pytest.fixture
def core(daemon: Any, transport: Any, serving: Any, asking: Any, patience: Any) -> Any:
    peers = [Peer(host, address, transport.tls) for host, address in ADDRESSES.items()]

    @asynccontextmanager
    async def start() -> AsyncIterator[Core]:
        async with (
            patience(),
            serving(HOME) as home,
            serving(AWAY) as away,
            daemon(peers=peers) as relay,
            asking() as (client, at_server),
        ):
            await asyncio.gather(*(relay.opened(name) for name in (HOME, AWAY, SERVER)))
            yield Core(relay, client, at_server, {HOME: home, AWAY: away})

    return start


def realm_of(host: str) -> str:
    return host.partition(".")[2]


def requests(wire: Any) -> list[Any]:
    return [m for m in (*wire.received, *wire.sent) if isinstance(m.body, MKR)]


async def test_a_key_request_goes_home(core: Any, ask: Any) -> None:
    """Roaming: Destination-Realm decides, wherever the device is."""
    async with core() as nodes:
        for host in (HOME, AWAY, HOME):
            answer = await nodes.client.request(ask(realm_of(host), f"{SERVER};1;{host}"), 10.0)
            assert isinstance(answer, MKA)
            assert (answer.origin_host, answer.session_id) == (host, f"{SERVER};1;{host}")
    seen = [requests(wire) for wire in (nodes.at_server, nodes.at[HOME], nodes.at[AWAY])]
    assert [len(messages) for messages in seen] == [3, 2, 1]
    (sent, *_), (received, *_), _ = seen
    assert received.body.route_record == [SERVER]  # RFC 6733 clause 6.1.9
    assert received.header.end_to_end == sent.header.end_to_end


async def test_many_at_once_get_their_own_answers(core: Any, ask: Any) -> None:
    asked = [(f"{SERVER};{i}", (HOME, AWAY)[i % 2]) for i in range(300)]
    async with core() as nodes:
        answers = await asyncio.gather(
            *(nodes.client.request(ask(realm_of(host), session), 20.0) for session, host in asked)
        )
    assert [(answer.session_id, answer.origin_host) for answer in answers] == asked
    assert answered_once(nodes.at_server)


async def test_a_realm_that_nobody_serves(
    daemon: Any, asking: Any, ask: Any, patience: Any
) -> None:
    """The relay's own refusal reaches the caller: E bit, answer-message grammar."""
    async with patience(), daemon(), asking() as (client, wire):
        await client.connected()  # it may not listen yet when it says that it is ready
        answer = await client.request(ask("nowhere.example", "nobody"), 10.0)
        assert isinstance(answer, ANSWER)
        assert answer.result_code in {UNABLE_TO_DELIVER, REALM_NOT_SERVED}
        assert (answer.session_id, answer.origin_host) == ("nobody", RELAY)
        assert wire.received[-1].header.is_error


# A load of key requests, and something breaks in its middle.


async def kill(relay: Any, _network: Any) -> None:
    await relay.kill()


async def start(relay: Any, _network: Any) -> None:
    await relay.start()


async def pause(relay: Any, _network: Any) -> None:
    relay.pause()


async def resume(relay: Any, _network: Any) -> None:
    relay.resume()


async def cut(_relay: Any, network: Any) -> None:
    network.cut()


async def mend(_relay: Any, network: Any) -> None:
    network.mend()


async def lose_mkef(_relay: Any, network: Any) -> None:
    network.remove(ADDRESSES[HOME])


async def find_mkef(_relay: Any, network: Any) -> None:
    network.add(ADDRESSES[HOME])


BREAKS = {
    "relay killed": (kill, start),
    "relay paused": (pause, resume),
    "network cut": (cut, mend),
    "one MKEF cut off": (lose_mkef, find_mkef),
}


@pytest.mark.parametrize("what", BREAKS)
async def test_a_break_in_the_middle_of_a_load(
    what: str, core: Any, network: Any, ask: Any
) -> None:
    """No request hangs beyond its timeout, none is answered twice, none gets another's answer."""
    break_it, mend_it = BREAKS[what]
    async with core() as nodes:
        load = KeyLoad(nodes.client, ask, (HOME, AWAY), TIMEOUT_S)
        async with asyncio.TaskGroup() as running:
            running.create_task(load.run())
            await load.more("good")
            await break_it(nodes.relay, network)
            await load.more("failed", 32)
            await mend_it(nodes.relay, network)
            await load.more("good")
            load.end()
        assert load.slowest_s < TIMEOUT_S + SLACK_S
        assert answered_once(nodes.at_server)
