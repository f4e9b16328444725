"""Foreign opinions: python-diameter and we read what the other writes."""

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
    AvpTime,
)
from diameter.message.commands import (
    CapabilitiesExchangeRequest,
    DeviceWatchdogRequest,
    DisconnectPeerRequest,
)
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.diameter.commands import decode, encode
from mkef_codecs.generated.diameter import (
    CER,
    MKR,
    VendorSpecificApplicationId,
)
from mkef_codecs.generated.dictionary import ROWS

LAB = 32473


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
    row = ROWS[name]
    code, vendor = row.code, row.vendor
    if row.type == "DiameterIdentity":
        value = value.encode()
    if vendor == LAB and isinstance(value, int):  # octets there
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
    if (code, vendor) == (415, 10415):
        value = datetime.fromtimestamp(value)  # it wants local time
    return ForeignAvp.new(code, vendor, value=value, is_mandatory=mandatory)
