"""Key requests under way: one for each key, shared by the copies of a message, and bounded."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine

import structlog

from mkef.net.section import Count, Section
from mkef_codecs.errors import CodecError
from mtc.server.contexts import DeviceContext, KeyId
from mtc.server.keys import KeyRefused, KeyUnavailable

REFUSED_FOR_S = 60
RETRY_AFTER_S = 5

_log = structlog.get_logger()

Outcome = DeviceContext | KeyRefused | KeyUnavailable
Spawn = Callable[[Coroutine[None, None, Outcome]], "asyncio.Task[Outcome]"]


class LimitsSection(Section, frozen=True):
    """`[limits]`: what the server keeps in memory."""

    contexts: Count = 100_000  # security contexts
    pending: Count = 1_000  # key requests under way
    pending_per_source: Count = 64  # of these, from one source address
    refused: Count = 10_000  # refused first messages remembered for a minute


class KeyRequests:
    """Asks at most once for a key; `spawn` owns the tasks, which outlive who waits for them."""

    def __init__(self, limits: LimitsSection, *, spawn: Spawn, timer: Callable[[], float]) -> None:
        self._limits = limits
        self._spawn = spawn
        self._timer = timer
        self._pending: dict[KeyId, asyncio.Task[Outcome]] = {}
        self._per_source: Counter[str] = Counter()
        self._refused_until: OrderedDict[KeyId, float] = OrderedDict()  # soonest first

    async def share(
        self,
        key_id: KeyId,
        source: str,
        ask: Callable[[], Coroutine[None, None, DeviceContext]],
    ) -> DeviceContext:
        """The context of this key; `ask` runs unless it already does for a copy."""
        if self._is_refused(key_id):
            raise KeyRefused("refused a moment ago")
        task = self._pending.get(key_id) or self._start(key_id, source, ask)
        outcome = await asyncio.shield(task)
        if isinstance(outcome, DeviceContext):
            return outcome
        raise outcome

    def _start(
        self,
        key_id: KeyId,
        source: str,
        ask: Callable[[], Coroutine[None, None, DeviceContext]],
    ) -> asyncio.Task[Outcome]:
        if len(self._pending) >= self._limits.pending:
            raise KeyUnavailable("too many key requests", retry_after_s=RETRY_AFTER_S)
        if self._per_source[source] >= self._limits.pending_per_source:
            raise KeyUnavailable("too many key requests of one source", retry_after_s=RETRY_AFTER_S)
        task = self._spawn(_outcome(ask()))
        self._pending[key_id] = task
        self._per_source[source] += 1
        task.add_done_callback(lambda done: self._finish(key_id, source, done))
        return task

    def _finish(self, key_id: KeyId, source: str, task: asyncio.Task[Outcome]) -> None:
        del self._pending[key_id]
        self._per_source[source] -= 1
        if not self._per_source[source]:
            del self._per_source[source]
        if not task.cancelled() and isinstance(task.result(), KeyRefused):
            self._refuse(key_id)

    def _refuse(self, key_id: KeyId) -> None:
        self._refused_until[key_id] = self._timer() + REFUSED_FOR_S
        while len(self._refused_until) > self._limits.refused:
            self._refused_until.popitem(last=False)

    def _is_refused(self, key_id: KeyId) -> bool:
        now = self._timer()
        while self._refused_until and next(iter(self._refused_until.values())) <= now:
            self._refused_until.popitem(last=False)
        return key_id in self._refused_until


async def _outcome(asking: Coroutine[None, None, DeviceContext]) -> Outcome:
    """What became of a request, as a value: an exception would take the whole node down."""
    try:
        return await asking
    except (KeyRefused, KeyUnavailable) as answer:
        return answer
    except CodecError as error:
        return KeyRefused(str(error))
    except Exception:  # noqa: BLE001 - whatever fails in a key client, the server lives
        _log.exception("key request failed")
        return KeyUnavailable("key request failed", retry_after_s=RETRY_AFTER_S)
