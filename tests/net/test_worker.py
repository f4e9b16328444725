"""A thread that works for the loop: order, outcomes, and who gives up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from mkef.net.worker import Worker


@pytest.fixture
async def worker() -> Iterator[Worker]:
    made = Worker("test")
    yield made
    made.stop()


async def test_what_is_asked_for_is_done_in_order_elsewhere(worker: Worker) -> None:
    done: list[int] = []

    def work(n: int) -> tuple[int, str]:
        done.append(n)
        return n, threading.current_thread().name

    found = await asyncio.gather(*(worker(lambda n=n: work(n)) for n in range(100)))
    assert found == [(n, "test") for n in range(100)]
    assert done == list(range(100))


async def test_a_failure_is_told_to_whoever_asked_and_the_next_one_goes_on(worker: Worker) -> None:
    with pytest.raises(ZeroDivisionError):
        await worker(lambda: 1 // 0)
    assert await worker(lambda: 1) == 1


async def test_work_is_done_also_if_nobody_waits_any_more(worker: Worker) -> None:
    begin, done = threading.Event(), []
    worker(begin.wait)
    for outcome in (lambda: done.append(1), lambda: done.append(1 // 0)):
        worker(outcome).cancel()
    begin.set()
    assert await worker(lambda: list(done)) == [1]


async def test_stop_waits_for_what_was_asked() -> None:
    worker, done = Worker("test"), []
    worker(lambda: done.append(1))
    worker.stop()
    assert done == [1]
