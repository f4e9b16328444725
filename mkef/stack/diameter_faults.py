"""What is answered to a request that cannot be read (RFC 6733 clause 7)."""

from __future__ import annotations

from mkef.stack.diameter_base import refusal
from mkef.stack.diameter_events import LocalNode
from mkef_codecs.diameter.commands import proxy_info_of, session_id_of
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
    local: LocalNode, octets: bytes, header: Header, error: DiameterError
) -> bytes:
    """The whole answer that says what is wrong with a request."""
    error = _first_fault(local, header, error)
    return refusal(
        local,
        header,
        error.result_code,
        str(error),
        session_id=session_id_of(octets),
        failed_avp=error.failed_avp,
        proxy_info=proxy_info_of(octets),
    )


def _first_fault(local: LocalNode, header: Header, error: DiameterError) -> DiameterError:
    """A readable header's first fault is its application, then the command (clause 7.1.3)."""
    if isinstance(error, UnsupportedVersion | InvalidMessageLength | InvalidHeaderBits):
        return error
    ours = {application for _, application in local.applications}
    if header.application and header.application not in ours:
        return ApplicationUnsupported(f"application {header.application}")
    if isinstance(error, ApplicationUnsupported):
        return CommandUnsupported(f"command {header.command}")
    return error
