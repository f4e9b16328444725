"""A load of requests of the variant on an HLR: one M3UA association, so many under way.

Requests are encoded beforehand, answers only told apart, so that the HLR and not this side is what
is measured.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from time import perf_counter

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
_DATA = b"\x01\x01"  # message class and type
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


class Load:
    """One association with its requests; `run` keeps some of them under way until all are done.

    A socket that waits, and no event loop: that would be a part of every answer's time.
    """

    def __init__(self, host: str, port: int) -> None:
        """Connect, and take the ASP into traffic."""
        self._socket = socket.create_connection((host, port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._framer = Framer()
        self.latencies_s: list[float] = []
        for ask, answer in ((Kind.ASPUP, Kind.ASPUP_ACK), (Kind.ASPAC, Kind.ASPAC_ACK)):
            self._socket.sendall(Message(ask, {}).encode())
            while answer not in [m3ua.decode(octets).kind for octets in self._messages()]:
                pass

    def run(self, messages: Sequence[bytes], outstanding: int) -> float:
        """Seconds until all were answered."""
        self.latencies_s, sent = [], outstanding
        started = perf_counter()
        sent_at = [started] * outstanding
        self._socket.sendall(b"".join(messages[:outstanding]))
        while len(self.latencies_s) < len(messages):
            answers = [octets for octets in self._messages() if octets[2:4] == _DATA]
            now = perf_counter()
            self.latencies_s += [now - sent_at[_number(octets)] for octets in answers]
            more = messages[sent : sent + len(answers)]
            sent_at += [perf_counter()] * len(more)
            self._socket.sendall(b"".join(more))
            sent += len(more)
        return perf_counter() - started

    def close(self) -> None:
        """End the association."""
        self._socket.close()

    def _messages(self) -> list[bytes]:
        octets = self._socket.recv(65536)
        if not octets:
            raise LoadFailed("the HLR closed the association")
        return list(self._framer.feed(octets))


def _number(octets: bytes) -> int:
    """Which request an answer with vectors is about."""
    if _TRIPLET not in octets:
        raise LoadFailed(f"an answer without a triplet: {octets.hex()}")
    at = octets.find(_TRANSACTION) + len(_TRANSACTION)
    return int.from_bytes(octets[at : at + 4], "big")
