"""The authentication centre: triplets of a subscription."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hlr_stub.subscribers import Subscriber
from mkef.crypto.milenage import Milenage
from mkef_codecs.establishment import RAND_LENGTH
from mkef_codecs.ss7.map_auth import Triplet


class Auc:
    """Computes triplets; RANDs of its own come from `octets` and never begin with the tag."""

    def __init__(self, tag: bytes, octets: Callable[[int], bytes]) -> None:
        self._tag = tag
        self._octets = octets

    def triplets(self, subscriber: Subscriber, rands: Sequence[bytes]) -> tuple[Triplet, ...]:
        """One triplet for each RAND of 16 octets, in order."""
        milenage = Milenage(subscriber.ki, subscriber.opc)
        vectors = ((rand, milenage.gsm(rand)) for rand in rands)
        return tuple(Triplet(rand, vector.sres, vector.kc.octets) for rand, vector in vectors)

    def random_triplets(self, subscriber: Subscriber, count: int) -> tuple[Triplet, ...]:
        """Triplets of fresh RANDs, as an ordinary VLR or SGSN asks for them."""
        return self.triplets(subscriber, [self._rand() for _ in range(count)])

    def _rand(self) -> bytes:
        """A RAND that no device could have drawn (protocol.md clause 3, tagged format)."""
        while (rand := self._octets(RAND_LENGTH)).startswith(self._tag):
            pass
        return rand
