"""A decision with registry, ledger and HLR in memory, driven by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec.structs import replace

from mkef.crypto.gsm import GsmVector
from mkef.crypto.kdf import Binding, derive_rands
from mkef.crypto.secret import Kc
from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement
from mkef.domain.errors import ResMismatch
from mkef.domain.freshness import Answered, Counter, Spent, Use, check_fresh
from mkef.domain.hlrs import EchoedVector, Hlrs
from mkef.domain.keys import Grant, KeyEstablishment, KeyRequest, Policy
from mkef.domain.load import Load
from mkef.domain.lookup import Known
from mkef.domain.quotas import Limits
from mkef.domain.routing import Route, RoutingTable
from mkef_codecs.establishment import COUNTER_EPOCH, Profile
from mkef_codecs.identity import Imsi, ServerId

IMSI = Imsi("001010123456789")
SERVER_ID = ServerId("coap://mtc.example")
HOST, OTHER_HOST = "mtc.example", "other.example"
TAG = b"MTCR"
NOW = float(COUNTER_EPOCH + 1000)
RAND = bytes(range(16))


def vector_of(rand: bytes) -> GsmVector:
    """What this subscription's SIM and the AuC make of a RAND."""
    octets = hashlib.sha256(b"card" + rand).digest()
    return GsmVector(octets[:4], Kc(octets[4:12]))


def tagged(counter: int) -> bytes:
    return TAG + counter.to_bytes(4, "big") + bytes(8)


def right(rand: bytes = RAND, profile: Profile | None = None, **changes: Any) -> KeyRequest:
    """What the right device sends."""
    profile = profile or Profile(tagged=rand.startswith(TAG))
    vectors = tuple(map(vector_of, derive_rands(rand, profile)))
    established = Binding(profile, rand, IMSI, SERVER_ID).derive(vectors)
    made = KeyRequest(HOST, IMSI, profile, rand, established.encrypted_res)
    return replace(made, **changes)


def wrong(rand: bytes = RAND, **changes: Any) -> KeyRequest:
    """What a device with another Ki sends."""
    made = right(rand, **changes)
    return replace(made, encrypted_res=bytes(o ^ 1 for o in made.encrypted_res))


class Pause:
    """An await that whoever drives the coroutine ends."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __await__(self) -> Generator[Pause, None, None]:
        yield self


async def at_once(_name: str) -> None:
    """No pause."""


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that never waits."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits")


@dataclass
class Mkef:
    """The decision and all that is around it; `pause` is awaited at every step outside."""

    policy: Policy = field(
        default_factory=lambda: Policy(
            tag=TAG, limits=Limits(failures=3, requests=100, server_failures=5)
        )
    )
    rows: list[Entitlement] = field(default_factory=list)
    now: float = NOW
    timer: float | None = None  # None: the clock is not set meanwhile
    answer: Callable[[bytes], GsmVector] = vector_of
    echoed: Callable[[tuple[bytes, ...]], Sequence[bytes]] = lambda rands: rands
    pause: Callable[[str], Awaitable[None]] = at_once
    asked: int = 0
    rands: dict[tuple[Imsi, bytes], Use] = field(default_factory=dict)
    counters: dict[Imsi, Counter] = field(default_factory=dict)
    answered: dict[bytes, Answered] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.rows:
            hosts = frozenset({HOST, OTHER_HOST})
            self.rows = [Entitlement(Devices.parse("00101*"), SERVER_ID, hosts)]
        self.restart()

    def restart(self) -> None:
        """What a new process has: registry and ledger, nothing of memory."""
        routes = RoutingTable.of([Route("", "hlr")])
        timer = lambda: self.now if self.timer is None else self.timer  # noqa: E731
        self.keys = KeyEstablishment(
            self.policy,
            lookup=Lookup(self),
            ledger=self,
            hlrs=Hlrs({"hlr": Hlr(self)}, routes, timer),
            load=Load(most=8),
            clock=lambda: self.now,
            timer=timer,
        )

    def grant(self, request: KeyRequest, now: float | None = None) -> Grant:
        self.now = self.now if now is None else now
        granted = run(self.keys.grant(request))
        assert isinstance(granted, Grant)
        return granted

    def fail(self, count: int, host: str = HOST, imsi: Imsi = IMSI) -> None:
        for n in range(count):
            rand = hashlib.sha256(f"{n}{host}{self.now}{imsi}".encode()).digest()[:16]
            with pytest.raises(ResMismatch):
                self.grant(wrong(rand, origin_host=host, imsi=imsi))

    # The ledger.

    def spent(self, use: Use) -> Spent:
        known = (use.imsi, use.rand) in self.rands
        return Spent(known, self.counters.get(use.imsi), self.answered.get(self._row(use)))

    @staticmethod
    def _row(use: Use) -> bytes:
        """Where the answer stands: with a random RAND, whoever asks for it; else by request."""
        return use.digest if use.tagged else use.rand

    async def use(self, use: Use) -> int:
        await self.pause("write")
        repeated = check_fresh(use, self.spent(use), use.at)
        if repeated is not None:
            return repeated.expires_at
        if use.tagged:
            known = self.counters.get(use.imsi)
            self.counters[use.imsi] = known.use(use.counter) if known else Counter(use.counter)
        self.rands[use.imsi, use.rand] = use
        until, expires_at = use.answered_until, use.expires_at
        self.answered[self._row(use)] = Answered(use.request, use.at, until, expires_at)
        await self.pause("written")
        return expires_at


@dataclass
class Lookup:
    """The rows and the ledger of its MKEF."""

    mkef: Mkef

    async def rows(self, imsi: Imsi) -> list[tuple[Entitlement, frozenset[str]]]:
        await self.mkef.pause("read")
        return [(row, row.origin_hosts) for row in self.mkef.rows if row.devices.covers(imsi)]

    async def known(self, use: Use) -> Known:
        return Known(await self.rows(use.imsi), self.mkef.spent(use))


@dataclass
class Hlr:
    """Answers as its MKEF says."""

    mkef: Mkef

    async def vectors(
        self, imsi: Imsi, rands: tuple[bytes, ...], timeout_s: float
    ) -> Sequence[EchoedVector]:
        self.mkef.asked += 1
        await self.mkef.pause("hlr")
        answer = self.mkef.answer
        return [EchoedVector(rand, answer(rand)) for rand in self.mkef.echoed(rands)]


class Lab:
    """What tests of the decision are made of."""

    Mkef, Pause = Mkef, Pause
    right, wrong = staticmethod(right), staticmethod(wrong)
    tagged, vector_of = staticmethod(tagged), staticmethod(vector_of)


@pytest.fixture
def lab() -> type[Lab]:
    return Lab
