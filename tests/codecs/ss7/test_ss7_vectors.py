"""Octets that others wrote, of every layer: what is in them and what becomes of their damage."""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec import Struct
from pycrate_mobile.M3UA import parse_M3UA
from pycrate_mobile.SCCP import parse_SCCP

from mkef_codecs.errors import CodecError
from mkef_codecs.generated import mkef_map
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7 import m3ua, map_auth, sccp, tcap
from mkef_codecs.ss7.component import Invoke, ReturnResult, read_parameter
from mkef_codecs.ss7.map_auth import Encoding
from mkef_codecs.ss7.map_dialogue import decode_map_dialogue, decode_pdu

VECTORS = Path(__file__).parents[2] / "vectors"
Decode = Callable[[bytes], Any]
Encode = Callable[[Any], bytes]

_EXTENSION, _OPERATION = Encoding.EXTENSION, Encoding.OPERATION
LAYERS: dict[str, tuple[Decode, Encode | None]] = {
    "tcap": (tcap.decode, tcap.encode),
    "sccp": (sccp.decode, lambda message: message.encode()),
    "m3ua": (m3ua.decode, lambda message: message.encode()),
    "argument": (
        partial(map_auth.decode_argument, encoding=_EXTENSION),
        partial(map_auth.encode_argument, encoding=_EXTENSION),
    ),
    "operation": (
        partial(map_auth.decode_argument, encoding=_OPERATION),
        partial(map_auth.encode_argument, encoding=_OPERATION),
    ),
    "result": (map_auth.decode_result, map_auth.encode_result),
    "argument_v2": (map_auth.decode_argument_v2, map_auth.encode_argument_v2),
    "result_v2": (map_auth.decode_result_v2, map_auth.encode_result_v2),
    "map_dialogue": (decode_pdu, None),
    "system_failure": (
        mkef_map.decode_system_failure_param,
        mkef_map.encode_system_failure_param,
    ),
}

# pycrate's types in TCAP_MAPv2v3, by the decoder that a vector names
MAP_TYPES = {
    "argument": ("MAP-MS-DataTypes", "SendAuthenticationInfoArg"),
    "result": ("MAP-MS-DataTypes", "SendAuthenticationInfoRes"),
    "map_dialogue": ("MAP-DialogueInformation", "MAP-DialoguePDU"),
    "system_failure": ("MAP-ER-DataTypes", "SystemFailureParam"),
}


# Vectors that we read, and write in another form.
OTHER_FORMS = {
    "a Continue without components": "its AARE has no protocol version",
    "UDT of class 1": "the filler of an odd title is 7 there, 0 here",
    "XUDTS, its parameters in another order": "ours are in the order of the pointers",
    "XUDT, its parameters in another order": "ours are in the order of the pointers",
    "a quintuplet with XRES of 16 octets, of indefinite length": "ours are definite",
    "a quintuplet with XRES of 8 octets, of indefinite length": "ours are definite",
    "a Continue with a quintuplet, components of indefinite length": "ours are definite",
    "an End with a quintuplet of indefinite length": "ours are definite",
    "a request of a VLR with its PLMN": "requestingPLMN-Id is read over",
}


class Vector(NamedTuple):
    """Some octets, the layer that reads them, and what is in them."""

    name: str
    layer: str
    octets: bytes
    values: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.layer}: {self.name}"


def vectors() -> Iterator[Vector]:
    for name in ("tcap", "map", "sccp", "m3ua"):
        table = tomllib.loads((VECTORS / f"{name}.toml").read_text(encoding="utf-8"))["vector"]
        for row in table:
            assert row["source"]
            layer = row.get("decoder", name)
            yield Vector(row["name"], layer, bytes.fromhex(row["octets"]), row["values"])


ALL = list(vectors())
EACH = pytest.mark.parametrize("vector", ALL, ids=str)


def plain(value: Any) -> Any:
    """Values as a vector writes them: the class, and what is set, by attribute."""
    match value:
        case bytes():
            return f"hex {value.hex()}"
        case Imsi():
            return value.digits
        case m3ua.Message():
            parameters = {m3ua.Tag(tag).name: plain(v) for tag, v in value.parameters.items()}
            return {"kind": value.kind.name, "parameters": parameters}
        case Enum():
            return value if isinstance(value, int) else value.name
        case tuple() if value and all(isinstance(arc, int) for arc in value):
            return ".".join(map(str, value))
        case tuple() | list():
            return [plain(each) for each in value]
    if isinstance(value, Struct) or is_dataclass(value):
        named = {name: getattr(value, name) for name in compared(value)}
        there = {name: plain(each) for name, each in named.items() if is_set(each)}
        return {"is": type(value).__name__} | there
    return value


def compared(value: Any) -> list[str]:
    """The fields that make a value; where its parts stood is none."""
    if isinstance(value, Struct):
        places = [n for n in value.__struct_fields__ if n == "path" or n.endswith("_at")]
        return [name for name in value.__struct_fields__ if name not in places]
    return [each.name for each in fields(value) if each.compare]


def is_set(value: Any) -> bool:
    return not (value is None or value is False or value in ([], (), 0))


def unwrapped(value: Any) -> Any:
    """Long octets are written on several lines."""
    match value:
        case str():
            return "hex " + value[4:].strip() if value.startswith("hex ") else value
        case list():
            return [unwrapped(each) for each in value]
        case dict():
            there = {name: each for name, each in value.items() if each != 0 or each is True}
            return {name: unwrapped(each) for name, each in there.items()}
    return value


def read(vector: Vector) -> Any:
    return LAYERS[vector.layer][0](vector.octets)


@EACH
def test_each_vector_is_its_values(vector: Vector) -> None:
    found = plain(read(vector))
    wanted = unwrapped(vector.values)
    assert (found if isinstance(found, dict) else {"value": found}) == wanted


@EACH
def test_each_vector_survives(vector: Vector) -> None:
    """The same value; the same octets, unless their form is not ours."""
    decode, encode = LAYERS[vector.layer]
    if encode is None:
        return
    again = encode(read(vector))
    assert decode(again) == read(vector)
    assert (again == vector.octets) is (vector.name not in OTHER_FORMS)


def read_whole(layer: str, octets: bytes) -> None:
    """Of a TCAP message also what its open values hold."""
    value = LAYERS[layer][0](octets)
    if layer != "tcap" or isinstance(value, tcap.Unidirectional):
        return
    tcap.read_user_information(value, decode_map_dialogue)
    for component in getattr(value, "components", ()):
        match component:
            case Invoke(parameter=bytes(), opcode=code):
                encoding = _EXTENSION if isinstance(code, int) else _OPERATION
                read_parameter(component, partial(map_auth.decode_argument, encoding=encoding))
            case ReturnResult(parameter=bytes()):
                read_parameter(component, map_auth.decode_result)


@EACH
def test_every_single_octet_change_is_a_value_or_a_codec_error(vector: Vector) -> None:
    """Each of the 256 values of each octet."""
    octets = bytearray(vector.octets)
    for at, right in enumerate(vector.octets):
        for wrong in range(256):
            octets[at] = wrong
            with contextlib.suppress(CodecError):
                read_whole(vector.layer, bytes(octets))
        octets[at] = right


@EACH
def test_every_truncation_is_refused(vector: Vector) -> None:
    """Only the parameters of M3UA may lack their last padding, which the length leaves out."""
    decode, _ = LAYERS[vector.layer]
    for length in range(len(vector.octets)):
        with pytest.raises(CodecError):
            decode(vector.octets[:length])


@pytest.fixture(scope="module")
def foreign() -> Any:
    from pycrate_asn1dir.TCAP_MAPv2v3 import GLOBAL

    return GLOBAL.MOD


@pytest.mark.parametrize("vector", [v for v in ALL if v.layer == "tcap"], ids=str)
def test_pycrate_reads_each_message_and_writes_the_same(vector: Vector, foreign: Any) -> None:
    message = foreign["TCAP-MAP-Messages"]["TCAP-MAP-Message"]
    message.from_ber(vector.octets)
    kind, value = message.get_val()
    assert kind.lower() == vector.values["is"].lower()
    for name in ("otid", "dtid"):
        assert (f"hex {value[name].hex()}" if name in value else None) == vector.values.get(name)
    assert len(value.get("components", ())) == len(vector.values.get("components", ()))
    if "indefinite" not in vector.name:
        assert message.to_ber() == vector.octets


@pytest.mark.parametrize("vector", [v for v in ALL if v.layer in MAP_TYPES], ids=str)
def test_pycrate_reads_each_value_of_map_and_writes_the_same(vector: Vector, foreign: Any) -> None:
    module, name = MAP_TYPES[vector.layer]
    type_ = foreign[module][name]
    type_.from_ber(vector.octets)
    shown = repr(type_.get_val())
    for octets in hexes(vector.values):
        assert repr(octets)[1:] in shown
    if "indefinite" not in vector.name:
        assert type_.to_ber() == vector.octets


def hexes(value: Any) -> Iterator[bytes]:
    """All octets in the values of a vector, but those that we read further."""
    if isinstance(value, str) and value.startswith("hex "):
        yield bytes.fromhex(value[4:])
    for each in value.values() if isinstance(value, dict) else ():
        yield from hexes(each)


@pytest.mark.parametrize("vector", [v for v in ALL if v.layer == "sccp"], ids=str)
def test_pycrate_reads_each_sccp_message(vector: Vector) -> None:
    message, error = parse_SCCP(vector.octets, w_scmg=False)
    assert error == 0
    assert f"hex {message['Data']['Value'].get_val().hex()}" == unwrapped(vector.values)["data"]
    for name, side in (("called", "CalledPartyAddr"), ("calling", "CallingPartyAddr")):
        address = vector.values[name]
        assert message[side]["Value"]["SSN"].get_val() == address["ssn"]
        if "global_title" in address:
            title = message[side]["Value"]["GT"].get_alt()
            digits = title["Addr"].get_alt().decode()  # it does not cut the filler off
            wanted = address["global_title"]["digits"]
            assert digits[: len(wanted)] == wanted
            assert title["NAI"].get_val() == address["global_title"]["nature_of_address"]


@pytest.mark.parametrize("vector", [v for v in ALL if v.layer == "m3ua"], ids=str)
def test_pycrate_reads_each_m3ua_message(vector: Vector) -> None:
    message, error = parse_M3UA(vector.octets)
    assert error == 0
    header = message[0]
    kind = header["Class"].get_val() << 8 | header["Type"].get_val()
    assert m3ua.Kind(kind).name == vector.values["kind"]
    found = {m3ua.Tag(p["Tag"].get_val()).name: p["Val"].to_bytes() for p in message[1]}
    assert found == {
        name: bytes.fromhex(value.removeprefix("hex "))
        for name, value in vector.values["parameters"].items()
    }


def test_three_segments_of_a_stranger_make_one_message() -> None:
    """A message of CAP whose dialogue portion is that of an answer: TCAP refuses it whole."""
    names = ("XUDT, the first of three segments", "XUDT, the second", "XUDT, the third")
    parts = [read(vector) for name in names for vector in ALL if vector.name == name]
    segments = [part.extension.segmentation for part in parts]
    assert [segment.remaining for segment in segments] == [2, 1, 0]
    assert [segment.first for segment in segments] == [True, False, False]
    assert len({segment.reference for segment in segments}) == 1
    with pytest.raises(tcap.BadMessage, match="a dialogue PDU of another message") as refused:
        tcap.decode(b"".join(part.data for part in parts))
    assert refused.value.otid == bytes.fromhex("1200ff")
