"""The authentication centre: vectors of a subscription, no store, no clock."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hlr_stub.subscribers import Subscriber
from mkef.crypto.algorithms import Aka
from mkef.crypto.kdf import kdf
from mkef_codecs.establishment import RAND_LENGTH
from mkef_codecs.ss7.map_auth import Quintuplet, Triplet

SEPARATION = 0x8000  # the AMF's bit that says: for E-UTRAN only (TS 33.102 annex H)
FC_KASME = b"\x10"
RESYNCHRONISATION_AMF = bytes(2)  # AMF* (TS 33.102 clause 6.3.3)


class ResynchronisationRefused(Exception):
    """An AUTS whose MAC-S the subscriber's USIM did not compute."""


@dataclass(frozen=True, slots=True)
class EpsVector:
    """RAND and AUTN of 16 octets, XRES of 4 to 16, KASME of 32 (TS 33.401 clause 6.1.2)."""

    rand: bytes
    xres: bytes = field(repr=False)
    autn: bytes
    kasme: bytes = field(repr=False)


class Auc:
    """Computes vectors; RANDs of its own come from `octets` and never begin with the tag."""

    def __init__(self, tag: bytes, octets: Callable[[int], bytes]) -> None:
        self._tag = tag
        self._octets = octets

    def triplets(self, subscriber: Subscriber, rands: Sequence[bytes]) -> tuple[Triplet, ...]:
        """One triplet for each RAND of 16 octets, in order."""
        gsm = subscriber.instance().gsm
        triplets = []
        for rand in rands:
            vector = gsm(rand)
            triplets.append(Triplet(rand, vector.sres, vector.kc.octets))
        return tuple(triplets)

    def random_triplets(self, subscriber: Subscriber, count: int) -> tuple[Triplet, ...]:
        """Triplets of fresh RANDs, as an ordinary VLR or SGSN asks for them."""
        return self.triplets(subscriber, [self.rand() for _ in range(count)])

    def quintuplets(
        self, subscriber: Subscriber, sqns: Sequence[int], *, rand: bytes | None = None
    ) -> tuple[Quintuplet, ...]:
        """A quintuplet for each SQN, RANDs fresh unless one is given (TS 33.102 clause 6.3.2)."""
        aka, amf = subscriber.aka(), _amf(subscriber.amf & ~SEPARATION)
        return tuple(_quintuplet(aka, rand or self.rand(), sqn, amf)[0] for sqn in sqns)

    def eps_vectors(
        self,
        subscriber: Subscriber,
        sqns: Sequence[int],
        plmn: bytes,
        *,
        rand: bytes | None = None,
    ) -> tuple[EpsVector, ...]:
        """E-UTRAN vectors for a serving network, 3 octets of PLMN identity (TS 33.401 A.2)."""
        aka, amf = subscriber.aka(), _amf(subscriber.amf | SEPARATION)
        return tuple(_eps_vector(aka, rand or self.rand(), sqn, amf, plmn) for sqn in sqns)

    def sqn_of_usim(self, subscriber: Subscriber, rand: bytes, auts: bytes) -> int:
        """SQN_MS of an AUTS of 14 octets (TS 33.102 clause 6.3.5)."""
        aka = subscriber.aka()
        sqn = _xor(auts[:6], aka.f5star(rand))
        _, mac_s = aka.f1(rand, sqn, RESYNCHRONISATION_AMF)
        if not hmac.compare_digest(mac_s, auts[6:]):
            raise ResynchronisationRefused
        return int.from_bytes(sqn, "big")

    def rand(self) -> bytes:
        """A RAND that no device could have drawn (protocol.md clause 3, tagged format)."""
        while (rand := self._octets(RAND_LENGTH)).startswith(self._tag):
            pass
        return rand


def _amf(value: int) -> bytes:
    return value.to_bytes(2, "big")


def _quintuplet(aka: Aka, rand: bytes, sqn: int, amf: bytes) -> tuple[Quintuplet, bytes]:
    """The quintuplet, and SQN ^ AK, which AUTN begins with."""
    octets = sqn.to_bytes(6, "big")
    mac_a, _ = aka.f1(rand, octets, amf)
    xres, ck, ik, ak = aka.f2345(rand)
    hidden = _xor(octets, ak)
    return Quintuplet(rand, xres, ck, ik, hidden + amf + mac_a), hidden


def _eps_vector(aka: Aka, rand: bytes, sqn: int, amf: bytes, plmn: bytes) -> EpsVector:
    quintuplet, hidden = _quintuplet(aka, rand, sqn, amf)
    kasme = kdf(quintuplet.ck + quintuplet.ik, FC_KASME, plmn, hidden)
    return EpsVector(rand, quintuplet.xres, quintuplet.autn, kasme)


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))
