"""The wall clock is set back or forward: the decision with its ledger in a real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from key_requests import CARD, SERVER, SERVER_ID
from msgspec.structs import replace

from mkef.crypto.kdf import Binding, derive_rands
from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement
from mkef.domain.errors import RandNotFresh
from mkef.domain.hlrs import EchoedVector, Hlrs
from mkef.domain.keys import Grant, KeyEstablishment, KeyRequest, Policy
from mkef.domain.routing import Route, RoutingTable
from mkef.net.database import Location
from mkef.net.store import open_store
from mkef.records.editor import Editor
from mkef.records.ledger import SqlLedger
from mkef.records.lookup import SqlLookup
from mkef.records.reading import NAME, Records
from mkef.records.schema import MIGRATIONS
from mkef_codecs.establishment import COUNTER_EPOCH, Profile
from mkef_codecs.identity import Imsi

IMSI = Imsi("001010123456789")
NOW = float(COUNTER_EPOCH + 100_000)
HOUR, DAY = 3600.0, 86_400.0
OTHER = "other.example"
RANDOM, TAGGED = Profile(vectors=2), Profile(vectors=2, tagged=True)
BOTH = pytest.mark.parametrize("profile", [RANDOM, TAGGED], ids=["random", "tagged"])
REMEMBER_S = 2 * HOUR


def rand_of(profile: Profile, number: int, rest: int = 0) -> bytes:
    head = b"MTCR" if profile.tagged else b"rand"
    return head + number.to_bytes(4, "big") + rest.to_bytes(8, "big")


def right(profile: Profile, number: int = 7, rest: int = 0, **changes: Any) -> KeyRequest:
    """What the right device sends through an entitled server."""
    rand = rand_of(profile, number, rest)
    vectors = tuple(map(CARD.gsm, derive_rands(rand, profile)))
    res = Binding(profile, rand, IMSI, SERVER_ID).derive(vectors).encrypted_res
    return replace(KeyRequest(SERVER, IMSI, profile, rand, res), **changes)


def others(request: KeyRequest) -> list[KeyRequest]:
    """Requests for the same RAND that all would have their key, were it not used."""
    integrity_only = replace(request.profile, integrity_only=True)
    number = int.from_bytes(request.rand[4:8], "big")
    return [replace(request, origin_host=OTHER), right(integrity_only, number)]


class Hlr:
    """Has the card of every device."""

    async def vectors(
        self, imsi: Imsi, rands: tuple[bytes, ...], timeout_s: float
    ) -> Sequence[EchoedVector]:
        return [EchoedVector(rand, CARD.gsm(rand)) for rand in rands]


@dataclass
class Mkef:
    """A decision with a real store; `timer` runs on whatever the wall clock says."""

    records: Records
    wall: float = NOW
    timer: float = 0.0

    def __post_init__(self) -> None:
        self.ledger = SqlLedger(self.records, remember_s=REMEMBER_S)
        self.restart()

    def restart(self) -> None:
        """Nothing of memory is left."""
        self._keys = KeyEstablishment(
            Policy(tag=b"MTCR"),
            lookup=SqlLookup(self.records),
            ledger=self.ledger,
            hlrs=Hlrs({"hlr": Hlr()}, RoutingTable.of([Route("", "hlr")]), lambda: self.timer),
            clock=lambda: self.wall,
            timer=lambda: self.timer,
        )

    def passes(self, seconds: float, jump: float = 0.0) -> None:
        self.timer += seconds
        self.wall += seconds + jump
        self._keys.forget(self.timer)

    async def grant(self, request: KeyRequest) -> Grant:
        return await self._keys.grant(request)

    async def refuses(self, *requests: KeyRequest) -> None:
        for request in requests:
            with pytest.raises(RandNotFresh):
                await self.grant(request)


@asynccontextmanager
async def mkef_at(location: Location) -> AsyncIterator[Mkef]:
    with closing(open_store(location, MIGRATIONS, NAME)) as database:
        hosts = frozenset({SERVER, OTHER})
        row = Entitlement(Devices.parse("00101*"), SERVER_ID, hosts, requests_per_hour=10_000)
        Editor(database, "test", NOW).add(row)
    async with Records(location) as records:
        yield Mkef(records)


@pytest.fixture
async def mkef(location: Location) -> AsyncIterator[Mkef]:
    async with mkef_at(location) as mkef:
        yield mkef


@BOTH
@pytest.mark.parametrize("jump", [-HOUR, HOUR, -DAY, DAY])
async def test_what_was_used_stays_used(profile: Profile, jump: float, mkef: Mkef) -> None:
    request = right(profile)
    await mkef.grant(request)
    mkef.restart()
    mkef.passes(1, jump)
    await mkef.refuses(request, *others(request))


@pytest.mark.parametrize("jump", [-HOUR, HOUR, -DAY])
async def test_a_counter_is_used_once_whatever_rand_is_behind_it(jump: float, mkef: Mkef) -> None:
    await mkef.grant(right(TAGGED, 99_000))
    await mkef.grant(right(TAGGED, 98_999))
    mkef.restart()
    mkef.passes(1, jump)
    await mkef.refuses(
        *(right(TAGGED, number, rest=1) for number in (99_000, 98_999, 98_936, 0)),
    )
    assert await mkef.grant(right(TAGGED, 98_998)), "within the window, and never used"


@BOTH
async def test_the_window_opens_again_for_the_same_request_alone(
    profile: Profile, mkef: Mkef
) -> None:
    """An hour later the clock says again what it said then: nobody can tell these moments apart."""
    request = right(profile)
    first = await mkef.grant(request)
    mkef.restart()
    mkef.passes(HOUR)
    await mkef.refuses(request, *others(request))
    mkef.passes(0, 30 - HOUR)
    await mkef.refuses(*others(request))
    assert await mkef.grant(request) == first


@BOTH
async def test_set_back_within_the_window_no_other_request_gets_in(
    profile: Profile, mkef: Mkef
) -> None:
    request = right(profile)
    first = await mkef.grant(request)
    mkef.restart()
    mkef.passes(1, -5)  # as far as two MKEFs may be apart
    await mkef.refuses(*others(request))
    assert await mkef.grant(request) == first
    mkef.restart()
    mkef.passes(1, -HOUR)
    await mkef.refuses(request)


@BOTH
async def test_nothing_is_forgotten_too_early(profile: Profile, mkef: Mkef) -> None:
    """Neither used RANDs nor, when the clock is right again, what was answered."""
    request = right(profile)
    first = await mkef.grant(request)
    mkef.restart()
    mkef.passes(1, -HOUR)
    await mkef.ledger.forget(mkef.wall)
    await mkef.refuses(request, *others(request))
    mkef.passes(1, HOUR)
    await mkef.ledger.forget(mkef.wall)
    assert await mkef.grant(request) == first
    mkef.restart()
    mkef.passes(1, HOUR)
    await mkef.ledger.forget(mkef.wall)
    mkef.passes(1, -HOUR)
    await mkef.refuses(*others(request))


@BOTH
async def test_what_was_used_while_the_clock_was_behind_stays_used(
    profile: Profile, mkef: Mkef
) -> None:
    mkef.passes(0, -HOUR)
    request = right(profile)
    await mkef.grant(request)
    mkef.restart()
    mkef.passes(1, HOUR)
    await mkef.ledger.forget(mkef.wall)
    await mkef.refuses(request, *others(request))


JUMPS = st.sampled_from([-HOUR, -61.0, -9.0, 0.0, 9.0, 61.0, HOUR])
EVENTS = st.one_of(
    st.tuples(
        st.just("ask"), st.booleans(), st.sampled_from([5, 6, 70]), st.integers(0, 1), st.booleans()
    ),
    st.tuples(st.just("clock"), st.sampled_from([0.0, 1.0, 59.0, 61.0]), JUMPS),
    st.sampled_from([("forget",), ("restart",)]),
)


@pytest.mark.parametrize("new_location", ["sqlite"], indirect=True)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(EVENTS, max_size=30))
def test_one_rand_one_key_whatever_the_clock_says(
    new_location: Callable[[], Location], script: list[Any]
) -> None:
    """Less than what RANDs are remembered for passes: the clock is set back as far as ahead."""
    asyncio.run(play(new_location(), script))


async def play(location: Location, script: list[Any]) -> None:
    released: dict[bytes, tuple[bytes, Grant]] = {}
    async with mkef_at(location) as mkef:
        for event in script:
            match event:
                case "ask", is_tagged, number, rest, elsewhere:
                    host = OTHER if elsewhere else SERVER
                    profile = TAGGED if is_tagged else RANDOM
                    request = right(profile, number, rest, origin_host=host)
                    # A counter is used for all RANDs that have it.
                    used = request.rand[:8] if is_tagged else request.rand
                    try:
                        grant = await mkef.grant(request)
                    except RandNotFresh:
                        assert is_tagged or used in released, "a random RAND is fresh at first"
                    else:
                        key = request.digest, grant
                        assert released.setdefault(used, key) == key
                case "clock", seconds, jump:
                    if abs(mkef.wall + seconds + jump - NOW) <= REMEMBER_S / 2:
                        mkef.passes(seconds, jump)
                case ("forget",):
                    await mkef.ledger.forget(mkef.wall)
                case ("restart",):
                    mkef.restart()
