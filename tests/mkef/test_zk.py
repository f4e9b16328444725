"""Key requests in, keys or refusals out: what the MKEF says over Zk (protocol.md clause 5)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from mkef.crypto.gsm import GsmVector
from mkef.crypto.kdf import Binding, derive_rands
from mkef.crypto.secret import Kc
from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement
from mkef.domain.errors import (
    HlrNotCapable,
    NotEntitled,
    ProfileNotAllowed,
    UserUnknown,
    VectorsUnavailable,
)
from mkef.domain.hlrs import EchoedVector, Hlrs
from mkef.domain.keys import KeyEstablishment, KeyRequest, Policy
from mkef.domain.load import Load
from mkef.domain.routing import Route, RoutingTable
from mkef.mkr import check_peer, read_request
from mkef.net.database import Location
from mkef.net.sources import Sources
from mkef.ops.configuration import MetricsSection
from mkef.ops.metrics import Metrics
from mkef.records.editor import Editor
from mkef.records.ledger import SqlLedger
from mkef.records.lookup import SqlLookup
from mkef.records.reading import Records
from mkef.service import KeyService, UnknownProfile
from mkef.stack.diameter_access import Remote
from mkef.stack.diameter_events import LocalNode
from mkef.zk import ZkFront
from mkef_codecs.diameter.avp import Avp, encode_time
from mkef_codecs.diameter.commands import Message, decode, encode, encode_answer
from mkef_codecs.diameter.errors import CommandUnsupported, DiameterError, InvalidAvpValue, TooBusy
from mkef_codecs.establishment import COUNTER_EPOCH, Profile
from mkef_codecs.generated.diameter import DWR, MKA, MKR, VendorSpecificApplicationId
from mkef_codecs.identity import Imsi, ServerId

IMSI = Imsi("001010123456789")
SERVER_ID = ServerId("coap://mtc.example")
HOST = "mtc.example"
LOCAL = LocalNode("mkef.home", "home", ((32473, 16781313),), (), origin_state_id=1)
REMOTE = Remote(HOST, "example", certified=True)
NOW = float(COUNTER_EPOCH + 1000)
RAND = bytes(range(16))


def vector_of(rand: bytes) -> GsmVector:
    octets = hashlib.sha256(b"card" + rand).digest()
    return GsmVector(octets[:4], Kc(octets[4:12]))


@dataclass
class FakeHlr:
    """Answers as it should; `outcome` replaces that, and `gate` holds it back."""

    outcome: Exception | list[EchoedVector] | None = None
    asked: list[tuple[Imsi, tuple[bytes, ...]]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def vectors(
        self, imsi: Imsi, rands: tuple[bytes, ...], timeout_s: float
    ) -> list[EchoedVector]:
        self.asked.append((imsi, rands))
        await self.gate.wait()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome or [EchoedVector(rand, vector_of(rand)) for rand in rands]


@dataclass
class Mkef:
    """A service with its HLR; a request is a Message, as the net room hands it over."""

    hlr: FakeHlr
    metrics: Metrics
    service: KeyService
    front: ZkFront

    async def ask(self, mkr: MKR, remote: Remote = REMOTE) -> MKA:
        message = decode(encode(mkr, 1, 2))
        answer = self.front(message, remote)
        if asyncio.iscoroutine(answer):
            answer = await answer
        sent = decode(encode_answer(answer, message.header)).body
        assert isinstance(sent, MKA)
        assert sent == answer
        return sent


@pytest.fixture
async def mkef(tmp_path: Path) -> AsyncIterator[Mkef]:
    hlr = FakeHlr()
    hlr.gate.set()
    metrics = Metrics(MetricsSection(), "mkef")
    sources = Sources(clock=lambda: NOW)
    async with Records(Location(tmp_path / "mkef.db")) as records:
        row = Entitlement(Devices.parse("*"), SERVER_ID, frozenset({HOST}))
        await records.writer.run(lambda database: Editor(database, "test", NOW).add(row))
        establishment = KeyEstablishment(
            Policy(tag=b"MTCR"),
            SqlLookup(records),
            SqlLedger(records),
            Hlrs({"hlr": hlr}, RoutingTable.of([Route("", "hlr")]), sources.timer),
            load=Load(3),
            clock=sources.clock,
            timer=sources.timer,
        )
        service = KeyService(establishment, sources=sources, metrics=metrics)
        front = ZkFront(LOCAL, service, sources=sources)
        yield Mkef(hlr, metrics, service, front)
        service.stop()


def key_request(rand: bytes = RAND, profile: Profile | None = None, **changes: Any) -> MKR:
    """What a server makes of the right device's first message."""
    profile = profile or Profile()
    vectors = tuple(map(vector_of, derive_rands(rand, profile)))
    established = Binding(profile, rand, IMSI, SERVER_ID).derive(vectors)
    fields: dict[str, Any] = {
        "session_id": "mtc.example;1;1",
        "auth_session_state": 1,
        "origin_host": HOST,
        "origin_realm": "example",
        "destination_realm": "home",
        "user_name": IMSI.digits,
        "mtc_key_profile": profile.octet,
        "mtc_device_rand": rand,
        "mtc_encrypted_res": established.encrypted_res,
    }
    return MKR(**{**fields, **changes})


def code_of(mka: MKA) -> str:
    """Exactly one of Result-Code and Experimental-Result."""
    if mka.experimental_result is None:
        assert mka.result_code is not None
        return str(mka.result_code)
    assert mka.result_code is None
    result = mka.experimental_result
    return f"{result.vendor_id}/{result.experimental_result_code}"


async def test_a_key_is_released(mkef: Mkef) -> None:
    profile = Profile(vectors=2)
    with capture_logs() as logs:
        mka = await mkef.ask(key_request(RAND, profile, requested_key_lifetime=int(NOW) + 60))
    vectors = tuple(map(vector_of, derive_rands(RAND, profile)))
    key = Binding(profile, RAND, IMSI, SERVER_ID).derive(vectors).k_mtc
    assert (code_of(mka), mka.session_id) == ("2001", "mtc.example;1;1")
    assert (mka.origin_host, mka.origin_realm, mka.auth_session_state) == ("mkef.home", "home", 1)
    assert mka.vendor_specific_application_id == VendorSpecificApplicationId(
        vendor_id=32473, auth_application_id=16781313
    )
    assert mka.mtc_key_info
    assert mka.mtc_key_info.mtc_key_material == key.octets
    assert mka.mtc_key_info.mtc_server_id == SERVER_ID.value
    assert mka.mtc_key_info.key_expirytime == int(NOW) + 60
    assert mka.mtc_key_info.mtc_key_strength == 128
    assert mkef.hlr.asked == [(IMSI, derive_rands(RAND, profile))]
    (entry,) = logs
    assert (entry["event"], entry["k_mtc_fingerprint"]) == ("key released", key.fingerprint)
    assert entry["correlation"] == mka.session_id
    assert key.octets.hex() not in repr(logs)
    assert repr(key.octets) not in repr(logs)
    assert isinstance(entry["imsi"], Imsi), "the log shortens it"


async def test_proxy_info_goes_back_in_order(mkef: Mkef) -> None:
    state = [Avp(280, 0, 0x40, name).encode() for name in (b"first", b"second")]
    for changes in ({}, {"user_name": "001010123456780"}):
        assert (await mkef.ask(key_request(proxy_info=state, **changes))).proxy_info == state


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (UserUnknown("1"), "10415/5001"),
        (VectorsUnavailable("34"), "10415/4181"),
        (ProfileNotAllowed("36"), "32473/5003"),
        (HlrNotCapable("reject"), "32473/5001"),
        ([EchoedVector(bytes(16), vector_of(bytes(16)))], "32473/5001"),
        ([EchoedVector(RAND, vector_of(bytes(16)))], "4001"),
    ],
    ids=repr,
)
async def test_what_the_hlr_does_is_answered(mkef: Mkef, outcome: Any, code: str) -> None:
    mkef.hlr.outcome = outcome
    with capture_logs() as logs:
        mka = await mkef.ask(key_request())
    assert (code_of(mka), mka.mtc_key_info) == (code, None)
    (entry,) = logs
    assert (entry["event"], entry["answer"]) == ("key refused", code)
    assert entry["correlation"] == "mtc.example;1;1", "the Session-Id, which the server logs too"


async def test_refusals_say_nothing_but_their_code(mkef: Mkef) -> None:
    """The reason stays in the MKEF's log: all 5003 are alike."""
    refused = [
        await mkef.ask(key_request(), replace(REMOTE, origin_host="other.example")),
        await mkef.ask(key_request(origin_host="other.example")),
        await mkef.ask(key_request(mtc_server_id="other.example")),
        await mkef.ask(key_request(route_record=["relay.example"])),
        await mkef.ask(key_request(user_name="262019999999999"), replace(REMOTE, certified=False)),
    ]
    assert all(mka == refused[0] for mka in refused)
    assert code_of(refused[0]) == "5003"
    assert mkef.hlr.asked == []


# Well-formed: what the grammar cannot say (5004 with the AVP).


@pytest.mark.parametrize(
    ("changes", "name", "failed"),
    [
        ({"user_name": "00101"}, "User-Name", Avp(1, 0, 0x40, b"00101")),
        ({"user_name": "00101012345678a"}, "User-Name", Avp(1, 0, 0x40, b"00101012345678a")),
        ({"user_name": "1" * 16}, "User-Name", Avp(1, 0, 0x40, b"1" * 16)),
        ({"mtc_key_profile": 0x01}, "MTC-Key-Profile", Avp(2, 32473, 0xC0, b"\0\0\0\1")),
        ({"mtc_key_profile": 0x30}, "MTC-Key-Profile", Avp(2, 32473, 0xC0, b"\0\0\0\x30")),
        (
            {"mtc_encrypted_res": bytes(8)},
            "MTC-Encrypted-RES",
            Avp(4, 32473, 0xC0, bytes(8)),
        ),
        (
            {"mtc_encrypted_res": bytes(3)},
            "MTC-Encrypted-RES",
            Avp(4, 32473, 0xC0, bytes(3)),
        ),
        ({"mtc_encrypted_res": b""}, "MTC-Encrypted-RES", Avp(4, 32473, 0xC0, b"")),
        ({"mtc_encrypted_res": bytes(16)}, "MTC-Encrypted-RES", Avp(4, 32473, 0xC0, bytes(16))),
        (
            {"mtc_key_profile": 0x10},
            "MTC-Encrypted-RES",
            Avp(4, 32473, 0xC0, key_request().mtc_encrypted_res),
        ),
        (
            {"requested_key_lifetime": int(NOW)},
            "Requested-Key-Lifetime",
            Avp(415, 10415, 0x80, encode_time(int(NOW))),
        ),
        ({"mtc_server_id": "MTC.example"}, "MTC-Server-Id", Avp(5, 32473, 0xC0, b"MTC.example")),
        (
            {
                "vendor_specific_application_id": VendorSpecificApplicationId(
                    vendor_id=10415, auth_application_id=16777251
                )
            },
            "Vendor-Specific-Application-Id",
            Avp(
                260,
                0,
                0x40,
                Avp(266, 0, 0x40, (10415).to_bytes(4, "big")).encode()
                + Avp(258, 0, 0x40, (16777251).to_bytes(4, "big")).encode(),
            ),
        ),
    ],
)
async def test_values_that_no_request_has(
    mkef: Mkef, changes: dict[str, Any], name: str, failed: Avp
) -> None:
    message = decode(encode(key_request(**changes), 1, 2))
    with pytest.raises(InvalidAvpValue) as caught:
        await mkef.front(message, REMOTE)
    assert (caught.value.result_code, caught.value.path) == (5004, f"MKR.{name}")
    assert caught.value.failed_avp == failed.encode()
    assert mkef.hlr.asked == []


async def test_a_malformed_request_is_a_key_refused(mkef: Mkef) -> None:
    message = decode(encode(key_request(mtc_encrypted_res=b"secr"), 1, 2))
    agent = replace(REMOTE, origin_host="agent.example")
    with capture_logs() as logs, pytest.raises(InvalidAvpValue):
        mkef.front(replace(message, body=replace(message.body, mtc_key_profile=0x14)), agent)
    assert logs == [
        {
            "event": "key refused",
            "log_level": "warning",
            "correlation": message.body.session_id,
            "peer": "agent.example",
            "server": HOST,
            "answer": "5004",
            "name": "DIAMETER_INVALID_AVP_VALUE",
            "reason": "MKR.MTC-Encrypted-RES: 4 octets for each vector",
        }
    ]
    assert mkef.metrics.outcomes()["5004"] == 1


@pytest.mark.parametrize(
    ("applications", "result_code"),
    [({}, 5005), ({"auth_application_id": MKR.APPLICATION, "acct_application_id": 1}, 5009)],
)
async def test_an_application_group_names_one_application(
    mkef: Mkef, applications: dict[str, int], result_code: int
) -> None:
    """RFC 6733 clause 6.11."""
    group = VendorSpecificApplicationId(vendor_id=32473, **applications)
    message = decode(encode(key_request(vendor_specific_application_id=group), 1, 2))
    with pytest.raises(DiameterError) as caught:
        await mkef.front(message, REMOTE)
    assert caught.value.result_code == result_code
    assert mkef.hlr.asked == []


@pytest.mark.parametrize("octet", [0x40, 0x80, 0xC0, 0xFF])
def test_another_version_is_a_profile_that_is_not_allowed(octet: int) -> None:
    asked = read_request(key_request(mtc_key_profile=octet), 0.0)
    assert isinstance(asked, UnknownProfile)
    assert "profile version" in asked.problem


def test_a_request_is_read_whole() -> None:
    profile = Profile(vectors=3, res_key_kmtc=True, integrity_only=True)
    lab = VendorSpecificApplicationId(vendor_id=32473, auth_application_id=16781313)
    mkr = key_request(
        RAND,
        profile,
        vendor_specific_application_id=lab,
        mtc_server_id="coap://mtc.example",
        requested_key_lifetime=5,
    )
    request = read_request(mkr, 4.0)
    assert isinstance(request, KeyRequest)
    assert (request.origin_host, request.imsi, request.profile) == (HOST, IMSI, profile)
    assert (request.rand, request.encrypted_res) == (RAND, mkr.mtc_encrypted_res)
    assert (request.server_id, request.expires_by) == (SERVER_ID, 5)
    assert read_request(key_request(), 0.0).server_id is None


async def test_only_key_requests_are_served(mkef: Mkef) -> None:
    dwr = DWR(origin_host=HOST, origin_realm="example")
    message = decode(encode(dwr, 1, 2))
    with pytest.raises(CommandUnsupported):
        await mkef.front(Message(message.header, message.body), REMOTE)


# Who asks.


@pytest.mark.parametrize(
    ("changes", "remote", "fine"),
    [
        ({}, REMOTE, True),
        ({"origin_host": "MTC.Example"}, REMOTE, True),
        ({"origin_host": "other.example"}, REMOTE, False),
        ({"route_record": [HOST]}, REMOTE, False),
        ({"user_name": "262019999999999"}, REMOTE, True),
        ({}, replace(REMOTE, certified=False), True),
        ({"user_name": "999700000000001"}, replace(REMOTE, certified=False), True),
        ({"user_name": "262019999999999"}, replace(REMOTE, certified=False), False),
        ({"user_name": "002010000000000"}, replace(REMOTE, certified=False), False),
    ],
)
def test_a_direct_peer_speaks_for_itself(
    changes: dict[str, Any], remote: Remote, fine: bool
) -> None:
    if fine:
        check_peer(key_request(**changes), remote)
        return
    with pytest.raises(NotEntitled):
        check_peer(key_request(**changes), remote)


# Copies of one request.


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_copies_ask_the_hlr_once(mkef: Mkef) -> None:
    mkef.hlr.gate.clear()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        copies = [group.create_task(mkef.ask(key_request(session_id=str(n)))) for n in range(5)]
        other = group.create_task(mkef.ask(key_request(bytes(16))))
        await settle()
        assert [rands for _, rands in mkef.hlr.asked] == [(RAND,), (bytes(16),)]
        mkef.hlr.gate.set()
    answers = [copy.result() for copy in copies]
    assert {code_of(mka) for mka in (*answers, other.result())} == {"2001"}
    assert [mka.session_id for mka in answers] == ["0", "1", "2", "3", "4"]
    keys = [mka.mtc_key_info.mtc_key_material for mka in answers if mka.mtc_key_info]
    assert len(set(keys)) == 1
    assert code_of(await mkef.ask(key_request())) == "2001"
    assert len(mkef.hlr.asked) == 2


async def test_copies_of_what_is_answered_at_once_are_answered_too(mkef: Mkef) -> None:
    """They came in one turn of the loop, and the answer is remembered from before."""
    first = await mkef.ask(key_request())
    message = decode(encode(key_request(), 1, 2))
    copies = [mkef.front(message, REMOTE) for _ in range(3)]
    async with asyncio.timeout(5):
        for copy in copies:
            assert asyncio.iscoroutine(copy)
            assert (await copy).mtc_key_info == first.mtc_key_info


async def test_copies_share_a_refusal_and_the_next_request_asks_again(mkef: Mkef) -> None:
    mkef.hlr.gate.clear()
    mkef.hlr.outcome = VectorsUnavailable("34")
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        copies = [group.create_task(mkef.ask(key_request())) for _ in range(3)]
        await settle()
        mkef.hlr.gate.set()
    assert {code_of(copy.result()) for copy in copies} == {"10415/4181"}
    assert len(mkef.hlr.asked) == 1
    mkef.hlr.outcome = None
    assert code_of(await mkef.ask(key_request())) == "2001"


async def test_a_mistake_of_ours_reaches_every_copy(mkef: Mkef) -> None:
    mkef.hlr.gate.clear()
    mkef.hlr.outcome = RuntimeError("a mistake of ours")
    copies = [asyncio.create_task(mkef.ask(key_request())) for _ in range(3)]
    await settle()
    mkef.hlr.gate.set()
    async with asyncio.timeout(5):
        outcomes = await asyncio.gather(*copies, return_exceptions=True)
    assert [str(outcome) for outcome in outcomes] == ["a mistake of ours"] * 3
    assert mkef.service._running == {}


async def test_copies_of_a_request_that_is_given_up_are_refused(mkef: Mkef) -> None:
    mkef.hlr.gate.clear()
    original, copy = (asyncio.create_task(mkef.ask(key_request())) for _ in range(2))
    await settle()
    original.cancel()
    async with asyncio.timeout(5):
        outcomes = await asyncio.gather(original, copy, return_exceptions=True)
    assert isinstance(outcomes[0], asyncio.CancelledError)
    assert isinstance(outcomes[1], MKA)
    assert mkef.service._running == {}


async def test_a_copy_that_gives_up_harms_nobody(mkef: Mkef) -> None:
    mkef.hlr.gate.clear()
    copies = [asyncio.create_task(mkef.ask(key_request())) for _ in range(3)]
    await settle()
    copies[1].cancel()
    await settle()
    mkef.hlr.gate.set()
    async with asyncio.timeout(5):
        outcomes = await asyncio.gather(*copies, return_exceptions=True)
    assert isinstance(outcomes[1], asyncio.CancelledError)
    assert {code_of(outcome) for outcome in outcomes[::2] if isinstance(outcome, MKA)} == {"2001"}


@pytest.mark.parametrize("host", [HOST, "other.example"])
async def test_an_unknown_version_is_told_to_the_entitled_only(mkef: Mkef, host: str) -> None:
    answer = await mkef.ask(
        key_request(mtc_key_profile=0x40, origin_host=host), Remote(host, "example", certified=True)
    )
    assert code_of(answer) == ("32473/5003" if host == HOST else "5003")


@pytest.mark.parametrize("destination_host", [None, LOCAL.origin_host])
async def test_overload_is_said_before_the_hlr_is_asked(
    mkef: Mkef, destination_host: str | None
) -> None:
    mkef.hlr.gate.clear()
    running = [asyncio.create_task(mkef.ask(key_request(bytes((n,)) * 16))) for n in range(3)]
    await settle()
    one_more = key_request(bytes((3,)) * 16, destination_host=destination_host)
    if destination_host is None:
        assert code_of(await mkef.ask(one_more)) == "32473/4002"
    else:
        with pytest.raises(TooBusy) as caught:
            await mkef.ask(one_more)
        assert caught.value.result_code == 3004
    assert len(mkef.hlr.asked) == 3
    mkef.hlr.gate.set()
    assert {code_of(mka) for mka in await asyncio.gather(*running)} == {"2001"}


async def test_outcomes_are_counted(mkef: Mkef) -> None:
    await mkef.ask(key_request())
    await mkef.ask(key_request(origin_host="other.example"))
    sample = mkef.metrics.registry.get_sample_value
    assert sample("mkef_requests_total", {"outcome": "2001"}) == 1
    assert sample("mkef_requests_total", {"outcome": "5003"}) == 1
    assert sample("mkef_seconds_count", {"leg": "zk"}) == 1
