"""Errors of generated codecs, with what their answers need: the path and the Failed-AVP."""

from __future__ import annotations

from mkef_codecs.diameter.avp import encode_avp, padded
from mkef_codecs.diameter.errors import (
    AvpOccursTooManyTimes,
    DiameterError,
    InvalidAvpValue,
    MissingAvp,
)
from mkef_codecs.errors import CodecError


def too_many(name: str) -> AvpOccursTooManyTimes:
    """A second AVP where the grammar has one."""
    return AvpOccursTooManyTimes("occurs more than once", path=name)


def missing(command: str, name: str, head: bytes, vendor: bytes, size: int) -> MissingAvp:
    """A required AVP that is absent; Failed-AVP shows an example with zeros (clause 7.5)."""
    example = encode_avp(head, vendor, bytes(size))
    return MissingAvp("missing", path=f"{command}.{name}", failed_avp=example)


def located(error: CodecError, command: str, avp: bytes, offset: int) -> DiameterError:
    """An error inside of an AVP, with the AVP as the offender unless a nested one is named."""
    if not isinstance(error, DiameterError):
        error = InvalidAvpValue(error.problem, path=error.path)
    error.path = f"{command}.{error.path}" if error.path else command
    error.offset = offset if error.offset is None else error.offset
    error.failed_avp = error.failed_avp or padded(avp)
    return error
