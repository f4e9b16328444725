"""M3UA's DATA in one piece: nearly all messages are, so they take no detour by their parameters.

`write_data` writes what `m3ua.data(...).encode()` does; what `read_data` does not know (other
parameters, another order), `m3ua.decode` does.
"""

from __future__ import annotations

from struct import Struct

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.m3ua import HEADER_LENGTH, VERSION, Kind, ProtocolData, Tag

_LABEL = "HHIIBBBB"  # tag, length, OPC, DPC, service and network indicator, priority, SLS
_PLAIN = Struct(">II" + _LABEL)  # version and kind of the message, and its length, before it
_IN_CONTEXT = Struct(">IIHHI" + _LABEL)
_SHORTEST = _PLAIN.size
_BEFORE_USER = 16  # octets of the parameter before the user's
_PADDING = tuple(map(bytes, range(4)))

# An attribute of an enumeration takes as long as a call.
_DATA = VERSION << 24 | Kind.DATA
_ROUTING_CONTEXT, _PROTOCOL_DATA = int(Tag.ROUTING_CONTEXT), int(Tag.PROTOCOL_DATA)


def write_data(value: ProtocolData, routing_context: int | None = None) -> bytes:
    """The octets of a DATA message (RFC 4666 clause 3.3.1)."""
    user = value.data
    size = _BEFORE_USER + len(user)
    if size > 0xFFFF:
        raise CodecError(f"a parameter of {size} octets", path="M3UA")
    padding = _PADDING[-size & 3]
    length = HEADER_LENGTH + size + len(padding)
    label = (
        value.opc,
        value.dpc,
        value.service_indicator,
        value.network_indicator,
        value.message_priority,
        value.sls,
    )
    if routing_context is None:
        head = _PLAIN.pack(_DATA, length, _PROTOCOL_DATA, size, *label)
    else:
        context = _ROUTING_CONTEXT, 8, routing_context
        head = _IN_CONTEXT.pack(_DATA, length + 8, *context, _PROTOCOL_DATA, size, *label)
    return head + user + padding


def read_data(octets: bytes) -> tuple[int | None, ProtocolData] | None:
    """Routing context and contents of a DATA message that holds nothing else; else None."""
    end = len(octets)
    if end < _SHORTEST:
        return None
    at, context = HEADER_LENGTH, None
    kind, length, tag, size, opc, dpc, service, network, priority, sls = _PLAIN.unpack_from(octets)
    if tag == _ROUTING_CONTEXT and size == 8 and end >= _IN_CONTEXT.size:
        at, context = HEADER_LENGTH + 8, opc
        *_, tag, size, opc, dpc, service, network, priority, sls = _IN_CONTEXT.unpack_from(octets)
    stop = at + size
    if kind != _DATA or tag != _PROTOCOL_DATA or size < _BEFORE_USER:
        return None
    if length != end or stop + (-size & 3) != end:
        return None
    user = octets[at + _BEFORE_USER : stop]
    return context, ProtocolData(opc, dpc, user, service, network, priority, sls)
