"""Zr over Diameter: an HLR asked with RIRs (protocol.md clause 7), its answers as domain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from mkef.crypto.gsm import GsmVector
from mkef.crypto.secret import Kc
from mkef.domain.errors import (
    HlrNotCapable,
    HlrSilent,
    ProfileNotAllowed,
    QuotaExceeded,
    Refusal,
    UserUnknown,
    VectorsUnavailable,
)
from mkef.domain.hlrs import EchoedVector
from mkef.net.diameter import DiameterNode
from mkef.net.diameter_failures import RequestFailed
from mkef.net.diameter_section import DiameterSection
from mkef.ops.logging import ZR_LEG
from mkef_codecs.diameter.commands import SUCCESS, Body
from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.generated.diameter import (
    ANSWER,
    RIA,
    RIR,
    GERANVector,
    MTCRANDList,
    VendorSpecificApplicationId,
)
from mkef_codecs.identity import Imsi
from mkef_codecs.lab import VENDOR

VENDOR_3GPP = 10415
NO_STATE_MAINTAINED = 1
NOT_LISTED = (None, ResultCode.AUTHORIZATION_REJECTED)

# (vendor or None, code) of an RIA as domain errors (protocol.md clauses 7 and 8).
ANSWERS: Mapping[tuple[int | None, int], type[Refusal]] = {
    (VENDOR_3GPP, 5001): UserUnknown,
    (VENDOR_3GPP, 4181): VectorsUnavailable,
    (VENDOR, 5003): ProfileNotAllowed,
    (VENDOR, 4001): QuotaExceeded,
    NOT_LISTED: VectorsUnavailable,
    (None, ResultCode.COMMAND_UNSUPPORTED): HlrNotCapable,
    (None, ResultCode.APPLICATION_UNSUPPORTED): HlrNotCapable,
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DiameterHlr:
    """One HLR by its realm, or by its own identity in that realm."""

    node: DiameterNode
    section: DiameterSection
    realm: str
    host: str | None
    timeout_s: float

    async def vectors(
        self, imsi: Imsi, rands: tuple[bytes, ...], timeout_s: float
    ) -> list[EchoedVector]:
        """Ask with the RAND list; every other outcome is a Refusal."""
        request = self._request(imsi, rands)
        ZR_LEG.set({"zr_session_id": request.session_id})
        try:
            answer = await self.node.request(request, min(timeout_s, self.timeout_s))
        except RequestFailed as failure:
            raise HlrSilent(str(failure)) from None
        return read_answer(answer)

    def _request(self, imsi: Imsi, rands: tuple[bytes, ...]) -> RIR:
        return RIR(
            session_id=self.node.new_session(),
            vendor_specific_application_id=VendorSpecificApplicationId(
                vendor_id=VENDOR, auth_application_id=RIR.APPLICATION
            ),
            auth_session_state=NO_STATE_MAINTAINED,
            origin_host=self.section.origin_host,
            origin_realm=self.section.origin_realm,
            destination_realm=self.realm,
            destination_host=self.host,
            user_name=imsi.digits,
            mtc_rand_list=MTCRANDList(mtc_device_rand=list(rands)),
        )


def read_answer(answer: Body) -> list[EchoedVector]:
    """The vectors of an RIA in the order of their Item-Numbers; raises a Refusal."""
    assert isinstance(answer, RIA | ANSWER)
    experimental = answer.experimental_result
    result: tuple[int | None, int] = (None, answer.result_code or 0)
    if experimental is not None:
        result = (experimental.vendor_id, experimental.experimental_result_code)
    if not isinstance(answer, RIA) or result != (None, SUCCESS):
        raise _refusal(result)
    information = answer.authentication_info
    if information is None:
        raise VectorsUnavailable("an RIA without vectors")
    if information.utran_vector or information.e_utran_vector:
        raise HlrNotCapable("the HLR answered with vectors of another kind")
    return [_echoed(vector) for vector in _in_order(information.geran_vector)]


def _refusal(result: tuple[int | None, int]) -> Refusal:
    vendor, code = result
    said = f"RIA {vendor}/{code}" if vendor else f"RIA {code}"
    if result == NOT_LISTED:
        log.error("HLR does not list this MKEF", answer=said)
    return ANSWERS.get(result, VectorsUnavailable)(said)


def _in_order(vectors: Sequence[GERANVector]) -> list[GERANVector]:
    return sorted(vectors, key=lambda vector: vector.item_number or 0)


def _echoed(vector: GERANVector) -> EchoedVector:
    try:
        return EchoedVector(vector.rand, GsmVector(vector.sres, Kc(vector.kc)))
    except ValueError as error:
        raise VectorsUnavailable(f"a malformed vector: {error}") from None
