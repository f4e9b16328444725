"""Mistakes inside of groups: an RIR and its list of RANDs."""

from __future__ import annotations

import pytest

from mkef_codecs.diameter.avp import Avp
from mkef_codecs.diameter.commands import decode
from mkef_codecs.diameter.errors import DiameterError
from mkef_codecs.diameter.header import Header
from mkef_codecs.generated.diameter import RIR, MTCRANDList

LIST = "RIR.MTC-RAND-List"
RAND = f"{LIST}.MTC-Device-RAND"


def rand(size: int) -> Avp:
    return Avp(3, 32473, 0xC0, bytes(size))


def rands(*avps: Avp) -> bytes:
    return Avp(8, 32473, 0xC0, b"".join(avp.encode() for avp in avps)).encode()


USER = Avp(1, 0, 0x40, b"a")
STRANGE = Avp(99, 32473, 0xC0, b"abc")
LYING = Avp(8, 32473, 0xC0, rand(16).encode()[:-1]).encode()
STUMP = Avp(8, 32473, 0xC0, rand(16).encode()[:9]).encode()

# What an RIR holds beside the rest; its Result-Code, path and Failed-AVP.
MISTAKES = [
    (rands(*[rand(16)] * 4), 5009, RAND, rands(rand(16))),
    (rands(), 5005, RAND, rands(rand(16))),
    (rands(rand(16), rand(15)), 5014, RAND, rands(rand(15))),
    (rands(rand(16), USER), 5008, f"{LIST}.User-Name", rands(USER)),
    (rands(rand(16), STRANGE), 5001, LIST, rands(STRANGE)),
    (LYING, 5014, RAND, rands(rand(16))),
    (STUMP, 5014, LIST, rands(Avp(3, 0, 0xC0, b""))),
    (rands(rand(16)) * 2, 5009, LIST, rands(rand(16))),
]


@pytest.mark.parametrize(("list_", "code", "path", "failed"), MISTAKES)
def test_an_offender_in_a_group_is_answered_with_the_group_around_it(
    list_: bytes, code: int, path: str, failed: bytes
) -> None:
    """RFC 6733 clause 7.5: Failed-AVP has the group with the one offender in it."""
    rest = RIR(
        session_id="a;1;1",
        auth_session_state=1,
        origin_host="a",
        origin_realm="b",
        destination_realm="c",
        user_name="001010123456789",
        mtc_rand_list=MTCRANDList(mtc_device_rand=[bytes(16)]),
    ).encode()
    start = rest.removesuffix(rands(rand(16)))
    with pytest.raises(DiameterError) as caught:
        decode(Header(0xC0, RIR.COMMAND, RIR.APPLICATION, 1, 2).encode(start + list_))
    assert (caught.value.result_code, caught.value.path) == (code, path)
    assert caught.value.failed_avp == failed


def test_a_closed_group_keeps_what_is_unknown_and_not_mandatory() -> None:
    """RFC 6733 clause 4.1: without M it may be ignored; here it survives."""
    strange = Avp(99, 32473, 0x80, b"abc")
    octets = MTCRANDList(mtc_device_rand=[bytes(16)], others=[strange]).encode()
    assert MTCRANDList.decode(octets, 0, len(octets)).others == [strange]
    assert MTCRANDList.decode(octets, 0, len(octets)).encode() == octets
