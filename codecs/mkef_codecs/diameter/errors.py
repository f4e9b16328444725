"""What is wrong with a message, each error with the Result-Code that answers it."""

from __future__ import annotations

from typing import ClassVar

from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.errors import CodecError


class DiameterError(CodecError):
    """A message that breaks RFC 6733; `failed_avp` is the whole offending AVP (clause 7.5)."""

    result_code: ClassVar[ResultCode]

    def __init__(
        self, problem: str, *, offset: int | None = None, path: str = "", failed_avp: bytes = b""
    ) -> None:
        super().__init__(problem, offset=offset, path=path)
        self.failed_avp = failed_avp


class CommandUnsupported(DiameterError):
    """A command that this node does not know (clause 7.1.3)."""

    result_code = ResultCode.COMMAND_UNSUPPORTED


class TooBusy(DiameterError):
    """A request for this very node, which has too many (clause 7.1.3)."""

    result_code = ResultCode.TOO_BUSY


class ApplicationUnsupported(DiameterError):
    """An application that this node does not serve (clause 7.1.3)."""

    result_code = ResultCode.APPLICATION_UNSUPPORTED


class InvalidHeaderBits(DiameterError):
    """Header flags that the command does not allow (clause 7.1.3)."""

    result_code = ResultCode.INVALID_HDR_BITS


class InvalidAvpBits(DiameterError):
    """AVP flags that its definition does not allow (clause 7.1.3)."""

    result_code = ResultCode.INVALID_AVP_BITS


class AvpUnsupported(DiameterError):
    """An unknown AVP with the M bit (clause 7.1.5)."""

    result_code = ResultCode.AVP_UNSUPPORTED


class InvalidAvpValue(DiameterError):
    """A value outside of what the AVP may hold (clause 7.1.5)."""

    result_code = ResultCode.INVALID_AVP_VALUE


class MissingAvp(DiameterError):
    """A required AVP is absent (clause 7.1.5)."""

    result_code = ResultCode.MISSING_AVP


class AvpNotAllowed(DiameterError):
    """A known AVP in a grammar that has neither it nor others (clause 7.1.5)."""

    result_code = ResultCode.AVP_NOT_ALLOWED


class AvpOccursTooManyTimes(DiameterError):
    """More of an AVP than the grammar allows (clause 7.1.5)."""

    result_code = ResultCode.AVP_OCCURS_TOO_MANY_TIMES


class UnsupportedVersion(DiameterError):
    """A version other than 1 (clause 7.1.5)."""

    result_code = ResultCode.UNSUPPORTED_VERSION


class InvalidAvpLength(DiameterError):
    """A length that the AVP's type or the message's end does not allow (clause 7.1.5)."""

    result_code = ResultCode.INVALID_AVP_LENGTH


class InvalidMessageLength(DiameterError):
    """A message length that no message can have (clause 7.1.5)."""

    result_code = ResultCode.INVALID_MESSAGE_LENGTH
