"""Composition root of the HLR stub."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack, closing

import structlog

from hlr_stub.auc import Auc
from hlr_stub.audit import Audit
from hlr_stub.config import HlrConfig, HlrDiameterSection
from hlr_stub.diameter_service import DiameterService
from hlr_stub.directory import Directory
from hlr_stub.faults import Faults, list_faults
from hlr_stub.map_service import MapPeers, MapService
from hlr_stub.metrics import HlrMetrics
from hlr_stub.operations import Operations, Rules
from hlr_stub.reasons import VENDOR_3GPP
from hlr_stub.store import SubscriberStore
from hlr_stub.wrapping import Wrapping, load_transport_key
from mkef.net.capture import Capture
from mkef.net.diameter import DiameterNode, local_node
from mkef.net.endpoint import NetworkError
from mkef.net.running import Running
from mkef.net.sigtran import SigtranNode, SigtranSection
from mkef.net.sources import SYSTEM, Sources
from mkef.net.store import StoreError
from mkef.net.tasks import Tasks
from mkef.ops.logging import for_people
from mkef_codecs.generated.diameter import AIR, RIR
from mkef_codecs.lab import VENDOR

_log = structlog.get_logger()

LOOK_S = 1.0  # how often the store is asked for faults
COUNT_PAUSE = 100  # times as long as a count of all rows took is waited until the next one


class HlrNode(Running):
    """An HLR with AuC; entering it starts everything, leaving it stops everything."""

    def __init__(self, config: HlrConfig, *, sources: Sources = SYSTEM) -> None:
        self._config = config
        self._sources = sources
        self._metrics = HlrMetrics(config.metrics)
        self._sigtran: SigtranNode | None = None
        self._diameter: DiameterNode | None = None
        self._count_at = 0.0  # when subscribers are counted again
        self._faults = Faults(lambda: int.from_bytes(sources.octets(4), "big") / 2**32)

    async def _start(self, stack: AsyncExitStack) -> None:
        config = self._config
        key = load_transport_key(config.transport_key)
        self._directory = await stack.enter_async_context(Directory(config.store, key))
        await self._look_at_store()
        capture = stack.enter_context(
            closing(Capture(config.capture.file, node="hlr", clock=self._sources.clock))
        )
        audit = stack.enter_context(self._make_audit())
        await stack.enter_async_context(self._metrics)
        tasks = await stack.enter_async_context(Tasks())
        await self._read_faults()
        tasks.keep(self._watch_store())
        operations = self._make_operations()
        if config.sigtran is not None:
            sigtran = self._make_sigtran(config.sigtran, operations, audit, capture)
            self._sigtran = await stack.enter_async_context(sigtran)
        if config.diameter is not None:
            diameter = self._make_diameter(config.diameter, operations, audit, capture)
            self._diameter = await stack.enter_async_context(diameter)
            self._metrics.diameter("zr", self._diameter.counts)

    def reload(self, config: HlrConfig) -> None:
        """New certificates, peers and agents of Diameter; all else wants a restart."""
        if self._diameter is not None and config.diameter is not None:
            self._diameter.reload(config.diameter)

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where it listens."""
        found: dict[str, str] = {}
        if self._sigtran is not None:
            found |= self._sigtran.addresses
        if self._diameter is not None:
            found["diameter"] = self._diameter.address
        if self._metrics.address:
            found["metrics"] = self._metrics.address
        return found

    async def connected(self, timeout_s: float = 10.0) -> None:
        """Wait until a peer takes traffic."""
        if self._sigtran is not None and not await self._sigtran.wait_active(timeout_s):
            raise NetworkError(f"no peer takes traffic within {timeout_s:g} s")

    async def _look_at_store(self) -> None:
        """How many subscribers there are, and whether their keys can be read by whoever has it."""
        count, plain, unbound = await self._directory.ask(
            lambda store: (len(store), *map(store.count, (Wrapping.PLAIN, Wrapping.UNBOUND)))
        )
        self._metrics.subscribers.set(count)
        _log.info("subscribers", count=count, store=str(self._config.store))
        if plain:
            _log.warning(
                "keys in the clear",
                count=plain,
                remedy="configure [transport_key], then `hlr-stub rewrap`",
            )
        if unbound:
            _log.warning(
                "keys not bound to their subscribers", count=unbound, remedy="`hlr-stub rewrap`"
            )

    async def _watch_store(self) -> None:
        """What `hlr-stub fault` sets is in force within a second."""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self._read_faults()
                await self._count_subscribers()
            except StoreError as error:
                _log.warning("store not read", problem=str(error))

    async def _count_subscribers(self) -> None:
        """For one percent of the time at most, since a count looks at every row."""
        timer = self._sources.timer
        started = timer()
        if self._config.metrics.listen is None or started < self._count_at:
            return
        self._metrics.subscribers.set(await self._directory.ask(len))
        self._count_at = timer() + COUNT_PAUSE * (timer() - started)

    async def _read_faults(self) -> None:
        faults = await self._directory.ask(lambda store: list_faults(store.database))
        self._faults.replace(faults)
        self._metrics.faults.set(len(faults))

    def _make_audit(self) -> Audit:
        config = self._config
        logs = None if for_people(config.log) else sys.stderr
        where = config.audit.file or logs
        return Audit(where, self._sources.clock, show_imsi=config.log.show_imsi)

    def _make_operations(self) -> Operations:
        config = self._config
        rules = Rules(config.tag.octets, config.quota_per_hour, config.allow_comp128v1)
        auc = Auc(config.tag.octets, self._sources.octets)
        return Operations(self._directory, auc, rules, timer=self._sources.timer)

    def _make_sigtran(
        self, section: SigtranSection, operations: Operations, audit: Audit, capture: Capture
    ) -> SigtranNode:
        config = self._config
        peers = MapPeers(
            point_codes=frozenset(config.mkef_point_codes),
            global_titles=frozenset(config.mkef_global_titles),
            hosts=frozenset(config.mkef_hosts),
        )
        service = MapService(
            self._directory,
            operations,
            peers,
            self._faults,
            audit,
            variant=config.variant,
            count=self._metrics.count,
        )

        return SigtranNode(
            section,
            service=service,
            capture=capture,
            peer_name="mkef",
            knows_variant=config.variant,
            refused=service.argument_refused,
            sources=self._sources,
        )

    def _make_diameter(
        self, section: HlrDiameterSection, operations: Operations, audit: Audit, capture: Capture
    ) -> DiameterNode:
        section.require_tls("Diameter", section.listen)
        applications = ((VENDOR, RIR.APPLICATION), (VENDOR_3GPP, AIR.APPLICATION))
        local = local_node(section, applications, self._sources)
        service = DiameterService(
            operations,
            local,
            frozenset(section.mkefs),
            self._faults,
            audit,
            count=self._metrics.count,
        )
        return DiameterNode(
            section,
            local,
            listen=section.listen,
            handlers=service.handlers(variant=self._config.variant),
            unread=service.unread,
            capture=capture,
            peer_name="mkef",
            sources=self._sources,
        )


def open_subscribers(config: HlrConfig) -> SubscriberStore:
    """The store of a configuration, for commands that do not serve."""
    return SubscriberStore.open(config.store, load_transport_key(config.transport_key))
