"""Zr over MAP: the HLR asked for the vectors of given RANDs, its answers as domain values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from mkef.crypto.gsm import GsmVector
from mkef.crypto.secret import Kc
from mkef.domain.errors import (
    HlrNotCapable,
    Overloaded,
    ProfileNotAllowed,
    Refusal,
    UserUnknown,
    VectorsUnavailable,
)
from mkef.domain.keys import EchoedVector
from mkef.net.sigtran import SigtranNode
from mkef.stack.map_failure import (
    DialogueRefused,
    MapErrorReturned,
    MapFailure,
    OperationRejected,
    TooManyDialogues,
)
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7.component import InvokeProblem, Problem
from mkef_codecs.ss7.map_auth import (
    Encoding,
    MapUserError,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
)
from mkef_codecs.ss7.sccp import SccpAddress

# An HLR that does not know the variant is not asked again for so long (protocol.md clause 5).
INCAPABLE_S = 600.0

# MAP user errors as domain errors (protocol.md clause 8).
USER_ERRORS: dict[int, type[Refusal]] = {
    MapUserError.UNKNOWN_SUBSCRIBER: UserUnknown,
    MapUserError.SYSTEM_FAILURE: VectorsUnavailable,
    MapUserError.DATA_MISSING: VectorsUnavailable,
    MapUserError.UNEXPECTED_DATA_VALUE: ProfileNotAllowed,
}


class Hlr(Protocol):
    """Whoever has the vectors."""

    async def vectors(self, imsi: Imsi, rands: tuple[bytes, ...]) -> list[EchoedVector]:
        """The vectors of a RAND list as the HLR returned them; raises a Refusal."""

    def judge(self, refusal: Refusal) -> None:
        """Learn from what the vectors turned out to be."""


class MapHlr:
    """One HLR behind SIGTRAN."""

    def __init__(
        self,
        node: SigtranNode,
        address: SccpAddress,
        encoding: Encoding,
        *,
        timeout_s: float,
        timer: Callable[[], float],
    ) -> None:
        self._node = node
        self._address = address
        self._encoding = encoding
        self._timeout_s = timeout_s
        self._timer = timer
        self._incapable_until = float("-inf")

    async def vectors(self, imsi: Imsi, rands: tuple[bytes, ...]) -> list[EchoedVector]:
        """Ask with the variant; every failure of the dialogue is a Refusal."""
        if self._timer() < self._incapable_until:
            raise HlrNotCapable("the HLR did not know the variant a moment ago")
        argument = SendAuthenticationInfoArg(
            imsi=imsi,
            number_of_requested_vectors=len(rands),
            segmentation_prohibited=True,
            rand_list=rands,
        )
        try:
            result = await self._node.send_authentication_info(
                self._address, argument, encoding=self._encoding, timeout_s=self._timeout_s
            )
        except MapFailure as failure:
            raise self._refusal(failure) from None
        return self._echoed(result)

    def judge(self, refusal: Refusal) -> None:
        """Remember an HLR that does not know the variant."""
        now = self._timer()
        if isinstance(refusal, HlrNotCapable) and now >= self._incapable_until:
            self._incapable_until = now + INCAPABLE_S

    def _refusal(self, failure: MapFailure) -> Refusal:
        if isinstance(failure, MapErrorReturned):
            return USER_ERRORS.get(failure.error, VectorsUnavailable)(str(failure))
        if isinstance(failure, TooManyDialogues):
            return Overloaded(str(failure))
        if _knows_no_variant(failure):
            return HlrNotCapable(str(failure))
        return VectorsUnavailable(str(failure))

    def _echoed(self, result: SendAuthenticationInfoRes) -> list[EchoedVector]:
        if result.quintuplets:
            raise HlrNotCapable("the HLR answered with quintuplets")
        return [EchoedVector(t.rand, GsmVector(t.sres, Kc(t.kc))) for t in result.triplets]


def _knows_no_variant(failure: MapFailure) -> bool:
    """An older version is offered, or the operation is unknown (protocol.md clauses 5 and 6)."""
    if isinstance(failure, DialogueRefused):
        return failure.offered_version is not None
    return (
        isinstance(failure, OperationRejected)
        and failure.problem is Problem.INVOKE
        and failure.number == InvokeProblem.UNRECOGNIZED_OPERATION
    )
