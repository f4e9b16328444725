"""kill -9 under load: the ledger has every released key's RAND and request; none is lost."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from key_requests import (
    MKEF_SETTINGS,
    SUCCESS,
    Asked,
    Peer,
    ask_all,
    asked,
    peer_of,
    prepare,
    until_ready,
)
from released_keys import check_ledger

from hlr_stub.node import HlrNode
from mkef.demo.programs import Service
from mkef.net.database import Location
from mkef.net.store import Database, open_store
from mkef.records.reading import NAME
from mkef.records.schema import MIGRATIONS
from mkef_codecs.establishment import Profile
from mkef_codecs.generated.diameter import MKA

# `make proof` has many more of them.
KILLS = int(os.environ.get("MKEF_KILLS", "3"))
PROFILES = (Profile(), Profile(vectors=2, tagged=True))


async def test_kill_9_in_a_loop_under_load(tmp_path: Path) -> None:
    hlr_config = prepare(tmp_path)
    chance = random.Random(9)
    numbers, lost = count(), list[Asked]()
    released, just_now = list[Asked](), dict[bytes, Asked]()
    async with HlrNode(hlr_config) as hlr:
        settings = (*MKEF_SETTINGS, f'zr.sigtran.connect=["{hlr.addresses["m3ua_tcp"]}"]')
        for _ in range(KILLS):
            service = Service("mkef", "mkef", tmp_path, settings)
            addresses = await service.start()
            await until_ready(addresses["metrics"])
            # As the new process found it: whoever opens a killed one's files first, repairs them.
            with ledger_of(tmp_path) as database:
                check_ledger(database, just_now.values(), just_now=True)
            just_now.clear()
            async with peer_of(addresses["zk"]) as peer:
                doomed = chance.randrange(1, 150)
                lost = await load_until_killed(service, peer, lost, numbers, just_now, doomed)
            released += just_now.values()
        service = Service("mkef", "mkef", tmp_path, settings)
        addresses = await service.start()
        await until_ready(addresses["metrics"])
        async with peer_of(addresses["zk"]) as peer:
            # Whoever had no answer asks once more, and has it.
            assert await ask_all(peer, iter(lost), lambda a, m: check(a, m, just_now)) == []
        await service.stop()
    assert len(released) > KILLS
    with ledger_of(tmp_path) as database:
        check_ledger(database, just_now.values(), just_now=True)
        check_ledger(database, released, just_now=False)


def ledger_of(folder: Path) -> closing[Database]:
    return closing(open_store(Location(folder / "mkef.db"), MIGRATIONS, NAME))


def check(each: Asked, mka: MKA, released: dict[bytes, Asked]) -> None:
    assert mka.result_code == SUCCESS, f"{mka}"
    assert mka.mtc_key_info
    assert mka.mtc_key_info.mtc_key_material == each.k_mtc
    released[each.rand] = each


async def load_until_killed(
    service: Service,
    peer: Peer,
    lost: list[Asked],
    numbers: Iterator[int],
    released: dict[bytes, Asked],
    doomed: int,
) -> list[Asked]:
    """First what had no answer before, then new requests; the kill comes after so many answers."""
    answers = count(1)

    def heard(each: Asked, mka: MKA) -> None:
        check(each, mka, released)
        if next(answers) == doomed:
            service.kill()

    def requests() -> Iterator[Asked]:
        yield from lost
        for number in numbers:
            yield asked(number, PROFILES[number % 2])

    unanswered = await ask_all(peer, requests(), heard)
    await service.stop()
    return unanswered
