"""The home network of the tests: TS 35.208 test set 1 as a subscriber."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from hlr_stub.subscribers import Subscriber, SubscriberStore
from mkef.crypto.secret import Ki, OPc
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
    return Subscriber(Imsi("001010000000001"), Ki(bytes.fromhex(KI)), OPc(bytes.fromhex(OPC)))


@pytest.fixture
def store() -> Iterator[SubscriberStore]:
    with closing(SubscriberStore()) as store:
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
    structlog.reset_defaults()
    with structlog.testing.capture_logs() as events:
        yield events
