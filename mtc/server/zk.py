"""Zk at the MTC Server: K_MTC asked of the home network's MKEF (protocol.md clause 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

import structlog

from mkef.crypto.secret import KMtc
from mkef.net.capture import Capture
from mkef.net.diameter import DiameterNode, local_node
from mkef.net.diameter_failures import RequestFailed
from mkef.net.running import Running
from mkef.net.sources import SYSTEM, Sources
from mkef_codecs.diameter.commands import SUCCESS, Body
from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.errors import CodecError
from mkef_codecs.establishment import KidContext
from mkef_codecs.generated.diameter import (
    ANSWER,
    MKA,
    MKR,
    MTCKeyInfo,
    VendorSpecificApplicationId,
)
from mkef_codecs.identity import Imsi, ServerId
from mkef_codecs.lab import VENDOR
from mtc.server.config import ZkSection
from mtc.server.keys import KeyGrant, KeyRefused, KeyUnavailable

NO_STATE_MAINTAINED = 1
_TRANSIENT = range(4000, 5000)
_PROTOCOL_ERRORS = range(3000, 4000)

log = structlog.get_logger()


class ZkClient(Running):
    """Keeps the MKEF connected and asks it for keys."""

    def __init__(
        self,
        section: ZkSection,
        server_id: ServerId,
        *,
        capture: Capture,
        sources: Sources = SYSTEM,
    ) -> None:
        section.require_tls("Zk to")
        self._section = section
        self._server_id = server_id
        self._node = DiameterNode(
            section,
            local_node(section, ((VENDOR, MKR.APPLICATION),), sources),
            capture=capture,
            peer_name="mkef",
            sources=sources,
        )

    async def _start(self, stack: AsyncExitStack) -> None:
        await stack.enter_async_context(self._node)

    def reload(self, section: ZkSection) -> None:
        """New certificates; all else wants a restart."""
        self._node.reload(section)

    @property
    def counts(self) -> Mapping[str, int]:
        """Events of its Diameter node."""
        return self._node.counts

    @property
    def peers(self) -> Sequence[str]:
        """The Origin-Hosts that are connected."""
        return self._node.peers

    async def connected(self) -> None:
        """Wait until the MKEF is connected."""
        await self._node.connected()

    async def request_key(self, imsi: Imsi, context: KidContext) -> KeyGrant:
        """K_MTC of a device's first message; raises KeyRefused or KeyUnavailable."""
        try:
            mkr = self._request(imsi, context)
        except CodecError as error:
            raise KeyRefused(str(error)) from None
        try:
            answer = await self._node.request(mkr, self._section.request_timeout_s)
        except RequestFailed as failure:
            raise KeyUnavailable(str(failure), session_id=mkr.session_id) from None
        return read_answer(answer, mkr.session_id)

    def _request(self, imsi: Imsi, context: KidContext) -> MKR:
        section = self._section
        return MKR(
            session_id=self._node.new_session(),
            vendor_specific_application_id=VendorSpecificApplicationId(
                vendor_id=VENDOR, auth_application_id=MKR.APPLICATION
            ),
            auth_session_state=NO_STATE_MAINTAINED,
            origin_host=section.origin_host,
            origin_realm=section.origin_realm,
            destination_realm=section.destination_realm or imsi.plmn.realm(section.realm_prefix),
            user_name=imsi.digits,
            mtc_key_profile=context.profile.octet,
            mtc_device_rand=context.rand,
            mtc_encrypted_res=context.encrypted_res,
            mtc_server_id=self._server_id.value,
        )


def _grant(info: MTCKeyInfo, session_id: str | None) -> KeyGrant:
    try:
        key, server_id = KMtc(info.mtc_key_material), ServerId(info.mtc_server_id)
    except ValueError as error:
        problem = f"an MKA whose key is of no use: {error}"
        raise KeyRefused(problem, session_id=session_id) from None
    return KeyGrant(key, server_id, info.key_expirytime, info.mtc_key_strength, session_id)


def read_answer(answer: Body, session_id: str | None = None) -> KeyGrant:
    """The key of an MKA; a refusal that time may cure is KeyUnavailable, another KeyRefused."""
    assert isinstance(answer, MKA | ANSWER)
    experimental = answer.experimental_result
    if experimental is not None:
        code, name = experimental.experimental_result_code, f"{experimental.vendor_id}/"
    else:
        code, name = answer.result_code or 0, ""
    if isinstance(answer, MKA) and code == SUCCESS and answer.mtc_key_info is not None:
        return _grant(answer.mtc_key_info, session_id)
    transient = code in _PROTOCOL_ERRORS or code == ResultCode.UNABLE_TO_COMPLY
    if transient or (experimental is not None and code in _TRANSIENT):
        raise KeyUnavailable(f"MKA {name}{code}", session_id=session_id)
    raise KeyRefused(f"MKA {name}{code}", session_id=session_id)
