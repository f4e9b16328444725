"""The HLR over Diameter: the variant (protocol.md clause 7), S6a, S6d (TS 29.272 clause 5.2.3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NoReturn, TypeVar

import structlog
from msgspec.structs import replace

from hlr_stub.audit import Audit
from hlr_stub.faults import Fault, FaultKind, Faults
from hlr_stub.operations import Operations, Triplets
from hlr_stub.reasons import ANSWERS, VENDOR_3GPP, Answer, Reason, Refused
from hlr_stub.unread import UnreadRirs
from mkef.net.diameter_serving import Handler
from mkef.stack.diameter_access import Remote
from mkef.stack.diameter_events import LocalNode
from mkef_codecs.diameter.avp import Avp
from mkef_codecs.diameter.commands import SUCCESS, Body, Message
from mkef_codecs.diameter.errors import CommandUnsupported, InvalidAvpValue, MissingAvp
from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.errors import CodecError
from mkef_codecs.generated.diameter import (
    AIA,
    AIR,
    RIA,
    RIR,
    AuthenticationInfo,
    EUTRANVector,
    ExperimentalResult,
    GERANVector,
    RequestedEUTRANAuthenticationInfo,
    RequestedUTRANGERANAuthenticationInfo,
    UTRANVector,
    VendorSpecificApplicationId,
)
from mkef_codecs.generated.dictionary import ROWS
from mkef_codecs.identity import Imsi
from mkef_codecs.lab import VENDOR
from mkef_codecs.ss7.map_auth import (
    MAX_VECTORS,
    MapUserError,
    Quintuplet,
    Resynchronisation,
    Triplet,
)

B = TypeVar("B", RIA, AIA)

NO_STATE_MAINTAINED = 1
TEST_NETWORKS = ("001", "999")

_log = structlog.get_logger()

# What a fault that is a MAP user error is over Diameter.
_ERRORS = {
    MapUserError.UNKNOWN_SUBSCRIBER: ANSWERS[Reason.UNKNOWN_IMSI],
    MapUserError.SYSTEM_FAILURE: ANSWERS[Reason.AUC_FAILURE],
    MapUserError.DATA_MISSING: Answer(MapUserError.DATA_MISSING, ResultCode.MISSING_AVP),
    MapUserError.UNEXPECTED_DATA_VALUE: ANSWERS[Reason.NOT_ALLOWED],
}


class DiameterService:
    """Handlers of the two applications, at once where nothing has to be waited for."""

    def __init__(
        self,
        operations: Operations,
        local: LocalNode,
        mkefs: frozenset[str],
        faults: Faults,
        audit: Audit,
        *,
        count: Callable[[str, str], None],
    ) -> None:
        self._operations = operations
        self._local = local
        self._mkefs = frozenset(host.lower() for host in mkefs)
        self._faults = faults
        self._audit = audit
        self._count = count
        self.unread = UnreadRirs(audit, count)

    def handlers(self, *, variant: bool) -> dict[int, Handler]:
        """By application; without the variant there is no Zr."""
        found: dict[int, Handler] = {AIR.APPLICATION: self.authentication_information}
        return found | ({RIR.APPLICATION: self.rands} if variant else {})

    # Zr: the variant.

    def rands(self, message: Message, remote: Remote) -> Body | Coroutine[Any, Any, Body | None]:
        """An RIR; each one is an audit line."""
        rir = message.body
        if not isinstance(rir, RIR):
            raise CommandUnsupported("only RIR is known here")
        try:
            imsi = _imsi(rir.user_name)
        except InvalidAvpValue as error:
            self.unread.nobody(rir, remote, error)
            raise
        if self._faults and (faults := self._faults.draw(imsi.digits)):
            return self._faulty(
                imsi,
                faults,
                lambda: self._rands(rir, imsi, remote),
                self._ria(rir),
                lambda outcome: self._note(outcome, rir, imsi, remote),
            )
        return self._rands(rir, imsi, remote)

    def _rands(self, rir: RIR, imsi: Imsi, remote: Remote) -> RIA | Coroutine[Any, Any, RIA]:
        rands = tuple(rir.mtc_rand_list.mtc_device_rand)
        try:
            triplets = self._operations.chosen(
                imsi, len(rands), rands, listed=self._lists(rir, imsi, remote)
            )
        except Refused as refused:
            return self._rands_refused(rir, imsi, remote, refused)
        if isinstance(triplets, tuple):
            return self._rands_answered(rir, imsi, remote, triplets)
        return self._rands_later(rir, imsi, remote, triplets)

    async def _rands_later(
        self, rir: RIR, imsi: Imsi, remote: Remote, triplets: Awaitable[Triplets]
    ) -> RIA:
        try:
            return self._rands_answered(rir, imsi, remote, await triplets)
        except Refused as refused:
            return self._rands_refused(rir, imsi, remote, refused)

    def _lists(self, rir: RIR, imsi: Imsi, remote: Remote) -> bool:
        """Whether an MKEF of the list asks; who is not certified gets test networks only."""
        if rir.origin_host.lower() not in self._mkefs:
            return False
        certified = remote.certified or imsi.digits.startswith(TEST_NETWORKS)
        return certified and remote.speaks_for(rir.origin_host, rir.route_record)

    def _rands_answered(self, rir: RIR, imsi: Imsi, remote: Remote, triplets: Triplets) -> RIA:
        self._note("answered", rir, imsi, remote)
        vectors = AuthenticationInfo(geran_vector=_geran(triplets))
        return replace(self._ria(rir), result_code=SUCCESS, authentication_info=vectors)

    def _rands_refused(self, rir: RIR, imsi: Imsi, remote: Remote, refused: Refused) -> RIA:
        self._note(refused.reason.value, rir, imsi, remote)
        return _refused(self._ria(rir), ANSWERS[refused.reason])

    def _note(self, outcome: str, rir: RIR, imsi: Imsi, remote: Remote) -> None:
        self._count("RIR", outcome)
        rands = len(rir.mtc_rand_list.mtc_device_rand)
        leg = ("zr_session_id", rir.session_id)
        self._audit.note(outcome, imsi, rir.origin_host, remote.origin_host, rands, leg)

    def _ria(self, rir: RIR) -> RIA:
        return RIA(
            session_id=rir.session_id,
            vendor_specific_application_id=VendorSpecificApplicationId(
                vendor_id=VENDOR, auth_application_id=RIR.APPLICATION
            ),
            auth_session_state=NO_STATE_MAINTAINED,
            origin_host=self._local.origin_host,
            origin_realm=self._local.origin_realm,
        )

    # S6a and S6d.

    def authentication_information(
        self, message: Message, remote: Remote
    ) -> Coroutine[Any, Any, Body | None]:
        """An AIR: E-UTRAN vectors, and UTRAN or GERAN vectors, whichever are asked for."""
        air = message.body
        if not isinstance(air, AIR):
            raise CommandUnsupported("only AIR is known here")
        imsi = _imsi(air.user_name)
        if not remote.speaks_for(air.origin_host, air.route_record):
            _log.warning(
                "refused", imsi=imsi, reason="not its Origin-Host", peer=remote.origin_host
            )
            return _at_once(replace(self._aia(air), result_code=ResultCode.AUTHORIZATION_REJECTED))
        faults = self._faults.draw(imsi.digits) if self._faults else ()
        if faults:
            return self._faulty(
                imsi,
                faults,
                lambda: self._answer_air(air, imsi),
                self._aia(air),
                lambda outcome: self._count("AIR", outcome),
            )
        return self._answer_air(air, imsi)

    async def _answer_air(self, air: AIR, imsi: Imsi) -> AIA:
        eutran = air.requested_eutran_authentication_info
        utran = air.requested_utran_geran_authentication_info
        if eutran is None and utran is None:
            _missing("Requested-EUTRAN-Authentication-Info")
        try:
            info = AuthenticationInfo()
            if eutran is not None:
                info = await self._eutran(info, imsi, eutran, air.visited_plmn_id)
            if utran is not None:
                info = await self._utran(info, imsi, utran)
        except Refused as refused:
            self._count("AIR", refused.reason.value)
            _log.warning("refused", imsi=imsi, reason=refused.reason.value)
            return _refused(self._aia(air), ANSWERS[refused.reason])
        self._count("AIR", "answered")
        return replace(self._aia(air), result_code=SUCCESS, authentication_info=info)

    async def _eutran(
        self,
        info: AuthenticationInfo,
        imsi: Imsi,
        asked: RequestedEUTRANAuthenticationInfo,
        plmn: bytes,
    ) -> AuthenticationInfo:
        again = _again(asked.re_synchronization_info)
        vectors = await self._operations.eps_vectors(imsi, _wanted(asked), plmn, again)
        found = [
            EUTRANVector(item_number=i, rand=v.rand, xres=v.xres, autn=v.autn, kasme=v.kasme)
            for i, v in enumerate(vectors, 1)
        ]
        return replace(info, e_utran_vector=found)

    async def _utran(
        self,
        info: AuthenticationInfo,
        imsi: Imsi,
        asked: RequestedUTRANGERANAuthenticationInfo,
    ) -> AuthenticationInfo:
        again = _again(asked.re_synchronization_info)
        found = _information(await self._operations.vectors(imsi, _wanted(asked), again=again))
        return replace(info, utran_vector=found.utran_vector, geran_vector=found.geran_vector)

    def _aia(self, air: AIR) -> AIA:
        return AIA(
            session_id=air.session_id,
            vendor_specific_application_id=VendorSpecificApplicationId(
                vendor_id=VENDOR_3GPP, auth_application_id=AIR.APPLICATION
            ),
            auth_session_state=NO_STATE_MAINTAINED,
            origin_host=self._local.origin_host,
            origin_realm=self._local.origin_realm,
        )

    # Mistakes on demand.

    async def _faulty(
        self,
        imsi: Imsi,
        faults: tuple[Fault, ...],
        answer: Callable[[], B | Coroutine[Any, Any, B]],
        empty: B,
        fell: Callable[[str], None],
    ) -> B | None:
        for fault in faults:
            self._count("fault", str(fault.kind))
            if fault.outcome is not None:
                fell(fault.outcome)
            if fault.kind is FaultKind.DROP:
                return None
            early = await _before(fault, empty, fell)
            if early is not None:
                return early
        body = answer()
        if not isinstance(body, RIA | AIA):
            body = await body
        info = body.authentication_info
        if info is None:
            return body
        try:
            for fault in faults:
                info = await self._spoil(fault, imsi, info)
        except Refused as refused:
            return _refused(empty, ANSWERS[refused.reason])
        return replace(body, authentication_info=info)

    async def _spoil(
        self, fault: Fault, imsi: Imsi, info: AuthenticationInfo
    ) -> AuthenticationInfo:
        if fault.kind is FaultKind.WRONG_RAND:
            return _other_rands(info)
        if fault.kind is FaultKind.QUINTUPLETS and info.geran_vector:
            return _information(await self._operations.vectors(imsi, len(info.geran_vector)))
        return info


async def _before(fault: Fault, empty: B, fell: Callable[[str], None]) -> B | None:
    """What a fault does before anything is looked up: wait, or answer."""
    match fault.kind:
        case FaultKind.DELAY:
            await fault.wait(fell)
        case FaultKind.ERROR:
            return _refused(empty, _ERRORS[fault.error])
        case FaultKind.ABORT:
            return replace(empty, result_code=ResultCode.UNABLE_TO_COMPLY)
        case FaultKind.GARBAGE:
            row = ROWS["Authentication-Info"]
            return replace(empty, others=[Avp(row.code, row.vendor, row.flags, b"\xff" * 5)])
        case _:
            pass
    return None


def _other_rands(info: AuthenticationInfo) -> AuthenticationInfo:
    return replace(
        info,
        e_utran_vector=[replace(v, rand=_inverted(v.rand)) for v in info.e_utran_vector],
        utran_vector=[replace(v, rand=_inverted(v.rand)) for v in info.utran_vector],
        geran_vector=[replace(v, rand=_inverted(v.rand)) for v in info.geran_vector],
    )


def _inverted(rand: bytes) -> bytes:
    return bytes(octet ^ 0xFF for octet in rand)


async def _at_once(body: Body) -> Body:
    return body


def _refused(body: B, answer: Answer) -> B:
    if not answer.vendor:
        return replace(body, result_code=answer.result)
    result = ExperimentalResult(vendor_id=answer.vendor, experimental_result_code=answer.result)
    return replace(body, experimental_result=result)


def _information(vectors: Triplets | tuple[Quintuplet, ...]) -> AuthenticationInfo:
    return AuthenticationInfo(
        utran_vector=_utran([v for v in vectors if isinstance(v, Quintuplet)]),
        geran_vector=_geran(tuple(v for v in vectors if isinstance(v, Triplet))),
    )


def _geran(triplets: Triplets) -> list[GERANVector]:
    return [
        GERANVector(item_number=i, rand=t.rand, sres=t.sres, kc=t.kc)
        for i, t in enumerate(triplets, 1)
    ]


def _utran(quintuplets: list[Quintuplet]) -> list[UTRANVector]:
    return [
        UTRANVector(
            item_number=i,
            rand=q.rand,
            xres=q.xres,
            autn=q.autn,
            confidentiality_key=q.ck,
            integrity_key=q.ik,
        )
        for i, q in enumerate(quintuplets, 1)
    ]


def _wanted(
    asked: RequestedEUTRANAuthenticationInfo | RequestedUTRANGERANAuthenticationInfo,
) -> int:
    """How many vectors: one if nothing is said, five at most (TS 29.272 clause 5.2.3.1.3)."""
    return max(1, min(asked.number_of_requested_vectors or 1, MAX_VECTORS))


def _again(octets: bytes | None) -> Resynchronisation | None:
    """Re-Synchronization-Info: RAND and AUTS (TS 29.272 clause 7.3.15)."""
    return None if octets is None else Resynchronisation(octets[:16], octets[16:])


def _imsi(user_name: str) -> Imsi:
    try:
        return Imsi(user_name)
    except CodecError as error:
        row = ROWS["User-Name"]
        failed = Avp(row.code, row.vendor, row.flags, user_name.encode()).encode()
        raise InvalidAvpValue(error.problem, path="User-Name", failed_avp=failed) from None


def _missing(name: str) -> NoReturn:
    row = ROWS[name]
    raise MissingAvp(
        "absent", path=name, failed_avp=Avp(row.code, row.vendor, row.flags, b"").encode()
    )
