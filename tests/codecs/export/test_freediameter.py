"""freeDiameter's JSON: parts and keys as the schema of dict_json has them, values as our rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mkef_codecs.export.freediameter import source
from mkef_codecs.export.ours import VENDOR, Application, all_rows
from mkef_codecs.generated.dictionary import ROWS

Check = Callable[[Any], bool]


def is_unsigned(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 32  # read with asUInt


def is_name(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and value != ""


def is_flags(must: str, must_not: str) -> Check:
    """An object of two strings of letters."""
    letters = {"Must": must, "MustNot": must_not}
    return lambda value: (
        isinstance(value, dict)
        and set(value) <= set(letters)
        and all(isinstance(v, str) and set(v) <= set(letters[k]) for k, v in value.items())
    )


def is_maximum(value: Any) -> bool:
    return type(value) is int or value == "unbounded"


def is_content(value: Any) -> bool:
    return isinstance(value, list) and all(is_object(rule, RULE, {"AVP"}) for rule in value)


def is_object(value: Any, keys: dict[str, Check], required: set[str]) -> bool:
    """No other keys, all required ones, each value as its key wants it."""
    if not isinstance(value, dict) or not required <= set(value) <= set(keys):
        return False
    return all(keys[key](each) for key, each in value.items())


# What freeDiameter demands (extensions/dict_json: dict_json_dict_schema.json, and the loader).
RULE: dict[str, Check] = {
    "AVP": is_name,
    "Vendor": is_unsigned,
    "First": lambda value: isinstance(value, bool),
    "Min": is_unsigned,
    "Max": is_maximum,
}
PARTS: dict[str, tuple[dict[str, Check], set[str]]] = {
    "Vendors": ({"Code": is_unsigned, "Name": is_name}, {"Code", "Name"}),
    "Applications": ({"Code": is_unsigned, "Name": is_name}, {"Code", "Name"}),
    "AVPs": (
        {
            "Code": is_unsigned,
            "Vendor": is_unsigned,
            "Name": is_name,
            "Flags": is_flags("VMP", "VMP"),
            "Type": is_name,
        },
        {"Code", "Name", "Type"},
    ),
    "Commands": (
        {
            "Code": is_unsigned,
            "Name": is_name,
            "Application": is_name,
            "Flags": is_flags("RPE", "RPET"),
        },
        {"Code", "Name"},
    ),
    "CommandRules": ({"Command": is_name, "Content": is_content}, {"Command", "Content"}),
    "AVPRules": (
        {"AVP": is_name, "Vendor": is_unsigned, "Content": is_content},
        {"AVP", "Content"},
    ),
}
# Basic types, and those that its dict_base extension defines.
TYPES = {
    *("Unsigned32", "Enumerated", "Integer32", "OctetString", "Grouped", "Integer64"),
    *("Unsigned64", "Float32", "Float64"),
    *("Address", "UTF8String", "DiameterIdentity", "DiameterURI", "Time", "IPFilterRule"),
}
Json = dict[str, Any]


@pytest.fixture(scope="module")
def dictionary(applications: tuple[Application, ...]) -> Json:
    parsed: Json = json.loads(source(applications))
    return parsed


def test_it_is_of_the_schema(dictionary: Json) -> None:
    assert set(dictionary) == set(PARTS)
    for part, (keys, required) in PARTS.items():
        assert isinstance(dictionary[part], list)
        for item in dictionary[part]:
            assert is_object(item, keys, required), item


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("AVPs", {"Code": "1"}),
        ("AVPs", {"Flags": {"Must": "X"}}),
        ("AVPs", {"Extra": 1}),
        ("Commands", {"Flags": {"May": "P"}}),
        ("CommandRules", {"Content": [{"AVP": "Session-Id", "Max": "many"}]}),
        ("Vendors", {"Code": True}),
    ],
)
def test_the_schema_finds_mistakes(dictionary: Json, part: str, change: Json) -> None:
    keys, required = PARTS[part]
    assert not is_object(dictionary[part][0] | change, keys, required)


def test_nothing_is_defined_twice_or_refers_to_nothing(dictionary: Json) -> None:
    """The loader goes from part to part, and stops at what an earlier one does not have."""

    def unique(part: str, *keys: str) -> set[Any]:
        found = [tuple(item.get(key) for key in keys) for item in dictionary[part]]
        assert len(found) == len(set(found))
        return set(found)

    vendors = unique("Vendors", "Code")
    applications = unique("Applications", "Name")
    assert all((avp["Vendor"],) in vendors for avp in dictionary["AVPs"])
    unique("AVPs", "Vendor", "Code")
    grouped = {
        (avp["Vendor"], avp["Name"]) for avp in dictionary["AVPs"] if avp["Type"] == "Grouped"
    }
    assert all((command["Application"],) in applications for command in dictionary["Commands"])
    assert unique("CommandRules", "Command") == unique("Commands", "Name")
    assert unique("AVPRules", "Vendor", "AVP") <= grouped


def test_what_must_be_set_is_not_forbidden(dictionary: Json) -> None:
    """A rule's first AVP stands at a fixed place once; no rule ends before it begins."""
    for item in dictionary["AVPs"] + dictionary["Commands"]:
        flags = item["Flags"]
        assert not set(flags["Must"]) & set(flags.get("MustNot", ""))
    for rules in dictionary["CommandRules"] + dictionary["AVPRules"]:
        names = [rule["AVP"] for rule in rules["Content"]]
        assert len(names) == len(set(names))
        for rule in rules["Content"]:
            assert rule["Max"] == "unbounded" or rule["Min"] <= rule["Max"]


def test_every_row_is_there(dictionary: Json, applications: tuple[Application, ...]) -> None:
    found = {(avp["Code"], avp["Vendor"], avp["Name"], avp["Type"]) for avp in dictionary["AVPs"]}
    rows = all_rows(applications)
    assert found == {(row.code, row.vendor, row.name, row.type) for row in rows}
    assert {avp["Type"] for avp in dictionary["AVPs"]} <= TYPES


def test_flags_are_the_rows(dictionary: Json) -> None:
    for avp in dictionary["AVPs"]:
        assert ("M" in avp["Flags"]["Must"]) is ROWS[avp["Name"]].mandatory
        assert "V" in avp["Flags"]["Must"]


def test_commands_have_their_names_in_words(dictionary: Json) -> None:
    assert [
        (c["Code"], c["Name"], c["Application"], c["Flags"]) for c in dictionary["Commands"]
    ] == [
        (16777214, "MTC-Key-Request", "Zk", {"Must": "RP", "MustNot": "E"}),
        (16777214, "MTC-Key-Answer", "Zk", {"Must": "P", "MustNot": "R"}),
        (16777215, "RAND-Information-Request", "Zr", {"Must": "RP", "MustNot": "E"}),
        (16777215, "RAND-Information-Answer", "Zr", {"Must": "P", "MustNot": "R"}),
    ]


def test_rules_are_the_grammar(dictionary: Json, applications: tuple[Application, ...]) -> None:
    rules = {rules["Command"]: rules["Content"] for rules in dictionary["CommandRules"]}
    for application in applications:
        for command in application.commands:
            for name, row in command.titled:
                assert [
                    (
                        rule["AVP"],
                        rule["Min"] == 1,
                        0 if rule["Max"] == "unbounded" else rule["Max"],
                    )
                    for rule in rules[name]
                ] == list(row.fields)


def test_rules_of_groups(dictionary: Json) -> None:
    rules = {rules["AVP"]: rules["Content"] for rules in dictionary["AVPRules"]}
    assert rules["MTC-Key-Info"] == [
        {"AVP": "MTC-Key-Material", "Vendor": VENDOR, "Min": 1, "Max": 1},
        {"AVP": "MTC-Server-Id", "Vendor": VENDOR, "Min": 1, "Max": 1},
        {"AVP": "Key-ExpiryTime", "Vendor": 10415, "Min": 1, "Max": 1},
        {"AVP": "MTC-Key-Strength", "Vendor": VENDOR, "Min": 0, "Max": 1},
    ]
    assert rules["MTC-RAND-List"] == [
        {"AVP": "MTC-Device-RAND", "Vendor": VENDOR, "Min": 1, "Max": 3}
    ]


def test_what_a_rule_names_is_defined_here_or_in_rfc_6733(dictionary: Json) -> None:
    defined = {(avp["Vendor"], avp["Name"]) for avp in dictionary["AVPs"]}
    for rules in dictionary["CommandRules"] + dictionary["AVPRules"]:
        for rule in rules["Content"]:
            vendor = rule.get("Vendor", 0)
            assert vendor == ROWS[rule["AVP"]].vendor
            assert vendor == 0 or (vendor, rule["AVP"]) in defined


def test_the_session_id_comes_first(dictionary: Json) -> None:
    for rules in dictionary["CommandRules"]:
        assert [rule["AVP"] for rule in rules["Content"] if rule.get("First")] == ["Session-Id"]
