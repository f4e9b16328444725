"""A live MKEF that has more asked of it at once than it takes on."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from key_requests import MKEF_SETTINGS, asked, code_of, peer_of, prepare
from msgspec.structs import replace
from structlog.testing import capture_logs

from hlr_stub.node import HlrNode
from mkef.config import MkefConfig
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef_codecs.establishment import Profile
from mkef_codecs.generated.diameter import ANSWER

MOST, ASKED = 4, 40
OVERLOAD = "32473/4002"


def limited(folder: Path, hlr: HlrNode, most: int, per_server: int) -> MkefConfig:
    """An MKEF that takes on so many at once."""
    settings = (
        *MKEF_SETTINGS,
        f'zr.sigtran.connect=["{hlr.addresses["m3ua_tcp"]}"]',
        f"keys.max_requests={most}",
        f"keys.max_requests_per_server={per_server}",
    )
    return load(folder / "mkef.toml", MkefConfig, settings)


async def test_each_request_is_released_or_refused_and_then_released(tmp_path: Path) -> None:
    requests = [asked(n, Profile()).mkr for n in range(ASKED)]
    async with HlrNode(prepare(tmp_path)) as hlr:
        config = limited(tmp_path, hlr, MOST, MOST)
        with capture_logs() as logs:
            async with MkefNode(config) as node, peer_of(node.addresses["zk"]) as peer:
                await node.connected()
                answers = await asyncio.gather(*(peer.ask(mkr) for mkr in requests))
                codes = Counter(map(code_of, answers))
                assert set(codes) == {"2001", OVERLOAD}
                assert codes["2001"] >= MOST
                refused = [
                    m for m, a in zip(requests, answers, strict=True) if code_of(a) != "2001"
                ]
                for mkr in refused:  # one after the other: a refusal burns no RAND
                    assert code_of(await peer.ask(mkr)) == "2001"
                named = [replace(m, destination_host=config.zk.origin_host) for m in requests]
                held = [asked(n + ASKED, Profile()).mkr for n in range(MOST)]
                both = await asyncio.gather(*(peer.ask(m) for m in (*held, *named)))
    assert all(code_of(mka) == "2001" for mka in both[:MOST])
    assert {(type(a), a.result_code) for a in both[MOST:]} == {(ANSWER, 3004)}
    told = [line for line in logs if line["event"] == "key requests refused"]
    counts = Counter({OVERLOAD: 0})
    for line in told:
        assert line["server"] == "mtc-server.example"
        counts[line["answer"]] += line["count"]
    assert counts == {OVERLOAD: len(refused), "3004": ASKED}


async def test_a_server_has_one_part_whatever_connections_it_has(tmp_path: Path) -> None:
    """All that is too much is refused unread: what was read is never too much after all."""
    requests = [asked(n, Profile()).mkr for n in range(ASKED)]
    async with HlrNode(prepare(tmp_path)) as hlr:
        config = limited(tmp_path, hlr, 2 * MOST, MOST)
        with capture_logs() as logs:
            async with (
                MkefNode(config) as node,
                peer_of(node.addresses["zk"]) as one,
                peer_of(node.addresses["zk"]) as other,
            ):
                await node.connected()
                asking = [(one, other)[n % 2].ask(mkr) for n, mkr in enumerate(requests)]
                codes = Counter(map(code_of, await asyncio.gather(*asking)))
    assert codes["2001"] >= MOST
    assert codes["2001"] + codes[OVERLOAD] == ASKED
    assert codes[OVERLOAD] == sum(
        line["count"] for line in logs if line["event"] == "key requests refused"
    )
