"""Keeps one peer connected: connect, stay, and connect again with growing pauses."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence

import structlog

from mkef.net.diameter_link import Link
from mkef.net.endpoint import Endpoint
from mkef.net.sources import Sources
from mkef.stack.backoff import Backoff
from mkef.stack.diameter_events import Cause

_HANDSHAKE_S = 10.0
_BACKOFF_S = (0.1, 10.0)  # first and longest pause between two attempts
_UNWELCOME_S = 60.0  # after a DPR that says so (RFC 6733 clause 5.4.3)

log = structlog.get_logger()


class Connector:
    """The way to one peer; `make_link` makes a connection, `changed` hears of each change.

    `present` is the end of a connection that there is already, since the peer opened it.
    """

    def __init__(
        self,
        host: str,
        addresses: Sequence[Endpoint],
        *,
        over_sctp: bool,
        make_link: Callable[..., Link],
        present: Callable[[str], asyncio.Future[str] | None],
        changed: Callable[[], None],
        sources: Sources,
    ) -> None:
        self.host = host
        self.unreachable: str | None = None  # why the last attempt failed
        self._addresses = addresses
        self._over_sctp = over_sctp
        self._make_link = make_link
        self._present = present
        self._changed = changed
        self._timer = sources.timer
        self._backoff = Backoff(*_BACKOFF_S, lambda: sources.octets(1)[0] / 255)
        self._reopened = False
        self._link: Link | None = None

    def __str__(self) -> str:
        return f"{self.host} at {', '.join(map(str, self._addresses))}"

    @property
    def connecting(self) -> bool:
        """Whether nothing is known yet: neither a connection nor a failure."""
        return self.unreachable is None

    async def keep(self) -> None:
        """Until cancelled."""
        while True:
            for address in self._addresses:
                while (present := self._present(self.host)) is not None:
                    await asyncio.wait([present])
                await self._try(address)
                if self._unwelcome:
                    break
            await asyncio.sleep(_UNWELCOME_S if self._unwelcome else self._backoff.pause())

    async def _try(self, address: Endpoint) -> None:
        reason = self.unreachable = await self._connect_once(address)
        if reason is not None and self._present(self.host) is None:
            log.warning("peer unreachable", peer=self.host, address=str(address), reason=reason)
        self._changed()

    @property
    def _unwelcome(self) -> bool:
        """Whether the last thing that the peer said was that it does not want us."""
        cause = self._link.disconnected if self._link is not None else None
        return cause is Cause.DO_NOT_WANT_TO_TALK_TO_YOU

    async def _connect_once(self, address: Endpoint) -> str | None:
        """Why there was no connection, or None after one has ended."""
        link = self._link = self._make_link(
            self.host, reopened=self._reopened, over_sctp=self._over_sctp
        )
        try:
            async with asyncio.timeout(_HANDSHAKE_S):
                await link.connect(address)
        except TimeoutError:  # an OSError too
            link.abandon("no answer")
            return "no answer"
        except (OSError, UnicodeError) as error:  # the second of a name that no host can have
            link.abandon(_reason(error))
            return _reason(error)
        except asyncio.CancelledError:
            if link.remote is None:  # an open one gets its DPR
                link.abandon("stopped")
            raise
        if link.ended.done():
            return link.ended.result()
        self.unreachable = None
        opened = self._timer()
        await asyncio.wait([link.ended])  # cancelling leaves the link alone
        if self._timer() - opened > _BACKOFF_S[1]:
            self._backoff.reset()
        # RFC 3539 clause 3.4.1: whoever was lost, not who took leave, has to prove itself.
        self._reopened = link.disconnected is None
        return None


def _reason(error: OSError | UnicodeError) -> str:
    """The system's own words; errors of name resolution have other numbers and words."""
    if isinstance(error, UnicodeError):
        return "no name of a host"
    number = error.errno or 0
    return os.strerror(number) if number > 0 else error.strerror or str(error)
