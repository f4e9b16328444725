"""How everything of ours starts and stops."""

from __future__ import annotations

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self


class Running:
    """Entered to start, left to stop; a subclass puts what it starts on the stack.

    A start that fails half-way leaves nothing behind. What was started last is stopped first.
    """

    _started: AsyncExitStack

    async def _start(self, stack: AsyncExitStack) -> None:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._started = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._started.__aexit__(kind, error, trace)
