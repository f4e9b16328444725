"""A Diameter node on asyncio: listens, connects, serves and asks (RFC 6733)."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any
from weakref import WeakValueDictionary

import structlog
from msgspec.structs import replace

from mkef.net import sctp
from mkef.net.capture import Capture
from mkef.net.diameter_connector import Connector
from mkef.net.diameter_link import Link
from mkef.net.diameter_owner import (
    Context,
    Decline,
    Serve,
    Share,
    Shed,
    Unread,
    tell_declined,
    tell_unread,
)
from mkef.net.diameter_requests import Requests
from mkef.net.diameter_section import DiameterSection
from mkef.net.diameter_serving import Handler, Serving
from mkef.net.endpoint import Endpoint, NetworkError, listen_error
from mkef.net.running import Running
from mkef.net.sctp import SctpListener
from mkef.net.sctp_channel import SctpChannel
from mkef.net.sources import SYSTEM, Sources
from mkef.net.tasks import Tasks
from mkef.net.tls import TlsSection, make_context
from mkef.stack.diameter_events import Cause, LocalNode, Policy
from mkef.stack.diameter_routing import RoutingTable
from mkef.stack.peer_table import Claim, PeerTable
from mkef_codecs.diameter.commands import Body
from mkef_codecs.diameter.uri import DiameterUri

EXCHANGE_S = 10.0  # for CER, CEA and DPA
_HANDSHAKE_S = 10.0
_SETTLE_S = 20.0  # for requests under way: servers wait no longer (protocol.md clause 5)
_STOP_S = 3.0  # for DPA
_MAX_FOLLOWED = 8  # peers that only redirect indications named
_FOLLOWED_S = 600.0  # for which they stay connected

log = structlog.get_logger()


def local_node(
    section: DiameterSection, applications: tuple[tuple[int, int], ...], sources: Sources = SYSTEM
) -> LocalNode:
    """A node's capabilities, applications as (vendor, Auth-Application-Id).

    Origin-State-Id is when it started (RFC 6733 clause 8.16).
    """
    return LocalNode(
        origin_host=section.origin_host,
        origin_realm=section.origin_realm,
        applications=applications,
        addresses=(),
        origin_state_id=int(sources.clock()),
    )


class DiameterNode(Running):
    """One Diameter identity: its peers, its handlers by application, its requests.

    `expiry_of` says until when an answer may be repeated, in seconds since 1970. At a stop requests
    under way have `settle_s` to end.
    """

    def __init__(
        self,
        section: DiameterSection,
        local: LocalNode,
        *,
        listen: Endpoint | None = None,
        settle_s: float | None = None,
        handlers: Mapping[int, Handler] | None = None,
        shed: Shed | None = None,
        unread: Unread = tell_unread,
        declined: Decline = tell_declined,
        expiry_of: Callable[[Body], float | None] = lambda _body: None,
        capture: Capture,
        peer_name: str,
        sources: Sources = SYSTEM,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._section = section
        self._listen = listen
        self._settle_s = _SETTLE_S if settle_s is None else settle_s
        self._access = section.access
        self._sources = sources
        self._local = local
        self._shed = shed
        self._unread, self._declined = unread, declined
        self._accepting = self._context(capture, peer_name, _tls(section.tls, server_side=True))
        self._calling = self._context(capture, peer_name, _tls(section.tls, server_side=False))
        self._peers: PeerTable[Link] = PeerTable(section.origin_host)
        self._routing = RoutingTable(section.routes)
        self._connectors: dict[str, Connector] = {}
        self._tasks, self._calls = Tasks(), Tasks()
        self._links: set[Link] = set()
        self._server: asyncio.Server | None = None
        self._associations: SctpListener | None = None
        self._accepted = 0
        self.serving = 0
        self._shares: WeakValueDictionary[str, Share] = WeakValueDictionary()
        self._sessions = 0
        self._serving = Serving(
            handlers or {},
            self._tasks,
            duplicates_s=section.duplicates_s,
            expiry_of=expiry_of,
            sources=sources,
            counts=self.counts,
        )
        self.link_requested: Serve = self._serving.serve
        self._requests = Requests(
            self._routing,
            self._peers,
            self._connectors,
            follow=self._follow,
            sources=sources,
            counts=self.counts,
        )

    def _context(self, capture: Capture, peer_name: str, tls: ssl.SSLContext | None) -> Context:
        section = self._section
        return Context(
            local=self._local,
            policy=Policy(access=section.access, tw_s=section.watchdog_s, exchange_s=EXCHANGE_S),
            tls=tls,
            capture=capture,
            peer_name=peer_name,
            max_outstanding=section.max_outstanding,
            max_serving=section.max_serving,
            shed=self._shed,
            tell_unread=self._unread,
            tell_declined=self._declined,
            sources=self._sources,
            counts=self.counts,
        )

    async def _start(self, stack: AsyncExitStack) -> None:
        stack.callback(self._serving.stop)
        stack.push_async_callback(self._stop_links)
        await stack.enter_async_context(self._tasks)
        stack.push_async_callback(self._finish)
        if self._listen is not None:
            await self._open_listener(self._listen)
        if self._section.listen_sctp is not None:
            await self._open_sctp(self._section.listen_sctp)
        await stack.enter_async_context(self._calls)
        for peer in self._section.connect:
            self._call(peer.host, peer.address, over_sctp=peer.transport == "sctp")

    async def _open_listener(self, listen: Endpoint) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._accept, listen.host, listen.port)
        except OSError as error:
            raise listen_error("Diameter", listen, error) from None

    async def _open_sctp(self, listen: Endpoint) -> None:
        try:
            self._associations = SctpListener(await sctp.listen(listen), self._accept_sctp)
        except OSError as error:
            raise listen_error("Diameter", listen, error) from None

    async def _finish(self) -> None:
        """No new work; what is under way is answered before the DPR."""
        self._serving.stopping = True
        if self._server is not None:
            self._server.close()
        if self._associations is not None:
            self._associations.close()
        await self._tasks.settle(self._settle_s)

    async def _stop_links(self) -> None:
        """DPR to all, and a bounded wait for their ends."""
        links = list(self._links)
        for link in links:
            link.stop()
        if links:
            await asyncio.wait([link.ended for link in links], timeout=_STOP_S)
            for link in links:
                link.abandon("stopped")

    # What the programs call.

    @property
    def address(self) -> str:
        """Where it listens, with the port that was really taken."""
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()[:2]
        return str(Endpoint(host, port))

    @property
    def sctp_address(self) -> str | None:
        """Where it listens for associations."""
        return str(self._associations.endpoint) if self._associations else None

    @property
    def peers(self) -> list[str]:
        """The Origin-Hosts of the open connections."""
        return self._peers.hosts

    def new_session(self) -> str:
        """A Session-Id: identity, start time and a counter (RFC 6733 clause 8.8)."""
        self._sessions += 1
        return f"{self._local.origin_host};{self._local.origin_state_id};{self._sessions}"

    async def request(self, body: Body, timeout_s: float) -> Body:
        """The answer, or RequestFailed."""
        return await self._requests.send(body, timeout_s)

    async def connected(self) -> Link:
        """A connection to a peer that this node calls; waits until there is one."""
        return await self._requests.any_link()

    def reload(self, section: DiameterSection) -> None:
        """New certificates, peers and agents; who may stay keeps its connection.

        Everything else in the section needs a restart. What cannot be used raises NetworkError and
        changes nothing.
        """
        self.check_reload(section)
        tls = [_tls(section.tls, server_side=side) for side in (True, False)]
        access = self._access = section.access
        for context, made in zip((self._accepting, self._calling), tls, strict=True):
            context.tls = made
            context.policy = replace(context.policy, access=access)
        for link in list(self._links):
            self._admit(link)

    def check_reload(self, section: DiameterSection) -> None:
        """NetworkError for what only a restart can change."""
        if (section.tls is None) is not (self._section.tls is None):
            raise NetworkError("tls comes and goes with a restart only")

    def _admit(self, link: Link) -> None:
        """Who is not on the list, any more or since its CER, goes."""
        if not link.admit(self._access):
            link.stop(Cause.DO_NOT_WANT_TO_TALK_TO_YOU)

    # Connections.

    def _accept(self) -> asyncio.Protocol:
        if self._accepted >= self._section.max_connections:
            self.counts["connections_refused"] += 1
            return _TooMany()
        self._accepted += 1
        link = self._new_link(self._accepting)
        link.limit_handshake(_HANDSHAKE_S)
        return link.channel

    def _accept_sctp(self, sock: socket.socket) -> None:
        if self._accepted >= self._section.max_connections:
            self.counts["connections_refused"] += 1
            sock.close()
            return
        self._accepted += 1
        link = self._new_link(self._accepting, over_sctp=True)
        assert isinstance(link.channel, SctpChannel)
        try:
            link.channel.attach(sock)
        except OSError as error:
            link.abandon(error.strerror or str(error))

    def _new_link(self, context: Context, **options: Any) -> Link:
        link = Link(context, self, **options)
        self._links.add(link)
        return link

    def _call(
        self, host: str, addresses: tuple[Endpoint, ...], *, over_sctp: bool = False
    ) -> asyncio.Task[None]:
        """Keep a peer connected."""
        connector = Connector(
            host,
            addresses,
            over_sctp=over_sctp,
            make_link=self._make_call,
            present=self._present,
            changed=self._requests.notice,
            sources=self._sources,
        )
        self._connectors[host.lower()] = connector
        return self._calls.keep(connector.keep())

    def _make_call(self, host: str, *, reopened: bool, over_sctp: bool) -> Link:
        link = self._new_link(self._calling, expects=host, reopened=reopened, over_sctp=over_sctp)
        self._peers.attempt(host, link)
        return link

    def _present(self, host: str) -> asyncio.Future[str] | None:
        return next((link.ended for link in self._peers.connections(host)), None)

    def _follow(self, uri: DiameterUri) -> str | None:
        """The peer that a redirect indication names, called unless it is; None: not to be had."""
        host = uri.host.lower()
        if host in self._connectors:
            return host
        if self._serving.stopping:
            return None
        secure = self._calling.tls is not None
        followed = len(self._connectors) - len(self._section.connect)
        if uri.transport != "tcp" or uri.secure != secure or followed >= _MAX_FOLLOWED:
            self.counts["redirects_refused"] += 1
            log.warning("redirect not followed", host=uri.host, secure=uri.secure)
            return None
        calling = self._call(uri.host, (Endpoint(uri.host, uri.port),))
        self._calls.keep(self._unfollow(host, calling))
        return host

    async def _unfollow(self, host: str, calling: asyncio.Task[None]) -> None:
        await asyncio.sleep(_FOLLOWED_S)
        calling.cancel()
        del self._connectors[host]
        for link in list(self._peers.connections(host)):
            link.stop(Cause.DO_NOT_WANT_TO_TALK_TO_YOU)

    # What connections say (`Owner`).

    def link_share(self, host: str) -> Share:
        return self._shares.setdefault(host.lower(), Share())

    def link_claim(self, host: str) -> Claim:
        return self._peers.claim(host)

    def link_elected(self, host: str) -> None:
        rival = self._peers.rival(host)
        assert rival is not None
        rival.give_way()

    def link_opened(self, link: Link) -> None:
        assert link.remote is not None
        host = link.remote.origin_host
        self._peers.opened(host, link)
        self._routing.learn(host, link.remote.origin_realm)
        if link.initiator:
            for waiting in self._electing(host):
                waiting.give_way()
        self._admit(link)
        self._requests.notice()

    def link_ready(self) -> None:
        self._requests.notice()

    def link_suspected(self, link: Link) -> None:
        link.move(self._requests.movable)

    def link_ended(self, link: Link) -> None:
        self._links.discard(link)
        self._accepted -= not link.initiator
        if link.host is not None:
            self._peers.closed(link.host, link)
            if link.initiator:
                for waiting in self._electing(link.host):
                    waiting.win()
        self._requests.notice()

    def _electing(self, host: str) -> list[Link]:
        """Connections of a peer that wait for what becomes of our own attempt."""
        return [link for link in self._links if link.electing(host)]


class _TooMany(asyncio.Protocol):
    """A connection more than this node takes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.abort()


def _tls(section: TlsSection | None, *, server_side: bool) -> ssl.SSLContext | None:
    return make_context(section, server_side=server_side) if section else None
