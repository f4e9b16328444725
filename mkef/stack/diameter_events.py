"""What a Diameter connection is told and what it asks for."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from msgspec import Struct

from mkef.stack.diameter_access import ANYBODY, Access, Remote
from mkef_codecs.diameter.commands import Body, Message
from mkef_codecs.diameter.header import Header
from mkef_codecs.lab import VENDOR


class LocalNode(Struct, frozen=True):
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


class Policy(Struct, frozen=True):
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


class Send(Struct, frozen=True):
    """Octets for the peer, which do not print: there may be keys in them."""

    octets: bytes

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []

    def __repr__(self) -> str:
        return "<Send>"


class Close(Struct, frozen=True):
    """The transport ends, after what was sent; `reason` is for people, `counted` for metrics."""

    reason: str
    counted: str | None = None


class Opened(Struct, frozen=True):
    """Capabilities are exchanged: requests may flow."""

    remote: Remote


class Elected(Struct, frozen=True):
    """This connection opens in place of our own attempt at that peer, which ends (I-Disc)."""

    host: str


class Suspected(Struct, frozen=True):
    """The peer is in doubt: what waits for it goes elsewhere where it can (RFC 3539)."""


class Trusted(Struct, frozen=True):
    """The peer is in doubt no more, or has proved itself after a loss."""


class Requested(Struct, frozen=True):
    """A request of an application for this node."""

    message: Message


class Answered(Struct, frozen=True):
    """The answer to a request of ours."""

    hop_by_hop: int
    body: Body


class Failed(Struct, frozen=True):
    """A request of ours that gets no answer, or one that cannot be read.

    `elsewhere`: the connection is to blame, another peer may be asked (RFC 6733 clause 5.5.4).
    """

    hop_by_hop: int
    reason: str
    elsewhere: bool = False


class Malformed(Struct, frozen=True):
    """A message that cannot be read; a request is answered with the Result-Code."""

    header: Header
    result_code: int
    problem: str
    session_id: str | None  # as far as it can be read
    octets: bytes


class Declined(Struct, frozen=True):
    """A request that is answered with a protocol error since it is for another node, or too late
    for this one (RFC 6733 clause 7.1.3)."""

    message: Message
    result_code: int
    problem: str


class Note(Struct, frozen=True):
    """Something worth a log line."""

    event: str
    fields: dict[str, object] = {}
    level: str = "warning"


Effect = (
    Send
    | Close
    | Opened
    | Elected
    | Suspected
    | Trusted
    | Requested
    | Answered
    | Failed
    | Malformed
    | Declined
    | Note
)
Effects = list[Effect]
