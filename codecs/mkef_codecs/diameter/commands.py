"""Whole Diameter messages, typed: the one way in and out of the generated codecs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar, Protocol

from msgspec import Struct

from mkef_codecs.diameter import avp
from mkef_codecs.diameter.errors import (
    ApplicationUnsupported,
    CommandUnsupported,
    DiameterError,
)
from mkef_codecs.diameter.header import (
    ERROR,
    LENGTH,
    PROXIABLE,
    REQUEST,
    Header,
    check_header,
    decode_header,
)
from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.generated.diameter import ANSWER, ANSWERS, REQUESTS
from mkef_codecs.generated.dictionary import ROWS

SUCCESS = ResultCode.SUCCESS
SESSION_ID, PROXY_INFO = ROWS["Session-Id"].key, ROWS["Proxy-Info"].key


class Body(Protocol):
    """What the generated commands have in common."""

    COMMAND: ClassVar[int]
    APPLICATION: ClassVar[int]
    FLAGS: ClassVar[int]

    def encode(self) -> bytes:
        """The AVPs."""


class Message(Struct, frozen=True, gc=False):
    """A header and the command behind it."""

    header: Header
    body: Body


def decode(message: bytes, header: Header | None = None) -> Message:
    """A whole message; raises the DiameterError whose Result-Code answers it."""
    header = header or decode_header(message)
    check_header(message, header)
    flags = header.flags
    if flags & ERROR:
        return Message(header, ANSWER.decode(message, LENGTH, len(message)))
    command = (REQUESTS if flags & REQUEST else ANSWERS).get(header.command)
    if command is None:
        raise CommandUnsupported(f"command {header.command}")
    if header.application != command.APPLICATION:
        raise ApplicationUnsupported(f"application {header.application}")
    return Message(header, command.decode(message, LENGTH, len(message)))


def encode(body: Body, hop_by_hop: int, end_to_end: int, *, flags: int | None = None) -> bytes:
    """A whole message with the command's own flags unless others are given."""
    return Header(
        flags=body.FLAGS if flags is None else flags,
        command=body.COMMAND,
        application=body.APPLICATION,
        hop_by_hop=hop_by_hop,
        end_to_end=end_to_end,
    ).encode(body.encode())


def encode_answer(body: Body, request: Header) -> bytes:
    """An answer to a request: its identifiers, command, application and P bit (clause 6.2)."""
    return Encoded.of(body).answer(request)


class Encoded(Struct, frozen=True, gc=False):
    """The AVPs of an answer as octets, made once for all who asked; `flags` has its E bit."""

    avps: bytes
    flags: int

    @classmethod
    def of(cls, body: Body) -> Encoded:
        """What a command becomes."""
        return cls(body.encode(), ERROR if isinstance(body, ANSWER) else 0)

    def answer(self, request: Header, proxy_info: Sequence[bytes] = ()) -> bytes:
        """The answer to a request, with the Proxy-Info of its way (clause 6.2)."""
        avps = self.avps
        if proxy_info:
            ways = (avp.Avp(PROXY_INFO, 0, avp.MANDATORY_BIT, data) for data in proxy_info)
            avps += b"".join(way.encode() for way in ways)
        return request.answered(request.flags & PROXIABLE | self.flags, avps)


def session_id_of(message: bytes) -> str | None:
    """The Session-Id of a message whose grammar failed, for the answer that says so."""
    return text_of(SESSION_ID, message)


def text_of(key: int, message: bytes) -> str | None:
    """A text in a message whose grammar failed: the first AVP of a key that holds one."""
    for data in avp.data_of(key, message, LENGTH):
        with suppress(DiameterError):
            return avp.decode_utf8(data)
    return None


def proxy_info_of(message: bytes) -> list[bytes]:
    """The Proxy-Info of a message whose grammar failed: without it no answer finds its way."""
    return list(avp.data_of(PROXY_INFO, message, LENGTH))
