"""Key requests of all front ends: copies joined, decided once, counted and logged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine, Mapping
from typing import Any

import structlog
from msgspec import Struct
from prometheus_client import Counter

from mkef.answers import Code, answer_of
from mkef.domain.errors import Overloaded, ProfileNotAllowed, QuotaExceeded, Refusal
from mkef.domain.keys import Grant, KeyEstablishment, KeyRequest
from mkef.net.alarm import Alarm
from mkef.net.sources import Sources
from mkef.ops.logging import CORRELATION, ZR_LEG
from mkef.ops.metrics import Metrics
from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.identity import Imsi, ServerId

SUCCESS = str(ResultCode.SUCCESS)
FORGET_S = 1.0  # at least, between two looks at what is not repeated any more

_Request = tuple[bytes, ServerId | None]  # what makes two requests copies of each other
_Copy = asyncio.Future[tuple[Grant | BaseException, Mapping[str, str]]]


class UnknownProfile(Struct, frozen=True):
    """A request whose profile is of a version that nobody here knows."""

    origin_host: str
    imsi: Imsi
    server_id: ServerId | None
    problem: str


class KeyService:
    """Answers key requests; one request to the HLR for copies of the same request."""

    def __init__(
        self, establishment: KeyEstablishment, *, sources: Sources, metrics: Metrics
    ) -> None:
        self._establishment = establishment
        self._log = structlog.get_logger().bind()  # not looked up for each line
        self._sources = sources
        self._metrics = metrics
        self._running: dict[_Request, list[_Copy]] = {}
        self._alarm = Alarm(sources.timer, self._forget)
        self._seconds = metrics.seconds["zk"]
        metrics.requests.begin(SUCCESS)
        self._quota_refusals = Counter(
            "mkef_quota_refusals", "Refusals by quota", ["quota"], registry=metrics.registry
        )

    def establish(
        self, question: KeyRequest | UnknownProfile, correlation: str
    ) -> Coroutine[Any, Any, Grant]:
        """The key, or a Refusal; `correlation` stands in every line of the log about it.

        To be awaited in any case. What is on record is asked for before that: requests that come
        together are looked up together, and none of them waits for it as a task.
        """
        started = self._sources.timer()
        return self._establish(question, self._grant(question), correlation, started)

    async def _establish(
        self,
        question: KeyRequest | UnknownProfile,
        granting: Awaitable[Grant],
        correlation: str,
        started: float,
    ) -> Grant:
        token = CORRELATION.set(correlation)
        ZR_LEG.set({})
        try:
            grant = await granting
        finally:
            CORRELATION.reset(token)
            self._seconds.observe(self._sources.timer() - started)
        self._granted(question, grant, correlation)
        return grant

    def _grant(self, question: KeyRequest | UnknownProfile) -> Awaitable[Grant]:
        if isinstance(question, UnknownProfile):
            return self._refuse_profile(question)
        request = question.digest, question.server_id
        copies = self._running.get(request)
        if copies is not None:
            copy: _Copy = asyncio.get_running_loop().create_future()
            copies.append(copy)
            return self._share(copy)
        granting = self._establishment.grant(question)
        copies = self._running[request] = []
        return self._ask_once(request, copies, granting)

    async def _share(self, copy: _Copy) -> Grant:
        """What becomes of the same request that is under way, and its leg to the HLR."""
        outcome, leg = await copy
        ZR_LEG.set(leg)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def _refuse_profile(self, question: UnknownProfile) -> Grant:
        """Whoever is not entitled does not learn which profiles there are."""
        await self._establishment.entitled(question.imsi, question.origin_host, question.server_id)
        raise ProfileNotAllowed(question.problem)

    async def _ask_once(
        self, request: _Request, copies: list[_Copy], granting: Awaitable[Grant]
    ) -> Grant:
        """Decide; copies of the request that come meanwhile share what becomes of it."""
        try:
            grant = await granting
        except asyncio.CancelledError:
            _settle(copies, Overloaded("the request that this is a copy of was given up"))
            raise
        except BaseException as error:
            _settle(copies, error)
            raise
        finally:
            del self._running[request]
        _settle(copies, grant)
        self._alarm.set(self._sources.timer() + self._establishment.same_answer_s)
        return grant

    def _forget(self, now: float) -> None:
        """Keys of answers leave the memory when their time is over, also when nobody asks."""
        until = self._establishment.forget(now)
        self._alarm.set(None if until is None else max(until, now + FORGET_S))

    def stop(self) -> None:
        """No timer is left behind."""
        self._alarm.cancel()

    def _granted(
        self, question: KeyRequest | UnknownProfile, grant: Grant, correlation: str
    ) -> None:
        assert isinstance(question, KeyRequest)
        self._metrics.requests.add(SUCCESS)
        self._log.info(
            "key released",
            correlation=correlation,
            imsi=question.imsi,
            server=question.origin_host,
            server_id=grant.server_id.value,
            profile=f"0x{question.profile.octet:02x}",
            strength_bits=grant.strength_bits,
            k_mtc_fingerprint=grant.k_mtc.fingerprint,
            **ZR_LEG.get(),
        )

    def refused(
        self,
        question: KeyRequest | UnknownProfile,
        refusal: Refusal,
        correlation: str,
        *,
        named: bool = False,
        peer: str = "",
    ) -> Code:
        """What to answer, counted and logged: the operator learns more than the server.

        `named`: the request has our identity in it, so no other MKEF is asked if this one is busy.
        `peer` is in the log where the request is of no server that has a name.
        """
        code, name = answer_of(refusal, named=named)
        self._metrics.requests.add(str(code))
        if isinstance(refusal, QuotaExceeded):
            self._quota_refusals.labels(refusal.quota).inc()
        host = question.origin_host
        asked_by = {"server": host} if host else {"peer": peer}
        self._log.warning(
            "key refused",
            correlation=correlation,
            imsi=question.imsi,
            **asked_by,
            answer=str(code),
            name=name,
            reason=str(refusal),
            **ZR_LEG.get(),
        )
        return code

    def turned_away(
        self, answer: str, name: str, reason: str, correlation: str | None, **known: str
    ) -> None:
        """A request that nothing is decided on: it cannot be read, or is not for this node.

        It is counted and logged as those that are refused. `known` is what is known of it: its
        `server`, or the `peer` that it came from.
        """
        self._metrics.requests.add(answer)
        if correlation is not None:
            known["correlation"] = correlation
        self._log.warning("key refused", answer=answer, name=name, reason=reason, **known)


def _settle(copies: list[_Copy], outcome: Grant | BaseException) -> None:
    for copy in copies:
        if not copy.done():
            copy.set_result((outcome, ZR_LEG.get()))
