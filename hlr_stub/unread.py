"""RIRs without an argument that can be used: they are refused before they get to a service."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import structlog

from hlr_stub.audit import Audit
from mkef.net.diameter_owner import tell_unread
from mkef.stack.diameter_access import Remote
from mkef.stack.diameter_events import Malformed
from mkef_codecs.diameter.commands import text_of
from mkef_codecs.diameter.errors import InvalidAvpValue
from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.errors import CodecError
from mkef_codecs.generated.diameter import RIR
from mkef_codecs.generated.dictionary import ROWS
from mkef_codecs.identity import Imsi

_ORIGIN_HOST, _USER_NAME = ROWS["Origin-Host"].key, ROWS["User-Name"].key
_PERMANENT = 5000  # below are the faults of headers (RFC 6733 clause 7.1)

_log = structlog.get_logger()


class UnreadRirs:
    """Each is counted and is a log line; where it tells whose it is, that is an audit line too."""

    def __init__(self, audit: Audit, count: Callable[[str, str], None]) -> None:
        self._audit = audit
        self._count = count

    def __call__(self, unread: Malformed, remote: Remote | None) -> None:
        """A message that no grammar has; other than an RIR it is a log line."""
        header, result = unread.header, unread.result_code
        rir = header.is_request and header.command == RIR.COMMAND and result > _PERMANENT
        if remote is None or not rir:
            tell_unread(unread, remote)
            return
        missing = result == ResultCode.MISSING_AVP
        outcome = "argument missing" if missing else "argument mistyped"
        caller = text_of(_ORIGIN_HOST, unread.octets) or ""
        leg = ("zr_session_id", unread.session_id or "")
        self._tell(outcome, unread.problem, caller, remote.origin_host, leg)
        with suppress(CodecError):
            imsi = Imsi(text_of(_USER_NAME, unread.octets) or "")
            self._audit.note(outcome, imsi, caller, remote.origin_host, 0, leg)

    def nobody(self, rir: RIR, remote: Remote, error: InvalidAvpValue) -> None:
        """An RIR whose User-Name is no IMSI."""
        leg = ("zr_session_id", rir.session_id)
        self._tell("argument mistyped", str(error), rir.origin_host, remote.origin_host, leg)

    def _tell(
        self, outcome: str, problem: str, caller: str, association: str, leg: tuple[str, str]
    ) -> None:
        self._count("RIR", outcome)
        _log.warning(
            "RIR refused",
            outcome=outcome,
            problem=problem,
            caller=caller,
            association=association,
            **dict([leg]),
        )
