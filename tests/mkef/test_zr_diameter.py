"""HLRs over Diameter: RIRs out, the answers of clauses 7 and 8 back, a stand-in for the silent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from key_requests import CARD, MKEF_SETTINGS, asked, code_of, peer_of, prepare

from hlr_stub.node import HlrNode
from mkef.config import MkefConfig
from mkef.domain import errors
from mkef.domain.errors import Refusal
from mkef.net.capture import Capture
from mkef.net.diameter import DiameterNode, local_node
from mkef.net.diameter_section import DiameterSection
from mkef.net.endpoint import Endpoint
from mkef.net.sources import SYSTEM
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef.zr_diameter import read_answer
from mkef_codecs.diameter.commands import Message
from mkef_codecs.establishment import Profile
from mkef_codecs.generated.diameter import (
    ANSWER,
    RIA,
    RIR,
    AuthenticationInfo,
    ExperimentalResult,
    GERANVector,
    UTRANVector,
)
from mkef_codecs.lab import VENDOR

SECTION = DiameterSection(origin_host="hlr.home.example", origin_realm="home.example")
FIELDS: dict[str, Any] = {
    "session_id": "s",
    "auth_session_state": 1,
    "origin_host": SECTION.origin_host,
    "origin_realm": SECTION.origin_realm,
}


def vectors(rands: list[bytes]) -> list[GERANVector]:
    """The card's, each with its Item-Number, the last one first."""
    made = [(n, rand, CARD.gsm(rand)) for n, rand in enumerate(rands, 1)]
    return [
        GERANVector(item_number=n, rand=rand, sres=v.sres, kc=v.kc.octets)
        for n, rand, v in reversed(made)
    ]


def refusing(vendor: int | None, code: int) -> RIA:
    if vendor is None:
        return RIA(**FIELDS, result_code=code)
    result = ExperimentalResult(vendor_id=vendor, experimental_result_code=code)
    return RIA(**FIELDS, experimental_result=result)


@dataclass
class Hlr:
    """A Diameter node that knows the card; `refusal` instead of vectors."""

    refusal: RIA | None = None
    heard: list[RIR] = field(default_factory=list)

    async def __call__(self, message: Message, _remote: Any) -> RIA:
        rir = message.body
        assert isinstance(rir, RIR)
        self.heard.append(rir)
        if self.refusal is not None:
            return self.refusal
        information = AuthenticationInfo(geran_vector=vectors(rir.mtc_rand_list.mtc_device_rand))
        return RIA(**FIELDS, result_code=2001, authentication_info=information)


@dataclass
class Lab:
    hlr: Hlr
    node: DiameterNode
    mkef: MkefNode

    async def ask(self, number: int, profile: Profile) -> str:
        async with peer_of(self.mkef.addresses["zk"]) as peer:
            mka = await peer.ask(asked(number, profile).mkr)
        if mka.mtc_key_info is not None:
            assert mka.mtc_key_info.mtc_key_material == asked(number, profile).k_mtc
        return code_of(mka)


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[Lab]:
    """The Diameter HLR first, the MAP one of the examples as its stand-in."""
    hlr = Hlr()
    async with AsyncExitStack() as stack:
        over_map = await stack.enter_async_context(HlrNode(prepare(tmp_path)))
        node = DiameterNode(
            SECTION,
            local_node(SECTION, ((VENDOR, RIR.APPLICATION),)),
            listen=Endpoint("127.0.0.1", 0),
            handlers={RIR.APPLICATION: hlr},
            capture=Capture(None, node="hlr", clock=SYSTEM.clock),
            peer_name="mkef",
        )
        await stack.enter_async_context(node)
        settings = (
            *MKEF_SETTINGS,
            f'zr.sigtran.connect=["{over_map.addresses["m3ua_tcp"]}"]',
            "zr.hlr.home.priority=2",
            "zr.hlr.diameter.destination_realm=home.example",
            "zr.hlr.diameter.timeout_s=2",
            "zr.diameter.origin_host=mkef.home.example",
            "zr.diameter.origin_realm=home.example",
            f'zr.diameter.connect=[{{host="hlr.home.example", address=["{node.address}"]}}]',
        )
        mkef = MkefNode(load(tmp_path / "mkef.toml", MkefConfig, settings))
        await stack.enter_async_context(mkef)
        await mkef.connected()
        yield Lab(hlr, node, mkef)


@pytest.mark.parametrize("count", [1, 2, 3])
async def test_a_key_by_way_of_diameter(count: int, lab: Lab) -> None:
    profile = Profile(vectors=count)
    assert await lab.ask(1, profile) == "2001"
    (rir,) = lab.hlr.heard
    assert rir.destination_realm == "home.example"
    assert rir.user_name == asked(1, profile).imsi.digits
    assert rir.mtc_rand_list.mtc_device_rand[0] == asked(1, profile).rand
    assert len(rir.mtc_rand_list.mtc_device_rand) == count


@pytest.mark.parametrize(
    ("refusal", "answer"),
    [
        (refusing(10415, 5001), "10415/5001"),
        (refusing(VENDOR, 5003), "32473/5003"),
        (refusing(VENDOR, 4001), "32473/4001"),
        (refusing(10415, 4181), "2001"),  # the stand-in over MAP has the vectors
        (refusing(None, 5003), "2001"),
        (refusing(None, 5012), "2001"),
    ],
)
async def test_what_the_hlr_refuses(refusal: RIA, answer: str, lab: Lab) -> None:
    lab.hlr.refusal = refusal
    assert await lab.ask(2, Profile()) == answer
    assert len(lab.hlr.heard) == 1


async def test_a_silent_hlr_has_a_stand_in(lab: Lab) -> None:
    await lab.node.__aexit__(None, None, None)
    for number in range(7):
        assert await lab.ask(number, Profile(vectors=2)) == "2001"
    states = {name: state.value for name, state in lab.mkef._hlrs.states().items()}
    assert states == {"diameter": "down", "home": "up"}


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (ANSWER(**SECTION_FIELDS, result_code=3002), errors.VectorsUnavailable)
        for SECTION_FIELDS in [{k: v for k, v in FIELDS.items() if k != "auth_session_state"}]
    ]
    + [
        (ANSWER(**SECTION_FIELDS, result_code=code), errors.HlrNotCapable)
        for SECTION_FIELDS in [{k: v for k, v in FIELDS.items() if k != "auth_session_state"}]
        for code in (3001, 3007)
    ]
    + [
        (RIA(**FIELDS, result_code=2001), errors.VectorsUnavailable),
        (
            RIA(
                **FIELDS,
                result_code=2001,
                authentication_info=AuthenticationInfo(
                    utran_vector=[
                        UTRANVector(
                            rand=bytes(16),
                            xres=bytes(8),
                            autn=bytes(16),
                            confidentiality_key=bytes(16),
                            integrity_key=bytes(16),
                        )
                    ]
                ),
            ),
            errors.HlrNotCapable,
        ),
        (
            RIA(
                **FIELDS,
                result_code=2001,
                authentication_info=AuthenticationInfo(
                    geran_vector=[GERANVector(rand=bytes(16), sres=bytes(4), kc=bytes(7))]
                ),
            ),
            errors.VectorsUnavailable,
        ),
    ],
)
def test_answers_that_are_no_vectors(answer: Any, refusal: type[Refusal]) -> None:
    with pytest.raises(Refusal) as caught:
        read_answer(answer)
    assert type(caught.value) is refusal
