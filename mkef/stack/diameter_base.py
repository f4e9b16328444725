"""The base protocol's messages as a node says them (RFC 6733 clause 5)."""

from __future__ import annotations

from collections.abc import Iterable

from mkef.stack.diameter_events import Cause, LocalNode
from mkef_codecs.diameter.avp import MANDATORY_BIT, Avp
from mkef_codecs.diameter.commands import SUCCESS, encode_answer
from mkef_codecs.diameter.header import ERROR, Header
from mkef_codecs.generated.diameter import (
    ANSWER,
    CEA,
    CER,
    DPA,
    DPR,
    DWA,
    DWR,
    VendorSpecificApplicationId,
)

NO_INBAND_SECURITY = 0
_PROTOCOL_ERRORS = range(3000, 4000)
_AUTH_SESSION_STATE = Avp(277, 0, MANDATORY_BIT, (1).to_bytes(4, "big"))


def capabilities(local: LocalNode) -> CER:
    """CER (clause 5.3.1)."""
    return CER(
        origin_host=local.origin_host,
        origin_realm=local.origin_realm,
        host_ip_address=list(local.addresses),
        vendor_id=local.vendor_id,
        product_name=local.product_name,
        origin_state_id=local.origin_state_id,
        supported_vendor_id=list(local.supported_vendors),
        inband_security_id=[NO_INBAND_SECURITY],
        vendor_specific_application_id=[
            VendorSpecificApplicationId(vendor_id=vendor, auth_application_id=application)
            for vendor, application in local.applications
        ],
        firmware_revision=local.firmware_revision,
    )


def capabilities_answer(local: LocalNode) -> CEA:
    """CEA that accepts the peer (clause 5.3.2)."""
    ours = capabilities(local)
    fields = {name: getattr(ours, name) for name in CER.__struct_fields__}
    return CEA(result_code=SUCCESS, **fields)


def watchdog(local: LocalNode) -> DWR:
    """DWR (clause 5.5.1)."""
    return DWR(
        origin_host=local.origin_host,
        origin_realm=local.origin_realm,
        origin_state_id=local.origin_state_id,
    )


def watchdog_answer(local: LocalNode) -> DWA:
    """DWA (clause 5.5.2)."""
    return DWA(
        result_code=SUCCESS,
        origin_host=local.origin_host,
        origin_realm=local.origin_realm,
        origin_state_id=local.origin_state_id,
    )


def disconnect(local: LocalNode, cause: Cause) -> DPR:
    """DPR (clause 5.4.1)."""
    return DPR(
        origin_host=local.origin_host,
        origin_realm=local.origin_realm,
        disconnect_cause=cause,
    )


def disconnect_answer(local: LocalNode) -> DPA:
    """DPA (clause 5.4.2)."""
    return DPA(result_code=SUCCESS, origin_host=local.origin_host, origin_realm=local.origin_realm)


def refusal(
    local: LocalNode,
    request: Header,
    result_code: int,
    problem: str,
    *,
    session_id: str | None = None,
    failed_avp: bytes = b"",
    proxy_info: Iterable[bytes] = (),
) -> bytes:
    """A whole answer that says what is wrong; the E bit stands for 3xxx alone (clause 7.1.3)."""
    body = ANSWER(
        session_id=session_id,
        origin_host=local.origin_host,
        origin_realm=local.origin_realm,
        result_code=result_code,
        error_message=problem,
        failed_avp=failed_avp or None,
        proxy_info=list(proxy_info),
        others=[_AUTH_SESSION_STATE] if request.application else [],
    )
    octets = encode_answer(body, request)
    if result_code in _PROTOCOL_ERRORS:
        return octets
    return octets[:4] + bytes((octets[4] & ~ERROR,)) + octets[5:]
