"""The cost of decoding grows with a message's length and not faster."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import pytest

from mkef_codecs.diameter.avp import Avp
from mkef_codecs.diameter.commands import decode
from mkef_codecs.diameter.header import Header
from mkef_codecs.generated.diameter import RIA, GERANVector


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


def seconds(octets: bytes) -> float:
    def once() -> float:
        started = perf_counter()
        decode(octets)
        return perf_counter() - started

    return min(once() for _ in range(7))


@pytest.mark.parametrize("make", [repeated, unknown, vectors, disordered, nested])
def test_eight_times_the_octets_take_less_than_three_times_eight_the_time(
    make: Callable[[int], bytes],
) -> None:
    small, large = message_of(make(8 << 10)), message_of(make(64 << 10))
    assert len(large) > 7 * len(small)
    assert seconds(large) < 24 * seconds(small) + 0.001
