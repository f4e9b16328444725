"""The corpus of malformed messages sent to a live MKEF: each gets the listed answer or a close."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from home_network import without_tls
from malformed_diameter import Case, corpus
from octet_peer import OctetPeer
from structlog.testing import capture_logs

from mkef.config import MkefConfig
from mkef.demo.files import copy_examples, import_entitlements
from mkef.node import MkefNode
from mkef.ops.configuration import load

CASES = corpus()
PATIENCE_S = 10.0


@dataclass(frozen=True)
class Live:
    """A running MKEF, its log, and a peer that behaves."""

    address: str
    logs: list[Any]
    witness: OctetPeer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def live(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    folder = tmp_path_factory.mktemp("mkef")
    copy_examples(folder)
    import_entitlements(folder)
    without_tls(folder / "mkef.toml")
    config = load(folder / "mkef.toml", MkefConfig, ("zk.listen=127.0.0.1:0",))
    with capture_logs() as logs:
        async with MkefNode(config) as node:
            address = node.addresses["zk"]
            async with OctetPeer.connected(address) as witness:
                await witness.introduce()
                yield Live(address, logs, witness)


def test_the_corpus_is_large_and_its_rows_differ() -> None:
    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)
    assert len({(case.octets, case.introduced) for case in CASES}) == len(CASES)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_malformed_message(case: Case, live: Live) -> None:
    async with asyncio.timeout(PATIENCE_S), OctetPeer.connected(live.address) as peer:
        if case.introduced:
            await peer.introduce()
        assert await peer.mishap(case) is None, case.clause
        assert await live.witness.is_served()
    assert not [line for line in live.logs if line["log_level"] in {"error", "critical"}]
