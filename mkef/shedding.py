"""Key requests refused as they arrive while this MKEF is too busy: by their octets, unread.

A request that is refused must cost little of what a key costs, or refusals alone take all there is
(docs/decisions/0016-overload.md). So it is not decoded: the answer is its Session-Id and Proxy-Info
with octets that are always the same between them.
"""

from __future__ import annotations

from collections import Counter

import structlog

from mkef.answers import Code, answer_of
from mkef.domain.errors import Overloaded
from mkef.domain.load import Load
from mkef.net.alarm import Alarm
from mkef.net.sources import Sources
from mkef.ops.metrics import Metrics
from mkef.stack.diameter_access import Remote
from mkef.stack.diameter_base import refusal
from mkef.stack.diameter_events import LocalNode
from mkef.zk import answer
from mkef_codecs.diameter.avp import padded, scan
from mkef_codecs.diameter.errors import DiameterError
from mkef_codecs.diameter.header import (
    ERROR,
    LENGTH,
    PROXIABLE,
    REQUEST,
    RETRANSMITTED,
    Header,
    check_header,
)
from mkef_codecs.generated.diameter import MKR
from mkef_codecs.generated.dictionary import ROWS

SUMMARY_S = 1.0
REASON = "too much is under way"

_SESSION_ID = ROWS["Session-Id"].key
_DESTINATION_HOST = ROWS["Destination-Host"].key
_DESTINATION_REALM = ROWS["Destination-Realm"].key
_ROUTE_RECORD = ROWS["Route-Record"].key
_ROUTING = frozenset((_DESTINATION_HOST, _DESTINATION_REALM, _ROUTE_RECORD))
_PROXY_INFO = ROWS["Proxy-Info"].key
_ANY, _ANY_OCTETS = "busy", 12  # a Session-Id in the place of the request's
_FLAGS = REQUEST | ERROR
_MAX_OCTETS = 4096  # far more than a key request has; longer ones are quicker read whole
_NOBODY = Header(REQUEST | PROXIABLE, MKR.COMMAND, MKR.APPLICATION, 0, 0)

log = structlog.get_logger()


class _Answer:
    """An answer to no request in particular, and how often it was given to whom."""

    def __init__(self, code: Code, flags: int, avps: bytes, metrics: Metrics) -> None:
        self.code = str(code)
        self.given: Counter[str] = Counter()  # by the peer's Origin-Host, since the last summary
        self._flags = flags
        self._avps = avps[_ANY_OCTETS:]
        self._requests = metrics.requests
        self._requests.begin(self.code)

    def to(self, header: Header, session_id: bytes, proxy_info: bytes, peer: str) -> bytes:
        """The whole answer to a request, counted."""
        self.given[peer] += 1
        self._requests.add(self.code)
        flags = header.flags & PROXIABLE | self._flags
        avps = session_id + self._avps + proxy_info
        return header.answered(flags, avps)


class Shedding:
    """What a busy node answers; a line of the log each second says whom and how often.

    Whatever is not plainly a key request for this node is left to who reads it whole, and so is
    one that is sent again by a server with few under way: it may be among them.
    """

    def __init__(self, load: Load, local: LocalNode, *, sources: Sources, metrics: Metrics) -> None:
        self._load = load
        self._host = local.origin_host.lower().encode()
        self._realm = local.origin_realm.lower().encode()
        self._timer = sources.timer
        self._alarm = Alarm(sources.timer, self._summarize)
        overload, _ = answer_of(Overloaded())
        too_busy, _ = answer_of(Overloaded(), named=True)
        unnamed = answer(local, _ANY, overload, None, []).encode()
        named = refusal(local, _NOBODY, too_busy.value, REASON, session_id=_ANY)
        self._unnamed = _Answer(overload, 0, unnamed, metrics)
        self._named = _Answer(too_busy, ERROR, named[LENGTH:], metrics)

    def __call__(
        self, octets: bytes, header: Header, remote: Remote, under_way: int, of_peer: int
    ) -> bytes | None:
        """The answer to a request that came while so many are under way; None: it is taken on."""
        if not _is_key_request(header) or len(octets) > _MAX_OCTETS:
            return None
        own = 0 if remote.agent else of_peer  # an agent's are of many servers
        if header.flags & RETRANSMITTED:
            under_way = own  # it may be under way already: only who asks too much hears this
        if not self._load.busy(under_way, own):
            return None
        try:
            refused = self._refuse(octets, header, remote.origin_host)
        except DiameterError:
            return None
        if refused is not None:
            self._alarm.set(self._timer() + SUMMARY_S)
        return refused

    def _refuse(self, octets: bytes, header: Header, peer: str) -> bytes | None:
        check_header(octets, header)
        session_id, proxy_info, named = b"", b"", False
        for key, _, start, data, stop in scan(octets, LENGTH, len(octets)):
            if key == _SESSION_ID:
                session_id = padded(octets[start:stop])
            elif key == _PROXY_INFO:
                proxy_info += padded(octets[start:stop])
            elif key in _ROUTING:
                named |= key == _DESTINATION_HOST
                if self._misrouted(key, octets[data:stop].lower()):
                    return None
        if not session_id:
            return None
        given = self._named if named else self._unnamed
        return given.to(header, session_id, proxy_info, peer)

    def _misrouted(self, key: int, identity: bytes) -> bool:
        """Whether one of the routing AVPs wants another answer than this."""
        if key == _ROUTE_RECORD:
            return identity == self._host
        return identity != (self._host if key == _DESTINATION_HOST else self._realm)

    def _summarize(self, _now: float) -> None:
        for given in (self._named, self._unnamed):
            for server, count in given.given.items():
                log.warning(
                    "key requests refused",
                    server=server,
                    answer=given.code,
                    count=count,
                    reason=REASON,
                )
            given.given.clear()

    def stop(self) -> None:
        """No timer is left behind, and no count untold."""
        self._alarm.cancel()
        self._summarize(self._timer())


def _is_key_request(header: Header) -> bool:
    return (
        header.command == MKR.COMMAND
        and header.application == MKR.APPLICATION
        and header.flags & _FLAGS == REQUEST
    )
