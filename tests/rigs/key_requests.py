"""Devices of a lab that ask for keys, and a server that asks for them over plain Diameter."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hlr_stub.config import HlrConfig
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber
from mkef.crypto.kdf import Binding, derive_rands
from mkef.crypto.milenage import Milenage
from mkef.crypto.secret import Ki, OPc
from mkef.demo.files import KI, OPC, copy_examples, import_entitlements
from mkef.ops.configuration import load
from mkef_codecs.diameter.commands import decode, encode, encode_answer
from mkef_codecs.establishment import Profile
from mkef_codecs.generated.diameter import CEA, CER, DWA, DWR, MKA, MKR
from mkef_codecs.identity import Imsi, ServerId
from mkef_codecs.lab import VENDOR

SERVER, SERVER_ID = "mtc-server.example", ServerId("mtc.example")
HOME = "epc.mnc001.mcc001.3gppnetwork.org"
DEVICES = 100
CARD = Milenage(Ki(bytes.fromhex(KI)), OPc(bytes.fromhex(OPC)))
SUCCESS = 2001
OUTSTANDING = 64
PATIENCE_S = 20.0  # of a server for an MKA (protocol.md clause 5)

# No quota of a lab stands in the way of a load.
HLR_SETTINGS = (
    'sigtran.listen=["127.0.0.1:0"]',
    "sigtran.transport=tcp",
    "quota_per_hour=100000000",
)
MKEF_SETTINGS = (
    "zk.listen=127.0.0.1:0",
    "metrics.listen=127.0.0.1:0",
    "zr.sigtran.transport=tcp",
    "keys.requests_per_hour=100000000",
)


def imsi_of(device: int) -> Imsi:
    """One of the lab's subscribers, all with the same keys."""
    return Imsi(f"0010101234567{device % DEVICES:02}")


def prepare(folder: Path) -> HlrConfig:
    """Examples without TLS, entitlements, subscribers: the HLR's configuration."""
    copy_examples(folder)
    file = folder / "mkef.toml"
    before, _, table = file.read_text().partition("[zk.tls]")
    file.write_text(before + "[zr.hlr" + table.partition("[zr.hlr")[2])
    import_entitlements(folder)
    config = load(folder / "hlr-stub.toml", HlrConfig, HLR_SETTINGS)
    store = SubscriberStore.open(config.store)
    for device in range(DEVICES):
        store.add(Subscriber(imsi_of(device), Ki(bytes.fromhex(KI)), OPc(bytes.fromhex(OPC))))
    store.close()
    return config


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a right device, and the key that both sides must have."""

    imsi: Imsi
    rand: bytes
    k_mtc: bytes
    mkr: MKR


def asked(number: int, profile: Profile, seed: str = "", card: Milenage = CARD) -> Asked:
    """The request of a number: always the same one; with the keys of a device's card."""
    imsi = imsi_of(number)
    rand = hashlib.sha256(f"{seed}{number}".encode()).digest()[:16]
    if profile.tagged:
        rand = b"MTCR" + (number // DEVICES).to_bytes(4, "big") + rand[:8]
    vectors = tuple(map(card.gsm, derive_rands(rand, profile)))
    established = Binding(profile, rand, imsi, SERVER_ID).derive(vectors)
    mkr = MKR(
        session_id=f"{SERVER};1767225600;{number:08}",
        auth_session_state=1,
        origin_host=SERVER,
        origin_realm="example",
        destination_realm=HOME,
        user_name=imsi.digits,
        mtc_key_profile=profile.octet,
        mtc_device_rand=rand,
        mtc_encrypted_res=established.encrypted_res,
    )
    return Asked(imsi, rand, established.k_mtc.octets, mkr)


def code_of(mka: MKA) -> str:
    """Result-Code, or vendor and Experimental-Result-Code."""
    if mka.experimental_result is None:
        return str(mka.result_code)
    result = mka.experimental_result
    return f"{result.vendor_id}/{result.experimental_result_code}"


@dataclass
class Peer:
    """One connection to an MKEF."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    _waiting: dict[int, asyncio.Future[Any]] = field(default_factory=dict)
    _next: int = 1

    async def introduce(self) -> None:
        """Exchange capabilities, and read what comes from then on."""
        cer = CER(
            origin_host=SERVER,
            origin_realm="example",
            host_ip_address=["127.0.0.1"],
            vendor_id=0,
            product_name="load",
            auth_application_id=[MKR.APPLICATION],
            supported_vendor_id=[VENDOR],
        )
        self.writer.write(encode(cer, 0, 0))
        body = decode(await self._message()).body
        assert isinstance(body, CEA)
        assert body.result_code == SUCCESS
        self._listening = asyncio.create_task(self._listen())

    async def ask(self, mkr: MKR) -> MKA:
        """The answer, ConnectionError, or TimeoutError where a server would give up."""
        if self._listening.done():
            raise ConnectionError
        identifier = self._next
        self._next += 1
        self.writer.write(encode(mkr, identifier, identifier))
        future = asyncio.get_running_loop().create_future()
        self._waiting[identifier] = future
        async with asyncio.timeout(PATIENCE_S):
            mka: MKA = await future
        return mka

    async def _message(self) -> bytes:
        head = await self.reader.readexactly(4)
        return head + await self.reader.readexactly(int.from_bytes(head[1:], "big") - 4)

    async def _listen(self) -> None:
        try:
            while True:
                self._heard(decode(await self._message()))
        except (asyncio.IncompleteReadError, ConnectionError):
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(ConnectionError())

    def _heard(self, message: Any) -> None:
        if isinstance(message.body, DWR):
            answer = DWA(result_code=SUCCESS, origin_host=SERVER, origin_realm="example")
            self.writer.write(encode_answer(answer, message.header))
            return
        future = self._waiting.pop(message.header.hop_by_hop, None)
        if future is not None and not future.done():
            future.set_result(message.body)

    def close(self) -> None:
        """Without a word."""
        self._listening.cancel()
        self.writer.transport.abort()


@asynccontextmanager
async def peer_of(address: str) -> Any:
    """A peer of the MKEF at this address."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    peer = Peer(reader, writer)
    await peer.introduce()
    try:
        yield peer
    finally:
        peer.close()


async def ask_all(
    peer: Peer, requests: Iterator[Asked], heard: Callable[[Asked, MKA], None]
) -> list[Asked]:
    """Keep many under way; those that had no answer when the connection broke."""
    lost: list[Asked] = []

    async def one_after_another() -> None:
        for each in requests:
            try:
                heard(each, await peer.ask(each.mkr))
            except ConnectionError:
                lost.append(each)
                return

    await asyncio.gather(*(one_after_another() for _ in range(OUTSTANDING)))
    return lost


async def until_ready(address: str, patience_s: float = 20.0) -> None:
    """Ask /readyz of a node's metrics until nothing is wanting."""
    host, _, port = address.rpartition(":")
    async with asyncio.timeout(patience_s):
        while True:
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"GET /readyz HTTP/1.0\r\n\r\n")
            status = (await reader.readline()).split()
            writer.close()
            if status[1:2] == [b"200"]:
                return
