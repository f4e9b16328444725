"""Refusals of a busy MKEF, told from octets alone: the same as if the request had been read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from mkef.answers import Code
from mkef.domain.load import Load
from mkef.net.sources import Sources
from mkef.ops.configuration import MetricsSection
from mkef.ops.metrics import Metrics
from mkef.shedding import REASON, Shedding
from mkef.stack.diameter_access import Agent, Remote
from mkef.stack.diameter_base import refusal
from mkef.stack.diameter_events import LocalNode
from mkef.zk import answer
from mkef_codecs.diameter.commands import decode, encode, encode_answer
from mkef_codecs.diameter.header import RETRANSMITTED, decode_header
from mkef_codecs.generated.diameter import ANSWER, MKA, MKR
from mkef_codecs.lab import VENDOR

LOCAL = LocalNode("mkef.home", "home", ((VENDOR, MKR.APPLICATION),), (), origin_state_id=0)
SERVER = Remote("mtc.example", "example", certified=True)
AGENT = Remote("dra.example", "example", certified=True, agent=Agent("dra.example"))
MOST = 3
PROXY_INFO = b"\0\0\x01\x18\x40\0\0\x0dp.net\0\0\0\0\0\0\x21\x40\0\0\x09s\0\0\0"


def request(**changes: Any) -> MKR:
    fields: dict[str, Any] = {
        "session_id": "mtc.example;1;22",
        "auth_session_state": 1,
        "origin_host": SERVER.origin_host,
        "origin_realm": "example",
        "destination_realm": "home",
        "user_name": "001010123456789",
        "mtc_key_profile": 0,
        "mtc_device_rand": bytes(16),
        "mtc_encrypted_res": bytes(4),
    }
    return MKR(**{**fields, **changes})


@pytest.fixture(scope="module")
def metrics() -> Metrics:
    return Metrics(MetricsSection(), "mkef")


@pytest.fixture
async def shedding(metrics: Metrics) -> Any:
    made = Shedding(Load(MOST, MOST), LOCAL, sources=Sources(), metrics=metrics)
    yield made
    made.stop()


def shed(
    shedding: Shedding, octets: bytes, remote: Remote = SERVER, total: int = MOST, own: int = 0
) -> bytes | None:
    return shedding(octets, decode_header(octets), remote, total, own)


@pytest.mark.parametrize("session_id", ["a", "mtc.example;1;22", "x" * 99])
@pytest.mark.parametrize("more", [{}, {"proxy_info": [PROXY_INFO, PROXY_INFO]}])
async def test_it_says_what_a_request_that_was_read_is_told(
    shedding: Shedding, session_id: str, more: dict[str, Any]
) -> None:
    asked = request(session_id=session_id, route_record=["mtc.example"], **more)
    message = decode(encode(asked, 1, 2))
    said = shed(shedding, encode(asked, 1, 2))
    code = Code(4002, VENDOR)
    made = answer(LOCAL, session_id, code, None, asked.proxy_info)
    assert said == encode_answer(made, message.header)
    assert isinstance(decode(said).body, MKA)


async def test_who_named_this_node_is_told_3004(shedding: Shedding) -> None:
    asked = request(destination_host="MKEF.home", proxy_info=[PROXY_INFO])
    octets = encode(asked, 1, 2)
    said = shed(shedding, octets)
    assert said
    read = decode(
        refusal(
            LOCAL,
            decode_header(octets),
            3004,
            REASON,
            session_id=asked.session_id,
            proxy_info=asked.proxy_info,
        )
    )
    assert decode(said).header == read.header
    assert read.header.is_error
    body = decode(said).body
    assert isinstance(body, ANSWER)
    body.order = ()
    assert body == read.body


@pytest.mark.parametrize(
    "changes",
    [
        {"destination_host": "other.home"},
        {"destination_realm": "elsewhere"},
        {"route_record": ["dra.example", "Mkef.Home"]},
    ],
    ids=str,
)
async def test_what_is_misrouted_is_left_to_who_says_so(
    shedding: Shedding, changes: dict[str, Any]
) -> None:
    assert shed(shedding, encode(request(**changes), 1, 2)) is None


def again() -> bytes:
    octets = encode(request(), 1, 2)
    return octets[:4] + bytes((octets[4] | RETRANSMITTED,)) + octets[5:]


async def test_the_t_bit_lets_in_no_more_than_a_server_s_part(shedding: Shedding) -> None:
    assert shed(shedding, again(), own=1) is None
    assert shed(shedding, again(), own=MOST)
    assert shed(shedding, again(), AGENT, own=MOST) is None


def variants() -> Iterator[Any]:
    octets = encode(request(), 1, 2)
    yield pytest.param(again(), id="again")
    yield pytest.param(octets[:4] + b"\x40" + octets[5:], id="answer")
    yield pytest.param(octets[:7] + b"\x01" + octets[8:], id="other command")
    yield pytest.param(octets[:11] + b"\x02" + octets[12:], id="other application")
    yield pytest.param(b"\x02" + octets[1:], id="other version")
    yield pytest.param(octets[:27] + b"\xff" + octets[28:], id="a length that lies")
    yield pytest.param(octets[:23] + b"\x01" + octets[24:], id="no Session-Id")
    yield pytest.param(encode(request(proxy_info=[PROXY_INFO] * 400), 1, 2), id="too long")


@pytest.mark.parametrize("octets", list(variants()))
async def test_what_is_no_plain_key_request_is_read_whole(
    shedding: Shedding, octets: bytes
) -> None:
    assert shed(shedding, octets) is None


async def test_who_is_not_busy_takes_it_on(shedding: Shedding) -> None:
    octets = encode(request(), 1, 2)
    assert shed(shedding, octets, total=MOST - 1) is None
    assert shed(shedding, octets, total=MOST - 1, own=MOST)
    assert shed(shedding, octets, AGENT, total=MOST - 1, own=MOST) is None  # of many servers
    assert shed(shedding, octets, AGENT)


async def test_refusals_are_counted_and_told_together(shedding: Shedding, metrics: Metrics) -> None:
    def counted(code: str) -> float:
        return metrics.registry.get_sample_value("mkef_requests_total", {"outcome": code}) or 0.0

    before = counted("32473/4002"), counted("3004")
    with capture_logs() as logs:
        for _ in range(3):
            shed(shedding, encode(request(), 1, 2))
        shed(shedding, encode(request(destination_host="mkef.home"), 1, 2), AGENT)
        shedding.stop()
        shedding.stop()
    assert (counted("32473/4002"), counted("3004")) == (before[0] + 3, before[1] + 1)
    common = {"event": "key requests refused", "log_level": "warning", "reason": REASON}
    assert logs == [
        {**common, "server": "dra.example", "answer": "3004", "count": 1},
        {**common, "server": "mtc.example", "answer": "32473/4002", "count": 3},
    ]


@given(octets=st.binary(max_size=120), place=st.integers(20, 300))
def test_no_octets_harm_it(octets: bytes, place: int) -> None:
    whole = encode(request(), 1, 2)
    changed = whole[:place] + octets + whole[place:]
    changed = b"\x01" + len(changed).to_bytes(3, "big") + changed[4:]
    metrics = Metrics(MetricsSection(), "mkef")
    made = Shedding(Load(MOST), LOCAL, sources=Sources(), metrics=metrics)
    made._alarm.set = lambda _deadline: None  # type: ignore[method-assign]
    said = shed(made, changed)
    if said is not None:
        header = decode_header(said)
        assert (header.hop_by_hop, header.end_to_end) == (1, 2)
