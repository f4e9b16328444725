"""`mkef serve` as a process to be measured: alone, with workers, on SQLite or on PostgreSQL."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from diameter_load import Target
from diameter_node import say
from filled_store import entitle, fill
from key_requests import SERVER
from mkef_load import imsi_of
from overload import SERVERS
from postgresql_server import private_server
from process import Server

from mkef.demo.files import MKEF_HOST, copy_examples

MKEF_ADDRESS = "10.77.0.11"
OTHER = "mtc-server-5.example"  # since a server has one connection to an MKEF


@dataclass(frozen=True, slots=True)
class Mkef:
    """A running MKEF, how long it took to be ready, and where it listens."""

    server: Server
    start_s: float
    target: Target


def prepare(folder: Path, devices: int, used: int) -> Path:
    """An MKEF's folder with its store; certificates are beside it."""
    copy_examples(folder)
    say(f"{devices} entitlements, {used} used RANDs")
    fill(folder / "mkef.db", (SERVER, OTHER, *SERVERS), devices, used)
    return folder


@dataclass(frozen=True, slots=True)
class Together(Server):
    """A parent and its workers as one."""

    @property
    def workers(self) -> list[Server]:
        """The processes that it started."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [Server(int(child)) for child in children.split()]

    def cpu_s(self) -> float:
        """Of all of them."""
        own = Server(self.pid).cpu_s()
        return own + sum(worker.cpu_s() for worker in self.workers)


@contextmanager
def mkef(
    folder: Path, pki: Path, port: int, workers: int = 1, store: str = "mkef.db"
) -> Iterator[Mkef]:
    """`mkef serve` as it is, with its log in a file."""
    settings = (
        f"store={store}",
        f"workers={workers}",
        "zr.sigtran.point_code=11",
        f"zk.listen={MKEF_ADDRESS}:{port}",
        f"zk.tls.certificate={pki}/{MKEF_HOST}.pem",
        f"zk.tls.key={pki}/{MKEF_HOST}.key",
        f"zk.tls.authority={pki}/ca.pem",
        f"zr.sigtran.connect={MKEF_ADDRESS}:2905",
        "zr.sigtran.transport=tcp",
        f"metrics.listen={MKEF_ADDRESS}:{port + 1000}",
        "keys.requests_per_hour=1000000",
        "log.format=json",
    )
    options = [part for setting in settings for part in ("--set", setting)]
    command = [sys.executable, "-m", "mkef", "serve", "--config", str(folder / "mkef.toml")]
    started = time.perf_counter()
    with (folder / "mkef.log").open("w") as log:
        process = subprocess.Popen([*command, *options], stderr=log)  # noqa: S603 # ours
        try:
            for worker in range(workers):
                until_ready(port + 1000 + worker)
            ready_s = time.perf_counter() - started
            server = Server(process.pid) if workers == 1 else Together(process.pid)
            yield Mkef(server, ready_s, Target(MKEF_ADDRESS, port))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def until_ready(port: int) -> None:
    """Wait until /readyz says so."""
    deadline = time.perf_counter() + 60
    while time.perf_counter() < deadline:
        try:
            with urllib.request.urlopen(f"http://{MKEF_ADDRESS}:{port}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise SystemExit("the MKEF did not start")


@contextmanager
def shared_mkef(folder: Path, pki: Path, port: int, devices: int) -> Iterator[Mkef]:
    """An MKEF whose store is a PostgreSQL of the bench's own, with so many devices."""
    copy_examples(folder)
    with private_server() as server:
        url = server.url()
        entitle(url, (SERVER,), map(imsi_of, range(devices)))
        with mkef(folder, pki, port, store=url) as made:
            yield made
