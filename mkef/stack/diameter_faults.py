"""What is answered to a request that cannot be read (RFC 6733 clause 7)."""

from __future__ import annotations

from mkef.stack.diameter_base import refusal
from mkef.stack.diameter_events import LocalNode
from mkef_codecs.diameter.commands import proxy_info_of
from mkef_codecs.diameter.errors import (
    ApplicationUnsupported,
    CommandUnsupported,
    DiameterError,
    InvalidHeaderBits,
    InvalidMessageLength,
    UnsupportedVersion,
)
from mkef_codecs.diameter.header import Header


def answer_to_malformed(
    local: LocalNode, octets: bytes, header: Header, fault: DiameterError, session_id: str | None
) -> bytes:
    """The whole answer that says what is wrong with a request."""
    return refusal(
        local,
        header,
        fault.result_code,
        str(fault),
        session_id=session_id,
        failed_avp=fault.failed_avp,
        proxy_info=proxy_info_of(octets),
    )


def first_fault(local: LocalNode, header: Header, error: DiameterError) -> DiameterError:
    """A readable header's first fault is its application, then the command (clause 7.1.3)."""
    if isinstance(error, UnsupportedVersion | InvalidMessageLength | InvalidHeaderBits):
        return error
    ours = {application for _, application in local.applications}
    if header.application and header.application not in ours:
        return ApplicationUnsupported(f"application {header.application}")
    if isinstance(error, ApplicationUnsupported):
        return CommandUnsupported(f"command {header.command}")
    return error
