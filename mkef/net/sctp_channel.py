"""Diameter over SCTP of the kernel: one message is one user message (RFC 6733 clause 2.1)."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from mkef.net.channel import Channel, User
from mkef.net.endpoint import Endpoint
from mkef.net.sctp import SctpLink

PPID_DIAMETER = 46  # in clear text; 47 is DTLS
_BASE = bytes(4)  # the application of the peers' own affairs


class SctpChannel(Channel):
    """An association in place of TCP's octets; `attach` brings the socket."""

    def __init__(self, user: User) -> None:
        super().__init__(user)
        self._link: SctpLink | None = None
        self._ends: tuple[Endpoint, Endpoint] | None = None
        self._stream = 0  # of the last message of an application

    def attach(self, sock: socket.socket) -> None:
        """The association is up; OSError, and the socket is closed, if it has gone already."""
        try:
            self._link = SctpLink(sock, self)
        except OSError:
            sock.close()
            raise
        self._link.stuck = self._user.channel_stuck
        self._ends = self._link.local, self._link.remote
        self._begin()

    # What the association says.

    def message(self, octets: bytes) -> None:
        self._user.channel_octets(octets)

    def closed(self, reason: str) -> None:
        self._link = None
        self._lost(reason)

    # What the user says.

    def write(self, messages: Sequence[bytes]) -> None:
        """Send whole messages; a peer that does not read is given up by the association."""
        for message in messages:
            if self._link is not None:
                stream = self._stream_of(message, self._link.streams)
                self._link.send(message, stream=stream, ppid=PPID_DIAMETER)

    def _stream_of(self, message: bytes, streams: int) -> int:
        """In order on each: 0 for the peers' own affairs, for applications the others in turn, so
        that a lost octet does not hold up all behind it (RFC 6733 clause 2.1.1)."""
        if streams < 2 or message[8:12] == _BASE:
            return 0
        self._stream = self._stream % (streams - 1) + 1
        return self._stream

    def pause(self, *, reading: bool) -> None:
        """Read on from the peer, or let its messages wait in its own memory."""
        if self._link is not None:
            self._link.pause(reading=reading)

    def close(self) -> None:
        """End the association after what was written, as far as the peer takes it in time."""
        if self._link is not None:
            self._link.close()

    def abort(self, reason: str | None = None) -> None:
        """End the association at once."""
        self._failure = self._failure or reason
        if self._link is not None:
            self._link.abort()

    def reset(self) -> None:
        """End the association at once: ABORT."""
        self.abort()

    @property
    def connected(self) -> bool:
        """Whether there is an association."""
        return self._link is not None

    @property
    def description(self) -> str:
        """The real transport and its ends, for captures and logs."""
        return f"SCTP {self._ends[0]} > {self._ends[1]}" if self._ends else "SCTP"

    @property
    def local_host(self) -> str:
        """The address of this end."""
        assert self._ends is not None
        return self._ends[0].host
