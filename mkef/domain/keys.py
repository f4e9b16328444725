"""The decision: from a key request to K_MTC, in the order of protocol.md clause 5."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from mkef.crypto.gsm import GsmVector
from mkef.crypto.kdf import Binding, derive_rands, strength_bits
from mkef.crypto.secret import KMtc
from mkef.domain.entitlement import Entitlement, EntitlementRegistry
from mkef.domain.errors import (
    HlrNotCapable,
    ProfileNotAllowed,
    QuotaExceeded,
    ResMismatch,
    VectorsUnavailable,
)
from mkef.domain.freshness import FreshnessLedger
from mkef.stack.quota import Quota
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi, ServerId


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """What an authenticated MTC Server asks; `expires_by` in seconds since 1970."""

    origin_host: str
    imsi: Imsi
    profile: Profile
    rand: bytes
    encrypted_res: bytes
    server_id: ServerId | None = None
    expires_by: int | None = None

    @property
    def digest(self) -> bytes:
        """What makes two requests the same, 32 octets."""
        parts = (
            self.origin_host.lower().encode(),
            self.imsi.digits.encode(),
            bytes((self.profile.octet,)),
            self.rand,
            self.encrypted_res,
        )
        return hashlib.sha256(b"".join(bytes((len(p),)) + p for p in parts)).digest()


@dataclass(frozen=True, slots=True)
class Grant:
    """A released key; `expires_at` in seconds since 1970."""

    k_mtc: KMtc
    server_id: ServerId
    expires_at: int
    strength_bits: int


@dataclass(frozen=True, slots=True)
class Admission:
    """A request that may be put to the HLR, with the RANDs to ask for."""

    request: KeyRequest
    entitlement: Entitlement
    rands: tuple[bytes, ...]
    strength_bits: int


@dataclass(frozen=True, slots=True)
class EchoedVector:
    """A triplet as the HLR returned it, with the RAND it belongs to."""

    rand: bytes
    vector: GsmVector


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator decides; `tag` has 4 octets, times are in seconds."""

    tag: bytes
    lifetime_s: int = 86_400
    same_answer_s: int = 60
    failures_per_hour: int = 100  # for each IMSI and Origin-Host, with one vector
    server_failures_per_hour: int = 1000  # for each Origin-Host, with one vector


class KeyEstablishment:
    """State and rules of one MKEF; `now` is in seconds since 1970."""

    def __init__(
        self, policy: Policy, registry: EntitlementRegistry, ledger: FreshnessLedger
    ) -> None:
        self._policy = policy
        self.registry = registry
        self._ledger = ledger
        self._device_failures: Quota[tuple[Imsi, str]] = Quota(policy.failures_per_hour)
        self._server_failures: Quota[str] = Quota(policy.server_failures_per_hour)
        self._answers: dict[bytes, tuple[float, Grant | None]] = {}

    def admit(self, request: KeyRequest, now: float) -> Admission | Grant:
        """Everything that is decided before the HLR; the same answer again within its window."""
        row = self.registry.find(request.imsi, request.origin_host, request.server_id)
        strength = strength_bits(request.profile)
        self._check_format(request)
        row.check_profile(request.profile, strength)
        repeated = self._answered(request, now)
        if repeated is not None and repeated.server_id == row.server_id:
            return repeated
        self._ledger.check(request.imsi, request.profile, request.rand, now)
        rands = derive_rands(request.rand, request.profile)
        if len(set(rands)) != len(rands):
            raise ProfileNotAllowed("two RANDs of the list are equal")
        self._take_quota(request, now)
        return Admission(request, row, rands, strength)

    def release(self, admission: Admission, echoed: Sequence[EchoedVector], now: float) -> Grant:
        """Judge what the HLR returned, compare RES, mark the RAND as used: the key."""
        request = admission.request
        check_echo(admission.rands, [e.rand for e in echoed])
        server_id = admission.entitlement.server_id
        binding = Binding(request.profile, request.rand, request.imsi, server_id)
        established = binding.derive(tuple(e.vector for e in echoed))
        if not established.matches(request.encrypted_res):
            raise ResMismatch("RES is not XRES")
        self._ledger.use(request.imsi, request.profile, request.rand, now)
        expires_at = self._expiry(admission, now)
        grant = Grant(established.k_mtc, server_id, expires_at, admission.strength_bits)
        until = min(now + self._policy.same_answer_s, expires_at)
        self._answers[request.digest] = (until, grant)
        return grant

    def settle(self, admission: Admission, now: float, *, failed: bool) -> None:
        """Give back what `admit` took from the buckets, unless the device failed.

        Taken first, so that guesses made at once count as much as guesses made in a row.
        """
        request = admission.request
        if request.profile.vectors == 1 and not failed:
            host = request.origin_host.lower()
            self._device_failures.give((request.imsi, host), now)
            self._server_failures.give(host, now)

    def forget(self, now: float) -> None:
        """Drop the keys of answers that are not repeated any more."""
        # Oldest first: but for keys that expire earlier, every answer is kept equally long.
        while self._answers and next(iter(self._answers.values()))[0] <= now:
            del self._answers[next(iter(self._answers))]

    @property
    def remembers(self) -> bool:
        """Whether keys of answers are kept."""
        return bool(self._answers)

    @property
    def same_answer_s(self) -> int:
        """How long an answer, and the key in it, is kept."""
        return self._policy.same_answer_s

    def _check_format(self, request: KeyRequest) -> None:
        begins_with_tag = request.rand.startswith(self._policy.tag)
        if begins_with_tag != request.profile.tagged:
            raise ProfileNotAllowed("the RAND's format is not the profile's")

    def _answered(self, request: KeyRequest, now: float) -> Grant | None:
        until, grant = self._answers.get(request.digest, (now, None))
        return grant if until > now else None

    def _take_quota(self, request: KeyRequest, now: float) -> None:
        if request.profile.vectors > 1:
            return
        host = request.origin_host.lower()
        if not self._server_failures.take(host, now):
            raise QuotaExceeded("too many failures of this server in the last hour")
        if not self._device_failures.take((request.imsi, host), now):
            self._server_failures.give(host, now)
            raise QuotaExceeded("too many failures of this device in the last hour")

    def _expiry(self, admission: Admission, now: float) -> int:
        lifetime_s = admission.entitlement.lifetime_s or self._policy.lifetime_s
        latest = int(now) + lifetime_s
        wanted = admission.request.expires_by
        return latest if wanted is None else min(wanted, latest)


def check_echo(asked: tuple[bytes, ...], echoed: Sequence[bytes]) -> None:
    """The HLR returns one vector for each RAND, in order, each with its RAND."""
    if len(echoed) < len(asked) and tuple(echoed) == asked[: len(echoed)]:
        raise VectorsUnavailable(f"{len(echoed)} of {len(asked)} vectors")
    if tuple(echoed) != asked:
        raise HlrNotCapable("the HLR answered with other RANDs than it was asked for")
