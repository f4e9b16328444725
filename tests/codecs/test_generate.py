"""The grammar of `codecs/avp` and what is generated from it."""

from __future__ import annotations

import contextlib
import re
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
@application 16781313 Ours
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
1*3 { Bounds }
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
    assert (octets.key, octets.flags, octets.minimum) == (32473 << 32 | 3, 0xC0, 16)
    assert (grammar.rows["Bounds"].low, grammar.rows["Bounds"].high) == (0, 255)
    assert (grammar.rows["Name"].key, grammar.rows["Name"].flags) == (1, 0)
    assert grammar.rows["Bounds"].minimum == 4
    assert grammar.rows["Group"].members == (("Octets", True, 1),)
    assert grammar.applications == {16781313: "Ours"}
    group, ask = grammar.commands
    assert (group.name, group.code) == ("Group", None)
    assert (ask.code, ask.application, ask.flags) == (16777214, 16781313, 0xC0)
    assert (group.open, ask.open) == (True, False)
    assert [(f.attribute, f.low, f.high, f.required, f.repeated) for f in ask.fields] == [
        ("session_id", 1, 1, True, False),
        ("octets", 1, 0, True, True),
        ("name", 0, 0, False, True),
        ("bounds", 1, 3, True, True),
        ("group", 0, 1, False, False),
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("@vendor 0", "@vendor IETF", r"test\.dia:3: not an AVP row: @vendor IETF"),
        ("Name        1    UTF8String", "Name one UTF8String", r"test\.dia:5: not an AVP row"),
        ("Name        1    UTF8String", "Name 1 Unsigned31", r"test\.dia:5: no such type: Uns"),
        ("UTF8String  -   ;", "UTF8String V  ;", r"test\.dia:5: the V flag is for AVPs of a v"),
        ("OctetString  VM", "OctetString  M", r"test\.dia:7: the V flag"),
        ("Name ", "Session-Id ", r"test\.dia:5: Session-Id is declared twice"),
        ("Name        1 ", "Name 263 ", r"test\.dia:5: code 263 of vendor 0 is declared twice"),
        ("Header: 1 32473", "Header: 2 32473", r"test\.dia:11: no Grouped AVP row for Group"),
        ("Header: 1 32473", "Header: 1", r"test\.dia:11: no Grouped AVP row for Group"),
        ("1  Grouped  ", "1  OctetString", r"test\.dia:11: no Grouped AVP row for Group"),
        ("Group ::=", "Other ::=", r"test\.dia:11: no Grouped AVP row for Other"),
        ("AVP Header", "AVP Heading", r"test\.dia:11: not a command: Group ::="),
        ("{ Octets }\n  *", "{ Octets ]]\n  *", r"test\.dia:12: not a field: { Octets \]\]"),
        ("[ Name ]", "[ Surname ]", r"test\.dia:18: no AVP row for Surname"),
        ("<ASK>", "<Ask>", r"test\.dia:15: not a command: <Ask>"),
        (", REQ, PXY", ", ERR", r"test\.dia:15: not a command"),
        ("; a comment", "    { Octets }", r"test\.dia:1: not an AVP row"),
        ("1 * { Octets }", "1 * { Octets >", r"test\.dia:17: not a field: 1 \* { Octets >"),
        ("1*3 {", "1-3 {", r"test\.dia:19: not a field"),
        ("@application 16781313", "@application Ours", r"test\.dia:2: not an AVP row"),
        ("@vendor 0", "@application 16781313 Zk", r"test\.dia:3: 16781313 is declared twice"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(GrammarError, match=problem):
        read_grammar([write(tmp_path, GOOD.replace(old, new, 1))])


def test_a_group_stands_before_what_holds_it_and_so_never_holds_itself(tmp_path: Path) -> None:
    group = GOOD[GOOD.index("Group ::=") : GOOD.index("<ASK>")]
    late = GOOD.replace(group, "") + group
    with pytest.raises(GrammarError, match=r"Group must stand before ASK, which holds it"):
        read_grammar([write(tmp_path, late)])
    itself = GOOD.replace("    { Octets }\n", "    { Octets }\n    [ Group ]\n", 1)
    with pytest.raises(GrammarError, match=r"Group must stand before Group, which holds it"):
        read_grammar([write(tmp_path, itself)])


# A standard AVP is a name; the dictionaries must agree or be overridden with a reason.
@pytest.mark.parametrize(
    ("vendor", "line", "said"),
    [
        (0, "Session-Id", "263 UTF8String M"),
        (0, "Origin-Host", "264 DiameterIdentity M"),  # an OctetString in python-diameter
        (0, "Auth-Session-State 0..1", "277 Enumerated M 0..1"),  # an Integer32 there
        (10415, "Kc 8 secret", "1453 OctetString M 8..8 secret"),
        (10415, "Key-ExpiryTime", "404 Time -"),
        (0, "Product-Name flags=- ; clause 4.5", "269 UTF8String -"),
        (0, "Result-Code type=Unsigned32 ; clause 7.1", "268 Unsigned32 M"),
        (0, "Firmware-Revision code=267 flags=- ; clause 4.5", "267 Unsigned32 -"),
        (10415, "Sequence-Number code=716 ; TS 29.140", "716 Unsigned32 M"),
    ],
)
def test_a_standard_avp_is_what_the_dictionaries_say(
    tmp_path: Path, vendor: int, line: str, said: str
) -> None:
    (row,) = read_grammar([write(tmp_path, f"@vendor {vendor}\n{line}\n")]).rows.values()
    words = [str(row.code), row.type, "M" if row.mandatory else "-"]
    words += [] if row.low is None else [f"{row.low}..{row.high}"]
    words += ["secret"] if row.secret else []
    assert (row.name, row.vendor, " ".join(words)) == (line.split(maxsplit=1)[0], vendor, said)


@pytest.mark.parametrize(
    ("vendor", "line", "problem"),
    [
        (0, "Firmware-Revision", "is called Firmware-Version in pycrate, Firmware-Revision in"),
        (0, "Result-Code", "is of type Unsigned32 in pycrate, Integer32 in python-diameter: say"),
        (10415, "Sequence-Number", "Sequence-Number is 4512 in pycrate, 716 in python-diameter"),
        (0, "Result-Code type=Unsigned32", "Result-Code overrides a dictionary without a reason"),
        (0, "Session-Id code=263 ; why", "the dictionaries say of Session-Id what the override"),
        (0, "No-Such-AVP", "no dictionary has No-Such-AVP of vendor 0"),
        (32473, "Session-Id", "no dictionary has Session-Id of vendor 32473"),
        (0, "Session-Id code=99999 ; why", "no dictionary has code 99999 of vendor 0"),
        (0, "Session-Id type=Text ; why", "no such type: Text"),
        (0, "Session-Id flags=X ; why", "not an AVP row"),
    ],
)
def test_where_dictionaries_disagree_the_line_must_decide(
    tmp_path: Path, vendor: int, line: str, problem: str
) -> None:
    with pytest.raises(GrammarError, match=re.escape(problem)) as caught:
        read_grammar([write(tmp_path, f"@vendor {vendor}\n{line}\n")])
    assert str(caught.value).startswith("test.dia:2: ")


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
    [
        ("diameter.py", diameter.source),
        ("dictionary.py", diameter.dictionary),
        ("mnc_lengths.py", mnc_lengths.source),
    ],
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
