"""The home network of the tests: TS 35.208 test set 1 as a subscriber."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
import structlog
from usim_model import Usim

from hlr_stub.directory import Directory
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber
from hlr_stub.wrapping import TransportKey
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


@pytest.fixture
def usim() -> Callable[..., Any]:
    """Make a USIM with the keys of a subscription."""
    return lambda subscriber, **options: Usim(subscriber.aka(), **options)
