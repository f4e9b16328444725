"""More requests than an MKEF can serve: what becomes of them.

They leave when their time has come, whether or not earlier ones are answered (an open loop), over
TLS connections of several servers. They are encoded beforehand, and answers are told apart by
their octets, since this side shares the processors with what it measures.
"""

from __future__ import annotations

import asyncio
import gc
import ssl
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import quantiles

from diameter_load import Connection, Load, Target
from key_requests import code_of
from mkef_load import Requests
from report import Row, row

from mkef_codecs.diameter.commands import decode
from mkef_codecs.generated.diameter import ANSWER, MKA

SERVERS = tuple(f"mtc-server-{n}.example" for n in range(1, 5))
OUTSTANDING, WARM_UP_S, SECONDS, TICK_S = 192, 0.7, 5.0, 0.005
PATIENCE_S = 20.0  # of a server for an MKA (protocol.md clause 5)
GOALS = {2: 0.8, 5: 0.5}  # of the peak, at so many times of it
P99_GOAL_MS = 1000.0
RELEASED, OVERLOAD = "2001", ("3004", "32473/4002")


class Arrivals(Connection):
    """One server; what its answers say is looked up by their octets behind the Session-Id."""

    def __init__(self, requests: Requests, load: OpenLoad, tls: ssl.SSLContext) -> None:
        super().__init__(requests.host, load, tls)
        self.requests = requests
        self._octets = iter(requests)
        self._open_load = load
        self._codes: dict[bytes, str] = {}
        self._due: dict[bytes, float] = {}  # of what has no answer yet, by identifier
        self._released_octets = 0  # of an MKA with a key, which is longer than any refusal

    @property
    def unanswered(self) -> int:
        """Requests without an answer."""
        return len(self._due)

    def send(self, count: int, due: float = 0.0) -> None:
        """So many requests in one write, which should have left at this time."""
        parts = []
        for octets in islice(self._octets, count):
            self._identifier += 1
            identifier = self._identifier.to_bytes(4, "big")
            self._due[identifier] = due
            parts += (octets[:12], identifier, identifier, octets[20:])
        self._write(b"".join(parts))

    def _other(self, octets: bytes) -> None:
        due = self._due.pop(octets[12:16], None)
        if due is None:
            super()._other(octets)  # no answer to a key request
        else:
            self._open_load.heard(self._code(octets), due)

    def _code(self, octets: bytes) -> str:
        if len(octets) == self._released_octets:
            return RELEASED
        said = octets[20 + (int.from_bytes(octets[25:28], "big") + 3 & ~3) :]
        code = self._codes.get(said)
        if code is None:
            code = self._codes[said] = _code_of(octets)
            if code == RELEASED:  # no refusal is as long
                self._released_octets = len(octets)
        return code


def _code_of(octets: bytes) -> str:
    body = decode(octets).body
    assert isinstance(body, MKA | ANSWER)
    return code_of(body) if isinstance(body, MKA) else str(body.result_code)


class OpenLoad(Load):
    """What the answers of several servers say, and how long keys took."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.servers: list[Arrivals] = []
        self.clock = asyncio.get_running_loop().time

    async def open(self, target: Target, server: Arrivals) -> None:
        """One more server, connected."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: server, target.host, target.port)
        async with asyncio.timeout(30):
            await server.opened
        self.connections.append(server)
        self.servers.append(server)

    def heard(self, code: str, due: float) -> None:
        """An answer."""
        self.codes[code] += 1
        if code == RELEASED:
            self.seconds.append(self.clock() - due)
        self.answered(1)

    async def arrive(self, rate: float, seconds: float) -> None:
        """So many requests a second, in turn from each server, for so long."""
        began, sent, turn = self.clock(), 0, cycle(self.servers)
        while (passed := self.clock() - began) < seconds:
            due = int(passed * rate) - sent
            for server, count in Counter(islice(turn, due)).items():
                server.send(count, began + sent / rate)
            sent += due
            await self.last(TICK_S)

    async def settle(self) -> int:
        """Wait for answers as long as a server would: how many never came."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while self.unanswered:
                    await self.last(0.05)
        return self.unanswered

    @property
    def unanswered(self) -> int:
        """Requests without an answer."""
        return sum(server.unanswered for server in self.servers)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an overload: keys a second, their time, and what was neither.

    `failed` are requests that were not released nor refused as overload, or not answered.
    """

    goodput: float
    p99_ms: float
    failed: int


async def overloaded(load: OpenLoad, rate: float) -> Outcome:
    """So many requests a second for some seconds."""
    each = int(rate * SECONDS / len(load.servers)) + 1
    for connection in load.servers:
        connection.requests.prepare(each)
    load.codes.clear()
    load.seconds.clear()
    gc.collect()
    gc.freeze()
    await load.arrive(rate, SECONDS)
    released = load.codes[RELEASED]
    unanswered = await load.settle()
    refused = sum(load.codes[code] for code in OVERLOAD)
    failed = load.codes.total() - load.codes[RELEASED] - refused + unanswered
    return Outcome(
        goodput=released / SECONDS,
        p99_ms=quantiles(load.seconds, n=100)[-1] * 1e3,
        failed=failed,
    )


async def peak(load: OpenLoad) -> float:
    """Keys a second with 192 requests under way."""
    for connection in load.servers:
        connection.requests.prepare(4_000)
    load.start(OUTSTANDING, len(load.servers))
    await load.last(WARM_UP_S)
    began, released = load.clock(), load.codes[RELEASED]
    await load.last(SECONDS)
    released, seconds = load.codes[RELEASED] - released, load.clock() - began
    await load.stop()
    await load.settle()
    return released / seconds


async def overload(target: Target, devices: int, tls: Sequence[ssl.SSLContext]) -> list[Row]:
    """The peak, then the overloads."""
    load = OpenLoad()
    try:
        for host, context in zip(SERVERS, tls, strict=True):
            await load.open(target, Arrivals(Requests(devices, host), load, context))
        most = await peak(load)
        rows = []
        for times in GOALS:
            outcome = await overloaded(load, times * most)
            rows += rows_of(times, outcome, most)
        return rows
    finally:
        load.close()


def rows_of(times: int, outcome: Outcome, most: float) -> list[Row]:
    """What is promised of an overload."""
    goal, ratio = GOALS[times], outcome.goodput / most
    name = f"overload, {times} times the peak"
    return [
        row(f"{name}: keys released, at least", round(outcome.goodput), "requests/s",
            peer="the peak", peer_value=round(most), ratio=round(ratio, 2), goal=goal,
            met=ratio >= goal),
        row(f"{name}: p99 of the released, below", round(outcome.p99_ms), "ms", goal=P99_GOAL_MS,
            met=outcome.p99_ms < P99_GOAL_MS),
        row(f"{name}: neither released nor refused as overload", outcome.failed, "requests",
            goal=0, met=not outcome.failed),
    ]  # fmt: skip
