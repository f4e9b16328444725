"""What tests of every folder share."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from auc_gen import AucGen
from postgresql_server import PROGRAM, SEARCHED, PostgresqlServer, private_server

CHECKOUT = Path(__file__).parent.parent


def _missing(reason: str) -> NoReturn:
    """What a test needs is not there: a failure where CI=true, elsewhere a skip."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _needed(program: str, path: str | None = None) -> str:
    """The path of a foreign program."""
    found = shutil.which(program, path=path or f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if found is None:
        _missing(f"{program} is not installed: `make deps` installs it")
    return found


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the source tree: ASN.1 modules, examples and golden captures are there."""
    return CHECKOUT


@pytest.fixture(scope="session")
def missing() -> Callable[[str], NoReturn]:
    """Ends a test for want of something, with the reason."""
    return _missing


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """The path of a foreign program that a test needs."""
    return _needed


@pytest.fixture(scope="session")
def auc_gen() -> AucGen:
    """osmo-auc-gen, for many cases at a time."""
    return AucGen(_needed("osmo-auc-gen"))


@pytest.fixture(scope="session")
def tshark(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Stock tshark on a capture: no preference of the user, no plugin."""
    path = _needed("tshark")
    home = tmp_path_factory.mktemp("home")
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def run(capture: Path, *options: str) -> str:
        command = [path, "-n", "-r", str(capture), *options]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout

    return run


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server: `url()` is an empty store. A test that stops it starts it again."""
    _needed(PROGRAM, SEARCHED)
    with private_server() as server:
        yield server
