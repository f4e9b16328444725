"""What the HLR answers and refuses, whoever carries the question (protocol.md clause 8)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from hlr_stub.auc import Auc, EpsVector, ResynchronisationRefused
from hlr_stub.directory import Directory
from hlr_stub.reasons import Reason, Refused
from hlr_stub.store import UnreadableSubscriber
from hlr_stub.subscribers import Subscriber
from mkef.crypto.kdf import derive_rands
from mkef.net.store import StoreError
from mkef.stack.quota import Quota
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7.map_auth import Quintuplet, Resynchronisation, Triplet

Triplets = tuple[Triplet, ...]

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rules:
    """For which RANDs and subscriptions the variant is there."""

    tag: bytes
    quota_per_hour: int
    allow_comp128v1: bool = False

    def right(self, count: int, rands: tuple[bytes, ...]) -> bool:
        """Whether `rands` is what its first RAND makes it (protocol.md clause 2), all different.

        The profile is not in the request, but all it says of a list is in RAND_1 and its length.
        """
        if count != len(rands):
            return False
        if count == 1:
            return True
        profile = Profile(vectors=len(rands), tagged=self.tagged(rands))
        return rands == derive_rands(rands[0], profile) and len(set(rands)) == len(rands)

    def tagged(self, rands: tuple[bytes, ...]) -> bool:
        """Whether RAND_1 begins with the operator's tag."""
        return rands[0].startswith(self.tag)


class Operations:
    """Vectors for RANDs from outside, and for the AuC's own; every refusal is a Refused."""

    def __init__(
        self,
        directory: Directory,
        auc: Auc,
        rules: Rules,
        *,
        timer: Callable[[], float],
    ) -> None:
        self._directory = directory
        self._auc = auc
        self._rules = rules
        self._timer = timer
        self._quota: Quota[str] = Quota(rules.quota_per_hour)

    # The variant.

    def chosen(
        self, imsi: Imsi, count: int, rands: tuple[bytes, ...], *, listed: bool
    ) -> Triplets | Awaitable[Triplets]:
        """The triplets of RANDs from outside; at once if the directory knows the subscription.

        The list of MKEFs comes first: nobody else learns which IMSIs exist.
        """
        if not listed:
            raise Refused(Reason.NOT_LISTED)
        if self._directory.knows(imsi):
            return self._chosen(imsi, count, rands, self._found(imsi))
        return self._chosen_later(imsi, count, rands)

    async def _chosen_later(self, imsi: Imsi, count: int, rands: tuple[bytes, ...]) -> Triplets:
        return self._chosen(imsi, count, rands, await self._subscriber(imsi))

    def _chosen(
        self, imsi: Imsi, count: int, rands: tuple[bytes, ...], subscriber: Subscriber
    ) -> Triplets:
        if not subscriber.mtc_allowed:
            raise Refused(Reason.NOT_ALLOWED)
        if subscriber.algorithm.name == "comp128v1" and not self._rules.allow_comp128v1:
            raise Refused(Reason.COMP128V1)
        if not self._rules.right(count, rands):
            raise Refused(Reason.WRONG_LIST)
        if subscriber.tagged_only and not self._rules.tagged(rands):
            raise Refused(Reason.UNTAGGED)
        if not self._quota.take(imsi.digits, self._timer()):
            raise Refused(Reason.QUOTA)
        return self._auc.triplets(subscriber, rands)

    # What every HLR does.

    async def vectors(
        self,
        imsi: Imsi,
        count: int,
        *,
        triplets: bool = False,
        again: Resynchronisation | None = None,
    ) -> Triplets | tuple[Quintuplet, ...]:
        """Quintuplets for a USIM, unless `triplets` are asked for; triplets for a SIM."""
        subscriber = await self._subscriber(imsi)
        if triplets or not subscriber.algorithm.umts:
            return self._auc.random_triplets(subscriber, count)
        sqns = await self._sqns(subscriber, count, again)
        return self._auc.quintuplets(subscriber, sqns)

    async def eps_vectors(
        self, imsi: Imsi, count: int, plmn: bytes, again: Resynchronisation | None = None
    ) -> tuple[EpsVector, ...]:
        """E-UTRAN vectors for a serving network, 3 octets of PLMN identity."""
        subscriber = await self._subscriber(imsi)
        if not subscriber.algorithm.umts:
            raise Refused(Reason.NO_AKA)
        sqns = await self._sqns(subscriber, count, again)
        return self._auc.eps_vectors(subscriber, sqns, plmn)

    async def _sqns(
        self, subscriber: Subscriber, count: int, again: Resynchronisation | None
    ) -> tuple[int, ...]:
        sqn_ms = None
        if again is not None:
            try:
                sqn_ms = self._auc.sqn_of_usim(subscriber, again.rand, again.auts)
            except ResynchronisationRefused:
                raise Refused(Reason.BAD_AUTS) from None
        try:
            return await self._directory.allocate(subscriber.imsi, count, sqn_ms)
        except StoreError as error:
            raise _failure(subscriber.imsi, error) from None

    def _found(self, imsi: Imsi) -> Subscriber:
        try:
            subscriber = self._directory.find(imsi)
        except StoreError as error:
            raise _failure(imsi, error) from None
        return _known(subscriber)

    async def _subscriber(self, imsi: Imsi) -> Subscriber:
        try:
            subscriber = await self._directory.get(imsi)
        except StoreError as error:
            raise _failure(imsi, error) from None
        return _known(subscriber)


def _known(subscriber: Subscriber | None) -> Subscriber:
    if subscriber is None:
        raise Refused(Reason.UNKNOWN_IMSI)
    return subscriber


def _failure(imsi: Imsi, error: StoreError) -> Refused:
    reason = error.reason if isinstance(error, UnreadableSubscriber) else str(error)
    _log.error("store", imsi=imsi, problem=reason)
    return Refused(Reason.AUC_FAILURE)
