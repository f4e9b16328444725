"""The timer of a machine."""

from __future__ import annotations

import asyncio

from mkef.net.alarm import Alarm


async def test_it_rings_when_a_deadline_has_come() -> None:
    loop = asyncio.get_running_loop()
    rung: asyncio.Future[float] = loop.create_future()
    alarm = Alarm(loop.time, rung.set_result)
    deadline = loop.time() + 0.01
    alarm.set(deadline + 60)
    alarm.set(deadline)
    alarm.set(deadline + 60)  # moved away: it rings in vain once
    async with asyncio.timeout(10):
        assert await rung >= deadline - 0.001


async def test_it_rings_no_more() -> None:
    now, rung = 0.0, []
    alarm = Alarm(lambda: now, rung.append)
    for end in (alarm.cancel, lambda: alarm.set(None)):
        alarm.set(now)
        end()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert rung == []
    alarm.set(now)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert rung == [now]
