"""A bounded number of requests with one peer at a time, in the order in which they asked."""

from __future__ import annotations

import asyncio
from collections import OrderedDict


class Slots:
    """`limit` of them; who waits for one is woken by a free slot or by a recall."""

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._waiting: OrderedDict[asyncio.Future[bool], None] = OrderedDict()

    def take(self) -> bool:
        """Whether there was a free slot, which is taken now."""
        if self._free:  # then nobody waits
            self._free -= 1
            return True
        return False

    async def wait(self) -> bool:
        """Whether a slot has come free, which is taken now; false after a recall."""
        waiter: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[waiter] = None
        try:
            return await waiter
        except asyncio.CancelledError:
            self._waiting.pop(waiter, None)
            if not waiter.cancelled() and waiter.result():  # the slot came with the cancellation
                self.release()
            raise

    def release(self) -> None:
        """A slot is free: the first who still waits has it."""
        if not self._wake(taken=True):
            self._free += 1

    def recall(self) -> None:
        """Whoever waits is to look elsewhere."""
        while self._wake(taken=False):
            pass

    def _wake(self, *, taken: bool) -> bool:
        """Whether there was somebody to wake."""
        while self._waiting:
            waiter, _ = self._waiting.popitem(last=False)
            if not waiter.done():  # one that was cancelled has not run yet
                waiter.set_result(taken)
                return True
        return False
