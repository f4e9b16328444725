"""The HLR over Diameter: RIR of protocol.md clause 7, AIR of TS 29.272 clause 5.2.3."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from malformed_diameter import CER
from msgspec.structs import replace
from octet_peer import OctetPeer

from hlr_stub.config import HlrConfig
from hlr_stub.faults import Fault, add_fault
from hlr_stub.node import HlrNode, open_subscribers
from hlr_stub.subscribers import Subscriber
from mkef.crypto.algorithms import ALGORITHMS
from mkef.crypto.kdf import derive_rands, kdf
from mkef.crypto.secret import Secret
from mkef.net import store_sqlite
from mkef.net.capture import Capture
from mkef.net.diameter import DiameterNode, local_node
from mkef.net.diameter_failures import RequestFailed
from mkef.net.diameter_section import ConnectSection, DiameterSection
from mkef.net.endpoint import Endpoint
from mkef.ops.configuration import load
from mkef_codecs.diameter.commands import Body, encode
from mkef_codecs.establishment import Profile
from mkef_codecs.generated.diameter import (
    AIA,
    AIR,
    ANSWER,
    MKR,
    RIA,
    RIR,
    MTCRANDList,
    RequestedEUTRANAuthenticationInfo,
    RequestedUTRANGERANAuthenticationInfo,
)
from mkef_codecs.generated.dictionary import ROWS
from mkef_codecs.identity import Imsi

HLR, MKEF = "hlr.home.example", "mkef.home.example"
IMSI, SIM, NO_MTC = "001010000000001", "001010000000002", "001010000000003"
REAL = "262010000000001"  # of no test network
RAND = bytes.fromhex("23553cbe9637a89d218ae64dae47bf35")  # TS 35.208 set 1
PLMN = b"\x00\xf1\x10"

CONFIG = f"""
store = "hlr.db"

[diameter]
origin_host = "{HLR}"
origin_realm = "home.example"
listen = "127.0.0.1:0"
mkefs = ["{MKEF}"]
"""

Home = Callable[..., AbstractAsyncContextManager[Callable[..., Any]]]


@pytest.fixture
def config_file(tmp_path: Path, subscriber: Subscriber) -> Path:
    path = tmp_path / "hlr-stub.toml"
    path.write_text(CONFIG)
    with closing(open_subscribers(load(path, HlrConfig))) as store:
        store.add(subscriber)
        store.add(replace(subscriber, imsi=Imsi(NO_MTC), mtc_allowed=False))
        store.add(replace(subscriber, imsi=Imsi(REAL)))
        store.add(Subscriber(Imsi(SIM), Secret(bytes(16)), None, ALGORITHMS["comp128v3"]))
    return path


@pytest.fixture
def home(config_file: Path) -> Home:
    """An HLR that runs, and how to ask it as a node of a name."""

    @asynccontextmanager
    async def run(*settings: str, host: str = MKEF) -> AsyncIterator[Callable[..., Any]]:
        config = load(config_file, HlrConfig, settings)
        async with asyncio.timeout(30), HlrNode(config) as hlr:
            address = Endpoint.parse(hlr.addresses["diameter"])
            peer = ConnectSection(host=HLR, address=(address,), realms=("*",))
            section = DiameterSection(
                origin_host=host, origin_realm="home.example", connect=(peer,)
            )
            applications = ((32473, RIR.APPLICATION), (10415, AIR.APPLICATION))
            local = local_node(section, applications)
            capture = Capture(None, node="test", clock=lambda: 0.0)
            async with DiameterNode(section, local, capture=capture, peer_name="hlr") as node:
                await node.connected()
                yield partial(node.request, timeout_s=20.0)

    return run


def rir(*rands: bytes, imsi: str = IMSI, **changes: Any) -> RIR:
    fields = {
        "session_id": f"{MKEF};1;1",
        "auth_session_state": 1,
        "origin_host": MKEF,
        "origin_realm": "home.example",
        "destination_realm": "home.example",
        "user_name": imsi,
        "mtc_rand_list": MTCRANDList(mtc_device_rand=list(rands or (RAND,))),
    }
    return RIR(**(fields | changes))


def air(imsi: str = IMSI, **changes: Any) -> AIR:
    fields = {
        "session_id": f"{MKEF};1;2",
        "auth_session_state": 1,
        "origin_host": MKEF,
        "origin_realm": "home.example",
        "destination_realm": "home.example",
        "user_name": imsi,
        "visited_plmn_id": PLMN,
    }
    return AIR(**(fields | changes))


def eutran(**fields: Any) -> dict[str, Any]:
    info = RequestedEUTRANAuthenticationInfo(**fields)
    return {"requested_eutran_authentication_info": info}


def utran(**fields: Any) -> dict[str, Any]:
    info = RequestedUTRANGERANAuthenticationInfo(**fields)
    return {"requested_utran_geran_authentication_info": info}


def result(answer: Body) -> tuple[int | None, int | None]:
    """Vendor and code: (None, Result-Code) or those of an Experimental-Result."""
    assert isinstance(answer, RIA | AIA | ANSWER)
    experimental = answer.experimental_result
    if experimental is None:
        return None, answer.result_code
    return experimental.vendor_id, experimental.experimental_result_code


# Zr.


@pytest.mark.parametrize("n", [1, 2, 3])
async def test_a_rand_list_is_answered_in_order(home: Home, n: int) -> None:
    rands = derive_rands(RAND, Profile(vectors=n))
    async with home() as ask:
        answer = await ask(rir(*rands))
    assert isinstance(answer, RIA)
    assert result(answer) == (None, 2001)
    vectors = answer.authentication_info.geran_vector
    assert [(v.item_number, v.rand) for v in vectors] == list(enumerate(rands, 1))
    assert vectors[0].sres.hex() == "46f8416a"
    assert vectors[0].kc.hex() == "eae4be823af9a08b"
    assert answer.session_id == f"{MKEF};1;1"


@pytest.mark.parametrize(
    ("request_", "host", "wanted"),
    [
        (rir(imsi="001019999999999"), MKEF, (10415, 5001)),
        (rir(imsi=NO_MTC), MKEF, (32473, 5003)),
        (rir(RAND, bytes(16)), MKEF, (32473, 5003)),
        (rir(origin_host="mme.home.example"), "mme.home.example", (None, 5003)),
        (rir(origin_host="another.home.example"), MKEF, (None, 5003)),
        (rir(imsi=REAL), MKEF, (None, 5003)),  # a peer without a certificate
        (rir(imsi="12x"), MKEF, (None, 5004)),
    ],
)
async def test_each_refusal(
    home: Home, request_: RIR, host: str, wanted: tuple[int | None, int]
) -> None:
    async with home(host=host) as ask:
        assert result(await ask(request_)) == wanted


def head(name: str, length: int) -> bytes:
    """The first octets of an AVP."""
    row = ROWS[name]
    return row.code.to_bytes(4, "big") + bytes([row.flags]) + length.to_bytes(3, "big")


UNKNOWN = bytes.fromhex("00ffff0000")  # code and flags of an AVP that may be passed over


@pytest.mark.parametrize(
    ("old", "new", "answer", "said", "audited"),
    [
        (head("MTC-RAND-List", 40)[:5], UNKNOWN, 5005, "argument missing", True),
        (head("User-Name", 23)[:5], UNKNOWN, 5005, "argument missing", False),
        (head("MTC-Device-RAND", 28), head("MTC-Device-RAND", 27), 5014, "argument mistyped", True),
        (IMSI.encode(), b"00101000000000x", 5004, "argument mistyped", False),
    ],
    ids=["no list", "no User-Name", "15 octets", "no IMSI"],
)
async def test_an_argument_that_cannot_be_used(
    config_file: Path,
    log: list[structlog.typing.EventDict],
    tmp_path: Path,
    old: bytes,
    new: bytes,
    answer: int,
    said: str,
    *,
    audited: bool,
) -> None:
    """Who sent it is a line of the log; it is one of the audit too if it tells whose it is."""
    octets = encode(rir(), 7, 7)
    assert octets.count(old) == 1
    audit = tmp_path / "audit.jsonl"
    config = load(config_file, HlrConfig, [f'audit.file="{audit}"'])
    zk, zr = (of.APPLICATION.to_bytes(4, "big") for of in (MKR, RIR))
    async with (
        asyncio.timeout(10),
        HlrNode(config) as hlr,
        OctetPeer.connected(hlr.addresses["diameter"]) as peer,
    ):
        assert await peer.exchange(CER.octets.replace(zk, zr)) == 2001
        assert await peer.exchange(octets.replace(old, new)) == answer
    (line,) = [line for line in log if line["event"] == "RIR refused"]
    peers = {"caller": MKEF, "association": "mtc-server.example"}
    told = {"outcome": said, **peers, "zr_session_id": f"{MKEF};1;1"}
    assert line.items() >= told.items()
    lines = [json.loads(line) for line in audit.read_text().splitlines()]
    assert len(lines) == audited
    for line in lines:
        assert line.items() >= (told | {"imsi": Imsi(IMSI).short, "rands": 0}).items()


async def test_the_quota_of_the_hlr(home: Home) -> None:
    async with home("quota_per_hour=1") as ask:
        assert result(await ask(rir())) == (None, 2001)
        assert result(await ask(rir())) == (32473, 4001)


async def test_an_hlr_without_the_variant_has_no_zr(home: Home) -> None:
    async with home("variant=false") as ask:
        assert result(await ask(rir())) == (None, 3001)


# S6a and S6d.


async def test_e_utran_vectors_that_a_usim_accepts(
    home: Home, subscriber: Subscriber, usim: Callable[..., Any]
) -> None:
    card = usim(subscriber)
    async with home() as ask:
        answer = await ask(air(**eutran(number_of_requested_vectors=3)))
    assert isinstance(answer, AIA)
    assert result(answer) == (None, 2001)
    vectors = answer.authentication_info.e_utran_vector
    assert [v.item_number for v in vectors] == [1, 2, 3]
    for v in vectors:
        assert card.authenticate(v.rand, v.autn) == ("ok", v.xres)
        assert v.autn[6] & 0x80  # for E-UTRAN only (TS 33.102 annex H)
        _, ck, ik, _ = subscriber.aka().f2345(v.rand)
        assert v.kasme == kdf(ck + ik, b"\x10", PLMN, v.autn[:6])  # TS 33.401 clause A.2


async def test_utran_vectors_for_a_usim(
    home: Home, subscriber: Subscriber, usim: Callable[..., Any]
) -> None:
    card = usim(subscriber)
    async with home() as ask:
        answer = await ask(air(**utran(number_of_requested_vectors=2)))
    for v in answer.authentication_info.utran_vector:
        assert card.authenticate(v.rand, v.autn) == ("ok", v.xres)
        assert subscriber.aka().f2345(v.rand)[1:3] == (v.confidentiality_key, v.integrity_key)
    assert len(answer.authentication_info.utran_vector) == 2
    assert answer.authentication_info.geran_vector == []


async def test_geran_vectors_for_a_sim(home: Home) -> None:
    async with home() as ask:
        answer = await ask(air(SIM, **utran(number_of_requested_vectors=9)))
        assert len(answer.authentication_info.geran_vector) == 5
        assert answer.authentication_info.utran_vector == []
        assert result(await ask(air(SIM, **eutran()))) == (10415, 5420)


async def test_both_kinds_at_once(home: Home) -> None:
    async with home() as ask:
        info = (await ask(air(**eutran(), **utran()))).authentication_info
    assert (len(info.e_utran_vector), len(info.utran_vector)) == (1, 1)
    assert info.e_utran_vector[0].autn[:6] != info.utran_vector[0].autn[:6]


async def test_a_usim_that_is_ahead_is_followed(
    home: Home, subscriber: Subscriber, usim: Callable[..., Any]
) -> None:
    card = usim(subscriber, array=dict.fromkeys(range(32), 5000))
    async with home() as ask:
        (v,) = (await ask(air(**eutran()))).authentication_info.e_utran_vector
        outcome, auts = card.authenticate(v.rand, v.autn)
        assert outcome == "resync"
        again = eutran(re_synchronization_info=v.rand + auts)
        (v,) = (await ask(air(**again))).authentication_info.e_utran_vector
        assert card.authenticate(v.rand, v.autn) == ("ok", v.xres)
        forged = eutran(re_synchronization_info=v.rand + bytes(14))
        assert result(await ask(air(**forged))) == (10415, 4181)


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        (air("001019999999999", **eutran()), (10415, 5001)),
        (air(), (None, 5005)),
        (air(origin_host="another.home.example", **eutran()), (None, 5003)),
    ],
)
async def test_each_refusal_of_an_air(
    home: Home, request_: AIR, wanted: tuple[int | None, int]
) -> None:
    async with home() as ask:
        assert result(await ask(request_)) == wanted


async def test_an_air_while_another_program_writes(
    home: Home,
    config_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    log: list[structlog.typing.EventDict],
) -> None:
    """SQLite has one writer: an import that takes too long is 4181, and the log says that."""
    monkeypatch.setattr(store_sqlite, "BUSY_TIMEOUT_MS", 50)
    importing = open_subscribers(load(config_file, HlrConfig))
    async with home() as ask:
        with closing(importing), importing.database.transaction():
            assert result(await ask(air(**eutran()))) == (10415, 4181)
            assert result(await ask(rir())) == (None, 2001)
        assert result(await ask(air(session_id="later", **eutran()))) == (None, 2001)
    (line,) = [line for line in log if line["event"] == "store"]
    assert line["imsi"] == Imsi(IMSI)
    assert "database is locked: another program holds it" in line["problem"]


async def test_a_request_for_another_realm_is_told(
    home: Home, log: list[structlog.typing.EventDict]
) -> None:
    async with home() as ask:
        assert result(await ask(rir(destination_realm="other.example"))) == (None, 3003)
    (line,) = [line for line in log if line["event"] == "request declined"]
    assert (line["command"], line["answer"], line["peer"]) == (RIR.COMMAND, "3003", MKEF)
    assert line["problem"] == "realm other.example is not served here"


# Mistakes on demand.


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        ("error=unknown-subscriber", (10415, 5001)),
        ("error=system-failure", (10415, 4181)),
        ("error=data-missing", (None, 5005)),
        ("error=unexpected-data-value", (32473, 5003)),
        ("abort", (None, 5012)),
    ],
)
@pytest.mark.parametrize("request_", [rir(), air(**eutran())], ids=["RIR", "AIR"])
async def test_faults_that_are_answers(
    home: Home, config_file: Path, request_: Body, fault: str, wanted: tuple[int | None, int]
) -> None:
    with closing(open_subscribers(load(config_file, HlrConfig))) as store:
        add_fault(store.database, Fault.parse(fault))
    async with home() as ask:
        assert result(await ask(request_)) == wanted


@pytest.mark.parametrize("fault", ["abort", "garbage", "drop", "error=system-failure"])
async def test_a_use_that_a_fault_took_is_an_audit_line(
    home: Home, config_file: Path, tmp_path: Path, fault: str
) -> None:
    with closing(open_subscribers(load(config_file, HlrConfig))) as store:
        add_fault(store.database, Fault.parse(fault))
    audit = tmp_path / "audit.jsonl"
    async with home(f'audit.file="{audit}"') as ask:
        with suppress(RequestFailed):
            await ask(rir(), timeout_s=0.2)
    (line,) = map(json.loads, audit.read_text().splitlines())
    assert (line["outcome"], line["caller"]) == (f"fault:{fault}", MKEF)
    assert line["zr_session_id"] == f"{MKEF};1;1"


async def test_a_use_that_is_given_up_in_a_delay_is_an_audit_line(
    home: Home, config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here only a stop gives up: to whoever has gone, an answer is sent all the same."""
    monkeypatch.setattr("mkef.net.diameter._SETTLE_S", 0.1)
    with closing(open_subscribers(load(config_file, HlrConfig))) as store:
        add_fault(store.database, Fault.parse("delay=3600"))
    audit = tmp_path / "audit.jsonl"
    async with home(f'audit.file="{audit}"') as ask:
        with pytest.raises(RequestFailed):
            await ask(rir(), timeout_s=0.2)
    (line,) = map(json.loads, audit.read_text().splitlines())
    assert (line["outcome"], line["zr_session_id"]) == ("fault:delay=3600", f"{MKEF};1;1")


async def test_who_is_not_answered_keeps_nothing_busy(home: Home, config_file: Path) -> None:
    """No task is left, nor is anything of the room that other requests of the peer have."""
    with closing(open_subscribers(load(config_file, HlrConfig))) as store:
        add_fault(store.database, Fault.parse("drop", NO_MTC))
    async with home("diameter.max_serving=2") as ask:
        before = len(asyncio.all_tasks())
        dropped = [rir(imsi=NO_MTC, session_id=f"{MKEF};1;{i}") for i in range(5)]
        dropped.append(air(NO_MTC, **eutran()))
        asked = [ask(request, timeout_s=0.3) for request in dropped]
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(each) for each in found] == [RequestFailed] * 6
        assert len(asyncio.all_tasks()) == before
        assert result(await ask(rir())) == (None, 2001)


async def test_another_rand_than_asked_for(home: Home, config_file: Path) -> None:
    with closing(open_subscribers(load(config_file, HlrConfig))) as store:
        add_fault(store.database, Fault.parse("wrong-rand"))
    async with home() as ask:
        answer = await ask(rir())
    assert [v.rand != RAND for v in answer.authentication_info.geran_vector] == [True]


async def test_quintuplets_instead(home: Home, config_file: Path) -> None:
    with closing(open_subscribers(load(config_file, HlrConfig))) as store:
        add_fault(store.database, Fault.parse("quintuplets"))
    async with home() as ask:
        answer = await ask(rir())
    assert answer.authentication_info.geran_vector == []
    assert [v.rand != RAND for v in answer.authentication_info.utran_vector] == [True]


async def test_garbage_is_an_answer_that_cannot_be_read(home: Home, config_file: Path) -> None:
    with closing(open_subscribers(load(config_file, HlrConfig))) as store:
        add_fault(store.database, Fault.parse("garbage"))
    async with home() as ask:
        with pytest.raises(RequestFailed):
            await ask(rir())
