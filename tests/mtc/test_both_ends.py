"""The device and the server over loopback (protocol.md clause 4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from mkef.crypto.secret import Ki
from mkef.net.capture import CaptureSection, read
from mkef.net.endpoint import Endpoint, NetworkError
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi, ServerId
from mtc.device.errors import NoAnswer, Refused, StateError, Unavailable
from mtc.server.keys import KeyUnavailable

Make = Callable[..., Any]

READING = b"21.5 C, 40 % RH!"  # 16 octets


@pytest.mark.parametrize(
    ("profile", "largest"), [(0x00, 70), (0x08, 70), (0x04, 70), (0x14, 74), (0x24, 78)]
)
async def test_one_message_carries_the_data_and_makes_the_key(
    serving: Make, terminal: Make, profile: int, largest: int
) -> None:
    async with serving() as server, terminal(server.endpoint, profile=profile) as device:
        answer = await device.send(READING)
        assert answer.octets == b"stored 1"
        assert answer.new_key
        assert answer.sent_octets <= largest
        (reading,) = server.readings
        assert (reading.imsi, reading.octets) == (Imsi("001010123456789"), READING)
        assert reading.first_under_key
        assert reading.k_mtc_fingerprint == answer.k_mtc.fingerprint
        assert reading.profile == Profile.parse(profile)
        assert len(server.keys.asked) == 1


async def test_later_readings_use_the_same_key_and_are_shorter(
    serving: Make, terminal: Make
) -> None:
    async with serving() as server, terminal(server.endpoint) as device:
        first = await device.send(READING)
        second = await device.send(READING)
        assert (second.new_key, second.k_mtc) == (False, first.k_mtc)
        assert second.sent_octets == first.sent_octets - 23  # no kid context any more
        assert [r.first_under_key for r in server.readings] == [True, False]
        assert len(server.keys.asked) == 1


async def test_the_key_lives_on_in_the_state_file(serving: Make, terminal: Make) -> None:
    async with serving() as server:
        async with terminal(server.endpoint) as device:
            first = await device.send(READING)
        async with terminal(server.endpoint) as device:
            second = await device.send(READING)
        assert (second.k_mtc, second.new_key) == (first.k_mtc, False)
        assert len(server.keys.asked) == 1


async def test_a_new_key_when_asked_for_or_for_another_profile(
    serving: Make, terminal: Make
) -> None:
    async with serving() as server, terminal(server.endpoint) as device:
        keys = [
            (await device.send(READING)).k_mtc.fingerprint,
            (await device.send(READING, new_key=True)).k_mtc.fingerprint,
            (await device.send(READING, profile=Profile.parse(0x14))).k_mtc.fingerprint,
        ]
        assert len(set(keys)) == len(server.keys.asked) == 3


async def test_a_key_is_renewed_at_the_devices_own_lifetime(
    serving: Make, terminal: Make, time: Any
) -> None:
    async with (
        serving() as server,
        terminal(server.endpoint, lifetime_s=600, sources=time.sources) as device,
    ):
        await device.send(READING)
        time.offset = 601
        assert (await device.send(READING)).new_key


async def test_many_devices_at_once(serving: Make, terminal: Make, tmp_path: Path) -> None:
    async with serving() as server:

        async def one(i: int) -> None:
            device = terminal(
                server.endpoint, imsi=Imsi(f"00101{i:010}"), state=tmp_path / f"{i}.json"
            )
            async with device:
                await device.send(b"%d" % i)
                await device.send(b"%d again" % i)

        await asyncio.gather(*(one(i) for i in range(20)))
        assert len(server.keys.asked) == 20
        assert len({(r.imsi, r.octets) for r in server.readings}) == len(server.readings) == 40


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_both_address_families(serving: Make, terminal: Make, host: str) -> None:
    async with serving(listen=Endpoint(host, 0)) as server, terminal(server.endpoint) as device:
        assert server.endpoint.host == host
        assert server.endpoint.port
        await device.send(READING)


async def test_another_ki_is_refused_and_nothing_delivered(serving: Make, terminal: Make) -> None:
    async with serving() as server, terminal(server.endpoint, ki=Ki(bytes(16))) as device:
        for _ in range(3):
            with pytest.raises(Refused, match=r"4\.01"):
                await device.send(READING)
        assert len(server.keys.asked) == 1  # a refusal is remembered, the key not made again
        assert server.readings == []


async def test_a_refused_device_makes_a_new_key_once_a_minute_at_most(
    serving: Make, terminal: Make, time: Any
) -> None:
    async with (
        serving(sources=time.sources) as server,
        terminal(server.endpoint, ki=Ki(bytes(16)), sources=time.sources) as device,
    ):
        made_at: list[int] = []
        for second in range(0, 600, 30):
            time.offset = second
            with pytest.raises(Refused):
                await device.send(READING)
            rands = {context.rand for _, context in server.keys.asked}
            made_at += [second] * (len(rands) - len(made_at))
        assert made_at == [0, 60, 180, 420]  # after 60, 120, 240 s


async def test_a_server_that_forgot_gets_a_new_key_in_the_same_call(
    serving: Make, terminal: Make, time: Any
) -> None:
    async with serving() as server:
        listen = server.endpoint
        async with terminal(listen, sources=time.sources) as device:
            await device.send(READING)
    time.offset = 61
    async with serving(listen=listen) as server, terminal(listen, sources=time.sources) as device:
        answer = await device.send(READING)
        assert answer.new_key
        assert [r.octets for r in server.readings] == [READING]


async def test_temporary_failure_is_5_03_with_max_age(serving: Make, terminal: Make) -> None:
    async with serving() as server, terminal(server.endpoint) as device:
        server.keys.outcome = KeyUnavailable("no route", retry_after_s=17)
        with pytest.raises(Unavailable, match="17 s") as caught:
            await device.send(READING)
        assert caught.value.retry_after_s == 17
        server.keys.outcome = None
        answer = await device.send(READING)  # the same key, with the next sequence number
        assert (answer.octets, answer.new_key) == (b"stored 1", False)


async def test_a_server_that_stops_says_so(serving: Make, terminal: Make) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving())
        server.keys.gate.clear()
        device = await stack.enter_async_context(terminal(server.endpoint))
        sending = asyncio.create_task(device.send(READING))
        await server.keys.reached.wait()
        await server.node.__aexit__(None, None, None)
        with pytest.raises(Unavailable, match=r"5\.03"):
            await sending


async def test_the_key_of_another_server_is_not_used(serving: Make, terminal: Make) -> None:
    async with serving() as server, terminal(server.endpoint) as device:
        server.keys.server_id = ServerId("coap://other.example")
        with pytest.raises(Refused):
            await device.send(READING)
        assert server.readings == []


async def test_an_expired_key_is_not_used(serving: Make, terminal: Make, time: Any) -> None:
    async with serving(sources=time.sources) as server, terminal(server.endpoint) as device:
        await device.send(READING)
        time.offset = 3601
        with pytest.raises(Refused):
            await device.send(READING)
        server.keys.lifetime_s = 0
        with pytest.raises(Refused):
            await device.send(READING, new_key=True)
        assert len(server.readings) == 1


async def test_a_key_client_that_fails_is_temporary(serving: Make, terminal: Make) -> None:
    async with serving() as server, terminal(server.endpoint) as device:
        server.keys.outcome = ZeroDivisionError("a mistake")
        with pytest.raises(Unavailable):
            await device.send(READING)
        server.keys.outcome = None
        await device.send(READING)


async def test_nobody_there_is_one_clear_line(terminal: Make) -> None:
    async with terminal(Endpoint("127.0.0.1", 9)) as device:
        with pytest.raises(NoAnswer, match=r"no answer from 127\.0\.0\.1:9: Connection refused"):
            await device.send(READING)


async def test_silence_ends_with_the_time_out(serving: Make, terminal: Make) -> None:
    async with serving() as server, terminal(server.endpoint, answer_timeout_s=0.2) as device:
        server.keys.gate.clear()
        with pytest.raises(NoAnswer, match=r"within 0\.2 s"):
            await device.send(READING)


async def test_a_port_in_use_is_one_clear_line(serving: Make) -> None:
    async with serving() as server:
        with pytest.raises(NetworkError, match="the port is in use"):
            async with serving(listen=server.endpoint):
                pass


async def test_a_host_without_address_is_one_clear_line(serving: Make) -> None:
    with pytest.raises(NetworkError, match=r"cannot listen on nowhere\.invalid:0"):
        async with serving(listen=Endpoint("nowhere.invalid", 0)):
            pass


async def test_two_processes_are_not_one_device(serving: Make, terminal: Make) -> None:
    async with serving() as server, terminal(server.endpoint):
        with pytest.raises(StateError, match="another process"):
            async with terminal(server.endpoint):
                pass


async def test_the_capture_holds_every_datagram(
    serving: Make, terminal: Make, tmp_path: Path
) -> None:
    file = tmp_path / "server.pcapng"
    async with (
        serving(capture=CaptureSection(file=file)) as server,
        terminal(server.endpoint) as device,
    ):
        sent = [(await device.send(READING)).sent_octets for _ in range(2)]
        port = server.endpoint.port
    packets = read(file)
    assert [len(p.octets) - 28 for p in packets][::2] == sent  # IPv4 and UDP headers
    assert len(packets) == 4
    assert f"> 127.0.0.1:{port}" in packets[0].comment
