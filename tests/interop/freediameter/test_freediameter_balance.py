"""Two MKEFs with one PostgreSQL behind freeDiameter's rt_load_balance; one of them is killed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

from freediameter import FreeDiameter, Peer
from key_requests import (
    HOME,
    MKEF_SETTINGS,
    OUTSTANDING,
    SERVER,
    Asked,
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
from mkef.demo.programs import Service
from mkef.domain.entitlement_csv import entitlement_of
from mkef.net.database import Location
from mkef.net.store import open_store
from mkef.records.editor import Editor
from mkef.records.reading import NAME
from mkef.records.schema import MIGRATIONS
from mkef_codecs.establishment import Profile
from mkef_codecs.generated.diameter import MKA

RELAY, RELAY_ADDRESS = "relay.core.example", "10.77.0.1"
MKEFS = {f"mkef-1.{HOME}": "10.77.0.11", f"mkef-2.{HOME}": "10.77.0.12"}
ROW = {"imsi": "0010101234567*", "server_id": "mtc.example", "origin_hosts": SERVER}
RANDOM = Profile(vectors=2)
PATIENCE_S = 90.0


def settings_of(host: str, address: str, hlr: str, url: str) -> tuple[str, ...]:
    agent = f'{{host="{RELAY}", origin_hosts=["{SERVER}"], carries_keys=true}}'
    return (
        *(setting for setting in MKEF_SETTINGS if not setting.startswith("zk.")),
        f'zr.sigtran.connect=["{hlr}"]',
        f"zk.origin_host={host}",
        f"zk.listen={address}:3868",
        f"zk.agents=[{agent}]",
        "zk.insecure=true",  # a private network; IMSIs of the test network
        f"store={url}",
    )


async def test_one_ledger_behind_a_balancer_and_one_mkef_killed(
    network: Any, tmp_path: Path, postgresql: Any
) -> None:
    url = postgresql.url()
    hlr_config = prepare(tmp_path)
    with closing(open_store(Location.parse(url), MIGRATIONS, NAME)) as database:
        Editor(database, "operator", 0.0).add(entitlement_of(ROW))
    async with asyncio.timeout(PATIENCE_S), AsyncExitStack() as stack:
        hlr = await stack.enter_async_context(HlrNode(hlr_config))
        services = []
        for host, address in MKEFS.items():
            folder = tmp_path / host
            folder.mkdir()
            (folder / "mkef.toml").write_text((tmp_path / "mkef.toml").read_text())
            settings = settings_of(host, address, hlr.addresses["m3ua_tcp"], url)
            service = Service("mkef", "mkef", folder, settings)
            stack.push_async_callback(service.stop)
            await until_ready((await service.start())["metrics"])
            services.append(service)
        relay = FreeDiameter(
            tmp_path / "relay",
            RELAY,
            RELAY_ADDRESS,
            peers=[Peer(host, address) for host, address in MKEFS.items()],
            extensions=['"rt_load_balance.fdx"'],
        )
        daemon = await stack.enter_async_context(relay)
        await asyncio.gather(*(daemon.opened(host) for host in MKEFS))
        peer = await stack.enter_async_context(peer_of(f"{RELAY_ADDRESS}:3868"))

        served: Counter[str] = Counter()
        released: list[Asked] = []
        unanswered: list[Asked] = []

        def heard(each: Asked, mka: MKA) -> None:
            if not (isinstance(mka, MKA) and mka.mtc_key_info):
                unanswered.append(each)
                return
            assert mka.mtc_key_info.mtc_key_material == each.k_mtc
            served[mka.origin_host] += 1
            released.append(each)

        # Both take requests.
        await ask_all(peer, iter([asked(n, RANDOM) for n in range(200)]), heard)
        assert set(served) == set(MKEFS)
        assert unanswered == []

        # A RAND used at one is refused by both.
        wrong = [replace(asked(n, RANDOM).mkr, mtc_encrypted_res=bytes(8)) for n in range(40)]
        answers = [await peer.ask(mkr) for mkr in wrong]
        assert {code_of(mka) for mka in answers} == {"32473/5002"}
        assert {mka.origin_host for mka in answers} == set(MKEFS)

        # One is killed under load. What it had then, the relay sends to the other (RFC 6733 clause
        # 5.5.4); what the relay gave up instead was under way too, and its sender asks once more.
        def requests() -> Iterator[Asked]:
            for number in range(1000, 1400):
                if number == 1150:
                    services[0].kill()
                yield asked(number, RANDOM)

        before = len(released)
        assert await ask_all(peer, requests(), heard) == []
        again, unanswered[:] = unanswered[:], []
        assert len(again) <= OUTSTANDING
        assert await ask_all(peer, iter(again), heard) == []
        assert unanswered == []
        assert len(released) == before + 400
    with closing(open_store(Location.parse(url), MIGRATIONS, NAME)) as database:
        check_ledger(database, released, just_now=False)
