"""Waiting for what a node shows only by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object]) -> None:
    """Let the loop run until it is so; the test's own time-out bounds it."""
    while not condition():  # noqa: ASYNC110 - nothing announces it
        await asyncio.sleep(0)
