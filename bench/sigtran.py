"""`make bench-sigtran`: dialogues of the variant over M3UA, beside the same with pycrate's codecs.

Both ends of a dialogue are in this process, over TCP on loopback, 64 under way; CPU is what the
operating system charged to the process. A row for each STP tells what its restart under load cost.
Run as root: osmo-stp has a network of its own.
"""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
from codecs_ss7 import (
    ARGUMENT,
    ASN1,
    HLR,
    RESULT,
    PycrateBegin,
    PycrateEnd,
    encode_begin,
    pycrate_wrapping,
)
from report import Row, calibration, report, row

from mkef.net.capture import Capture
from mkef.net.endpoint import Endpoint
from mkef.net.sigtran import AuthenticationService, SigtranNode, SigtranSection
from mkef.ops.configuration import LogSection
from mkef.ops.logging import configure
from mkef_codecs.generate.asn1 import runtime
from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.map_auth import Encoding, SendAuthenticationInfoRes

TARGET = Path("build/bench-sigtran.json")
OUTSTANDING = 64
DIALOGUES, PYCRATE_DIALOGUES, ROUNDS = 6400, 256, 5
CONCURRENT = 10_000
CPU_GOAL_US, PYCRATE_GOAL, MEMORY_GOAL_KIB = 150.0, 15.0, 4.0
BACK_GOAL_S = 1.0  # the second reconnect interval; a restart takes longer than the first
GUEST_RATE, HOST_RATE = 200, 1000
LOOPBACK = Endpoint("127.0.0.1", 0)
BOOT = Path(__file__).parents[1] / "tests/guest/boot.py"

_log = structlog.get_logger()


def capture(node: str) -> Capture:
    """No capture."""
    return Capture(None, node=node, clock=time.time)


@asynccontextmanager
async def client_of(peer: Endpoint) -> AsyncIterator[SigtranNode]:
    """A client whose association is active."""
    section = SigtranSection(point_code=1, ssn=149, connect=(peer,), transport="tcp")
    mkef = SigtranNode(section, service=None, capture=capture("mkef"), peer_name="hlr")
    async with mkef:
        if not await mkef.wait_active(10):
            raise TimeoutError("the two nodes do not find each other")
        yield mkef


@asynccontextmanager
async def joined(service: AuthenticationService) -> AsyncIterator[SigtranNode]:
    """A client whose HLR answers with `service`."""
    section = SigtranSection(point_code=2, ssn=6, listen=(LOOPBACK,), transport="tcp")
    hlr = SigtranNode(section, service=service, capture=capture("hlr"), peer_name="mkef")
    async with hlr, client_of(Endpoint.parse(hlr.addresses["m3ua_tcp"])) as mkef:
        yield mkef


async def cpu_us(dialogue: Callable[[], Awaitable[object]], count: int) -> float:
    """Microseconds of this process for one of `count` dialogues, 64 under way."""

    async def some() -> None:
        for _ in range(count // OUTSTANDING):
            await dialogue()

    gc.collect()
    started = time.process_time()
    await asyncio.gather(*(some() for _ in range(OUTSTANDING)))
    return (time.process_time() - started) / count * 1e6


async def ours() -> float:
    """The best of some rounds."""
    async with joined(lambda questions: [RESULT] * len(questions)) as mkef:

        async def dialogue() -> None:
            await mkef.send_authentication_info(HLR, ARGUMENT, encoding=Encoding.EXTENSION)

        return min([await cpu_us(dialogue, DIALOGUES) for _ in range(ROUNDS)])


class PycrateEnds:
    """Client and server that have nothing but pycrate's codecs and a TCP connection."""

    def __init__(self) -> None:
        sources = [path.read_text(encoding="ascii") for path in sorted(ASN1.glob("*.asn"))]
        compiled = runtime(sources)
        self._begin, self._end = PycrateBegin(compiled), PycrateEnd(compiled)
        self._begin_wrapping = pycrate_wrapping(encode_begin())
        self._end_wrapping = pycrate_wrapping(self._end.encode())
        self._waiting: deque[asyncio.Future[Any]] = deque()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Decode each Begin, answer with an End."""
        framer = m3ua.Framer()
        while octets := await reader.read(65536):
            for _message in framer.feed(octets):
                self._begin_wrapping.decode()
                self._begin.decode(encode_begin())
                self._end.encode()
                writer.write(self._end_wrapping.encode())
        writer.close()

    async def listen(self, reader: asyncio.StreamReader) -> None:
        """Decode each End for whoever waits longest."""
        framer, end = m3ua.Framer(), self._end.encode()
        while octets := await reader.read(65536):
            for _message in framer.feed(octets):
                self._end_wrapping.decode()
                self._waiting.popleft().set_result(self._end.decode(end))

    async def ask(self, writer: asyncio.StreamWriter) -> None:
        """One dialogue."""
        self._begin.encode()
        writer.write(self._begin_wrapping.encode())
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        await waiting


async def pycrate() -> float:
    """The same messages, each decoded and encoded by pycrate at every layer."""
    ends = PycrateEnds()
    server = await asyncio.start_server(ends.serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    listening = asyncio.create_task(ends.listen(reader))
    found = [await cpu_us(lambda: ends.ask(writer), PYCRATE_DIALOGUES) for _ in range(2)]
    writer.close()
    await listening
    server.close()
    return min(found)


def resident_kib() -> int:
    """What this process holds in memory."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


async def silent_gateway(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Grants traffic and answers none of it."""
    framer = m3ua.Framer()
    answers = {m3ua.Kind.ASPUP: m3ua.Kind.ASPUP_ACK, m3ua.Kind.ASPAC: m3ua.Kind.ASPAC_ACK}
    while octets := await reader.read(65536):
        for found in framer.feed(octets):
            kind = answers.get(m3ua.decode(found).kind)
            if kind is not None:
                writer.write(m3ua.Message(kind).encode())
    writer.close()


async def held_kib(mkef: SigtranNode, reached: asyncio.Event | None) -> float:
    """Resident memory of one of many requests, until the last one is out or has `reached`."""
    gc.collect()
    before = resident_kib()
    question = mkef.send_authentication_info
    tasks = [
        asyncio.create_task(question(HLR, ARGUMENT, encoding=Encoding.EXTENSION))
        for _ in range(CONCURRENT)
    ]
    await (asyncio.sleep(1) if reached is None else reached.wait())
    gc.collect()
    used = (resident_kib() - before) / CONCURRENT
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return used


async def client_kib() -> float:
    """A client's part: the dialogue, and the task of who waits."""
    server = await asyncio.start_server(silent_gateway, "127.0.0.1", 0)
    async with client_of(Endpoint(*server.sockets[0].getsockname())) as mkef:
        used = await held_kib(mkef, None)
    server.close()
    return used


async def both_kib() -> float:
    """Both parts, the server's with the task of a service that waits."""
    reached, held = asyncio.Event(), 0

    async def service() -> SendAuthenticationInfoRes:
        nonlocal held
        held += 1
        if held == CONCURRENT:
            reached.set()
        return await asyncio.Future()

    async with joined(lambda questions: [service() for _ in questions]) as mkef:
        return await held_kib(mkef, reached)


def restarts(command: list[str], name: str) -> list[Row]:
    """Rows of one STP that is killed and restarted under load."""
    script = Path(__file__).with_name("sigtran_restart.py")
    done = subprocess.run(  # noqa: S603 # our own script
        [*command, str(script), name], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{script.name} {name} failed: {done.stdout[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    what = f"STP restart, {found['kind']}, {found['rate']}/s"
    wrong = found["mistaken"] + found["asked_twice"] + found["unaccounted"]
    late = max(0.0, found["longest_s"] - found["timeout_s"])
    back = found["back_s"]
    return [
        row(f"{what}: dialogues", found["sent"], "", peer="answered", peer_value=found["answered"]),
        row(f"{what}: answered twice, to another, or lost", wrong, "", goal=0, met=wrong == 0),
        row(f"{what}: end of the unanswered after their timer", late, "s", goal=1.0, met=late <= 1),
        row(f"{what}: back after", back, "s", goal=BACK_GOAL_S, met=back <= BACK_GOAL_S),
    ]


def _memory(end: str, kib: float) -> Row:
    name = f"{CONCURRENT} dialogues at once: each, at {end}"
    return row(name, round(kib, 2), "KiB", goal=MEMORY_GOAL_KIB, met=kib <= MEMORY_GOAL_KIB)


def main() -> int:
    """Measure, print and write; exit status 1 if a goal is missed."""
    configure(LogSection(level="error"), "bench")
    first = calibration()
    cpu, peer = asyncio.run(ours()), asyncio.run(pycrate())
    client = asyncio.run(client_kib())
    server = asyncio.run(both_kib()) - client
    ratio = round(peer / cpu, 1)
    goal = row("SAI variant dialogue, both ends", round(cpu, 1), "us")
    rows = [
        first,
        goal | {"goal": CPU_GOAL_US, "met": cpu <= CPU_GOAL_US},
        goal
        | {"peer": "pycrate", "peer_value": round(peer, 1), "ratio": ratio, "goal": PYCRATE_GOAL}
        | {"met": ratio >= PYCRATE_GOAL},
        _memory("a client", client),
        _memory("a server", server),
        *restarts([sys.executable], "ipa"),
        *restarts([sys.executable, str(BOOT), sys.executable], "static"),
    ]
    return report(rows, TARGET)


if __name__ == "__main__":
    sys.exit(main())
