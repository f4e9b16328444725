"""MKR and MKA, decoded to typed attributes and encoded from them, beside foreign codecs.

All columns of a row are measured in turn within one run, the best of several repeats. Each codec
does what its user would: python-diameter has our commands registered with typed attributes, pycrate
has its 3GPP dictionary with our codes added and goes between octets and its list of values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from timeit import repeat
from typing import Any

from diameter.message import Message as ForeignMessage
from pycrate_diameter.Diameter3GPP import (
    AVP3GPP,
    Diameter3GPP,
    Grouped,
    OctetString,
    Unsigned32,
    UTF8String,
)

from mkef.integrations.python_diameter import register
from mkef_codecs.diameter.commands import Body, decode, encode
from mkef_codecs.generated.diameter import MKA, MKR, MTCKeyInfo, VendorSpecificApplicationId

PYTHON_DIAMETER_GOAL, PYCRATE_GOAL = 8.0, 50.0
REPEATS = 60  # short, so that some of them are undisturbed on a busy machine
SECONDS_EACH = 0.004

SESSION = "mtc.example.net;1767225600;1"
HOME = "epc.mnc001.mcc001.3gppnetwork.org"
ZK = VendorSpecificApplicationId(vendor_id=32473, auth_application_id=MKR.APPLICATION)

REQUEST = MKR(
    session_id=SESSION,
    vendor_specific_application_id=ZK,
    auth_session_state=1,
    origin_host="mtc.example.net",
    origin_realm="example.net",
    destination_realm=HOME,
    destination_host=f"mkef.{HOME}",
    user_name="001010123456789",
    mtc_key_profile=0x14,
    mtc_device_rand=bytes(range(16)),
    mtc_encrypted_res=bytes(range(8)),
    mtc_server_id="mtc.example.net",
    requested_key_lifetime=1_767_312_000,
)
ANSWER = MKA(
    session_id=SESSION,
    vendor_specific_application_id=ZK,
    auth_session_state=1,
    origin_host=f"mkef.{HOME}",
    origin_realm=HOME,
    result_code=2001,
    mtc_key_info=MTCKeyInfo(
        mtc_key_material=bytes(range(32)),
        mtc_server_id="mtc.example.net",
        key_expirytime=1_767_312_000,
        mtc_key_strength=128,
    ),
)

# pycrate tells AVPs apart by their code alone: User-Name in the request is 1, MTC-Key-Info in the
# answer too, so each message brings its own codes.
PYCRATE_TYPES: dict[str, dict[int, Any]] = {
    "MKR": {
        2: Unsigned32,
        3: OctetString,
        4: OctetString,
        5: UTF8String,
    },
    "MKA": {
        1: Grouped,
        5: UTF8String,
        6: OctetString,
        7: Unsigned32,
    },
}


def rows() -> list[dict[str, Any]]:
    """Each measurement: what, its value, the peer's, their ratio and whether the goal is met."""
    register()
    return [row for body in (REQUEST, ANSWER) for row in _rows(body)]


def _rows(body: Body) -> Iterator[dict[str, Any]]:
    name = type(body).__name__
    octets = encode(body, 1, 2)
    foreign = ForeignMessage.from_bytes(octets)
    with _pycrate_types(PYCRATE_TYPES[name]):
        values = _pycrate_decoded(octets).get_val()
        assert foreign.as_bytes() == _pycrate_encoded(values) == octets
        decoded = _best(
            lambda: decode(octets),
            lambda: ForeignMessage.from_bytes(octets),
            lambda: _pycrate_decoded(octets),
        )
        encoded = _best(
            lambda: encode(body, 1, 2), foreign.as_bytes, lambda: _pycrate_encoded(values)
        )
    for what, (ours, python_diameter, of_pycrate) in (("decode", decoded), ("encode", encoded)):
        yield _row(f"{name} {what}", ours, "python-diameter", python_diameter, PYTHON_DIAMETER_GOAL)
        yield _row(f"{name} {what}", ours, "pycrate", of_pycrate, PYCRATE_GOAL)


def _row(name: str, value: float, peer: str, peer_value: float, goal: float) -> dict[str, Any]:
    ratio = peer_value / value
    return {
        "name": name,
        "value": round(value, 2),
        "unit": "us",
        "peer": peer,
        "peer_value": round(peer_value, 2),
        "ratio": round(ratio, 1),
        "goal": goal,
        "met": ratio >= goal,
    }


def _best(*calls: Callable[[], object]) -> list[float]:
    """Microseconds of one call, the best of several repeats in which all have their turn."""
    numbers = [max(1, int(SECONDS_EACH / min(repeat(call, number=1, repeat=5)))) for call in calls]
    turns = [
        [
            repeat(call, number=number, repeat=1)[0] / number
            for call, number in zip(calls, numbers, strict=True)
        ]
        for _ in range(REPEATS)
    ]
    return [min(times) * 1e6 for times in zip(*turns, strict=True)]


def _pycrate_decoded(octets: bytes) -> Any:
    message = Diameter3GPP()
    message.from_bytes(octets)
    return message


def _pycrate_encoded(values: Any) -> Any:
    return Diameter3GPP(val=values).to_bytes()


@contextmanager
def _pycrate_types(types: dict[int, Any]) -> Iterator[None]:
    table = AVP3GPP.FMT_LUT
    AVP3GPP.FMT_LUT = table | types
    try:
        yield
    finally:
        AVP3GPP.FMT_LUT = table
