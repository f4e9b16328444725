"""What the MTC Server asks over Zk and makes of answers (protocol.md clause 5, RFC 6733)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mkef.net.capture import Capture
from mkef.net.diameter import DiameterNode
from mkef.net.diameter_failures import RequestFailed
from mkef.net.diameter_section import ConnectSection
from mkef.net.endpoint import Endpoint
from mkef.net.sources import SYSTEM
from mkef_codecs.diameter.commands import Body
from mkef_codecs.establishment import KidContext, Profile
from mkef_codecs.generated.diameter import ANSWER, MKA, MKR, ExperimentalResult, MTCKeyInfo
from mkef_codecs.identity import Imsi, ServerId
from mkef_codecs.lab import VENDOR
from mtc.server.config import ZkSection
from mtc.server.keys import KeyRefused, KeyUnavailable, NoKey
from mtc.server.zk import ZkClient, read_answer

FROM_MKEF = {"origin_host": "mkef.home", "origin_realm": "home"}


def answer(code: int | None, vendor: int | None = None, **changes: Any) -> Body:
    fields: dict[str, Any] = {"session_id": "s", "auth_session_state": 1, **FROM_MKEF, **changes}
    if vendor is None:
        return MKA(result_code=code, **fields)
    result = ExperimentalResult(vendor_id=vendor, experimental_result_code=code or 0)
    return MKA(experimental_result=result, **fields)


def key(octets: int = 32, server_id: str = "mtc.example") -> MTCKeyInfo:
    return MTCKeyInfo(
        mtc_key_material=bytes(octets), mtc_server_id=server_id, key_expirytime=2_000_000_000
    )


CONTEXT = KidContext(Profile(), bytes(16), bytes(4))
Outcome = Body | RequestFailed


@pytest.fixture
def zk(monkeypatch: pytest.MonkeyPatch) -> Callable[[Outcome], tuple[ZkClient, list[MKR]]]:
    """A client whose requests this becomes of, and the list of them."""

    def make(outcome: Outcome) -> tuple[ZkClient, list[MKR]]:
        asked: list[MKR] = []

        async def request(_node: DiameterNode, body: MKR, _timeout_s: float) -> Body:
            asked.append(body)
            if isinstance(outcome, RequestFailed):
                raise outcome
            return outcome

        monkeypatch.setattr(DiameterNode, "request", request)
        peer = ConnectSection(host="mkef.home", address=(Endpoint("127.0.0.1", 3868),))
        section = ZkSection(origin_host="mtc.example", origin_realm="example", connect=(peer,))
        capture = Capture(None, node="test", clock=SYSTEM.clock)
        return ZkClient(section, ServerId("mtc.example"), capture=capture), asked

    return make


async def test_the_request_goes_to_the_home_realm(zk: Any) -> None:
    """RFC 6733 clause 6.1: to any MKEF there, so that no Destination-Host is named."""
    client, asked = zk(answer(5003))
    with pytest.raises(KeyRefused):
        await client.request_key(Imsi("001010123456789"), CONTEXT)
    (mkr,) = asked
    assert (mkr.origin_host, mkr.origin_realm) == ("mtc.example", "example")
    assert mkr.destination_realm == "epc.mnc001.mcc001.3gppnetwork.org"
    assert mkr.destination_host is None
    assert mkr.session_id.startswith("mtc.example;")


@pytest.mark.parametrize(
    "outcome",
    [
        answer(5003),
        answer(4001, VENDOR),
        RequestFailed("no answer within 20 s"),
        answer(2001, mtc_key_info=key(octets=31)),
    ],
    ids=["refused", "quota", "silent", "no key of use"],
)
async def test_why_there_is_no_key_names_the_request(zk: Any, outcome: Outcome) -> None:
    """So that it is found in the MKEF's log by its Session-Id."""
    client, asked = zk(outcome)
    with pytest.raises(NoKey) as no_key:
        await client.request_key(Imsi("001010123456789"), CONTEXT)
    assert no_key.value.session_id == asked[0].session_id


def test_a_key() -> None:
    assert read_answer(answer(2001, mtc_key_info=key())).k_mtc.octets == bytes(32)


@pytest.mark.parametrize(
    ("given", "outcome", "text"),
    [
        (ANSWER(result_code=3002, **FROM_MKEF), KeyUnavailable, "3002"),
        (answer(5012), KeyUnavailable, "5012"),
        (answer(4181, 10415), KeyUnavailable, "10415/4181"),
        (answer(5003), KeyRefused, "5003"),
        (answer(2001), KeyRefused, "2001"),  # without a key
        (answer(2001, mtc_key_info=key(octets=16)), KeyRefused, "32 octets, not 16"),
        (answer(2001, mtc_key_info=key(server_id="")), KeyRefused, "of no use"),
        (answer(1001), KeyRefused, "1001"),
        # Clause 7.1: a class that nobody knows is a permanent failure.
        (answer(6001), KeyRefused, "6001"),
        (answer(9999), KeyRefused, "9999"),
        (answer(0xFFFFFFFF), KeyRefused, "4294967295"),
        (answer(6001, 32473), KeyRefused, "32473/6001"),
        (answer(None), KeyRefused, "0"),
    ],
)
def test_a_refusal(given: Body, outcome: type[Exception], text: str) -> None:
    with pytest.raises(outcome, match=text):
        read_answer(given)
