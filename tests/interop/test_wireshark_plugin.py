"""What tshark shows with our plugin, beside what our own codecs read in the same octets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from mkef.demo.lab import Lab
from mkef.net.capture import Protocol, merge, read
from mkef_codecs.diameter.avp import Avp
from mkef_codecs.diameter.commands import decode, encode
from mkef_codecs.establishment import KidContext, Profile, encode_kid
from mkef_codecs.generated.diameter import MKA, MKR, RIR, MTCRANDList
from mkef_codecs.identity import Imsi
from mkef_codecs.ip import Segment
from mkef_codecs.ip import decode as decode_packet
from mkef_codecs.ss7 import m3ua, tcap
from mkef_codecs.ss7.component import Invoke
from mkef_codecs.ss7.dialogue import DialogueRequest
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    OPCODES,
    Encoding,
    SendAuthenticationInfoArg,
    encode_argument,
)
from mkef_codecs.ss7.sccp import SccpAddress, Unitdata

Write = Callable[[Protocol, Sequence[bytes]], Path]
Values = Callable[..., list[list[str]]]

VENDOR = 32473
RAND = bytes(range(16))
WRONG = "_ws.malformed || _ws.lua.error || _ws.expert.severity == error"


@pytest.fixture(scope="module")
def golden(checkout: Path) -> Path:
    return checkout / "pcaps/golden/first-light.pcapng"


@pytest.fixture(scope="module")
def bodies(golden: Path) -> list[MKR | MKA]:
    """The MKRs and MKAs of the golden capture; each fits one segment."""
    payloads = [decode_packet(packet.octets) for packet in read(golden)]
    messages = [decode(p.octets).body for p in payloads if isinstance(p, Segment)]
    return [body for body in messages if isinstance(body, MKR | MKA)]


def key_request(*others: Avp, rand: bytes = RAND, profile: int = 0x14) -> MKR:
    return MKR(
        session_id="mtc-server.example;1;1",
        auth_session_state=1,
        origin_host="mtc-server.example",
        origin_realm="example",
        destination_realm="home.example",
        user_name="001010123456789",
        mtc_key_profile=profile,
        mtc_device_rand=rand,
        mtc_encrypted_res=bytes(4 * Profile.parse(profile).vectors),
        others=list(others),
    )


def own(code: int, data: bytes) -> Avp:
    return Avp(code, VENDOR, 0xC0, data)


def nested(depth: int, avp: Avp) -> Avp:
    for _ in range(depth):
        avp = own(8, avp.encode())
    return avp


def test_the_values_of_an_mkr_are_ours(
    golden: Path, bodies: list[MKR | MKA], values: Values
) -> None:
    shown = values(
        golden,
        'mkef.message == "MKR"',
        "mkef.application",
        "mkef.imsi",
        "mkef.profile",
        "mkef.profile.vectors",
        "mkef.rand",
        "mkef.encrypted_res",
        "mkef.server_id",
    )
    assert shown == [
        [
            "16781313",
            mkr.user_name,
            f"0x{mkr.mtc_key_profile:02x}",
            str(len(mkr.mtc_encrypted_res) // 4),
            mkr.mtc_device_rand.hex(),
            mkr.mtc_encrypted_res.hex(),
            mkr.mtc_server_id,
        ]
        for mkr in bodies
        if isinstance(mkr, MKR)
    ]


def test_the_bits_of_a_profile_are_filters(golden: Path, values: Values) -> None:
    for only, profiles in {
        "mkef.profile.tagged == 1": [["0x14"]],
        "mkef.profile.tagged == 0": [["0x00"]],
        "mkef.profile.vectors == 2": [["0x14"]],
        "mkef.profile.res_key == 0": [["0x00"], ["0x14"]],
        "mkef.profile.integrity_only == 1": [],
    }.items():
        assert values(golden, f"mkef.message && {only}", "mkef.profile") == profiles


def test_the_values_of_an_mka_are_ours(
    golden: Path, bodies: list[MKR | MKA], values: Values
) -> None:
    fields = ("mkef.key_material", "mkef.server_id", "mkef.key_expirytime", "mkef.key_strength")
    keys = [body.mtc_key_info for body in bodies if isinstance(body, MKA)]
    assert values(golden, 'mkef.message == "MKA"', *fields) == [
        [
            key.mtc_key_material.hex(),
            key.mtc_server_id,
            "Nov  2, 2026 00:00:00.000000000 UTC",
            str(key.mtc_key_strength),
        ]
        for key in keys
        if key
    ]


def test_a_rand_is_one_field_from_the_device_to_the_hlr(golden: Path, values: Values) -> None:
    tagged = values(golden, "mkef.rand[0:4] == 4d:54:43:52", "_ws.col.Protocol", "mkef.rand")
    protocols, rands = zip(*tagged, strict=True)
    assert protocols == ("OSCORE", "DIAMETER", "GSM MAP")
    first, second, (list_, *further) = rands[0], rands[1], rands[2].split(",")
    assert first == second == list_
    assert len(further) == 1
    assert values(golden, f"mkef.rand == {first}", "frame.number") == values(
        golden, "mkef.rand[0:4] == 4d:54:43:52", "frame.number"
    )


def test_the_k_mtc_that_is_shown_opens_the_message_of_the_device(
    golden: Path, bodies: list[MKR | MKA], with_plugin: Callable[..., str]
) -> None:
    """Wireshark's own OSCORE, told kid, kid context and K_MTC, reads the reading and the answer."""
    mkr, mka = bodies[:2]
    assert isinstance(mkr, MKR)
    assert isinstance(mka, MKA)
    assert mka.mtc_key_info
    kid = encode_kid(Imsi(mkr.user_name)).hex()
    key = mka.mtc_key_info.mtc_key_material.hex()
    context = KidContext(Profile.parse(0), mkr.mtc_device_rand, mkr.mtc_encrypted_res)
    algorithm = "AES-CCM-16-64-128 (CCM*)"
    row = ",".join(f'"{v}"' for v in (kid, "", key, "", context.encode().hex(), algorithm))
    shown = with_plugin(
        golden,
        "-o",
        f"uat:oscore_contexts:{row}",
        "-Y",
        "oscore.code",
        "-T",
        "fields",
        "-e",
        "data",
    )
    payloads = [bytes.fromhex(line.split(",")[-1]) for line in shown.splitlines()]
    assert payloads[:2] == [b"temperature 21.5", b"stored 1"]


def test_nothing_is_wrong_in_the_golden_capture(
    golden: Path, with_plugin: Callable[..., str]
) -> None:
    assert with_plugin(golden, "-Y", WRONG) == ""


def test_the_list_of_packets_names_our_commands(
    golden: Path, with_plugin: Callable[..., str]
) -> None:
    lines = with_plugin(golden, "-Y", "mkef.message").splitlines()
    assert [next(w for w in line.split() if w in {"MKR", "MKA"}) for line in lines] == [
        "MKR",
        "MKA",
    ] * 2


WRONG_AVPS = [
    (own(3, RAND[:15]), "MTC-Device-RAND: 16 octets wanted, not 15"),
    (own(2, RAND[:5]), "MTC-Key-Profile: 4 octets wanted, not 5"),
    (own(2, (256).to_bytes(4, "big")), "MTC-Key-Profile: 0 to 255 wanted, not 256"),
    (own(2, (0x40).to_bytes(4, "big")), "Bits that version 00 does not have"),
    (own(4, RAND[:4]), "E(RES) has 4 octets for each vector of the profile"),
    (own(5, b""), "MTC-Server-Id: no data"),
    (own(1, own(6, RAND).encode()), "MTC-Key-Material: 32 octets wanted, not 16"),
    (own(1, own(6, RAND).encode()[:-1]), "An AVP that is not whole"),
    (own(1, b"short"), "An AVP that is not whole"),
    (nested(2, own(7, b"")), "MTC-Key-Strength: no data"),
    (nested(2000, own(7, b"")), "Groups in groups, more than 8 deep"),
]


def test_a_wrong_avp_is_an_error_of_the_expert(captured: Write, values: Values) -> None:
    messages = [encode(key_request(avp), 1, 2) for avp, _ in WRONG_AVPS]
    capture = captured(Protocol.DIAMETER, messages)
    shown = values(capture, "mkef.malformed", "_ws.expert.message")
    for (experts,), (_, problem) in zip(shown, WRONG_AVPS, strict=True):
        assert experts.endswith(problem)
    assert values(capture, "_ws.lua.error", "frame.number") == []


def test_an_avp_that_the_dictionary_lacks_is_a_note(captured: Write, values: Values) -> None:
    capture = captured(Protocol.DIAMETER, [encode(key_request(own(999, b"?")), 1, 2)])
    assert values(capture, "mkef.unknown", "mkef.avp") == [["000003e7c000000d00007ed93f"]]
    assert values(capture, WRONG, "frame.number") == []


def test_messages_in_one_segment_are_told_apart(
    captured: Write, with_plugin: Callable[..., str]
) -> None:
    messages = [encode(key_request(rand=bytes((i,)) * 16, profile=0x00), i, i) for i in range(3)]
    capture = captured(Protocol.DIAMETER, [b"".join(messages)])
    shown = with_plugin(capture, "-O", "mkef").split("MTC Key Establishment, MKR")[1:]
    assert [tree.count("MTC-Device-RAND") for tree in shown] == [1, 1, 1]
    assert all(f"{bytes((i,)).hex() * 16}" in tree for i, tree in enumerate(shown))


def test_a_message_of_several_segments(captured: Write, values: Values) -> None:
    request = key_request(Avp(999, 0, 0, bytes(100_000)), own(7, bytes(3) + b"\x80"))
    capture = captured(Protocol.DIAMETER, [encode(request, 1, 2)])
    assert values(capture, "mkef", "mkef.rand", "mkef.key_strength") == [[RAND.hex(), "128"]]


def test_the_rand_list_of_an_rir(captured: Write, values: Values) -> None:
    rands = [bytes((i,)) * 16 for i in range(3)]
    request = RIR(
        session_id="mkef.example;1;1",
        auth_session_state=1,
        origin_host="mkef.example",
        origin_realm="example",
        destination_realm="home.example",
        user_name="001010123456789",
        mtc_rand_list=MTCRANDList(mtc_device_rand=rands),
    )
    capture = captured(Protocol.DIAMETER, [encode(request, 1, 2)])
    assert values(capture, "mkef", "mkef.message", "mkef.imsi", "mkef.rand") == [
        ["RIR", request.user_name, ",".join(rand.hex() for rand in rands)]
    ]


def test_no_octet_of_a_message_breaks_the_plugin(captured: Write, values: Values) -> None:
    """Each octet changed in turn, in a message that holds every kind of AVP."""
    info = own(6, bytes(32)).encode() + own(7, bytes(4)).encode()
    message = encode(key_request(own(1, info), own(8, own(3, RAND).encode())), 1, 2)
    changed = [
        message[:i] + bytes((message[i] ^ flip,)) + message[i + 1 :]
        for i in range(5, len(message))  # before it is what makes it Diameter
        for flip in (0x01, 0xFF)
    ]
    capture = captured(Protocol.DIAMETER, changed)
    assert len(values(capture, "diameter", "frame.number")) == len(changed)
    assert values(capture, "_ws.lua.error", "frame.number") == []


async def test_the_argument_of_our_map_operation(tmp_path: Path, values: Values) -> None:
    lab = Lab(tmp_path, settings={"mkef": ["zr.hlr.home.encoding=operation"]})
    lab.prepare()
    async with lab.run(), lab.device() as device:
        await device.send(b"temperature 21.5", profile=Profile.parse(0x14))
    capture = tmp_path / "flow.pcapng"
    merge(lab.captures, capture)
    ((imsi, rands),) = values(capture, "gsm_old.invoke_element && mkef", "mkef.imsi", "mkef.rand")
    assert imsi == "001010123456789"
    assert len(rands.split(",")) == 2
    assert values(capture, f"diameter && mkef.rand == {rands.split(',')[0]}", "mkef.message") == [
        ["MKR"]
    ]


def test_operations_are_told_apart_by_ber_oid(
    captured: Write, with_plugin: Callable[..., str]
) -> None:
    """Ours is in the stock tree; an ordinary one and one of a stranger stay as they are."""
    argument = SendAuthenticationInfoArg(Imsi("001010123456789"), 1, rand_list=(RAND,))
    ours = encode_argument(argument, Encoding.OPERATION)
    invokes = [
        Invoke(1, 56, encode_argument(argument, Encoding.EXTENSION)),
        Invoke(1, OPCODES[Encoding.OPERATION], ours),
        Invoke(1, (1, 3, 6, 1, 4, 1, 9999, 1), ours),
    ]
    opening = DialogueRequest(INFO_RETRIEVAL_V3)
    messages = [
        m3ua.data(
            m3ua.ProtocolData(
                1,
                2,
                Unitdata(
                    SccpAddress(6, 2),
                    SccpAddress(149, 1),
                    tcap.encode(tcap.Begin(bytes((0, 0, 0, index)), opening, (invoke,))),
                ).encode(),
            )
        ).encode()
        for index, invoke in enumerate(invokes)
    ]
    capture = captured(Protocol.M3UA, messages)
    trees = with_plugin(capture, "-O", "gsm_map").split("GSM Mobile Application")[1:]
    shown = [("MAP operation" in tree, "MTC-Device-RAND" in tree) for tree in trees]
    assert shown == [(False, True), (True, True), (False, False)]
    assert with_plugin(capture, "-Y", f"_ws.lua.error || {WRONG}") == ""
