"""Diameter servers and clients on asyncio: connections, reconnection, requests."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import structlog

from mkef.net.capture import Capture
from mkef.net.diameter_link import Context, Link, RequestFailed
from mkef.net.endpoint import Endpoint, NetworkError, listen_error
from mkef.net.running import Running
from mkef.net.sources import SYSTEM, Sources
from mkef.net.tasks import Tasks
from mkef.net.tls import TlsSection, make_context
from mkef.stack.diameter_events import LocalNode, Policy, Remote
from mkef_codecs.diameter.commands import Body, Message
from mkef_codecs.diameter.errors import DiameterError

COMMAND_UNSUPPORTED = 3001
UNABLE_TO_COMPLY = 5012
_HANDSHAKE_S = 10.0
_STOP_S = 3.0
_BACKOFF_S = (0.1, 10.0)  # first and longest pause between two attempts

Handler = Callable[[Message, Remote], Awaitable[Body]]

log = structlog.get_logger()


def local_node(
    origin_host: str, origin_realm: str, application: tuple[int, int], sources: Sources
) -> LocalNode:
    """A node's capabilities; Origin-State-Id is when it started (RFC 6733 clause 8.16)."""
    return LocalNode(
        origin_host=origin_host,
        origin_realm=origin_realm,
        applications=(application,),
        addresses=(),
        origin_state_id=int(sources.clock()),
    )


def require_tls(what: str, endpoint: Endpoint, *, tls: bool, insecure: bool) -> None:
    """Plain TCP leaves the loopback only where the configuration says so (protocol.md clause 5)."""
    if not (tls or insecure or endpoint.loopback):
        raise NetworkError(
            f"{what} {endpoint} is not on loopback and has no TLS: configure tls or insecure = true"
        )


class DiameterServer(Running):
    """Listens, and hands each request to `handler`."""

    def __init__(
        self,
        listen: Endpoint,
        local: LocalNode,
        handler: Handler,
        *,
        policy: Policy,
        tls: TlsSection | None,
        capture: Capture,
        peer_name: str,
        sources: Sources = SYSTEM,
    ) -> None:
        context = make_context(tls, server_side=True) if tls else None
        self._context = Context(local, policy, context, capture, peer_name, sources)
        self._listen = listen
        self._handler = handler
        self._links: set[Link] = set()
        self._tasks = Tasks()

    async def _start(self, stack: AsyncExitStack) -> None:
        stack.push_async_callback(self._stop)
        await stack.enter_async_context(self._tasks)
        loop = asyncio.get_running_loop()
        listen = self._listen
        try:
            self._server = await loop.create_server(self._accept, listen.host, listen.port)
        except OSError as error:
            raise listen_error("Diameter", listen, error) from None
        stack.push_async_callback(self._finish)

    async def _finish(self) -> None:
        """What is under way is answered before the DPR."""
        self._server.close()
        await self._tasks.settle(_STOP_S)

    async def _stop(self) -> None:
        await stop_links(self._links)

    @property
    def address(self) -> str:
        """Where it listens, with the port that was really taken."""
        host, port = self._server.sockets[0].getsockname()[:2]
        return str(Endpoint(host, port))

    def _accept(self) -> asyncio.Protocol:
        link = Link(self._context, initiator=False, requested=self._requested)
        self._links.add(link)
        link.ended.add_done_callback(lambda _: self._links.discard(link))
        asyncio.get_running_loop().call_later(_HANDSHAKE_S, link.expire_handshake)
        return link.channel

    def _requested(self, link: Link, message: Message) -> None:
        self._tasks.keep(self._serve(link, message))

    async def _serve(self, link: Link, message: Message) -> None:
        try:
            link.answer(await self._handler(message, link.remote), message.header)
        except DiameterError as error:
            link.refuse(message, error.result_code, str(error), error.failed_avp)
        except Exception:
            log.exception("request failed", command=message.header.command)
            link.refuse(message, UNABLE_TO_COMPLY, "internal error")


class DiameterClient(Running):
    """Keeps one peer connected and sends it requests."""

    def __init__(
        self,
        peer: Endpoint,
        local: LocalNode,
        *,
        policy: Policy,
        tls: TlsSection | None,
        capture: Capture,
        peer_name: str,
        sources: Sources = SYSTEM,
    ) -> None:
        context = make_context(tls, server_side=False) if tls else None
        self._context = Context(local, policy, context, capture, peer_name, sources)
        self._peer = peer
        self._sources = sources
        self._link: Link | None = None
        self._unreachable: str | None = None  # why the last attempt failed
        self._changed = asyncio.Condition()
        self._tasks = Tasks()
        # RFC 6733 clause 3: the high 12 bits are the time's, the others begin by chance.
        low = int.from_bytes(sources.octets(3), "big") & 0xFFFFF
        self._end_to_end = (int(sources.clock()) & 0xFFF) << 20 | low
        self._sessions = 0

    async def _start(self, stack: AsyncExitStack) -> None:
        await stack.enter_async_context(self._tasks)
        stack.push_async_callback(self._stop)
        self._keeper = self._tasks.keep(self._keep())

    async def _stop(self) -> None:
        self._keeper.cancel()
        await stop_links({self._link} if self._link else set())

    def new_session(self) -> str:
        """A Session-Id: identity, start time and a counter (RFC 6733 clause 8.8)."""
        self._sessions += 1
        local = self._context.local
        return f"{local.origin_host};{local.origin_state_id};{self._sessions}"

    async def request(self, body: Body, timeout_s: float) -> Body:
        """The answer, or RequestFailed; waits for a connection unless there is none to be had."""
        if self._unreachable is not None:
            raise RequestFailed(f"no connection to {self._peer}: {self._unreachable}")
        deadline = self._sources.timer() + timeout_s
        self._end_to_end = (self._end_to_end + 1) & 0xFFFFFFFF
        end_to_end = self._end_to_end
        try:
            link = await asyncio.wait_for(self.connected(), timeout_s)
        except TimeoutError:
            raise RequestFailed(f"no connection to {self._peer}") from None
        return await link.request(body, end_to_end, deadline - self._sources.timer())

    async def connected(self) -> Link:
        """The open connection; waits until there is one."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._link is not None and self._link.available)
        assert self._link is not None
        return self._link

    async def _keep(self) -> None:
        """Connect, stay, and connect again with growing pauses."""
        pause = _BACKOFF_S[0]
        while True:
            reason = self._unreachable = await self._connect_once()
            if reason is None:
                pause = _BACKOFF_S[0]
            else:
                log.warning("peer unreachable", peer=str(self._peer), reason=reason)
            await asyncio.sleep(pause * (0.75 + self._sources.octets(1)[0] / 510))
            pause = min(pause * 2, _BACKOFF_S[1])

    async def _connect_once(self) -> str | None:
        """Why there was no connection, or None after one has ended."""
        loop = asyncio.get_running_loop()
        link = Link(self._context, initiator=True, requested=self._refuse, recovered=self._notice)
        try:
            async with asyncio.timeout(_HANDSHAKE_S):
                await loop.create_connection(lambda: link.channel, *_pair(self._peer))
                either: list[asyncio.Future[Any]] = [link.opened, link.ended]
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:  # an OSError too
            link.channel.abort()
            return "no answer"
        except OSError as error:
            return _reason(error)
        except asyncio.CancelledError:
            link.channel.abort()
            raise
        if link.ended.done():
            return link.ended.result()
        self._link = link
        self._unreachable = None
        self._notice()
        await asyncio.wait([link.ended])  # cancelling the keeper leaves the link alone
        self._link = None
        return None

    def _notice(self) -> None:
        """Whoever waits for a connection looks again."""
        self._tasks.keep(self._notify())

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _refuse(self, link: Link, message: Message) -> None:
        link.refuse(message, COMMAND_UNSUPPORTED, "this node takes no requests")


def _pair(endpoint: Endpoint) -> tuple[str, int]:
    return endpoint.host, endpoint.port


def _reason(error: OSError) -> str:
    """The system's own words; errors of name resolution have other numbers and words."""
    number = error.errno or 0
    return os.strerror(number) if number > 0 else error.strerror or str(error)


async def stop_links(links: set[Link]) -> None:
    """DPR to all, and a bounded wait for their ends."""
    waiting = [link.ended for link in links]
    for link in list(links):
        link.stop()
    if waiting:
        _, late = await asyncio.wait(waiting, timeout=_STOP_S)
        for link in list(links):
            if link.ended in late:
                link.channel.abort()
