"""What the device makes of answers that nobody should send, and that runs can be repeated."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from mkef.net.capture import CaptureSection, read
from mkef.net.endpoint import Endpoint
from mkef.net.sources import Sources
from mtc.device.errors import DeviceError, NoAnswer, NotStored, NotVerified, Refused, Unavailable

Make = Callable[..., Any]


class Forger(asyncio.DatagramProtocol):
    """Answers every request with this type, code and rest, its message id and its token."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        token_length = data[0] & 15
        token = data[4 : 4 + token_length] if self._answer[1] else b""
        header = bytes((self._answer[0] | len(token), self._answer[1])) + data[2:4]
        self._transport.sendto(header + token + self._answer[2:], addr)


@asynccontextmanager
async def forging(answer: bytes) -> AsyncIterator[Endpoint]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: Forger(answer), local_addr=("127.0.0.1", 0)
    )
    yield Endpoint(*transport.get_extra_info("sockname"))
    transport.close()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("60 44", NotVerified),  # 2.04 as if the reading were stored
        ("60 44 90 ff 0102030405060708090a", NotVerified),  # protected, with another key
        ("60 44 92 0900 ff 0102030405060708090a", NotVerified),
        ("60 44 91 80 ff 00", NotVerified),  # reserved bits in the OSCORE option
        ("60 44 90", NotVerified),
        ("60 81", Refused),
        ("60 a0", NotVerified),
        ("60 a3", Unavailable),
        ("60 a3 d1 01 07", Unavailable),
        ("70 00", NoAnswer),  # reset
    ],
)
async def test_an_answer_that_proves_nothing(
    terminal: Make, answer: str, error: type[DeviceError]
) -> None:
    async with (
        asyncio.timeout(5),
        forging(bytes.fromhex(answer)) as server,
        terminal(server) as device,
    ):
        with pytest.raises(error) as caught:
            await device.send(b"reading")
        assert type(caught.value) is error
        assert "\n" not in str(caught.value)


async def test_max_age_of_5_03_and_its_default(terminal: Make) -> None:
    for answer, wait_s in (("60 a3", 60), ("60 a3 d1 01 07", 7)):
        async with forging(bytes.fromhex(answer)) as server, terminal(server) as device:
            with pytest.raises(Unavailable) as caught:
                await device.send(b"reading")
            assert caught.value.retry_after_s == wait_s


async def test_a_verified_no_confirms_the_key(
    serving: Make, terminal: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving() as server, terminal(server.endpoint) as device:
        with monkeypatch.context() as patch:
            patch.setattr("mtc.device.terminal.READINGS_PATH", ("elsewhere",))
            with pytest.raises(NotStored, match=r"4\.04"):
                await device.send(b"reading")
        answer = await device.send(b"reading")
        assert (answer.octets, answer.new_key) == (b"stored 1", False)


async def test_a_run_with_the_same_chance_is_the_same_run(
    serving: Make, terminal: Make, tmp_path: Path
) -> None:
    """Message ids and tokens come of module `random`, everything else of the sources."""

    async def run(folder: Path) -> list[bytes]:
        random.seed(8613)
        numbers = itertools.count()
        sources = Sources(
            clock=lambda: 1_790_000_000.0,
            timer=lambda: 0.0,
            octets=lambda n: bytes([next(numbers)]) * n,
        )
        capture = CaptureSection(file=folder / "run.pcapng")
        async with (
            serving(capture=capture, store=folder / "server.db", sources=sources) as server,
            terminal(server.endpoint, state=folder / "device.json", sources=sources) as device,
        ):
            await device.send(b"one")
            await device.send(b"two")
        return [packet.octets for packet in read(folder / "run.pcapng")]

    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    first, second = [await run(folder) for folder in folders]
    assert first == second
