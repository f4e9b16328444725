"""Zr over MAP: the HLR asked for the vectors of given RANDs, its answers as domain values."""

from __future__ import annotations

from collections.abc import Callable

from mkef.crypto.gsm import GsmVector
from mkef.crypto.secret import Kc
from mkef.domain.errors import (
    HlrNotCapable,
    HlrSilent,
    Overloaded,
    ProfileNotAllowed,
    Refusal,
    UserUnknown,
    VectorsUnavailable,
)
from mkef.domain.hlrs import EchoedVector
from mkef.net.sigtran import SigtranNode
from mkef.ops.logging import ZR_LEG
from mkef.stack.map_failure import (
    DialogueRefused,
    MapErrorReturned,
    MapFailure,
    MapTimeout,
    NoRoute,
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

_MSIN = 9  # digits of an IMSI that no translation of its network takes away

# MAP user errors as domain errors (protocol.md clause 8).
USER_ERRORS: dict[int, type[Refusal]] = {
    MapUserError.UNKNOWN_SUBSCRIBER: UserUnknown,
    MapUserError.SYSTEM_FAILURE: VectorsUnavailable,
    MapUserError.DATA_MISSING: VectorsUnavailable,
    MapUserError.UNEXPECTED_DATA_VALUE: ProfileNotAllowed,
}


class MapHlr:
    """One HLR behind SIGTRAN, at an address, or at one that follows from the IMSI."""

    def __init__(
        self,
        node: SigtranNode,
        address: SccpAddress | Callable[[Imsi], SccpAddress],
        encoding: Encoding,
        *,
        timeout_s: float,
    ) -> None:
        self._node = node
        self._address = address
        self._encoding = encoding
        self._timeout_s = timeout_s

    async def vectors(
        self, imsi: Imsi, rands: tuple[bytes, ...], timeout_s: float
    ) -> list[EchoedVector]:
        """Ask with the variant; every failure of the dialogue is a Refusal."""
        argument = SendAuthenticationInfoArg(
            imsi=imsi,
            number_of_requested_vectors=len(rands),
            segmentation_prohibited=True,
            rand_list=rands,
        )
        address = self._address(imsi) if callable(self._address) else self._address
        try:
            result = await self._node.send_authentication_info(
                address,
                argument,
                encoding=self._encoding,
                timeout_s=min(timeout_s, self._timeout_s),
                begun=_begun,
            )
        except MapFailure as failure:
            raise _refusal(failure)(_short(str(failure), imsi)) from None
        return self._echoed(result)

    def _echoed(self, result: SendAuthenticationInfoRes) -> list[EchoedVector]:
        if result.quintuplets:
            raise HlrNotCapable("the HLR answered with quintuplets")
        return [EchoedVector(t.rand, GsmVector(t.sres, Kc(t.kc))) for t in result.triplets]


def _refusal(failure: MapFailure) -> type[Refusal]:
    if isinstance(failure, MapErrorReturned):
        return USER_ERRORS.get(failure.error, VectorsUnavailable)
    if isinstance(failure, TooManyDialogues):
        return Overloaded
    if _knows_no_variant(failure):
        return HlrNotCapable
    return HlrSilent if isinstance(failure, MapTimeout | NoRoute) else VectorsUnavailable


def _short(reason: str, imsi: Imsi) -> str:
    """Where the IMSI is the title (E.212), or its end is that of one (E.214): as logs show it."""
    digits = imsi.digits
    return reason.replace(digits, imsi.short).replace(digits[-_MSIN:], f"…{digits[-2:]}")


def _begun(transaction: bytes) -> None:
    ZR_LEG.set({"zr_otid": transaction.hex()})


def _knows_no_variant(failure: MapFailure) -> bool:
    """An older version is offered, or the operation is unknown (protocol.md clauses 5 and 6)."""
    if isinstance(failure, DialogueRefused):
        return failure.offered_version is not None
    return (
        isinstance(failure, OperationRejected)
        and failure.problem is Problem.INVOKE
        and failure.number == InvokeProblem.UNRECOGNIZED_OPERATION
    )
