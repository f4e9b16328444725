"""Zk: key requests in, keys or refusals out (protocol.md clause 5)."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from typing import Any

from mkef.answers import Code
from mkef.domain.errors import Refusal
from mkef.domain.keys import Grant, KeyRequest
from mkef.mkr import check_peer, read_request
from mkef.net.diameter_owner import tell_declined, tell_unread
from mkef.net.sources import Sources
from mkef.service import KeyService, UnknownProfile
from mkef.stack.diameter_access import Remote
from mkef.stack.diameter_events import Declined, LocalNode, Malformed
from mkef_codecs.diameter.commands import SUCCESS, Body, Message
from mkef_codecs.diameter.errors import CommandUnsupported, DiameterError, TooBusy
from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.generated.diameter import (
    MKA,
    MKR,
    ExperimentalResult,
    MTCKeyInfo,
    VendorSpecificApplicationId,
)
from mkef_codecs.lab import VENDOR

NO_STATE_MAINTAINED = 1
ZK = VendorSpecificApplicationId(vendor_id=VENDOR, auth_application_id=MKR.APPLICATION)


def key_expiry(body: Body) -> float | None:
    """Until when an answer's key holds, in seconds since 1970; None without one."""
    info = body.mtc_key_info if isinstance(body, MKA) else None
    return info.key_expirytime if info is not None else None


class ZkFront:
    """Answers MKRs."""

    def __init__(self, local: LocalNode, service: KeyService, *, sources: Sources) -> None:
        self._local = local
        self._service = service
        self._sources = sources

    def __call__(self, message: Message, remote: Remote) -> MKA | Coroutine[Any, Any, MKA]:
        """The MKA of an MKR; malformed ones raise the DiameterError that answers them."""
        mkr = message.body
        if not isinstance(mkr, MKR):
            raise CommandUnsupported(f"command {message.header.command}")
        try:
            question = read_request(mkr, self._sources.clock())
        except DiameterError as error:
            self._turn_away(error.result_code, str(error), mkr.session_id, remote, mkr.origin_host)
            raise
        try:
            check_peer(mkr, remote)
        except Refusal as refusal:
            return self._refused(mkr, question, refusal)
        return self._answer(mkr, question, self._service.establish(question, mkr.session_id))

    def unread(self, malformed: Malformed, remote: Remote | None) -> None:
        """A message that no grammar has: told as a key that is refused if it asks for one."""
        header = malformed.header
        asks = header.is_request and header.command == MKR.COMMAND
        if remote is None or not asks or header.application != MKR.APPLICATION:
            tell_unread(malformed, remote)
            return
        code, session_id = malformed.result_code, malformed.session_id
        self._turn_away(code, malformed.problem, session_id, remote, None)

    def declined(self, declined: Declined, remote: Remote) -> None:
        """A request for another node, or at a stop: told as a key that is refused if it asks for
        one."""
        mkr, code = declined.message.body, declined.result_code
        if isinstance(mkr, MKR):
            self._turn_away(code, declined.problem, mkr.session_id, remote, mkr.origin_host)
        else:
            tell_declined(declined, remote)

    def _turn_away(
        self, code: int, problem: str, session_id: str | None, remote: Remote, server: str | None
    ) -> None:
        known = {"peer": remote.origin_host} | ({} if server is None else {"server": server})
        name = f"DIAMETER_{ResultCode(code).name}"
        self._service.turned_away(str(code), name, problem, session_id, **known)

    async def _answer(
        self, mkr: MKR, question: KeyRequest | UnknownProfile, granting: Awaitable[Grant]
    ) -> MKA:
        try:
            return self._released(mkr, await granting)
        except Refusal as refusal:
            return self._refused(mkr, question, refusal)

    def _refused(self, mkr: MKR, question: KeyRequest | UnknownProfile, refusal: Refusal) -> MKA:
        named = mkr.destination_host is not None
        code = self._service.refused(question, refusal, mkr.session_id, named=named)
        if code.value == TooBusy.result_code:
            raise TooBusy(str(refusal)) from None
        return answer(self._local, mkr.session_id, code, None, mkr.proxy_info)

    def _released(self, mkr: MKR, grant: Grant) -> MKA:
        info = MTCKeyInfo(
            mtc_key_material=grant.k_mtc.octets,
            mtc_server_id=grant.server_id.value,
            key_expirytime=grant.expires_at,
            mtc_key_strength=grant.strength_bits,
        )
        return answer(self._local, mkr.session_id, Code(SUCCESS), info, mkr.proxy_info)


def answer(
    local: LocalNode,
    session_id: str,
    code: Code,
    info: MTCKeyInfo | None,
    proxy_info: list[bytes],
) -> MKA:
    """The MKA of a session; `info` only with 2001."""
    experimental = None
    if code.vendor is not None:
        experimental = ExperimentalResult(
            vendor_id=code.vendor, experimental_result_code=code.value
        )
    return MKA(
        session_id=session_id,
        vendor_specific_application_id=ZK,
        auth_session_state=NO_STATE_MAINTAINED,
        origin_host=local.origin_host,
        origin_realm=local.origin_realm,
        result_code=None if experimental else code.value,
        experimental_result=experimental,
        mtc_key_info=info,
        proxy_info=proxy_info,
    )
