"""Composition root of the HLR stub."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack, closing

from hlr_stub.auc import Auc
from hlr_stub.config import HlrConfig
from hlr_stub.operations import Operations, Rules
from hlr_stub.subscribers import SubscriberStore
from mkef.net.capture import Capture
from mkef.net.endpoint import NetworkError
from mkef.net.running import Running
from mkef.net.sigtran import SigtranNode
from mkef.net.sources import SYSTEM, Sources
from mkef.ops.metrics import Metrics


class HlrNode(Running):
    """An HLR with AuC; entering it starts everything, leaving it stops everything."""

    def __init__(self, config: HlrConfig, *, sources: Sources = SYSTEM) -> None:
        self._config = config
        self._sources = sources
        self._metrics = Metrics(config.metrics, "hlr_stub")

    async def _start(self, stack: AsyncExitStack) -> None:
        store = stack.enter_context(closing(SubscriberStore(self._config.store)))
        capture = stack.enter_context(closing(self._make_capture()))
        await stack.enter_async_context(self._metrics)
        sigtran = self._make_sigtran(self._make_operations(store), capture)
        self._sigtran = await stack.enter_async_context(sigtran)

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where it listens."""
        metrics = self._metrics.address
        return {**self._sigtran.addresses, **({"metrics": metrics} if metrics else {})}

    async def connected(self, timeout_s: float = 10.0) -> None:
        """Wait until a peer takes traffic."""
        if not await self._sigtran.wait_active(timeout_s):
            raise NetworkError(f"no peer takes traffic within {timeout_s:g} s")

    def _make_capture(self) -> Capture:
        return Capture(self._config.capture.file, node="hlr", clock=self._sources.clock)

    def _make_operations(self, store: SubscriberStore) -> Operations:
        rules = rules_of(self._config)
        return Operations(
            store,
            Auc(rules.tag, self._sources.octets),
            rules,
            timer=self._sources.timer,
            count=lambda outcome: self._metrics.requests.labels(outcome).inc(),
        )

    def _make_sigtran(self, operations: Operations, capture: Capture) -> SigtranNode:
        return SigtranNode(
            self._config.sigtran,
            service=operations.send_authentication_info,
            capture=capture,
            peer_name="mkef",
            knows_variant=self._config.variant,
            sources=self._sources,
        )


def rules_of(config: HlrConfig) -> Rules:
    """What the configuration allows."""
    return Rules(
        point_codes=frozenset(config.mkef_point_codes),
        global_titles=frozenset(config.mkef_global_titles),
        hosts=frozenset(config.mkef_hosts),
        tag=config.tag.octets,
        quota_per_hour=config.quota_per_hour,
        variant=config.variant,
    )
