"""What happens on an M3UA association, and what follows from it for the shell (RFC 4666)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from mkef_codecs.ss7.m3ua import ProtocolData


class State(Enum):
    """Where an association stands; ASP states as its own side sees them."""

    ASKED_UP = auto()  # client: ASPUP sent
    ASKED_KEY = auto()  # client: REG REQ sent
    ASKED_ACTIVE = auto()  # client: ASPAC sent
    ACTIVE = auto()  # client
    STANDBY = auto()  # client: another ASP has the traffic (override)
    WITHDRAWING = auto()  # client: ASPIA sent
    LEAVING = auto()  # client: ASPDN sent
    DOWN = auto()  # server: nothing asked yet
    INACTIVE = auto()  # server: ASPUP acknowledged
    SERVING = auto()  # server: ASPAC acknowledged
    CLOSED = auto()


class On(Enum):
    """What the table is asked about, besides the kinds of messages."""

    STOP = auto()
    TIMEOUT = auto()
    SUPERSEDED = auto()  # another ASP took the traffic over (override)


class Sendable(Protocol):
    """A message of some protocol."""

    def encode(self) -> bytes:
        """Its octets."""


@dataclass(slots=True)
class Send:
    """A management message for the peer."""

    message: Sendable


@dataclass(slots=True)
class Deliver:
    """What a DATA message carried."""

    data: ProtocolData


@dataclass(slots=True)
class Active:
    """Traffic may flow, or (`active` false) no more."""

    active: bool


@dataclass(slots=True)
class Reach:
    """The peer has told which point codes can be reached through it."""


@dataclass(slots=True)
class Close:
    """The transport ends, after what was sent; `reason` is for people."""

    reason: str


@dataclass(slots=True)
class Note:
    """Something worth a log line."""

    event: str
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Tell:
    """A message for another ASP of the same application server; `supersedes`: its traffic ends."""

    asp: str
    message: Sendable
    supersedes: bool = False


@dataclass(slots=True)
class Forward:
    """Traffic that waited for an ASP to become active."""

    asp: str
    data: ProtocolData
    routing_context: int | None


Effect = Send | Deliver | Active | Reach | Close | Note | Tell | Forward
Effects = list[Effect]
