"""From a key request to K_MTC: the order of checks and what is remembered (clause 5)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
from msgspec.structs import replace

from mkef.crypto.gsm import GsmVector
from mkef.crypto.kdf import Binding, derive_rands
from mkef.crypto.secret import Kc
from mkef.domain.errors import (
    HlrNotCapable,
    NotEntitled,
    Overloaded,
    ProfileNotAllowed,
    QuotaExceeded,
    RandNotFresh,
    ResMismatch,
    UserUnknown,
    VectorsUnavailable,
)
from mkef_codecs.establishment import COUNTER_EPOCH, Profile
from mkef_codecs.identity import Imsi, ServerId

IMSI = Imsi("001010123456789")
SERVER_ID = ServerId("coap://mtc.example")
HOST, OTHER_HOST = "mtc.example", "other.example"
NOW = float(COUNTER_EPOCH + 1000)
RAND = bytes(range(16))


@pytest.fixture
def mkef(lab: Any) -> Any:
    return lab.Mkef()


@pytest.fixture
def right(lab: Any) -> Any:
    return lab.right


@pytest.fixture
def wrong(lab: Any) -> Any:
    return lab.wrong


def test_a_key_computed_a_second_way(lab: Any, mkef: Any) -> None:
    """K_MTC with plain hmac, octet by octet as protocol.md clause 2 has it."""
    rand = lab.tagged(7)
    grant = mkef.grant(lab.right(rand, Profile(vectors=2, tagged=True)))
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
def test_every_profile_yields_a_key(
    vectors: int, kmtc: bool, integrity_only: bool, mkef: Any, right: Any
) -> None:
    profile = Profile(vectors, kmtc, tagged=False, integrity_only=integrity_only)
    assert mkef.grant(right(RAND, profile)).strength_bits == min(64 * vectors, 128)


def test_what_is_refused_early_costs_the_hlr_and_the_quota_nothing(mkef: Any, right: Any) -> None:
    for _ in range(200):
        with pytest.raises(NotEntitled):
            mkef.grant(right(origin_host="stranger.example"))
        with pytest.raises(ProfileNotAllowed):
            mkef.grant(right(profile=Profile(tagged=True)))
    assert mkef.asked == 0
    assert mkef.grant(right())


def test_the_tag_and_the_profile_agree(lab: Any, mkef: Any) -> None:
    for rand, profile in ((RAND, Profile(tagged=True)), (lab.tagged(1), Profile())):
        with pytest.raises(ProfileNotAllowed, match="format"):
            mkef.grant(lab.right(rand, profile))


def test_a_row_may_demand_strength(mkef: Any, right: Any) -> None:
    mkef.rows = [replace(mkef.rows[0], min_strength_bits=128)]
    with pytest.raises(ProfileNotAllowed, match="64 bits, 128 demanded"):
        mkef.grant(right())
    assert mkef.asked == 0
    assert mkef.grant(right(RAND, Profile(vectors=2))).strength_bits == 128


@pytest.mark.parametrize(("vectors", "strength"), [(1, 54), (2, 108), (3, 128)])
def test_ten_zero_bits_in_each_kc_are_no_strength(vectors: int, strength: int, lab: Any) -> None:
    """COMP128 v1 and v2 make such a Kc."""

    def weak(rand: bytes) -> GsmVector:
        made = lab.vector_of(rand)
        return GsmVector(made.sres, Kc(made.kc.octets[:6] + b"\xfc\0"))

    profile = Profile(vectors=vectors)
    rands = derive_rands(RAND, profile)
    binding = Binding(profile, RAND, IMSI, SERVER_ID)
    encrypted_res = binding.derive(tuple(map(weak, rands))).encrypted_res
    mkef = lab.Mkef(answer=weak)
    asked = lab.right(RAND, profile, encrypted_res=encrypted_res)
    assert mkef.grant(asked).strength_bits == strength
    wanted = [replace(mkef.rows[0], min_strength_bits=min(64 * vectors, 128))]
    other = lab.Mkef(answer=weak, rows=wanted)
    if vectors != 2:  # one Kc proves nothing, three are strong enough
        assert other.grant(asked).strength_bits == strength
        return
    with pytest.raises(ProfileNotAllowed):
        other.grant(asked)
    assert other.rands == {}


def test_equal_rands_are_refused(monkeypatch: pytest.MonkeyPatch, mkef: Any, right: Any) -> None:
    """Which SHA-256 will hardly ever make."""
    monkeypatch.setattr("mkef.domain.keys.derive_rands", lambda rand, profile: (rand, rand))
    with pytest.raises(ProfileNotAllowed, match="equal"):
        mkef.grant(right(RAND, Profile(vectors=2)))


def test_mtc_server_id_is_checked(mkef: Any, right: Any) -> None:
    with pytest.raises(NotEntitled):
        mkef.grant(right(server_id=ServerId("other.example")))
    assert mkef.grant(right(server_id=SERVER_ID)).server_id == SERVER_ID


# RES and quotas.


def test_a_bad_echo_uses_nothing(mkef: Any, right: Any) -> None:
    mkef.echoed = lambda rands: [bytes(16)]
    for _ in range(10):
        with pytest.raises(HlrNotCapable):
            mkef.grant(right())
    mkef.echoed = lambda rands: rands
    assert mkef.grant(right(), NOW + 600)


@pytest.mark.parametrize("position", range(8))
def test_every_octet_of_res_counts(position: int, mkef: Any, lab: Any) -> None:
    asked = lab.right(RAND, Profile(vectors=2))
    changed = bytearray(asked.encrypted_res)
    changed[position] ^= 0x80
    with pytest.raises(ResMismatch):
        mkef.grant(replace(asked, encrypted_res=bytes(changed)))
    assert mkef.grant(asked), "a wrong RES does not use the RAND"


@pytest.mark.parametrize(
    "changes",
    [
        {"imsi": Imsi("001010123456780")},
        {"profile": Profile(integrity_only=True)},
        {"profile": Profile(res_key_kmtc=True)},
        {"rand": bytes(16)},
    ],
)
def test_nothing_can_be_changed_on_the_way(changes: dict[str, Any], mkef: Any, right: Any) -> None:
    with pytest.raises(ResMismatch):
        mkef.grant(replace(right(), **changes))


def test_failures_of_one_vector_are_counted_and_come_back(mkef: Any, right: Any) -> None:
    mkef.fail(3)
    for now in (NOW, NOW + 1199):
        with pytest.raises(QuotaExceeded):
            mkef.grant(right(), now)
    assert mkef.grant(right(), NOW + 1201)


def test_the_clock_set_back_fills_no_bucket_and_empties_none(mkef: Any, lab: Any) -> None:
    mkef.timer = 5000.0
    mkef.fail(3)
    for clock in (NOW - 1e6, NOW + 1e6):
        with pytest.raises(QuotaExceeded):
            mkef.grant(lab.right(), clock)
    mkef.timer += 1201
    assert mkef.grant(lab.right(), NOW - 1e6)


def test_more_vectors_are_no_guesses(mkef: Any, lab: Any) -> None:
    """Guessing 64 bits of RES is hopeless: only the HLR's load counts there."""
    profile = Profile(vectors=2)
    for n in range(10):
        with pytest.raises(ResMismatch):
            mkef.grant(lab.wrong(bytes((n,)) * 16, profile=profile))
    assert mkef.grant(lab.right())
    mkef.fail(3)
    assert mkef.grant(lab.right(bytes(16), profile))


def test_requests_of_a_device_are_counted(mkef: Any, right: Any) -> None:
    mkef.rows = [replace(mkef.rows[0], requests_per_hour=5)]
    profile = Profile(vectors=2)
    for n in range(5):
        assert mkef.grant(right(bytes((n,)) * 16, profile))
    with pytest.raises(QuotaExceeded, match="requests for this device"):
        mkef.grant(right(bytes((6,)) * 16, profile))
    assert mkef.grant(right(bytes((6,)) * 16, profile, origin_host=OTHER_HOST))


def test_an_hlr_that_gives_nothing_costs_the_device_nothing(mkef: Any, right: Any) -> None:
    mkef.rows = [replace(mkef.rows[0], requests_per_hour=1)]
    mkef.echoed = lambda rands: []
    for _ in range(5):
        with pytest.raises(VectorsUnavailable):
            mkef.grant(right())
    mkef.echoed = lambda rands: rands
    assert mkef.grant(right())


def test_a_request_that_no_hlr_was_asked_costs_the_device_nothing(mkef: Any, lab: Any) -> None:
    mkef.rows = [replace(mkef.rows[0], requests_per_hour=2)]
    mkef.echoed = lambda rands: [bytes(16)]
    for n in range(20):  # the first one is answered, and counts; then the HLR is left alone
        with pytest.raises(HlrNotCapable):
            mkef.grant(lab.right(bytes((n + 1,)) * 16))
    assert mkef.asked == 1
    mkef.echoed = lambda rands: rands
    assert mkef.grant(lab.right(), NOW + 600)
    with pytest.raises(QuotaExceeded, match="requests for this device"):
        mkef.grant(lab.right(bytes(16)))


def test_a_node_that_is_too_busy_to_ask_costs_the_device_nothing(mkef: Any, right: Any) -> None:
    """As many dialogues are open as may be: refused before the HLR."""
    mkef.rows = [replace(mkef.rows[0], requests_per_hour=1)]

    def full(_rands: tuple[bytes, ...]) -> Any:
        raise Overloaded("too many dialogues")

    mkef.echoed = full
    for _ in range(5):
        with pytest.raises(Overloaded):
            mkef.grant(right())
    mkef.echoed = lambda rands: rands
    assert mkef.grant(right())


def test_what_an_hlr_refuses_costs_a_request(mkef: Any, right: Any) -> None:
    mkef.rows = [replace(mkef.rows[0], requests_per_hour=1)]

    def unknown(_rands: tuple[bytes, ...]) -> Any:
        raise UserUnknown("1")

    mkef.echoed = unknown
    with pytest.raises(UserUnknown):
        mkef.grant(right())
    with pytest.raises(QuotaExceeded, match="requests for this device"):
        mkef.grant(right())


def test_no_server_locks_a_device_out_through_another(mkef: Any, right: Any) -> None:
    mkef.fail(3, OTHER_HOST)
    with pytest.raises(QuotaExceeded):
        mkef.grant(right(origin_host=OTHER_HOST))
    assert mkef.grant(right())


def test_a_server_has_a_bucket_for_all_of_its_devices(mkef: Any, right: Any) -> None:
    for n in range(5):
        mkef.fail(1, imsi=Imsi(f"00101000000000{n}"))
    with pytest.raises(QuotaExceeded):
        mkef.grant(right())
    assert mkef.grant(right(origin_host=OTHER_HOST))


def test_hosts_are_counted_without_case(mkef: Any, right: Any) -> None:
    mkef.fail(3, HOST.upper())
    with pytest.raises(QuotaExceeded):
        mkef.grant(right())


def test_right_answers_cost_no_failure(mkef: Any, right: Any) -> None:
    for n in range(20):
        assert mkef.grant(right(bytes((n,)) * 16))


# The same request again.


def test_the_same_answer_within_its_window(mkef: Any, right: Any) -> None:
    first = mkef.grant(right())
    for now in (NOW, NOW + 30, NOW + 59.9):
        assert mkef.grant(right(), now) is first
    assert mkef.asked == 1
    with pytest.raises(RandNotFresh):
        mkef.grant(right(), NOW + 60)


def test_the_same_answer_after_a_restart_or_from_another_mkef(mkef: Any, right: Any) -> None:
    """The ledger knows the request, the HLR is asked once more: the same key, the same expiry."""
    first = mkef.grant(right())
    mkef.restart()
    assert mkef.grant(right(), NOW + 30) == first
    assert mkef.asked == 2
    with pytest.raises(RandNotFresh):
        mkef.grant(right(origin_host=OTHER_HOST))
    mkef.restart()
    with pytest.raises(RandNotFresh):
        mkef.grant(right(), NOW + 60)


def test_who_answers_again_does_not_prolong_the_window(mkef: Any, right: Any) -> None:
    """It has the key from the HLR a second time, and its memory begins then."""
    first = mkef.grant(right())
    mkef.restart()
    assert mkef.grant(right(), NOW + 59) == first
    with pytest.raises(RandNotFresh):
        mkef.grant(right(), NOW + 60)


@pytest.mark.parametrize(
    "changes",
    [
        {"origin_host": OTHER_HOST},
        {"encrypted_res": bytes(4)},
        {"profile": Profile(integrity_only=True)},
    ],
)
def test_another_request_with_the_same_rand_is_not_fresh(
    changes: dict[str, Any], mkef: Any, right: Any
) -> None:
    mkef.grant(right())
    with pytest.raises(RandNotFresh):
        mkef.grant(right(**changes))


def test_the_same_rand_of_another_device_is_another_matter(mkef: Any, right: Any) -> None:
    mkef.grant(right())
    with pytest.raises(ResMismatch):  # its card would say something else
        mkef.grant(right(imsi=Imsi("001010123456780")))


def test_the_same_request_is_the_same_in_any_case_of_its_host(mkef: Any, right: Any) -> None:
    assert mkef.grant(right()) is mkef.grant(right(origin_host="MTC.Example"))
    assert len(right().digest) == 32
    assert right().digest != right(expires_by=1, encrypted_res=bytes(4)).digest


def test_an_answer_is_not_given_to_who_is_no_longer_entitled(mkef: Any, right: Any) -> None:
    mkef.grant(right())
    rows, mkef.rows = mkef.rows, []
    with pytest.raises(NotEntitled):
        mkef.grant(right())
    mkef.rows = [replace(rows[0], server_id=ServerId("another.example"))]
    with pytest.raises(RandNotFresh):
        mkef.grant(right())


def test_never_past_expiry(mkef: Any, right: Any) -> None:
    asked = right(expires_by=int(NOW) + 10)
    first = mkef.grant(asked)
    assert mkef.grant(asked, NOW + 9.9) is first
    with pytest.raises(RandNotFresh):
        mkef.grant(asked, NOW + 10)


def test_answers_are_forgotten(mkef: Any, right: Any) -> None:
    """K_MTC is held for the window only."""
    for n in range(5):
        mkef.grant(right(bytes((n,)) * 16))
    began = mkef.keys._timer()
    until = mkef.keys.forget(began + 59)
    assert until == began + 60
    assert len(mkef.keys._answers) == 5
    assert mkef.keys.forget(until) is None
    assert not mkef.keys._answers


@pytest.mark.parametrize(
    ("row", "wanted", "expires_in"),
    [
        ({}, None, 86_400),
        ({}, 3600, 3600),
        ({}, 100_000, 86_400),
        ({"lifetime_s": 600}, None, 600),
        ({"lifetime_s": 600}, 3600, 600),
        ({"lifetime_s": 600}, 60, 60),
        ({"lifetime_s": 200_000}, None, 200_000),
        ({"valid_until": int(NOW) + 30}, None, 30),  # no key outlives what entitles to it
    ],
)
def test_the_earliest_expiry_counts(
    row: dict[str, int], wanted: int | None, expires_in: int, mkef: Any, right: Any
) -> None:
    mkef.rows = [replace(mkef.rows[0], **row)]
    expires_by = None if wanted is None else int(NOW) + wanted
    assert mkef.grant(right(expires_by=expires_by)).expires_at == int(NOW) + expires_in


# The clock set back.


def test_a_used_rand_stays_used_when_the_clock_is_set_back(mkef: Any, lab: Any) -> None:
    for asked in (lab.right(), lab.right(lab.tagged(500), Profile(vectors=2, tagged=True))):
        mkef.timer, mkef.now = 100.0, NOW
        mkef.grant(asked)
        mkef.restart()
        for clock in (NOW - 11, NOW - 1e6):
            with pytest.raises(RandNotFresh):
                mkef.grant(asked, clock)


def test_overload_is_told_before_the_hlr_is_asked(lab: Any) -> None:
    mkef = lab.Mkef()
    mkef.keys.load.begin(HOST)
    mkef.keys.load.limit.current = 1
    with pytest.raises(Overloaded):
        mkef.grant(lab.right())
    mkef.keys.load.end(HOST)
    assert mkef.asked == 0
    assert mkef.grant(lab.right())


def test_counters_in_disorder_are_released(mkef: Any, lab: Any) -> None:
    profile = Profile(vectors=2, tagged=True)
    for n in (9, 8, 7, 100):
        assert mkef.grant(lab.right(lab.tagged(n), profile))
    for n in (8, 36):
        with pytest.raises(RandNotFresh):
            mkef.grant(lab.right(lab.tagged(n), profile, origin_host=OTHER_HOST))


def test_nothing_here_prints_a_key(mkef: Any, lab: Any) -> None:
    grant = mkef.grant(lab.right())
    shown = f"{grant} {grant!r} {mkef.keys._answers!r}"
    assert grant.k_mtc.octets.hex() not in shown
    assert repr(grant.k_mtc.octets) not in shown
    assert repr(lab.vector_of(RAND).kc.octets) not in shown
