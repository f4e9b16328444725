"""A load of requests of the variant on an HLR: one M3UA association, so many under way.

Requests are encoded beforehand, answers only told apart, so that the HLR and not this side is what
is measured.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from mkef_codecs.identity import Imsi
from mkef_codecs.ss7 import m3ua, tcap
from mkef_codecs.ss7.component import Invoke
from mkef_codecs.ss7.dialogue import DialogueRequest
from mkef_codecs.ss7.m3ua import Framer, Kind, Message, ProtocolData
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    SEND_AUTHENTICATION_INFO,
    Encoding,
    SendAuthenticationInfoArg,
    encode_argument,
)
from mkef_codecs.ss7.map_dialogue import MapDialogue, encode_map_dialogue
from mkef_codecs.ss7.sccp import SccpAddress, Unitdata
from mkef_codecs.ss7.tcap import Begin

MKEF_POINT_CODE, HLR_POINT_CODE = 2, 3
RAND = bytes.fromhex("23553cbe9637a89d218ae64dae47bf35")
_HLR, _MKEF = SccpAddress(6, HLR_POINT_CODE), SccpAddress(149, MKEF_POINT_CODE)
_OPENING = DialogueRequest(INFO_RETRIEVAL_V3, (encode_map_dialogue(MapDialogue.OPEN),))
_TRANSACTION = b"\x49\x04"  # tag and length of the destination transaction id
_TRIPLET = b"\x04\x10" + RAND  # an answer that holds it is one with vectors


class LoadFailed(Exception):
    """An HLR that closes or answers badly: nothing can be measured."""


def requests(imsis: Sequence[str]) -> list[bytes]:
    """A DATA message for each IMSI, its number as the transaction id."""
    return [_request(i, Imsi(digits)) for i, digits in enumerate(imsis)]


def _request(number: int, imsi: Imsi) -> bytes:
    arg = SendAuthenticationInfoArg(imsi, 1, segmentation_prohibited=True, rand_list=(RAND,))
    invoke = Invoke(1, SEND_AUTHENTICATION_INFO, encode_argument(arg, Encoding.EXTENSION))
    begin = tcap.encode(Begin(number.to_bytes(4, "big"), _OPENING, (invoke,)))
    unitdata = Unitdata(_HLR, _MKEF, begin).encode()
    return m3ua.data(ProtocolData(MKEF_POINT_CODE, HLR_POINT_CODE, unitdata)).encode()


class Load(asyncio.Protocol):
    """One association with its requests; `run` keeps some of them under way until all are done."""

    def __init__(self) -> None:
        self._framer = Framer()
        self._kinds: asyncio.Queue[Kind] = asyncio.Queue()
        self._clock = asyncio.get_running_loop().time
        self._left: list[bytes] = []
        self._sent_at: list[float] = []
        self.latencies_s: list[float] = []
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def connect(self, host: str, port: int) -> None:
        """Connect, and take the ASP into traffic."""
        await asyncio.get_running_loop().create_connection(lambda: self, host, port)
        for ask, answer in ((Kind.ASPUP, Kind.ASPUP_ACK), (Kind.ASPAC, Kind.ASPAC_ACK)):
            self._transport.write(Message(ask, {}).encode())
            while await self._kinds.get() is not answer:
                pass

    async def run(self, messages: Sequence[bytes], outstanding: int) -> float:
        """Seconds until all were answered."""
        self._messages, self._next = messages, 0
        self._sent_at, self.latencies_s = [0.0] * len(messages), []
        self._done = asyncio.get_running_loop().create_future()
        started = self._clock()
        self._send(outstanding)
        await self._done
        return self._clock() - started

    def close(self) -> None:
        """End the association."""
        self._transport.abort()

    def _send(self, count: int) -> None:
        """The next ones in one write, as a peer sends what one turn of its loop brings."""
        first, self._next = self._next, min(self._next + count, len(self._messages))
        now = self._clock()
        for number in range(first, self._next):
            self._sent_at[number] = now
        self._transport.write(b"".join(self._messages[first : self._next]))

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        answers = 0
        for octets in self._framer.feed(data):
            if octets[2:4] == b"\x01\x01":
                self._answered(octets)
                answers += 1
            else:
                self._kinds.put_nowait(m3ua.decode(octets).kind)
        if answers and not self._done.done():
            self._send(answers)

    def _answered(self, octets: bytes) -> None:
        at = octets.find(_TRANSACTION) + len(_TRANSACTION)
        number = int.from_bytes(octets[at : at + 4], "big")
        if _TRIPLET not in octets:
            self._done.set_exception(LoadFailed(f"an answer without a triplet: {octets.hex()}"))
            return
        self.latencies_s.append(self._clock() - self._sent_at[number])
        if len(self.latencies_s) == len(self._messages):
            self._done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(LoadFailed(f"the HLR closed the association: {exc}"))
