"""Every transport of signalling by its name, and the order in which `auto` tries them."""

from __future__ import annotations

from typing import Literal

import structlog

from mkef.net import sctp_transport, stream_transport
from mkef.net.endpoint import Endpoint, NetworkError, listen_error
from mkef.net.sctp import SctpMissing
from mkef.net.signalling_transport import Accept, Listener, Local, Receiver
from mkef.net.usrsctp_library import UsrsctpMissing

TransportChoice = Literal["auto", "sctp", "sctp-udp", "sctp-raw", "tcp", "ipa"]

# What `auto` connects by. SCTP of a process comes last: nobody ends it in good order when the
# process is killed. SCTP over IP without the kernel needs privileges, IPA a name: only where named.
ORDER: dict[str, tuple[str, ...]] = {"auto": ("sctp", "tcp", "sctp-udp")}
# What `auto` listens on; TCP first, since it finds a free port.
LISTENED: dict[str, tuple[str, ...]] = {"auto": ("tcp", "sctp", "sctp-udp")}

_log = structlog.get_logger()


async def connect(
    endpoint: Endpoint, choice: TransportChoice, local: Local, receiver: Receiver
) -> None:
    """Connect by the first transport that works; if none does, OSError of the first there is."""
    reason: OSError | None = None
    for name in ORDER.get(choice, (choice,)):
        try:
            return await _connect(name, endpoint, local, receiver)
        except (SctpMissing, UsrsctpMissing) as error:
            missing = error
        except OSError as error:  # TimeoutError is one too
            reason = reason or error
    raise reason or missing


async def _connect(name: str, endpoint: Endpoint, local: Local, receiver: Receiver) -> None:
    match name:
        case "sctp":
            await sctp_transport.connect(endpoint, local, receiver)
        case "sctp-udp" | "sctp-raw":
            await sctp_transport.connect_userland(name, endpoint, local, receiver)
        case _:
            await stream_transport.connect(name, endpoint, local, receiver)


async def listen(
    endpoint: Endpoint, choice: TransportChoice, local: Local, accept: Accept
) -> list[Listener]:
    """Listen with every transport that was chosen; `auto` does without what the host lacks.

    Port 0 takes a free TCP port, and the same one for SCTP.
    """
    listeners: list[Listener] = []
    try:
        for name in LISTENED.get(choice, (choice,)):
            found = await _listen_or_say(name, endpoint, choice, local, accept)
            listeners += found
            if found:
                endpoint = Endpoint(endpoint.host, found[0].endpoints[0].port)
    except NetworkError:
        for listener in listeners:
            listener.close()
        raise
    return listeners


async def _listen_or_say(
    name: str, endpoint: Endpoint, choice: TransportChoice, local: Local, accept: Accept
) -> list[Listener]:
    """The listener; with `auto` a line about what is missing instead."""
    try:
        return [await _listen(name, endpoint, local, accept)]
    except (SctpMissing, UsrsctpMissing) as error:
        if choice != "auto":
            raise listen_error(f"M3UA over {name}", endpoint, error) from None
        _log.info("transport is missing", transport=name, hint=error.strerror)
    except NetworkError as error:
        # Another process on this host may have the port of encapsulation.
        if choice != "auto" or name != "sctp-udp":
            raise
        _log.info("transport is missing", transport=name, hint=str(error))
    return []


async def _listen(name: str, endpoint: Endpoint, local: Local, accept: Accept) -> Listener:
    match name:
        case "sctp":
            return await sctp_transport.listen(endpoint, local, accept)
        case "sctp-udp" | "sctp-raw":
            return await sctp_transport.listen_userland(name, endpoint, local, accept)
        case _:
            return await stream_transport.listen(name, endpoint, accept)
