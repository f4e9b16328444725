"""Prometheus metrics of one node, over HTTP when an address is configured."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server

from mkef.net.endpoint import Endpoint, listen_error
from mkef.ops.configuration import MetricsSection


class Metrics:
    """The numbers every node of ours counts: requests by outcome, seconds by leg."""

    def __init__(self, section: MetricsSection, program: str) -> None:
        self._listen = section.listen
        self.registry = CollectorRegistry()
        self.requests = Counter(
            f"{program}_requests", "Requests by outcome", ["outcome"], registry=self.registry
        )
        self.seconds = Histogram(
            f"{program}_seconds", "Seconds spent, by leg", ["leg"], registry=self.registry
        )

    def __enter__(self) -> Self:
        self._server = None
        if self._listen is not None:
            try:
                self._server, _ = start_http_server(
                    self._listen.port, self._listen.host, registry=self.registry
                )
            except OSError as error:
                raise listen_error("metrics", self._listen, error) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    @property
    def address(self) -> str | None:
        """Where it listens, with the port that was really taken."""
        if self._server is None:
            return None
        host, port = self._server.server_address[:2]
        return str(Endpoint(str(host), port))
