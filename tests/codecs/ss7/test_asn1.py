"""The generated codecs against pycrate's runtime on the same modules, and their generator."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.generate import asn1
from mkef_codecs.generate.asn1_names import attribute_name, function_name
from mkef_codecs.generate.asn1_types import GeneratorError
from mkef_codecs.generated import mkef_map, mkef_tcap
from mkef_codecs.ss7.ber import PADDING, header, tlv

ASN1 = Path(__file__).parents[3] / "codecs" / "asn1"
GENERATED = Path(mkef_map.__file__).parent


class Subject(NamedTuple):
    """One type: its functions here, and pycrate's object."""

    name: str
    decode: Callable[[bytes], Any]
    encode: Callable[[Any], bytes]
    peer: Any

    def __str__(self) -> str:
        return self.name


def subjects(texts: list[str], modules: dict[str, ModuleType]) -> Iterator[Subject]:
    for module, types in asn1.runtime(texts).items():
        for name in types["_type_"]:
            decode = getattr(modules[module], f"decode_{function_name(name)}")
            encode = getattr(modules[module], f"encode_{function_name(name)}")
            yield Subject(name, decode, encode, types[name])


TEXTS = [path.read_text(encoding="ascii") for path in sorted(ASN1.glob("*.asn"))]
SUBJECTS = list(subjects(TEXTS, {"MKEF-MAP": mkef_map, "MKEF-TCAP": mkef_tcap}))

oids = st.tuples(st.integers(0, 1), st.integers(0, 39)).flatmap(
    lambda root: st.lists(st.integers(0, 1 << 40), max_size=8).map(lambda more: (*root, *more))
)


def sized(constraint: Any, most: int) -> dict[str, Any]:
    """Hypothesis' sizes of a constraint of pycrate's."""
    if constraint is None:
        return {"max_size": most}
    only = constraint.root[0]
    low, high = (only, only) if isinstance(only, int) else (only.lb, only.ub)
    return {"min_size": low or 0, "max_size": most if high is None else high}


def any_values(content: st.SearchStrategy[bytes]) -> st.SearchStrategy[tuple[str, bytes]]:
    """Values that pycrate has no type for: a primitive, or a SEQUENCE of one."""
    primitive = content.map(lambda octets: ("_unk_004", octets))
    return primitive | content.map(lambda octets: ("_unk_0116", tlv(b"\x04", octets)))


def integers(peer: Any) -> st.SearchStrategy[int]:
    only = peer._const_val and peer._const_val.root[0]
    low, high = (only.lb, only.ub) if only else (None, None)
    least, most = -(1 << 63), (1 << 63) - 1
    return st.integers(least if low is None else low, most if high is None else high)


def bit_strings(_peer: Any) -> st.SearchStrategy[tuple[int, int]]:
    def of(size: int) -> st.SearchStrategy[tuple[int, int]]:
        return st.tuples(st.integers(0, (1 << size) - 1), st.just(size))

    return st.integers(0, 20).flatmap(of)


def choices(peer: Any) -> st.SearchStrategy[tuple[str, Any]]:
    alternatives = peer._cont.items()
    return st.one_of(*(st.tuples(st.just(name), natives(each)) for name, each in alternatives))


def sequences(peer: Any) -> st.SearchStrategy[dict[str, Any]]:
    components = {name: natives(each) for name, each in peer._cont.items()}
    may = {name: each for name, each in components.items() if optional(peer, name)}
    must = {name: each for name, each in components.items() if name not in may}
    return st.fixed_dictionaries(must, optional=may)


NATIVES: dict[str, Callable[[Any], st.SearchStrategy[Any]]] = {
    "INTEGER": integers,
    "OCTET STRING": lambda peer: st.binary(**sized(peer._const_sz, 200)),
    "BIT STRING": bit_strings,
    "ENUMERATED": lambda peer: st.sampled_from(list(peer._cont)),
    "NULL": lambda _peer: st.just(0),
    "OBJECT IDENTIFIER": lambda _peer: oids,
    "ANY": lambda _peer: any_values(st.binary(max_size=150)),
    "SEQUENCE OF": lambda peer: st.lists(natives(peer._cont), **sized(peer._const_sz, 4)),
    "CHOICE": choices,
    "SEQUENCE": sequences,
}


def natives(peer: Any) -> st.SearchStrategy[Any]:
    """The values of a type, as pycrate takes them."""
    return NATIVES[peer.TYPE](peer)


# A CHOICE of these alone is the bare value here.
CLASSES = {"INTEGER": int, "OCTET STRING": bytes, "OBJECT IDENTIFIER": tuple}
BARE = set(CLASSES)


def optional(peer: Any, name: str) -> bool:
    return bool(peer._cont[name]._opt) or name in (peer._ext or ())


def definite(octets: bytes) -> tuple[int, bytes]:
    """The identifier and the content of a value, all lengths in it definite and short."""
    start, stop, _ = header(octets + PADDING, 0, len(octets), octets[0], "value")
    content = octets[start:stop]
    if octets[0] & 0x20:
        parts, at = [], 0
        while at < len(content):
            after = header(content + PADDING, at, len(content), content[at], "value")[2]
            identifier, inner = definite(content[at:after])
            parts.append(tlv(bytes((identifier,)), inner))
            at = after
        content = b"".join(parts)
    return octets[0], content


def native(peer: Any, value: Any) -> Any:
    """A value of ours as pycrate gives it."""
    match peer.TYPE:
        case "NULL":
            return 0
        case "ANY":
            identifier, content = definite(value)
            return f"_unk_{identifier >> 6}{identifier >> 5 & 1}{identifier & 0x1F}", content
        case "SEQUENCE OF":
            return [native(peer._cont, each) for each in value]
        case "CHOICE":
            kinds = [each.TYPE for each in peer._cont.values()]
            if BARE.issuperset(kinds) and len(kinds) == len(set(kinds)):
                (name,) = [n for n, e in peer._cont.items() if isinstance(value, CLASSES[e.TYPE])]
                return name, value
            return value[0], native(peer._cont[value[0]], value[1])
        case "SEQUENCE":
            components = {name: getattr(value, attribute_name(name)) for name in peer._cont}
            return {
                name: native(peer._cont[name], each)
                for name, each in components.items()
                if not optional(peer, name) or (each is not None and each is not False)
            }
    return value


def check(subject: Subject, value: Any) -> None:
    """Both sides write the same octets for a value, and read the same value in them."""
    subject.peer.set_val(value)
    octets = subject.peer.to_ber()
    ours = subject.decode(octets)
    assert native(subject.peer, ours) == value
    assert subject.encode(ours) == octets
    subject.peer.from_ber(octets)
    assert subject.peer.get_val() == value


@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
@settings(max_examples=15)
@given(st.data())
def test_every_type_is_written_and_read_as_by_pycrate(
    subject: Subject, data: st.DataObject
) -> None:
    check(subject, data.draw(natives(subject.peer)))


@st.composite
def in_other_forms(draw: st.DrawFn, octets: bytes) -> bytes:
    """The same value, its lengths written in any of BER's forms."""
    parts, at = [], 0
    while at < len(octets):
        first = octets[at]
        start = at + 2 + (octets[at + 1] & 0x7F if octets[at + 1] > 0x80 else 0)
        size = int.from_bytes(octets[at + 2 : start], "big") if start > at + 2 else octets[at + 1]
        content = octets[start : start + size]
        if first & 0x20:
            content = draw(in_other_forms(content))
        form = draw(st.sampled_from(("short", "long", "indefinite")))
        if form == "short":
            parts.append(tlv(bytes((first,)), content))
        elif form == "indefinite" and first & 0x20:
            parts.append(bytes((first, 0x80)) + content + b"\0\0")
        else:
            parts.append(bytes((first, 0x84)) + len(content).to_bytes(4, "big") + content)
        at = start + size
    return b"".join(parts)


@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
@settings(max_examples=8)
@given(st.data())
def test_every_form_of_a_length_is_read(subject: Subject, data: st.DataObject) -> None:
    value = data.draw(natives(subject.peer))
    subject.peer.set_val(value)
    octets = data.draw(in_other_forms(subject.peer.to_ber()))
    assert native(subject.peer, subject.decode(octets)) == value


@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
@settings(max_examples=20)
@given(st.data())
def test_any_octets_are_a_value_or_a_codec_error(subject: Subject, data: st.DataObject) -> None:
    """Octets from nowhere, and the octets of a value with a few of them changed."""
    subject.peer.set_val(data.draw(natives(subject.peer)))
    octets = bytearray(subject.peer.to_ber())
    for _ in range(data.draw(st.integers(0, 3))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    for attempt in (bytes(octets), data.draw(st.binary(max_size=40))):
        with contextlib.suppress(CodecError):
            again = subject.encode(subject.decode(attempt))
            assert subject.encode(subject.decode(again)) == again


@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
@settings(max_examples=4)
@given(st.data())
def test_every_truncation_is_refused(subject: Subject, data: st.DataObject) -> None:
    subject.peer.set_val(data.draw(natives(subject.peer)))
    octets = subject.peer.to_ber()
    for length in range(len(octets)):
        with pytest.raises(CodecError):
            subject.decode(octets[:length])


def example() -> str:
    """The operation that CONTRIBUTING adds, in a module of its own."""
    text = (ASN1.parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split("## Add a MAP operation")[1].split("`mkef_codecs/generated")[0]
    lines = [line for line in section.splitlines() if line.startswith("    ")]
    return "\n".join(("Throwaway DEFINITIONS IMPLICIT TAGS ::= BEGIN", *lines, "END"))


PURGE = example()

# Everything that codecs are generated for, and names that Python or the codecs want for themselves.
SUBSET = """
Throwaway DEFINITIONS IMPLICIT TAGS ::= BEGIN
Names ::= SEQUENCE {
    end      INTEGER, value [0] OCTET STRING, len [1] INTEGER (0..7) OPTIONAL,
    header   [2] NULL OPTIONAL, class [3] ENUMERATED { low (-1), high (300) }, octets [4] BIT STRING
}
Literal ::= SEQUENCE { a Pair, b [1] Pair, c [2] SEQUENCE OF Pair OPTIONAL, d [3] Numbers, at NULL }
Pair ::= SEQUENCE { first INTEGER, second INTEGER (-5..MAX) OPTIONAL }
Numbers ::= SEQUENCE SIZE (0..3) OF INTEGER (-3..1000)
Wrapped ::= [5] EXPLICIT SEQUENCE {
    deep    [APPLICATION 1] EXPLICIT Inner, oid [6] EXPLICIT OBJECT IDENTIFIER OPTIONAL,
    any     [7] EXPLICIT ANY OPTIONAL, either [8] Either OPTIONAL,
    octets  OCTET STRING (SIZE (0..300))
}
Inner ::= [PRIVATE 2] EXPLICIT SEQUENCE { kind Either }
Either ::= CHOICE { octets [0] OCTET STRING, other CHOICE { yes NULL, no [1] Numbers }, pair Pair }
Alias ::= [30] Pair
Names-of-numbers ::= SEQUENCE OF Either
Bare ::= CHOICE { number [0] INTEGER (0..9), octets OCTET STRING, oid [2] OBJECT IDENTIFIER }
Bares ::= SEQUENCE { first Bare OPTIONAL, others [3] SEQUENCE OF Bare }
Renamed ::= Names-of-numbers
Widest ::= SEQUENCE { all INTEGER (-9223372036854775808..9223372036854775807), rest ANY }
END
"""


def generated(folder: Path, text: str) -> ModuleType:
    """The module that `make codecs` would write for some ASN.1."""
    (folder / "throwaway.asn").write_text(text, encoding="ascii")
    ((name, source),) = asn1.sources(folder).items()
    path = folder / name
    path.write_text(source, encoding="ascii")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(importlib.import_module("sys").modules, path.stem, module)  # for dataclasses
        spec.loader.exec_module(module)
    return module


def test_an_operation_is_added_by_its_module_alone(tmp_path: Path) -> None:
    module = generated(tmp_path, PURGE)
    argument = module.PurgeMSArg(imsi=b"\x00\x01\x01", vlr_number=b"\x91\x10")
    octets = bytes.fromhex("a309 0403000101 80029110")
    assert module.encode_purge_ms_arg(argument) == octets
    assert module.decode_purge_ms_arg(octets) == argument
    assert module.decode_purge_ms_res(b"\x30\x02\x80\x00").freeze_tmsi
    with pytest.raises(CodecError, match=r"PurgeMS-Arg.imsi: 2 where 3 to 8 are allowed"):
        module.decode_purge_ms_arg(bytes.fromhex("a304 04020001"))


@pytest.mark.parametrize("text", [PURGE, SUBSET], ids=["purgeMS", "subset"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_new_module_agrees_with_pycrate(tmp_path: Path, text: str, data: st.DataObject) -> None:
    key = str(tmp_path)
    if key not in FRESH:
        module = generated(tmp_path, text)
        FRESH[key] = list(subjects([text], {"Throwaway": module}))
    for subject in FRESH[key]:
        check(subject, data.draw(natives(subject.peer)))


FRESH: dict[str, list[Subject]] = {}


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        ("SET { a INTEGER }", r"Throwaway\.T: SET"),
        ("SEQUENCE { a BOOLEAN }", r"Throwaway\.T\.a: BOOLEAN"),
        ("SEQUENCE { a IA5String }", r"Throwaway\.T\.a: IA5String"),
        ("SEQUENCE OF UTF8String", r"Throwaway\.T\.item: UTF8String"),
        ("SEQUENCE { a INTEGER DEFAULT 3 }", r"Throwaway\.T\.a: DEFAULT"),
        ("SEQUENCE { ..., [[ a INTEGER ]] }", r"Throwaway\.T\.a: an extension group"),
        ("SEQUENCE { ..., a NULL, ..., b INTEGER }", r"Throwaway\.T: components behind"),
        ("SEQUENCE { a ANY OPTIONAL, b [0] NULL }", r"Throwaway\.T\.a: an optional ANY before"),
        ("SEQUENCE { a ANY, ... }", r"Throwaway\.T\.a: an ANY before extensions"),
        ("CHOICE { a [0] EXPLICIT ANY }", r"Throwaway\.T\.a: an ANY as an alternative"),
        ("CHOICE { a NULL, ... }", r"Throwaway\.T: an extensible CHOICE"),
        ("ENUMERATED { a (0), ... }", r"Throwaway\.T: an extensible ENUMERATED"),
        ("INTEGER (1 | 3..5)", r"Throwaway\.T: a constraint of several ranges"),
        ("INTEGER (1..5, ...)", r"Throwaway\.T: an extensible constraint"),
        ("INTEGER (ALL EXCEPT 5)", r"Throwaway\.T: EXCEPT"),
        ("SEQUENCE { a INTEGER (1..5 EXCEPT 3) }", r"Throwaway\.T\.a: EXCEPT"),
        ("OCTET STRING (SIZE (ALL EXCEPT 3))", r"Throwaway\.T: EXCEPT"),
        ("INTEGER (2..3)(1..5)", r"Throwaway\.T: several constraints"),
        ("INTEGER (0..9223372036854775808)", r"Throwaway\.T: a bound of more than 8 octets"),
        ("INTEGER (-9223372036854775809..0)", r"Throwaway\.T: a bound of more than 8 octets"),
        ("W (5..20)", r"Throwaway\.T: a constraint on a reference"),
        ("OCTET STRING (SIZE (4 | 16))", r"Throwaway\.T: a constraint of several ranges"),
        ("OCTET STRING (CONTAINING U)", r"Throwaway\.T: CONTAINING"),
        ("BIT STRING (SIZE (3))", r"Throwaway\.T: a BIT STRING of bounded size"),
        ("SEQUENCE { a U (SIZE (1)) }", r"Throwaway\.T\.a: a constraint on a reference"),
        ("SEQUENCE { a V (WITH COMPONENTS { b }) }", r"Throwaway\.T\.a: WITH COMPONENTS"),
        ("[31] INTEGER", r"Throwaway\.T: a tag number above 30"),
        ("SEQUENCE { a T OPTIONAL }", "Throwaway"),
        ("SEQUENCE { a Nowhere }", r"T\.a: .* Nowhere"),
        (
            "SEQUENCE { a SEQUENCE { b NULL } }\nT-a ::= SEQUENCE { c NULL }",
            r"Throwaway\.T-a: a second",
        ),
        ("NULL\nTA ::= NULL\nTa ::= NULL", r"Throwaway\.Ta: a second decode_ta"),
    ],
)
def test_the_rest_of_asn1_is_refused_by_name(declared: str, problem: str) -> None:
    others = "U ::= SEQUENCE OF NULL\nV ::= SEQUENCE { b NULL OPTIONAL }\nW ::= INTEGER (1..9)"
    text = f"Throwaway DEFINITIONS IMPLICIT TAGS ::= BEGIN\n{others}\nT ::= {declared}\nEND"
    with pytest.raises(GeneratorError, match=problem):
        asn1.read([text])


def test_a_type_of_another_module_is_refused() -> None:
    one = "One DEFINITIONS ::= BEGIN\nEXPORTS A;\nA ::= SEQUENCE { a INTEGER }\nEND"
    two = "Two DEFINITIONS ::= BEGIN\nIMPORTS A FROM One;\nB ::= SEQUENCE { a A }\nEND"
    with pytest.raises(GeneratorError, match=r"Two\.B\.a: a type of another module, One\.A"):
        asn1.read([one, two])


def test_what_is_generated_is_up_to_date() -> None:
    for name, text in asn1.sources(ASN1).items():
        assert (GENERATED / name).read_text(encoding="ascii") == text
    assert asn1.sources(ASN1) == asn1.sources(ASN1)
