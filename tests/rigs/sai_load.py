"""Requests of the variant at a steady rate, and what became of each one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from mkef.net.sigtran import Question, SigtranNode
from mkef.stack.map_failure import MapFailure
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7.map_auth import (
    Encoding,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
)
from mkef_codecs.ss7.sccp import SccpAddress

IMSI = Imsi("001010123456789")


class EchoHlr:
    """Answers with the RAND that it was asked for, and counts how often it was."""

    def __init__(self) -> None:
        self.asked: Counter[bytes] = Counter()

    def __call__(self, questions: Sequence[Question]) -> list[SendAuthenticationInfoRes]:
        return [self._answer(arg) for arg, _caller in questions]

    def _answer(self, arg: SendAuthenticationInfoArg) -> SendAuthenticationInfoRes:
        assert arg.rand_list is not None
        self.asked.update(arg.rand_list)
        return SendAuthenticationInfoRes(
            tuple(Triplet(rand, rand[:4], rand[:8]) for rand in arg.rand_list)
        )


@dataclass
class Load:
    """`run` asks until `stop` is called; each request has a RAND of its own."""

    node: SigtranNode
    hlr: SccpAddress
    rate: float  # requests a second
    timeout_s: float
    sent: int = 0
    answered: int = 0
    mistaken: int = 0  # with the vectors of another request
    answered_at: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0.0  # until a request that failed was told so
    stopped: bool = False

    async def run(self) -> None:
        """Ask at the rate; returns when every request has ended."""
        loop = asyncio.get_running_loop()
        begun, tasks = loop.time(), set[asyncio.Task[None]]()
        while not self.stopped:
            while self.sent < (loop.time() - begun) * self.rate:
                self.sent += 1
                task = asyncio.create_task(self._ask(self.sent.to_bytes(16, "big")))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            await asyncio.sleep(1 / 200)
        while tasks:
            await asyncio.wait(tasks)

    async def reached(self, answered: int) -> None:
        """Wait until so many requests were answered; the caller's time-out bounds it."""
        while self.answered < answered:  # noqa: ASYNC110 - counted in passing, announced nowhere
            await asyncio.sleep(0.01)

    async def _ask(self, rand: bytes) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        arg = SendAuthenticationInfoArg(IMSI, segmentation_prohibited=True, rand_list=(rand,))
        try:
            result = await self.node.send_authentication_info(
                self.hlr, arg, encoding=Encoding.EXTENSION, timeout_s=self.timeout_s
            )
        except MapFailure as failure:
            self.failures[type(failure).__name__] += 1
            self.longest_s = max(self.longest_s, loop.time() - begun)
            return
        self.answered += 1
        self.answered_at.append(loop.time())
        self.mistaken += [triplet.rand for triplet in result.triplets] != [rand]
