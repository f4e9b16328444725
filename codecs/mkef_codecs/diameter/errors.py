"""What is wrong with a message, each error with the Result-Code that answers it."""

from __future__ import annotations

from typing import ClassVar

from mkef_codecs.errors import CodecError


class DiameterError(CodecError):
    """A message that breaks RFC 6733; `failed_avp` is the whole offending AVP (clause 7.5)."""

    result_code: ClassVar[int]

    def __init__(
        self, problem: str, *, offset: int | None = None, path: str = "", failed_avp: bytes = b""
    ) -> None:
        super().__init__(problem, offset=offset, path=path)
        self.failed_avp = failed_avp


class CommandUnsupported(DiameterError):
    """A command that this node does not know (clause 7.1.3)."""

    result_code = 3001


class TooBusy(DiameterError):
    """A request for this very node, which has too many (clause 7.1.3)."""

    result_code = 3004


class ApplicationUnsupported(DiameterError):
    """An application that this node does not serve (clause 7.1.3)."""

    result_code = 3007


class InvalidHeaderBits(DiameterError):
    """Header flags that the command does not allow (clause 7.1.3)."""

    result_code = 3008


class AvpUnsupported(DiameterError):
    """An unknown AVP with the M bit (clause 7.1.5)."""

    result_code = 5001


class InvalidAvpValue(DiameterError):
    """A value outside of what the AVP may hold (clause 7.1.5)."""

    result_code = 5004


class MissingAvp(DiameterError):
    """A required AVP is absent (clause 7.1.5)."""

    result_code = 5005


class AvpNotAllowed(DiameterError):
    """A known AVP in a grammar that has neither it nor others (clause 7.1.5)."""

    result_code = 5008


class AvpOccursTooManyTimes(DiameterError):
    """More of an AVP than the grammar allows (clause 7.1.5)."""

    result_code = 5009


class UnsupportedVersion(DiameterError):
    """A version other than 1 (clause 7.1.5)."""

    result_code = 5011


class InvalidAvpLength(DiameterError):
    """A length that the AVP's type or the message's end does not allow (clause 7.1.5)."""

    result_code = 5014


class InvalidMessageLength(DiameterError):
    """A message length that no message can have (clause 7.1.5)."""

    result_code = 5015
