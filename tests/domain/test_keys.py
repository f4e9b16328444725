"""From a key request to K_MTC: the order of checks and what is remembered (clause 5)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from mkef.crypto.gsm import GsmVector
from mkef.crypto.kdf import Binding, derive_rands
from mkef.crypto.secret import Kc
from mkef.domain.entitlement import Entitlement, EntitlementRegistry
from mkef.domain.errors import (
    HlrNotCapable,
    NotEntitled,
    ProfileNotAllowed,
    QuotaExceeded,
    RandNotFresh,
    Refusal,
    ResMismatch,
    VectorsUnavailable,
)
from mkef.domain.freshness import FreshnessLedger
from mkef.domain.keys import (
    Admission,
    EchoedVector,
    Grant,
    KeyEstablishment,
    KeyRequest,
    Policy,
    check_echo,
)
from mkef_codecs.establishment import COUNTER_EPOCH, Profile
from mkef_codecs.identity import Imsi, ServerId

IMSI = Imsi("001010123456789")
SERVER_ID = ServerId("coap://mtc.example")
HOST, OTHER_HOST = "mtc.example", "other.example"
TAG = b"MTCR"
NOW = float(COUNTER_EPOCH + 1000)
POLICY = Policy(tag=TAG, lifetime_s=86_400, failures_per_hour=3, server_failures_per_hour=5)
ROW = Entitlement("00101", False, SERVER_ID, frozenset({HOST, OTHER_HOST}))  # noqa: FBT003
RAND = bytes(range(16))


def vector_of(rand: bytes) -> GsmVector:
    """What this subscription's SIM and the AuC make of a RAND."""
    octets = hashlib.sha256(b"card" + rand).digest()
    return GsmVector(octets[:4], Kc(octets[4:12]))


def tagged(counter: int) -> bytes:
    return TAG + counter.to_bytes(4, "big") + bytes(8)


def request(rand: bytes = RAND, profile: Profile | None = None, **changes: Any) -> KeyRequest:
    """What the right device sends."""
    profile = profile or Profile(tagged=rand.startswith(TAG))
    vectors = tuple(map(vector_of, derive_rands(rand, profile)))
    established = Binding(profile, rand, IMSI, SERVER_ID).derive(vectors)
    made = KeyRequest(HOST, IMSI, profile, rand, established.encrypted_res)
    return replace(made, **changes)


def wrong(rand: bytes = RAND, **changes: Any) -> KeyRequest:
    """What a device with another Ki sends."""
    right = request(rand, **changes)
    return replace(right, encrypted_res=bytes(o ^ 1 for o in right.encrypted_res))


def echo(admission: Admission) -> list[EchoedVector]:
    return [EchoedVector(rand, vector_of(rand)) for rand in admission.rands]


class Mkef:
    """The decision with an HLR that answers as it should."""

    def __init__(self, policy: Policy = POLICY, row: Entitlement = ROW) -> None:
        self.keys = KeyEstablishment(policy, EntitlementRegistry([row]), FreshnessLedger())
        self.asked = 0

    def admit(self, request: KeyRequest, now: float = NOW) -> Admission:
        admission = self.keys.admit(request, now)
        assert isinstance(admission, Admission)
        return admission

    def grant(
        self,
        request: KeyRequest,
        now: float = NOW,
        answer: Callable[[Admission], list[EchoedVector]] = echo,
    ) -> Grant:
        admitted = self.keys.admit(request, now)
        if isinstance(admitted, Grant):
            return admitted
        self.asked += 1
        failed = False
        try:
            return self.keys.release(admitted, answer(admitted), now)
        except ResMismatch:
            failed = True
            raise
        finally:
            self.keys.settle(admitted, now, failed=failed)

    def fail(self, count: int, host: str = HOST, now: float = NOW, imsi: Imsi = IMSI) -> None:
        for n in range(count):
            rand = hashlib.sha256(f"{n}{host}{now}{imsi}".encode()).digest()[:16]
            with pytest.raises(ResMismatch):
                self.grant(wrong(rand, origin_host=host, imsi=imsi), now)


def test_a_key_computed_a_second_way() -> None:
    """K_MTC with plain hmac, octet by octet as protocol.md clause 2 has it."""
    profile = Profile(vectors=2, tagged=True)
    rand = tagged(7)
    grant = Mkef().grant(request(rand, profile))
    second = rand[:8] + hashlib.sha256(b"mtc-rand\x02" + rand).digest()[:8]
    k_in = b"".join(hashlib.sha256(b"card" + r).digest()[4:12] for r in (rand, second))
    message = b"\xff\xe0"
    for part in (b"mtc-kmtc", b"\x14", rand, IMSI.digits.encode(), SERVER_ID.value.encode()):
        message += part + len(part).to_bytes(2, "big")
    assert grant.k_mtc.octets == hmac.digest(k_in, message, "sha256")
    assert (grant.server_id, grant.strength_bits) == (SERVER_ID, 128)
    assert grant.expires_at == int(NOW) + 86_400


@pytest.mark.parametrize("vectors", [1, 2, 3])
@pytest.mark.parametrize("kmtc", [False, True])
@pytest.mark.parametrize("integrity_only", [False, True])
def test_every_profile_yields_a_key(vectors: int, kmtc: bool, integrity_only: bool) -> None:
    profile = Profile(vectors, kmtc, tagged=False, integrity_only=integrity_only)
    mkef = Mkef()
    assert mkef.admit(request(RAND, profile)).rands == derive_rands(RAND, profile)
    grant = mkef.grant(request(RAND, profile))
    assert grant.strength_bits == min(64 * vectors, 128)


# The order of checks: each refusal wins over every later one.


def other_host(mkef: Mkef, asked: KeyRequest) -> KeyRequest:
    return replace(asked, origin_host="stranger.example")


def wrong_format(mkef: Mkef, asked: KeyRequest) -> KeyRequest:
    return replace(asked, profile=replace(asked.profile, tagged=not asked.profile.tagged))


def used_rand(mkef: Mkef, asked: KeyRequest) -> KeyRequest:
    """By the other server: its RAND is not fresh for anybody."""
    mkef.grant(replace(asked, origin_host=OTHER_HOST))
    return asked


def no_quota(mkef: Mkef, asked: KeyRequest) -> KeyRequest:
    mkef.fail(POLICY.failures_per_hour)
    return asked


def wrong_res(mkef: Mkef, asked: KeyRequest) -> KeyRequest:
    return replace(asked, encrypted_res=bytes(o ^ 1 for o in asked.encrypted_res))


def own_rand(mkef: Mkef, asked: KeyRequest) -> KeyRequest:
    return asked  # it is the HLR that answers with a RAND of its own


# In the order of clause 5.
CHECKS: list[tuple[Callable[[Mkef, KeyRequest], KeyRequest], type[Refusal]]] = [
    (other_host, NotEntitled),
    (wrong_format, ProfileNotAllowed),
    (used_rand, RandNotFresh),
    (no_quota, QuotaExceeded),
    (own_rand, HlrNotCapable),
    (wrong_res, ResMismatch),
]


def outcome(checks: list[Callable[[Mkef, KeyRequest], KeyRequest]]) -> type[Refusal]:
    mkef, asked = Mkef(), request()
    for change in sorted(checks, key=lambda c: c is not used_rand):  # while it still is right
        asked = change(mkef, asked)
    stranger = EchoedVector(bytes(16), vector_of(bytes(16)))

    def decide() -> None:
        admission = mkef.admit(asked)
        echoed = [stranger] if own_rand in checks else echo(admission)
        mkef.keys.release(admission, echoed, NOW)

    with pytest.raises(Refusal) as caught:
        decide()
    return type(caught.value)


@pytest.mark.parametrize(("change", "refusal"), CHECKS)
def test_each_check_refuses(change: Any, refusal: type[Refusal]) -> None:
    assert outcome([change]) is refusal


@pytest.mark.parametrize(
    ("first", "second"), list(combinations(CHECKS, 2)), ids=lambda check: check[0].__name__
)
def test_an_earlier_refusal_wins(first: Any, second: Any) -> None:
    assert outcome([first[0], second[0]]) is first[1]


def test_a_refused_request_uses_no_rand_and_no_quota() -> None:
    mkef = Mkef()
    for _ in range(10):
        with pytest.raises(NotEntitled):
            mkef.admit(request(origin_host="stranger.example"))
        with pytest.raises(ProfileNotAllowed):
            mkef.admit(request(profile=Profile(tagged=True)))
    assert mkef.grant(request())


@pytest.mark.parametrize(
    ("rand", "profile"),
    [(RAND, Profile(tagged=True)), (tagged(1), Profile())],
)
def test_the_tag_and_the_profile_agree(rand: bytes, profile: Profile) -> None:
    with pytest.raises(ProfileNotAllowed, match="format"):
        Mkef().admit(request(rand, profile))


def test_a_row_may_demand_strength() -> None:
    mkef = Mkef(row=replace(ROW, min_strength_bits=128))
    with pytest.raises(ProfileNotAllowed, match="64 bits, 128 demanded"):
        mkef.admit(request())
    assert mkef.grant(request(RAND, Profile(vectors=2))).strength_bits == 128


def test_equal_rands_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which SHA-256 will hardly ever make."""
    monkeypatch.setattr("mkef.domain.keys.derive_rands", lambda rand, profile: (rand, rand))
    with pytest.raises(ProfileNotAllowed, match="equal"):
        Mkef().admit(request(RAND, Profile(vectors=2)))


def test_mtc_server_id_is_checked() -> None:
    mkef = Mkef()
    with pytest.raises(NotEntitled):
        mkef.admit(request(server_id=ServerId("other.example")))
    assert mkef.grant(request(server_id=SERVER_ID)).server_id == SERVER_ID


# What the HLR returns.

A, B, C, D = (bytes((i,)) * 16 for i in range(4))


@pytest.mark.parametrize(
    ("asked", "echoed", "refusal"),
    [
        ((A,), [A], None),
        ((A, B, C), [A, B, C], None),
        ((A,), [], VectorsUnavailable),
        ((A, B, C), [A], VectorsUnavailable),
        ((A, B, C), [A, B], VectorsUnavailable),
        ((A,), [B], HlrNotCapable),
        ((A, B), [B], HlrNotCapable),
        ((A, B), [B, A], HlrNotCapable),
        ((A, B), [A, A], HlrNotCapable),
        ((A, B), [A, C], HlrNotCapable),
        ((A,), [A, B], HlrNotCapable),
        ((A,), [A, A], HlrNotCapable),
        ((A, B, C), [A, B, C, D], HlrNotCapable),
        ((A,), [A[:15]], HlrNotCapable),
    ],
)
def test_one_vector_for_each_rand_in_order(
    asked: tuple[bytes, ...], echoed: list[bytes], refusal: type[Refusal] | None
) -> None:
    if refusal is None:
        check_echo(asked, echoed)
        return
    with pytest.raises(refusal):
        check_echo(asked, echoed)


def test_a_bad_echo_uses_nothing() -> None:
    mkef = Mkef()
    for _ in range(POLICY.failures_per_hour + 1):
        with pytest.raises(HlrNotCapable):
            mkef.grant(request(), answer=lambda _: [EchoedVector(D, vector_of(D))])
    assert mkef.grant(request())


# RES and quotas.


@pytest.mark.parametrize("position", range(8))
def test_every_octet_of_res_counts(position: int) -> None:
    right = request(RAND, Profile(vectors=2))
    changed = bytearray(right.encrypted_res)
    changed[position] ^= 0x80
    mkef = Mkef()
    with pytest.raises(ResMismatch):
        mkef.grant(replace(right, encrypted_res=bytes(changed)))
    assert mkef.grant(right), "a wrong RES does not use the RAND"


@pytest.mark.parametrize(
    "changes",
    [
        {"imsi": Imsi("001010123456780")},
        {"profile": Profile(integrity_only=True)},
        {"profile": Profile(res_key_kmtc=True)},
        {"rand": bytes(16)},
    ],
)
def test_nothing_can_be_changed_on_the_way(changes: dict[str, Any]) -> None:
    with pytest.raises(ResMismatch):
        Mkef().grant(replace(request(), **changes))


def test_failures_of_one_vector_are_counted_and_come_back() -> None:
    mkef = Mkef()
    mkef.fail(3)
    with pytest.raises(QuotaExceeded):
        mkef.admit(request())
    with pytest.raises(QuotaExceeded):
        mkef.admit(request(), NOW + 1199)
    assert mkef.admit(request(), NOW + 1201)


def test_more_vectors_are_not_counted() -> None:
    """Guessing 64 bits of RES is hopeless: only the HLR's load counts there."""
    mkef, profile = Mkef(), Profile(vectors=2)
    for n in range(10):
        with pytest.raises(ResMismatch):
            mkef.grant(wrong(bytes((n,)) * 16, profile=profile))
    assert mkef.grant(request())
    mkef.fail(3)
    assert mkef.grant(request(bytes(16), profile))


def test_guesses_at_once_count_as_much_as_guesses_in_a_row() -> None:
    mkef = Mkef()
    for n in range(POLICY.failures_per_hour):
        mkef.admit(wrong(bytes((n,)) * 16))
    with pytest.raises(QuotaExceeded):
        mkef.admit(request())


def test_no_server_locks_a_device_out_through_another() -> None:
    mkef = Mkef()
    mkef.fail(3, OTHER_HOST)
    with pytest.raises(QuotaExceeded):
        mkef.admit(request(origin_host=OTHER_HOST))
    assert mkef.grant(request())


def test_a_server_has_a_bucket_for_all_of_its_devices() -> None:
    mkef = Mkef()
    for n in range(POLICY.server_failures_per_hour):
        mkef.fail(1, imsi=Imsi(f"00101000000000{n}"))
    with pytest.raises(QuotaExceeded):
        mkef.admit(request())
    assert mkef.admit(request(origin_host=OTHER_HOST))


def test_hosts_are_counted_without_case() -> None:
    mkef = Mkef()
    mkef.fail(3, HOST.upper())
    with pytest.raises(QuotaExceeded):
        mkef.admit(request())


def test_right_answers_cost_nothing() -> None:
    mkef = Mkef()
    for n in range(20):
        assert mkef.grant(request(bytes((n,)) * 16))


# The same request again.


def test_the_same_answer_within_its_window() -> None:
    mkef = Mkef()
    first = mkef.grant(request())
    for now in (NOW, NOW + 30, NOW + 59.9):
        assert mkef.grant(request(), now) is first
    assert mkef.asked == 1
    with pytest.raises(RandNotFresh):
        mkef.grant(request(), NOW + 60)


@pytest.mark.parametrize(
    "changes",
    [
        {"origin_host": OTHER_HOST},
        {"encrypted_res": bytes(4)},
        {"profile": Profile(integrity_only=True)},
    ],
)
def test_another_request_with_the_same_rand_is_not_fresh(changes: dict[str, Any]) -> None:
    mkef = Mkef()
    mkef.grant(request())
    with pytest.raises(RandNotFresh):
        mkef.grant(request(**changes))


def test_the_same_rand_of_another_device_is_another_matter() -> None:
    mkef = Mkef()
    mkef.grant(request())
    with pytest.raises(ResMismatch):  # its card would say something else
        mkef.grant(request(imsi=Imsi("001010123456780")))


def test_the_same_request_is_the_same_in_any_case_of_its_host() -> None:
    mkef = Mkef()
    assert mkef.grant(request()) is mkef.grant(request(origin_host="MTC.Example"))
    assert len(request().digest) == 32
    assert request().digest != request(expires_by=1, encrypted_res=bytes(4)).digest


def test_an_answer_is_not_given_to_who_is_no_longer_entitled() -> None:
    mkef = Mkef()
    mkef.grant(request())
    mkef.keys.registry = EntitlementRegistry([])
    with pytest.raises(NotEntitled):
        mkef.grant(request())


def test_never_past_expiry() -> None:
    mkef = Mkef()
    asked = request(expires_by=int(NOW) + 10)
    first = mkef.grant(asked)
    assert mkef.grant(asked, NOW + 9.9) is first
    with pytest.raises(RandNotFresh):
        mkef.grant(asked, NOW + 10)


def test_answers_are_forgotten() -> None:
    """K_MTC is held for the window only."""
    mkef = Mkef()
    for n in range(5):
        mkef.grant(request(bytes((n,)) * 16))
    mkef.keys.forget(NOW + 59)
    assert len(mkef.keys._answers) == 5
    assert mkef.keys.remembers
    mkef.keys.forget(NOW + 60)
    assert not mkef.keys.remembers


@pytest.mark.parametrize(
    ("row_s", "wanted", "expires_in"),
    [
        (None, None, 86_400),
        (None, 3600, 3600),
        (None, 100_000, 86_400),
        (600, None, 600),
        (600, 3600, 600),
        (600, 60, 60),
        (200_000, None, 200_000),
    ],
)
def test_the_earlier_expiry_counts(row_s: int | None, wanted: int | None, expires_in: int) -> None:
    mkef = Mkef(row=replace(ROW, lifetime_s=row_s))
    expires_by = None if wanted is None else int(NOW) + wanted
    assert mkef.grant(request(expires_by=expires_by)).expires_at == int(NOW) + expires_in


# Two at once.


def test_one_rand_admitted_twice_is_released_once() -> None:
    mkef = Mkef()
    first = mkef.admit(request())
    second = mkef.admit(request(origin_host=OTHER_HOST))
    assert mkef.keys.release(first, echo(first), NOW)
    with pytest.raises(RandNotFresh):
        mkef.keys.release(second, echo(second), NOW)


def test_counters_in_disorder_are_released() -> None:
    mkef = Mkef()
    admitted = [mkef.admit(request(tagged(n))) for n in (9, 8, 7)]
    for admission in admitted:
        assert mkef.keys.release(admission, echo(admission), NOW)
    with pytest.raises(RandNotFresh):
        mkef.admit(request(tagged(8), origin_host=OTHER_HOST))


def test_nothing_here_prints_a_key() -> None:
    mkef = Mkef()
    grant = mkef.grant(request())
    shown = f"{grant} {grant!r} {mkef.keys._answers!r} {echo(mkef.admit(request(bytes(16))))!r}"
    assert grant.k_mtc.octets.hex() not in shown
    assert repr(grant.k_mtc.octets) not in shown
    assert repr(vector_of(bytes(16)).kc.octets) not in shown
