"""An error behind an open value says where in the whole message it is, and in what."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7 import tcap
from mkef_codecs.ss7.ber import tlv
from mkef_codecs.ss7.component import (
    Invoke,
    Malformed,
    ReturnError,
    ReturnResult,
    decode_component,
    read_parameter,
)
from mkef_codecs.ss7.dialogue import DialogueAbort, DialogueRequest, UserInformation
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    Encoding,
    SendAuthenticationInfoArg,
    decode_argument,
    decode_result,
    encode_argument,
)
from mkef_codecs.ss7.map_dialogue import MAP_DIALOGUE, decode_map_dialogue
from mkef_codecs.ss7.tcap import Abort, BadMessage, Begin, End

Make = Callable[[Encoding], Begin]
PORTION = "Begin.dialoguePortion"
INVOKE = "Begin.components.0.Invoke"
ARGUMENT = f"{INVOKE}.parameter.SendAuthenticationInfoArg"
PRIVATE = f"{ARGUMENT}.extensionContainer.privateExtensionList.0"
EXTENSION = f"{PRIVATE}.extType"


def read_whole(octets: bytes, encoding: Encoding = Encoding.EXTENSION) -> None:
    message = tcap.decode(octets)
    assert isinstance(message, Begin)
    tcap.read_user_information(message, decode_map_dialogue)
    (component,) = message.components
    if isinstance(component, Malformed):
        assert component.error
        raise component.error
    assert isinstance(component, Invoke)
    read_parameter(component, partial(decode_argument, encoding=encoding))


# What is found in the Begin, the octet of it that is changed and into what, and the path.
DAMAGE = [
    ("28", 0, 0x29, f"{PORTION}.External"),
    ("0607 00118605010101", 2, 0x01, f"{PORTION}.External.oid"),
    ("60", 0, 0x6F, f"{PORTION}.External.value.DialoguePDU"),
    ("80020780", 1, 0x7F, f"{PORTION}.External.value.DialoguePDU.aarq.protocolVersion"),
    (
        "a000",
        0,
        0xA7,
        f"{PORTION}.External.value.DialoguePDU.aarq.userInformation.0.value.MAP-DialoguePDU",
    ),
    ("020101 020138", 0, 0x0A, f"{INVOKE}.invokeID"),
    ("020138", 0, 0x0A, f"{INVOKE}.opcode"),
    ("8008 00010121", 1, 0x09, f"{ARGUMENT}.imsi"),
    ("020102 0500", 2, 0x06, f"{ARGUMENT}.numberOfRequestedVectors"),
    ("060a 2b0601040181fd590101", 11, 0x81, f"{PRIVATE}.extId"),
    ("0410 000102", 1, 0x0F, f"{EXTENSION}.MTC-AuthenticationArg.randList.0"),
    ("0410 101112", 0, 0x05, f"{EXTENSION}.MTC-AuthenticationArg.randList.1"),
]


@pytest.mark.parametrize(("found", "octet", "wrong", "path"), DAMAGE)
def test_damage_is_found_where_it_was_done(
    begin: Make, found: str, octet: int, wrong: int, path: str
) -> None:
    octets = bytearray(tcap.encode(begin(Encoding.EXTENSION)))
    read_whole(bytes(octets))
    element = octets.index(bytes.fromhex(found))
    octets[element + octet] = wrong
    with pytest.raises(CodecError) as refused:
        read_whole(bytes(octets))
    assert refused.value.path == path
    at = refused.value.offset
    assert at is not None
    assert element <= at <= element + octet or path.endswith(("External.oid", "randList.0"))


@pytest.mark.parametrize("form", ["definite", "indefinite"])
def test_offsets_are_the_same_in_every_form_of_a_length(
    form: str, argument: SendAuthenticationInfoArg
) -> None:
    parameter = bytearray(encode_argument(argument, Encoding.EXTENSION))
    parameter[parameter.index(b"\x02\x01\x02") + 2] = 6
    wrap = tlv if form == "definite" else lambda tag, content: tag + b"\x80" + content + b"\0\0"
    invoke = wrap(b"\xa1", bytes.fromhex("020101 020138") + parameter)
    octets = wrap(b"\x62", bytes.fromhex("480101") + wrap(b"\x6c", invoke))
    with pytest.raises(CodecError) as refused:
        read_whole(octets)
    assert refused.value.offset == octets.index(b"\x02\x01\x06")
    assert refused.value.path == f"{ARGUMENT}.numberOfRequestedVectors"


def test_the_second_component_has_its_own_place() -> None:
    result = tlv(b"\xa3", tlv(b"\xa0", tlv(b"\x30", b"\x04\x03abc")))
    components = (ReturnError(1, 34, b"\x0a\x01\x09"), ReturnResult(2, 56, result))
    octets = tcap.encode(End(b"\1\2", None, components))
    first, second = tcap.decode(octets).components  # type: ignore[union-attr]
    with pytest.raises(CodecError) as refused:
        read_parameter(second, decode_result)
    assert refused.value.offset == octets.index(b"\x04\x03abc")
    assert refused.value.path == (
        "End.components.1.ReturnResultLast.result.parameter"
        ".SendAuthenticationInfoRes.authenticationSetList.tripletList.0.rand"
    )
    with pytest.raises(CodecError, match=r"components\.0\.ReturnError\.parameter"):
        read_parameter(first, decode_result)


def test_an_abort_has_its_dialogue_portion_elsewhere() -> None:
    information = (UserInformation(MAP_DIALOGUE, bytes.fromhex("a6020500")),)
    octets = tcap.encode(Abort(b"\1", dialogue=DialogueAbort(user_information=information)))
    message = tcap.decode(octets)
    assert isinstance(message, Abort)
    with pytest.raises(CodecError) as refused:
        tcap.read_user_information(message, decode_map_dialogue)
    assert refused.value.offset == octets.index(bytes.fromhex("a6020500"))
    assert refused.value.path == (
        "Abort.reason.u-abortCause.External.value.DialoguePDU.abrt"
        ".userInformation.0.value.MAP-DialoguePDU"
    )


def test_a_dialogue_pdu_of_another_message_says_where() -> None:
    octets = tcap.encode(Abort(b"\1", dialogue=DialogueRequest(INFO_RETRIEVAL_V3)))  # type: ignore[arg-type]
    with pytest.raises(BadMessage) as refused:
        tcap.decode(octets)
    assert refused.value.offset == octets.index(b"\x28")
    assert refused.value.path == "Abort.reason.u-abortCause"


def test_a_component_alone_counts_from_itself() -> None:
    component = decode_component(bytes.fromhex("a106 020101 0a0138"))
    assert isinstance(component, Malformed)
    assert component.error
    assert (component.error.offset, component.error.path) == (5, "Invoke.opcode")
    with pytest.raises(CodecError) as refused:
        read_parameter(ReturnResult(1, 56, bytes.fromhex("a302a000")), decode_result)
    assert refused.value.path.startswith("ReturnResultLast.result.parameter.SendAuth")
