"""TCAP messages, components and dialogue portions (Q.773)."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.generated import mkef_tcap as asn1
from mkef_codecs.ss7 import tcap
from mkef_codecs.ss7.ber import tlv
from mkef_codecs.ss7.component import (
    GeneralProblem,
    Invoke,
    Malformed,
    Problem,
    Reject,
    ReturnError,
    ReturnResult,
    encode_component,
)
from mkef_codecs.ss7.dialogue import (
    Diagnostic,
    DialogueAbort,
    DialogueRequest,
    DialogueResponse,
    UserInformation,
    encode_portion,
)
from mkef_codecs.ss7.map_dialogue import (
    MAP_DIALOGUE,
    MapDialogue,
    MapDialoguePdu,
    decode_map_dialogue,
    encode_map_dialogue,
)
from mkef_codecs.ss7.tcap import Abort, BadMessage, Begin, Continue, End, Unidirectional

oids = st.tuples(st.integers(0, 1), st.integers(0, 39), st.integers(0, 40_000))
ids = st.binary(min_size=1, max_size=4)
invoke_ids = st.integers(-128, 127)
codes = st.integers(-1000, 100_000) | oids
values = st.binary(max_size=40).map(lambda content: tlv(b"\x04", content))
optional_values = st.none() | values
components = st.one_of(
    st.builds(Invoke, invoke_ids, codes, optional_values, linked_id=st.none() | invoke_ids),
    st.builds(ReturnResult, invoke_ids, codes, values, last=st.booleans()),
    st.builds(ReturnResult, invoke_ids, last=st.booleans()),
    st.builds(ReturnError, invoke_ids, codes, optional_values),
    st.builds(Reject, st.none() | invoke_ids, st.sampled_from(Problem), st.integers(0, 10)),
)
information = st.lists(st.builds(UserInformation, oids, values), max_size=2).map(tuple)
requests = st.builds(DialogueRequest, oids, information)
responses = st.builds(
    DialogueResponse, oids, st.booleans(), st.sampled_from(Diagnostic), information
)
aborts = st.builds(DialogueAbort, st.booleans(), information)
many = st.lists(components, max_size=3).map(tuple)
messages = st.one_of(
    st.builds(Begin, ids, st.none() | requests, many),
    st.builds(Continue, ids, ids, st.none() | responses, many),
    st.builds(End, ids, st.none() | responses, many),
    st.builds(Abort, ids, st.none() | st.integers(0, 127)),
    st.builds(Abort, ids, st.none(), responses | aborts),
    st.builds(Unidirectional, st.lists(components, min_size=1, max_size=2).map(tuple)),
)


@given(messages)
def test_messages_both_ways(message: tcap.Message) -> None:
    assert tcap.decode(tcap.encode(message)) == message


@given(messages, st.data())
def test_every_truncation_is_refused(message: tcap.Message, data: st.DataObject) -> None:
    octets = tcap.encode(message)
    with pytest.raises(CodecError):
        tcap.decode(octets[: data.draw(st.integers(0, len(octets) - 1))])


@given(st.binary(max_size=60))
def test_any_octets_are_a_message_or_a_codec_error(octets: bytes) -> None:
    with contextlib.suppress(CodecError):
        tcap.decode(octets)


@given(messages, st.data())
def test_a_damaged_message_is_a_message_or_a_codec_error(
    message: tcap.Message, data: st.DataObject
) -> None:
    octets = bytearray(tcap.encode(message))
    for _ in range(data.draw(st.integers(1, 3))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(CodecError):
        tcap.decode(bytes(octets))


def test_a_begin_by_hand() -> None:
    """Otid 1, no dialogue portion, an Invoke of local operation 56 without a parameter."""
    octets = bytes.fromhex("620d4801016c08a106020101020138")
    message = Begin(b"\1", None, (Invoke(1, 56),))
    assert tcap.encode(message) == octets
    assert tcap.decode(octets) == message


@pytest.mark.parametrize("size", [0, 5, 85, 116, 117, 118, 119, 120, 126, 127, 128, 255, 256, 500])
@pytest.mark.parametrize("own", [b"\xff", b"%b", b"\xfe\xff\x48", b"%%%b"])
def test_a_message_is_what_the_codec_writes(own: bytes, size: int) -> None:
    """Whatever fills the form that it keeps of messages of one size."""
    invoke = Invoke(1, 56, tlv(b"\x30", b"%" * size))
    request = DialogueRequest((0, 4, 0, 0, 1, 0, 14, 37))
    parts = [encode_component(invoke)] * 2
    begin = asn1.Begin(own, encode_portion(request), parts)
    assert tcap.encode(Begin(own, request, (invoke, invoke))) == asn1.encode_begin(begin)
    proceed = asn1.Continue(own, own, None, parts)
    assert tcap.encode(Continue(own, own, None, (invoke, invoke))) == asn1.encode_continue(proceed)


def test_indefinite_lengths_are_read() -> None:
    octets = bytes.fromhex("62804801016c80a18002010102013830800201050000000000000000")
    assert tcap.decode(octets) == Begin(
        b"\1", None, (Invoke(1, 56, bytes.fromhex("30800201050000")),)
    )


@pytest.mark.parametrize(
    ("component", "problem"),
    [
        ("a103020101", GeneralProblem.MISTYPED_COMPONENT),
        ("a1060201010a0138", GeneralProblem.MISTYPED_COMPONENT),
        ("a5020500", GeneralProblem.UNRECOGNIZED_COMPONENT),
        ("3000", GeneralProblem.UNRECOGNIZED_COMPONENT),
    ],
)
def test_a_bad_component_does_not_spoil_the_others(component: str, problem: int) -> None:
    good = encode_component(Invoke(2, 56))
    portion = tlv(b"\x6c", bytes.fromhex(component) + good)
    message = tcap.decode(tlv(b"\x62", tlv(b"\x48", b"\1") + portion))
    assert isinstance(message, Begin)
    bad = Malformed(Reject(None, Problem.GENERAL, problem))
    assert message.components == (bad, Invoke(2, 56))


def test_a_malformed_component_is_not_sent() -> None:
    with pytest.raises(CodecError):
        tcap.encode(Begin(b"\1", None, (Malformed(Reject(None, Problem.GENERAL, 0)),)))


def test_a_bad_message_still_says_whose_it_was() -> None:
    portion = tlv(b"\x6b", b"\x05\0")
    octets = tlv(b"\x65", tlv(b"\x48", b"\1\2") + tlv(b"\x49", b"\3") + portion)
    with pytest.raises(BadMessage) as refused:
        tcap.decode(octets)
    assert (refused.value.otid, refused.value.dtid) == (b"\1\2", b"\3")


def test_a_dialogue_pdu_of_another_message_is_refused() -> None:
    response = DialogueResponse((1, 2, 3))
    with pytest.raises(BadMessage, match="another message"):
        tcap.decode(tcap.encode(Begin(b"\1", response)))  # type: ignore[arg-type]


def test_components_are_bounded() -> None:
    message = End(b"\1", None, tuple(Invoke(i, 1) for i in range(17)))
    with pytest.raises(CodecError, match="17 where 0 to 16"):
        tcap.encode(message)
    many = tlv(b"\x6c", b"".join(map(encode_component, message.components)))
    with pytest.raises(BadMessage, match=r"End\.components: 17 where 0 to 16"):
        tcap.decode(tlv(b"\x64", tlv(b"\x49", b"\1") + many))


@pytest.mark.parametrize("kind", MapDialogue)
def test_map_dialogue_pdus(kind: MapDialogue) -> None:
    pdu = decode_map_dialogue((encode_map_dialogue(kind),))
    assert pdu is not None
    assert pdu.kind is kind


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        ("a003800130", MapDialoguePdu(MapDialogue.OPEN)),
        ("a3030a0101", MapDialoguePdu(MapDialogue.REFUSE, "invalidDestinationReference")),
        ("a4028100", MapDialoguePdu(MapDialogue.USER_ABORT, "userResourceLimitation")),
        ("a5030a0101", MapDialoguePdu(MapDialogue.PROVIDER_ABORT, "invalidPDU")),
    ],
)
def test_what_peers_say(octets: str, expected: MapDialoguePdu) -> None:
    entry = UserInformation(MAP_DIALOGUE, bytes.fromhex(octets))
    assert decode_map_dialogue((UserInformation((1, 2), b"\5\0"), entry)) == expected


@given(st.binary(max_size=20))
def test_any_user_information_is_a_pdu_or_a_codec_error(octets: bytes) -> None:
    with contextlib.suppress(CodecError):
        decode_map_dialogue((UserInformation(MAP_DIALOGUE, octets),))
