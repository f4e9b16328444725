"""Any message of any command of the grammar, made of its rows, and python-diameter's opinion."""

from __future__ import annotations

from typing import Any

import pytest
from diameter.message import Avp as ForeignAvp
from diameter.message import MessageHeader
from diameter.message.avp import AvpGrouped
from diameter.message.avp.avp import get_avp_dictionary_entry
from diameter.message.packer import Unpacker
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.pretty import pretty_repr

from mkef_codecs.diameter.avp import Avp, scan
from mkef_codecs.diameter.commands import decode, encode
from mkef_codecs.diameter.dictionary import CommandRow, FieldRow, Row
from mkef_codecs.diameter.header import Header
from mkef_codecs.generated import diameter
from mkef_codecs.generated.dictionary import APPLICATIONS, BY_KEY, COMMANDS, ROWS

OURS = 32473

LABELS = st.from_regex(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,9}[a-zA-Z0-9])?", fullmatch=True)
U32 = st.integers(0, 0xFFFFFFFF)
TYPES: dict[str, st.SearchStrategy[Any]] = {
    "Address": st.ip_addresses().map(str),
    "DiameterIdentity": st.lists(LABELS, min_size=1, max_size=3).map(".".join),
    "DiameterURI": st.builds("aaa://{}:{}".format, LABELS, st.integers(1, 65535)),
    "Enumerated": st.integers(-(1 << 31), (1 << 31) - 1),
    "Grouped": st.builds(lambda data: Avp(33, 0, 0x40, data).encode(), st.binary(max_size=9)),
    "Time": st.integers(-61_505_152, 4_233_462_143),
    "UTF8String": st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    "Unsigned32": U32,
}
UNKNOWN = st.builds(
    Avp,
    st.integers(9000, 9100),
    st.just(OURS),
    st.sampled_from([0x80, 0xA0]),
    st.binary(max_size=9),
)


def class_of(name: str) -> Any:
    return getattr(diameter, name.replace("-", ""))


def attribute(name: str) -> str:
    return name.lower().replace("-", "_")


def values(row: Row) -> st.SearchStrategy[Any]:
    if row.members:
        return made(row.name, row.members)
    if row.type == "OctetString":
        return st.binary(min_size=row.low or 0, max_size=row.high or 20)
    if row.low is not None:
        return st.integers(row.low, row.high)
    return TYPES[row.type]


def made(name: str, members: tuple[FieldRow, ...]) -> st.SearchStrategy[Any]:
    named: dict[str, st.SearchStrategy[Any]] = {}
    for member, required, high in members:
        value = values(ROWS[member])
        if high != 1:
            value = st.lists(value, min_size=int(required), max_size=high or 3)
        elif not required:
            value = st.none() | value
        named[attribute(member)] = value
    return st.builds(class_of(name), **named, others=st.lists(UNKNOWN, max_size=2))


COMMAND_ROWS = pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)


@COMMAND_ROWS
@settings(max_examples=30, deadline=None)  # for each of 21 commands
@given(data=st.data())
def test_what_is_encoded_is_decoded(row: CommandRow, data: st.DataObject) -> None:
    body = data.draw(made(row.name, row.fields))
    octets = encode(body, 1, 2)
    if row.name == "ANSWER":
        octets = Header(0x20, 280, 0, 1, 2).encode(body.encode())
    again = decode(octets).body
    assert again == body
    assert again.encode() == octets[20:]


Flat = list[tuple[int, int, int, Any]]


def is_open_group(key: int) -> bool:
    """A group of the grammar that is not ours: of those both sides know the members."""
    row = BY_KEY.get(key)
    return row is not None and bool(row.members) and row.vendor != OURS


def flat(octets: bytes, start: int, end: int) -> Flat:
    """Code, vendor, flags and data of each AVP, the groups of the grammar opened."""
    rows: Flat = []
    for key, flags, _, data, stop in scan(octets, start, end):
        value = flat(octets, data, stop) if is_open_group(key) else octets[data:stop]
        rows.append((key & 0xFFFFFFFF, key >> 32, flags, value))
    return rows


def parse(octets: bytes) -> tuple[MessageHeader, list[ForeignAvp]]:
    """A message as its AVPs only: it would decode every value of a command that it has not."""
    header, unpacker = MessageHeader.from_bytes(octets), Unpacker(octets)
    unpacker.set_position(20)
    avps = []
    while not unpacker.is_done():
        avps.append(ForeignAvp.from_unpacker(unpacker))
    return header, avps


def foreign(avps: list[ForeignAvp]) -> Flat:
    return [
        (a.code, a.vendor_id, a.flags, foreign(a.value) if opened(a) else a.payload) for a in avps
    ]


def opened(avp: ForeignAvp) -> bool:
    row = BY_KEY.get(avp.vendor_id << 32 | avp.code)
    return (
        isinstance(avp, AvpGrouped) and row is not None and bool(row.members) and row.vendor != OURS
    )


@COMMAND_ROWS
@settings(max_examples=30, deadline=None)  # for each of 21 commands
@given(data=st.data())
def test_python_diameter_reads_the_same_avps(row: CommandRow, data: st.DataObject) -> None:
    body = data.draw(made(row.name, row.fields))
    octets = encode(body, 1, 2)
    header, avps = parse(octets)
    assert (header.command_code, header.application_id) == (row.code, row.application)
    assert (header.is_request, header.is_proxyable) == (row.request, row.proxiable)
    assert foreign(avps) == flat(octets, 20, len(octets))
    assert b"".join(avp.as_bytes() for avp in avps) == octets[20:]


def test_python_diameter_knows_every_standard_avp_that_we_know() -> None:
    for row in ROWS.values():
        entry = get_avp_dictionary_entry(row.code, row.vendor)
        assert (entry is not None) or row.vendor == OURS, row.name


# The grammar as the exports see it.


def test_every_field_and_member_has_a_row() -> None:
    for row in (*COMMANDS, *(row for row in ROWS.values() if row.members)):
        for name, _, _ in row.fields if isinstance(row, CommandRow) else row.members:
            assert name in ROWS
    assert {row.application for row in COMMANDS} == set(APPLICATIONS)
    assert all(BY_KEY[row.key] is row for row in ROWS.values())


def test_keys_and_subscribers_secrets_never_print() -> None:
    assert {row.name for row in ROWS.values() if row.secret} == {
        *("Confidentiality-Key", "Integrity-Key", "KASME", "Kc", "SRES", "XRES"),
        *("ME-Key-Material", "MTC-Key-Material", "SIP-Authorization", "UICC-Key-Material"),
        "Failed-AVP",
    }
    vector = diameter.GERANVector(rand=bytes(16), sres=b"secr", kc=b"secret__")
    for shown in (repr(vector), pretty_repr(vector)):
        assert "rand" in shown
        assert "secr" not in shown


# RFC 6733 clause 4.5 by hand, for the AVPs that our commands name: code and M bit; V never.
CLAUSE_4_5 = {
    "Acct-Application-Id": (259, True),
    "Auth-Application-Id": (258, True),
    "Auth-Session-State": (277, True),
    "Destination-Host": (293, True),
    "Destination-Realm": (283, True),
    "Disconnect-Cause": (273, True),
    "Error-Message": (281, False),
    "Error-Reporting-Host": (294, False),
    "Experimental-Result": (297, True),
    "Experimental-Result-Code": (298, True),
    "Failed-AVP": (279, True),
    "Firmware-Revision": (267, False),
    "Host-IP-Address": (257, True),
    "Inband-Security-Id": (299, True),
    "Origin-Host": (264, True),
    "Origin-Realm": (296, True),
    "Origin-State-Id": (278, True),
    "Product-Name": (269, False),
    "Proxy-Info": (284, True),
    "Redirect-Host": (292, True),
    "Redirect-Host-Usage": (261, True),
    "Redirect-Max-Cache-Time": (262, True),
    "Result-Code": (268, True),
    "Route-Record": (282, True),
    "Session-Id": (263, True),
    "Supported-Vendor-Id": (265, True),
    "User-Name": (1, True),
    "Vendor-Id": (266, True),
    "Vendor-Specific-Application-Id": (260, True),
}


def test_avps_of_the_base_protocol_have_the_flags_of_its_table() -> None:
    base = {row.name: (row.code, row.mandatory) for row in ROWS.values() if row.vendor == 0}
    assert {name: base[name] for name in CLAUSE_4_5} == CLAUSE_4_5
    assert set(base) - set(CLAUSE_4_5) == set()


def test_the_v_bit_stands_for_a_vendor_that_is_not_zero() -> None:
    """Clauses 4.1 and 4.1.1; no reserved bit and no P bit is ever set."""
    for row in ROWS.values():
        assert row.flags == (0x80 if row.vendor else 0) | (0x40 if row.mandatory else 0)


def test_only_requests_that_may_be_forwarded_have_a_destination() -> None:
    """Clauses 6.1, 6.2, 6.5, 6.6: no answer has one, nor a request that no agent may forward."""
    for command in COMMANDS:
        names = {name: required for name, required, _ in command.fields}
        destined = command.request and command.proxiable
        assert ("Destination-Realm" in names) == ("Destination-Host" in names) == destined
        assert names.get("Destination-Realm", True)


def test_every_command_says_where_it_is_from() -> None:
    """Clauses 6.3 and 6.4; an answer has Result-Code or Experimental-Result (clause 7.1)."""
    for command in COMMANDS:
        required = {name for name, required, _ in command.fields if required}
        assert {"Origin-Host", "Origin-Realm"} <= required
        names = {name for name, _, _ in command.fields}
        assert ("Result-Code" in names) != command.request


def test_messages_between_peers_have_application_0() -> None:
    """Clause 2.5; those of a session have that of their application and a Session-Id (8.8)."""
    for command in COMMANDS:
        between_peers = command.code in {257, 280, 282, 0}
        assert (command.application == 0) == between_peers
        session = [
            (required, most) for name, required, most in command.fields if name == "Session-Id"
        ]
        assert session == ([] if command.code and between_peers else [(command.code != 0, 1)])
