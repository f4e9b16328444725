"""freeDiameter's JSON dictionaries, which its extension dict_json.fdx reads.

freeDiameter has RFC 6733 built in; what is defined a second time with the same values it accepts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from mkef_codecs.diameter.dictionary import FieldRow, Row
from mkef_codecs.export.ours import Application, all_rows, vendors

Json = dict[str, Any]

SESSION_ID = "Session-Id"  # the one AVP with a fixed place (RFC 6733 clause 8.8)


def source(applications: Sequence[Application]) -> str:
    """One JSON object; freeDiameter wants what a part refers to in the parts before it."""
    rows = all_rows(applications)
    vendor_of = {row.name: row.vendor for row in rows}
    dictionary = {
        "Vendors": [{"Code": code, "Name": name} for code, name in vendors(rows).items()],
        "Applications": [{"Code": a.id, "Name": a.name} for a in applications],
        "AVPs": [_avp(row) for row in rows],
        "Commands": [command for a in applications for command in _commands(a)],
        "CommandRules": [rules for a in applications for rules in _command_rules(a, vendor_of)],
        "AVPRules": [
            {"AVP": row.name, "Vendor": row.vendor, "Content": _content(row.members, vendor_of)}
            for row in rows
            if row.members
        ],
    }
    return json.dumps(dictionary, indent=2) + "\n"


def _avp(row: Row) -> Json:
    """An AVP without M may come with it, too: other flags are left open."""
    flags = {"Must": "VM" if row.mandatory else "V"}
    return {
        "Code": row.code,
        "Vendor": row.vendor,
        "Name": row.name,
        "Flags": flags,
        "Type": row.type,
    }


def _commands(application: Application) -> Iterator[Json]:
    for command in application.commands:
        for name, row in command.titled:
            must = ("R" if row.request else "") + ("P" if row.proxiable else "")
            must_not = "E" if row.request else "R"
            yield {
                "Code": row.code,
                "Name": name,
                "Application": application.name,
                "Flags": {"Must": must, "MustNot": must_not},
            }


def _command_rules(application: Application, vendor_of: dict[str, int]) -> Iterator[Json]:
    for command in application.commands:
        for name, row in command.titled:
            yield {"Command": name, "Content": _content(row.fields, vendor_of)}


def _content(fields: Sequence[FieldRow], vendor_of: dict[str, int]) -> list[Json]:
    return [_rule(field, vendor_of.get(field[0])) for field in fields]


def _rule(field: FieldRow, vendor: int | None) -> Json:
    name, required, at_most = field
    rule: Json = {"AVP": name}
    if vendor is not None:
        rule["Vendor"] = vendor
    if name == SESSION_ID:
        rule["First"] = True
    rule["Min"] = int(required)
    rule["Max"] = at_most or "unbounded"
    return rule
