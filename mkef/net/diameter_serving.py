"""Requests that came, to their handlers; each once, and the same answer for the same request."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

import structlog
from msgspec import Struct
from msgspec.structs import replace

from mkef.net.alarm import Alarm
from mkef.net.diameter_link import Link
from mkef.net.sources import Sources
from mkef.net.tasks import Tasks
from mkef.stack.diameter_access import Remote
from mkef.stack.duplicates import Duplicates, Entry, Identity
from mkef_codecs.diameter.commands import Body, Encoded, Message
from mkef_codecs.diameter.errors import DiameterError
from mkef_codecs.diameter.header import LENGTH, RETRANSMITTED
from mkef_codecs.diameter.result_codes import ResultCode

_MAX_DUPLICATES = 65_536
_FORGET_S = 1.0  # at least, between two looks at what nobody asks for any more
_MAX_REMEMBERED = 4096  # octets of a request; a key request has 350
_MAX_WHOLE = 512  # which are remembered as they are; to digest a short one costs more than it saves
_END_TO_END = LENGTH - 4  # where the End-to-End Identifier stands

# The answer to a request, at once or later; a DiameterError is one too, and None is silence: for
# those who test the other side.
Handler = Callable[[Message, Remote], Body | Coroutine[Any, Any, Body | None] | None]


class _Refused(NamedTuple):
    result_code: int
    problem: str
    failed_avp: bytes = b""


class _Answered(Struct, frozen=True, gc=False):
    """An answer but for Proxy-Info, and until when the key in it holds, in seconds since 1970.

    Octets are a fraction of the values that they were made from, and many are kept.
    """

    encoded: Encoded
    expiry: float | None


_SILENCE = _Refused(0, "no answer at all")
_Outcome = _Answered | _Refused
_Copies = Entry[_Outcome, tuple[Link, Message]]

log = structlog.get_logger()


class Serving:
    """Hands each request to the handler of its application."""

    def __init__(
        self,
        handlers: Mapping[int, Handler],
        tasks: Tasks,
        *,
        duplicates_s: float,
        expiry_of: Callable[[Body], float | None],
        sources: Sources,
        counts: Counter[str],
    ) -> None:
        self._handlers = handlers
        self._tasks = tasks
        self._duplicates: Duplicates[_Outcome, tuple[Link, Message]] = Duplicates(
            duplicates_s, _MAX_DUPLICATES
        )
        self._expiry_of = expiry_of
        self._sources = sources
        self._counts = counts
        self._counts["retransmitted"] = 0
        self._alarm = Alarm(sources.timer, self._forget)
        self.stopping = False

    def serve(self, link: Link, message: Message, octets: bytes) -> None:
        """Answer a request, which came as `octets`, now or when its handler is done."""
        handler = self._handlers.get(message.header.application)
        if handler is None:
            link.decline(message, ResultCode.COMMAND_UNSUPPORTED, "this node takes no requests")
        elif self.stopping:
            link.decline(message, ResultCode.UNABLE_TO_DELIVER, "this node is stopping")
        else:
            copies = self._copies(link, message, octets)
            if copies is not None:
                self._handle(handler, link, message, copies)

    def _copies(self, link: Link, message: Message, octets: bytes) -> _Copies | None:
        """Where the request's outcome belongs; None if it is a copy, which is looked after.

        A request that is here already shares its answer (RFC 6733 clauses 3, 5.5.4), if the peer
        may speak for its origin: the answer is that origin's. Long requests are not remembered.
        """
        remote, body = link.remote, message.body
        assert remote is not None
        if message.header.flags & RETRANSMITTED:
            self._counts["retransmitted"] += 1
        believed = remote.speaks_for(
            getattr(body, "origin_host", ""), getattr(body, "route_record", ())
        )
        if not believed or len(octets) > _MAX_REMEMBERED:
            return Entry()
        identity, now = _identity(message, octets), self._sources.timer()
        copies = self._duplicates.find(identity, now)
        if copies is None:
            copies = self._duplicates.begin(identity, remote.origin_host.lower(), now)
            self._alarm.set(copies.deadline)
        elif self._expired(copies):
            copies.outcome = None  # handled again, and no younger for that
        else:
            self._repeat(copies, link, message)
            return None
        return copies

    def _expired(self, copies: _Copies) -> bool:
        """Whether it cannot be answered as before: it is too old, or was not answered."""
        outcome = copies.outcome
        if outcome is None or isinstance(outcome, _Refused):
            return outcome is _SILENCE
        return outcome.expiry is not None and outcome.expiry <= self._sources.clock()

    def _repeat(self, copies: _Copies, link: Link, message: Message) -> None:
        self._counts["duplicates"] += 1
        if copies.outcome is None:
            copies.waiting += ((link, message),)
        else:
            _answer(link, message, copies.outcome)

    def _handle(self, handler: Handler, link: Link, message: Message, copies: _Copies) -> None:
        assert link.remote is not None
        copies.waiting += ((link, message),)
        try:
            body = handler(message, link.remote)
        except Exception as error:  # noqa: BLE001 - the border between handlers and the wire
            _settle(copies, _refusal(error, message))
            return
        if asyncio.iscoroutine(body):
            self._tasks.keep(self._handle_later(body, message, copies))
        else:
            _settle(copies, self._outcome(body, message))

    async def _handle_later(
        self, handling: Coroutine[Any, Any, Body | None], message: Message, copies: _Copies
    ) -> None:
        try:
            body = await handling
        except asyncio.CancelledError:
            _settle(copies, _Refused(ResultCode.UNABLE_TO_DELIVER, "this node is stopping"))
            raise
        except Exception as error:  # noqa: BLE001 - the border between handlers and the wire
            _settle(copies, _refusal(error, message))
        else:
            _settle(copies, self._outcome(body, message))

    def _outcome(self, body: Body | None, message: Message) -> _Outcome:
        """What a handler has said; each copy has the Proxy-Info of its own way (clause 6.2)."""
        if body is None:
            return _SILENCE
        expiry = self._expiry_of(body)
        if getattr(body, "proxy_info", None):
            body = replace(body, proxy_info=[])  # type: ignore[type-var]
        try:
            return _Answered(Encoded.of(body), expiry)
        except DiameterError as error:
            return _refusal(error, message)

    def _forget(self, now: float) -> None:
        """Answers, and the keys in them, leave the memory when their time is over, many at once."""
        deadline = self._duplicates.forget(now)
        self._alarm.set(None if deadline is None else max(deadline, now + _FORGET_S))

    def stop(self) -> None:
        """No timer is left behind, and no key."""
        self._alarm.cancel()
        self._duplicates.clear()


def _refusal(error: Exception, message: Message) -> _Refused:
    if isinstance(error, DiameterError):
        return _Refused(error.result_code, str(error), error.failed_avp)
    log.error("request failed", command=message.header.command, exc_info=error)
    return _Refused(ResultCode.UNABLE_TO_COMPLY, "internal error")


def _identity(message: Message, octets: bytes) -> Identity:
    """The request but for what agents on the way have added (clauses 6.1.9, 6.2); a long one's
    digest."""
    body, rest = message.body, octets[_END_TO_END:]
    if getattr(body, "proxy_info", None) or getattr(body, "route_record", None):
        avps = replace(body, proxy_info=[], route_record=[]).encode()  # type: ignore[type-var]
        rest = rest[: LENGTH - _END_TO_END] + avps
    if len(rest) > _MAX_WHOLE:
        rest = blake2b(rest, digest_size=16).digest()
    return message.header.command, rest


def _settle(copies: _Copies, outcome: _Outcome) -> None:
    """One outcome for the request and for the copies that came meanwhile."""
    copies.outcome = outcome
    waiting, copies.waiting = copies.waiting, ()
    for link, message in waiting:
        _answer(link, message, outcome)


def _answer(link: Link, message: Message, outcome: _Outcome) -> None:
    if outcome is _SILENCE:
        link.keep_silent()
        return
    if isinstance(outcome, _Refused):
        link.refuse(message, *outcome)
        return
    try:
        link.answer(outcome.encoded, message.header, getattr(message.body, "proxy_info", ()))
    except DiameterError as error:  # an answer that no message can hold
        link.refuse(message, error.result_code, str(error), error.failed_avp)
