"""What a Diameter node is told by its configuration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from mkef.net.endpoint import Endpoint, NetworkError
from mkef.net.section import Count, Identity, Seconds, Section
from mkef.net.tls import TlsSection
from mkef.stack.diameter_access import Access, Agent
from mkef.stack.diameter_routing import Route

# A realm, or `*` for every realm that no other peer is a way to.
RouteRealm = Annotated[
    str, msgspec.Meta(pattern=r"^(\*|[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?)$")
]


class ConnectSection(Section, frozen=True):
    """`[[….connect]]`: a peer that this node connects to; the first one listed is preferred."""

    host: Identity  # its Origin-Host, which its certificate must hold
    address: tuple[Endpoint, ...]  # tried in turn
    transport: Literal["tcp", "sctp"] = "tcp"  # sctp of the kernel, in clear text
    realms: tuple[RouteRealm, ...] = ()  # that it is a way to; none: its own

    def __post_init__(self) -> None:
        if not self.address:
            raise ValueError("address: at least one is wanted")


class AgentSection(Section, frozen=True):
    """`[[….agents]]`: a relay or proxy that may speak for others (RFC 6733 clause 2.9)."""

    host: Identity
    origin_hosts: tuple[Identity, ...] = ()  # for whom it may vouch, and who may be on the way
    realms: tuple[Identity, ...] = ()  # or whoever is in these
    carries_keys: bool = False  # keys pass its memory in the clear


class DiameterSection(Section, frozen=True):
    """What all Diameter nodes have in common; with `tls` Diameter over TLS, else plain TCP."""

    origin_host: Identity
    origin_realm: Identity
    connect: tuple[ConnectSection, ...] = ()
    peers: tuple[Identity, ...] = ()  # Origin-Hosts that may connect; none: whoever is certified
    agents: tuple[AgentSection, ...] = ()
    listen_sctp: Endpoint | None = None  # SCTP of the kernel, in clear text
    tls: TlsSection | None = None
    insecure: bool = False  # plain TCP off loopback, for the IMSIs of MCC 001 and 999 only
    watchdog_s: Seconds = 30.0
    max_connections: Count = 10_000  # of peers that connect
    max_serving: Count = 1000  # requests of one peer at a time; then its octets wait
    max_outstanding: Count = 1000  # requests to one peer at a time; then callers wait
    duplicates_s: Seconds = 60.0  # for which an answer is kept, for the same request again

    def __post_init__(self) -> None:
        if self.tls is not None and self.listen_sctp is not None:
            raise ValueError("listen_sctp is clear text, where a peer proves no name: not with tls")
        hosts = [peer.host.lower() for peer in self.connect]
        for host in hosts:
            if hosts.count(host) > 1:
                raise ValueError(f"connect: {host} stands there twice; one has several addresses")

    @property
    def access(self) -> Access:
        """Who may connect, and who may speak for whom."""
        return Access(
            {*self.peers, *(peer.host for peer in self.connect)} if self.peers else (),
            (
                Agent(a.host, _lower(a.origin_hosts), _lower(a.realms), a.carries_keys)
                for a in self.agents
            ),
        )

    @property
    def routes(self) -> list[Route]:
        """The ways to realms."""
        return [Route(peer.host, frozenset(peer.realms)) for peer in self.connect]

    def require_tls(self, what: str, listen: Endpoint | None = None) -> None:
        """Clear text leaves the loopback only where the configuration says so (protocol.md 5)."""
        if self.insecure:
            return
        for endpoint in self._clear_ends(listen):
            if not endpoint.loopback:
                raise NetworkError(
                    f"{what} {endpoint} is not on loopback and has no TLS: "
                    "configure tls or insecure = true"
                )

    def _clear_ends(self, listen: Endpoint | None) -> Iterator[Endpoint]:
        """Where this node speaks without TLS: everywhere, or on SCTP alone."""
        if self.listen_sctp is not None:
            yield self.listen_sctp
        if listen is not None and self.tls is None:
            yield listen
        for peer in self.connect:
            if self.tls is None or peer.transport == "sctp":
                yield from peer.address


def _lower(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)
