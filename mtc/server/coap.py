"""The MTC Server's CoAP endpoint: one UDP socket, tapped, handing requests to a responder."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiocoap
from aiocoap import interfaces
from aiocoap.messagemanager import MessageManager
from aiocoap.numbers.constants import TransportTuning
from aiocoap.tokenmanager import TokenManager
from aiocoap.transports.udp6 import MessageInterfaceUDP6

from mkef.net.capture import Capture, Leg, Protocol
from mkef.net.endpoint import Endpoint, NetworkError, listen_error

MAX_LEGS = 1024
STEPS_TO_ANSWER = 3  # of the event loop, from the end of a task to the answer it leaves
MAX_RECENT = 10_000  # message ids remembered, to answer copies the same
LIBRARY_LOG = "mtc.server.coap"

Responder = Callable[[Any, str], Awaitable[Any]]  # request and source address -> response


def _plain(address: tuple[Any, ...]) -> Endpoint:
    """The endpoint of an IPv6 socket address, an IPv4 one written as such."""
    ip = ipaddress.IPv6Address(address[0].partition("%")[0])
    return Endpoint(str(ip.ipv4_mapped or ip), address[1])


class Tap:
    """A leg of the capture for each remote endpoint, at most `MAX_LEGS` at a time."""

    def __init__(self, capture: Capture, local: Endpoint) -> None:
        self._capture = capture
        self._local = local
        self._legs: OrderedDict[Endpoint, Leg] = OrderedDict()  # least recently used first

    def leg(self, remote: Endpoint) -> Leg:
        """The leg of one remote endpoint."""
        if remote not in self._legs:
            carried = f"UDP {remote} > {self._local}"
            self._legs[remote] = self._capture.leg(
                Protocol.COAP, "mtc-device", initiator=False, carried=carried
            )
        self._legs.move_to_end(remote)
        while len(self._legs) > MAX_LEGS:
            self._legs.popitem(last=False)
        return self._legs[remote]


class _TappedUdp(MessageInterfaceUDP6):  # type: ignore[misc] # the library has no types
    """The library's UDP transport, each datagram shown to the tap as it is on the wire."""

    tap: Tap

    def datagram_msg_received(
        self, data: bytes, ancdata: Any, flags: int, address: tuple[Any, ...]
    ) -> None:
        self.tap.leg(_plain(address)).received(data)
        try:
            super().datagram_msg_received(data, ancdata, flags, address)
        except UnicodeDecodeError:
            self.log.info("Ignoring text that is no UTF-8 from %s", address)

    def send(self, message: Any) -> None:
        self.tap.leg(_plain(message.remote.sockaddr)).sent(message.encode())
        super().send(message)


class _Messages(MessageManager):  # type: ignore[misc] # the library has no types
    """The library's message layer with timers of ours for requests that come in."""

    def __init__(self, tokens: Any, tuning: Any) -> None:
        super().__init__(tokens)
        self._tuning = tuning
        self._order: deque[tuple[float, Any]] = deque()

    def _deduplicate_message(self, message: Any) -> bool:
        """As the library's, but bounded and without a timer for each message of a stranger."""
        now = self.loop.time()
        while self._order and (self._order[0][0] <= now or len(self._order) >= MAX_RECENT):
            self._recent_messages.pop(self._order.popleft()[1], None)
        key = (message.remote, message.mid)
        if key in self._recent_messages:
            return bool(super()._deduplicate_message(message))
        self._order.append((now + self._tuning.EXCHANGE_LIFETIME, key))
        self._recent_messages[key] = None
        return False

    def dispatch_message(self, message: Any) -> None:
        message.transport_tuning = self._tuning
        super().dispatch_message(message)


class _Site(interfaces.Resource):  # type: ignore[misc] # the library has no types
    """Every request of any method and path goes to the responder."""

    def __init__(self, respond: Responder) -> None:
        self._respond = respond

    async def render(self, request: Any) -> Any:
        return await self._respond(request, _plain(request.remote.sockaddr).host)

    async def needs_blockwise_assembly(self, _request: Any) -> bool:
        return False  # what is protected must not be put together from parts outside

    async def render_to_pipe(self, pipe: Any) -> None:
        pipe.add_response(await self.render(pipe.request), is_last=True)


@asynccontextmanager
async def listening(
    listen: Endpoint, respond: Responder, *, capture: Capture, empty_ack_delay_s: float
) -> AsyncIterator[Endpoint]:
    """Serve CoAP as long as the block lasts; yields the address with its real port."""
    loop = asyncio.get_running_loop()
    log = logging.getLogger(LIBRARY_LOG)
    log.setLevel(logging.ERROR)  # what strangers send is worth no line of the library's
    tuning = TransportTuning()
    tuning.EMPTY_ACK_DELAY = empty_ack_delay_s
    context = aiocoap.Context(loop=loop, serversite=_Site(respond), loggername=LIBRARY_LOG)
    tokens = TokenManager(context)
    tokens.token_interface = messages = _Messages(tokens, tuning)
    sock = await _bind(listen)
    local = _plain(sock.getsockname())
    udp = await _TappedUdp._create_transport_endpoint(sock, messages, log, loop)  # noqa: SLF001
    udp.tap = Tap(capture, local)
    messages.message_interface = udp
    context.request_interfaces.append(tokens)
    try:
        yield local
    finally:
        for _ in range(STEPS_TO_ANSWER):
            await asyncio.sleep(0)
        await context.shutdown()


async def _bind(listen: Endpoint) -> socket.socket:
    """An IPv6 socket that serves IPv4 too. Not the library's, which shares a port in use."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(listen.host, listen.port, type=socket.SOCK_DGRAM)
    except socket.gaierror as error:
        raise NetworkError(
            f"MTC Server cannot listen on {listen}: {error.strerror}: use an address of this host"
        ) from None
    family, *_, address = found[0]
    mapped = f"::ffff:{address[0]}" if family == socket.AF_INET else address[0]
    try:
        sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    except OSError as error:
        raise NetworkError(
            f"MTC Server cannot listen on {listen}: the kernel has no IPv6, which CoAP's sockets "
            f"need for IPv4 too: {error.strerror}"
        ) from None
    try:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind((mapped, *address[1:]))
    except OSError as error:
        sock.close()
        raise listen_error("MTC Server", listen, error) from None
    return sock
