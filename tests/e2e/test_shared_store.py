"""Two MKEFs with one PostgreSQL: one ledger, one registry; the server is restarted under load."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
from key_requests import (
    DEVICES,
    MKEF_SETTINGS,
    SUCCESS,
    Asked,
    Peer,
    ask_all,
    asked,
    code_of,
    peer_of,
    prepare,
    until_ready,
)
from msgspec.structs import replace
from released_keys import check_ledger

from hlr_stub.node import HlrNode
from mkef.config import MkefConfig
from mkef.domain.entitlement_csv import entitlement_of
from mkef.domain.freshness import WINDOW
from mkef.net.database import Location
from mkef.net.store import Database, open_store
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef.records import availability
from mkef.records.editor import Editor
from mkef.records.reading import NAME
from mkef.records.schema import MIGRATIONS
from mkef_codecs.establishment import Profile
from mkef_codecs.generated.diameter import MKA

ROW = {"imsi": "0010101234567*", "server_id": "mtc.example", "origin_hosts": "mtc-server.example"}
TAGGED = Profile(vectors=2, tagged=True)


@dataclass
class Pair:
    """A peer of each MKEF, where each tells how it is, and the store of both."""

    first: Peer
    second: Peer
    metrics: list[str]
    store: Location

    def open_store(self) -> closing[Database]:
        return closing(open_store(self.store, MIGRATIONS, NAME))


@pytest.fixture
async def pair(tmp_path: Path, postgresql: Any) -> AsyncIterator[Pair]:
    url = postgresql.url()
    store = Location.parse(url)
    hlr_config = prepare(tmp_path)
    with closing(open_store(store, MIGRATIONS, NAME)) as database:
        Editor(database, "operator", 0.0).add(entitlement_of(ROW))
    async with AsyncExitStack() as stack:
        hlr = await stack.enter_async_context(HlrNode(hlr_config))
        peers, metrics = [], []
        for number in (1, 2):
            settings = (
                *MKEF_SETTINGS,
                f'zr.sigtran.connect=["{hlr.addresses["m3ua_tcp"]}"]',
                f"zk.origin_host=mkef{number}.example",
                f"store={url}",
            )
            node = MkefNode(load(tmp_path / "mkef.toml", MkefConfig, settings))
            await stack.enter_async_context(node)
            await node.connected()
            peers.append(await stack.enter_async_context(peer_of(node.addresses["zk"])))
            metrics.append(node.addresses["metrics"])
        yield Pair(*peers, metrics, store)


@pytest.mark.parametrize("profile", [Profile(vectors=2), TAGGED], ids=["random", "tagged"])
async def test_a_rand_used_at_one_is_refused_at_the_other(profile: Profile, pair: Pair) -> None:
    one = asked(700, profile)
    first = await pair.first.ask(one.mkr)
    assert code_of(first) == "2001"
    wrong = replace(one.mkr, mtc_encrypted_res=bytes(8))
    assert code_of(await pair.second.ask(wrong)) == "32473/5002"
    # The same request, which a server sends again when the first MKEF is gone, is no other use.
    again = await pair.second.ask(one.mkr)
    assert again.mtc_key_info
    assert first.mtc_key_info
    assert again.mtc_key_info.mtc_key_material == first.mtc_key_info.mtc_key_material
    assert again.mtc_key_info.key_expirytime == first.mtc_key_info.key_expirytime


async def test_one_request_at_both_at_once(pair: Pair) -> None:
    for number in range(40):
        one = asked(number, TAGGED if number % 2 else Profile())
        both = await asyncio.gather(pair.first.ask(one.mkr), pair.second.ask(one.mkr))
        keys = {mka.mtc_key_info.mtc_key_material for mka in both if mka.mtc_key_info}
        assert keys == {one.k_mtc}
        assert {code_of(mka) for mka in both} == {"2001"}


async def test_the_server_is_restarted_under_load(pair: Pair, postgresql: Any) -> None:
    """Meanwhile requests are refused as overload. Sent again once, when keys are released again,
    each has its key; and the ledger has what clients received."""
    outcomes: Counter[str] = Counter()
    released: list[Asked] = []
    refused: list[Asked] = []
    under_load, restarted = asyncio.Event(), asyncio.Event()

    def heard(each: Asked, mka: MKA) -> None:
        outcomes[code_of(mka)] += 1
        if mka.result_code != SUCCESS:
            refused.append(each)
            return
        assert mka.mtc_key_info
        assert mka.mtc_key_info.mtc_key_material == each.k_mtc
        released.append(each)
        if len(released) > 100:
            under_load.set()

    def requests(numbers: Iterator[int]) -> Iterator[Asked]:
        for sent, number in enumerate(numbers):
            if restarted.is_set() and sent > 100:
                return
            yield asked(number, profile_of(number))

    async def restart() -> None:
        await under_load.wait()
        await asyncio.to_thread(postgresql.stop)
        await asyncio.to_thread(postgresql.start)
        restarted.set()

    async with asyncio.timeout(60):
        lost = await asyncio.gather(
            ask_all(pair.first, requests(count(0)), heard),
            ask_all(pair.second, requests(count(1_000_000)), heard),
            restart(),
        )
        assert lost[:2] == [[], []], "the MKEFs keep their connections"
        assert set(outcomes) == {"2001", "32473/4002"}
        for number, peer in ((2_000_000, pair.first), (3_000_000, pair.second)):
            await until_released(peer, count(number))
        again, refused[:] = refused[:], []
        assert await ask_all(pair.first, iter(again[::2]), heard) == []
        assert await ask_all(pair.second, iter(again[1::2]), heard) == []
    assert refused == []
    with pair.open_store() as database:
        check_ledger(database, released, just_now=True)


async def test_readiness_follows_the_server_though_nobody_asks_for_keys(
    pair: Pair, postgresql: Any
) -> None:
    """The first MKEF also has a write that failed, as when the server goes under load."""
    assert [await ready(address) for address in pair.metrics] == [(200, "ready\n")] * 2
    await asyncio.to_thread(postgresql.stop)
    try:
        assert code_of(await pair.first.ask(asked(1, Profile()).mkr)) == "32473/4002"
        for address in pair.metrics:
            status, text = await ready(address)
            assert (status, text.count("\n")) == (503, 1)
            assert text.startswith(f"the store is unavailable: {pair.store}: ")
            assert (await got(address, "/status"))[1].count("the store is unavailable") == 1
    finally:
        await asyncio.to_thread(postgresql.start)
    for address in pair.metrics:
        await until_ready(address)
    assert code_of(await pair.first.ask(asked(2, Profile()).mkr)) == "2001"


async def test_a_store_that_hangs_does_not_hold_up_readiness(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(availability, "LOOK_S", 0.1)
    assert pair.store.url is not None
    with psycopg.connect(pair.store.url) as other:
        other.execute("LOCK TABLE registry")
        async with asyncio.timeout(20):
            told = await asyncio.gather(*(ready(pair.metrics[0]) for _ in range(3)))
        other.rollback()
    assert told == [(503, "the store is unavailable: no answer within 0.1 s\n")] * 3
    await until_ready(pair.metrics[0])


async def ready(address: str) -> tuple[int, str]:
    return await got(address, "/readyz")


async def got(address: str, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as web, web.get(f"http://{address}{path}") as answer:
        return answer.status, await answer.text()


def profile_of(number: int) -> Profile:
    """Every kind; no counter so high that what is sent again falls out of the window behind it."""
    tagged = number % 3 == 0 and number // DEVICES < WINDOW
    return TAGGED if tagged else Profile(vectors=1 + number % 2)


async def until_released(peer: Peer, numbers: Iterator[int]) -> None:
    """Ask until there is a key: this MKEF has its connections to the store again."""
    for number in numbers:
        if code_of(await peer.ask(asked(number, Profile(vectors=2)).mkr)) == "2001":
            return
