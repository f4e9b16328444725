"""Every transport of signalling by its name, and the order in which `auto` tries them."""

from __future__ import annotations

import contextlib
from typing import Literal

import structlog

from mkef.net import sctp_transport, stream_transport
from mkef.net.endpoint import Endpoint, NetworkError, listen_error
from mkef.net.sctp import SctpMissing
from mkef.net.signalling_transport import Accept, Listener, Local, Receiver

TransportChoice = Literal["auto", "sctp", "tcp", "ipa"]
ORDER: dict[str, tuple[str, ...]] = {"auto": ("sctp", "tcp")}

_log = structlog.get_logger()


async def connect(
    endpoint: Endpoint, choice: TransportChoice, local: Local, receiver: Receiver
) -> None:
    """Connect by the first transport that works; OSError of the last one if none does."""
    *earlier, last = ORDER.get(choice, (choice,))
    for name in earlier:
        with contextlib.suppress(OSError):  # TimeoutError is one too
            return await _connect(name, endpoint, local, receiver)
    return await _connect(last, endpoint, local, receiver)


async def _connect(name: str, endpoint: Endpoint, local: Local, receiver: Receiver) -> None:
    if name == "sctp":
        return await sctp_transport.connect(endpoint, local, receiver)
    return await stream_transport.connect(name, endpoint, local, receiver)


async def listen(
    endpoint: Endpoint, choice: TransportChoice, local: Local, accept: Accept
) -> list[Listener]:
    """Listen with every transport that was chosen; `auto` does without what the host lacks.

    Port 0 takes a free TCP port, and the same one for SCTP.
    """
    names = ORDER.get(choice, (choice,))
    listeners: list[Listener] = []
    try:
        for name in reversed(names):
            listener = await _listen(name, endpoint, local, accept)
            listeners.append(listener)
            endpoint = Endpoint(endpoint.host, listener.endpoints[0].port)
    except SctpMissing as error:
        if choice != "auto":
            raise listen_error("M3UA over SCTP", endpoint, error) from None
        _log.info("SCTP is missing", hint=f"{error.strerror}; M3UA over TCP only")
    except NetworkError:
        for listener in listeners:
            listener.close()
        raise
    return listeners


async def _listen(name: str, endpoint: Endpoint, local: Local, accept: Accept) -> Listener:
    if name == "sctp":
        return await sctp_transport.listen(endpoint, local, accept)
    return await stream_transport.listen(name, endpoint, accept)
