"""A load of key requests on a node of ours: every answer is checked, what became of it counted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from mkef.net.diameter_link import RequestFailed
from mkef_codecs.generated.diameter import ANSWER, MKA


def answered_once(wire: Any) -> bool:
    """Whether no request got two answers."""
    answers = (m for m in wire.received if not m.header.is_request)
    counted = Counter((m.header.command, m.header.end_to_end) for m in answers)
    return max(counted.values()) == 1


class KeyLoad:
    """Key requests to the realms of MKEFs in turn, 32 at a time, until it is told to end."""

    def __init__(
        self, client: Any, ask: Callable[..., Any], mkefs: Sequence[str], timeout_s: float
    ) -> None:
        self._client = client
        self._ask = ask
        self._mkefs = mkefs
        self._timeout_s = timeout_s
        self._number = 0
        self._going = True
        self.good = self.refused = self.failed = 0
        self.slowest_s = 0.0
        self._progress = asyncio.Event()

    async def run(self) -> None:
        await asyncio.gather(*(self._one_after_the_other() for _ in range(32)))

    async def _one_after_the_other(self) -> None:
        while self._going:
            await self._request()
            self._progress.set()

    async def _request(self) -> None:
        self._number += 1
        number = self._number
        host, session = self._mkefs[number % len(self._mkefs)], f"mtc.servers.example;{number}"
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            answer = await self._client.request(
                self._ask(host.partition(".")[2], session), self._timeout_s
            )
        except RequestFailed:
            self.failed += 1
            await asyncio.sleep(0)  # a client without peer fails at once: others run too
        else:
            assert answer.session_id == session, "another's answer"
            assert isinstance(answer, ANSWER) or answer.origin_host == host
            self.good += isinstance(answer, MKA)
            self.refused += isinstance(answer, ANSWER)
        finally:
            self.slowest_s = max(self.slowest_s, clock() - started)

    async def more(self, what: str, number: int = 100) -> None:
        """Wait for so many more of a kind."""
        until = getattr(self, what) + number
        while getattr(self, what) < until:
            self._progress.clear()
            await self._progress.wait()

    def end(self) -> None:
        self._going = False
