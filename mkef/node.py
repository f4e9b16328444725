"""The composition root: the one place where the MKEF's rooms meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from mkef.config import KeysSection, MkefConfig
from mkef.domain.entitlement import (
    Entitlement,
    EntitlementError,
    EntitlementRegistry,
    read_entitlements,
)
from mkef.domain.freshness import FreshnessLedger
from mkef.domain.keys import KeyEstablishment, Policy
from mkef.net.capture import Capture
from mkef.net.diameter import DiameterServer, local_node, require_tls
from mkef.net.endpoint import NetworkError
from mkef.net.running import Running
from mkef.net.sigtran import SigtranNode
from mkef.net.sources import SYSTEM, Sources
from mkef.ops.configuration import ConfigurationError
from mkef.ops.metrics import Metrics
from mkef.stack import diameter_events
from mkef.zk import KeyService
from mkef.zr import MapHlr
from mkef_codecs.generated.diameter import MKR
from mkef_codecs.lab import VENDOR
from mkef_codecs.ss7.map_auth import Encoding
from mkef_codecs.ss7.sccp import SccpAddress


class MkefNode(Running):
    """One MKEF: Diameter towards MTC Servers, MAP towards the HLR."""

    def __init__(
        self, config: MkefConfig, *, sources: Sources = SYSTEM, capture: Capture | None = None
    ) -> None:
        zk = config.zk
        require_tls("Zk", zk.listen, tls=zk.tls is not None, insecure=zk.insecure)
        self._config = config
        self._sources = sources
        self._establishment = establishment(config.keys)
        self._capture = capture or Capture(config.capture.file, node="mkef", clock=sources.clock)
        self._metrics = Metrics(config.metrics, "mkef")

    async def _start(self, stack: AsyncExitStack) -> None:
        stack.callback(self._capture.close)
        stack.enter_context(self._metrics)
        self._sigtran = await stack.enter_async_context(self._make_sigtran())
        self._server = await stack.enter_async_context(self._make_server(stack))

    async def connected(self, timeout_s: float = 10.0) -> None:
        """Wait until there is a way to the HLR."""
        if not await self._sigtran.wait_active(timeout_s):
            raise NetworkError(f"no way to the HLR within {timeout_s:g} s")

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where it listens."""
        metrics = self._metrics.address
        return {
            "zk": self._server.address,
            **self._sigtran.addresses,
            **({"metrics": metrics} if metrics else {}),
        }

    def _make_sigtran(self) -> SigtranNode:
        return SigtranNode(
            self._config.zr.sigtran,
            service=None,
            capture=self._capture,
            peer_name="hlr",
            sources=self._sources,
        )

    def _make_server(self, stack: AsyncExitStack) -> DiameterServer:
        zk, zr = self._config.zk, self._config.zr
        application = (VENDOR, MKR.APPLICATION)
        local = local_node(zk.origin_host, zk.origin_realm, application, self._sources)
        hlr = MapHlr(
            self._sigtran,
            SccpAddress(ssn=zr.hlr_ssn, point_code=zr.hlr_point_code),
            Encoding(zr.encoding),
            timeout_s=zr.timeout_s,
            timer=self._sources.timer,
        )
        service = KeyService(
            local,
            self._establishment,
            hlr,
            sources=self._sources,
            metrics=self._metrics,
            max_running=self._config.keys.max_requests,
        )
        stack.callback(service.stop)
        peers = frozenset(peer.lower() for peer in zk.peers)
        return DiameterServer(
            zk.listen,
            local,
            service,
            policy=diameter_events.Policy(known_peers=peers, tw_s=zk.watchdog_s),
            tls=zk.tls,
            # Zk is tapped at the MTC Server: each leg at one end.
            capture=Capture(None, node="mkef", clock=self._sources.clock),
            peer_name="mtc-server",
            sources=self._sources,
        )


def establishment(keys: KeysSection) -> KeyEstablishment:
    """The decision with the rows of the entitlement file."""
    policy = Policy(
        tag=keys.tag.octets,
        lifetime_s=keys.lifetime_s,
        same_answer_s=keys.same_answer_s,
        failures_per_hour=keys.failures_per_hour,
        server_failures_per_hour=keys.server_failures_per_hour,
    )
    return KeyEstablishment(policy, read_registry(keys.entitlements), FreshnessLedger())


def read_registry(path: Path) -> EntitlementRegistry:
    """The entitlement file; a mistake in it is one of the configuration."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return EntitlementRegistry(_rows(path, lines))
    except OSError as error:
        raise ConfigurationError(f"keys.entitlements: {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"keys.entitlements: {path}: not UTF-8 at octet {error.start}"
        ) from None


def _rows(path: Path, lines: Iterable[str]) -> list[Entitlement]:
    try:
        return list(read_entitlements(lines))
    except EntitlementError as error:
        raise ConfigurationError(f"keys.entitlements: {path}: {error}") from None
