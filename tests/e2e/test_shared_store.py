"""Two MKEFs with one PostgreSQL: one ledger, one registry; the server is restarted under load."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from key_requests import (
    MKEF_SETTINGS,
    SUCCESS,
    Asked,
    Peer,
    ask_all,
    asked,
    code_of,
    peer_of,
    prepare,
)
from msgspec.structs import replace

from hlr_stub.node import HlrNode
from mkef.commands.entitlement import editor
from mkef.config import MkefConfig
from mkef.domain.entitlement_csv import entitlement_of
from mkef.net.database import Location
from mkef.net.store import open_store
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef.records.reading import NAME
from mkef.records.schema import MIGRATIONS
from mkef_codecs.establishment import Profile
from mkef_codecs.generated.diameter import MKA

ROW = {"imsi": "0010101234567*", "server_id": "mtc.example", "origin_hosts": "mtc-server.example"}
TAGGED = Profile(vectors=2, tagged=True)


@dataclass
class Pair:
    """A peer of each MKEF."""

    first: Peer
    second: Peer


@pytest.fixture
async def pair(tmp_path: Path, postgresql: Any) -> AsyncIterator[Pair]:
    url = postgresql.url()
    hlr_config = prepare(tmp_path)
    with closing(open_store(Location.parse(url), MIGRATIONS, NAME)) as database:
        editor(database).add(entitlement_of(ROW))
    async with AsyncExitStack() as stack:
        hlr = await stack.enter_async_context(HlrNode(hlr_config))
        peers = []
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
        yield Pair(*peers)


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
    """Meanwhile requests are refused as overload; asked again, each has its key."""
    outcomes: Counter[str] = Counter()
    refused: list[Asked] = []
    under_load, restarted = asyncio.Event(), asyncio.Event()

    def heard(each: Asked, mka: MKA) -> None:
        outcomes[code_of(mka)] += 1
        if outcomes["2001"] > 100:
            under_load.set()
        if mka.result_code == SUCCESS:
            assert mka.mtc_key_info
            assert mka.mtc_key_info.mtc_key_material == each.k_mtc
        else:
            refused.append(each)

    def requests(first: int) -> Iterator[Asked]:
        number = first
        while not restarted.is_set() or number < first + 100:
            yield asked(number, Profile(vectors=1 + number % 2), seed=str(first))
            number += 2 if first else 1

    async def restart() -> None:
        await under_load.wait()
        await asyncio.to_thread(postgresql.stop)
        await asyncio.to_thread(postgresql.start)
        restarted.set()

    async with asyncio.timeout(60):
        await asyncio.gather(
            ask_all(pair.first, requests(0), heard),
            ask_all(pair.second, requests(1_000_001), heard),
            restart(),
        )
    assert set(outcomes) <= {"2001", "32473/4002"}
    assert outcomes["2001"]
    async with asyncio.timeout(60):
        while refused:
            again, refused[:] = refused[:], []
            await ask_all(pair.first, iter(again), heard)
