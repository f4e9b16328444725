"""Foreign opinions: python-diameter and we read what the other writes; dictionaries agree."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from typing import Any

import pytest
from diameter.message import Avp as ForeignAvp
from diameter.message import Message as ForeignMessage
from diameter.message import MessageHeader
from diameter.message.avp import (
    AvpAddress,
    AvpGrouped,
    AvpInteger32,
    AvpOctetString,
    AvpTime,
    AvpUnsigned32,
    AvpUtf8String,
)
from diameter.message.avp.avp import get_avp_dictionary_entry
from diameter.message.commands import (
    CapabilitiesExchangeRequest,
    DeviceWatchdogRequest,
    DisconnectPeerRequest,
)
from hypothesis import given
from hypothesis import strategies as st
from pycrate_diameter.Diameter3GPP import TGPPAVPInfos_dict
from pycrate_diameter.DiameterIETF import FMT_LUT_IETF, AVPCodes_dict

from mkef_codecs.diameter.avp import Avp
from mkef_codecs.diameter.commands import Body, decode, encode
from mkef_codecs.generate.grammar import TYPES
from mkef_codecs.generated.diameter import (
    AVPS,
    CER,
    MKA,
    MKR,
    ExperimentalResult,
    MTCKeyInfo,
    VendorSpecificApplicationId,
)

LAB, TGPP = 32473, 10415

# How python-diameter calls our types; it has identities as octets.
FOREIGN_TYPES: dict[str, type[ForeignAvp]] = {
    "Address": AvpAddress,
    "DiameterIdentity": AvpOctetString,
    "Enumerated": AvpInteger32,
    "Grouped": AvpGrouped,
    "OctetString": AvpOctetString,
    "Time": AvpTime,
    "UTF8String": AvpUtf8String,
    "Unsigned32": AvpUnsigned32,
}
# It reads these two with a sign; RFC 6733 clauses 6.10 and 7.1 have Unsigned32.
SIGNED_THERE = {"Inband-Security-Id", "Result-Code"}
NOT_LAB = [(name, *row) for name, row in AVPS.items() if row[1] != LAB]


@pytest.mark.parametrize(("name", "code", "vendor", "type_"), NOT_LAB)
def test_rows_agree_with_python_diameter(name: str, code: int, vendor: int, type_: str) -> None:
    entry = get_avp_dictionary_entry(code, vendor)
    assert entry is not None
    foreign_type = AvpInteger32 if name in SIGNED_THERE else FOREIGN_TYPES[type_]
    assert (entry["name"], entry["type"]) == (name, foreign_type)


@pytest.mark.parametrize(("name", "code", "vendor", "type_"), NOT_LAB)
def test_rows_agree_with_pycrate(name: str, code: int, vendor: int, type_: str) -> None:
    if vendor == TGPP:
        foreign, foreign_type = TGPPAVPInfos_dict[code]
    else:
        foreign, foreign_type = AVPCodes_dict[code].split()[0], FMT_LUT_IETF[code]
    assert foreign_type.__name__ == type_
    assert foreign == {"Firmware-Revision": "Firmware-Version"}.get(name, name)  # its slip


def test_every_type_is_compared() -> None:
    assert set(FOREIGN_TYPES) == set(TYPES)


def parse(octets: bytes) -> ForeignMessage:
    return ForeignMessage.from_bytes(octets, plain_msg=True)


Flat = list[tuple[int, int, bool, Any]]


def flat(avps: list[ForeignAvp]) -> Flat:
    """Code, vendor, M bit and value; groups are opened."""
    return [
        (
            a.code,
            a.vendor_id,
            a.is_mandatory,
            flat(a.value) if isinstance(a, AvpGrouped) else plain(a),
        )
        for a in avps
    ]


def plain(avp: ForeignAvp) -> Any:
    if isinstance(avp, AvpAddress):
        return str(ip_address(avp.value[1]))
    if isinstance(avp, AvpTime):
        return int(avp.value.timestamp())
    return avp.value


def of(name: str, value: Any, *, mandatory: bool = True) -> tuple[int, int, bool, Any]:
    code, vendor, type_ = AVPS[name]
    if type_ == "DiameterIdentity":
        value = value.encode()
    if vendor == LAB and isinstance(value, int):  # unknown there: octets
        value = value.to_bytes(4, "big")
    if vendor == LAB and isinstance(value, str):
        value = value.encode()
    return code, vendor, mandatory, value


def applications(application: VendorSpecificApplicationId) -> tuple[int, int, bool, Any]:
    rows = [of("Vendor-Id", application.vendor_id)]
    if application.auth_application_id is not None:
        rows.append(of("Auth-Application-Id", application.auth_application_id))
    return of("Vendor-Specific-Application-Id", rows)


U32 = st.integers(0, 0xFFFFFFFF)
LABELS = st.from_regex(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,20}[a-zA-Z0-9])?", fullmatch=True)
HOSTS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
ADDRESSES = st.ip_addresses().map(str)
# 1970 to 2036-02-07T05:28:15Z: it begins the next era an hour early.
TIMES = st.integers(0, 2_085_974_895)
GROUPS = st.builds(VendorSpecificApplicationId, vendor_id=U32, auth_application_id=st.none() | U32)

CERS = st.builds(
    CER,
    origin_host=HOSTS,
    origin_realm=HOSTS,
    host_ip_address=st.lists(ADDRESSES, min_size=1, max_size=3),
    vendor_id=U32,
    product_name=TEXTS,
    origin_state_id=U32,
    supported_vendor_id=st.lists(U32, max_size=3),
    auth_application_id=st.lists(U32, max_size=3),
    inband_security_id=st.lists(st.integers(0, 1), max_size=2),
    vendor_specific_application_id=st.lists(GROUPS, max_size=3),
    firmware_revision=U32,
)


@given(CERS, U32, U32)
def test_python_diameter_reads_our_cer(cer: CER, hop_by_hop: int, end_to_end: int) -> None:
    message = parse(encode(cer, hop_by_hop, end_to_end))
    header = message.header
    assert (header.version, header.command_code, header.application_id) == (1, 257, 0)
    assert (header.is_request, header.is_proxyable, header.is_error) == (True, False, False)
    assert (header.hop_by_hop_identifier, header.end_to_end_identifier) == (hop_by_hop, end_to_end)
    assert flat(message.avps) == [
        of("Origin-Host", cer.origin_host),
        of("Origin-Realm", cer.origin_realm),
        *(of("Host-IP-Address", a) for a in cer.host_ip_address),
        of("Vendor-Id", cer.vendor_id),
        of("Product-Name", cer.product_name, mandatory=False),
        of("Origin-State-Id", cer.origin_state_id),
        *(of("Supported-Vendor-Id", v) for v in cer.supported_vendor_id),
        *(of("Auth-Application-Id", a) for a in cer.auth_application_id),
        *(of("Inband-Security-Id", i) for i in cer.inband_security_id),
        *(applications(g) for g in cer.vendor_specific_application_id),
        of("Firmware-Revision", cer.firmware_revision, mandatory=False),
    ]


@given(CERS, U32, U32)
def test_we_read_the_cer_of_python_diameter(cer: CER, hop_by_hop: int, end_to_end: int) -> None:
    foreign = CapabilitiesExchangeRequest()
    foreign.header.hop_by_hop_identifier = hop_by_hop
    foreign.header.end_to_end_identifier = end_to_end
    foreign.origin_host = cer.origin_host.encode()
    foreign.origin_realm = cer.origin_realm.encode()
    foreign.host_ip_address = cer.host_ip_address
    foreign.vendor_id = cer.vendor_id
    foreign.product_name = cer.product_name
    foreign.origin_state_id = cer.origin_state_id
    foreign.supported_vendor_id = cer.supported_vendor_id
    foreign.auth_application_id = cer.auth_application_id
    foreign.inband_security_id = cer.inband_security_id
    foreign.firmware_revision = cer.firmware_revision
    for group in cer.vendor_specific_application_id:
        members = [ForeignAvp.new(266, value=group.vendor_id)]
        if group.auth_application_id is not None:
            members.append(ForeignAvp.new(258, value=group.auth_application_id))
        foreign.append_avp(ForeignAvp.new(260, value=members))
    message = decode(foreign.as_bytes())
    assert message.body == cer
    assert (message.header.hop_by_hop, message.header.end_to_end) == (hop_by_hop, end_to_end)


@pytest.mark.parametrize("kind", [DeviceWatchdogRequest, DisconnectPeerRequest])
def test_we_read_its_dwr_and_dpr(kind: type[Any]) -> None:
    foreign = kind()
    foreign.origin_host, foreign.origin_realm = b"a.example", b"example"
    if kind is DisconnectPeerRequest:
        foreign.disconnect_cause = 1
    body = decode(foreign.as_bytes()).body
    assert body.encode() == foreign.as_bytes()[20:]


def test_python_diameter_reads_the_rest_too(every_body: list[Body]) -> None:
    """Commands of the base protocol by their names; AVPs of ours by code, vendor, flags, octets."""
    for body in every_body:
        octets = encode(body, 1, 2)
        assert parse(octets).as_bytes() == octets
        assert parse(octets).header.command_code == body.COMMAND


MKRS = st.builds(
    MKR,
    session_id=TEXTS,
    vendor_specific_application_id=GROUPS,
    auth_session_state=st.integers(0, 1),
    origin_host=HOSTS,
    origin_realm=HOSTS,
    destination_realm=HOSTS,
    destination_host=HOSTS,
    user_name=TEXTS,
    mtc_key_profile=st.integers(0, 255),
    mtc_device_rand=st.binary(min_size=16, max_size=16),
    mtc_encrypted_res=st.binary(max_size=16),
    mtc_server_id=TEXTS,
    requested_key_lifetime=TIMES,
    route_record=st.lists(HOSTS, max_size=2),
)


def rows_of(mkr: MKR) -> Flat:
    assert mkr.vendor_specific_application_id
    return [
        of("Session-Id", mkr.session_id),
        applications(mkr.vendor_specific_application_id),
        of("Auth-Session-State", mkr.auth_session_state),
        of("Origin-Host", mkr.origin_host),
        of("Origin-Realm", mkr.origin_realm),
        of("Destination-Realm", mkr.destination_realm),
        of("Destination-Host", mkr.destination_host),
        of("User-Name", mkr.user_name),
        of("MTC-Key-Profile", mkr.mtc_key_profile),
        of("MTC-Device-RAND", mkr.mtc_device_rand),
        of("MTC-Encrypted-RES", mkr.mtc_encrypted_res),
        of("MTC-Server-Id", mkr.mtc_server_id),
        of("Requested-Key-Lifetime", mkr.requested_key_lifetime, mandatory=False),
        *(of("Route-Record", host) for host in mkr.route_record),
    ]


@given(MKRS)
def test_python_diameter_reads_our_mkr(mkr: MKR) -> None:
    message = parse(encode(mkr, 1, 2))
    assert (message.header.command_code, message.header.application_id) == (16777214, 16781313)
    assert (message.header.is_request, message.header.is_proxyable) == (True, True)
    assert flat(message.avps) == rows_of(mkr)


@given(MKRS)
def test_we_read_the_mkr_of_python_diameter(mkr: MKR) -> None:
    """Its own AVP objects, put in another order than the grammar's."""
    header = MessageHeader(command_flags=0xC0, command_code=16777214, application_id=16781313)
    message = ForeignMessage(header, [foreign_avp(*row) for row in reversed(rows_of(mkr))])
    mkr.route_record.reverse()
    assert decode(message.as_bytes()).body == mkr


def foreign_avp(code: int, vendor: int, mandatory: bool, value: Any) -> ForeignAvp:
    if vendor == LAB:
        made = ForeignAvp(code, vendor, value)
        made.is_mandatory = mandatory
        return made
    if isinstance(value, list):
        value = [foreign_avp(*row) for row in value]
    if (code, vendor) == AVPS["Requested-Key-Lifetime"][:2]:
        value = datetime.fromtimestamp(value)  # it wants local time
    return ForeignAvp.new(code, vendor, value=value, is_mandatory=mandatory)


MKAS = st.builds(
    MKA,
    session_id=TEXTS,
    auth_session_state=st.just(1),
    origin_host=HOSTS,
    origin_realm=HOSTS,
    result_code=st.none() | U32,
    experimental_result=st.none()
    | st.builds(ExperimentalResult, vendor_id=U32, experimental_result_code=U32),
    mtc_key_info=st.none()
    | st.builds(
        MTCKeyInfo,
        mtc_key_material=st.binary(min_size=32, max_size=32),
        mtc_server_id=TEXTS,
        key_expirytime=TIMES,
        mtc_key_strength=st.none() | U32,
    ),
    failed_avp=st.lists(st.just(Avp(1, 0, 0x40, b"abc").encode()), max_size=2),
)


@given(MKAS)
def test_python_diameter_reads_our_mka(mka: MKA) -> None:
    message = parse(encode(mka, 1, 2))
    assert (message.header.is_request, message.header.is_proxyable) == (False, True)
    found = {(a.code, a.vendor_id): a for a in message.avps}
    if mka.experimental_result:
        assert flat(found[297, 0].value) == [
            of("Vendor-Id", mka.experimental_result.vendor_id),
            of("Experimental-Result-Code", mka.experimental_result.experimental_result_code),
        ]
    if mka.mtc_key_info:
        info = AvpGrouped(1, LAB, found[1, LAB].payload).value
        strength = mka.mtc_key_info.mtc_key_strength
        assert flat(info) == [
            of("MTC-Key-Material", mka.mtc_key_info.mtc_key_material),
            of("MTC-Server-Id", mka.mtc_key_info.mtc_server_id),
            of("Key-ExpiryTime", mka.mtc_key_info.key_expirytime, mandatory=False),
            *([] if strength is None else [of("MTC-Key-Strength", strength, mandatory=False)]),
        ]
    assert [flat(a.value) for a in message.avps if a.code == 279] == [
        [of("User-Name", "abc")] for _ in mka.failed_avp
    ]
