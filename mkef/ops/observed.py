"""`/metrics`, `/healthz`, `/readyz` and `/status` of a node."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import generate_latest

from mkef.net.endpoint import Endpoint
from mkef.ops.http import HttpServer
from mkef.ops.metrics import Metrics

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def observe(metrics: Metrics, listen: Endpoint) -> HttpServer:
    """`/healthz` answers while the program runs, `/readyz` while nothing is wanting."""

    async def show_metrics(_request: web.Request) -> web.Response:
        body = generate_latest(metrics.registry)
        return web.Response(body=body, headers={"Content-Type": PROMETHEUS})

    async def show_health(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def show_readiness(_request: web.Request) -> web.Response:
        await metrics.look()
        wanting = metrics.wanting()
        text = "".join(f"{line}\n" for line in wanting) or "ready\n"
        return web.Response(text=text, status=503 if wanting else 200)

    async def show_status(_request: web.Request) -> web.Response:
        await metrics.look()
        return web.json_response(dict(metrics.status()))

    routes = [
        web.get("/metrics", show_metrics),
        web.get("/healthz", show_health),
        web.get("/readyz", show_readiness),
        web.get("/status", show_status),
    ]
    return HttpServer("metrics", listen, routes)
