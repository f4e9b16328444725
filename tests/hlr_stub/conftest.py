"""The home network of the tests: TS 35.208 test set 1 as a subscriber."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import structlog

from hlr_stub.directory import Directory
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber
from hlr_stub.wrapping import TransportKey
from mkef.crypto.algorithms import Aka
from mkef.crypto.secret import Secret
from mkef.net.database import Location
from mkef_codecs.identity import Imsi

KI = "465b5ce8b199b49faa5f0a2ee238a6bc"
OPC = "cd63cb71954a9f4e48a5994e37a02baf"

CONFIG = """
store = "hlr.db"
mkef_point_codes = [2]

[sigtran]
point_code = 3
ssn = 6
listen = ["127.0.0.1:0"]
transport = "tcp"
"""


@pytest.fixture
def subscriber() -> Subscriber:
    return Subscriber(Imsi("001010000000001"), *(Secret(bytes.fromhex(k)) for k in (KI, OPC)))


@pytest.fixture
def store() -> Iterator[SubscriberStore]:
    with closing(SubscriberStore.open()) as store:
        yield store


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    """A configuration whose store is beside it."""
    path = tmp_path / "hlr-stub.toml"
    path.write_text(CONFIG)
    return path


@pytest.fixture
def log() -> Iterator[list[structlog.typing.EventDict]]:
    """What is logged, as structlog's events."""
    with structlog.testing.capture_logs() as events:
        yield events


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """An empty store of either engine."""
    if request.param == "sqlite":
        return Location(tmp_path / "hlr.db")
    return Location.parse(request.getfixturevalue("postgresql").url())


OpenDirectory = Callable[..., AbstractAsyncContextManager[Directory]]


@pytest.fixture
def directory() -> OpenDirectory:
    """A directory of a store, with subscribers put into it first."""

    @asynccontextmanager
    async def run(
        where: Location, *subscribers: Subscriber, key: TransportKey | None = None
    ) -> AsyncIterator[Directory]:
        with closing(SubscriberStore.open(where, key)) as store:
            for subscriber in subscribers:
                store.add(subscriber)
        async with asyncio.timeout(30), Directory(where, key) as directory:
            yield directory

    return run


@dataclass
class Usim:
    """A USIM as TS 33.102 annex C.2 has it: an array of SEQ, a limit on jumps, one on age."""

    aka: Aka
    ind_bits: int = 5
    delta: int = 1 << 28
    age: int | None = None
    array: dict[int, int] = field(default_factory=dict)

    @property
    def sqn_ms(self) -> int:
        """The highest SQN that was accepted."""
        pairs = [(seq, ind) for ind, seq in self.array.items()]
        seq, ind = max(pairs, default=(0, 0))
        return seq << self.ind_bits | ind

    def authenticate(self, rand: bytes, autn: bytes) -> tuple[str, bytes]:
        """`ok` and RES, `resync` and AUTS, or `mac` and nothing (clause 6.3.3)."""
        res, _, _, ak = self.aka.f2345(rand)
        sqn_octets = _xor(autn[:6], ak)
        mac, _ = self.aka.f1(rand, sqn_octets, autn[6:8])
        if mac != autn[8:]:
            return "mac", b""
        sqn = int.from_bytes(sqn_octets, "big")
        seq, ind = sqn >> self.ind_bits, sqn & ((1 << self.ind_bits) - 1)
        highest = self.sqn_ms >> self.ind_bits
        fresh = seq > self.array.get(ind, 0) and seq - highest <= self.delta
        if not fresh or (self.age is not None and highest - seq >= self.age):
            return "resync", self.auts(rand)
        self.array[ind] = seq
        return "ok", res

    def auts(self, rand: bytes) -> bytes:
        """SQN_MS ^ AK* and MAC-S."""
        octets = self.sqn_ms.to_bytes(6, "big")
        _, mac_s = self.aka.f1(rand, octets, bytes(2))
        return _xor(octets, self.aka.f5star(rand)) + mac_s


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


@pytest.fixture
def usim() -> Callable[..., Any]:
    """Make a USIM with the keys of a subscription."""
    return lambda subscriber, **options: Usim(subscriber.aka(), **options)
