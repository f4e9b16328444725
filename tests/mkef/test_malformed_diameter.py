"""The corpus of malformed messages sent to a live MKEF: each gets the listed answer or a close."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from home_network import without_tls
from malformed_diameter import Case, Then, corpus
from octet_peer import OctetPeer
from structlog.testing import capture_logs

from mkef.config import MkefConfig
from mkef.demo.files import copy_examples, import_entitlements
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef_codecs.diameter.header import decode_header
from mkef_codecs.generated.diameter import MKR

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


def asks_for_a_key(case: Case) -> bool:
    """Whether it is a key request of a peer that is open, and answered."""
    if not case.introduced or isinstance(case.expected, Then):
        return False
    header = decode_header(case.octets)
    mkr = (header.command, header.application) == (MKR.COMMAND, MKR.APPLICATION)
    return mkr and header.is_request


def test_the_corpus_is_large_and_its_rows_differ() -> None:
    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)
    assert len({(case.octets, case.introduced) for case in CASES}) == len(CASES)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_malformed_message(case: Case, live: Live) -> None:
    live.logs.clear()
    async with asyncio.timeout(PATIENCE_S), OctetPeer.connected(live.address) as peer:
        if case.introduced:
            await peer.introduce()
        assert await peer.mishap(case) is None, case.clause
        assert await live.witness.is_served()
    refused = [line["answer"] for line in live.logs if line["event"] == "key refused"]
    assert refused == ([str(int(case.expected))] if asks_for_a_key(case) else []), case.clause
    assert not [line for line in live.logs if line["log_level"] in {"error", "critical"}]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_request_that_no_grammar_has_is_told_by_peer_and_session(live: Live) -> None:
    named = {case.name: case for case in CASES}
    for name, session in (
        ("MKR: no User-Name", {"correlation": "mtc-server.example;1;1"}),
        ("MKR: no Session-Id", {}),
    ):
        live.logs.clear()
        async with asyncio.timeout(PATIENCE_S), OctetPeer.connected(live.address) as peer:
            await peer.introduce()
            await peer.exchange(named[name].octets)
        (line,) = [line for line in live.logs if line["event"] == "key refused"]
        assert line.pop("reason").endswith(f"{name[8:]}: missing")
        assert line == {
            "event": "key refused",
            "log_level": "warning",
            "peer": "mtc-server.example",
            "answer": "5005",
            "name": "DIAMETER_MISSING_AVP",
            **session,
        }
