"""`mkef entitlement` as people and programs call it."""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
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
        runner = CliRunner(env={"COLUMNS": "80"})
        return runner.invoke(main, ["entitlement", *words, *config], input=given)

    return invoke


def rows(run: Run, *words: str) -> Any:
    return json.loads(run("list", "--json", *words).output)


def test_add_set_show_list_remove(run: Run) -> None:
    assert run(*ADD).output == "0010101* for mtc.example: added\n"
    assert run("set", *ROW, "--lifetime-s", "60", "--disabled").exit_code == 0
    (row,) = rows(run)
    assert (row["origin_hosts"], row["lifetime_s"], row["disabled"]) == (
        ["mtc-server.example"],
        60,
        True,
    )
    run("set", *ROW, "--enabled", "--group", "fleet")
    shown = json.loads(run("show", *ROW, "--json").output)
    assert (shown["lifetime_s"], shown["disabled"], shown["groups"]) == (60, False, ["fleet"])
    assert "lifetime_s        60\n" in run("show", *ROW).output
    assert run("remove", *ROW).output == "0010101* for mtc.example: removed\n"
    assert rows(run) == []
    actions = [json.loads(line)["action"] for line in run("audit", "--json").output.splitlines()]
    assert actions == ["add", "set", "set", "remove"]
    assert len(run("audit").output.splitlines()) == 4


def test_an_empty_value_takes_away_what_was_there(run: Run) -> None:
    numbers = ("min-strength-bits", "lifetime-s", "failures-per-hour", "requests-per-hour")
    times = ("valid-from", "valid-until")
    run(*ADD)
    (plain,) = rows(run)
    set_all = [word for name in numbers for word in (f"--{name}", "100")]
    set_all += ["--valid-from", "2026-01-01", "--valid-until", "2027-01-01", "--group", "fleet"]
    run("set", *ROW, *set_all)
    (full,) = rows(run)
    assert {name for name in full if full[name] != plain[name]} == {
        *(name.replace("-", "_") for name in (*numbers, *times)),
        "groups",
    }
    empty = [word for name in (*numbers, *times, "group") for word in (f"--{name}", "")]
    assert run("set", *ROW, *empty).exit_code == 0
    assert rows(run) == [plain]
    told = " ".join(run("set", "--help").output.split())
    assert "An empty value takes away what was there, as `--lifetime-s ''`" in told


def test_a_set_of_nothing_is_no_change(run: Run) -> None:
    run(*ADD)
    refused = run("set", *ROW)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.endswith("--disabled, --enabled\n")
    assert len(run("audit").output.splitlines()) == 1


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
    for how in ((), ("--json",)):
        assert "and more: --limit 10, --imsi IMSI" in run("list", "--limit", "1", *how).stderr
    assert [row["imsi"] for row in rows(run, "--imsi", "001010123456789")] == [
        "001010123456789",
        "0010101*",
    ]


def test_nothing_is_cut_in_a_pipe(run: Run) -> None:
    """With 80 columns and more hosts than any terminal is wide."""
    hosts = [f"server-{n:03}.a-long-name.example" for n in range(60)]
    words = [word for host in hosts for word in ("--origin-host", host)]
    run("add", "--imsi", ROW[0], "--server-id", "coap://[fe80::1]/mtc", *words)
    shown = run("list").stdout
    heading, _, line = shown.strip().splitlines()
    assert line.split()[:62] == [ROW[0], "coap://[fe80::1]/mtc", *hosts]
    assert "min_strength_bits" in heading


def test_what_may_not_be_meant_is_told_on_standard_error(run: Run) -> None:
    done = run("add", "--imsi", *ROW, "--group", "fleet")
    assert (done.exit_code, done.stdout) == (0, "0010101* for mtc.example: added\n")
    assert done.stderr.startswith("warning: group fleet has no Diameter identities yet")
    run("group", "fleet", "a.example")
    done = run(
        "add", "--imsi", ROW[0], "--server-id", "other.example", "--origin-host", "a.example"
    )
    assert done.stderr.startswith("warning: 0010101* for mtc.example also names a.example: req")
    assert done.stdout == "0010101* for other.example: added\n"


def test_the_audit_is_objects_with_times(run: Run, tmp_path: Path) -> None:
    run(*ADD)
    file = tmp_path / "rows.csv"
    run("export", str(file))
    run("import", str(file), "--replace")
    added, replaced = map(json.loads, run("audit", "--json").stdout.splitlines())
    assert added["became"]["origin_hosts"] == ["mtc-server.example"]
    assert added["was"] is None
    assert (replaced["action"], replaced["what"]) == ("replace", str(file))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert replaced["was"] == {"rows": 1}
    assert replaced["became"] == {"rows": 1, "groups": 0, "sha256": digest}
    at = datetime.fromisoformat(added["at"])
    assert added["at"].endswith("Z")
    assert abs((datetime.now(UTC) - at).total_seconds()) < 600


def test_the_audit_names_the_account_whatever_the_environment_says(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "alice")
    monkeypatch.delenv("SUDO_USER", raising=False)
    run(*ADD)
    (line,) = map(json.loads, run("audit", "--json").stdout.splitlines())
    assert line["who"] == pwd.getpwuid(os.geteuid()).pw_name


def test_groups(run: Run) -> None:
    assert run("group", "fleet", "B.example", "a.example").exit_code == 0
    assert json.loads(run("groups", "--json").output) == {"fleet": ["a.example", "b.example"]}
    assert run("groups").output.split() == ["fleet", "a.example", "b.example"]
    run("add", "--imsi", *ROW, "--group", "fleet")
    refused = run("group", "fleet")
    assert (refused.exit_code, "group fleet: 1 row names it" in refused.stderr) == (1, True)
    assert run("group", "fleet", "--force").output == "group fleet: removed\n"
    assert run("group", "fleet", "--force").exit_code == 1
    actions = [json.loads(line)["action"] for line in run("audit", "--json").output.splitlines()]
    assert actions == ["group", "add", "group"]


def test_what_is_exported_is_imported(run: Run, tmp_path: Path) -> None:
    run(*ADD, "--valid-until", "2030-01-01")
    run("group", "fleet", "b.example", "c.example")
    run("add", "--imsi", "001010200-001010349", *ROW[1:], "--group", "fleet")
    before, text = rows(run), run("export").output
    groups = run("groups", "--json").stdout
    assert run("export", str(tmp_path / "rows.csv")).output.endswith("2 rows and 1 group written\n")
    assert (tmp_path / "rows.csv").read_text() == text
    elsewhere = ("--set", f"store={tmp_path / 'new.db'}")
    for store, how in ((elsewhere, ()), ((), ("--replace",))):
        done = run("import", "-", *how, *store, given=text)
        assert (done.output, done.exit_code) == ("-: 2 rows and 1 group imported\n", 0)
        assert rows(run, *store) == before
        assert run("groups", "--json", *store).stdout == groups


@pytest.mark.parametrize(
    ("words", "status", "problem"),
    [
        (ADD, 1, "0010101* for mtc.example is there already"),
        (("set", "00102*", *ROW[1:], "--enabled"), 1, "no row for 00102* and mtc.example"),
        (("remove", "00102*", *ROW[1:]), 1, "no row for 00102* and mtc.example"),
        (("show", "2-1", *ROW[1:]), 2, "2-1: a range is two numbers"),
        (("show", "00101*", "--server-id", "MTC"), 2, "MTC: an MTC Server identity"),
        (("add", "--imsi", *ROW), 2, "--origin-host: one or more Diameter identities"),
        ((*ADD, "--origin-host", "h example"), 2, "'--origin-host': 'h example' is no Diameter id"),
        ((*ADD, "--group", "a b"), 2, "'--group': a group is named by lower-case"),
        (("add", "--imsi", "9*", "--server-id", "M"), 2, "--server-id: an MTC Server identity"),
        (("add", "--imsi", "9-1", *ROW[1:]), 2, "--imsi: a range is two numbers"),
        ((*ADD, "--lifetime-s", "0"), 2, "--lifetime-s: a whole number above 0"),
        ((*ADD, "--min-strength-bits", "256"), 2, "--min-strength-bits: at most 128: no key is"),
        (("set", *ROW), 2, "nothing to change; one or more of --origin-host, --group, --min-str"),
        (("set", *ROW, "--origin-host", ""), 2, "--origin-host: one or more Diameter identities"),
        (("set", *ROW, "--min-strength-bits", "129"), 2, "--min-strength-bits: at most 128"),
        (
            ("set", *ROW, "--valid-from", "2027-01-01", "--valid-until", "2026-12-31"),
            2,
            "--valid-until: 2026-12-31T00:00:00Z is not after the beginning, 2027-01-01T00:00:00Z",
        ),
        ((*ADD, "--valid-from", "0001-01-01"), 2, "--valid-from: a time from 1970 to 9999"),
        ((*ADD, "--rand-format", "x"), 2, "'x' is not one of 'any', 'random', 'tagged'"),
        (("list", "--imsi", "1"), 2, "an IMSI has 6 to 15"),
        (("group", "Fleet", "a"), 2, "a group is named by lower-case letters"),
        (("group", "fleet"), 1, "error: no group fleet: `mkef entitlement groups`\n"),
        (("group", "fleet", "--force"), 1, "error: no group fleet: `mkef entitlement groups`\n"),
        (("group", "fleet", "a;b"), 2, "'a;b' is no Diameter identity"),
        (("group", "fleet", "a b"), 2, "'a b' is no Diameter identity"),
        (("export", "missing/x.csv"), 1, "error: missing/x.csv: No such file or directory\n"),
        (("export", "/dev/full"), 1, "error: /dev/full: No space left on device\n"),
        (("import", "missing.csv"), 1, "error: missing.csv: No such file"),
    ],
)
def test_mistakes_are_named(words: tuple[str, ...], status: int, problem: str, run: Run) -> None:
    run(*ADD)
    done = run(*words)
    assert (done.exit_code, problem in done.output) == (status, True), done.output


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", [("export",), ("list",), ("audit",)])
def test_output_that_cannot_be_written_is_one_line(
    words: tuple[str, ...], unbuffered: str, run: Run, tmp_path: Path
) -> None:
    run(*ADD)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mkef", "entitlement", *words],
            cwd=tmp_path,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    problem = "error: cannot write: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, problem)


def test_closed_standard_output_is_no_mistake(run: Run, tmp_path: Path) -> None:
    run(*ADD)
    command = f"exec {sys.executable} -m mkef entitlement list >&-"
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=tmp_path, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_wrong_file_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    for octets, problem in (
        (b"imsi,server_id,origin_hosts\n1*,m,a\n2-1,m,a\n", "rows.csv: line 3, column imsi: a r"),
        (b"imsi,server_id,origin_hosts\n1*,m,a\n1*,m,a\n", "rows.csv: line 3: same row as line 2"),
        (
            b"imsi,server_id,origin_hosts\ngroup x,,a\n10-29,m,a\n20-35,n,a\n",
            "rows.csv: line 4: 20-35 for n and 1-2 for m have devices in common",
        ),
        (b"imsi\xff", "rows.csv: not UTF-8 at octet 4"),
    ):
        file.write_bytes(octets)
        done = run("import", str(file))
        assert done.stderr.startswith(f"error: {tmp_path}/{problem}")
        assert done.exit_code == 1
    assert rows(run) == []
    assert run("groups").output == ""
