"""Which refusal comes first: the order of clause 5, for all that can be wrong with one request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest
from msgspec.structs import replace

from mkef.answers import answer_of
from mkef.domain.errors import (
    HlrSilent,
    ProfileNotAllowed,
    QuotaExceeded,
    RecordsUnavailable,
    Refusal,
    UserUnknown,
)
from mkef.domain.keys import KeyRequest
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi, ServerId

OTHER_HOST = "other.example"
FAR_AHEAD = 1 << 31


@dataclass
class Situation:
    """A right request at an MKEF that would release a key for it, until something is wrong."""

    lab: Any
    mkef: Any
    asked: KeyRequest

    def ask_otherwise(self, **changes: Any) -> None:
        self.asked = replace(self.asked, **changes)

    def change_row(self, **changes: Any) -> None:
        self.mkef.rows = [replace(self.mkef.rows[0], **changes)]

    def hlr_says(self, refusal: Refusal) -> None:
        def refuse(_rands: tuple[bytes, ...]) -> Sequence[bytes]:
            raise refusal

        self.mkef.echoed = refuse


def counter_ahead(it: Situation) -> None:
    it.asked = it.lab.right(it.lab.tagged(FAR_AHEAD))


def other_host(it: Situation) -> None:
    it.ask_otherwise(origin_host="stranger.example")


def other_server_id(it: Situation) -> None:
    it.ask_otherwise(server_id=ServerId("another.example"))


def no_row(it: Situation) -> None:
    it.change_row(disabled=True)


def other_format(it: Situation) -> None:
    it.ask_otherwise(profile=replace(it.asked.profile, tagged=not it.asked.profile.tagged))


def format_not_allowed(it: Situation) -> None:
    it.change_row(tagged=not it.asked.profile.tagged)


def too_weak(it: Situation) -> None:
    it.change_row(min_strength_bits=128)


def used_rand(it: Situation) -> None:
    """By the other server: its RAND is not fresh for anybody."""
    it.mkef.grant(replace(it.asked, origin_host=OTHER_HOST))


def overload(it: Situation) -> None:
    it.mkef.keys.load.limit.current = 0


def no_requests(it: Situation) -> None:
    it.change_row(requests_per_hour=1)
    it.mkef.grant(it.lab.right(b"more" * 4, Profile(vectors=2)))


def no_server_failures(it: Situation) -> None:
    for n in range(it.mkef.policy.limits.server_failures):
        with suppress(QuotaExceeded):
            it.mkef.fail(1, imsi=Imsi(f"00101000000000{n}"))


def no_failures(it: Situation) -> None:
    it.mkef.fail(it.mkef.policy.limits.failures)


def user_unknown(it: Situation) -> None:
    it.hlr_says(UserUnknown("no such IMSI"))


def silence(it: Situation) -> None:
    it.hlr_says(HlrSilent("no answer in time"))


def no_vectors(it: Situation) -> None:
    it.mkef.echoed = lambda _: []


def another_rand(it: Situation) -> None:
    it.mkef.echoed = lambda _: [bytes(16)]


def too_many_vectors(it: Situation) -> None:
    it.mkef.echoed = lambda rands: [*rands, bytes(16)]


def profile_refused(it: Situation) -> None:
    it.hlr_says(ProfileNotAllowed("the HLR does not allow it"))


def wrong_res(it: Situation) -> None:
    it.ask_otherwise(encrypted_res=bytes(octet ^ 1 for octet in it.asked.encrypted_res))


def used_meanwhile(it: Situation) -> None:
    """By another MKEF, while the HLR was asked here."""
    mkef, asked = it.mkef, it.asked

    def answer(rand: bytes) -> Any:
        mkef.rands[asked.imsi, asked.rand] = None
        return it.lab.vector_of(rand)

    mkef.answer = answer


def store_full(it: Situation) -> None:
    async def use(_: Any) -> int:
        raise RecordsUnavailable("the disk is full")

    it.mkef.use = use


Wrong = Callable[[Situation], None]

# In the order of clause 5, the cheapest first: what is wrong, the answer, words of the reason.
BEFORE_THE_HLR: list[tuple[Wrong, str, str]] = [
    (no_row, "5003", " row "),
    (other_host, "5003", " row "),
    (other_server_id, "5003", " row "),
    (other_format, "32473/5003", "not the profile's"),
    (format_not_allowed, "32473/5003", "RANDs demanded"),
    (too_weak, "32473/5003", "128 demanded"),
    (counter_ahead, "32473/5002", "ahead of the clock"),
    (used_rand, "32473/5002", "was used"),
    (overload, "32473/4002", "under way"),
    (no_requests, "32473/4001", "requests for this device"),
    (no_server_failures, "32473/4001", "failures of this server"),
    (no_failures, "32473/4001", "failures of this device"),
]
BY_THE_HLR: list[tuple[Wrong, str, str]] = [
    (user_unknown, "10415/5001", "no such IMSI"),
    (silence, "10415/4181", "no answer"),
    (no_vectors, "10415/4181", "0 of 1 vectors"),
    (another_rand, "32473/5001", "other RANDs"),
    (too_many_vectors, "32473/5001", "other RANDs"),
    (profile_refused, "32473/5003", "HLR does not allow"),
]
BEHIND_THE_HLR: list[tuple[Wrong, str, str]] = [
    (wrong_res, "4001", "XRES"),
    (store_full, "32473/4002", "disk"),
    (used_meanwhile, "32473/5002", "was used"),
]
CHECKS = [*BEFORE_THE_HLR, *BY_THE_HLR, *BEHIND_THE_HLR]

# An HLR says one thing; a RAND that was used was not ahead; a full store is not asked what it has.
APART = [
    {row[0] for row in BY_THE_HLR},
    {counter_ahead, used_rand},
    {store_full, used_meanwhile},
]
# Each needs that the MKEF still releases keys, and to the request that it is about.
SETTING_UP = [
    *(counter_ahead, used_rand, no_failures, no_server_failures, no_requests),
    *(used_meanwhile, format_not_allowed, too_weak, no_row, overload, store_full),
    *(other_host, other_server_id, other_format, wrong_res),
    *(row[0] for row in BY_THE_HLR),
]


def together(first: tuple[Wrong, str, str], second: tuple[Wrong, str, str]) -> bool:
    return not any({first[0], second[0]} <= apart for apart in APART)


def check_refusal(lab: Any, check: tuple[Wrong, str, str], *wrongs: Wrong) -> None:
    """All is wrong at once, and the answer is this check's; earlier ones spare the HLR."""
    _, answer, words = check
    it = Situation(lab, lab.Mkef(), lab.right())
    for wrong in sorted(wrongs, key=SETTING_UP.index):
        wrong(it)
    before = it.mkef.asked
    with pytest.raises(Refusal, match=words) as caught:
        it.mkef.grant(it.asked)
    assert str(answer_of(caught.value)[0]) == answer
    assert (it.mkef.asked > before) == (check not in BEFORE_THE_HLR)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check[0].__name__)
def test_each_check_refuses(check: tuple[Wrong, str, str], lab: Any) -> None:
    check_refusal(lab, check, check[0])


@pytest.mark.parametrize(
    ("first", "second"),
    [pair for pair in combinations(CHECKS, 2) if together(*pair)],
    ids=lambda check: check[0].__name__,
)
def test_an_earlier_refusal_wins(first: Any, second: Any, lab: Any) -> None:
    check_refusal(lab, first, first[0], second[0])
