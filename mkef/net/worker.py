"""A thread that does one thing after the other for an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")

_Work = tuple[Callable[[], Any], asyncio.Future[Any]]


class Worker:
    """What is asked for is done in order, and its outcome comes back to the loop that asked.

    An executor of the standard library does the same with two futures, four locks and two more
    steps of the loop for each call, which shows beside the flush of a file.
    """

    def __init__(self, name: str) -> None:
        self._asked: SimpleQueue[_Work | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def __call__(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """What `work` returns or raises; it is done even if nobody waits for it any more."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._asked.put((work, future))
        return future

    def stop(self) -> None:
        """Wait until everything is done that was asked for."""
        self._asked.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (asked := self._asked.get()) is not None:
            work, future = asked
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - whoever asked gets it
                self._loop.call_soon_threadsafe(_fail, future, error)
            else:
                self._loop.call_soon_threadsafe(_settle, future, result)
            del asked, work, future


def _settle(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
