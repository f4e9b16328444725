"""The grammar of `codecs/avp` and what is generated from it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mkef_codecs.generate import diameter, mnc_lengths
from mkef_codecs.generate.grammar import GrammarError, read_grammar
from mkef_codecs.generated.mnc_lengths import MNC_LENGTH

PACKAGE = Path(diameter.__file__).parents[1]

GOOD = """\
; a comment
@vendor 0
Session-Id  263  UTF8String  M
Name        1    UTF8String  -   ; another
@vendor 32473
Octets  3  OctetString  VM  16  secret
Bounds  4  Unsigned32   V   0..255
Group   1  Grouped      VM

Group ::= < AVP Header: 1 32473 >
    { Octets }
  * [ AVP ]

<ASK> ::= < Diameter Header: 16777214, REQ, PXY 16781313 >
    < Session-Id >
1 * { Octets }
  * [ Name ]
    [ Group ]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "test.dia"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_grammar_is_read_whole(tmp_path: Path) -> None:
    grammar = read_grammar([write(tmp_path, GOOD)])
    octets = grammar.rows["Octets"]
    assert (octets.code, octets.vendor, octets.mandatory, octets.secret) == (3, 32473, True, True)
    assert (octets.low, octets.high) == (16, 16)
    assert (octets.head.hex(), octets.vendor_octets.hex()) == ("00000003c0", "00007ed9")
    assert (grammar.rows["Bounds"].low, grammar.rows["Bounds"].high) == (0, 255)
    assert grammar.rows["Name"].head.hex() == "0000000100"
    group, ask = grammar.commands
    assert (group.name, group.code) == ("Group", None)
    assert (ask.code, ask.application, ask.flags) == (16777214, 16781313, 0xC0)
    assert [(f.attribute, f.required, f.repeated) for f in ask.fields] == [
        ("session_id", True, False),
        ("octets", True, True),
        ("name", False, True),
        ("group", False, False),
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("@vendor 0", "@vendor IETF", r"test\.dia:2: not an AVP row: @vendor IETF"),
        ("Name        1    UTF8String", "Name one UTF8String", r"test\.dia:4: not an AVP row"),
        ("Name        1    UTF8String", "Name 1 Unsigned31", r"test\.dia:4: no such type: Uns"),
        ("UTF8String  -   ;", "UTF8String V  ;", r"test\.dia:4: the V flag is for AVPs of a v"),
        ("OctetString  VM", "OctetString  M", r"test\.dia:6: the V flag"),
        ("Name ", "Session-Id ", r"test\.dia:4: Session-Id is declared twice"),
        ("Name        1 ", "Name 263 ", r"test\.dia:4: code 263 of vendor 0 is declared twice"),
        ("Header: 1 32473", "Header: 2 32473", r"test\.dia:10: no Grouped AVP row for Group"),
        ("Header: 1 32473", "Header: 1", r"test\.dia:10: no Grouped AVP row for Group"),
        ("1  Grouped  ", "1  OctetString", r"test\.dia:10: no Grouped AVP row for Group"),
        ("Group ::=", "Other ::=", r"test\.dia:10: no Grouped AVP row for Other"),
        ("AVP Header", "AVP Heading", r"test\.dia:10: not a command: Group ::="),
        ("{ Octets }\n  *", "{ Octets ]]\n  *", r"test\.dia:11: not a field: { Octets \]\]"),
        ("[ Name ]", "[ Surname ]", r"test\.dia:17: no AVP row for Surname"),
        ("<ASK>", "<Ask>", r"test\.dia:14: not a command: <Ask>"),
        (", REQ, PXY", ", ERR", r"test\.dia:14: not a command"),
        ("; a comment", "    { Octets }", r"test\.dia:1: not an AVP row"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(GrammarError, match=problem):
        read_grammar([write(tmp_path, GOOD.replace(old, new, 1))])


def test_two_files_do_not_declare_the_same(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    with pytest.raises(GrammarError, match="declared twice"):
        read_grammar([path, path])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.sampled_from(GOOD.splitlines()), max_size=30))
def test_any_order_of_lines_is_a_grammar_or_an_error(tmp_path: Path, lines: list[str]) -> None:
    with contextlib.suppress(GrammarError):
        read_grammar([write(tmp_path, "\n".join(lines))])


@pytest.mark.parametrize(
    ("name", "source"),
    [("diameter.py", diameter.source), ("mnc_lengths.py", mnc_lengths.source)],
)
def test_what_is_generated_is_up_to_date(name: str, source: object) -> None:
    if not (PACKAGE.parent / "avp").is_dir():
        pytest.skip("an installed package holds no sources of what was generated")
    assert callable(source)
    assert (PACKAGE / "generated" / name).read_text(encoding="utf-8") == source()


def test_mnc_lengths_are_2_or_3_digits_of_a_country_or_a_network() -> None:
    assert {len(key) for key in MNC_LENGTH} <= {3, 5, 6}
    assert set(MNC_LENGTH.values()) == {2, 3}
    for key, length in MNC_LENGTH.items():
        assert len(key) in {3, 3 + length}


# ITU-T E.212 annex to the Operational Bulletin: countries whose networks all have one length.
@pytest.mark.parametrize(
    ("mcc", "length"),
    [("001", 2), ("234", 2), ("262", 2), ("302", 3), ("311", 3), ("440", 2), ("999", 2)],
)
def test_lengths_of_known_countries(mcc: str, length: int) -> None:
    found = {v for k, v in MNC_LENGTH.items() if k.startswith(mcc)}
    assert found == {length}
