"""go-diameter's XML: what its loader (diam/dict, structs File to Rule) reads."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from mkef_codecs.diameter.dictionary import FieldRow
from mkef_codecs.export.go_diameter import source
from mkef_codecs.export.ours import VENDOR, Application
from mkef_codecs.generated.dictionary import ROWS

# diam/datatype/types.go, `Available`: a type that is not there stops the loader.
TYPES = {
    *("Address", "DiameterIdentity", "DiameterURI", "Enumerated", "Float32", "Float64", "Grouped"),
    *("IPFilterRule", "IPv4", "Integer32", "Integer64", "OctetString", "QoSFilterRule", "Time"),
    *("UTF8String", "Unsigned32", "Unsigned64"),
}
U32, INT, BOOL, FLAGS, TEXT = (
    re.compile(pattern).fullmatch
    for pattern in (r"\d{1,10}", r"-?\d+", r"true|false", r"[MVP](,[MVP])*|", r"[!-~][ -~]*")
)
# diam/dict/skel.go: each element with its attributes, all of them read, and its children.
ELEMENTS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "diameter": ({}, {"application"}),
    "application": ({"id": U32, "type": TEXT, "name": TEXT}, {"vendor", "command", "avp"}),
    "vendor": ({"id": U32, "name": TEXT}, set()),
    "command": ({"code": U32, "name": TEXT, "short": TEXT}, {"request", "answer"}),
    "request": ({}, {"rule"}),
    "answer": ({}, {"rule"}),
    "avp": (
        {
            "name": TEXT,
            "code": U32,
            "must": FLAGS,
            "may-encrypt": re.compile("Y|N|-").fullmatch,
            "vendor-id": U32,
        },
        {"data"},
    ),
    "data": ({"type": TYPES.__contains__}, {"rule"}),
    "rule": ({"avp": TEXT, "required": BOOL, "max": INT}, set()),
}
OPTIONAL = {"max"}
ANY = ("AVP", False, 0)


@pytest.fixture(scope="module")
def root(applications: tuple[Application, ...]) -> ElementTree.Element:
    return ElementTree.fromstring(source(applications))


def rules(parent: ElementTree.Element | None) -> list[FieldRow]:
    assert parent is not None
    return [
        (rule.attrib["avp"], rule.attrib["required"] == "true", int(rule.get("max", "0")))
        for rule in parent.findall("rule")
    ]


def test_every_element_is_one_that_the_loader_reads(root: ElementTree.Element) -> None:
    for element in root.iter():
        attributes, children = ELEMENTS[element.tag]
        assert set(attributes) - OPTIONAL <= set(element.attrib) <= set(attributes)
        for name, value in element.attrib.items():
            assert attributes[name](value), (element.tag, name, value)
        assert {child.tag for child in element} <= children
        assert not (element.text or "").strip()


def test_no_index_of_the_loader_is_taken_twice(root: ElementTree.Element) -> None:
    """It refuses a command's code a second time, and finds AVPs by name or code alone, too."""
    for application in root:
        for tag, keys in (("command", ("code",)), ("avp", ("name",)), ("avp", ("code",))):
            found = [[each.get(key) for key in keys] for each in application.findall(tag)]
            assert len(found) == len({tuple(key) for key in found})
        for avp in application.findall("avp"):
            assert len(avp.findall("data")) == 1
        for command in application.findall("command"):
            assert [child.tag for child in command] == ["request", "answer"]


def test_an_element_for_each_application(
    root: ElementTree.Element, applications: tuple[Application, ...]
) -> None:
    assert root.tag == "diameter"
    found = [(int(a.attrib["id"]), a.attrib["type"], a.attrib["name"]) for a in root]
    assert found == [(a.id, "auth", a.name) for a in applications]
    assert all([v.get("id") for v in a.findall("vendor")] == [str(VENDOR)] for a in root)


def test_commands_and_their_rules(
    root: ElementTree.Element, applications: tuple[Application, ...]
) -> None:
    for element, application in zip(root, applications, strict=True):
        for found, command in zip(element.findall("command"), application.commands, strict=True):
            assert found.attrib == {
                "code": str(command.request.code),
                "short": command.short,
                "name": command.title,
            }
            assert rules(found.find("request")) == [*command.request.fields, ANY]
            assert rules(found.find("answer")) == [*command.answer.fields, ANY]


def test_every_row_of_an_application(
    root: ElementTree.Element, applications: tuple[Application, ...]
) -> None:
    for element, application in zip(root, applications, strict=True):
        for avp, row in zip(element.findall("avp"), application.rows, strict=True):
            data = avp.find("data")
            assert data is not None
            found = (avp.get("name"), avp.get("code"), avp.get("vendor-id"), data.get("type"))
            assert found == (row.name, str(row.code), str(row.vendor), row.type)
            assert row.type in TYPES
            assert avp.get("must") == ("M,V" if row.mandatory else "V")
            assert rules(data) == ([*row.members, ANY] if row.members else [])


def test_what_a_rule_names_is_defined_here_or_in_rfc_6733(root: ElementTree.Element) -> None:
    for application in root:
        defined = {avp.get("name") for avp in application.findall("avp")}
        for rule in application.iter("rule"):
            name = rule.attrib["avp"]
            assert name == "AVP" or name in defined or ROWS[name].vendor == 0
