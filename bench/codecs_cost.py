"""The cost of decoding grows with a message's length and not faster: 64 KiB beside 8 KiB."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from time import process_time
from typing import Any

from mkef_codecs.diameter.avp import Avp
from mkef_codecs.diameter.commands import decode
from mkef_codecs.diameter.header import Header
from mkef_codecs.errors import CodecError
from mkef_codecs.generated import mkef_map
from mkef_codecs.generated.diameter import RIA, GERANVector
from mkef_codecs.ss7 import tcap
from mkef_codecs.ss7.ber import tlv

GOAL = 16.0  # times the time for eight times the octets: far from the 64 of a quadratic decoder
REPEATS = 7


def repeated(size: int) -> bytes:
    one = Avp(282, 0, 0x40, b"relay.example").encode()
    return one * (size // len(one))


def unknown(size: int) -> bytes:
    return Avp(9000, 32473, 0x80, b"").encode() * (size // 12)


def vectors(size: int) -> bytes:
    one = GERANVector(item_number=1, rand=bytes(16), sres=bytes(4), kc=bytes(8)).encode()
    group = Avp(1416, 10415, 0xC0, one).encode()
    return Avp(1413, 10415, 0xC0, group * (size // len(group))).encode()


def disordered(size: int) -> bytes:
    pair = Avp(282, 0, 0x40, b"a").encode() + Avp(284, 0, 0x40, b"").encode()
    return pair * (size // len(pair))


def nested(size: int) -> bytes:
    data = b""
    while len(data) < size - 8:
        data = Avp(279, 0, 0x40, data).encode()
    return data


def message_of(body: bytes) -> bytes:
    start = RIA(
        session_id="a;1;1",
        auth_session_state=1,
        origin_host="a",
        origin_realm="b",
        result_code=2001,
    )
    return Header(0x40, start.COMMAND, start.APPLICATION, 1, 2).encode(start.encode() + body)


def _definite(count: int) -> bytes:
    """An End of `count` components, which is refused behind the sixteenth."""
    component = bytes.fromhex("a106020101020138")
    return tlv(b"\x64", bytes.fromhex("490101") + tlv(b"\x6c", component * count))


def _indefinite(count: int) -> bytes:
    """The same, every length indefinite."""
    component = bytes.fromhex("a180 020101 020138 0000")
    return b"\x64\x80\x49\x01\x01\x6c\x80" + component * count + bytes(4)


def _deep(count: int) -> bytes:
    """Components in each of which values of indefinite length are nested 14 deep."""
    component = b"\x30\x80" * 14 + b"\x05\0" * 40 + b"\0\0" * 14
    return b"\x64\x80\x49\x01\x01\x6c\x80" + component * (count // 17) + bytes(4)


def _bounded(count: int) -> bytes:
    """Components of nearly as many values of indefinite length as one may have."""
    nested = b"\x30\x80" * 13 + b"\x05\0" * 480 + b"\0\0" * 13
    component = bytes.fromhex("a180 020101 020138") + nested + b"\0\0"
    return tlv(b"\x64", bytes.fromhex("490101") + tlv(b"\x6c", component * count))


def _segments(count: int) -> bytes:
    """An IMSI in segments."""
    return tlv(b"\x24", b"\x04\x01\0" * (count * 2))


def _additions(count: int) -> bytes:
    """A MAP-Open with unknown elements."""
    return tlv(b"\xa0", b"\x9f\x2a\x01\0" * count)


# name, decoder, maker, and what the maker is given for a short and for a long message
CASES: tuple[
    tuple[str, Callable[[bytes], object], Callable[[int], bytes], tuple[int, int]], ...
] = (
    ("Route-Record again and again", decode, lambda n: message_of(repeated(n)), (8192, 65536)),
    ("unknown AVPs", decode, lambda n: message_of(unknown(n)), (8192, 65536)),
    ("GERAN-Vectors in a group", decode, lambda n: message_of(vectors(n)), (8192, 65536)),
    ("two AVPs in turn", decode, lambda n: message_of(disordered(n)), (8192, 65536)),
    ("Failed-AVP in Failed-AVP", decode, lambda n: message_of(nested(n)), (8192, 65536)),
    ("components", tcap.decode, _definite, (800, 6400)),
    ("components of indefinite length", tcap.decode, _indefinite, (800, 6400)),
    ("components nested deep", tcap.decode, _deep, (800, 6400)),
    ("as much of indefinite length as is read", tcap.decode, _bounded, (2, 16)),
    ("an IMSI in segments", mkef_map.decode_imsi, _segments, (800, 6400)),
    ("unknown additions", mkef_map.decode_map_dialogue_pdu, _additions, (800, 6400)),
)


def rows() -> list[dict[str, Any]]:
    """A row for each case: microseconds of the long message beside the short one's."""
    return [_row(*case) for case in CASES]


def _row(
    name: str,
    decoder: Callable[[bytes], object],
    make: Callable[[int], bytes],
    sizes: tuple[int, int],
) -> dict[str, Any]:
    short, long = (_microseconds(decoder, make(size)) for size in sizes)
    return {
        "name": f"eight times as long: {name}",
        "value": round(long, 1),
        "unit": "us",
        "peer": "an eighth of it",
        "peer_value": round(short, 1),
        "ratio": round(long / short, 1),
        "goal": GOAL,
        "met": long / short <= GOAL,
    }


def _microseconds(decoder: Callable[[bytes], object], octets: bytes) -> float:
    def once() -> float:
        started = process_time()
        with suppress(CodecError):  # too many of them: found after all were read
            decoder(octets)
        return process_time() - started

    return min(once() for _ in range(REPEATS)) * 1e6
