"""IPA frames: octets as osmo-stp sends them, streams in pieces, noise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7 import ipa
from mkef_codecs.ss7.ipa import Ccm, Framer, Message, Stream

NAMED = bytes.fromhex("0009fe05000601") + b"as-a\0"  # a client's ID_RESP


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (NAMED, ipa.id_resp("as-a")),
        (bytes.fromhex("0003fe040101"), ipa.id_get()),
        (bytes.fromhex("0001fe06"), ipa.ccm(Ccm.ID_ACK)),
        (bytes.fromhex("0002fd0980"), Message(Stream.SCCP, b"\x09\x80")),
    ],
)
def test_octets_and_messages(octets: bytes, message: Message) -> None:
    assert message.encode() == octets
    assert ipa.decode(octets) == message
    for end in range(len(octets)):
        with pytest.raises(CodecError):
            ipa.decode(octets[:end])


def test_the_name_of_a_client() -> None:
    assert ipa.unit_name(ipa.decode(NAMED)) == "as-a"
    assert ipa.unit_name(ipa.ccm(Ccm.ID_RESP)) is None
    assert ipa.unit_name(ipa.ccm(Ccm.ID_RESP, bytes.fromhex("00020841"))) is None


def test_what_is_too_long_is_not_sent() -> None:
    with pytest.raises(CodecError):
        Message(Stream.SCCP, bytes(65536)).encode()


@given(st.lists(st.binary(max_size=20), max_size=6), st.integers(1, 9))
def test_a_stream_in_pieces(payloads: list[bytes], size: int) -> None:
    sent = [Message(Stream.SCCP, payload) for payload in payloads]
    octets = b"".join(message.encode() for message in sent)
    framer, found = Framer(), []
    for at in range(0, len(octets), size):
        found += framer.feed(octets[at : at + size])
    assert [ipa.decode(message) for message in found] == sent


@given(st.binary(max_size=40))
def test_any_octets_are_a_message_or_an_error(octets: bytes) -> None:
    try:
        message = ipa.decode(octets)
    except CodecError:
        return
    assert message.encode() == octets
    try:
        ipa.unit_name(message)
    except CodecError:
        return
