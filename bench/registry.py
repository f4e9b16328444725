"""`make bench-registry`: what it costs to look an IMSI up among ten million, beside a thousand.

Each registry belongs to a process of its own, which looks up IMSIs drawn at random as a running
MKEF does under load, 32 at a time. The stores are made anew in build/bench-registry.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from filled_store import fill
from key_requests import SERVER
from mkef_load import FIRST, imsi_of
from process import Server
from report import Row, calibration, report, row

from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement
from mkef.net.store import Database, open_store
from mkef.records.editor import Editor
from mkef.records.reading import NAME
from mkef.records.registry import Registry
from mkef.records.schema import MIGRATIONS
from mkef_codecs.identity import Imsi, ServerId

TARGET = Path("build/bench-registry.json")
FOLDER = Path("build/bench-registry")
FEW, MANY = 1_000, 10_000_000
LOOKUPS, TOGETHER, ROUNDS = 30_000, 32, 5
RATE_GOAL, MEMORY_GOAL_MIB = 0.8, 1024.0
OTHERS = ("001010*", "00101*", "2620200000-2620200999")  # prefixes and a range beside the IMSIs


def prepare(devices: int) -> Path:
    """A registry with so many IMSIs; each of them is also a part of two prefixes."""
    file = FOLDER / f"{devices}.db"
    started = time.perf_counter()
    fill(file, [SERVER], devices)
    with closing(open_store(file, MIGRATIONS, NAME)) as database:
        editor = Editor(database, "bench", time.time())
        for text in OTHERS:
            row_ = Entitlement(Devices.parse(text), ServerId("other.example"), frozenset({SERVER}))
            editor.add(row_)
    seconds, size_mib = time.perf_counter() - started, file.stat().st_size / 2**20
    print(f"{devices} IMSIs from {FIRST:015}: {size_mib:.0f} MiB in {seconds:.0f} s", flush=True)
    return file


def serve(file: Path, devices: int) -> None:
    """Look up as many as each line of standard input says, and say what one took."""
    chance = random.Random(11)  # noqa: S311 - draws that repeat
    registry = Registry()
    with closing(open_store(file, MIGRATIONS, NAME)) as database:
        print("ready", flush=True)
        for line in sys.stdin:
            drawn = [imsi_of(chance.randrange(devices)) for _ in range(int(line))]
            started = time.process_time()
            found = sum(
                looked_up(registry, database, drawn[start : start + TOGETHER])
                for start in range(0, len(drawn), TOGETHER)
            )
            spent_us = (time.process_time() - started) / len(drawn) * 1e6
            assert found >= len(drawn)
            print(spent_us, flush=True)


def looked_up(registry: Registry, database: Database, imsis: Sequence[Imsi]) -> int:
    """How many rows there are about all of these."""
    with database.snapshot():
        return sum(map(len, registry.rows_of_all(database, imsis)))


@dataclass(frozen=True, slots=True)
class LookupProcess:
    """A process that looks IMSIs up in a registry."""

    process: subprocess.Popen[str]

    def lookup_us(self) -> float:
        """CPU for one lookup."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{LOOKUPS}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def memory_mib(self) -> float:
        """What it holds."""
        return Server(self.process.pid).resident_kib() / 1024


@contextmanager
def serving(devices: int) -> Iterator[LookupProcess]:
    command = [sys.executable, __file__, str(prepare(devices)), str(devices)]
    process = subprocess.Popen(  # noqa: S603 # ours
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        yield LookupProcess(process)
        process.stdin.close()


def rows() -> list[Row]:
    """The two take turns; the best of the rounds counts."""
    with serving(FEW) as few, serving(MANY) as many:
        turns = [(few.lookup_us(), many.lookup_us()) for _ in range(ROUNDS)]
        memory_mib = many.memory_mib()
    few_us, many_us = (min(column) for column in zip(*turns, strict=True))
    ratio = few_us / many_us
    return [
        calibration(),
        row(f"lookups among {MANY} IMSIs, at least", round(1e6 / many_us), "lookups/s",
            peer=f"among {FEW}", peer_value=round(1e6 / few_us), ratio=round(ratio, 2),
            goal=RATE_GOAL, met=ratio >= RATE_GOAL),
        row("CPU for one", round(many_us, 1), "us", peer=f"among {FEW}",
            peer_value=round(few_us, 1)),
        row("memory, below", round(memory_mib), "MiB", goal=MEMORY_GOAL_MIB,
            met=memory_mib < MEMORY_GOAL_MIB),
    ]  # fmt: skip


def main() -> int:
    """All rows; exit status 1 if a goal is missed."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    try:
        return report(rows(), TARGET)
    finally:
        shutil.rmtree(FOLDER)


if __name__ == "__main__":
    if sys.argv[1:]:
        serve(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        sys.exit(main())
