"""Dictionaries of go-diameter (github.com/fiorix/go-diameter): XML, an element an application.

What an application does not define is looked up in its base dictionary, which has RFC 6733.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from mkef_codecs.diameter.dictionary import FieldRow, Row
from mkef_codecs.export.ours import VENDOR_NAME, Application, Command
from mkef_codecs.lab import VENDOR

Element = ElementTree.Element

HEADING = '<?xml version="1.0" encoding="UTF-8"?>\n'
ANY_AVP: FieldRow = ("AVP", False, 0)


def source(applications: Sequence[Application]) -> str:
    """The whole file."""
    root = Element("diameter")
    for application in applications:
        root.append(_application(application))
    ElementTree.indent(root)
    return f"{HEADING}{ElementTree.tostring(root, encoding='unicode')}\n"


def _application(application: Application) -> Element:
    """It takes the vendor of Vendor-Specific-Application-Id from here, so there is but ours."""
    element = Element("application", id=str(application.id), type="auth", name=application.name)
    element.append(Element("vendor", id=str(VENDOR), name=VENDOR_NAME))
    element.extend(map(_command, application.commands))
    element.extend(map(_avp, application.rows))
    return element


def _command(command: Command) -> Element:
    element = Element(
        "command", code=str(command.request.code), short=command.short, name=command.title
    )
    for tag, row in (("request", command.request), ("answer", command.answer)):
        rules = ElementTree.SubElement(element, tag)
        rules.extend(map(_rule, (*row.fields, ANY_AVP)))
    return element


def _avp(row: Row) -> Element:
    attributes = {
        "name": row.name,
        "code": str(row.code),
        "must": "M,V" if row.mandatory else "V",
        "may-encrypt": "N",
        "vendor-id": str(row.vendor),
    }
    element = Element("avp", attributes)
    data = ElementTree.SubElement(element, "data", type=row.type)
    if row.members:
        data.extend(map(_rule, (*row.members, ANY_AVP)))
    return element


def _rule(field: FieldRow) -> Element:
    name, required, at_most = field
    rule = Element("rule", avp=name, required="true" if required else "false")
    if at_most:
        rule.set("max", str(at_most))
    return rule
