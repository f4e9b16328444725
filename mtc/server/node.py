"""The MTC Server put together: CoAP on one side, a key client on the other, a record between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

from mkef.net.capture import Capture
from mkef.net.running import Running
from mkef.net.sources import SYSTEM, Sources
from mkef.net.tasks import Tasks
from mtc.server.coap import listening
from mtc.server.config import MtcServerConfig
from mtc.server.contexts import Contexts
from mtc.server.key_requests import RETRY_AFTER_S, KeyRequests
from mtc.server.keys import KeyClient
from mtc.server.reading import Reading
from mtc.server.reception import Reception, try_later
from mtc.server.record import Record


class _Handling:
    """One task for a message and the copies of it that come while it is handled.

    A copy ends the library's interest in the message before it: not so the work, nor the answer.
    """

    def __init__(self, reception: Reception, tasks: Tasks) -> None:
        self._reception = reception
        self._tasks = tasks
        self._running: dict[tuple[bytes | None, bytes], asyncio.Task[Any]] = {}

    async def respond(self, request: Any, source: str) -> Any:
        """The answer to a request, for the sender of this copy of it."""
        identity = (request.opt.oscore, request.payload)
        task = self._running.get(identity)
        if task is None:
            task = self._tasks.spawn(self._reception.answer(request, source))
            self._running[identity] = task
            task.add_done_callback(lambda _: self._running.pop(identity))
        await asyncio.wait([task])
        if task.cancelled():  # this node is stopping
            return try_later(RETRY_AFTER_S)
        return task.result().copy()


class MtcServerNode(Running):
    """Serves devices; `deliver` is the application, called once for each message."""

    def __init__(
        self,
        config: MtcServerConfig,
        keys: KeyClient,
        *,
        capture: Capture,
        deliver: Callable[[Reading], None],
        sources: Sources = SYSTEM,
    ) -> None:
        self._config = config
        self._keys = keys
        self._capture = capture
        self._deliver = deliver
        self._sources = sources
        self.addresses: Mapping[str, str] = {}

    async def _start(self, stack: AsyncExitStack) -> None:
        record = await stack.enter_async_context(Record(self._config.store, self._sources))
        tasks = Tasks()
        handling = _Handling(self._reception(record, tasks), tasks)
        local = await stack.enter_async_context(
            listening(
                self._config.listen,
                handling.respond,
                capture=self._capture,
                empty_ack_delay_s=self._config.empty_ack_delay_s,
            )
        )
        # Ended before the socket is closed: who waits for an answer still gets 5.03.
        await stack.enter_async_context(tasks)
        self.addresses = {"coap": str(local)}

    def _reception(self, record: Record, tasks: Tasks) -> Reception:
        limits = self._config.limits
        return Reception(
            self._config.server_id,
            self._keys,
            requests=KeyRequests(limits, spawn=tasks.spawn, timer=self._sources.timer),
            contexts=Contexts(limits.contexts, self._sources),
            record=record,
            deliver=self._deliver,
            sources=self._sources,
        )
