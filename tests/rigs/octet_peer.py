"""A Diameter peer made of octets: it reads by its own rules what a node says to bad messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from malformed_diameter import CER, DWR, Case, Then

SUCCESS = 2001
_RESULT_CODE, _FAILED_AVP = 268, 279
_PROTOCOL_ERRORS = range(3000, 4000)


@dataclass
class OctetPeer:
    """One plain connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    @asynccontextmanager
    async def connected(cls, address: str) -> AsyncIterator[Self]:
        """A connection without capabilities yet; it is gone without a word afterwards."""
        host, _, port = address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            yield cls(reader, writer)
        finally:
            writer.transport.abort()

    def say(self, octets: bytes) -> None:
        self.writer.write(octets)

    async def hear(self) -> bytes:
        """One message; none when the connection has ended."""
        try:
            head = await self.reader.readexactly(4)
            return head + await self.reader.readexactly(int.from_bytes(head[1:], "big") - 4)
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""

    async def exchange(self, octets: bytes) -> int | None:
        """The Result-Code that comes back."""
        self.say(octets)
        return result_code(await self.hear())

    async def introduce(self) -> None:
        """CER and CEA."""
        assert await self.exchange(CER.octets) == SUCCESS

    async def is_served(self) -> bool:
        """Whether a DWR is answered."""
        return await self.exchange(DWR.octets) == SUCCESS

    async def mishap(self, case: Case) -> str | None:
        """Send a malformed message; what is wrong with what follows, if anything is."""
        self.say(case.octets)
        if case.expected is Then.SILENCE:
            return None if await self.is_served() else "the connection is not served any more"
        answer = await self.hear()
        if case.expected is Then.CLOSED:
            return f"{result_code(answer)} instead of a close" if answer else None
        if not answer:
            return "closed without an answer"
        wrong = _wrong(case, answer)
        if wrong is None and case.ends and await self.hear():
            return "not closed after the answer"
        if wrong is None and not case.ends and not await self.is_served():
            return "the connection is not served any more"
        return wrong


def _wrong(case: Case, answer: bytes) -> str | None:
    found = result_code(answer)
    if found != case.expected:
        return f"{found} instead of {case.expected}"
    flags = answer[4]
    if flags & 0x80 or bool(flags & 0x20) != (found in _PROTOCOL_ERRORS):
        return f"flags 0x{flags:02x}"  # E stands for 3xxx alone (RFC 6733 clause 7.1.3)
    if answer[12:20] != case.octets[12:20]:
        return "identifiers of another request"
    shown = failed_avps(answer)
    if case.failed_avp is not None and shown != [case.failed_avp]:
        return f"Failed-AVP shows {shown} instead of {case.failed_avp}"
    return None


def avps(octets: bytes) -> list[tuple[int, bytes]]:
    """(code, data) of each AVP; every length must be right."""
    found = []
    while octets:
        length = int.from_bytes(octets[5:8], "big")
        start = 12 if octets[4] & 0x80 else 8
        assert start <= length <= len(octets)
        found.append((int.from_bytes(octets[:4], "big"), octets[start:length]))
        octets = octets[length + -length % 4 :]
    return found


def result_code(answer: bytes) -> int | None:
    """Of an answer that has one."""
    codes = [data for code, data in avps(answer[20:]) if code == _RESULT_CODE]
    return int.from_bytes(codes[0], "big") if codes else None


def failed_avps(answer: bytes) -> list[int]:
    """Codes of the AVPs in Failed-AVP."""
    groups = [data for code, data in avps(answer[20:]) if code == _FAILED_AVP]
    return [code for group in groups for code, _ in avps(group)]
