"""Key requests as they come in MKRs: who asks, and what the grammar cannot say."""

from __future__ import annotations

from mkef.domain.errors import NotEntitled
from mkef.domain.keys import KeyRequest
from mkef.service import UnknownProfile
from mkef.stack.diameter_access import Remote
from mkef_codecs.diameter.applications import check_application
from mkef_codecs.diameter.avp import Avp, encode_time
from mkef_codecs.diameter.errors import InvalidAvpValue
from mkef_codecs.errors import CodecError
from mkef_codecs.establishment import Profile, UnsupportedProfile
from mkef_codecs.generated.diameter import MKR, VendorSpecificApplicationId
from mkef_codecs.generated.dictionary import ROWS
from mkef_codecs.identity import Imsi, ServerId
from mkef_codecs.lab import VENDOR

TEST_NETWORKS = ("001", "999")


def check_peer(mkr: MKR, remote: Remote) -> None:
    """A direct peer speaks for itself, an agent for those that it may; without TLS only for test
    networks."""
    if not remote.speaks_for(mkr.origin_host, mkr.route_record):
        raise NotEntitled(f"{remote.origin_host} may not speak for {mkr.origin_host}")
    if not remote.certified and not mkr.user_name.startswith(TEST_NETWORKS):
        raise NotEntitled("an uncertified peer has keys of test networks only")


def read_request(mkr: MKR, now: float) -> KeyRequest | UnknownProfile:
    """The MKR's values; what its grammar cannot say is checked here (5004)."""
    try:
        imsi = Imsi(mkr.user_name)
    except CodecError as error:
        raise _offence("User-Name", mkr.user_name.encode(), error.problem) from None
    server_id = _server_id(mkr.mtc_server_id)
    _check_application(mkr.vendor_specific_application_id)
    _check_lifetime(mkr.requested_key_lifetime, now)
    octet = mkr.mtc_key_profile
    try:
        profile = Profile.parse(octet)
    except UnsupportedProfile as error:
        return UnknownProfile(mkr.origin_host, imsi, server_id, str(error))
    except CodecError as error:
        raise _offence("MTC-Key-Profile", octet.to_bytes(4, "big"), error.problem) from None
    if len(mkr.mtc_encrypted_res) != profile.res_length:
        raise _offence("MTC-Encrypted-RES", mkr.mtc_encrypted_res, "4 octets for each vector")
    return KeyRequest(
        mkr.origin_host,
        imsi,
        profile,
        mkr.mtc_device_rand,
        mkr.mtc_encrypted_res,
        server_id,
        mkr.requested_key_lifetime,
    )


def _check_lifetime(expires_by: int | None, now: float) -> None:
    if expires_by is not None and expires_by <= now:
        raise _offence("Requested-Key-Lifetime", encode_time(expires_by), "lies in the past")


def _server_id(text: str | None) -> ServerId | None:
    if text is None:
        return None
    try:
        return ServerId(text)
    except CodecError as error:
        raise _offence("MTC-Server-Id", text.encode(), error.problem) from None


def _check_application(application: VendorSpecificApplicationId | None) -> None:
    if application is None:
        return
    check_application(application)
    if (application.vendor_id, application.auth_application_id) != (VENDOR, MKR.APPLICATION):
        problem = "not the application of the header"
        raise _offence("Vendor-Specific-Application-Id", application.encode(), problem)


def _offence(name: str, octets: bytes, problem: str) -> InvalidAvpValue:
    row = ROWS[name]
    failed = Avp(row.code, row.vendor, row.flags, octets).encode()
    return InvalidAvpValue(problem, path=f"MKR.{name}", failed_avp=failed)
