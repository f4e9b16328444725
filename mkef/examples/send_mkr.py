"""Ask an MKEF for K_MTC with python-diameter: an MTC Server in one screen.

    python send_mkr.py 127.0.0.1:3868 001010123456789 00 RAND E_RES

RAND and E(RES) are hexadecimal, as the device sent them; `00` is the profile octet. The result is
K_MTC with its strength and expiry, or the code of the refusal. python-diameter has no TLS: an MKEF
without `[zk.tls]` answers it on loopback, and for the IMSIs of test networks only.
"""

from __future__ import annotations

import sys
from typing import Any

from diameter.node import Node
from diameter.node.application import Application

from mkef.integrations.python_diameter import register

HOST, REALM = "mtc-server.example", "example"
MKEF_HOST = "mkef.epc.mnc001.mcc001.3gppnetwork.org"
MKEF_REALM = "epc.mnc001.mcc001.3gppnetwork.org"


def main(address: str, imsi: str, profile: str, rand: str, encrypted_res: str) -> str:
    """Send one MKR and say what the MKA brought."""
    MKR = register()["MKR"]  # noqa: N806 - a class

    node = Node(HOST, REALM)
    node.wakeup_interval = 1  # seconds; so long does stopping take at least
    application = Application(MKR.application_id, is_auth_application=True)
    ip_address, _, port = address.rpartition(":")
    peer = node.add_peer(
        f"aaa://{MKEF_HOST}:{port}", MKEF_REALM, ip_addresses=[ip_address], is_persistent=True
    )
    node.add_application(application, [peer])
    node.start()
    try:
        application.wait_for_ready(10)
        request = MKR(
            session_id=node.session_generator.next_id(),
            origin_host=HOST.encode(),
            origin_realm=REALM.encode(),
            destination_realm=MKEF_REALM.encode(),
            user_name=imsi,
            mtc_key_profile=int(profile, 16),
            mtc_device_rand=bytes.fromhex(rand),
            mtc_encrypted_res=bytes.fromhex(encrypted_res),
        )
        return outcome(application.send_request(request))
    finally:
        node.stop(wait_timeout=5)


def outcome(mka: Any) -> str:
    """K_MTC, or why there is none."""
    key = mka.mtc_key_info
    if key is not None:
        return (
            f"{key.mtc_key_material.hex()} {key.mtc_key_strength} bits until {key.key_expirytime}"
        )
    refusal = mka.experimental_result
    if refusal is None:
        return f"refused: {mka.result_code}"
    return f"refused: {refusal.vendor_id}/{refusal.experimental_result_code}"


if __name__ == "__main__":
    print(main(*sys.argv[1:]))  # noqa: T201 - the result of a program
