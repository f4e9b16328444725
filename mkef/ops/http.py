"""An HTTP server for what programs other than Diameter nodes ask."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from contextlib import AsyncExitStack
from typing import Any, Self

from aiohttp import web
from aiohttp.typedefs import Middleware

from mkef.net.endpoint import Endpoint, listen_error
from mkef.net.running import Running

MOST_OCTETS = 65_536  # of a request's body
STOP_S = 3.0  # for requests under way, unless they may take longer


class _Renewed(ssl.SSLContext):
    """What a server listens with: each connection that begins has the TLS of the moment."""

    current: ssl.SSLContext

    def __new__(cls, _current: ssl.SSLContext) -> Self:
        return super().__new__(cls, ssl.PROTOCOL_TLS_SERVER)

    def __init__(self, current: ssl.SSLContext) -> None:
        self.current = current

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        """asyncio asks for this once for each connection."""
        return self.current.wrap_bio(*args, **options)


class HttpServer(Running):
    """Serves its routes on one address, over TLS with a context."""

    def __init__(
        self,
        name: str,
        listen: Endpoint,
        routes: Iterable[web.AbstractRouteDef],
        *,
        tls: ssl.SSLContext | None = None,
        middlewares: Iterable[Middleware] = (),
        stop_s: float = STOP_S,
    ) -> None:
        self._name = name
        self._listen = listen
        self._stop_s = stop_s
        self._tls = None if tls is None else _Renewed(tls)
        self._app = web.Application(middlewares=tuple(middlewares), client_max_size=MOST_OCTETS)
        self._app.add_routes(routes)

    def renew(self, tls: ssl.SSLContext) -> None:
        """Another certificate or authority, for connections from now on."""
        assert self._tls is not None
        self._tls.current = tls

    async def _start(self, stack: AsyncExitStack) -> None:
        runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=self._stop_s)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        listen = self._listen
        site = web.TCPSite(runner, listen.host, listen.port, ssl_context=self._tls)
        try:
            await site.start()
        except OSError as error:
            raise listen_error(self._name, listen, error) from None
        host, port = runner.addresses[0][:2]
        self.address = str(Endpoint(host, port))
