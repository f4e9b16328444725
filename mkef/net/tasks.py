"""An owner for a node's background tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog

T = TypeVar("T")


class Tasks:
    """Tasks that end with their owner, not with each other.

    Unlike a TaskGroup's, its block raises what was raised in it, so that the one line about a port
    in use stays one line.
    """

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.sleep(0)  # all have begun, so each hears that it is cancelled
        running = tuple(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def settle(self, timeout_s: float) -> None:
        """Wait until all tasks have ended by themselves, for so long at most."""
        if self._running:
            await asyncio.wait(self._running, timeout=timeout_s)

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task whose result others wait for, and that goes on when nobody does any more."""
        return self.own(asyncio.create_task(work))

    def own(self, task: asyncio.Task[T]) -> asyncio.Task[T]:
        """A task that somebody else has made."""
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task that nobody waits for: its failure is logged."""
        task = asyncio.Task(self._kept(work), loop=self._loop)
        self._running.add(task)
        return task

    async def _kept(self, work: Coroutine[Any, Any, None]) -> None:
        """Takes its leave itself: to be called back costs each task an entry of the loop."""
        task = asyncio.current_task(self._loop)
        assert task is not None
        try:
            await work
        except Exception as error:  # noqa: BLE001 - nobody else would know
            structlog.get_logger().error("task failed", task=task.get_name(), exc_info=error)
        finally:
            self._running.discard(task)
