"""M3UA messages and their framing over TCP (RFC 4666)."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7 import m3ua
from mkef_codecs.ss7.m3ua import ErrorCode, Framer, Kind, M3uaError, Message, ProtocolData, Tag

# Laid out by hand after RFC 4666 clause 3: header, then tag, length, value, padding.
ROWS = [
    (Message(Kind.ASPUP), "0100030100000008"),
    (Message(Kind.ASPAC, {Tag.ROUTING_CONTEXT: b"\0\0\0\x07"}), "01000401000000100006000800000007"),
    (
        Message(Kind.BEAT, {Tag.HEARTBEAT_DATA: b"abcde"}),
        "0100030300000014000900096162636465000000",
    ),
    (Message(Kind.NTFY, {Tag.STATUS: b"\0\x01\0\x03"}), "0100000100000010000d000800010003"),
    (
        m3ua.data(ProtocolData(1, 2, b"abc"), 7),
        "010001010000002400060008000000070210001300000001000000020302000061626300",
    ),
]

kinds = st.sampled_from(Kind)
parameters = st.dictionaries(st.integers(0, 0xFFFF), st.binary(max_size=40), max_size=6)


@pytest.mark.parametrize(("message", "octets"), ROWS, ids=lambda r: getattr(r, "kind", None))
def test_rows(message: Message, octets: str) -> None:
    assert message.encode().hex() == octets
    assert m3ua.decode(bytes.fromhex(octets)) == message


@pytest.mark.parametrize("octets", [octets for _, octets in ROWS])
def test_every_truncation_is_refused(octets: str) -> None:
    whole = bytes.fromhex(octets)
    for length in range(len(whole)):
        with pytest.raises(M3uaError):
            m3ua.decode(whole[:length])


@given(kinds, parameters)
def test_messages_both_ways(kind: Kind, values: dict[int, bytes]) -> None:
    message = Message(kind, values)
    assert m3ua.decode(message.encode()) == message


@given(
    st.integers(0, 0xFFFFFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.binary(max_size=60),
    st.tuples(*[st.integers(0, 255)] * 4),
)
def test_protocol_data_both_ways(
    opc: int, dpc: int, data: bytes, octets: tuple[int, int, int, int]
) -> None:
    value = ProtocolData(opc, dpc, data, *octets)
    assert m3ua.protocol_data(m3ua.data(value)) == value


def test_the_routing_context_may_follow_the_data() -> None:
    data = m3ua.data(ProtocolData(1, 2, b"abc"), 7)
    reordered = Message(Kind.DATA, dict(reversed(data.parameters.items())))
    assert m3ua.decode(reordered.encode()) == data


def test_the_last_padding_may_be_missing() -> None:
    octets = bytes.fromhex("0100030300000011000900096162636465")
    assert m3ua.decode(octets).parameters[Tag.HEARTBEAT_DATA] == b"abcde"


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        ("0200030100000008", ErrorCode.INVALID_VERSION),
        ("0100050100000008", ErrorCode.UNSUPPORTED_CLASS),
        ("0100030900000008", ErrorCode.UNSUPPORTED_TYPE),
        ("0100030100000007", ErrorCode.PROTOCOL_ERROR),
        ("010003010000000c00040003", ErrorCode.PROTOCOL_ERROR),
        ("010003010000000800", ErrorCode.PROTOCOL_ERROR),
    ],
)
def test_each_mistake_has_its_error_code(octets: str, code: ErrorCode) -> None:
    with pytest.raises(M3uaError) as refused:
        m3ua.decode(bytes.fromhex(octets))
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("value", "code"),
    [(None, ErrorCode.MISSING_PARAMETER), (bytes(11), ErrorCode.PARAMETER_FIELD_ERROR)],
)
def test_data_without_a_label(value: bytes | None, code: ErrorCode) -> None:
    message = Message(Kind.DATA, {} if value is None else {Tag.PROTOCOL_DATA: value})
    with pytest.raises(M3uaError) as refused:
        m3ua.protocol_data(message)
    assert refused.value.code is code


@given(st.binary(max_size=64) | st.binary(max_size=40).map(lambda o: b"\1\0\1\1\0\0\0\x30" + o))
def test_any_octets_are_a_message_or_a_codec_error(octets: bytes) -> None:
    with contextlib.suppress(CodecError):
        m3ua.protocol_data(m3ua.decode(octets))


@given(st.lists(st.builds(Message, kinds, parameters), max_size=5), st.data())
def test_the_framer_finds_messages_however_they_arrive(
    messages: list[Message], data: st.DataObject
) -> None:
    stream = b"".join(m.encode() for m in messages)
    framer, found = Framer(), []
    while stream:
        length = data.draw(st.integers(1, len(stream)))
        found += framer.feed(stream[:length])
        stream = stream[length:]
    assert [m3ua.decode(octets) for octets in found] == messages


@pytest.mark.parametrize("length", [0, 7, 65_537, 0xFFFFFFFF])
def test_a_length_that_cannot_be_ends_the_stream(length: int) -> None:
    with pytest.raises(M3uaError):
        Framer().feed(b"\1\0\3\1" + length.to_bytes(4, "big"))


@pytest.mark.parametrize("padding", ["", "000000"])
@pytest.mark.parametrize("length", ["11", "14"])
def test_the_last_padding_may_be_left_out(length: str, padding: str) -> None:
    """Clause 3.1.4: of the message's length, and of the message."""
    octets = bytes.fromhex(f"01000303000000{length}00090009" + "6865617274" + padding)
    if (length, padding) == ("14", ""):
        with pytest.raises(M3uaError):
            m3ua.decode(octets)
        return
    assert m3ua.decode(octets).parameters == {m3ua.Tag.HEARTBEAT_DATA: b"heart"}
