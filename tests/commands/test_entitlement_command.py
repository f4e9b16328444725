"""`mkef entitlement` as people and programs call it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mkef.cli import main

Run = Callable[..., Result]

CONFIG = """\
store = "mkef.db"
[zk]
origin_host = "mkef.home"
origin_realm = "home"
[zr.sigtran]
point_code = 1
[zr.hlr.home]
point_code = 2
"""
ROW = ("0010101*", "--server-id", "mtc.example")
ADD = ("add", "--imsi", *ROW, "--origin-host", "MTC-server.example")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "mkef.toml").write_text(CONFIG)

    def invoke(*words: str, given: str | None = None) -> Result:
        config = ("--config", str(tmp_path / "mkef.toml"))
        runner = CliRunner(env={"COLUMNS": "160"})
        return runner.invoke(main, ["entitlement", *words, *config], input=given)

    return invoke


def rows(run: Run, *words: str) -> Any:
    return json.loads(run("list", "--json", *words).output)


def test_add_set_show_list_remove(run: Run) -> None:
    assert run(*ADD).output == "0010101* for mtc.example: added\n"
    assert run("set", *ROW, "--lifetime-s", "60", "--disabled").exit_code == 0
    (row,) = rows(run)
    assert (row["origin_hosts"], row["lifetime_s"], row["disabled"]) == (
        "mtc-server.example",
        "60",
        "yes",
    )
    run("set", *ROW, "--enabled", "--group", "fleet")
    shown = json.loads(run("show", *ROW, "--json").output)
    assert (shown["lifetime_s"], shown["disabled"], shown["groups"]) == ("60", "", "fleet")
    assert "lifetime_s         60" in run("show", *ROW).output
    assert run("remove", *ROW).output == "0010101* for mtc.example: removed\n"
    assert rows(run) == []
    actions = [json.loads(line)["action"] for line in run("audit", "--json").output.splitlines()]
    assert actions == ["add", "set", "set", "remove"]
    assert len(run("audit").output.splitlines()) == 4


def test_list_for_people(run: Run) -> None:
    assert run("list").output.startswith("no rows: `mkef entitlement add")
    run(*ADD)
    run("add", "--imsi", "001010123456789", *ROW[1:], "--origin-host", "a")
    heading, _, *lines = run("list").output.strip().splitlines()
    assert heading.split() == [
        "imsi",
        "server_id",
        "origin_hosts",
        "min_strength_bits",
        "rand_format",
    ]
    assert len(lines) == 2
    assert "and more: --limit 10, --imsi IMSI" in run("list", "--limit", "1").output
    assert [row["imsi"] for row in rows(run, "--imsi", "001010123456789")] == [
        "001010123456789",
        "0010101*",
    ]


def test_groups(run: Run) -> None:
    assert run("group", "fleet", "B.example", "a.example").exit_code == 0
    assert json.loads(run("groups", "--json").output) == {"fleet": ["a.example", "b.example"]}
    assert run("groups").output.split() == ["fleet", "a.example", "b.example"]
    assert run("group", "fleet").output == "group fleet: removed\n"


def test_what_is_exported_is_imported(run: Run, tmp_path: Path) -> None:
    run(*ADD, "--valid-until", "2030-01-01")
    run("add", "--imsi", "001010200-001010349", *ROW[1:], "--origin-host", "a")
    before, text = rows(run), run("export").output
    assert run("export", str(tmp_path / "rows.csv")).output.endswith("2 rows written\n")
    assert (tmp_path / "rows.csv").read_text() == text
    assert run("import", "-", "--replace", given=text).output == "-: 2 rows imported\n"
    assert rows(run) == before


@pytest.mark.parametrize(
    ("words", "status", "problem"),
    [
        (ADD, 1, "0010101* for mtc.example is there already"),
        (("set", "00102*", *ROW[1:]), 1, "no row for 00102* and mtc.example"),
        (("remove", "00102*", *ROW[1:]), 1, "no row for 00102* and mtc.example"),
        (("show", "2-1", *ROW[1:]), 2, "2-1: a range is two numbers"),
        (("show", "00101*", "--server-id", "MTC"), 2, "MTC: an MTC Server identity"),
        (("add", "--imsi", *ROW), 2, "option origin_hosts: one or more Diameter identities"),
        ((*ADD, "--lifetime-s", "0"), 2, "option lifetime_s: a whole number above 0"),
        ((*ADD, "--rand-format", "x"), 2, "'x' is not one of 'any', 'random', 'tagged'"),
        (("list", "--imsi", "1"), 2, "an IMSI has 6 to 15"),
        (("group", "Fleet", "a"), 2, "a group is named by lower-case letters"),
        (("group", "fleet", "a;b"), 2, "one or more Diameter identities"),
        (("import", "missing.csv"), 2, "missing.csv: No such file"),
    ],
)
def test_mistakes_are_named(words: tuple[str, ...], status: int, problem: str, run: Run) -> None:
    run(*ADD)
    done = run(*words)
    assert (done.exit_code, problem in done.output) == (status, True), done.output


def test_a_wrong_file_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    for octets, problem in (
        (b"imsi,server_id,origin_hosts\n1*,m,a\n2-1,m,a\n", "rows.csv: line 3, column imsi: a r"),
        (b"imsi,server_id,origin_hosts\n1*,m,a\n1*,m,a\n", "rows.csv: line 3: same row as line 2"),
        (b"imsi\xff", "rows.csv: not UTF-8 at octet 4"),
    ):
        file.write_bytes(octets)
        done = run("import", str(file))
        assert problem in done.output
        assert done.exit_code in {1, 2}
    assert rows(run) == []
