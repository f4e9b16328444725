"""What a Diameter connection is told and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from mkef.stack.diameter_access import ANYBODY, Access, Remote
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
class Policy:
    """Whom to accept, and the timers in seconds."""

    certified_names: frozenset[str] | None = None  # of the peer's certificate; None without TLS
    access: Access = ANYBODY
    expected_host: str | None = None  # what an initiator connected to
    tw_s: float = 30.0
    exchange_s: float = 10.0  # for CER, CEA and DPA


class Cause(IntEnum):
    """Disconnect-Cause (RFC 6733 clause 5.4.3)."""

    REBOOTING = 0
    BUSY = 1
    DO_NOT_WANT_TO_TALK_TO_YOU = 2


# Send, Requested and Answered live for one message: freezing would make them four times as dear.


@dataclass(slots=True)
class Send:
    """Octets for the peer."""

    octets: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """The transport ends, after what was sent; `reason` is for people, `counted` for metrics."""

    reason: str
    counted: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """Capabilities are exchanged: requests may flow."""

    remote: Remote


@dataclass(frozen=True, slots=True)
class Elected:
    """This connection opens in place of our own attempt at that peer, which ends (I-Disc)."""

    host: str


@dataclass(frozen=True, slots=True)
class Suspected:
    """The peer is in doubt: what waits for it goes elsewhere where it can (RFC 3539)."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """The peer is in doubt no more, or has proved itself after a loss."""


@dataclass(slots=True)
class Requested:
    """A request of an application for this node."""

    message: Message


@dataclass(slots=True)
class Answered:
    """The answer to a request of ours."""

    hop_by_hop: int
    body: Body


@dataclass(frozen=True, slots=True)
class Failed:
    """A request of ours that gets no answer, or one that cannot be read.

    `elsewhere`: the connection is to blame, another peer may be asked (RFC 6733 clause 5.5.4).
    """

    hop_by_hop: int
    reason: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth a log line."""

    event: str
    fields: dict[str, object] = field(default_factory=dict)
    level: str = "warning"


Effect = (
    Send | Close | Opened | Elected | Suspected | Trusted | Requested | Answered | Failed | Note
)
Effects = list[Effect]
