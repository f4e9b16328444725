"""What the HLR answers, and what it refuses (protocol.md clauses 6 and 8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import structlog

from hlr_stub.auc import Auc
from hlr_stub.subscribers import Subscriber, SubscriberStore
from mkef.crypto.kdf import derive_rands
from mkef.net.endpoint import Endpoint
from mkef.net.sigtran import Caller
from mkef.net.store import StoreError
from mkef.stack.quota import Quota
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7.map_auth import (
    MapUserError,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
)


class Reason(Enum):
    """Why the HLR gives no vector: the rows of protocol.md clause 8, as the audit log has them.

    An argument that is missing or malformed never gets here: the dialogue answers for it.
    """

    NOT_LISTED = "MKEF not listed"
    UNKNOWN_IMSI = "unknown IMSI"
    NOT_ALLOWED = "not mtc_allowed"
    WRONG_LIST = "wrong list"
    UNTAGGED = "untagged"
    QUOTA = "quota of the HLR"
    AUC_FAILURE = "AuC failure"


MAP_ERROR = {
    Reason.NOT_LISTED: MapUserError.SYSTEM_FAILURE,
    Reason.UNKNOWN_IMSI: MapUserError.UNKNOWN_SUBSCRIBER,
    Reason.NOT_ALLOWED: MapUserError.UNEXPECTED_DATA_VALUE,
    Reason.WRONG_LIST: MapUserError.UNEXPECTED_DATA_VALUE,
    Reason.UNTAGGED: MapUserError.UNEXPECTED_DATA_VALUE,
    Reason.QUOTA: MapUserError.SYSTEM_FAILURE,
    Reason.AUC_FAILURE: MapUserError.SYSTEM_FAILURE,
}


class Refused(Exception):
    """A request that the HLR does not answer with vectors."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may ask for what (protocol.md clause 8)."""

    point_codes: frozenset[int]
    global_titles: frozenset[str]
    hosts: frozenset[str]  # IP addresses of associations; none: any
    tag: bytes
    quota_per_hour: int
    variant: bool

    def lists(self, caller: Caller) -> bool:
        """Whether the caller is an MKEF: by its association, and its title or point code."""
        if self.hosts and Endpoint.parse(caller.association).host not in self.hosts:
            return False
        address = caller.address
        if address.global_title is not None and address.global_title.digits in self.global_titles:
            return True
        return address.point_code in self.point_codes

    def right(self, arg: SendAuthenticationInfoArg, rands: tuple[bytes, ...]) -> bool:
        """Whether `rands` is what its first RAND makes it (protocol.md clause 2), all different.

        The profile is not in the request, but all it says of a list is in RAND_1 and its length.
        """
        if arg.number_of_requested_vectors != len(rands):
            return False
        profile = Profile(vectors=len(rands), tagged=self.tagged(rands))
        return rands == derive_rands(rands[0], profile) and len(set(rands)) == len(rands)

    def tagged(self, rands: tuple[bytes, ...]) -> bool:
        """Whether RAND_1 begins with the operator's tag."""
        return rands[0].startswith(self.tag)


class Operations:
    """Send-Authentication-Info, the ordinary one and the variant."""

    def __init__(
        self,
        store: SubscriberStore,
        auc: Auc,
        rules: Rules,
        *,
        timer: Callable[[], float],
        count: Callable[[str], None],
    ) -> None:
        self._store = store
        self._auc = auc
        self._rules = rules
        self._timer = timer
        self._count = count
        self._quota: Quota[Imsi] = Quota(rules.quota_per_hour)
        self._log = structlog.get_logger()

    async def send_authentication_info(
        self, arg: SendAuthenticationInfoArg, caller: Caller
    ) -> SendAuthenticationInfoRes | MapUserError:
        """The answer to one request; each refusal is an audit line."""
        log = self._log.bind(
            imsi=arg.imsi, caller=str(caller.address), association=caller.association
        )
        try:
            triplets = self.triplets(arg, caller, self._timer())
        except Refused as refused:
            self._count(refused.reason.value)
            log.warning("refused", audit=True, reason=refused.reason.value)
            return MAP_ERROR[refused.reason]
        self._count("answered")
        log.info("answered", vectors=len(triplets))
        return SendAuthenticationInfoRes(triplets=triplets)

    def triplets(
        self, arg: SendAuthenticationInfoArg, caller: Caller, now: float
    ) -> tuple[Triplet, ...]:
        """The triplets asked for; raises Refused."""
        if arg.rand_list is None or not self._rules.variant:
            # An HLR without the variant passes over extensions that it does not know.
            return self._ordinary(arg)
        return self._chosen(arg, arg.rand_list, caller, now)

    def _ordinary(self, arg: SendAuthenticationInfoArg) -> tuple[Triplet, ...]:
        subscriber = self._subscriber(arg.imsi)
        return self._auc.random_triplets(subscriber, arg.number_of_requested_vectors)

    def _chosen(
        self,
        arg: SendAuthenticationInfoArg,
        rands: tuple[bytes, ...],
        caller: Caller,
        now: float,
    ) -> tuple[Triplet, ...]:
        """The variant. The list of MKEFs comes first: nobody else learns which IMSIs exist."""
        if not self._rules.lists(caller):
            raise Refused(Reason.NOT_LISTED)
        subscriber = self._subscriber(arg.imsi)
        if not subscriber.mtc_allowed:
            raise Refused(Reason.NOT_ALLOWED)
        if not self._rules.right(arg, rands):
            raise Refused(Reason.WRONG_LIST)
        if subscriber.tagged_only and not self._rules.tagged(rands):
            raise Refused(Reason.UNTAGGED)
        if not self._quota.take(arg.imsi, now):
            raise Refused(Reason.QUOTA)
        return self._auc.triplets(subscriber, rands)

    def _subscriber(self, imsi: Imsi) -> Subscriber:
        try:
            subscriber = self._store.get(imsi)
        except StoreError as error:
            self._log.error("store", problem=str(error))
            raise Refused(Reason.AUC_FAILURE) from None
        if subscriber is None:
            raise Refused(Reason.UNKNOWN_IMSI)
        return subscriber
