"""What a Diameter connection is told and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass, field

from mkef_codecs.diameter.commands import Body, Message
from mkef_codecs.lab import VENDOR


@dataclass(frozen=True, slots=True)
class LocalNode:
    """What a node says of itself; applications as (vendor, Auth-Application-Id)."""

    origin_host: str
    origin_realm: str
    applications: tuple[tuple[int, int], ...]
    addresses: tuple[str, ...]
    origin_state_id: int
    vendor_id: int = VENDOR
    product_name: str = "MKEF"
    firmware_revision: int = 1
    supported_vendors: tuple[int, ...] = (10415, VENDOR)


@dataclass(frozen=True, slots=True)
class Remote:
    """What is known of a peer once its capabilities are exchanged."""

    origin_host: str
    origin_realm: str
    certified: bool  # its Origin-Host stands in its certificate


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom to accept, and the timers in seconds."""

    certified_names: frozenset[str] | None = None  # of the peer's certificate; None without TLS
    known_peers: frozenset[str] = frozenset()  # empty: any certified one
    expected_host: str | None = None  # what an initiator connected to
    tw_s: float = 30.0
    exchange_s: float = 10.0  # for CER, CEA and DPA


@dataclass(frozen=True, slots=True)
class Send:
    """Octets for the peer."""

    octets: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """The transport ends, after what was sent; `reason` is for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class Opened:
    """Capabilities are exchanged: requests may flow."""

    remote: Remote


@dataclass(frozen=True, slots=True)
class Requested:
    """A request of an application for this node."""

    message: Message


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a request of ours."""

    hop_by_hop: int
    body: Body


@dataclass(frozen=True, slots=True)
class Failed:
    """A request of ours that gets no answer, or one that cannot be read."""

    hop_by_hop: int
    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth a log line."""

    event: str
    fields: dict[str, object] = field(default_factory=dict)


Effect = Send | Close | Opened | Requested | Answered | Failed | Note
Effects = list[Effect]


def same_identity(a: str, b: str) -> bool:
    """Whether two Diameter identities are one: FQDNs know no case."""
    return a.lower() == b.lower()
