"""`make bench-hlr`: what an answer of the variant costs, and what a million subscribers change.

The HLR is the program `hlr-stub serve`, asked over M3UA on TCP with 16 requests under way; its CPU
is what the operating system charged to its process. All stores are made anew in build/bench-hlr.
The machine's speed changes within milliseconds, and for seconds: CPU and rates are measured in many
short pieces, by turns for as long as the bench runs. Of CPU the quietest piece counts, as of the
calibration beside it; of rates, which are compared, the middle one. The 99th percentile is that of
15,000 requests without a pause, the best of six rounds: a quiet piece leaves out what a tail is
made of, and each piece begins with caches that the others have filled. Beside it, without a goal,
are the middle of the rounds, the best with load and HLR on one processor, which then never idles,
and that of a plain loop about as long as 16 answers, which tells how much of it is the machine's.
"""

from __future__ import annotations

import gc
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median

from hlr_load import HLR_POINT_CODE, MKEF_POINT_CODE, RAND, Load, LoadFailed, requests
from msgspec.structs import replace
from postgresql_server import PROGRAM, SEARCHED, private_server
from process import Server
from report import CALIBRATION_LOOPS, Row, calibration, loop_us, piece_ms, report, row

from hlr_stub.formats import FORMATS
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber
from hlr_stub.transfer import import_file
from mkef.crypto.milenage import Milenage
from mkef.crypto.secret import Secret
from mkef.net.database import Location
from mkef_codecs.identity import Imsi

TARGET = Path("build/bench-hlr.json")
FOLDER = Path("build/bench-hlr").resolve()
K = Secret(bytes.fromhex("465b5ce8b199b49faa5f0a2ee238a6bc"))
OPC = Secret(bytes.fromhex("cd63cb71954a9f4e48a5994e37a02baf"))
MANY, FEW, IMPORTED = 1_000_000, 1000, 100_000
PIECE, OUTSTANDING, TURNS, WARMING = 1000, 16, 90, 3  # requests
ROUNDS, ROUND = 6, 15_000  # requests, of which a tail is told
CPU_GOAL_US, P99_GOAL_MS, SCALE_GOAL, POSTGRESQL_GOAL, IMPORT_GOAL_S = 80.0, 2.0, 0.8, 0.5, 10.0
HELD_GOAL_US, FRESH_GOAL_US = 4.0, 8.0
CALLS = 1000  # of Milenage, in a piece
LOOPS = ROUND // OUTSTANDING  # of a round, as an HLR has turns


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one piece: requests a second, CPU for one in microseconds, and how long each took."""

    rate: float
    cpu_us: float
    latencies_s: list[float]


@dataclass(frozen=True, slots=True)
class Counting:
    """What counts of many pieces."""

    rate: float
    cpu_us: float

    @classmethod
    def of(cls, pieces: Sequence[Figures]) -> Counting:
        """Of all pieces of one HLR."""
        return cls(median(f.rate for f in pieces), min(f.cpu_us for f in pieces))


@dataclass(frozen=True, slots=True)
class Tails:
    """99th percentiles in milliseconds: of the HLR's answers, of the same with the load on its
    processor, and of a plain loop with its middle."""

    apart_ms: float
    together_ms: float
    loop_ms: float
    loop_middle_ms: float

    @classmethod
    def of(cls, contender: Contender) -> Tails:
        """In one round."""
        apart = contender.measured(ROUND)
        with one_processor(contender.server):
            together = contender.measured(ROUND)
        loops = [piece_ms() for _ in range(LOOPS)]
        tails = (p99(each.latencies_s) * 1e3 for each in (apart, together))
        return cls(*tails, p99(loops), median(loops))

    @classmethod
    def over(cls, rounds: Sequence[Tails], choice: Callable[[Sequence[float]], float]) -> Tails:
        """Of all rounds, each by itself."""
        return cls(*map(choice, zip(*map(astuple, rounds), strict=True)))


def p99(values: Sequence[float]) -> float:
    """The 99th percentile."""
    return sorted(values)[len(values) * 99 // 100]


def imsi_of(number: int) -> str:
    return f"00101{number:010}"


def fill(location: Location, count: int) -> None:
    """A store with so many subscribers."""
    template = Subscriber(Imsi(imsi_of(0)), K, OPC)
    with closing(SubscriberStore.open(location)) as store, store.database.transaction():
        numbers = range(count)
        store.put((replace(template, imsi=Imsi(imsi_of(n))) for n in numbers), replace=False)


@contextmanager
def serving(name: str, location: Location) -> Iterator[tuple[Server, int]]:
    """`hlr-stub serve` on a store, and its port."""
    store = location.url or str(location.path)
    config = FOLDER / f"{name}.toml"
    config.write_text(
        f"""store = "{store}"
mkef_point_codes = [{MKEF_POINT_CODE}]
quota_per_hour = 1000000
[sigtran]
point_code = {HLR_POINT_CODE}
listen = ["127.0.0.1:0"]
transport = "tcp"
heartbeat_s = 0.0
"""
    )
    command = [sys.executable, "-m", "hlr_stub", "serve", "--config", str(config)]
    log = FOLDER / f"{name}.log"
    with log.open("w") as errors, subprocess.Popen(command, stderr=errors) as process:  # noqa: S603 # ours
        try:
            yield Server(process.pid), _port(process, log)
        finally:
            process.terminate()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    while process.poll() is None:
        found = re.search(r'"m3ua_tcp": ?"127\.0\.0\.1:(\d+)"', log.read_text())
        if found:
            return int(found[1])
        time.sleep(0.05)
    raise LoadFailed(f"hlr-stub did not start: {log.read_text()}")


@dataclass(frozen=True, slots=True)
class Contender:
    """An HLR that runs, and the load on it."""

    server: Server
    load: Load
    subscribers: int
    chance: random.Random

    def measured(self, count: int = PIECE) -> Figures:
        """So many requests, for other subscribers than those before."""
        draw = self.chance.randrange
        messages = requests([imsi_of(draw(self.subscribers)) for _ in range(count)])
        cpu_s = self.server.cpu_s()
        seconds = self.load.run(messages, OUTSTANDING)
        spent_s = self.server.cpu_s() - cpu_s
        return Figures(count / seconds, spent_s / count * 1e6, self.load.latencies_s)


def contender(stack: ExitStack, name: str, location: Location, count: int) -> Contender:
    """An HLR with so many subscribers, filled, started and warm."""
    fill(location, count)
    server, port = stack.enter_context(serving(name, location))
    load = Load("127.0.0.1", port)
    stack.callback(load.close)
    chance = random.Random(1)  # noqa: S311 - which subscribers are asked for
    contender = Contender(server, load, count, chance)
    for _ in range(WARMING):
        contender.measured()
    return contender


@contextmanager
def one_processor(server: Server) -> Iterator[None]:
    """In the block the load and an HLR share a processor; an HLR serves on its first thread."""
    every = os.sched_getaffinity(0)
    try:
        for pid in (0, server.pid):
            os.sched_setaffinity(pid, {max(every)})
        yield
    finally:
        for pid in (0, server.pid):
            os.sched_setaffinity(pid, every)


def in_turns(contenders: Sequence[Contender]) -> tuple[list[Counting], list[Tails], list[float]]:
    """What counts of each, the tails of the second, and the quietest pieces of the calibration and
    of Milenage, taken by turns: all see the same machine, which others on it only make slower."""
    gc.collect()
    gc.freeze()
    turns, tails, calls = [], [], []
    for turn in range(TURNS):
        turns.append([c.measured() for c in contenders])
        calls.append([piece() for piece in (loop_us, held_us, fresh_us)])
        if not turn % (TURNS // ROUNDS):
            tails.append(Tails.of(contenders[1]))
    counting = [Counting.of(pieces) for pieces in zip(*turns, strict=True)]
    return counting, tails, [min(pieces) for pieces in zip(*calls, strict=True)]


def held_us() -> float:
    """CPU of SRES and Kc where the key schedule is held, in one piece."""
    milenage = Milenage(K, OPC)
    return microseconds(lambda: milenage.gsm(RAND))


def fresh_us() -> float:
    """The same with a fresh K."""
    return microseconds(lambda: Milenage(K, OPC).gsm(RAND))


def microseconds(function: Callable[[], object]) -> float:
    """CPU of one call, in one piece."""
    started = time.process_time()
    for _ in range(CALLS):
        function()
    return (time.process_time() - started) / CALLS * 1e6


def loop_row(tails: Tails) -> Row:
    """The tail of a plain loop beside its middle."""
    tail, middle = tails.loop_ms, tails.loop_middle_ms
    name = f"calibration: p99 of {CALIBRATION_LOOPS:,} turns of it"
    return row(name, tail, "ms", peer="median", peer_value=round(middle, 2), ratio=tail / middle)


def milenage_rows(held: float, fresh: float) -> Iterator[Row]:
    for name, value, goal in (
        ("Milenage SRES and Kc, key schedule held", held, HELD_GOAL_US),
        ("Milenage SRES and Kc, a fresh K", fresh, FRESH_GOAL_US),
    ):
        yield row(name, round(value, 2), "us", goal=goal, met=value < goal)


def import_row() -> Row:
    file = FOLDER / "import.csv"
    keys = f"{K.octets.hex()},{OPC.octets.hex()}"
    lines = (f"{imsi_of(n)},{keys}\n" for n in range(IMPORTED))
    file.write_text("imsi,ki,opc\n" + "".join(lines))
    location = Location(FOLDER / "imported.db")
    with closing(SubscriberStore.open(location)) as store:
        started = time.perf_counter()
        import_file(store, file, FORMATS["csv"], defaults={})
        seconds = time.perf_counter() - started
    name = f"import of {IMPORTED:,} subscribers into SQLite"
    return row(name, round(seconds, 1), "s", goal=IMPORT_GOAL_S, met=seconds < IMPORT_GOAL_S)


@contextmanager
def postgresql() -> Iterator[str | None]:
    """The URL of a server of the bench's own; none where PostgreSQL is not installed."""
    if shutil.which(PROGRAM, path=SEARCHED) is None:
        yield None
        return
    with private_server() as server:
        yield server.url()


def rows() -> list[Row]:
    """All but the import's."""
    with ExitStack() as stack:
        stores = [
            ("few", Location(FOLDER / "few.db"), FEW),
            ("many", Location(FOLDER / "many.db"), MANY),
        ]
        url = stack.enter_context(postgresql())
        if url is not None:
            stores.append(("postgresql", Location.parse(url), FEW))
        figures, rounds, calls = in_turns([contender(stack, *s) for s in stores])
    small, large, *foreign = figures
    tails, middle = Tails.over(rounds, min), Tails.over(rounds, median)
    loop, held, fresh = calls
    what = f"the variant, one vector, {MANY:,} subscribers in SQLite"
    scale = large.rate / small.rate
    found = [
        calibration(loop),
        loop_row(tails),
        *milenage_rows(held, fresh),
        row(f"{what}: CPU", large.cpu_us, "us", goal=CPU_GOAL_US, met=large.cpu_us <= CPU_GOAL_US),
        row(
            f"{what}: p99 at {OUTSTANDING} outstanding",
            tails.apart_ms,
            "ms",
            goal=P99_GOAL_MS,
            met=tails.apart_ms < P99_GOAL_MS,
        ),
        row("the same, the middle of the rounds", middle.apart_ms, "ms"),
        row("the same, load and HLR on one processor", tails.together_ms, "ms"),
        _beside(f"{what}: rate", large, f"with {FEW}", small, scale, SCALE_GOAL),
    ]
    for theirs in foreign:
        ratio = theirs.rate / small.rate
        name = f"the variant, {FEW} subscribers in PostgreSQL: rate"
        found.append(_beside(name, theirs, "SQLite", small, ratio, POSTGRESQL_GOAL))
        found.append(row("the same: CPU", theirs.cpu_us, "us"))
    return found


def _beside(
    name: str, ours: Counting, peer: str, theirs: Counting, ratio: float, goal: float
) -> Row:
    more = {"peer": peer, "peer_value": round(theirs.rate), "ratio": ratio, "goal": goal}
    return row(name, round(ours.rate), "1/s", met=ratio >= goal, **more)


def main() -> int:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    found = [*rows(), import_row()]
    shutil.rmtree(FOLDER)
    return report(found, TARGET)


if __name__ == "__main__":
    sys.exit(main())
