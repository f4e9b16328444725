"""Zk: key requests in, keys or refusals out (protocol.md clause 5)."""

from __future__ import annotations

import asyncio

import structlog

from mkef.answers import Code, answer_of
from mkef.domain.errors import (
    Overloaded,
    ProfileNotAllowed,
    Refusal,
    ResMismatch,
)
from mkef.domain.keys import Admission, Grant, KeyEstablishment, KeyRequest
from mkef.mkr import UnknownProfile, check_peer, read_request
from mkef.net.alarm import Alarm
from mkef.net.sources import Sources
from mkef.ops.metrics import Metrics
from mkef.stack.diameter_events import LocalNode, Remote
from mkef.zr import Hlr
from mkef_codecs.diameter.commands import SUCCESS, Message
from mkef_codecs.diameter.errors import CommandUnsupported, DiameterError, TooBusy
from mkef_codecs.generated.diameter import (
    MKA,
    MKR,
    ExperimentalResult,
    MTCKeyInfo,
    VendorSpecificApplicationId,
)
from mkef_codecs.identity import Imsi, ServerId
from mkef_codecs.lab import VENDOR

NO_STATE_MAINTAINED = 1

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
        max_running: int = 1000,
    ) -> None:
        self._local = local
        self._establishment = establishment
        self._hlr = hlr
        self._sources = sources
        self._metrics = metrics
        self._max_running = max_running
        self._running: dict[tuple[bytes, ServerId | None], asyncio.Future[Grant]] = {}
        self._alarm = Alarm(sources.timer, self._forget)

    async def __call__(self, message: Message, remote: Remote) -> MKA:
        """The MKA of an MKR; malformed ones raise the DiameterError that answers them."""
        mkr = message.body
        if not isinstance(mkr, MKR):
            raise CommandUnsupported(f"command {message.header.command}")
        started = self._sources.timer()
        try:
            grant = await self._grant(mkr, remote)
        except Refusal as refusal:
            return self._refused(mkr, refusal)
        except DiameterError as error:
            self._metrics.requests.labels(str(error.result_code)).inc()
            raise
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

    async def _grant(self, mkr: MKR, remote: Remote) -> Grant:
        question = read_request(mkr, self._sources.clock())
        check_peer(mkr, remote)
        request = self._with_profile(question)
        running = self._running.get((request.digest, request.server_id))
        if running is not None:
            return await asyncio.shield(running)
        admitted = self._establishment.admit(request, self._sources.clock())
        if isinstance(admitted, Grant):
            return admitted
        return await self._ask_once(admitted)

    def _with_profile(self, question: KeyRequest | UnknownProfile) -> KeyRequest:
        """Whoever is not entitled does not learn which profiles there are."""
        if isinstance(question, KeyRequest):
            return question
        self._establishment.registry.find(question.imsi, question.origin_host, question.server_id)
        raise ProfileNotAllowed(question.problem)

    async def _ask_once(self, admission: Admission) -> Grant:
        """Ask the HLR; copies of the request that come meanwhile share what becomes of it."""
        if len(self._running) >= self._max_running:
            self._establishment.settle(admission, self._sources.clock(), failed=False)
            raise Overloaded(f"{len(self._running)} requests under way")
        copies = (admission.request.digest, admission.request.server_id)
        future: asyncio.Future[Grant] = asyncio.get_running_loop().create_future()
        self._running[copies] = future
        try:
            grant = await self._ask(admission)
        except BaseException as error:
            future.set_exception(error)
            future.exception()  # copies may be none: then nobody else looks at it
            raise
        else:
            future.set_result(grant)
            self._alarm.set(self._sources.timer() + self._establishment.same_answer_s)
            return grant
        finally:
            del self._running[copies]

    async def _ask(self, admission: Admission) -> Grant:
        started = self._sources.timer()
        failed = False
        try:
            echoed = await self._hlr.vectors(admission.request.imsi, admission.rands)
            return self._establishment.release(admission, echoed, self._sources.clock())
        except Refusal as refusal:
            failed = isinstance(refusal, ResMismatch)
            self._hlr.judge(refusal)
            raise
        finally:
            self._metrics.seconds.labels("zr").observe(self._sources.timer() - started)
            self._establishment.settle(admission, self._sources.clock(), failed=failed)

    def _forget(self, now: float) -> None:
        """Keys of answers leave the memory when their time is over, also when nobody asks."""
        self._establishment.forget(self._sources.clock())
        if self._establishment.remembers:
            self._alarm.set(now + self._establishment.same_answer_s)

    def stop(self) -> None:
        """No timer is left behind."""
        self._alarm.cancel()

    def _refused(self, mkr: MKR, refusal: Refusal) -> MKA:
        code, name = answer_of(refusal)
        busy = isinstance(refusal, Overloaded) and mkr.destination_host is not None
        said = str(TooBusy.result_code if busy else code)
        self._metrics.requests.labels(said).inc()
        log.warning(
            "key refused",
            imsi=Imsi(mkr.user_name),
            server=mkr.origin_host,
            answer=said,
            name=name,
            reason=str(refusal),
        )
        if busy:
            raise TooBusy(str(refusal))
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
