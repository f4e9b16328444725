"""Subscriptions of a running HLR, and the numbers that are given once."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from msgspec.structs import replace

from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber
from hlr_stub.wrapping import TransportKey
from mkef.net.database import Location
from mkef.net.store import StoreError, StoreUnavailable
from mkef_codecs.identity import Imsi

NOBODY = Imsi("001019999999999")
Open = Callable[..., Any]

# Allocates until it is killed; what it prints it may have used.
ALLOCATOR = """
import asyncio, sys
from hlr_stub.directory import Directory
from mkef.net.database import Location
from mkef_codecs.identity import Imsi

async def main():
    async with Directory(Location.parse(sys.argv[1]), None) as directory:
        async def ask():
            while True:
                sqns = await directory.allocate(Imsi("001010000000001"), 2)
                print(*sqns, sep="\\n", flush=True)
        await asyncio.gather(*(ask() for _ in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("key", [None, TransportKey(bytes(16))], ids=["plain", "wrapped"])
async def test_many_are_found_at_a_time(
    directory: Open, location: Location, subscriber: Subscriber, key: TransportKey | None
) -> None:
    known = [replace(subscriber, imsi=Imsi(f"{n:015}")) for n in range(50)]
    async with directory(location, *known, key=key) as home:
        found = await asyncio.gather(*(home.get(s.imsi) for s in known), home.get(NOBODY))
    assert found == [*known, None]


async def test_what_is_held_is_known_in_the_block_and_not_behind_it(
    directory: Open, location: Location, subscriber: Subscriber
) -> None:
    known = [replace(subscriber, imsi=Imsi(f"{n:015}")) for n in range(50)]
    async with directory(location, *known) as home:
        imsis = [s.imsi for s in (*known, subscriber)]
        held = home.some(imsis) if home.at_hand else await home.fetch(imsis)
        with home.holding(held):
            assert home.knows(known[0].imsi)
            assert home.knows(subscriber.imsi)  # to have none, without another look
            found = [await home.get(s.imsi) for s in (*known, subscriber)]
        assert found == [*known, None]
        with closing(SubscriberStore.open(location)) as store:
            store.remove(known[0].imsi)
        await asyncio.sleep(0)  # reads of one turn see the same
        assert await home.get(known[0].imsi) is None


async def test_numbers_go_on(directory: Open, location: Location, subscriber: Subscriber) -> None:
    async with directory(location, subscriber) as home:
        assert await home.allocate(subscriber.imsi, 2) == (0x21, 0x41)
        assert await home.allocate(subscriber.imsi, 1) == (0x62,)
        found = await home.get(subscriber.imsi)
    assert found is not None
    assert found.sqn == 0x62


async def test_numbers_of_many_at_a_time_differ(
    directory: Open, location: Location, subscriber: Subscriber
) -> None:
    other = replace(subscriber, imsi=Imsi("001010000000002"))
    async with directory(location, subscriber, other) as home:
        asked = [home.allocate(s.imsi, 3) for _ in range(100) for s in (subscriber, other)]
        answers = await asyncio.gather(*asked)
    for part in (answers[::2], answers[1::2]):
        numbers = [sqn for batch in part for sqn in batch]
        assert len(set(numbers)) == 300


async def test_numbers_of_two_hlrs_of_one_store_differ(
    directory: Open, location: Location, subscriber: Subscriber
) -> None:
    other = replace(subscriber, imsi=Imsi("001010000000002"))
    async with directory(location, subscriber, other) as one, directory(location) as two:
        asked = [
            home.allocate(s.imsi, 2)
            for _ in range(50)
            for home in (one, two)
            for s in (subscriber, other)
        ]
        answers = await asyncio.gather(*asked)
    for part in (answers[::2], answers[1::2]):
        numbers = [sqn for batch in part for sqn in batch]
        assert len(set(numbers)) == 200


async def test_a_usim_that_is_ahead_is_followed(
    directory: Open, location: Location, subscriber: Subscriber
) -> None:
    async with directory(location, subscriber) as home:
        assert await home.allocate(subscriber.imsi, 1, 1000 << 5 | 3) == (1001 << 5 | 4,)
        assert await home.allocate(subscriber.imsi, 1, 7 << 5) == (1002 << 5 | 5,)


async def test_no_number_is_left(
    directory: Open, location: Location, subscriber: Subscriber
) -> None:
    last = replace(subscriber, sqn=2**48 - 1)
    async with directory(location, last) as home:
        with pytest.raises(StoreError, match="no sequence number is left"):
            await home.allocate(subscriber.imsi, 1)
        with pytest.raises(StoreError, match="was removed meanwhile"):
            await home.allocate(NOBODY, 1)


def test_no_number_comes_twice_after_kill_9(location: Location, subscriber: Subscriber) -> None:
    where = location.url or str(location.path)
    with closing(SubscriberStore.open(location)) as store:
        store.add(subscriber)
    numbers: list[int] = []
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", ALLOCATOR, where], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            numbers += [int(process.stdout.readline()) for _ in range(200)]
            os.kill(process.pid, signal.SIGKILL)
            numbers += [int(line) for line in process.stdout if line.endswith("\n")]
    assert len(set(numbers)) == len(numbers)


async def test_postgresql_gone_in_the_middle(
    directory: Open, postgresql: Any, subscriber: Subscriber
) -> None:
    location = Location.parse(postgresql.url())
    async with directory(location, subscriber) as home:
        assert await home.allocate(subscriber.imsi, 1) == (0x21,)
        postgresql.stop()
        try:
            for ask in (home.get(subscriber.imsi), home.allocate(subscriber.imsi, 1)):
                with pytest.raises(StoreUnavailable):
                    await ask
        finally:
            postgresql.start()
        assert await _until_it_works(lambda: home.get(subscriber.imsi)) == replace(
            subscriber, sqn=0x21
        )
        assert await _until_it_works(lambda: home.allocate(subscriber.imsi, 1)) == (0x42,)


async def _until_it_works(ask: Callable[[], Any]) -> Any:
    """A second passes before the next attempt to connect."""
    while True:
        try:
            return await ask()
        except StoreUnavailable:
            await asyncio.sleep(0.05)
