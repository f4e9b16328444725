"""RAND_1 as the device draws it (protocol.md clause 3)."""

from __future__ import annotations

from collections.abc import Callable

from mkef.crypto.kdf import derive_rands
from mkef_codecs.establishment import COUNTER_EPOCH, RAND_LENGTH, Profile
from mtc.device.errors import NoKey

COUNTER_LENGTH = 4
_ATTEMPTS = 8  # a second one is needed once in 2**32 draws


def first_counter(clock: float) -> int:
    """The counter of a device without a stored one: seconds since 2026-01-01T00:00:00Z."""
    if clock < COUNTER_EPOCH:
        raise NoKey(
            "the clock stands before 2026: set it, or use a profile with a random RAND (0x00)"
        )
    return int(clock) - COUNTER_EPOCH


def draw_rand(profile: Profile, tag: bytes, counter: int, octets: Callable[[int], bytes]) -> bytes:
    """16 octets that begin with the tag if and only if the profile says so, and whose RAND list
    holds none twice; `counter` stands in the tagged format only."""
    head = _head(tag, counter) if profile.tagged else b""
    for _ in range(_ATTEMPTS):
        rand = head + octets(RAND_LENGTH - len(head))
        rands = derive_rands(rand, profile)
        if profile.suits(rand, tag) and len(set(rands)) == len(rands):
            return rand
    raise NoKey("the source of randomness repeats itself")


def _head(tag: bytes, counter: int) -> bytes:
    if counter >> 8 * COUNTER_LENGTH:
        raise NoKey("the counter of tagged RANDs is used up: the device needs a new subscription")
    return tag + counter.to_bytes(COUNTER_LENGTH, "big")
