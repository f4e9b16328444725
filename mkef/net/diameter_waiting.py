"""Who waits for answers on a Diameter connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from mkef.net.diameter_failures import RequestFailed
from mkef_codecs.diameter.commands import Body


class Waiting:
    """Futures by hop-by-hop identifier, each with a mark of its caller."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._futures: dict[int, tuple[asyncio.Future[Body], object]] = {}

    def __len__(self) -> int:
        return len(self._futures)

    def begin(self, hop_by_hop: int, mark: object) -> asyncio.Future[Body]:
        """What becomes of a request: the answer, or RequestFailed."""
        future: asyncio.Future[Body] = self._loop.create_future()
        self._futures[hop_by_hop] = future, mark
        return future

    def give_up(self, hop_by_hop: int) -> bool:
        """Whether nothing has become of a request yet, for which nobody waits any more."""
        return self._futures.pop(hop_by_hop, None) is not None

    def settle(self, hop_by_hop: int, outcome: Body | RequestFailed) -> None:
        """What has become of a request, for whoever waits still."""
        future, _ = self._futures.pop(hop_by_hop, (None, None))
        if future is None or future.done():
            return
        if isinstance(outcome, RequestFailed):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    def marked(self, wanted: Callable[[Any], bool]) -> list[int]:
        """The requests whose mark is `wanted`."""
        return [hop_by_hop for hop_by_hop, (_, mark) in self._futures.items() if wanted(mark)]
