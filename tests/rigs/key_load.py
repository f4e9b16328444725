"""A load of key requests on a node of ours: every answer is checked, what became of it counted."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from mkef.net.diameter_failures import RequestFailed
from mkef_codecs.generated.diameter import ANSWER, MKA


def answered_once(wire: Any) -> bool:
    """Whether no request got two answers."""
    answers = (m for m in wire.received if not m.header.is_request)
    counted = Counter((m.header.command, m.header.end_to_end) for m in answers)
    return max(counted.values()) == 1


class Load(ABC):
    """Requests of rising numbers, 32 at a time, until it is told to end."""

    def __init__(self) -> None:
        self._number = 0
        self._going = True
        self.good = self.refused = self.failed = 0
        self.slowest_s = 0.0
        self._progress = asyncio.Event()

    @abstractmethod
    async def request(self, number: int) -> str:
        """Ask, check the answer, and say what became of it: `good`, `refused` or `failed`."""

    async def run(self) -> None:
        await asyncio.gather(*(self._one_after_the_other() for _ in range(32)))

    async def _one_after_the_other(self) -> None:
        clock = asyncio.get_running_loop().time
        while self._going:
            self._number += 1
            started = clock()
            outcome = await self.request(self._number)
            self.slowest_s = max(self.slowest_s, clock() - started)
            setattr(self, outcome, getattr(self, outcome) + 1)
            self._progress.set()
            if outcome == "failed":
                await asyncio.sleep(0.1)  # a client without peer fails at once

    async def more(self, what: str, number: int = 100) -> None:
        """Wait for so many more of a kind."""
        until = getattr(self, what) + number
        while getattr(self, what) < until:
            self._progress.clear()
            await self._progress.wait()

    def end(self) -> None:
        self._going = False


class KeyLoad(Load):
    """Key requests of a client to the realms of MKEFs in turn, which answer with their name."""

    def __init__(
        self, client: Any, ask: Callable[..., Any], mkefs: Sequence[str], timeout_s: float
    ) -> None:
        super().__init__()
        self._client = client
        self._ask = ask
        self._mkefs = mkefs
        self._timeout_s = timeout_s

    async def request(self, number: int) -> str:
        host, session = self._mkefs[number % len(self._mkefs)], f"mtc.servers.example;{number}"
        request = self._ask(host.partition(".")[2], session)
        try:
            answer = await self._client.request(request, self._timeout_s)
        except RequestFailed:
            return "failed"
        assert answer.session_id == session, "another's answer"
        assert isinstance(answer, ANSWER) or answer.origin_host == host
        return "good" if isinstance(answer, MKA) else "refused"
