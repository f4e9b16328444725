"""Several MKEFs on one machine, each a node of its own (docs/decisions/0012-workers.md)."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import structlog
from msgspec.structs import replace

from mkef.config import KeysSection, MkefConfig, ZrSection
from mkef.net.endpoint import Endpoint
from mkef.net.running import Running
from mkef.net.section import Section
from mkef.net.tasks import Tasks
from mkef.ops.configuration import ConfigurationError
from mkef.ops.frame import EXIT_CONFIGURATION

RESTART_S = 1.0

log = structlog.get_logger()


def config_of(config: MkefConfig, worker: int) -> MkefConfig:
    """The configuration of the worker of a number, 1 and up; with one worker the file's own."""
    if config.workers == 1:
        return config
    identity = numbered(config.zk.origin_host, worker)
    metrics, http, file = config.metrics, config.http, config.capture.file
    return replace(
        config,
        zk=replace(
            config.zk,
            origin_host=identity,
            listen=_port(config.zk.listen, worker),
            listen_sctp=_port(config.zk.listen_sctp, worker),
        ),
        zr=_zr(config.zr, worker),
        keys=_share(config.keys, config.workers),
        http=None if http is None else replace(http, listen=_port(http.listen, worker)),
        metrics=replace(metrics, listen=_port(metrics.listen, worker)),
        capture=config.capture
        if file is None
        else replace(config.capture, file=file.with_stem(f"{file.stem}-{worker}")),
    )


def check_worker(config_file: Path, config: MkefConfig, worker: int) -> None:
    """Refuse a number that the configuration has no worker of."""
    if worker > config.workers:
        raise ConfigurationError(
            f"{config_file}: workers: {config.workers}, so there is no worker {worker}: "
            f"set it to {worker} or more, or --worker to {config.workers} or less"
        )


def _zr(zr: ZrSection, worker: int) -> ZrSection:
    """A point code and an application server of its own, so an End reaches who began."""
    changes: dict[str, Section] = {}
    if zr.sigtran is not None:
        context = zr.sigtran.routing_context
        changes["sigtran"] = replace(
            zr.sigtran,
            point_code=zr.sigtran.point_code + worker - 1,
            routing_context=None if context is None else context + worker - 1,
            listen=tuple(_port(endpoint, worker) for endpoint in zr.sigtran.listen),
            local_port=_next(zr.sigtran.local_port, worker),
        )
    if zr.diameter is not None:
        identity = numbered(zr.diameter.origin_host, worker)
        listen_sctp = _port(zr.diameter.listen_sctp, worker)
        changes["diameter"] = replace(zr.diameter, origin_host=identity, listen_sctp=listen_sctp)
    return replace(zr, **changes)


def _share(keys: KeysSection, workers: int) -> KeysSection:
    """What is under way in a worker is its part of the whole; quotas divide themselves."""
    counted = ("max_requests", "max_requests_per_server")
    return replace(keys, **{name: -(-getattr(keys, name) // workers) for name in counted})


def numbered(identity: str, worker: int) -> str:
    """The Diameter identity of a worker: `mkef.home` as `mkef-1.home`."""
    label, dot, rest = identity.partition(".")
    return f"{label}-{worker}{dot}{rest}"


def _port(endpoint: Endpoint | None, worker: int) -> Endpoint | None:
    """The next ports; 0 asks the system for each of them."""
    return endpoint and Endpoint(endpoint.host, _next(endpoint.port, worker))


def _next(port: int, worker: int) -> int:
    return port and port + worker - 1


class Workers(Running):
    """A process for each worker; one that ends by itself is started again."""

    def __init__(
        self, count: int, config_file: Path, settings: Sequence[str], *, stop_s: float
    ) -> None:
        """One that has not ended so many seconds after SIGTERM is killed."""
        self._count = count
        self._stop_s = stop_s
        options = [part for setting in settings for part in ("--set", setting)]
        self._command = (
            *(sys.executable, "-m", "mkef", "serve"),
            *("--config", str(config_file), *options),
        )
        self._processes: dict[int, asyncio.subprocess.Process] = {}
        self._stopping = asyncio.Event()

    async def _start(self, stack: AsyncExitStack) -> None:
        tasks = await stack.enter_async_context(Tasks())
        stack.push_async_callback(self._stop, tasks)
        for worker in range(1, self._count + 1):
            tasks.keep(self._keep(worker))

    @property
    def addresses(self) -> Mapping[str, Any]:
        """The workers say themselves where they listen."""
        return {"workers": self._count}

    def reload(self) -> None:
        """Each worker reads the file again."""
        for process in self._running:
            process.send_signal(signal.SIGHUP)

    @property
    def _running(self) -> list[asyncio.subprocess.Process]:
        return [p for p in self._processes.values() if p.returncode is None]

    async def _keep(self, worker: int) -> None:
        while not self._stopping.is_set():
            process = await asyncio.create_subprocess_exec(
                *self._command,
                *("--worker", str(worker), "--watched"),
                stdin=asyncio.subprocess.PIPE,  # which ends with this process, however it ends
            )
            self._processes[worker] = process
            if self._stopping.is_set():  # while it was started
                process.terminate()
            status = await process.wait()
            if self._stopping.is_set():
                return
            log.error("worker ended", worker=worker, pid=process.pid, status=status)
            if status == EXIT_CONFIGURATION:
                return  # which another start would not cure
            await asyncio.sleep(RESTART_S)

    async def _stop(self, tasks: Tasks) -> None:
        self._stopping.set()
        for process in self._running:
            process.send_signal(signal.SIGTERM)
        await tasks.settle(self._stop_s)
        for worker, process in self._processes.items():
            if process.returncode is None:
                process.kill()
                log.warning("worker killed", worker=worker, pid=process.pid, after_s=self._stop_s)
