"""Zk: key requests in, keys or refusals out (protocol.md clause 5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import structlog

from mkef.answers import Code, answer_of
from mkef.domain.errors import NotEntitled, ProfileNotAllowed, Refusal
from mkef.domain.keys import Admission, Grant, KeyEstablishment, KeyRequest
from mkef.net.sources import Sources
from mkef.ops.metrics import Metrics
from mkef.stack.diameter_events import LocalNode, Remote, same_identity
from mkef.zr import Hlr
from mkef_codecs.diameter.avp import MANDATORY_BIT, VENDOR_BIT, Avp
from mkef_codecs.diameter.commands import SUCCESS, Message
from mkef_codecs.diameter.errors import CommandUnsupported, InvalidAvpValue
from mkef_codecs.errors import CodecError
from mkef_codecs.establishment import Profile, UnsupportedProfile
from mkef_codecs.generated.diameter import (
    AVPS,
    MKA,
    MKR,
    ExperimentalResult,
    MTCKeyInfo,
    VendorSpecificApplicationId,
)
from mkef_codecs.identity import Imsi, ServerId

VENDOR = 32473
NO_STATE_MAINTAINED = 1
TEST_NETWORKS = ("001", "999")

T = TypeVar("T")

log = structlog.get_logger()


class KeyService:
    """Answers MKRs; one request to the HLR for copies of the same request."""

    def __init__(
        self,
        local: LocalNode,
        establishment: KeyEstablishment,
        hlr: Hlr,
        *,
        sources: Sources,
        metrics: Metrics,
    ) -> None:
        self._local = local
        self._establishment = establishment
        self._hlr = hlr
        self._sources = sources
        self._metrics = metrics
        self._running: dict[bytes, asyncio.Future[Grant]] = {}

    async def __call__(self, message: Message, remote: Remote) -> MKA:
        """The MKA of an MKR; malformed ones raise the DiameterError that answers them."""
        mkr = message.body
        if not isinstance(mkr, MKR):
            raise CommandUnsupported(f"command {message.header.command}")
        started = self._sources.timer()
        try:
            grant = await self._grant(read_request(mkr), mkr, remote)
        except Refusal as refusal:
            return self._refused(mkr, refusal)
        finally:
            self._metrics.seconds.labels("zk").observe(self._sources.timer() - started)
        self._metrics.requests.labels(str(SUCCESS)).inc()
        log.info(
            "key released",
            imsi=Imsi(mkr.user_name),
            server=mkr.origin_host,
            server_id=str(grant.server_id),
            profile=f"0x{mkr.mtc_key_profile:02x}",
            strength_bits=grant.strength_bits,
            k_mtc_fingerprint=grant.k_mtc.fingerprint,
        )
        return self._released(mkr, grant)

    async def _grant(self, request: KeyRequest, mkr: MKR, remote: Remote) -> Grant:
        check_peer(mkr, remote)
        admitted = self._establishment.admit(request, self._sources.clock())
        if isinstance(admitted, Grant):
            return admitted
        running = self._running.get(request.digest)
        if running is not None:
            return await asyncio.shield(running)
        future: asyncio.Future[Grant] = asyncio.get_running_loop().create_future()
        self._running[request.digest] = future
        try:
            grant = await self._ask(admitted)
        except BaseException as error:
            future.set_exception(error)
            future.exception()  # copies may be none: then nobody else looks at it
            raise
        else:
            future.set_result(grant)
            return grant
        finally:
            del self._running[request.digest]

    async def _ask(self, admission: Admission) -> Grant:
        started = self._sources.timer()
        try:
            echoed = await self._hlr.vectors(admission.request.imsi, admission.rands)
            self._metrics.seconds.labels("zr").observe(self._sources.timer() - started)
            return self._establishment.release(admission, echoed, self._sources.clock())
        except Refusal as refusal:
            self._hlr.judge(refusal)
            raise

    def _refused(self, mkr: MKR, refusal: Refusal) -> MKA:
        code, name = answer_of(refusal)
        self._metrics.requests.labels(str(code)).inc()
        log.warning(
            "key refused",
            imsi=Imsi(mkr.user_name),
            server=mkr.origin_host,
            answer=str(code),
            name=name,
            reason=str(refusal),
        )
        return self._answer(mkr, code, None)

    def _released(self, mkr: MKR, grant: Grant) -> MKA:
        info = MTCKeyInfo(
            mtc_key_material=grant.k_mtc.octets,
            mtc_server_id=grant.server_id.value,
            key_expirytime=grant.expires_at,
            mtc_key_strength=grant.strength_bits,
        )
        return self._answer(mkr, Code(SUCCESS), info)

    def _answer(self, mkr: MKR, code: Code, info: MTCKeyInfo | None) -> MKA:
        experimental = None
        if code.vendor is not None:
            experimental = ExperimentalResult(
                vendor_id=code.vendor, experimental_result_code=code.value
            )
        return MKA(
            session_id=mkr.session_id,
            vendor_specific_application_id=VendorSpecificApplicationId(
                vendor_id=VENDOR, auth_application_id=MKR.APPLICATION
            ),
            auth_session_state=NO_STATE_MAINTAINED,
            origin_host=self._local.origin_host,
            origin_realm=self._local.origin_realm,
            result_code=None if experimental else code.value,
            experimental_result=experimental,
            mtc_key_info=info,
            proxy_info=mkr.proxy_info,
        )


def check_peer(mkr: MKR, remote: Remote) -> None:
    """A direct peer speaks for itself alone; without TLS only for test networks."""
    if mkr.route_record or not same_identity(mkr.origin_host, remote.origin_host):
        raise NotEntitled(f"{remote.origin_host} may not speak for {mkr.origin_host}")
    if not remote.certified and not mkr.user_name.startswith(TEST_NETWORKS):
        raise NotEntitled("an uncertified peer has keys of test networks only")


def read_request(mkr: MKR) -> KeyRequest:
    """The MKR's values; what its grammar cannot say is checked here (5004)."""
    imsi = _value("User-Name", mkr.user_name.encode(), lambda: Imsi(mkr.user_name))
    octet = mkr.mtc_key_profile
    try:
        profile = _value("MTC-Key-Profile", octet.to_bytes(4, "big"), lambda: Profile.parse(octet))
    except UnsupportedProfile as error:
        raise ProfileNotAllowed(str(error)) from None
    if len(mkr.mtc_encrypted_res) != profile.res_length:
        raise _offence("MTC-Encrypted-RES", mkr.mtc_encrypted_res, "4 octets for each vector")
    _check_application(mkr.vendor_specific_application_id)
    return KeyRequest(
        origin_host=mkr.origin_host,
        imsi=imsi,
        profile=profile,
        rand=mkr.mtc_device_rand,
        encrypted_res=mkr.mtc_encrypted_res,
        server_id=_server_id(mkr.mtc_server_id),
        expires_by=mkr.requested_key_lifetime,
    )


def _server_id(text: str | None) -> ServerId | None:
    if text is None:
        return None
    return _value("MTC-Server-Id", text.encode(), lambda: ServerId(text))


def _check_application(application: VendorSpecificApplicationId | None) -> None:
    if application is None:
        return
    if (application.vendor_id, application.auth_application_id) != (VENDOR, MKR.APPLICATION):
        problem = "not the application of the header"
        raise _offence("Vendor-Specific-Application-Id", application.encode(), problem)


def _value(name: str, octets: bytes, parse: Callable[[], T]) -> T:
    try:
        return parse()
    except UnsupportedProfile:
        raise
    except CodecError as error:
        raise _offence(name, octets, error.problem) from None


def _offence(name: str, octets: bytes, problem: str) -> InvalidAvpValue:
    code, vendor, _ = AVPS[name]
    flags = MANDATORY_BIT | (VENDOR_BIT if vendor else 0)
    failed = Avp(code, vendor, flags, octets).encode()
    return InvalidAvpValue(problem, path=f"MKR.{name}", failed_avp=failed)
