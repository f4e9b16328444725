"""Forms: what is read by one is what would have been read element after element."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import asdict, replace

from mkef_codecs.errors import CodecError
from mkef_codecs.form import MAX_SIZE, MOST, Form, Forms
from mkef_codecs.generated import mkef_map as asn1
from mkef_codecs.identity import Imsi
from mkef_codecs.lab import MTC_AUTHENTICATION
from mkef_codecs.ss7 import map_auth, tcap
from mkef_codecs.ss7.component import Invoke, ReturnResult, read_parameter
from mkef_codecs.ss7.dialogue import DialogueRequest, DialogueResponse
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    OPCODES,
    Encoding,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
    decode_argument,
    decode_result,
    encode_argument,
    encode_result,
)
from mkef_codecs.ss7.map_dialogue import MapDialogue, encode_map_dialogue

REQUEST = DialogueRequest(INFO_RETRIEVAL_V3, (encode_map_dialogue(MapDialogue.OPEN),))
ACCEPT = DialogueResponse(
    INFO_RETRIEVAL_V3, user_information=(encode_map_dialogue(MapDialogue.ACCEPT),)
)
ALL: Sequence[Forms[Any]] = (
    tcap.FORMS,
    map_auth.STANDARD,
    map_auth.MTC,
    map_auth.TRIPLETS,
)

rand = st.binary(min_size=16, max_size=16)
rands = st.lists(rand, min_size=1, max_size=3).map(tuple)
imsis = st.from_regex(r"\A[0-9]{6,15}\Z").map(Imsi)
ids = st.binary(min_size=1, max_size=4)
invoke_ids = st.integers(-128, 127)
arguments = st.builds(
    SendAuthenticationInfoArg,
    imsis,
    st.integers(1, 5),
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(0, 127),
    rands,
)
triplets = st.builds(
    Triplet, rand, st.binary(min_size=4, max_size=4), st.binary(min_size=8, max_size=8)
)
results = st.builds(SendAuthenticationInfoRes, st.lists(triplets, max_size=5).map(tuple))


def forget() -> None:
    for forms in ALL:
        forms.clear()


def begin_of(own: bytes, invoke_id: int, arg: SendAuthenticationInfoArg, way: Encoding) -> bytes:
    invoke = Invoke(invoke_id, OPCODES[way], encode_argument(arg, way))
    return tcap.encode(tcap.Begin(own, REQUEST, (invoke,)))


def end_of(own: bytes, invoke_id: int, result: SendAuthenticationInfoRes) -> bytes:
    answer = ReturnResult(invoke_id, 56, encode_result(result))
    return tcap.encode(tcap.End(own, ACCEPT, (answer,)))


begins = st.builds(begin_of, ids, invoke_ids, arguments, st.sampled_from(Encoding))
ends = st.builds(end_of, ids, invoke_ids, results)


def whole(octets: bytes) -> object:
    """All that decoders make of a message, with its places; or what they have to say against it."""
    try:
        message = tcap.decode(octets)
    except tcap.BadMessage as error:
        return error.problem, error.offset, error.path, error.otid, error.dtid
    found: list[object] = [fields(message)]
    for each in getattr(message, "components", ()):
        found.append(fields(each))
        if isinstance(each, Invoke) and each.parameter is not None:
            found += [value_of(each, partial(decode_argument, encoding=e)) for e in Encoding]
        if isinstance(each, ReturnResult) and each.parameter is not None:
            found.append(value_of(each, decode_result))
    return found


def value_of(each: Invoke | ReturnResult, decode: Callable[[bytes], Any]) -> object:
    try:
        return fields(read_parameter(each, decode))
    except CodecError as error:
        return error.problem, error.offset, error.path


def fields(value: object) -> object:
    """A value with the places that do not count when it is compared."""
    if isinstance(value, Struct):
        return type(value), {name: fields(each) for name, each in asdict(value).items()}
    if isinstance(value, tuple | list):
        return type(value), [*map(fields, value)]
    return value


def learn(octets: bytes) -> None:
    """Forms are made of what comes twice in a row."""
    forget()
    for _ in range(2):
        whole(octets)


ARGUMENT = SendAuthenticationInfoArg(
    Imsi("001010000000001"), 1, segmentation_prohibited=True, rand_list=(bytes(range(16)),)
)
TRIPLET = Triplet(bytes(range(16)), b"sres", b"kc kc kc")
USUAL = {
    "extension": begin_of(b"otid", 1, ARGUMENT, Encoding.EXTENSION),
    "operation": begin_of(b"otid", 1, ARGUMENT, Encoding.OPERATION),
    "a triplet": end_of(b"dtid", 1, SendAuthenticationInfoRes((TRIPLET,))),
    "five triplets": end_of(b"dtid", 1, SendAuthenticationInfoRes((TRIPLET,) * 5)),
}


@pytest.mark.parametrize("name", USUAL)
def test_every_octet_of_a_message_that_was_learnt(name: str) -> None:
    octets = USUAL[name]
    changed = [octets[:end] for end in range(len(octets))] + [octets + b"\0"]
    for at, octet in enumerate(octets):
        others = {octet ^ 1, octet ^ 0x20, octet ^ 0x80, (octet + 1) & 0xFF, 0, 0x80, 0xFF}
        changed += [octets[:at] + bytes((other,)) + octets[at + 1 :] for other in others]
    learn(octets)
    assert len(octets) in tcap.FORMS.known
    by_form = [whole(each) for each in changed]
    forget()
    for each, found in zip(changed, by_form, strict=True):
        assert found == whole(each)
        forget()


@given(begins | ends, st.data())
def test_by_its_form_a_message_is_what_it_is_without(octets: bytes, data: st.DataObject) -> None:
    place = st.tuples(st.integers(0, len(octets) - 1), st.integers(0, 255))
    changed = bytearray(octets)
    for at, octet in data.draw(st.lists(place, max_size=4)):
        changed[at] = octet
    learn(octets)
    by_form = whole(bytes(changed))
    forget()
    assert by_form == whole(bytes(changed))


def _lengthened(octets: bytes) -> bytes:
    """The same with a longer form of its first length than it takes."""
    return octets[:1] + b"\x81" + octets[1:]


def _foreign() -> dict[str, bytes]:
    """Messages that are right, but have something in them that no value of ours says."""
    ours = asn1.encode_mtc_authentication_arg(asn1.MTCAuthenticationArg([bytes(16)]))
    theirs = asn1.PrivateExtension((1, 3, 6), b"\x05\0")
    container = asn1.ExtensionContainer([theirs, asn1.PrivateExtension(MTC_AUTHENTICATION, ours)])
    value = asn1.SendAuthenticationInfoArg(
        bytes.fromhex("00010100000000f1"), 1, extension_container=container
    )
    resync = asn1.ReSynchronisationInfo(bytes(16), bytes(14))
    parameters = {
        "a foreign extension": asn1.encode_send_authentication_info_arg(value),
        "a resynchronisation": encode_argument(
            replace(ARGUMENT, resynchronisation=resync), Encoding.EXTENSION
        ),
        "a long length": _lengthened(encode_argument(ARGUMENT, Encoding.EXTENSION)),
    }
    messages = {
        name: tcap.encode(tcap.Begin(b"otid", REQUEST, (Invoke(1, 56, parameter),)))
        for name, parameter in parameters.items()
    }
    result = _lengthened(encode_result(SendAuthenticationInfoRes((TRIPLET,))))
    end = tcap.End(b"dtid", ACCEPT, (ReturnResult(1, 56, result),))
    return messages | {"a result with a long length": tcap.encode(end)}


FOREIGN = _foreign()


@pytest.mark.parametrize("name", FOREIGN)
def test_what_we_would_not_write_is_read_as_ever(name: str) -> None:
    octets = FOREIGN[name]
    learn(octets)
    assert not map_auth.STANDARD.known
    assert not map_auth.TRIPLETS.known
    found = whole(octets)
    forget()
    assert found == whole(octets)


def test_a_message_with_a_long_length_is_not_learnt() -> None:
    learn(_lengthened(USUAL["extension"]))
    assert not tcap.FORMS.known


@given(rand, rand, ids, ids, invoke_ids, invoke_ids, st.sampled_from(Encoding))
def test_other_values_of_one_form(
    one: bytes, other: bytes, a: bytes, b: bytes, c: int, d: int, encoding: Encoding
) -> None:
    first = SendAuthenticationInfoArg(Imsi("001010000000001"), 1, rand_list=(one,))
    second = SendAuthenticationInfoArg(Imsi("999999999999999"), 1, rand_list=(other,))
    learn(begin_of(a, c, first, encoding))
    octets = begin_of(b, d, second, encoding)
    message = tcap.decode(octets)
    assert isinstance(message, tcap.Begin)
    assert message.otid == b
    (invoke,) = message.components
    assert isinstance(invoke, Invoke)
    assert (invoke.invoke_id, invoke.opcode) == (d, OPCODES[encoding])
    read = read_parameter(invoke, lambda octets: decode_argument(octets, encoding))
    assert (read.imsi, read.rand_list) == (second.imsi, second.rand_list)


@pytest.mark.parametrize("name", USUAL)
def test_what_came_twice_needs_no_third_look(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    octets = USUAL[name]
    learn(octets)
    for module in (tcap.asn1, map_auth.asn1):
        for each in [each for each in dir(module) if each.startswith("_unpack")]:
            monkeypatch.delattr(module, each)
    message = tcap.decode(octets)
    assert isinstance(message, tcap.Begin | tcap.End)
    (each,) = message.components
    if isinstance(each, Invoke):
        encoding = Encoding.EXTENSION if each.opcode == 56 else Encoding.OPERATION
        assert read_parameter(each, partial(decode_argument, encoding=encoding)) == ARGUMENT
    else:
        assert isinstance(each, ReturnResult)
        assert read_parameter(each, decode_result).triplets[0] == TRIPLET


def test_values_are_not_kept() -> None:
    """Of what stood in the places: forms stand in memory for as long as the process runs."""
    kept = []
    for digits, octet in (("001010000000001", b"\x0f"), ("999999999999999", b"\xf0")):
        arg = SendAuthenticationInfoArg(Imsi(digits), 1, rand_list=(octet * 16,))
        result = SendAuthenticationInfoRes((Triplet(octet * 16, octet * 4, octet * 8),))
        learn(begin_of(octet, 1, arg, Encoding.EXTENSION))
        forms: list[Any] = [known.form for each in ALL for (known,) in each.known.values()]
        learn(end_of(octet, 1, result))
        forms += [form for (form,) in map_auth.TRIPLETS.known.values()]
        kept.append([[getattr(form, name) for name in Form.__slots__] for form in forms])
    plain = [[values[:-1] for values in forms] for forms in kept]  # but for what unpacks
    assert len(plain[0]) == 3
    assert plain[0] == plain[1]


def test_a_form_says_nothing_of_others() -> None:
    form = Form(b"a%..b..%", [(2, 4), (5, 7)])
    assert form.write((b"12", b"%b")) == b"a%12b%b%"
    assert form.read(b"a%12b%b%") == (b"12", b"%b")
    assert form.read(b"A%12b%b%") is None


def test_only_what_comes_twice_in_a_row_is_learnt() -> None:
    forms: Forms[tuple[bytes, ...]] = Forms()

    def like(octets: bytes, likeness: str, *, ours: bool = True) -> bool:
        forms.learn(octets, likeness, lambda: Form(octets, ()) if ours else None)
        return forms.read(octets) is not None

    assert not like(b"12", "a")
    assert not like(b"12", "b")
    assert not like(b"123", "b")
    assert not like(b"12", "b", ours=False)  # it was not written as we would
    assert not like(b"12", "b")
    assert like(b"12", "b")
    assert not like(bytes(MAX_SIZE + 1), "c")
    assert not like(bytes(MAX_SIZE + 1), "c")


def test_a_few_forms_of_one_size_are_kept() -> None:
    forms: Forms[tuple[bytes, ...]] = Forms()
    every = [bytes((octet,)) for octet in range(MOST + 1)]
    for octets in every:
        for _ in range(2):
            forms.learn(octets, octets, lambda octets=octets: Form(octets, ()))
    assert [octets for octets in every if forms.read(octets) is None] == every[:1]
