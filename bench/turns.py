"""What keeps requests under way at servers, and measures these in short turns, by turns."""

from __future__ import annotations

import asyncio
import gc
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median

from diameter_load import Load, Target
from diameter_node import Figures
from mkef_load import KeyConnection, Requests
from process import Server

OUTSTANDING = 64
TURNS, WARM_UP_S, SECONDS = 4, 0.3, 0.5


class KeyLoad(Load):
    """A stock of requests for one server, on one connection or on one to each worker."""

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


async def in_turns(*contenders: Contender, turns: int = TURNS) -> tuple[Measured, ...]:
    """All of them, each in several short turns: they see the same machine, whose speed changes
    within seconds."""
    measured = [await one_turn(contender) for contender in contenders]
    for _ in range(turns - 1):
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


@dataclass(frozen=True, slots=True)
class Results:
    """One contender's figures of all rounds: the middle one counts, and the middle of the ratios
    to another's in the same round, since the machine is not as fast in each."""

    rounds: tuple[Figures, ...]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return median(each.rate for each in self.rounds)

    @property
    def cpu_us(self) -> float:
        """For each request."""
        return median(each.cpu_us for each in self.rounds)

    def rate_beside(self, peer: Results) -> float:
        """How many times the peer's."""
        pairs = zip(self.rounds, peer.rounds, strict=True)
        return median(ours.rate / theirs.rate for ours, theirs in pairs)

    def cpu_beside(self, peer: Results) -> float:
        """How many times the peer's."""
        pairs = zip(self.rounds, peer.rounds, strict=True)
        return median(ours.cpu_us / theirs.cpu_us for ours, theirs in pairs)


def results(rounds: Sequence[tuple[Measured, ...]]) -> list[Results]:
    """Each contender's."""
    columns = zip(*rounds, strict=True)
    return [Results(tuple(measured.figures for measured in column)) for column in columns]
