"""The corpus of malformed messages sent to a live MKEF: each gets the listed answer or a close."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from malformed_diameter import CER, DWR, Case, Then, corpus
from structlog.testing import capture_logs

from mkef.config import MkefConfig
from mkef.demo.files import copy_examples, import_entitlements
from mkef.net.endpoint import Endpoint
from mkef.node import MkefNode
from mkef.ops.configuration import load

CASES = corpus()
PATIENCE_S = 10.0
SUCCESS = 2001
RESULT_CODE, FAILED_AVP = 268, 279
PROTOCOL_ERRORS = range(3000, 4000)


@dataclass
class Peer:
    """A connection of octets; what it hears it reads with rules of its own."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def say(self, octets: bytes) -> None:
        self.writer.write(octets)

    async def hear(self) -> bytes:
        """One message; none when the connection has ended."""
        try:
            head = await self.reader.readexactly(4)
            return head + await self.reader.readexactly(int.from_bytes(head[1:], "big") - 4)
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""

    async def exchange(self, octets: bytes) -> int | None:
        self.say(octets)
        return result_code(await self.hear())


def avps(octets: bytes) -> list[tuple[int, bytes]]:
    """(code, data) of each; every length must be right."""
    found = []
    while octets:
        length = int.from_bytes(octets[5:8], "big")
        start = 12 if octets[4] & 0x80 else 8
        assert start <= length <= len(octets)
        found.append((int.from_bytes(octets[:4], "big"), octets[start:length]))
        octets = octets[length + -length % 4 :]
    return found


def result_code(answer: bytes) -> int | None:
    codes = [data for code, data in avps(answer[20:]) if code == RESULT_CODE]
    return int.from_bytes(codes[0], "big") if codes else None


def failed_avps(answer: bytes) -> list[int]:
    groups = [data for code, data in avps(answer[20:]) if code == FAILED_AVP]
    return [code for group in groups for code, _ in avps(group)]


@dataclass
class Live:
    """A running MKEF, a peer that behaves, and the log."""

    address: Endpoint
    logs: list[Any]
    witness: Peer

    @asynccontextmanager
    async def peer(self) -> AsyncIterator[Peer]:
        reader, writer = await asyncio.open_connection(self.address.host, self.address.port)
        try:
            yield Peer(reader, writer)
        finally:
            writer.transport.abort()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def live(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    folder = tmp_path_factory.mktemp("mkef")
    copy_examples(folder)
    import_entitlements(folder)
    _without_tls(folder / "mkef.toml")
    config = load(folder / "mkef.toml", MkefConfig, ("zk.listen=127.0.0.1:0",))
    with capture_logs() as logs:
        async with MkefNode(config) as node:
            live = Live(Endpoint.parse(node.addresses["zk"]), logs, witness=None)  # type: ignore[arg-type]
            async with live.peer() as witness:
                assert await witness.exchange(CER.octets) == SUCCESS
                live.witness = witness
                yield live


def _without_tls(file: Path) -> None:
    before, _, table = file.read_text().partition("[zk.tls]")
    file.write_text(before + "[zr.hlr" + table.partition("[zr.hlr")[2])


def test_the_corpus_is_large_and_its_rows_differ() -> None:
    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)
    assert len({(case.octets, case.introduced) for case in CASES}) == len(CASES)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_malformed_message(case: Case, live: Live) -> None:
    async with asyncio.timeout(PATIENCE_S), live.peer() as peer:
        if case.introduced:
            assert await peer.exchange(CER.octets) == SUCCESS
        peer.say(case.octets)
        await _expected(case, peer)
        assert await live.witness.exchange(DWR.octets) == SUCCESS
    assert not [line for line in live.logs if line["log_level"] in {"error", "critical"}]


async def _expected(case: Case, peer: Peer) -> None:
    if case.expected is Then.SILENCE:
        assert await peer.exchange(DWR.octets) == SUCCESS
        return
    answer = await peer.hear()
    if case.expected is Then.CLOSED:
        assert answer == b""
        return
    _is_the_answer(case, answer)
    if case.ends:
        assert await peer.hear() == b""
    else:
        assert await peer.exchange(DWR.octets) == SUCCESS


def _is_the_answer(case: Case, answer: bytes) -> None:
    assert result_code(answer) == case.expected
    flags, identifiers = answer[4], answer[12:20]
    assert flags & 0x80 == 0
    assert bool(flags & 0x20) == (case.expected in PROTOCOL_ERRORS)  # RFC 6733 clause 7.1.3
    assert identifiers == case.octets[12:20]
    if case.failed_avp is not None:
        assert failed_avps(answer) == [case.failed_avp]
