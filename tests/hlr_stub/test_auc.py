"""Triplets of chosen and of random RANDs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hlr_stub.auc import Auc
from hlr_stub.subscribers import Subscriber

TAG = b"MTCR"
RAND = bytes.fromhex("23553cbe9637a89d218ae64dae47bf35")


def octets_of(*blocks: bytes) -> Callable[[int], bytes]:
    """A source that gives these blocks, one after the other."""
    left = iter(blocks)

    def octets(length: int) -> bytes:
        block = next(left)
        assert len(block) == length
        return block

    return octets


def test_ts35208_set_1(subscriber: Subscriber) -> None:
    (triplet,) = Auc(TAG, octets_of()).triplets(subscriber, [RAND])
    assert triplet.rand == RAND
    assert triplet.sres.hex() == "46f8416a"
    assert triplet.kc.hex() == "eae4be823af9a08b"


def test_triplets_come_in_the_order_of_their_rands(subscriber: Subscriber) -> None:
    rands = [bytes([i]) * 16 for i in (3, 1, 2)]
    triplets = Auc(TAG, octets_of()).triplets(subscriber, rands)
    assert [triplet.rand for triplet in triplets] == rands
    assert len({triplet.kc for triplet in triplets}) == 3


def test_its_own_rands_come_from_the_source(subscriber: Subscriber) -> None:
    auc = Auc(TAG, octets_of(RAND, bytes(16)))
    assert [t.rand for t in auc.random_triplets(subscriber, 2)] == [RAND, bytes(16)]


@pytest.mark.parametrize("tag", [TAG, b"\x23\x55\x3c\xbe"])
def test_its_own_rands_never_begin_with_the_tag(subscriber: Subscriber, tag: bytes) -> None:
    auc = Auc(tag, octets_of(tag + bytes(12), tag + RAND[:12], b"\xff" + RAND[1:]))
    assert [t.rand for t in auc.random_triplets(subscriber, 1)] == [b"\xff" + RAND[1:]]
