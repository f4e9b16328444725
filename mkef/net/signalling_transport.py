"""What carries signalling: whole messages on numbered streams, whatever is below.

SCTP of the kernel, SCTP of this process over UDP or IP, or TCP with a frame for each message
(M3UA's own length, or IPA's).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mkef.net.endpoint import Endpoint
from mkef_codecs.errors import CodecError


class Transport(Protocol):
    """A way to send whole messages to one peer."""

    peer: Endpoint
    carried: str  # for people: protocol, initiator > responder

    def send(self, octets: bytes, *, stream: int) -> None:
        """One message. Stream 0 is for management, traffic takes the others (RFC 4666 1.4.7);
        a transport that has fewer streams uses those that it has."""

    def close(self) -> None:
        """End it when everything is sent, as far as the peer takes it in time."""


class Receiver(Protocol):
    """Who is told what a transport brings."""

    def connected(self, transport: Transport) -> None:
        """It is up."""

    def message(self, octets: bytes) -> None:
        """One whole message."""

    def broken(self, error: CodecError) -> None:
        """The octets hold no messages any more."""

    def closed(self, reason: str) -> None:
        """It is gone; nothing follows."""


Accept = Callable[[], Receiver]


@dataclass(frozen=True, slots=True)
class Local:
    """What is known of an association before it is opened: SCTP may have several addresses, a peer
    may know our port."""

    addresses: tuple[str, ...] = ()
    port: int = 0
    udp_port: int = 9899  # of encapsulated SCTP (RFC 6951): where we listen, or the peer does


ANY = Local()


@dataclass(frozen=True, slots=True)
class Listener:
    """A transport that is listened on, and where: a name may stand for several addresses."""

    transport: str
    endpoints: tuple[Endpoint, ...]
    close: Callable[[], None]


def carried(name: str, ours: Endpoint, theirs: Endpoint, *, initiator: bool) -> str:
    """What really carries an association, for people."""
    first, second = (ours, theirs) if initiator else (theirs, ours)
    return f"{name} {first} > {second}"
