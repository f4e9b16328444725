"""The security contexts that the server holds, found by kid and kid context."""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from dataclasses import dataclass, field

from mkef.net.sources import Sources
from mkef_codecs.establishment import KidContext
from mkef_codecs.identity import Imsi
from mtc.oscore import SecurityContext
from mtc.server.keys import KeyGrant

KEEP_PREVIOUS_S = 60

KeyId = tuple[bytes, bytes]  # kid, kid context


@dataclass(slots=True, eq=False)
class DeviceContext:
    """One K_MTC of one device, and what has happened under it."""

    key_id: KeyId
    imsi: Imsi
    kid_context: KidContext
    grant: KeyGrant
    security: SecurityContext
    granted_at: float  # by the timer
    delivered: int = 0
    recorded: bool = False
    recording: asyncio.Lock = field(default_factory=asyncio.Lock)
    keep_until: float = math.inf  # by the timer; set when a newer context is confirmed


class Contexts:
    """At most `limit` contexts; of each device the newest confirmed one and the one before it."""

    def __init__(self, limit: int, sources: Sources) -> None:
        self._limit = limit
        self._sources = sources
        self._all: OrderedDict[KeyId, DeviceContext] = OrderedDict()  # least recently used first
        self._confirmed: dict[bytes, list[DeviceContext]] = {}  # by kid, newest first

    def __len__(self) -> int:
        return len(self._all)

    def find(self, kid: bytes, kid_context: bytes | None) -> tuple[DeviceContext, ...]:
        """The contexts that a request may be under, in the order to try them."""
        if kid_context is None:
            found = tuple(self._confirmed.get(kid, ()))
        else:
            exact = self._all.get((kid, kid_context))
            found = () if exact is None else (exact,)
        live = tuple(context for context in found if self._is_live(context))
        for dead in set(found) - set(live):
            self._drop(dead)
        for context in live:
            self._all.move_to_end(context.key_id)
        return live

    def add(self, context: DeviceContext) -> None:
        """Hold a context whose key was granted; no message has verified under it yet."""
        self._all[context.key_id] = context
        while self._all and (len(self._all) > self._limit or not self._is_live(self._oldest)):
            self._drop(self._oldest)

    def confirm(self, context: DeviceContext) -> None:
        """A message has verified: of a device's confirmed contexts, that of the latest key is the
        newest, so that a first message which comes late does not displace its successor."""
        confirmed = self._confirmed.get(context.key_id[0], [])
        if context in confirmed or context.key_id not in self._all:
            return
        ranked = sorted((context, *confirmed), key=lambda c: c.granted_at, reverse=True)
        self._confirmed[context.key_id[0]] = ranked
        until = self._sources.timer() + KEEP_PREVIOUS_S
        for previous in ranked[1:2]:
            previous.keep_until = min(previous.keep_until, until)
        for older in ranked[2:]:
            self._drop(older)

    @property
    def _oldest(self) -> DeviceContext:
        return next(iter(self._all.values()))

    def _is_live(self, context: DeviceContext) -> bool:
        expired = context.grant.expires_at <= self._sources.clock()
        return not expired and self._sources.timer() < context.keep_until

    def _drop(self, context: DeviceContext) -> None:
        self._all.pop(context.key_id, None)
        confirmed = self._confirmed.get(context.key_id[0], [])
        if context in confirmed:
            confirmed.remove(context)
        if not confirmed:
            self._confirmed.pop(context.key_id[0], None)
