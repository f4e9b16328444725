"""`make bench`: a whole key request at the MKEF beside what freeDiameter's relay takes for one.

A server's TLS connection keeps 64 key requests under way; the MKEF looks up the entitlement, asks
the HLR over MAP and M3UA, derives the key, checks RES, writes the ledger (SQLite) and answers.
The relay gets the same load over TLS and hands it on over TCP. CPU is what the operating system
charged to the process. Run as root: freeDiameter wants a private network.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median

from diameter_load import LoadFailed, Target
from diameter_node import running, say
from diameter_ours import HOST
from freediameter import FreeDiameter, Peer
from key_requests import SERVER
from mkef_load import TAGGED, Requests, imsi_of
from mkef_process import MKEF_ADDRESS, OTHER, mkef, prepare, shared_mkef
from overload import SERVERS, overload
from private_network import private_network
from process import Server
from report import Row, calibration, report, row
from turns import OUTSTANDING, Contender, KeyLoad, Results, connected, in_turns, results

from mkef.config import MkefSigtranSection
from mkef.demo.files import MKEF_HOST
from mkef.net.capture import Capture
from mkef.net.endpoint import Endpoint
from mkef.net.sigtran import SigtranNode
from mkef.ops.pki import init, issue
from mkef.workers import numbered
from mkef_codecs.ss7.map_auth import Encoding, SendAuthenticationInfoArg
from mkef_codecs.ss7.sccp import SccpAddress

TARGET = Path("build/bench.json")
RELAY, RELAY_ADDRESS = "relay.core.example", "10.77.0.1"
SOME = 8
ROUNDS, ROUNDS_OF_TWO = 7, 13  # processes that meet on two processors vary more
FEW, MANY, USED = 1_000, 1_000_000, 10_000_000  # USED is a multiple of MANY
WORKERS_GOAL, SHARE_GOAL = 1.15, 0.6
CPU_GOAL, RATE_GOAL, MEMORY_GOAL_MIB, START_GOAL_S, ADDED_GOAL_MS = 2.5, 0.8, 1024.0, 5.0, 3.0


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


async def by_two(folder: Path, pki: Path, requests: Requests) -> list[Row]:
    """One worker and two of them by turns, with the same store and 64 under way: half at each.

    A request costs more the fewer share a turn of the loop. How much is seen with 64 at each, with
    64 that are dealt out among two workers one by one, and with 8 under way at one worker.
    """
    rounds, others = [], Requests(FEW, OTHER)
    tls, their_tls = (client_context(pki, host) for host in (SERVER, OTHER))
    for number in range(ROUNDS_OF_TWO):
        say(f"round {number + 1} of {ROUNDS_OF_TWO}: one worker and two")
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
            with_goals = await in_turns(
                Contender(one.server, (first,)),
                Contender(two.server, (second, third), OUTSTANDING // 2),
                Contender(two.server, (second, third)),
            )
            without = await in_turns(
                Contender(two.server, (dealt,)), Contender(one.server, (first,), SOME), turns=1
            )
        rounds.append(with_goals + without)
    alone, both, busy, dealt, calm = results(rounds)
    shares = [max(half.answers) / sum(half.answers) for _, half, *_ in rounds]
    return [
        beside("two workers, 32 outstanding at each: CPU per request", both,
               "one worker with 64", alone, WORKERS_GOAL),
        row("the same", round(both.rate), "requests/s", peer="one worker with 64",
            peer_value=round(alone.rate)),
        bounded("the same: the busier one's part of the requests", median(shares), "", SHARE_GOAL),
        beside("two workers, 64 at each: CPU", busy, "one worker with 64", alone, WORKERS_GOAL),
        beside("two workers, 64 dealt out one by one: CPU", dealt, "one worker with 64", alone),
        beside(f"one worker, {SOME} outstanding: CPU", calm, "one worker with 64", alone),
    ]  # fmt: skip


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
    """Few and many rows take turns with the relay; the middle of the rounds counts, also of their
    ratios.

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
        shared_mkef(folder / "shared", pki, 5870, FEW) as third,
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
    relay, small, large, shared, counted = results(rounds)
    return [
        calibration(),
        beside("key request, 64 outstanding: CPU", small, "freeDiameter's relay", relay, CPU_GOAL),
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


def beside(name: str, ours: Results, peer: str, theirs: Results, goal: float | None = None) -> Row:
    """What a request takes beside others; at most so many times as much, if there is a goal."""
    ratio = ours.cpu_beside(theirs)
    return row(
        name if goal is None else f"{name}, at most",
        round(ours.cpu_us, 1),
        "us",
        peer=peer,
        peer_value=round(theirs.cpu_us, 1),
        ratio=round(ratio, 2),
        goal=goal,
        met=None if goal is None else ratio <= goal,
    )


def bounded(name: str, value: float, unit: str, goal: float) -> Row:
    return row(name, round(value, 2), unit, goal=goal, met=value <= goal)


def share(name: str, many: Results, peer: str, few: Results, goal: float) -> Row:
    ratio = many.rate_beside(few)
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
