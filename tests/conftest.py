"""What tests of every folder share."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest

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


# What the server does for durability costs time and proves nothing: no test cuts the power.
_OPTIONS = "-c fsync=off -c listen_addresses= -c max_connections=30 -c shared_buffers=16MB"


class PostgresqlServer:
    """A cluster in a temporary folder, with a socket and no port."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._schemas = count(1)
        # PostgreSQL refuses to run as root.
        self._user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        if os.geteuid() != 0:
            self._user = {}

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [self._programs / program, *words],
            check=True,
            cwd=self._folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            stdout=subprocess.DEVNULL,
            timeout=60,
            **self._user,
        )

    def create(self) -> None:
        """Make the cluster; the user `mkef` may do everything."""
        if self._user:
            shutil.chown(self._folder, "nobody", "nogroup")
        words = ("--auth=trust", "--username=mkef", "--encoding=UTF8", "--no-locale", "--no-sync")
        self._run("initdb", "--pgdata=data", *words)

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        options = f"-k {self._folder} {_OPTIONS}"
        self._run("pg_ctl", "start", "--pgdata=data", "--wait", "--log=log", f"--options={options}")

    def stop(self) -> None:
        """Break all connections, as a crash does."""
        self._run("pg_ctl", "stop", "--pgdata=data", "--wait", "--mode=immediate")

    def url(self) -> str:
        """A store of the caller's own: an empty schema."""
        schema = f"test_{next(self._schemas)}"
        base = f"postgresql://mkef@/postgres?host={self._folder}"
        with psycopg.connect(base, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {schema}")
        return f"{base}&options=-csearch_path%3D{schema}"


@contextmanager
def private_server(initdb: str) -> Iterator[PostgresqlServer]:
    """A server that goes with the block; `initdb` is where Debian puts it or on the PATH."""
    with tempfile.TemporaryDirectory(prefix="mkef-pg-") as folder:
        server = PostgresqlServer(Path(initdb).parent, Path(folder))
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server: `url()` is an empty store. A test that stops it starts it again."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    initdb = _needed("initdb", os.pathsep.join([*map(str, debian), os.environ["PATH"]]))
    with private_server(initdb) as server:
        yield server
