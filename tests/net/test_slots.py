"""A bounded number of requests at a time: who gets a slot, and when."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.net.slots import Slots


async def turn() -> None:
    """Whoever can go on does."""
    for _ in range(3):
        await asyncio.sleep(0)


def waiting(slots: Slots, count: int) -> list[asyncio.Task[bool]]:
    return [asyncio.create_task(slots.wait()) for _ in range(count)]


async def test_a_free_slot_goes_to_the_first_who_waits() -> None:
    slots = Slots(1)
    assert slots.take()
    assert not slots.take()
    first, second = waiting(slots, 2)
    await turn()
    slots.release()
    assert await first
    assert not slots.take()  # it was never free
    assert not second.done()
    slots.release()
    assert await second
    slots.release()
    assert slots.take()


async def test_a_recall_wakes_everybody_without_a_slot() -> None:
    slots = Slots(1)
    slots.take()
    callers = waiting(slots, 3)
    await turn()
    slots.recall()
    assert await asyncio.gather(*callers) == [False] * 3
    slots.release()
    assert slots.take()


@pytest.mark.parametrize("given_first", [False, True])
async def test_who_gives_up_takes_no_slot_along(given_first: bool) -> None:
    """Nor one that came in the same moment."""
    slots = Slots(1)
    slots.take()
    first, second = waiting(slots, 2)
    await turn()
    if given_first:
        slots.release()
    first.cancel()
    if not given_first:
        slots.release()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await second


@given(limit=st.integers(1, 3), steps=st.lists(st.sampled_from("twrxc"), max_size=40))
def test_no_slot_is_lost_or_made(limit: int, steps: list[str]) -> None:
    """Take, wait, release, recall (x) and cancel, in any order."""

    async def run() -> None:
        slots, taken, callers = Slots(limit), 0, list[asyncio.Task[bool]]()
        for step in steps:
            if step == "t":
                taken += slots.take()
            elif step == "w":
                callers += waiting(slots, 1)
            elif step == "r" and taken:
                taken -= 1
                slots.release()
            elif step == "x":
                slots.recall()
            elif callers:
                callers[-1].cancel()
            await asyncio.sleep(0)
        await turn()
        taken += sum(c.done() and not c.cancelled() and c.result() for c in callers)
        free = 0
        while slots.take():
            free += 1
        assert taken + free == limit
        for caller in callers:
            caller.cancel()

    asyncio.run(run())
