"""What the exports hold."""

from __future__ import annotations

from mkef_codecs.diameter.dictionary import CommandRow, Row
from mkef_codecs.export.ours import VENDOR, Application, all_rows, applications, vendors
from mkef_codecs.generated.dictionary import ROWS


def test_both_applications_with_their_commands(applications: tuple[Application, ...]) -> None:
    found = {
        (a.id, a.name): [(c.request.name, c.answer.name) for c in a.commands] for a in applications
    }
    assert found == {(16781313, "Zk"): [("MKR", "MKA")], (16781314, "Zr"): [("RIR", "RIA")]}


def test_every_row_of_ours_is_there(applications: tuple[Application, ...]) -> None:
    ours = {row.name for row in ROWS.values() if row.vendor == VENDOR}
    assert ours <= {row.name for row in all_rows(applications)}


def test_no_row_of_rfc_6733_is_there(applications: tuple[Application, ...]) -> None:
    assert list(vendors(all_rows(applications))) == [10415, VENDOR]


def test_members_of_groups_in_groups_come_along() -> None:
    rows = {
        "Name": Row("Name", 1, 0, "UTF8String", mandatory=True),
        "Leaf": Row("Leaf", 11, 10415, "Unsigned32", mandatory=False),
        "Inner": Row("Inner", 12, 10415, "Grouped", mandatory=False, members=(("Leaf", True, 1),)),
        "Outer": Row(
            "Outer", 13, VENDOR, "Grouped", mandatory=True, members=(("Inner", False, 0),)
        ),
        "Alien": Row("Alien", 14, 10415, "Unsigned32", mandatory=True),
    }
    commands = [
        CommandRow("OUR", 70, 7, request=True, proxiable=True, fields=(("Outer", True, 1),)),
        CommandRow("OUA", 70, 7, request=False, proxiable=True, fields=(("Name", True, 1),)),
        CommandRow("ALR", 80, 8, request=True, proxiable=True, fields=(("Alien", True, 1),)),
        CommandRow("ALA", 80, 8, request=False, proxiable=True, fields=()),
    ]
    (application,) = applications(rows, commands, {7: "ours", 8: "another's"})
    assert [row.name for row in application.rows] == ["Leaf", "Inner", "Outer"]
    ((short, title, titles),) = [
        (c.short, c.title, [name for name, _ in c.titled]) for c in application.commands
    ]
    assert (short, title, titles) == ("OU", "OU", ["OU-Request", "OU-Answer"])
