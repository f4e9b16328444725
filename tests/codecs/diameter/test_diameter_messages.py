"""Whole messages: both directions, every mistake with its answer, no octets that break anything."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.diameter import avp, errors
from mkef_codecs.diameter.avp import Avp
from mkef_codecs.diameter.commands import (
    Body,
    Message,
    decode,
    encode,
    encode_answer,
    proxy_info_of,
    session_id_of,
)
from mkef_codecs.diameter.dictionary import CommandRow
from mkef_codecs.diameter.errors import DiameterError
from mkef_codecs.diameter.header import Header, decode_header
from mkef_codecs.generated.diameter import ANSWER, CER, MKA, MKR, MTCRANDList
from mkef_codecs.generated.dictionary import COMMANDS, ROWS

VENDOR_AVP = Avp(77, 32473, 0x80, b"from later")
HEADER = Header(0xC0, MKR.COMMAND, MKR.APPLICATION, 1, 2)
Avps = list[Avp]


def avps_of(message: bytes) -> Avps:
    return [
        Avp(key & 0xFFFFFFFF, key >> 32, flags, message[data:end])
        for key, flags, _, data, end in avp.scan(message, 20, len(message))
    ]


def join(avps: Avps, header: Header = HEADER) -> bytes:
    return header.encode(b"".join(a.encode() for a in avps))


def code_of(name: str) -> tuple[int, int]:
    return ROWS[name].code, ROWS[name].vendor


def place_of(avps: Avps, name: str) -> int:
    return next(i for i, a in enumerate(avps) if (a.code, a.vendor) == code_of(name))


def put(name: str, data: bytes | None = None, flags: int | None = None) -> Callable[[Avps], Avps]:
    """The AVP of a name with other data or flags."""

    def change(avps: Avps) -> Avps:
        at = place_of(avps, name)
        avp = avps[at]
        changed = replace(
            avp,
            data=avp.data if data is None else data,
            flags=avp.flags if flags is None else flags,
        )
        return [*avps[:at], changed, *avps[at + 1 :]]

    return change


def drop(name: str) -> Callable[[Avps], Avps]:
    return lambda avps: [a for a in avps if (a.code, a.vendor) != code_of(name)]


def twice(name: str) -> Callable[[Avps], Avps]:
    return lambda avps: [*avps, avps[place_of(avps, name)]]


def also(*more: Avp) -> Callable[[Avps], Avps]:
    return lambda avps: [*avps, *more]


def test_every_message_both_ways(every_body: list[Body]) -> None:
    for body in every_body:
        octets = encode(body, 0x01020304, 0x05060708)
        message = decode(octets)
        assert message.body == body
        assert (message.header.hop_by_hop, message.header.end_to_end) == (0x01020304, 0x05060708)
        assert encode(message.body, 0x01020304, 0x05060708) == octets


def test_a_key_request_octet_by_octet(request_body: MKR) -> None:
    """Put together by hand from RFC 6733 and protocol.md clause 5, without our encoder."""

    def plain(code: int, data: bytes, flags: int = 0x40, vendor: int | None = None) -> bytes:
        head = b"" if vendor is None else vendor.to_bytes(4, "big")
        length = 8 + len(head) + len(data)
        octets = code.to_bytes(4, "big") + bytes((flags,)) + length.to_bytes(3, "big") + head + data
        return octets + bytes(-length % 4)

    def lab(code: int, data: bytes) -> bytes:
        return plain(code, data, 0xC0, 32473)

    realm = b"epc.mnc001.mcc001.3gppnetwork.org"
    application = plain(266, (32473).to_bytes(4, "big")) + plain(258, (16781313).to_bytes(4, "big"))
    avps = (
        plain(263, b"mtc.example;1767225600;1"),
        plain(260, application),
        plain(277, b"\0\0\0\1"),
        plain(264, b"mtc.example"),
        plain(296, b"example"),
        plain(283, realm),
        plain(293, b"mkef." + realm),
        plain(1, b"001010123456789"),
        lab(2, b"\0\0\0\x14"),
        lab(3, bytes(range(16))),
        lab(4, bytes(range(8))),
        lab(5, b"coap://mtc.example"),
        plain(415, (1_767_312_000 + 2_208_988_800).to_bytes(4, "big"), 0x80, 10415),
        plain(284, request_body.proxy_info[0]),
        plain(282, b"relay.example"),
    )
    body = b"".join(avps)
    header = b"\x01" + (20 + len(body)).to_bytes(3, "big") + b"\xc0" + (16777214).to_bytes(3, "big")
    header += (16781313).to_bytes(4, "big") + bytes.fromhex("0102030405060708")
    assert encode(request_body, 0x01020304, 0x05060708) == header + body


def test_an_answer_takes_after_its_request(every_message: list[bytes]) -> None:
    request = decode_header(every_message[6])
    answer = MKA(session_id="s", auth_session_state=1, origin_host="a", origin_realm="b")
    header = decode_header(encode_answer(answer, request))
    assert header == Header(0x40, MKA.COMMAND, MKA.APPLICATION, 0x01020304, 0x05060708)
    refusal = ANSWER(origin_host="a", origin_realm="b", result_code=3001)
    assert decode_header(encode_answer(refusal, request)).flags == 0x60
    retransmitted = Header(0xD0, 318, 16777251, 9, 10)
    assert decode_header(encode_answer(refusal, retransmitted)) == Header(
        0x60, 318, 16777251, 9, 10
    )


def test_the_e_bit_means_the_answer_grammar(every_message: list[bytes]) -> None:
    message = decode(every_message[-1])
    assert isinstance(message.body, ANSWER)
    assert (message.body.result_code, message.body.error_message) == (3003, "realm")


# What is wrong, its Result-Code and the AVP of a key request that Failed-AVP then holds.
MISTAKES: list[tuple[Callable[[Avps], Avps], int, str | Avp | None, str]] = [
    (also(Avp(77, 32473, 0xC0, b"abc")), 5001, Avp(77, 32473, 0xC0, b"abc"), "MKR: unknown AVP 77"),
    (put("MTC-Device-RAND", flags=0x80), 3009, "MTC-Device-RAND", "MTC-Device-RAND: has no M bit"),
    (also(Avp(1, 99, 0xC0, b"")), 5001, Avp(1, 99, 0xC0, b""), "unknown AVP 1 with the M bit"),
    (put("User-Name", b"\xff"), 5004, "User-Name", "MKR.User-Name: not UTF-8"),
    (put("Origin-Host", b"a b"), 5004, "Origin-Host", "a Diameter identity"),
    (put("MTC-Key-Profile", b"\0\0\1\0"), 5004, "MTC-Key-Profile", "256 is not in"),
    (put("Auth-Session-State", b"\0\0\0\2"), 5004, "Auth-Session-State", "2 is not in"),
    (drop("User-Name"), 5005, Avp(1, 0, 0x40, b""), "MKR.User-Name: missing"),
    (drop("Session-Id"), 5005, Avp(263, 0, 0x40, b""), "MKR.Session-Id: missing"),
    (drop("MTC-Device-RAND"), 5005, Avp(3, 32473, 0xC0, bytes(16)), "MKR.MTC-Device-RAND"),
    (drop("MTC-Key-Profile"), 5005, Avp(2, 32473, 0xC0, bytes(4)), "MKR.MTC-Key-Profile"),
    (twice("User-Name"), 5009, "User-Name", "MKR.User-Name: occurs more than once"),
    (twice("MTC-Device-RAND"), 5009, "MTC-Device-RAND", "occurs more than once"),
    (put("MTC-Device-RAND", bytes(15)), 5014, "MTC-Device-RAND", "15 octets, 16 wanted"),
    (put("MTC-Device-RAND", bytes(17)), 5014, "MTC-Device-RAND", "17 octets, 16 wanted"),
    (put("Auth-Session-State", b"\0"), 5014, "Auth-Session-State", "has 4 octets"),
    (put("Requested-Key-Lifetime", b""), 5014, "Requested-Key-Lifetime", "has 4 octets"),
]


@pytest.mark.parametrize(("change", "result_code", "failed", "problem"), MISTAKES)
def test_each_mistake_has_its_answer(
    request_body: MKR,
    change: Callable[[Avps], Avps],
    result_code: int,
    failed: str | Avp | None,
    problem: str,
) -> None:
    avps = change(avps_of(encode(request_body, 1, 2)))
    with pytest.raises(DiameterError, match=problem) as caught:
        decode(join(avps))
    if isinstance(failed, str):
        failed = [a for a in avps if (a.code, a.vendor) == code_of(failed)][-1]
    assert caught.value.result_code == result_code
    assert caught.value.failed_avp == (failed.encode() if failed else b"")


def test_a_mistake_inside_a_group_is_named_with_its_path(request_body: MKR) -> None:
    group = put("Vendor-Specific-Application-Id", Avp(258, 0, 0x40, bytes(4)).encode())
    with pytest.raises(errors.MissingAvp) as caught:
        decode(join(group(avps_of(encode(request_body, 1, 2)))))
    assert caught.value.path == "MKR.Vendor-Specific-Application-Id.Vendor-Id"
    missing = Avp(266, 0, 0x40, bytes(4)).encode()
    assert caught.value.failed_avp == Avp(260, 0, 0x40, missing).encode()


@pytest.mark.parametrize(
    ("header", "result_code"),
    [
        (Header(0xC0, 316, 16777251, 1, 2), 3001),
        (Header(0x40, 316, 16777251, 1, 2), 3001),
        (Header(0xC0, MKR.COMMAND, 16777251, 1, 2), 3007),
        (Header(0x80, 257, 1, 1, 2), 3007),
        (Header(0xE0, MKR.COMMAND, MKR.APPLICATION, 1, 2), 3008),
    ],
)
def test_commands_and_headers_that_are_not_served(header: Header, result_code: int) -> None:
    with pytest.raises(DiameterError) as caught:
        decode(header.encode(b""))
    assert caught.value.result_code == result_code


@pytest.mark.parametrize(
    ("change", "result_code"), [((0, 2), 5011), ((3, 21), 5015), ((3, 0), 5015), ((1, 1), 5015)]
)
def test_version_and_length_of_a_whole_message(
    every_message: list[bytes], change: tuple[int, int], result_code: int
) -> None:
    octets = bytearray(every_message[0])
    octets[change[0]] = change[1]
    with pytest.raises(DiameterError) as caught:
        decode(bytes(octets))
    assert caught.value.result_code == result_code


def test_every_error_is_one_of_rfc_6733() -> None:
    codes = {error.result_code: error.__name__ for error in DiameterError.__subclasses__()}
    assert sorted(codes) == [
        *(3001, 3004, 3007, 3008, 3009),
        *(5001, 5004, 5005, 5008, 5009, 5011, 5014, 5015),
    ]


def test_unknown_avps_without_m_survive_in_order(every_body: list[Body]) -> None:
    others = [VENDOR_AVP, Avp(999, 0, 0, b""), VENDOR_AVP, Avp(5, 10415, 0xA0, b"abcde")]
    for body in every_body:
        changed = copy.deepcopy(body)
        changed.others = list(others)  # type: ignore[attr-defined]
        octets = encode(changed, 1, 2)
        again = decode(octets).body
        assert again.others == others  # type: ignore[attr-defined]
        assert encode(again, 1, 2) == octets


def test_known_and_unknown_avps_keep_their_places(every_message: list[bytes]) -> None:
    """Interleaved as they came, groups too: what was received is what is sent on."""
    for message in every_message[:-1]:
        avps = avps_of(message)
        mixed = [each for known in avps[::-1] for each in (known, VENDOR_AVP)]
        octets = join(mixed, decode_header(message))
        assert encode(decode(octets).body, 1, 2)[20:] == octets[20:]


def test_unknown_avps_in_a_group_keep_their_places(every_message: list[bytes]) -> None:
    message = every_message[7]
    avps = avps_of(message)
    at = place_of(avps, "MTC-Key-Info")
    members = avps_of(bytes(20) + avps[at].data)[::-1]
    data = b"".join(each.encode() for m in members for each in (VENDOR_AVP, m))
    avps[at] = Avp(avps[at].code, avps[at].vendor, avps[at].flags, data)
    octets = join(avps, decode_header(message))
    assert encode(decode(octets).body, 1, 2)[20:] == octets[20:]


def test_what_is_added_or_taken_since_disturbs_no_other_place(request_body: MKR) -> None:
    avps = avps_of(encode(request_body, 1, 2))
    body = decode(join([VENDOR_AVP, *avps[::-1]])).body
    assert isinstance(body, MKR)
    body.route_record.append("second.example")
    body.mtc_server_id = None
    body.others.clear()
    expected = [a for a in avps[::-1] if (a.code, a.vendor) != code_of("MTC-Server-Id")]
    added = Avp(282, 0, 0x40, b"second.example")
    assert avps_of(encode(body, 1, 2)) == [*expected, added]


@pytest.mark.parametrize(
    ("change", "error", "path"),
    [
        ({"session_id": None}, errors.MissingAvp, "MKR.Session-Id"),
        ({"mtc_key_profile": None}, errors.MissingAvp, "MKR.MTC-Key-Profile"),
        ({"auth_session_state": None}, errors.MissingAvp, "MKR.Auth-Session-State"),
    ],
)
def test_a_command_without_what_it_must_have_is_not_written(
    request_body: MKR, change: dict[str, None], error: type[DiameterError], path: str
) -> None:
    body = copy.deepcopy(request_body)
    for name, value in change.items():
        setattr(body, name, value)
    with pytest.raises(error) as refused:
        encode(body, 1, 2)
    assert refused.value.path == path


@pytest.mark.parametrize(
    ("count", "problem"),
    [
        (0, r"MTC-RAND-List\.MTC-Device-RAND: missing"),
        (4, r"MTC-RAND-List\.MTC-Device-RAND: occurs more than 3 times"),
    ],
)
def test_counts_are_the_grammars_when_written(count: int, problem: str) -> None:
    with pytest.raises(DiameterError, match=problem):
        MTCRANDList(mtc_device_rand=[bytes(16)] * count).encode()


def test_a_cer_without_an_address_is_not_written(every_body: list[Body]) -> None:
    body = copy.deepcopy(every_body[0])
    assert isinstance(body, CER)
    body.host_ip_address.clear()
    with pytest.raises(errors.MissingAvp, match=r"CER\.Host-IP-Address"):
        encode(body, 1, 2)


def test_known_avps_are_welcome_anywhere(request_body: MKR, every_message: list[bytes]) -> None:
    """`* [ AVP ]` is for them: Origin-State-Id in a request, Route-Record in a relay's answer."""
    state = Avp(278, 0, 0x40, bytes(4))
    assert decode(join([*avps_of(encode(request_body, 1, 2)), state])).body.others == [state]  # type: ignore[attr-defined]
    route = Avp(282, 0, 0x40, b"relay.example")
    for answer in every_message[7:]:
        header = decode_header(answer)
        body = decode(join([*avps_of(answer), route], header)).body
        assert body.others == [route]  # type: ignore[attr-defined]


@given(st.data())
def test_avps_come_in_any_order_with_any_others_between(
    request_body: MKR, data: st.DataObject
) -> None:
    avps = data.draw(st.permutations(avps_of(encode(request_body, 1, 2))))
    others = [Avp(77, 32473, 0x80, bytes(size)) for size in range(data.draw(st.integers(0, 3)))]
    mixed = list(avps)
    for other in others[::-1]:
        mixed.insert(data.draw(st.integers(0, len(avps))), other)
    body = decode(join(mixed)).body
    assert isinstance(body, MKR)
    assert sorted(body.others, key=lambda avp: len(avp.data)) == others
    assert not others or encode(body, 1, 2) == join(mixed)
    body.others.clear()
    assert body == request_body


def test_a_vendor_id_of_0_is_none(request_body: MKR) -> None:
    """Nobody should send it (clause 4.1); the AVP is the IETF's all the same."""
    avps = avps_of(encode(request_body, 1, 2))
    odd = [a if a.vendor else replace(a, flags=a.flags | 0x80) for a in avps]
    assert decode(join(odd)).body == request_body
    bad = Avp(1, 0, 0xC0, b"\xff")
    at = place_of(avps, "User-Name")
    with pytest.raises(errors.InvalidAvpValue, match="not UTF-8") as caught:
        decode(join([*odd[:at], bad, *odd[at + 1 :]]))
    assert caught.value.failed_avp == bad.encode()


def test_an_avp_may_be_longer_than_64_kib(request_body: MKR) -> None:
    body = copy.deepcopy(request_body)
    body.proxy_info = [bytes(70_000), b"short"]
    assert decode(encode(body, 1, 2)).body == body


def test_the_offender_among_others_is_the_one_that_is_shown(request_body: MKR) -> None:
    avps = avps_of(encode(request_body, 1, 2))
    refused = Avp(78, 32473, 0xC0, b"abc")
    with pytest.raises(errors.AvpUnsupported) as caught:
        decode(join([VENDOR_AVP, VENDOR_AVP, refused, *avps]))
    assert caught.value.failed_avp == refused.encode()
    assert caught.value.offset == 20 + 2 * len(VENDOR_AVP.encode())


def test_the_m_bit_of_an_avp_of_others_is_its_senders_matter(request_body: MKR) -> None:
    avps = avps_of(encode(request_body, 1, 2))
    bare = [a if a.vendor == 32473 else replace(a, flags=a.flags & 0x80) for a in avps]
    assert decode(join(bare)).body == request_body


def test_a_vendor_tells_avps_of_one_code_apart(request_body: MKR) -> None:
    """User-Name is code 1 of the IETF, MTC-Key-Info code 1 of 32473."""
    other = Avp(1, 12345, 0x80, b"\xff")
    message = decode(join([other, *avps_of(encode(request_body, 1, 2))]))
    assert isinstance(message.body, MKR)
    assert message.body.user_name == "001010123456789"
    assert message.body.others == [other]


def test_key_material_does_not_print(every_body: list[Body], every_message: list[bytes]) -> None:
    released = every_body[7]
    assert isinstance(released, MKA)
    assert released.mtc_key_info
    key = released.mtc_key_info.mtc_key_material
    message = decode(every_message[7])
    for shown in (repr(released), str(message), repr([message]), f"{released.mtc_key_info}"):
        assert "mtc_key_material" not in shown
        assert key[:4].decode() not in shown
        assert key[:4].hex() not in shown


def test_an_error_in_an_answer_does_not_print_the_key(every_message: list[bytes]) -> None:
    key = bytes(range(0x60, 0x7F))  # one octet short
    info = Avp(1, 32473, 0xC0, Avp(6, 32473, 0xC0, key).encode())
    header = decode_header(every_message[7])
    with pytest.raises(errors.InvalidAvpLength) as caught:
        decode(join([info], header))
    assert key[:4].decode() not in f"{caught.value} {caught.value!r}"
    refusal = decode(join([*avps_of(every_message[-1]), info], decode_header(every_message[-1])))
    assert key[:4].decode() not in repr(refusal)


def test_the_session_id_of_a_message_whose_grammar_failed(request_body: MKR) -> None:
    octets = encode(request_body, 1, 2)
    assert session_id_of(octets) == request_body.session_id
    assert session_id_of(octets[:20]) is None
    assert session_id_of(octets[:30]) is None
    bad = put("Session-Id", b"\xff")(avps_of(octets))
    assert session_id_of(join(bad)) is None


def test_the_way_back_of_a_message_whose_grammar_failed(request_body: MKR) -> None:
    request_body.proxy_info = [b"first", b"second"]
    octets = encode(request_body, 1, 2)
    assert proxy_info_of(octets) == [b"first", b"second"]
    assert proxy_info_of(octets[: octets.index(b"second") + 3]) == [b"first"]
    assert proxy_info_of(octets[:20]) == []


def mend(octets: bytes) -> bytes:
    """The octets with a header whose length tells the truth, so that AVPs are reached."""
    return octets[:1] + len(octets).to_bytes(3, "big") + octets[4:]


def attempts(octets: bytes) -> Iterator[Message]:
    for tried in (octets, mend(octets)):
        with contextlib.suppress(DiameterError):
            yield decode(tried)


def test_every_truncation_is_refused(every_message: list[bytes]) -> None:
    for octets in every_message:
        for length in range(len(octets)):
            with pytest.raises(DiameterError):
                decode(octets[:length])
            list(attempts(octets[:length]))


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x40, 0x80, 0xFF])
def test_every_changed_octet_is_a_value_or_a_diameter_error(
    every_message: list[bytes], mask: int
) -> None:
    for octets in every_message:
        for at in range(len(octets)):
            changed = bytearray(octets)
            changed[at] ^= mask
            for message in attempts(bytes(changed)):
                # `encode` and `decode` are still each other's inverse
                again = encode(message.body, message.header.hop_by_hop, message.header.end_to_end)
                if not isinstance(message.body, ANSWER):
                    assert decode(again).body == message.body


@given(st.sampled_from(COMMANDS), st.sampled_from([0xC0, 0x40, 0x60]), st.data())
def test_any_avps_are_a_value_or_a_diameter_error(
    row: CommandRow, flags: int, data: st.DataObject
) -> None:
    known = st.sampled_from([(row.code, row.vendor) for row in ROWS.values()])
    avps = data.draw(
        st.lists(
            st.builds(
                lambda key, m, value: Avp(key[0], key[1], m | (0x80 if key[1] else 0), value),
                known,
                st.sampled_from([0, 0x40]),
                st.binary(max_size=24),
            ),
            max_size=8,
        )
    )
    with contextlib.suppress(DiameterError):
        decode(join(avps, Header(flags, row.code, row.application, 1, 2)))


@given(st.binary(max_size=120))
def test_any_octets_are_a_value_or_a_diameter_error(octets: bytes) -> None:
    list(attempts(octets))
    session_id_of(octets)
