"""One message of every command, as values and as octets."""

from __future__ import annotations

import pytest

from mkef_codecs.diameter.commands import Body, encode, encode_answer
from mkef_codecs.diameter.header import decode_header
from mkef_codecs.generated.diameter import (
    ANSWER,
    CEA,
    CER,
    DPA,
    DPR,
    DWA,
    DWR,
    MKA,
    MKR,
    ExperimentalResult,
    MTCKeyInfo,
    VendorSpecificApplicationId,
)

LAB_APPLICATION = VendorSpecificApplicationId(vendor_id=32473, auth_application_id=16781313)
FROM_SERVER = {"origin_host": "mtc.example", "origin_realm": "example"}
HOME_REALM = "epc.mnc001.mcc001.3gppnetwork.org"
FROM_MKEF = {"origin_host": f"mkef.{HOME_REALM}", "origin_realm": HOME_REALM}
SESSION = "mtc.example;1767225600;1"
K_MTC = bytes(range(0x60, 0x80))


def key_request() -> MKR:
    return MKR(
        session_id=SESSION,
        vendor_specific_application_id=LAB_APPLICATION,
        auth_session_state=1,
        **FROM_SERVER,
        destination_realm=HOME_REALM,
        destination_host=f"mkef.{HOME_REALM}",
        user_name="001010123456789",
        mtc_key_profile=0x14,
        mtc_device_rand=bytes(range(16)),
        mtc_encrypted_res=bytes(range(8)),
        mtc_server_id="coap://mtc.example",
        requested_key_lifetime=1_767_312_000,
        proxy_info=[bytes.fromhex("0000011840000009610000000000002140000008")],
        route_record=["relay.example"],
    )


def bodies() -> list[Body]:
    capabilities = {
        "host_ip_address": ["192.0.2.1", "2001:db8::1"],
        "vendor_id": 32473,
        "product_name": "MKEF",
        "origin_state_id": 1_767_225_600,
        "supported_vendor_id": [10415, 32473],
        "inband_security_id": [0],
        "vendor_specific_application_id": [LAB_APPLICATION],
        "firmware_revision": 1,
    }
    released = MTCKeyInfo(
        mtc_key_material=K_MTC,
        mtc_server_id="coap://mtc.example",
        key_expirytime=2_100_000_000,
        mtc_key_strength=128,
    )
    refused = ExperimentalResult(vendor_id=32473, experimental_result_code=5002)
    answer = {"session_id": SESSION, "auth_session_state": 1, **FROM_MKEF}
    return [
        CER(**FROM_SERVER, **capabilities),
        CEA(result_code=2001, **FROM_MKEF, **capabilities),
        DWR(**FROM_SERVER, origin_state_id=7),
        DWA(result_code=2001, **FROM_MKEF),
        DPR(**FROM_SERVER, disconnect_cause=0),
        DPA(result_code=2001, **FROM_MKEF),
        key_request(),
        MKA(result_code=2001, mtc_key_info=released, **answer),
        MKA(experimental_result=refused, **answer),
    ]


def answer_message() -> bytes:
    """A protocol error: E bit and the grammar of clause 7.2."""
    request = decode_header(encode(key_request(), 1, 2))
    body = ANSWER(result_code=3003, session_id=SESSION, error_message="realm", **FROM_MKEF)
    return encode_answer(body, request)


@pytest.fixture(scope="session")
def request_body() -> MKR:
    return key_request()


@pytest.fixture(scope="session")
def every_body() -> list[Body]:
    return bodies()


@pytest.fixture(scope="session")
def every_message() -> list[bytes]:
    return [*(encode(body, 0x01020304, 0x05060708) for body in bodies()), answer_message()]
