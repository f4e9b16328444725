"""Requests of this node: which peer gets them, and which next when that one fails."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from mkef.net.diameter_connector import Connector
from mkef.net.diameter_failures import RequestFailed, Undelivered, Unsent
from mkef.net.diameter_link import Link
from mkef.net.sources import Sources
from mkef.stack.diameter_routing import Destination, RoutingTable
from mkef.stack.peer_table import PeerTable
from mkef.stack.redirects import Redirects
from mkef_codecs.diameter.commands import Body
from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.diameter.uri import DiameterUri
from mkef_codecs.generated.diameter import ANSWER

_MAX_REDIRECTS = 3  # of one request

# A peer that answers so has not served the request: another one may (RFC 6733 clause 7.1.3).
_ELSEWHERE = {ResultCode.UNABLE_TO_DELIVER, ResultCode.TOO_BUSY}


@dataclass(slots=True)
class Sending:
    """One request on its way: the peers that it may go to, those that had it."""

    destination: Destination
    deadline: float
    hosts: list[str]
    tried: set[str] = field(default_factory=set)
    retransmitted: bool = False  # somebody may have it, and has not answered (clause 3)
    redirects: int = 0
    outcome: Body | RequestFailed | None = None  # of the last attempt

    @property
    def remaining(self) -> list[str]:
        """The peers that have not had it."""
        return [host for host in self.hosts if host not in self.tried]


class Requests:
    """Sends each request once to each peer at most, in the order of the routes."""

    def __init__(
        self,
        routing: RoutingTable,
        peers: PeerTable[Link],
        connectors: dict[str, Connector],
        *,
        follow: Callable[[DiameterUri], str | None],
        sources: Sources,
        counts: Counter[str],
    ) -> None:
        self._routing = routing
        self._peers = peers
        self._connectors = connectors
        self._follow = follow
        self._redirects = Redirects()
        self._timer = sources.timer
        self._counts = counts
        self._changed = asyncio.Event()
        # RFC 6733 clause 3: the high 12 bits are the time's, the others begin by chance.
        low = int.from_bytes(sources.octets(3), "big") & 0xFFFFF
        self._end_to_end = (int(sources.clock()) & 0xFFF) << 20 | low

    def notice(self) -> None:
        """Whoever waits for a connection looks again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def any_link(self) -> Link:
        """A connection over which requests can go; waits until there is one."""
        while (link := self._open(list(self._connectors), None)) is None:
            await self._changed.wait()
        return link

    async def send(self, body: Body, timeout_s: float) -> Body:
        """The answer, or RequestFailed; waits for a connection unless there is none to be had."""
        self._end_to_end = (self._end_to_end + 1) & 0xFFFFFFFF
        sending = self._begin(body, self._timer() + timeout_s)
        end_to_end = self._end_to_end
        while (link := await self._way(sending)) is not None:
            if not await self._take_slot(link, sending):
                continue
            assert link.host is not None
            sending.tried.add(link.host.lower())
            try:
                answer = await self._send(link, body, end_to_end, sending)
            except Undelivered as failure:
                sending.outcome = failure
                sending.retransmitted |= not isinstance(failure, Unsent)
                self._counts["failed_over"] += 1
                continue
            sending.outcome = answer
            if not self._goes_on(sending, answer):
                return answer
        if isinstance(sending.outcome, RequestFailed):
            raise sending.outcome
        assert sending.outcome is not None
        return sending.outcome

    def _begin(self, body: Body, deadline: float) -> Sending:
        destination = Destination.of(body)
        hosts = self._routing.candidates(destination)
        sending = Sending(destination, deadline, hosts)
        self._redirect(sending, self._remembered(destination, next(iter(hosts), None)))
        return sending

    def _remembered(self, destination: Destination, next_hop: str | None) -> list[DiameterUri]:
        """Where earlier indications lead; a host out of reach is forgotten (clause 6.14)."""
        uris = self._redirects.find(destination, next_hop, self._timer())
        lost = [uri for uri in uris if self._out_of_reach(uri.host)]
        for uri in lost:
            self._redirects.forget(uri.host)
        return [uri for uri in uris if uri not in lost]

    def _out_of_reach(self, host: str) -> bool:
        way = self._connectors.get(host.lower())
        return way is not None and way.unreachable is not None

    async def _take_slot(self, link: Link, sending: Sending) -> bool:
        """Wait while the peer has as many requests as it may; false if it is not to be trusted
        any more."""
        if link.slots.take():
            return True
        self._counts["held_back"] += 1
        try:
            async with asyncio.timeout(sending.deadline - self._timer()):
                taken = await link.slots.wait()
        except TimeoutError:
            raise RequestFailed("timed out: too many requests to this peer") from None
        if taken and not (link.available or link.reopening):
            link.slots.release()
            return False
        return taken

    async def _send(self, link: Link, body: Body, end_to_end: int, sending: Sending) -> Body:
        """One attempt, in a slot that is taken."""
        try:
            return await link.request(
                body, end_to_end, sending.deadline, sending, retransmitted=sending.retransmitted
            )
        finally:
            link.slots.release()

    def _goes_on(self, sending: Sending, answer: Body) -> bool:
        """Whether an answer leads to another peer: a redirect, or one that cannot serve it."""
        if not isinstance(answer, ANSWER):
            return False
        if answer.result_code == ResultCode.REDIRECT_INDICATION:
            sending.redirects += 1
            if sending.redirects > _MAX_REDIRECTS:
                return False
            hosts = self._redirects.learn(sending.destination, answer, self._timer())
            return self._redirect(sending, hosts)
        return answer.result_code in _ELSEWHERE and self.movable(sending)

    def _redirect(self, sending: Sending, uris: list[DiameterUri]) -> bool:
        """The peers that an indication names take the place of the routes."""
        followed = (self._follow(uri) for uri in uris)
        hosts = [host for host in followed if host is not None]
        if hosts:
            sending.hosts = hosts
            self._counts["redirected"] += 1
        return bool(hosts) and bool(sending.remaining)

    async def _way(self, sending: Sending) -> Link | None:
        """An open connection to a peer that has not had the request.

        Waits for one as long as nothing was sent and somebody may still be reached; after that
        only who is connected counts.
        """
        while True:
            changed = self._changed
            remaining = sending.remaining
            link = self._open(remaining, sending.destination.application)
            if link is not None or self._settled(sending, remaining):
                return link
            try:
                async with asyncio.timeout(sending.deadline - self._timer()):
                    await changed.wait()
            except TimeoutError:
                raise RequestFailed(self._why(remaining, sending)) from None

    def _settled(self, sending: Sending, remaining: list[str]) -> bool:
        """Whether there is no use in waiting; raises why when nothing was sent at all."""
        ways = [self._connectors[host] for host in remaining if host in self._connectors]
        if sending.outcome is not None and not _is_redirect(sending.outcome):
            return True
        if any(self._may_serve(way, sending) for way in ways):
            return False
        if sending.outcome is not None:
            return True
        if not ways:
            where = sending.destination.host or f"realm {sending.destination.realm}"
            raise RequestFailed(f"no route to {where}")
        raise RequestFailed(self._why(remaining, sending))

    def _why(self, hosts: list[str], sending: Sending) -> str:
        ways = [self._connectors[host] for host in hosts if host in self._connectors]
        return (
            f"no connection to {'; '.join(f'{way}: {self._fault(way, sending)}' for way in ways)}"
        )

    def _fault(self, way: Connector, sending: Sending) -> str:
        """Why a peer has not got the request."""
        if not self._peers.connections(way.host):
            return way.unreachable or "not connected yet"
        doubtful = self._may_serve(way, sending)
        return "it does not answer" if doubtful else "the application is not offered there"

    def _may_serve(self, way: Connector, sending: Sending) -> bool:
        """Whether a peer is not here yet, or offers the application of a request."""
        links = self._peers.connections(way.host)
        if not links:
            return way.connecting
        return any(_serves(link, sending.destination.application) for link in links)

    def _open(self, hosts: list[str], application: int | None) -> Link | None:
        """The first peer that is trusted; else one that is only just back.

        One that has not offered the application is passed by (RFC 6733 clause 2.7).
        """
        every = (link for host in hosts for link in self._peers.connections(host))
        links = [link for link in every if application is None or _serves(link, application)]
        for link in links:
            if link.available:
                return link
        return next((link for link in links if link.reopening), None)

    def movable(self, sending: Sending) -> bool:
        """Whether a request that waits for a doubtful peer can go to another one."""
        return self._open(sending.remaining, sending.destination.application) is not None


def _serves(link: Link, application: int) -> bool:
    return link.remote is not None and link.remote.serves(application)


def _is_redirect(outcome: Body | RequestFailed) -> bool:
    return isinstance(outcome, ANSWER) and outcome.result_code == ResultCode.REDIRECT_INDICATION
