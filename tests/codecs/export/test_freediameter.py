"""freeDiameter's JSON: parts and keys as the schema of dict_json has them, values as our rows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mkef_codecs.export.freediameter import source
from mkef_codecs.export.ours import VENDOR, Application, all_rows
from mkef_codecs.generated.dictionary import ROWS

# freeDiameter, extensions/dict_json/dict_json_dict_schema.json: required keys, and all keys.
SCHEMA = {
    "Vendors": ({"Code", "Name"}, {"Code", "Name"}),
    "Applications": ({"Code", "Name"}, {"Code", "Name"}),
    "AVPs": (
        {"Code", "Name", "Type"},
        {"Code", "Vendor", "Name", "Flags", "Type", "EnumValues"},
    ),
    "Commands": ({"Code", "Name"}, {"Code", "Name", "Application", "Flags"}),
    "CommandRules": ({"Command", "Content"}, {"Command", "Content"}),
    "AVPRules": ({"AVP", "Content"}, {"AVP", "Vendor", "Content"}),
}
RULE_KEYS = {"AVP", "Vendor", "First", "Min", "Max"}
TYPES = {
    "Address",
    "DiameterIdentity",
    "Enumerated",
    "Grouped",
    "Integer32",
    "OctetString",
    "Time",
    "UTF8String",
    "Unsigned32",
}
Json = dict[str, Any]


@pytest.fixture(scope="module")
def dictionary(applications: tuple[Application, ...]) -> Json:
    parsed: Json = json.loads(source(applications))
    return parsed


def test_it_has_the_keys_of_the_schema(dictionary: Json) -> None:
    assert set(dictionary) == set(SCHEMA)
    for part, (required, allowed) in SCHEMA.items():
        for item in dictionary[part]:
            assert required <= set(item) <= allowed
    for rules in dictionary["CommandRules"] + dictionary["AVPRules"]:
        assert all({"AVP"} <= set(rule) <= RULE_KEYS for rule in rules["Content"])


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
