"""Triplets of chosen and of random RANDs, quintuplets, E-UTRAN vectors."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from hlr_stub.auc import Auc, ResynchronisationRefused
from hlr_stub.subscribers import Subscriber
from mkef.crypto.algorithms import ALGORITHMS
from mkef.crypto.secret import Secret
from mkef_codecs.identity import Imsi

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


# Quintuplets, against a USIM of the tests' own.

SQNS = (0x21, 0x41)


@pytest.fixture(params=["milenage", "tuak", "xor-3g"])
def umts(request: pytest.FixtureRequest) -> Subscriber:
    row = ALGORITHMS[request.param]
    opc = Secret(bytes(range(row.operator))) if row.operator else None
    return Subscriber(Imsi("001010000000001"), Secret(bytes(range(16))), opc, row)


def test_a_usim_accepts_a_quintuplet_once(umts: Subscriber, usim: Callable[..., Any]) -> None:
    card = usim(umts)
    quintuplets = Auc(TAG, os.urandom).quintuplets(umts, SQNS)
    for quintuplet in quintuplets:
        assert card.authenticate(quintuplet.rand, quintuplet.autn) == ("ok", quintuplet.xres)
    for quintuplet in quintuplets:
        assert card.authenticate(quintuplet.rand, quintuplet.autn)[0] == "resync"


def test_ck_and_ik_are_those_of_the_card(umts: Subscriber) -> None:
    (quintuplet,) = Auc(TAG, os.urandom).quintuplets(umts, SQNS[:1], rand=RAND)
    assert umts.aka().f2345(RAND)[1:3] == (quintuplet.ck, quintuplet.ik)
    assert quintuplet.rand == RAND


def test_auts_says_where_the_usim_is(umts: Subscriber, usim: Callable[..., Any]) -> None:
    card = usim(umts, array={3: 1000})
    auc = Auc(TAG, os.urandom)
    assert auc.sqn_of_usim(umts, RAND, card.auts(RAND)) == 1000 << 5 | 3


def test_auts_of_another_card_is_refused(umts: Subscriber, usim: Callable[..., Any]) -> None:
    other = replace(umts, ki=Secret(bytes(16)))
    auts = usim(other, array={3: 1000}).auts(RAND)
    with pytest.raises(ResynchronisationRefused):
        Auc(TAG, os.urandom).sqn_of_usim(umts, RAND, auts)
    with pytest.raises(ResynchronisationRefused):
        Auc(TAG, os.urandom).sqn_of_usim(umts, bytes(16), usim(umts).auts(RAND))


def test_the_separation_bit_says_which_network(umts: Subscriber) -> None:
    """TS 33.102 annex H: 1 in E-UTRAN, 0 elsewhere, whatever the subscription's AMF has."""
    auc = Auc(TAG, os.urandom)
    for amf in (0x0000, 0x8000, 0x1234, 0x9234):
        changed = replace(umts, amf=amf)
        (quintuplet,) = auc.quintuplets(changed, SQNS[:1])
        (eps,) = auc.eps_vectors(changed, SQNS[:1], b"\x00\xf1\x10")
        assert quintuplet.autn[6:8] == (amf & 0x7FFF).to_bytes(2, "big")
        assert eps.autn[6:8] == (amf | 0x8000).to_bytes(2, "big")


def test_kasme(umts: Subscriber) -> None:
    """TS 33.401 clause A.2: HMAC-SHA-256 of CK || IK over FC 0x10, PLMN and SQN ^ AK."""
    plmn = b"\x00\xf1\x10"
    (eps,) = Auc(TAG, os.urandom).eps_vectors(umts, SQNS[:1], plmn)
    _, ck, ik, _ = umts.aka().f2345(eps.rand)
    string = b"\x10" + plmn + b"\x00\x03" + eps.autn[:6] + b"\x00\x06"
    assert eps.kasme == hmac.digest(ck + ik, string, "sha256")


def test_vectors_do_not_print_their_keys(umts: Subscriber) -> None:
    (eps,) = Auc(TAG, os.urandom).eps_vectors(umts, SQNS[:1], bytes(3))
    assert str(eps.kasme) not in repr(eps)
