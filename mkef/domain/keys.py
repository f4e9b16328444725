"""The decision: from a key request to K_MTC, in the order of protocol.md clause 5."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr, replace

from mkef.crypto.gsm import GsmVector, kc_bits
from mkef.crypto.kdf import Binding, Established, derive_rands, strength_bits
from mkef.crypto.secret import KMtc
from mkef.domain.entitlement import Entitlement, select
from mkef.domain.errors import ProfileNotAllowed, Refusal, ResMismatch
from mkef.domain.freshness import Ledger, Use, check_fresh
from mkef.domain.hlrs import Hlrs
from mkef.domain.load import Load
from mkef.domain.lookup import Known, Lookup
from mkef.domain.quotas import Device, Limits, Quotas
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi, ServerId


class KeyRequest(Struct, frozen=True, gc=False):
    """What an authenticated MTC Server asks; `expires_by` in seconds since 1970."""

    origin_host: str
    imsi: Imsi
    profile: Profile
    rand: bytes
    encrypted_res: bytes
    server_id: ServerId | None = None
    expires_by: int | None = None
    digest: bytes = b""  # made of the first five, which make two requests the same: 32 octets

    def __post_init__(self) -> None:
        host, imsi = self.origin_host.lower().encode(), self.imsi.digits.encode()
        rand, res = self.rand, self.encrypted_res
        octets = b"%c%b%c%b\x01%c%c%b%c%b" % (
            *(len(host), host, len(imsi), imsi),
            *(self.profile.octet, len(rand), rand, len(res), res),
        )
        force_setattr(self, "digest", hashlib.sha256(octets).digest())


class Grant(Struct, frozen=True, gc=False):
    """A released key; `expires_at` in seconds since 1970."""

    k_mtc: KMtc
    server_id: ServerId
    expires_at: int
    strength_bits: int


class Policy(Struct, frozen=True):
    """What the operator decides; `tag` has 4 octets, times are in seconds."""

    tag: bytes
    lifetime_s: int = 86_400
    same_answer_s: int = 60
    limits: Limits = Limits()


# The steps: pure functions of the request and of what is known.


def entitle(request: KeyRequest, row: Entitlement, tag: bytes) -> tuple[bytes, ...]:
    """The RANDs to ask the HLR for, or why the profile is not allowed."""
    if not request.profile.suits(request.rand, tag):
        raise ProfileNotAllowed("the RAND's format is not the profile's")
    row.check_format(request.profile)
    row.check_strength(strength_bits(request.profile))
    rands = derive_rands(request.rand, request.profile)
    if len(set(rands)) != len(rands):
        raise ProfileNotAllowed("two RANDs of the list are equal")
    return rands


def judge(
    request: KeyRequest, row: Entitlement, vectors: Sequence[GsmVector]
) -> tuple[Established, int]:
    """What the vectors of the RAND list yield and its strength in bits, if the device has the same
    card."""
    binding = Binding(request.profile, request.rand, request.imsi, row.server_id)
    established = binding.derive(vectors)
    if not established.matches(request.encrypted_res):
        raise ResMismatch("RES is not XRES")
    strength = strength_bits(request.profile, kc_bits=kc_bits(vectors))
    if request.profile.vectors > 1:  # one good Kc in 1024 ends in ten zeros too
        row.check_strength(strength)
    return established, strength


def expiry(request: KeyRequest, row: Entitlement, lifetime_s: int, now: float) -> int:
    """The earlier of what is asked and what is allowed, in seconds since 1970."""
    latest = int(now) + (row.lifetime_s or lifetime_s)
    if row.valid_until is not None:
        latest = min(latest, row.valid_until)
    return latest if request.expires_by is None else min(request.expires_by, latest)


class KeyEstablishment:
    """The steps in their order. `clock` is in seconds since 1970, `timer` is never set."""

    def __init__(
        self,
        policy: Policy,
        lookup: Lookup,
        ledger: Ledger,
        hlrs: Hlrs,
        *,
        load: Load | None = None,
        clock: Callable[[], float],
        timer: Callable[[], float],
    ) -> None:
        self._policy = policy
        self._lookup = lookup
        self._ledger = ledger
        self._hlrs = hlrs
        self._clock = clock
        self._timer = timer
        self.load = load or Load()
        self._quotas = Quotas(policy.limits)
        # Ordered by hand: a dict finds its first key behind all those that were deleted before it.
        self._answers: OrderedDict[bytes, tuple[float, Grant]] = OrderedDict()

    async def entitled(
        self, imsi: Imsi, origin_host: str, server_id: ServerId | None
    ) -> Entitlement:
        """The row that lets this server ask, or NotEntitled."""
        rows = await self._lookup.rows(imsi)
        return select(rows, origin_host, server_id, self._clock())

    def grant(self, request: KeyRequest) -> Coroutine[Any, Any, Grant]:
        """The key, or the first Refusal in clause 5's order; on the ledger before it is out.

        What is on record is asked for at once, before anybody awaits.
        """
        use = Use(request.imsi, request.rand, request.profile.tagged, request.digest)
        return self._grant(request, use, self._lookup.known(use), self._timer())

    async def _grant(
        self, request: KeyRequest, use: Use, looking: Awaitable[Known], started: float
    ) -> Grant:
        known, digest = await looking, request.digest
        now = self._clock()
        row = select(known.rows, request.origin_host, request.server_id, now)
        rands = entitle(request, row, self._policy.tag)
        repeated = self._answered(digest, row)
        if repeated is not None:
            return repeated
        use = replace(use, server_id=row.server_id.value)
        repeats = check_fresh(use, known.spent, now) is not None
        established, strength = await self._ask(request, row, rands)
        expires_at = await self._ledger.use(self._dated(use, request, row))
        grant = Grant(established.k_mtc, row.server_id, expires_at, strength)
        if not repeats:  # else its window began before, elsewhere
            self._remember(digest, grant)
        ended = self._timer()
        self.load.limit.released(ended - started, ended)
        return grant

    async def _ask(
        self, request: KeyRequest, row: Entitlement, rands: tuple[bytes, ...]
    ) -> tuple[Established, int]:
        """What the HLR says, paid for beforehand; what was paid in vain comes back."""
        device: Device = (request.imsi.digits, request.origin_host.lower())
        quotas, guessable = self._quotas, request.profile.vectors == 1
        self.load.begin(device[1])
        owed = False  # a failure that was paid for and is none
        try:
            quotas.take(device, self._timer(), row, guessable=guessable)
            owed = guessable
            vectors = await self._hlrs.vectors(request.imsi, rands)
            return judge(request, row, vectors)
        except Refusal as refusal:
            if not refusal.counts:
                quotas.give_request(device, self._timer(), row)
            owed = owed and not isinstance(refusal, ResMismatch)
            raise
        finally:
            self.load.end(device[1])
            if owed:
                quotas.give_failure(device, self._timer(), row)

    def _dated(self, use: Use, request: KeyRequest, row: Entitlement) -> Use:
        now = self._clock()
        expires_at = expiry(request, row, self._policy.lifetime_s, now)
        until = min(now + self._policy.same_answer_s, expires_at)
        return replace(use, at=now, answered_until=until, expires_at=expires_at)

    # K_MTC is held for the same request alone, in memory, for the length of its window.

    def _answered(self, digest: bytes, row: Entitlement) -> Grant | None:
        until, grant = self._answers.get(digest, (0.0, None))
        if grant is None or until <= self._timer() or grant.expires_at <= self._clock():
            return None
        return grant if grant.server_id == row.server_id else None

    def _remember(self, digest: bytes, grant: Grant) -> None:
        self._answers[digest] = (self._timer() + self._policy.same_answer_s, grant)

    def forget(self, now: float) -> float | None:
        """Drop the keys of answers that are not repeated any more; until when the next one is."""
        answers = self._answers
        while answers:
            until, _ = next(iter(answers.values()))
            if until > now:
                return until
            answers.popitem(last=False)
        return None

    @property
    def same_answer_s(self) -> int:
        """How long an answer, and the key in it, is kept."""
        return self._policy.same_answer_s
