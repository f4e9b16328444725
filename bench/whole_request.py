"""`make bench`: a whole key request at the MKEF beside what freeDiameter's relay takes for one.

A server's TLS connection keeps 64 key requests under way; the MKEF looks up the entitlement, asks
the HLR over MAP and M3UA, derives the key, checks RES, writes the ledger (SQLite) and answers.
The relay gets the same load over TLS and hands it on over TCP. CPU is what the operating system
charged to the process. Run as root: freeDiameter wants a private network.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from diameter_load import Load, LoadFailed, Target
from diameter_node import Figures, at_most, running, say
from diameter_ours import HOST
from filled_store import entitle, fill
from freediameter import FreeDiameter, Peer
from key_requests import SERVER
from mkef_load import TAGGED, KeyConnection, Requests, imsi_of
from overload import SERVERS, overload
from postgresql_server import private_server
from private_network import private_network
from process import Server
from report import Row, calibration, report, row

from mkef.config import MkefSigtranSection
from mkef.demo.files import MKEF_HOST, copy_examples
from mkef.net.capture import Capture
from mkef.net.endpoint import Endpoint
from mkef.net.sigtran import SigtranNode
from mkef.ops.pki import init, issue
from mkef.workers import numbered
from mkef_codecs.ss7.map_auth import Encoding, SendAuthenticationInfoArg
from mkef_codecs.ss7.sccp import SccpAddress

TARGET = Path("build/bench.json")
OTHER = "mtc-server-5.example"  # since a server has one connection to an MKEF
RELAY, RELAY_ADDRESS, MKEF_ADDRESS = "relay.core.example", "10.77.0.1", "10.77.0.11"
OUTSTANDING, SOME = 64, 8
ROUNDS, TURNS, WARM_UP_S, SECONDS = 7, 4, 0.3, 0.5
FEW, MANY, USED = 1_000, 1_000_000, 10_000_000  # USED is a multiple of MANY
WORKERS_GOAL, SHARE_GOAL = 1.15, 0.6
CPU_GOAL, RATE_GOAL, MEMORY_GOAL_MIB, START_GOAL_S, ADDED_GOAL_MS = 2.5, 0.8, 1024.0, 5.0, 3.0


class KeyLoad(Load):
    """One connection with a stock of requests; answers are timed one by one if only one is out."""

    def __init__(self, requests: Requests) -> None:
        super().__init__()
        self.requests = requests

    async def open(self, target: Target, tls: ssl.SSLContext | None) -> None:
        """Connect as the server that is entitled."""
        made = KeyConnection(self.requests, self, tls)
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: made, target.host, target.port)
        async with asyncio.timeout(30):
            await made.opened
        self.connections.append(made)


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


@dataclass(frozen=True, slots=True)
class Contender:
    """What is measured: a server, and loads that each keep so many requests under way at it."""

    server: Server
    loads: tuple[KeyLoad, ...]
    outstanding: int = OUTSTANDING


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured in all turns: answers to each load, the time, and the server's CPU."""

    answers: tuple[int, ...]
    seconds: float
    cpu_s: float

    def __add__(self, other: Measured) -> Measured:
        answers = tuple(map(sum, zip(self.answers, other.answers, strict=True)))
        return Measured(answers, self.seconds + other.seconds, self.cpu_s + other.cpu_s)

    @property
    def figures(self) -> Figures:
        """Rate and CPU for each request."""
        requests = sum(self.answers)
        return Figures(requests / self.seconds, self.cpu_s / requests * 1e6)


async def in_turns(*contenders: Contender) -> tuple[Measured, ...]:
    """All of them, each in several short turns: they see the same machine, whose speed changes
    within seconds."""
    measured = [await one_turn(contender) for contender in contenders]
    for _ in range(TURNS - 1):
        for place, contender in enumerate(contenders):
            measured[place] += await one_turn(contender)
    return tuple(measured)


async def one_turn(contender: Contender) -> Measured:
    """One turn of one contender."""
    server, loads = contender.server, contender.loads
    for load in loads:
        load.requests.prepare(5_000)
    gc.collect()
    gc.freeze()  # this side's memory is not what is measured
    for load in loads:
        load.start(contender.outstanding, len(load.connections))
    await last(WARM_UP_S, loads)
    clock = asyncio.get_running_loop().time
    started, before, cpu_s = clock(), answers_of(loads), server.cpu_s()
    await last(SECONDS, loads)
    after, seconds, spent_s = answers_of(loads), clock() - started, server.cpu_s() - cpu_s
    for load in loads:
        await load.stop()
    answers = tuple(now - then for now, then in zip(after, before, strict=True))
    return Measured(answers, seconds, spent_s)


async def last(seconds: float, loads: Sequence[KeyLoad]) -> None:
    """Go on for so long."""
    await asyncio.gather(*(load.last(seconds) for load in loads))


def answers_of(loads: Sequence[KeyLoad]) -> list[int]:
    """How many there were to each."""
    return [load.answers for load in loads]


async def round_trip_ms(load: KeyLoad) -> float:
    """The median at 1 outstanding."""
    load.requests.prepare(600)
    clock, times = asyncio.get_running_loop().time, []
    for _ in range(500):
        before, started = load.answers, clock()
        load.connections[0].send(1)
        while load.answers == before:  # noqa: ASYNC110 - the turn in which it comes counts
            await asyncio.sleep(0)
        times.append((clock() - started) * 1e3)
    return median(times)


async def hlr_round_trip_ms() -> float:
    """The HLR's own, as a client of its own sees it."""
    section = MkefSigtranSection(
        point_code=3, connect=(Endpoint(MKEF_ADDRESS, 2905),), transport="tcp", heartbeat_s=0.0
    )
    capture, clock, times = Capture(None, node="bench", clock=time.time), time.perf_counter, []
    async with SigtranNode(section, service=None, capture=capture, peer_name="hlr") as node:
        await node.wait_active(10)
        for n in range(500):
            argument = SendAuthenticationInfoArg(
                imsi=imsi_of(0),
                number_of_requested_vectors=1,
                segmentation_prohibited=True,
                rand_list=(n.to_bytes(16, "big"),),
            )
            started = clock()
            address = SccpAddress(ssn=6, point_code=2)
            await node.send_authentication_info(address, argument, encoding=Encoding.EXTENSION)
            times.append((clock() - started) * 1e3)
    return median(times)


@asynccontextmanager
async def connected(
    target: Target, requests: Requests, tls: ssl.SSLContext | None
) -> AsyncIterator[KeyLoad]:
    load = KeyLoad(requests)
    try:
        await load.open(target, tls)
        yield load
    finally:
        load.close()


async def by_two(folder: Path, pki: Path, requests: Requests) -> list[Row]:
    """One worker and two of them by turns, with the same store and 64 under way: half at each.

    A request costs more the fewer share a turn of the loop. How much is seen with 64 at each, with
    64 that are dealt out among two workers one by one, and with 8 under way at one worker.
    """
    rounds, others = [], Requests(FEW, OTHER)
    tls, their_tls = (client_context(pki, host) for host in (SERVER, OTHER))
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}: one worker and two")
        async with AsyncExitStack() as stack:
            one = stack.enter_context(mkef(folder, pki, 5871))
            two = stack.enter_context(mkef(folder, pki, 5873, workers=2))
            second_target = Target(MKEF_ADDRESS, 5874)
            first, second, third = [
                await stack.enter_async_context(connected(target, requests, tls))
                for target in (one.target, two.target, second_target)
            ]
            dealt = await stack.enter_async_context(connected(two.target, others, their_tls))
            await dealt.open(second_target, their_tls)
            measured = await in_turns(
                Contender(one.server, (first,)),
                Contender(two.server, (second, third), OUTSTANDING // 2),
                Contender(two.server, (second, third)),
                Contender(two.server, (dealt,)),
                Contender(one.server, (first,), SOME),
            )
        rounds.append(measured)
    alone, both, busy, dealt, calm = typical(rounds)
    shares = [max(half.answers) / sum(half.answers) for _, half, *_ in rounds]
    return [
        at_most("two workers, 32 outstanding at each: CPU per request", both,
                "one worker with 64", alone.cpu_us, WORKERS_GOAL),
        row("the same", round(both.rate), "requests/s", peer="one worker with 64",
            peer_value=round(alone.rate)),
        bounded("the same: the busier one's part of the requests", median(shares), "", SHARE_GOAL),
        beside("two workers, 64 at each: CPU", busy, "one worker with 64", alone),
        beside("two workers, 64 dealt out one by one: CPU", dealt, "one worker with 64", alone),
        beside(f"one worker, {SOME} outstanding: CPU", calm, "one worker with 64", alone),
    ]  # fmt: skip


@contextmanager
def shared_mkef(folder: Path, pki: Path, port: int) -> Iterator[Mkef]:
    """An MKEF whose store is a PostgreSQL of the bench's own, with the same devices."""
    copy_examples(folder)
    with private_server() as server:
        url = server.url()
        entitle(url, (SERVER,), map(imsi_of, range(FEW)))
        with mkef(folder, pki, port, store=url) as made:
            yield made


@asynccontextmanager
async def relayed(folder: Path, pki: Path, tls: ssl.SSLContext) -> AsyncIterator[Contender]:
    """freeDiameter: TLS on the client's leg, TCP on the other."""
    peers = [Peer(HOST, MKEF_ADDRESS)]
    with running("diameter_ours.py", f"{MKEF_ADDRESS}:3868"):
        relay = FreeDiameter(folder / "relay", RELAY, RELAY_ADDRESS, pki=pki, peers=peers)
        async with relay as daemon:
            await daemon.opened(HOST)
            target = Target(RELAY_ADDRESS, 5868)
            async with connected(target, Requests(FEW), tls) as load:
                yield Contender(Server(daemon.pid), (load,))


async def rows(folder: Path) -> list[Row]:
    """Few and many rows take turns with the relay; the middle of the rounds counts.

    What a round costs depends on how the threads and processes meet, for the relay even more than
    for the MKEF: the best of one beside the best of the other would compare luck.
    """
    pki = folder / "pki"
    init(pki)
    issue(pki, [MKEF_HOST, *(numbered(MKEF_HOST, worker) for worker in (1, 2))])
    for host in (RELAY, SERVER, OTHER, *SERVERS):
        issue(pki, [host])
    tls = client_context(pki, SERVER)
    few = prepare(folder / "few", FEW, 0)
    many = prepare(folder / "many", MANY, USED)
    stocks = Requests(FEW), Requests(MANY), Requests(FEW)
    tagged = Requests(FEW, OTHER, TAGGED)
    rounds, added_ms = [], []
    with (
        running("mkef_hlr.py", f"{MKEF_ADDRESS}:2905"),
        mkef(few, pki, 5868) as first,
        mkef(many, pki, 5869) as second,
        shared_mkef(folder / "shared", pki, 5870) as third,
    ):
        for number in range(ROUNDS):
            say(f"round {number + 1} of {ROUNDS}: freeDiameter, MKEF with few and with many rows")
            async with AsyncExitStack() as stack:
                contenders = [await stack.enter_async_context(relayed(folder, pki, tls))]
                for each, stock in zip((first, second, third), stocks, strict=True):
                    load = await stack.enter_async_context(connected(each.target, stock, tls))
                    contenders.append(Contender(each.server, (load,)))
                load = await stack.enter_async_context(
                    connected(first.target, tagged, client_context(pki, OTHER))
                )
                contenders.append(Contender(first.server, (load,)))
                rounds.append(await in_turns(*contenders))
                (load,) = contenders[1].loads
                added_ms.append(await round_trip_ms(load) - await hlr_round_trip_ms())
        memory_mib = second.server.resident_kib() / 1024
        say("overload")
        clients = [client_context(pki, host) for host in SERVERS]
        too_much = await overload(first.target, FEW, clients)
        two = await by_two(few, pki, stocks[0])
    relay, small, large, shared, counted = typical(rounds)
    return [
        calibration(),
        at_most("key request, 64 outstanding: CPU", small, "freeDiameter's relay", relay.cpu_us,
                CPU_GOAL),
        row("key request, 64 outstanding", round(small.rate), "requests/s",
            peer="freeDiameter's relay", peer_value=round(relay.rate)),
        bounded("1 outstanding: added to the HLR's own time, at most", median(added_ms), "ms",
                ADDED_GOAL_MS),
        share(f"{MANY} entitlements, {USED} used RANDs, at least", large, f"{FEW} and none", small,
              RATE_GOAL),
        row(f"{MANY} entitlements, {USED} used RANDs: CPU", round(large.cpu_us, 1), "us"),
        bounded("the same: memory, below", memory_mib, "MiB", MEMORY_GOAL_MIB),
        bounded("the same: start, below", second.start_s, "s", START_GOAL_S),
        beside("tagged RANDs, two vectors: CPU", counted, "one random RAND, SQLite", small),
        beside("ledger and registry in PostgreSQL: CPU", shared, "one random RAND, SQLite", small),
        *too_much,
        *two,
    ]  # fmt: skip


def typical(rounds: Sequence[tuple[Measured, ...]]) -> list[Figures]:
    """The middle of each contender's rates, and of its CPU."""
    columns = [[measured.figures for measured in column] for column in zip(*rounds, strict=True)]
    return [
        Figures(median(f.rate for f in column), median(f.cpu_us for f in column))
        for column in columns
    ]


def beside(name: str, figures: Figures, peer: str, others: Figures) -> Row:
    """What a request takes beside others."""
    return row(
        name,
        round(figures.cpu_us, 1),
        "us",
        peer=peer,
        peer_value=round(others.cpu_us, 1),
        ratio=round(figures.cpu_us / others.cpu_us, 2),
    )


def bounded(name: str, value: float, unit: str, goal: float) -> Row:
    return row(name, round(value, 2), unit, goal=goal, met=value <= goal)


def share(name: str, many: Figures, peer: str, few: Figures, goal: float) -> Row:
    ratio = many.rate / few.rate
    return row(
        name,
        round(many.rate),
        "requests/s",
        peer=peer,
        peer_value=round(few.rate),
        ratio=round(ratio, 2),
        goal=goal,
        met=ratio >= goal,
    )


def client_context(pki: Path, host: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(pki / "ca.pem"))
    context.check_hostname = False
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(pki / f"{host}.pem", pki / f"{host}.key")
    return context


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
