"""kill -9 under load: no key was released whose RAND is not on the ledger, no request is lost."""

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

from hlr_stub.node import HlrNode
from mkef.demo.programs import Service
from mkef.domain.freshness import Use
from mkef.net.database import Location
from mkef.net.store import open_store
from mkef.records.ledger import spent_all
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
    numbers, released, lost = count(), dict[bytes, Asked](), list[Asked]()
    async with HlrNode(hlr_config) as hlr:
        settings = (*MKEF_SETTINGS, f'zr.sigtran.connect=["{hlr.addresses["m3ua_tcp"]}"]')
        for _ in range(KILLS):
            service = Service("mkef", "mkef", tmp_path, settings)
            addresses = await service.start()
            await until_ready(addresses["metrics"])
            async with peer_of(addresses["zk"]) as peer:
                doomed = chance.randrange(1, 150)
                lost = await load_until_killed(service, peer, lost, numbers, released, doomed)
        service = Service("mkef", "mkef", tmp_path, settings)
        addresses = await service.start()
        await until_ready(addresses["metrics"])
        async with peer_of(addresses["zk"]) as peer:
            # Whoever had no answer asks once more, and has it.
            assert await ask_all(peer, iter(lost), lambda a, m: check(a, m, released)) == []
        await service.stop()
    assert len(released) > KILLS
    with closing(open_store(Location(tmp_path / "mkef.db"), MIGRATIONS, NAME)) as database:
        for each in released.values():
            use = Use(each.imsi, each.rand, each.rand.startswith(b"MTCR"), digest=b"")
            (known,) = spent_all(database, [use])
            assert known.rand or (known.counter and known.counter.last >= use.counter)


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
