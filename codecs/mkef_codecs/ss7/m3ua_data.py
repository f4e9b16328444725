"""M3UA's DATA in one piece: nearly all messages are, so they take no detour by their parameters.

`write_data` writes what `m3ua.data(...).encode()` does; what `read_data` does not know (other
parameters, another order), `m3ua.decode` does.
"""

from __future__ import annotations

from functools import lru_cache
from struct import Struct

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.m3ua import HEADER_LENGTH, VERSION, Kind, ProtocolData, Tag

_LABEL = "HHIIBBBB"  # tag, length, OPC, DPC, service and network indicator, priority, SLS
_PLAIN = Struct(">II" + _LABEL)  # version and kind of the message, and its length, before it
_IN_CONTEXT = Struct(">IIHHI" + _LABEL)
_LONGEST = _IN_CONTEXT.size  # that stands before the user's octets
_BEFORE_USER = 16  # octets of the parameter before the user's

# An attribute of an enumeration takes as long as a call.
_DATA = VERSION << 24 | Kind.DATA
_ROUTING_CONTEXT, _PROTOCOL_DATA = int(Tag.ROUTING_CONTEXT), int(Tag.PROTOCOL_DATA)


def write_data(value: ProtocolData, routing_context: int | None = None) -> bytes:
    """The octets of a DATA message (RFC 4666 clause 3.3.1)."""
    user = value.data
    head, padding = _head(
        routing_context,
        len(user),
        value.opc,
        value.dpc,
        value.service_indicator,
        value.network_indicator,
        value.message_priority,
        value.sls,
    )
    return head + user + padding


# What stands before the user's octets, and behind them, is the same again and again: it is written
# once for each size, and read once.
@lru_cache(maxsize=4096)
def _head(context: int | None, user_size: int, *label: int) -> tuple[bytes, bytes]:
    """All before so many octets of the user, and the padding behind them."""
    size = _BEFORE_USER + user_size
    if size > 0xFFFF:
        raise CodecError(f"a parameter of {size} octets", path="M3UA")
    padding = bytes(-size & 3)
    length = HEADER_LENGTH + size + len(padding)
    if context is None:
        return _PLAIN.pack(_DATA, length, _PROTOCOL_DATA, size, *label), padding
    words = _ROUTING_CONTEXT, 8, context, _PROTOCOL_DATA, size
    return _IN_CONTEXT.pack(_DATA, length + 8, *words, *label), padding


def read_data(octets: bytes) -> tuple[int | None, ProtocolData] | None:
    """Routing context and contents of a DATA message that holds nothing else; else None."""
    known = read_head(octets[:_LONGEST])
    if known is None:
        return None
    context, end, start, stop, opc, dpc, service, network, priority, sls = known
    if len(octets) != end:
        return None
    return context, ProtocolData(opc, dpc, octets[start:stop], service, network, priority, sls)


_Head = tuple[int | None, int, int, int, int, int, int, int, int, int]


@lru_cache(maxsize=4096)
def read_head(octets: bytes) -> _Head | None:
    """What the first octets of a message say: routing context, where the message ends, where the
    user's octets start and stop, and the label. Without a routing context the user's first octets,
    a header of SCCP, are among them, and say nothing."""
    if len(octets) < _PLAIN.size:
        return None
    start, context = HEADER_LENGTH, None
    kind, length, tag, size, *label = _PLAIN.unpack_from(octets)
    if tag == _ROUTING_CONTEXT and size == 8 and len(octets) == _LONGEST:
        start, context = HEADER_LENGTH + 8, label[0]
        _, _, _, _, _, tag, size, *label = _IN_CONTEXT.unpack_from(octets)
    stop = start + size
    if kind != _DATA or tag != _PROTOCOL_DATA or size < _BEFORE_USER:
        return None
    if length != stop + (-size & 3):
        return None
    return (context, length, start + _BEFORE_USER, stop, *label)
