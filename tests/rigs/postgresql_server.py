"""A PostgreSQL server of one's own: a new cluster in a temporary folder, a socket, no port."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

PROGRAM = "initdb"
# Debian keeps the programs of each version out of the PATH.
SEARCHED = os.pathsep.join(
    [*map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), os.environ["PATH"]]
)

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
def private_server() -> Iterator[PostgresqlServer]:
    """A server that goes with the block; FileNotFoundError where PostgreSQL is not installed."""
    initdb = shutil.which(PROGRAM, path=SEARCHED)
    if initdb is None:
        raise FileNotFoundError(PROGRAM)
    with tempfile.TemporaryDirectory(prefix="mkef-pg-") as folder:
        server = PostgresqlServer(Path(initdb).parent, Path(folder))
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()
