"""A load of key requests: connections that keep so many requests under way among them.

It is written against octets and sockets alone, so that it measures every server alike.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from mkef_codecs.diameter.commands import decode, encode, encode_answer
from mkef_codecs.generated.diameter import (
    CEA,
    CER,
    DWA,
    DWR,
    MKA,
    MKR,
    VendorSpecificApplicationId,
)

HOME = "epc.mnc001.mcc001.3gppnetwork.org"
ZK = VendorSpecificApplicationId(vendor_id=32473, auth_application_id=MKR.APPLICATION)
REQUEST_OCTETS = 344
SUCCESS = 2001
_READ = 65_536
_TICK_S = 0.02


class LoadFailed(Exception):
    """A server that closes, refuses or answers badly: nothing can be measured."""


def request_of(identity: str) -> bytes:
    """A key request of exactly 344 octets; the two identifiers are filled in later."""
    request = MKR(
        session_id=f"{identity};1767225600;",
        vendor_specific_application_id=ZK,
        auth_session_state=1,
        origin_host=identity,
        origin_realm=identity.partition(".")[2],
        destination_realm=HOME,
        user_name="001010123456789",
        mtc_key_profile=0x14,
        mtc_device_rand=bytes(range(16)),
        mtc_encrypted_res=bytes(range(8)),
        mtc_server_id="mtc.example",
        requested_key_lifetime=1_767_312_000,
    )
    request.session_id += "1" * (REQUEST_OCTETS - len(encode(request, 0, 0)))
    octets = encode(request, 0, 0)
    assert len(octets) == REQUEST_OCTETS
    return octets


class Connection(asyncio.Protocol):
    """One peer: its capabilities, then requests as they are asked of it."""

    def __init__(self, identity: str, load: Load, tls: ssl.SSLContext | None) -> None:
        self._identity = identity
        self._load = load
        octets = request_of(identity)
        self._head, self._tail = octets[:12], octets[20:]
        self._identifier = 0
        self._answer_octets = 0  # of the first answer, which is looked at whole
        self._buffer = b""
        self._records = _Records(tls) if tls is not None else None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if self._records is None:
            self._introduce()
        else:
            self.data_received(b"")

    def data_received(self, data: bytes) -> None:
        if self._records is None:
            self._feed(data)
            return
        established = self._records.established
        octets = self._records.feed(data)
        if self._records.established and not established:
            self._introduce()
        self._transport.write(self._records.flush())
        self._feed(octets)

    def connection_lost(self, exc: Exception | None) -> None:
        failure = LoadFailed(f"{self._identity}: {exc or 'closed by the server'}")
        if not self.opened.done():
            self.opened.set_exception(failure)
        elif not self._load.over:
            self._load.failed(failure)

    # Diameter.

    def send(self, count: int) -> None:
        """So many requests in one write."""
        parts = []
        for _ in range(count):
            self._identifier += 1
            identifier = self._identifier.to_bytes(4, "big")
            parts += (self._head, identifier, identifier, self._tail)
        self._write(b"".join(parts))

    def close(self) -> None:
        """Without a word: what it costs the server is not measured."""
        self._transport.abort()

    def _introduce(self) -> None:
        capabilities = CER(
            origin_host=self._identity,
            origin_realm=self._identity.partition(".")[2],
            host_ip_address=["127.0.0.1"],
            vendor_id=0,
            product_name="load",
            vendor_specific_application_id=[ZK],
        )
        self._write(encode(capabilities, 0, 0))

    def _write(self, octets: bytes) -> None:
        if self._records is not None:
            octets = self._records.seal(octets)
        self._transport.write(octets)

    def _feed(self, octets: bytes) -> None:
        buffer = self._buffer + octets if self._buffer else octets
        start, answers = 0, 0
        while len(buffer) - start >= 20:
            end = start + int.from_bytes(buffer[start + 1 : start + 4], "big")
            if len(buffer) < end:
                break
            if end - start == self._answer_octets:
                answers += 1
            else:
                self._other(buffer[start:end])
            start = end
        self._buffer = buffer[start:]
        if answers:
            self._load.answered(answers)

    def _other(self, octets: bytes) -> None:
        message = decode(octets)
        body = message.body
        if isinstance(body, CEA) and body.result_code == SUCCESS:
            self.opened.set_result(None)
        elif isinstance(body, MKA) and body.mtc_key_info and not self._answer_octets:
            self._answer_octets = len(octets)
            self._load.answered(1)
        elif isinstance(body, DWR):
            origin = {"origin_host": self._identity, "origin_realm": "example"}
            self._write(encode_answer(DWA(result_code=SUCCESS, **origin), message.header))
        else:
            self._load.failed(LoadFailed(f"{self._identity}: {body}"))


class _Records:
    """TLS by hand: asyncio's own would cost this side 278 KiB for each of 1,000 peers."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing)
        self.established = False

    def feed(self, data: bytes) -> bytes:
        """What the peer said, of the octets that came."""
        self._incoming.write(data)
        said = []
        try:
            if not self.established:
                self._tls.do_handshake()
                self.established = True
            while octets := self._tls.read(_READ):
                said.append(octets)
        except ssl.SSLWantReadError:
            pass
        return b"".join(said)

    def seal(self, octets: bytes) -> bytes:
        """The records that carry these octets."""
        self._tls.write(octets)
        return self._outgoing.read()

    def flush(self) -> bytes:
        """What the handshake wants to say."""
        return self._outgoing.read()


@dataclass(frozen=True, slots=True)
class Target:
    """Where the server listens."""

    host: str
    port: int


class Load:
    """Connections to one server, and requests among those that are chosen."""

    def __init__(self) -> None:
        self.connections: list[Connection] = []
        self.answers = 0
        self.over = False
        self._running = False
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def connect(
        self, target: Target, identities: Sequence[str], tls: Sequence[ssl.SSLContext | None]
    ) -> None:
        """A peer for each identity, some at a time, each with its certificate."""
        loop = asyncio.get_running_loop()
        pairs = iter(zip(identities, tls, strict=True))
        while some := list(islice(pairs, 50)):
            made = [Connection(identity, self, context) for identity, context in some]
            for connection in made:
                await loop.create_connection(lambda c=connection: c, target.host, target.port)
            async with asyncio.timeout(30):
                await asyncio.gather(*(connection.opened for connection in made))
            self.connections += made

    def start(self, outstanding: int, peers: int) -> None:
        """Keep so many requests under way, in turn on the first so many connections."""
        self._running = True
        self._turn = cycle(self.connections[:peers])
        self._send(outstanding)

    async def pace(self, rate: float, peers: int, seconds: float) -> None:
        """So many requests a second, in turn on the first so many connections, for so long."""
        self._turn = cycle(self.connections[:peers])
        loop = asyncio.get_running_loop()
        began, sent = loop.time(), 0
        while (passed := loop.time() - began) < seconds:
            due = int(passed * rate) - sent
            self._send(due)
            sent += due
            await self.last(_TICK_S)

    def answered(self, count: int) -> None:
        """Answers came: as many requests go out."""
        self.answers += count
        if self._running:
            self._send(count)

    def _send(self, count: int) -> None:
        for connection, times in Counter(islice(self._turn, count)).items():
            connection.send(times)

    def failed(self, failure: LoadFailed) -> None:
        """What ends the measurement."""
        if not self._failure.done():
            self._failure.set_exception(failure)

    async def last(self, seconds: float) -> None:
        """Go on for so long; raises what went wrong meanwhile."""
        await asyncio.wait([self._failure], timeout=seconds)
        if self._failure.done():
            self._failure.result()

    async def stop(self) -> None:
        """No more requests; those under way are given a moment."""
        self._running = False
        await self.last(0.3)

    def close(self) -> None:
        """End all connections."""
        self.over = True
        for connection in self.connections:
            connection.close()
