"""freeDiameter as a peer: capabilities, watchdog, loss and leave-taking, whoever begins."""

from __future__ import annotations

from typing import Any

import pytest
from freediameter import Peer

from mkef.net.diameter_failures import RequestFailed
from mkef_codecs.generated.diameter import CEA, CER, DPA, DPR, DWA, DWR

RELAY = "relay.core.example"
MKEF, MKEF_ADDRESS = "mkef.home.example", "10.77.0.11"
SERVER = "mtc.servers.example"
TCP_ALONE = pytest.mark.parametrize("transport", ["TCP"], indirect=True)
TLS_ALONE = pytest.mark.parametrize("transport", ["TLS"], indirect=True)


def kinds(messages: list[Any]) -> list[type]:
    return [type(message.body) for message in messages]


async def test_we_connect_and_leave(daemon: Any, asking: Any, patience: Any) -> None:
    async with patience(), daemon() as freediameter:
        async with asking() as (client, wire):
            await client.connected()
            await freediameter.opened(SERVER)
        await freediameter.says(rf"'STATE_OPEN'\s+-> 'STATE_CLOS\w+'\s+'{SERVER}'")
    assert kinds(wire.sent) == [CER, DPR]
    assert kinds(wire.received) == [CEA, DPA]
    assert wire.received[0].body.auth_application_id == [0xFFFFFFFF]  # a relay


async def test_it_connects_and_leaves(
    daemon: Any, serving: Any, transport: Any, patience: Any
) -> None:
    peer = Peer(MKEF, MKEF_ADDRESS, transport.tls)
    async with patience(), serving(MKEF) as wire, daemon(peers=[peer]) as freediameter:
        await freediameter.opened(MKEF)
        await freediameter.stop()
    assert kinds(wire.received) == [CER, DPR]
    assert kinds(wire.sent) == [CEA, DPA]


async def test_we_leave_one_that_connected(
    daemon: Any, serving: Any, transport: Any, patience: Any
) -> None:
    peer = Peer(MKEF, MKEF_ADDRESS, transport.tls)
    async with patience(), daemon(peers=[peer]) as freediameter:
        async with serving(MKEF) as wire:
            await freediameter.opened(MKEF)
        await freediameter.says(rf"'STATE_OPEN'\s+-> 'STATE_CLOS\w+'\s+'{MKEF}'")
    assert kinds(wire.sent) == [CEA, DPR]
    assert kinds(wire.received) == [CER, DPA]


@TCP_ALONE
async def test_our_watchdog_is_answered(daemon: Any, asking: Any, patience: Any) -> None:
    async with patience(), daemon(), asking(watchdog_s=2.5) as (_, wire):
        await wire.until(lambda wire: kinds(wire.received)[-1:] == [DWA])
        assert kinds(wire.sent) == [CER, DWR]
        assert wire.received[-1].body.result_code == 2001


@TCP_ALONE
async def test_its_watchdog_is_answered(
    daemon: Any, serving: Any, transport: Any, patience: Any
) -> None:
    peer = Peer(MKEF, MKEF_ADDRESS)
    async with patience(), serving(MKEF) as wire, daemon(peers=[peer], watchdog_s=6) as relay:
        await wire.until(lambda wire: kinds(wire.sent)[-1:] == [DWA])
        assert kinds(wire.received) == [CER, DWR]
        assert "STATE_SUSPECT" not in relay.log


async def test_it_is_found_again_after_its_death(daemon: Any, asking: Any, patience: Any) -> None:
    async with patience(), daemon() as freediameter, asking() as (client, wire):
        await client.connected()
        await freediameter.kill()
        said = len(freediameter.log)
        await freediameter.start()
        await freediameter.opened(SERVER, after=said)
        await wire.until(lambda wire: kinds(wire.received).count(CEA) == 2)
        await wire.until(lambda wire: DWR in kinds(wire.sent))  # REOPEN (RFC 3539)
        states = {message.body.origin_state_id for message in wire.sent}
        assert len(states) == 1  # ours has not started again (RFC 6733 clause 8.16)


@TCP_ALONE
async def test_a_silent_one_is_given_up_and_found_again(
    daemon: Any, asking: Any, ask: Any, patience: Any
) -> None:
    """SIGSTOP: its kernel takes all we send, so only the watchdog can notice."""
    async with patience(), daemon() as freediameter, asking(watchdog_s=2.5) as (client, wire):
        await client.connected()
        freediameter.pause()
        link = await client.connected()
        with pytest.raises(RequestFailed):
            await client.request(ask("home.example", "silent"), 20.0)
        assert not link.available
        assert await link.ended == "the peer answers no watchdog request"
        freediameter.resume()
        await wire.until(lambda wire: kinds(wire.received).count(CEA) == 2)


@TLS_ALONE
async def test_one_of_another_authority(
    daemon: Any, strangers: Any, serving: Any, asking: Any, ask: Any, patience: Any
) -> None:
    """Neither our server nor our client says a word of Diameter to it, and a caller learns why."""
    peer = Peer(MKEF, MKEF_ADDRESS, tls=True)
    async with (
        patience(),
        serving(MKEF) as at_mkef,
        daemon(peers=[peer], pki=strangers) as freediameter,
        asking() as (client, at_server),
    ):
        await freediameter.says("TLS ERROR|TLS alert|verification")
        with pytest.raises(RequestFailed, match="no connection"):
            await client.request(ask("home.example", "1"), 0.5)
        with pytest.raises(RequestFailed, match="CERTIFICATE_VERIFY_FAILED"):
            await client.request(ask("home.example", "2"), 0.5)
    for wire in (at_mkef, at_server):
        assert (wire.sent, wire.received) == ([], [])
