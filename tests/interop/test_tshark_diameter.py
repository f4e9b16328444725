"""tshark as a stranger: of Diameter messages drawn at random, it reads the values that we wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkef.net.capture import Capture, Protocol
from mkef_codecs.diameter.commands import encode
from mkef_codecs.generated.diameter import (
    AIA,
    AIR,
    CEA,
    CER,
    DPR,
    DWA,
    DWR,
    MKA,
    MKR,
    RIA,
    RIR,
    AuthenticationInfo,
    EUTRANVector,
    ExperimentalResult,
    GERANVector,
    MTCKeyInfo,
    MTCRANDList,
    RequestedEUTRANAuthenticationInfo,
    SupportedFeatures,
    UTRANVector,
    VendorSpecificApplicationId,
)

MESSAGES = 240

Chance = Any  # random.Random that draws names, too: the fixture
Row = dict[str, str]  # what a message holds, by tshark's name of the field


def header(body: Any, hop_by_hop: int, end_to_end: int, length: int) -> Row:
    return {
        "diameter.version": "0x01",
        "diameter.length": str(length),
        "diameter.cmd.code": str(body.COMMAND),
        "diameter.applicationId": str(body.APPLICATION),
        "diameter.flags.request": str(body.FLAGS >> 7 & 1),
        "diameter.flags.proxyable": str(body.FLAGS >> 6 & 1),
        "diameter.flags.error": "0",
        "diameter.hopbyhopid": f"0x{hop_by_hop:08x}",
        "diameter.endtoendid": f"0x{end_to_end:08x}",
        "diameter.Origin-Host": body.origin_host,
        "diameter.Origin-Realm": body.origin_realm,
    }


def capabilities(chance: Chance, *, answer: bool) -> tuple[Any, Row]:
    address = ".".join(str(chance.randint(1, 254)) for _ in range(4))
    fields: dict[str, Any] = {
        "origin_host": chance.host(),
        "origin_realm": chance.host(),
        "host_ip_address": [address],
        "vendor_id": chance.number(),
        "product_name": chance.word(),
        "origin_state_id": chance.number(),
        "supported_vendor_id": [chance.number(), chance.number()],
        "auth_application_id": [chance.number()],
        "inband_security_id": [0],
        "firmware_revision": chance.number(),
    }
    body = CEA(result_code=2001, **fields) if answer else CER(**fields)
    row = {
        "diameter.Host-IP-Address.IPv4": address,
        "diameter.Vendor-Id": str(fields["vendor_id"]),
        "diameter.Product-Name": fields["product_name"],
        "diameter.Origin-State-Id": str(fields["origin_state_id"]),
        "diameter.Supported-Vendor-Id": ",".join(map(str, fields["supported_vendor_id"])),
        "diameter.Auth-Application-Id": str(fields["auth_application_id"][0]),
        "diameter.Inband-Security-Id": "0",
        "diameter.Firmware-Revision": str(fields["firmware_revision"]),
    }
    return body, row | ({"diameter.Result-Code": "2001"} if answer else {})


def session(chance: Chance) -> tuple[dict[str, Any], Row]:
    """What every request and answer of an application begins with."""
    application = VendorSpecificApplicationId(
        vendor_id=chance.number(), auth_application_id=chance.number()
    )
    fields = {
        "session_id": f"{chance.host()};{chance.number()};{chance.number()}",
        "vendor_specific_application_id": application,
        "auth_session_state": chance.randint(0, 1),
        "origin_host": chance.host(),
        "origin_realm": chance.host(),
    }
    return fields, {
        "diameter.Session-Id": fields["session_id"],
        "diameter.Vendor-Id": str(application.vendor_id),
        "diameter.Auth-Application-Id": str(application.auth_application_id),
        "diameter.Auth-Session-State": str(fields["auth_session_state"]),
    }


def asking(chance: Chance) -> tuple[dict[str, Any], Row]:
    """What a request has besides."""
    fields, row = session(chance)
    more = {
        "destination_realm": chance.host(),
        "destination_host": chance.host(),
        "user_name": chance.digits(6, 15),
        "route_record": [chance.host() for _ in range(chance.randint(0, 2))],
    }
    row |= {
        "diameter.Destination-Realm": more["destination_realm"],
        "diameter.Destination-Host": more["destination_host"],
        "diameter.User-Name": more["user_name"],
        "diameter.Route-Record": ",".join(more["route_record"]),
    }
    return fields | more, row


def key_request(chance: Chance) -> tuple[Any, Row]:
    fields, row = asking(chance)
    body = MKR(
        **fields,
        mtc_key_profile=chance.randint(0, 255),
        mtc_device_rand=chance.octets(16),
        mtc_encrypted_res=chance.octets(8),
        mtc_server_id=chance.host(),
    )
    return body, row


def key_answer(chance: Chance) -> tuple[Any, Row]:
    fields, row = session(chance)
    if chance.random() < 0.5:
        code = chance.randint(5000, 5012)
        refusal = ExperimentalResult(vendor_id=32473, experimental_result_code=code)
        row["diameter.Vendor-Id"] += ",32473"
        return MKA(**fields, experimental_result=refusal), row
    key = MTCKeyInfo(
        mtc_key_material=chance.octets(32),
        mtc_server_id=chance.host(),
        key_expirytime=2_000_000_000,
    )
    return MKA(**fields, result_code=2001, mtc_key_info=key), row | {"diameter.Result-Code": "2001"}


def rand_request(chance: Chance) -> tuple[Any, Row]:
    fields, row = asking(chance)
    rands = [chance.octets(16) for _ in range(chance.randint(1, 3))]
    return RIR(**fields, mtc_rand_list=MTCRANDList(mtc_device_rand=rands)), row


def vectors(chance: Chance) -> tuple[AuthenticationInfo, Row]:
    """One vector of each kind, or more of them; tshark lists a field's values in their order."""
    eutran = [
        EUTRANVector(
            item_number=chance.number(),
            rand=chance.octets(16),
            xres=chance.octets(8),
            autn=chance.octets(16),
            kasme=chance.octets(32),
        )
        for _ in range(chance.randint(0, 2))
    ]
    utran = [
        UTRANVector(
            item_number=chance.number(),
            rand=chance.octets(16),
            xres=chance.octets(16),
            autn=chance.octets(16),
            confidentiality_key=chance.octets(16),
            integrity_key=chance.octets(16),
        )
        for _ in range(chance.randint(0, 2))
    ]
    geran = [
        GERANVector(
            item_number=chance.number(),
            rand=chance.octets(16),
            sres=chance.octets(4),
            kc=chance.octets(8),
        )
        for _ in range(chance.randint(1, 3))
    ]
    every = [*eutran, *utran, *geran]

    def of(name: str) -> str:
        return ",".join(getattr(v, name).hex() for v in every if hasattr(v, name))

    information = AuthenticationInfo(e_utran_vector=eutran, utran_vector=utran, geran_vector=geran)
    return information, {
        "diameter.Item-Number": ",".join(str(v.item_number) for v in every),
        "diameter.RAND": of("rand"),
        "diameter.XRES": of("xres"),
        "diameter.AUTN": of("autn"),
        "diameter.KASME": of("kasme"),
        "diameter.Confidentiality-Key": of("confidentiality_key"),
        "diameter.Integrity-Key": of("integrity_key"),
        "diameter.SRES": of("sres"),
        "diameter.Kc": of("kc"),
    }


def rand_answer(chance: Chance) -> tuple[Any, Row]:
    fields, row = session(chance)
    information, more = vectors(chance)
    body = RIA(**fields, result_code=2001, authentication_info=information)
    return body, row | more | {"diameter.Result-Code": "2001"}


def authentication_request(chance: Chance) -> tuple[Any, Row]:
    fields, row = asking(chance)
    wanted = RequestedEUTRANAuthenticationInfo(
        number_of_requested_vectors=chance.number(),
        immediate_response_preferred=chance.number(),
        re_synchronization_info=chance.octets(30),
    )
    feature = SupportedFeatures(
        vendor_id=10415, feature_list_id=chance.number(), feature_list=chance.number()
    )
    body = AIR(
        **fields,
        supported_features=[feature],
        requested_eutran_authentication_info=wanted,
        visited_plmn_id=bytes.fromhex("00f110"),
    )
    row["diameter.Vendor-Id"] += ",10415"
    return body, row | {
        "diameter.Number-Of-Requested-Vectors": str(wanted.number_of_requested_vectors),
        "diameter.Immediate-Response-Preferred": str(wanted.immediate_response_preferred),
        "diameter.Re-Synchronization-Info": wanted.re_synchronization_info.hex(),
        "diameter.Feature-List-ID": str(feature.feature_list_id),
        "diameter.Feature-List": str(feature.feature_list),
        "diameter.Visited-PLMN-Id": "00f110",
    }


def authentication_answer(chance: Chance) -> tuple[Any, Row]:
    fields, row = session(chance)
    information, more = vectors(chance)
    body = AIA(**fields, result_code=2001, authentication_info=information)
    return body, row | more | {"diameter.Result-Code": "2001"}


def base(chance: Chance) -> tuple[Any, Row]:
    names = {"origin_host": chance.host(), "origin_realm": chance.host()}
    state = chance.number()
    cause = chance.randint(0, 2)
    return chance.choice(
        [
            (DWR(**names, origin_state_id=state), {"diameter.Origin-State-Id": str(state)}),
            (
                DWA(**names, result_code=2001, error_message="all is well"),
                {"diameter.Result-Code": "2001", "diameter.Error-Message": "all is well"},
            ),
            (DPR(**names, disconnect_cause=cause), {"diameter.Disconnect-Cause": str(cause)}),
        ]
    )


def test_diameter(chance: Chance, tmp_path: Path, compare: Callable[..., None]) -> None:
    file, rows = tmp_path / "diameter.pcapng", []
    capture = Capture(file, node="mtc-server", clock=lambda: 0.0)
    leg = capture.leg(Protocol.DIAMETER, "mkef", initiator=True, carried="")
    makers: list[Callable[[Chance], tuple[Any, Row]]] = [
        lambda c: capabilities(c, answer=False),
        lambda c: capabilities(c, answer=True),
        base,
        key_request,
        key_answer,
        rand_request,
        rand_answer,
        authentication_request,
        authentication_answer,
    ]
    for _ in range(MESSAGES):
        body, row = chance.choice(makers)(chance)
        identifiers = chance.number(), chance.number()
        message = encode(body, *identifiers)
        leg.sent(message)
        rows.append(header(body, *identifiers, len(message)) | row)
    capture.close()
    compare(file, "diameter", rows, {"diameter.": 35})
