"""`make bench-diameter`: our server beside freeDiameter's relay and python-diameter's Node.

One client keeps 64 key requests of 344 octets under way; each server decodes them to typed values
and encodes an answer from typed values (the relay only reads what it needs). CPU is what the
operating system charged to the server's process. The relay's is halved, since it handles two legs.
Run as root: freeDiameter ignores 127/8 and listens on another address in a private network.
"""

from __future__ import annotations

import asyncio
import gc
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diameter_load import Load, LoadFailed, Target
from diameter_ours import HOST
from freediameter import FreeDiameter, Peer
from private_network import private_network
from process import Server
from report import Row, calibration, report, row

from mkef.ops.pki import init, issue

TARGET = Path("build/bench-diameter.json")
RELAY, RELAY_ADDRESS, MKEF_ADDRESS = "relay.core.example", "10.77.0.1", "10.77.0.11"
OUTSTANDING = 64
PEERS = 1000
WARM_UP_S, SECONDS, ROUNDS = 0.5, 1.5, 6  # short turns: a busy machine disturbs few of them
FREEDIAMETER_GOAL, PYTHON_DIAMETER_GOAL, TLS_GOAL = 1.3, 0.25, 1.5
PEER_KIB_GOAL, IDLE_PEERS_GOAL = 40.0, 0.8


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one measurement: requests a second, and the server's CPU for one in microseconds."""

    rate: float
    cpu_us: float


@contextmanager
def running(program: str, *arguments: str) -> Iterator[Server]:
    """A server of this folder."""
    command = [sys.executable, str(Path(__file__).with_name(program)), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 # ours
        assert process.stdout is not None
        try:
            if not process.stdout.readline().startswith("ready"):
                raise LoadFailed(f"{program} did not start")
            yield Server(process.pid)
        finally:
            process.kill()


def serving_tls(pki: Path, port: int) -> AbstractContextManager[Server]:
    """Our server with a certificate."""
    return running("diameter_ours.py", f"{MKEF_ADDRESS}:{port}", str(pki))


async def measured(load: Load, server: Server, peers: int = 1) -> Figures:
    """The load on so many of the connections."""
    gc.collect()
    gc.freeze()  # this side's memory is not what is measured
    load.start(OUTSTANDING, peers)
    await load.last(WARM_UP_S)
    clock = asyncio.get_running_loop().time
    started, answers, cpu_s = clock(), load.answers, server.cpu_s()
    await load.last(SECONDS)
    requests, seconds = load.answers - answers, clock() - started
    spent_s = server.cpu_s() - cpu_s
    await load.stop()
    return Figures(requests / seconds, spent_s / requests * 1e6)


async def one_peer(server: Server, target: Target, tls: ssl.SSLContext | None = None) -> Figures:
    load = Load()
    try:
        await load.connect(target, [identity(0)], [tls])
        return await measured(load, server)
    finally:
        load.close()


def identity(number: int) -> str:
    return f"mtc{number:03}.servers.example"  # all of one length: so are their requests


def certificates(folder: Path) -> Callable[[int], ssl.SSLContext]:
    """An authority, the server's certificate, and how to be the client of a number."""
    init(folder)
    issue(folder, [HOST])

    def client(number: int) -> ssl.SSLContext:
        host = identity(number)
        issue(folder, [host])
        context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        context.check_hostname = False
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(folder / f"{host}.pem", folder / f"{host}.key")
        return context

    return client


# What is measured.


async def plain(_folder: Path) -> Figures:
    with running("diameter_ours.py", f"{MKEF_ADDRESS}:3868") as server:
        return await one_peer(server, Target(MKEF_ADDRESS, 3868))


async def foreign_node(_folder: Path) -> Figures:
    with running("diameter_foreign.py", f"{MKEF_ADDRESS}:3868") as server:
        return await one_peer(server, Target(MKEF_ADDRESS, 3868))


async def relay(folder: Path) -> Figures:
    peers = [Peer(HOST, MKEF_ADDRESS)]
    with running("diameter_ours.py", f"{MKEF_ADDRESS}:3868"):
        async with FreeDiameter(folder / "relay", RELAY, RELAY_ADDRESS, peers=peers) as daemon:
            await daemon.opened(HOST)
            return await one_peer(Server(daemon.pid), Target(RELAY_ADDRESS, 3868))


def secret(pki: Path, client: ssl.SSLContext) -> Callable[[Path], Any]:
    async def tls(_folder: Path) -> Figures:
        with serving_tls(pki, 5868) as server:
            return await one_peer(server, Target(MKEF_ADDRESS, 5868), client)

    return tls


async def many_peers(pki: Path, clients: list[ssl.SSLContext]) -> list[Row]:
    """Memory of idle peers, and what they do to the one with the load.

    Two servers, one with a single peer, take turns, so that both see the same machine.
    """
    lonely, crowded = Load(), Load()
    names = [identity(i) for i in range(len(clients))]
    with serving_tls(pki, 5868) as first, serving_tls(pki, 5869) as second:
        try:
            await lonely.connect(Target(MKEF_ADDRESS, 5868), names[:1], clients[:1])
            await crowded.connect(Target(MKEF_ADDRESS, 5869), names[:1], clients[:1])
            await measured(crowded, second)  # what the first requests allocate is no peer's
            before_kib = second.resident_kib()
            await crowded.connect(Target(MKEF_ADDRESS, 5869), names[1:], clients[1:])
            each_kib = (second.resident_kib() - before_kib) / (len(names) - 1)
            turns = [
                (
                    await measured(lonely, first),
                    await measured(crowded, second),
                    await measured(crowded, second, len(names)),
                )
                for _ in range(ROUNDS)
            ]
        finally:
            lonely.close()
            crowded.close()
    alone, beside, spread = (max(c, key=lambda f: f.rate) for c in zip(*turns, strict=True))
    return [
        row(
            "an idle TLS peer: memory, at most",
            round(each_kib, 1),
            "KiB",
            goal=PEER_KIB_GOAL,
            met=each_kib <= PEER_KIB_GOAL,
        ),
        _beside(f"TLS, load on one of {PEERS} peers, at least", beside, alone, IDLE_PEERS_GOAL),
        _beside(f"TLS, load spread over {PEERS} peers", spread, alone, None),
        row(f"TLS, load on one of {PEERS} peers: CPU", round(beside.cpu_us, 1), "us"),
        row(f"TLS, load spread over {PEERS} peers: CPU", round(spread.cpu_us, 1), "us"),
    ]


def _beside(name: str, many: Figures, alone: Figures, goal: float | None) -> Row:
    ratio = many.rate / alone.rate
    return row(
        name,
        round(many.rate),
        "requests/s",
        peer="with one peer",
        peer_value=round(alone.rate),
        ratio=round(ratio, 2),
        goal=goal,
        met=None if goal is None else ratio >= goal,
    )


def at_most(name: str, ours: Figures, peer: str, peer_us: float, goal: float) -> Row:
    ratio = ours.cpu_us / peer_us
    return row(
        f"{name}, at most",
        round(ours.cpu_us, 1),
        "us",
        peer=peer,
        peer_value=round(peer_us, 1),
        ratio=round(ratio, 2),
        goal=goal,
        met=ratio <= goal,
    )


async def rows(folder: Path) -> list[Row]:
    """Every measurement; all take turns, and the best of the rounds counts."""
    pki = folder / "pki"
    client = certificates(pki)
    first = client(0)
    measurements = [plain, foreign_node, relay, secret(pki, first)]
    turns = []
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}: TCP, python-diameter, freeDiameter, TLS")
        turns.append([await measure(folder) for measure in measurements])
    best = [min(column, key=lambda f: f.cpu_us) for column in zip(*turns, strict=True)]
    tcp, foreign, relayed, tls = best
    half = "freeDiameter's relay, half of its CPU"
    say(f"{PEERS} peers with certificates of their own")
    clients = [first, *(client(i) for i in range(1, PEERS))]
    return [
        calibration(),
        at_most("TCP: CPU per request", tcp, half, relayed.cpu_us / 2, FREEDIAMETER_GOAL),
        at_most(
            "TCP: CPU per request",
            tcp,
            "python-diameter's Node",
            foreign.cpu_us,
            PYTHON_DIAMETER_GOAL,
        ),
        at_most("TLS 1.3: CPU per request", tls, "our plain TCP", tcp.cpu_us, TLS_GOAL),
        row("TCP", round(tcp.rate), "requests/s"),
        row("TLS 1.3", round(tls.rate), "requests/s"),
        *await many_peers(pki, clients),
    ]


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def main() -> int:
    """All rows; exit status 1 if a goal is missed, 2 if nothing could be measured."""
    try:
        with tempfile.TemporaryDirectory() as name, private_network(RELAY_ADDRESS, MKEF_ADDRESS):
            return report(asyncio.run(rows(Path(name))), TARGET)
    except PermissionError as error:
        say(f"no private network ({error}): run as root")
    except LoadFailed as failure:
        say(str(failure))
    return 2


if __name__ == "__main__":
    sys.exit(main())
