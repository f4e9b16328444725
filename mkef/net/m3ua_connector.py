"""Keeps one association with a configured peer, whatever happens to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from mkef.net import signalling_transports
from mkef.net.endpoint import Endpoint
from mkef.net.m3ua_association import Association
from mkef.net.signalling_transport import Local
from mkef.net.signalling_transports import TransportChoice

FIRST_S = 0.5
LONGEST_S = 30.0

_log = structlog.get_logger()


class Backoff:
    """Waits that double up to a limit, each shortened by up to a quarter by chance."""

    def __init__(self, octets: Callable[[int], bytes]) -> None:
        self._octets = octets
        self._next_s = FIRST_S

    def wait_s(self) -> float:
        """The next wait in seconds."""
        wait_s, self._next_s = self._next_s, min(2 * self._next_s, LONGEST_S)
        return wait_s * (1 - self._octets(1)[0] / 1024)

    def reset(self) -> None:
        """What was tried has worked: begin with short waits again."""
        self._next_s = FIRST_S


async def keep_connected(
    endpoint: Endpoint,
    choice: TransportChoice,
    local: Local,
    make: Callable[[], Association],
    octets: Callable[[int], bytes],
) -> None:
    """Connect, wait for the end, connect again; until cancelled."""
    backoff = Backoff(octets)
    while True:
        association = make()
        try:
            await signalling_transports.connect(endpoint, choice, local, association)
        except OSError as error:
            reason = error.strerror or str(error) or "no answer"
            _log.warning("M3UA peer not reached", peer=str(endpoint), reason=reason)
        else:
            await association.gone.wait()
        if association.served:
            backoff.reset()
        await asyncio.sleep(backoff.wait_s())
