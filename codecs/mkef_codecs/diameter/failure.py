"""What the errors of generated decoders and encoders say and carry."""

from __future__ import annotations

import struct

from mkef_codecs.diameter.avp import (
    VENDOR_BIT,
    Avp,
    not_text,
    not_utf8,
    padded,
    row_at,
    scan,
    wrong_length,
)
from mkef_codecs.diameter.errors import (
    AvpOccursTooManyTimes,
    DiameterError,
    InvalidAvpLength,
    InvalidAvpValue,
    MissingAvp,
)
from mkef_codecs.errors import CodecError
from mkef_codecs.generated.dictionary import ROWS

# What a generated decoder turns into the answer's error: struct.error is a header cut short.
BROKEN = (CodecError, struct.error, UnicodeDecodeError)
Broken = CodecError | struct.error | UnicodeDecodeError

# What a generated encoder stumbles over: None where a value must be, text that is none.
UNWRITABLE = (AttributeError, TypeError, UnicodeEncodeError)


def too_many(high: int) -> AvpOccursTooManyTimes:
    """One AVP more than the grammar has."""
    return AvpOccursTooManyTimes(f"occurs more than {'once' if high == 1 else f'{high} times'}")


def too_few(command: str, name: str, count: int, low: int) -> MissingAvp:
    """Fewer of an AVP than the grammar wants."""
    error = missing(command, name)
    if count:
        error.problem = f"{count} where {low} are wanted"
    return error


def check_count(command: str, name: str, count: int, low: int, high: int) -> None:
    """Refuse to write a field of fewer or more values than the grammar has (0: any number)."""
    if count < low:
        raise too_few(command, name, count, low)
    if high and count > high:
        error = too_many(high)
        error.path = f"{command}.{name}"
        raise error


def missing(command: str, name: str) -> MissingAvp:
    """A required AVP that is absent; Failed-AVP shows an example with zeros (clause 7.5)."""
    row = ROWS[name]
    example = Avp(row.code, row.vendor, row.flags, bytes(row.minimum)).encode()
    return MissingAvp("missing", path=f"{command}.{name}", failed_avp=example)


def located(
    error: Broken, command: str, octets: bytes, start: int, end: int, at: int
) -> DiameterError:
    """An error in the AVP at an offset, with its path and what Failed-AVP shows.

    That is the AVP itself; of a group only its header around the offender inside (clause 7.5).
    A length that lies comes before whatever was found by it. `at` is where the AVP began if it was
    read from behind a Vendor-Id of 0.
    """
    if start - at == 4:
        start = at
    if isinstance(error, DiameterError) and error.offset is not None and not error.path:
        start = error.offset  # of one of several AVPs that were looked at together
    try:
        *_, stop = next(scan(octets, start, end))
    except InvalidAvpLength as lie:
        error, stop = lie, end
    found = _diameter_error(error, octets, start, end)
    nested = bool(found.path)
    if not found.failed_avp:
        found.failed_avp = padded(octets[start:stop])
    elif nested:
        found.failed_avp = _around(found.failed_avp, octets[start : start + 12])
    row = row_at(octets, start, end)
    if not nested and row is not None:
        found.path = row.name
    found.path = f"{command}.{found.path}" if found.path else command
    found.offset = start if found.offset is None else found.offset
    return found


def _diameter_error(error: Broken, octets: bytes, start: int, end: int) -> DiameterError:
    if isinstance(error, UnicodeDecodeError):
        return not_utf8(error)
    if isinstance(error, DiameterError):
        return error
    if isinstance(error, CodecError):
        return InvalidAvpValue(error.problem)
    return wrong_length(octets, start, end)


def unwritten(error: Exception, body: object, command: str, required: tuple[str, ...]) -> Exception:
    """What an encoder stumbled over: an AVP that must be there and is not, or text."""
    if isinstance(error, UnicodeEncodeError):
        return not_text()
    for name in required:
        if getattr(body, name.lower().replace("-", "_")) is None:
            return missing(command, name)
    return error


def _around(offender: bytes, head: bytes) -> bytes:
    """A group as it came, with one member."""
    size = 12 if head[4] & VENDOR_BIT else 8
    return head[:5] + (size + len(offender)).to_bytes(3, "big") + head[8:size] + offender
