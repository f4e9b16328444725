"""M3UA's DATA in one piece: nearly all messages are, so they take no detour by their parameters.

`write_data` writes what `m3ua.data(...).encode()` does; what `read_data` does not know (other
parameters, another order), `m3ua.decode` does.
"""

from __future__ import annotations

from struct import Struct

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.m3ua import HEADER_LENGTH, VERSION, Kind, ProtocolData, Tag

_HEAD = Struct(">BxHI")
_LABEL = ">HHIIBBBB"  # tag, length, OPC, DPC, service and network indicator, priority, SLS
_PLAIN = Struct(_LABEL)
_IN_CONTEXT = Struct(">HHI" + _LABEL[1:])
_BEFORE_USER = 16  # octets of the parameter before the user's

_DATA = _HEAD.pack(VERSION, Kind.DATA, 0)[:4]
# An attribute of an enumeration takes as long as a call.
_ROUTING_CONTEXT, _PROTOCOL_DATA = int(Tag.ROUTING_CONTEXT), int(Tag.PROTOCOL_DATA)
_KIND = int(Kind.DATA)


def write_data(value: ProtocolData, routing_context: int | None = None) -> bytes:
    """The octets of a DATA message (RFC 4666 clause 3.3.1)."""
    user = value.data
    size = _BEFORE_USER + len(user)
    if size > 0xFFFF:
        raise CodecError(f"a parameter of {size} octets", path="M3UA")
    padding = bytes(-size % 4)
    label = (
        _PROTOCOL_DATA,
        size,
        value.opc,
        value.dpc,
        value.service_indicator,
        value.network_indicator,
        value.message_priority,
        value.sls,
    )
    if routing_context is None:
        head = _PLAIN.pack(*label)
    else:
        head = _IN_CONTEXT.pack(_ROUTING_CONTEXT, 8, routing_context, *label)
    length = HEADER_LENGTH + len(head) + len(user) + len(padding)
    return b"%b%b%b%b" % (_HEAD.pack(VERSION, _KIND, length), head, user, padding)


def read_data(octets: bytes) -> tuple[int | None, ProtocolData] | None:
    """Routing context and contents of a DATA message that holds nothing else; else None."""
    if octets[:4] != _DATA or len(octets) < HEADER_LENGTH + _PLAIN.size:
        return None
    at, context = HEADER_LENGTH, None
    tag, size, opc, dpc, service, network, priority, sls = _PLAIN.unpack_from(octets, at)
    if tag == _ROUTING_CONTEXT and size == 8:
        at, context = HEADER_LENGTH + 8, opc
        if len(octets) < at + _PLAIN.size:
            return None
        tag, size, opc, dpc, service, network, priority, sls = _PLAIN.unpack_from(octets, at)
    end = at + size
    whole = len(octets) == end + (-size & 3) == int.from_bytes(octets[4:8], "big")
    if tag != _PROTOCOL_DATA or size < _BEFORE_USER or not whole:
        return None
    user = octets[at + _BEFORE_USER : end]
    return context, ProtocolData(opc, dpc, user, service, network, priority, sls)
