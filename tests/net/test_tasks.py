"""Tasks that end with their owner."""

from __future__ import annotations

import asyncio

from mkef.net.tasks import Tasks


async def test_what_was_kept_last_is_cancelled_too() -> None:
    """Also what has not begun when the owner leaves: it begins, and hears of it."""
    heard: list[str] = []

    async def work(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            heard.append(name)

    async with asyncio.timeout(5), Tasks() as tasks:
        tasks.keep(work("early"))
        await asyncio.sleep(0)
        tasks.keep(work("late"))
    assert sorted(heard) == ["early", "late"]


async def test_a_failure_ends_nothing_else() -> None:
    done = asyncio.Event()

    async def fail() -> None:
        raise ValueError("a mistake")

    async def finish() -> None:
        done.set()

    async with asyncio.timeout(5), Tasks() as tasks:
        tasks.keep(fail())
        await asyncio.sleep(0)
        tasks.keep(finish())
        await done.wait()
