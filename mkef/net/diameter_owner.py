"""What a Diameter connection has from its node, and what it tells the node."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import structlog

from mkef.net.capture import Capture
from mkef.net.sources import SYSTEM, Sources
from mkef.stack.diameter_access import Remote
from mkef.stack.diameter_events import Declined, LocalNode, Malformed, Policy
from mkef.stack.peer_table import Claim
from mkef_codecs.diameter.commands import Message
from mkef_codecs.diameter.header import Header

if TYPE_CHECKING:
    from mkef.net.diameter_link import Link

# What a node that is too busy answers to a request: its octets and header, from whom it is, how
# many requests are under way, how many of them of that peer. None: it is taken on.
Shed = Callable[[bytes, Header, Remote, int, int], bytes | None]

# Who is told of a message that cannot be read; None: whose capabilities are not known yet.
Unread = Callable[[Malformed, Remote | None], None]

# Who is told of a request that is not for this node.
Decline = Callable[[Declined, Remote], None]

log = structlog.get_logger()


def tell_unread(unread: Malformed, remote: Remote | None) -> None:
    """A line of the log."""
    log.warning(
        "malformed message",
        command=unread.header.command,
        problem=unread.problem,
        **({} if remote is None else {"peer": remote.origin_host}),
    )


def tell_declined(declined: Declined, remote: Remote) -> None:
    """A line of the log."""
    log.warning(
        "request declined",
        command=declined.message.header.command,
        answer=str(declined.result_code),
        problem=declined.problem,
        peer=remote.origin_host,
    )


@dataclass(slots=True)
class Context:
    """What all connections of a node share; a reload changes `tls` and `policy` for new ones."""

    local: LocalNode
    policy: Policy
    tls: ssl.SSLContext | None
    capture: Capture
    peer_name: str  # the other node's name in captures
    max_outstanding: int
    max_serving: int
    shed: Shed | None = None
    tell_unread: Unread = tell_unread
    tell_declined: Decline = tell_declined
    sources: Sources = SYSTEM
    counts: Counter[str] = field(default_factory=Counter)


# A request to serve, from where it came, and as it came.
Serve = Callable[["Link", Message, bytes], None]


class Share:
    """Requests under way of one peer, over all of its connections."""

    __slots__ = ("__weakref__", "serving")

    def __init__(self) -> None:
        self.serving = 0


class Owner(Protocol):
    """The node that a connection belongs to."""

    serving: int  # requests under way, of all connections
    link_requested: Serve

    def link_share(self, host: str) -> Share:
        """What all connections of a peer have in common."""

    def link_claim(self, host: str) -> Claim:
        """Whether a connection that a peer opened may open."""

    def link_elected(self, host: str) -> None:
        """A connection that this peer opened takes the place of our own attempt."""

    def link_opened(self, link: Link) -> None:
        """Capabilities are exchanged."""

    def link_ready(self) -> None:
        """Requests may be sent again."""

    def link_suspected(self, link: Link) -> None:
        """The peer is in doubt: `move` what can go elsewhere."""

    def link_ended(self, link: Link) -> None:
        """The connection is gone."""
