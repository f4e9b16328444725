"""The composition root: the one place where the MKEF's rooms meet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import structlog

from mkef import hlr_states
from mkef.config import HlrSection, KeysSection, MkefConfig, MkefSigtranSection
from mkef.domain.breaker import Breaker
from mkef.domain.hlrs import Hlr, Hlrs
from mkef.domain.keys import KeyEstablishment, Policy
from mkef.domain.load import Load
from mkef.domain.quotas import Limits
from mkef.domain.routing import Route, RoutingTable
from mkef.gauges import Gauges
from mkef.net.capture import Capture
from mkef.net.database import StoreError
from mkef.net.diameter import DiameterNode, local_node
from mkef.net.diameter_section import DiameterSection
from mkef.net.endpoint import NetworkError
from mkef.net.running import Running
from mkef.net.sigtran import SigtranNode
from mkef.net.sources import SYSTEM, Sources
from mkef.net.store import Store
from mkef.net.tasks import Tasks
from mkef.net.tls import make_context
from mkef.ops.metrics import Metrics
from mkef.records.availability import Availability
from mkef.records.ledger import SqlLedger
from mkef.records.lookup import SqlLookup
from mkef.records.reading import NAME, Records
from mkef.records.schema import MIGRATIONS
from mkef.service import KeyService
from mkef.shedding import Shedding
from mkef.stack.sccp_translation import E212
from mkef.zk import ZkFront, key_expiry
from mkef.zr import MapHlr
from mkef.zr_diameter import DiameterHlr
from mkef_codecs.generated.diameter import MKR, RIR
from mkef_codecs.identity import Imsi
from mkef_codecs.lab import VENDOR
from mkef_codecs.ss7.map_auth import Encoding
from mkef_codecs.ss7.sccp import GlobalTitle, SccpAddress

if TYPE_CHECKING:
    from mkef.ops.http import HttpServer  # aiohttp takes 0.2 s to import

HOUSEKEEPING_S = 10.0
COUNTING_S = 3600.0

log = structlog.get_logger()


class MkefNode(Running):
    """One MKEF: Diameter towards MTC Servers, MAP towards the HLRs, a store of its records."""

    def __init__(
        self, config: MkefConfig, *, sources: Sources = SYSTEM, capture: Capture | None = None
    ) -> None:
        zk = config.zk
        zk.require_tls("Zk", zk.listen)
        self._config = config
        self._sources = sources
        self._capture = capture or Capture(config.capture.file, node="mkef", clock=sources.clock)
        self._metrics = Metrics(
            config.metrics,
            "mkef",
            look=self._look,
            wanting=self._wanting,
            status=self._status,
        )

    async def _start(self, stack: AsyncExitStack) -> None:
        stack.callback(self._capture.close)
        records = await stack.enter_async_context(Records(self._config.store))
        self._ledger = SqlLedger(
            records,
            remember_s=self._config.keys.remember_s,
            timer=self._sources.timer,
            observe=self._metrics.seconds["ledger"].observe,
        )
        zr = self._config.zr
        self._sigtran, self._diameter = None, None
        if zr.sigtran is not None:
            self._sigtran = await stack.enter_async_context(self._make_sigtran(zr.sigtran))
        if zr.diameter is not None:
            self._diameter = await stack.enter_async_context(self._make_diameter(zr.diameter))
        self._hlrs = self._make_hlrs()
        self._establishment = self._make_establishment(SqlLookup(records))
        tasks = await stack.enter_async_context(Tasks())
        self._availability = Availability(records, self._ledger, tasks)
        tasks.keep(self._keep_house())
        tasks.keep(self._count_ledger())
        service = KeyService(self._establishment, sources=self._sources, metrics=self._metrics)
        stack.callback(service.stop)
        server = self._make_server(service)
        stack.callback(self._shedding.stop)
        self._server = await stack.enter_async_context(server)
        self._http = await self._start_http(stack, service)
        self._metrics.diameter("zk", self._server.counts)
        if self._diameter is not None:
            self._metrics.diameter("zr", self._diameter.counts)
        self._metrics.registry.register(self._gauges())
        await stack.enter_async_context(self._metrics)

    async def connected(self, timeout_s: float = 10.0) -> None:
        """Wait until there is a way to the HLR."""
        try:
            async with asyncio.timeout(timeout_s):
                if self._diameter is not None:
                    await self._diameter.connected()
        except TimeoutError:
            raise NetworkError(f"no way to the HLR within {timeout_s:g} s") from None
        if self._sigtran is not None and not await self._sigtran.wait_active(timeout_s):
            raise NetworkError(f"no way to the HLR within {timeout_s:g} s")

    def reload(self, config: MkefConfig) -> None:
        """New certificates, and peers and agents of Diameter; all else wants a restart."""
        http, section = self._http, config.http
        tls = make_context(section.tls, server_side=True) if http and section else None
        zr = config.zr.diameter
        if self._diameter is not None and zr is not None:
            self._diameter.check_reload(zr)
        self._server.reload(config.zk)
        if self._diameter is not None and zr is not None:
            self._diameter.reload(zr)
        if http is not None and tls is not None:
            http.renew(tls)

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where it listens."""
        http = self._http.address if self._http is not None else None
        others = {"http": http, "metrics": self._metrics.address}
        return {
            "zk": self._server.address,
            **(self._sigtran.addresses if self._sigtran else {}),
            **{name: address for name, address in others.items() if address},
        }

    def _gauges(self) -> Gauges:
        return Gauges(
            hlrs=self._hlrs.states,
            under_way=lambda: self._establishment.load.total,
            let_in=lambda: self._establishment.load.limit.current,
            ledger=lambda: self._ledger.rows,
            peers=lambda: self._server.peers,
            associations=self._associations,
        )

    async def _look(self) -> None:
        await self._availability.look()

    def _wanting(self) -> Sequence[str]:
        """What keeps this MKEF from releasing keys."""
        wanting = []
        if self._sigtran is not None and not self._sigtran.active:
            wanting.append("no signalling association is active")
        if self._diameter is not None and not self._diameter.peers:
            wanting.append("no Diameter peer is a way to an HLR")
        hlrs_wanting = hlr_states.wanting(self._hlrs.states())
        if hlrs_wanting is not None:
            wanting.append(hlrs_wanting)
        if self._availability.problem is not None:
            wanting.append(f"the store is unavailable: {self._availability.problem}")
        return wanting

    def _status(self) -> Mapping[str, Any]:
        """For `mkef status`."""
        return {
            "origin_host": self._config.zk.origin_host,
            "addresses": dict(self.addresses),
            "wanting": list(self._wanting()),
            "peers": [*self._server.peers, *(self._diameter.peers if self._diameter else ())],
            "associations": list(self._associations()),
            "hlrs": {name: state.value for name, state in self._hlrs.states().items()},
            "requests_under_way": self._establishment.load.total,
            "requests": self._metrics.outcomes(),
        }

    def _associations(self) -> Sequence[str]:
        return () if self._sigtran is None else self._sigtran.active

    def _make_sigtran(self, section: MkefSigtranSection) -> SigtranNode:
        return SigtranNode(
            section,
            service=None,
            capture=self._capture,
            peer_name="hlr",
            sources=self._sources,
        )

    def _make_diameter(self, section: DiameterSection) -> DiameterNode:
        section.require_tls("Zr to")
        return DiameterNode(
            section,
            local_node(section, ((VENDOR, RIR.APPLICATION),), self._sources),
            capture=self._capture,
            peer_name="hlr",
            sources=self._sources,
        )

    def _make_hlrs(self) -> Hlrs:
        zr = self._config.zr
        return Hlrs(
            {name: self._make_hlr(section) for name, section in zr.hlr.items()},
            routing_table(zr.hlr),
            self._sources.timer,
            patience_s=zr.patience_s,
            new_breaker=lambda: Breaker(zr.breaker_failures, zr.breaker_open_s),
            observe=self._metrics.seconds["zr"].observe,
            watch=hlr_states.HlrLog(),
        )

    def _make_hlr(self, section: HlrSection) -> Hlr:
        over_map = section.destination_realm is None
        return self._over_map(section) if over_map else self._over_diameter(section)

    def _over_map(self, section: HlrSection) -> MapHlr:
        assert self._sigtran is not None
        encoding, address = Encoding(section.encoding), address_of(section)
        return MapHlr(self._sigtran, address, encoding, timeout_s=section.timeout_s)

    def _over_diameter(self, section: HlrSection) -> DiameterHlr:
        zr = self._config.zr.diameter
        assert self._diameter is not None
        assert zr is not None
        assert section.destination_realm is not None
        realm, host = section.destination_realm, section.destination_host
        return DiameterHlr(self._diameter, zr, realm, host, section.timeout_s)

    def _make_establishment(self, lookup: SqlLookup) -> KeyEstablishment:
        keys, timer = self._config.keys, self._sources.timer
        return KeyEstablishment(
            policy_of(keys, self._config.workers),
            lookup,
            self._ledger,
            self._hlrs,
            load=Load(keys.max_requests, keys.max_requests_per_server),
            clock=self._sources.clock,
            timer=timer,
        )

    async def _start_http(self, stack: AsyncExitStack, service: KeyService) -> HttpServer | None:
        """The server of keys over HTTP, if it is configured."""
        section = self._config.http
        if section is None:
            return None
        from mkef.http_front import HttpFront  # noqa: PLC0415 - aiohttp, as above

        front = HttpFront(service, sources=self._sources)
        tls = make_context(section.tls, server_side=True)
        return await stack.enter_async_context(
            front.server(section.listen, tls, stop_s=self._config.settle_s)
        )

    def _make_server(self, service: KeyService) -> DiameterNode:
        zk = self._config.zk
        local = local_node(zk, ((VENDOR, MKR.APPLICATION),), self._sources)
        self._shedding = Shedding(
            self._establishment.load, local, sources=self._sources, metrics=self._metrics
        )
        front = ZkFront(local, service, sources=self._sources)
        return DiameterNode(
            zk,
            local,
            listen=zk.listen,
            settle_s=self._config.settle_s,
            shed=self._shedding,
            handlers={MKR.APPLICATION: front},
            unread=front.unread,
            declined=front.declined,
            expiry_of=key_expiry,
            # Zk is tapped at the MTC Server: each leg at one end.
            capture=Capture(None, node="mkef", clock=self._sources.clock),
            peer_name="mtc-server",
            sources=self._sources,
        )

    async def _count_ledger(self) -> None:
        """For the metrics, on a connection of its own: ten million rows take a second."""
        while True:
            try:
                async with Store(self._config.store, MIGRATIONS, NAME) as store:
                    await store.run(self._ledger.count)
            except StoreError as error:
                log.warning("store unavailable", problem=str(error))
            await asyncio.sleep(COUNTING_S)

    async def _keep_house(self) -> None:
        """What is not needed any more leaves the store, a little at a time."""
        while True:
            await asyncio.sleep(HOUSEKEEPING_S)
            try:
                await self._ledger.forget(self._sources.clock())
            except StoreError as error:
                log.warning("store unavailable", problem=str(error))


def routing_table(hlrs: Mapping[str, HlrSection]) -> RoutingTable:
    """Who has the IMSIs of which prefix."""
    return RoutingTable.of(
        Route(prefix, name, section.priority)
        for name, section in hlrs.items()
        for prefix in section.prefixes or ("",)
    )


def address_of(section: HlrSection) -> SccpAddress | Callable[[Imsi], SccpAddress]:
    """By point code and SSN, by global title, or by the IMSI for one (E.212)."""
    if section.by_imsi:
        return lambda imsi: titled(GlobalTitle(imsi.digits, numbering_plan=E212), section.ssn)
    if section.global_title is None:
        return SccpAddress(ssn=section.ssn, point_code=section.point_code)
    return titled(GlobalTitle(section.global_title), section.ssn)


def titled(title: GlobalTitle, ssn: int) -> SccpAddress:
    """A called party for somebody to translate."""
    return SccpAddress(ssn, None, title, route_on_ssn=False)


def policy_of(keys: KeysSection, workers: int) -> Policy:
    """What the operator decides."""
    return Policy(
        tag=keys.tag.octets,
        lifetime_s=keys.lifetime_s,
        same_answer_s=keys.same_answer_s,
        limits=Limits(
            failures=keys.failures_per_hour,
            requests=keys.requests_per_hour,
            server_failures=keys.server_failures_per_hour,
            workers=workers,
        ),
    )
