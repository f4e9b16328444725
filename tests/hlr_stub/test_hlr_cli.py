"""`hlr-stub` as people and programs call it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hlr_stub.cli import main

IMSI = "001010000000001"
KI = "465b5ce8b199b49faa5f0a2ee238a6bc"  # TS 35.208 set 1
OP = "cdc202d5123e20f62b6d676ac72cb318"
OPC = "cd63cb71954a9f4e48a5994e37a02baf"

Run = Callable[..., Result]


@pytest.fixture
def run(config_file: Path) -> Run:
    """Run a command with the test's configuration."""

    def invoke(*words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(
            main, [*words, "--config", str(config_file)], input=typed, catch_exceptions=False
        )

    return invoke


@pytest.fixture
def add(run: Run) -> Run:
    """Add the subscriber of set 1, with more options."""

    def invoke(*words: str) -> Result:
        return run("subscriber", "add", "--imsi", IMSI, "--ki", KI, "--opc", OPC, *words)

    return invoke


def test_add_list_show_remove(run: Run, add: Run) -> None:
    assert add("--tagged-only").output == f"subscriber {IMSI} added\n"
    row = {"imsi": IMSI, "algorithm": "milenage", "mtc_allowed": True, "tagged_only": True}
    assert json.loads(run("subscriber", "list", "--json").output) == [row]
    assert json.loads(run("subscriber", "show", IMSI, "--json").output) == row
    assert run("subscriber", "remove", IMSI).output == f"subscriber {IMSI} removed\n"
    assert json.loads(run("subscriber", "list", "--json").output) == []


def test_tables_are_for_people(run: Run, add: Run) -> None:
    assert run("subscriber", "list").output.startswith("no subscribers")
    add("--no-mtc")
    heading, _, row = run("subscriber", "list").output.strip().splitlines()
    assert heading.split() == ["imsi", "algorithm", "mtc_allowed", "tagged_only"]
    assert row.split() == [IMSI, "milenage", "no", "no"]


def test_no_colour_without_a_terminal(run: Run, add: Run) -> None:
    add()
    assert "\x1b" not in run("subscriber", "list").output


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_keys_are_shown_only_on_demand(run: Run, add: Run, form: tuple[str, ...]) -> None:
    outputs = [
        add().output,
        add().output,  # refused: there already
        run("subscriber", "list", *form).output,
        run("subscriber", "show", IMSI, *form).output,
    ]
    assert not any(key in output for key in (KI, OPC) for output in outputs)
    shown = run("subscriber", "show", IMSI, "--with-keys", *form).output
    assert KI in shown
    assert OPC in shown


def test_keys_can_be_asked_for(run: Run) -> None:
    result = run("subscriber", "add", "--imsi", IMSI, typed=f"{KI}\n{OPC}\n")
    assert result.exit_code == 0
    assert not any(key in result.output for key in (KI, OPC))
    keys = json.loads(run("subscriber", "show", IMSI, "--with-keys", "--json").output)
    assert (keys["ki"], keys["opc"]) == (KI, OPC)


def test_keys_can_come_from_standard_input(run: Run) -> None:
    words = ("subscriber", "add", "--imsi", IMSI, "--ki", "-", "--op", "-")
    assert run(*words, typed=f"{KI}\n{OP}\n").exit_code == 0
    keys = json.loads(run("subscriber", "show", IMSI, "--with-keys", "--json").output)
    assert (keys["ki"], keys["opc"]) == (KI, OPC)


@pytest.mark.parametrize(
    ("option", "value"), [("--ki", KI[:-1]), ("--ki", KI + "00"), ("--opc", "z" + OPC[1:])]
)
def test_a_wrong_key_is_refused_and_not_repeated(run: Run, option: str, value: str) -> None:
    options = {"--imsi": IMSI, "--ki": KI, "--opc": OPC} | {option: value}
    result = run("subscriber", "add", *(word for pair in options.items() for word in pair))
    assert result.exit_code == 2
    assert f"Invalid value for '{option}': a key is 32 hexadecimal digits" in result.output
    assert value not in result.output


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("show", "001019"), 1, "error: subscriber 001019 is unknown: `hlr-stub subscriber list`"),
        (("remove", "001019"), 1, "error: subscriber 001019 is unknown"),
        (("show", "12345"), 2, "an IMSI has 6 to 15 decimal digits"),
        (("add", "--imsi", IMSI, "--ki", KI, "--opc", OPC, "--op", OP), 2, "not both"),
        (("add", "--ki", KI), 2, "Missing option '--imsi'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    run: Run, words: tuple[str, ...], status: int, said: str
) -> None:
    result = run("subscriber", *words)
    assert result.exit_code == status
    assert said in result.output


def test_a_duplicate_is_refused(add: Run) -> None:
    add()
    result = add()
    assert result.exit_code == 1
    assert result.stderr == f"error: subscriber {IMSI} is there already: remove it first\n"


def test_a_right_configuration(run: Run, config_file: Path) -> None:
    assert run("check-config").output == f"{config_file}: good\n"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("tag=MTCR", "tag: 8 hexadecimal digits wanted"),
        ("quota_per_hour=0", "quota_per_hour: expected `int` >= 1"),
        ("mkef_point_codes=[16384]", "mkef_point_codes[0]: expected `int` <= 16383"),
        ('mkef_global_titles=["+4917"]', "mkef_global_titles are 1 to 15 decimal digits each"),
        ('mkef_hosts=["::0001"]', "mkef_hosts: ::0001 is written ::1"),
        ('mkef_hosts=["localhost"]', "'localhost' does not appear to be an IPv4 or IPv6 address"),
        ("varient=true", "varient: unknown key; known here: store, sigtran"),
        ("variant=maybe", "variant: expected `bool`, got `str`"),
    ],
)
@pytest.mark.parametrize("command", ["check-config", "serve"])
def test_a_wrong_configuration(
    run: Run, config_file: Path, command: str, setting: str, said: str
) -> None:
    result = run(command, "--set", setting)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"configuration: {config_file}: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_missing_configuration(tmp_path: Path) -> None:
    absent = str(tmp_path / "absent.toml")
    result = CliRunner().invoke(main, ["subscriber", "list", "--config", absent])
    assert result.exit_code == 2
    assert absent in result.stderr


def test_a_store_that_cannot_be(run: Run) -> None:
    result = run("subscriber", "list", "--set", "store=absent/hlr.db")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert "the folder must exist and be writable" in result.stderr


def test_a_port_in_use(config_file: Path) -> None:
    """In a process of its own: `serve` sets up logging and signals for good."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        setting = f'sigtran.listen=["{listen}"]'
        words = ["serve", "--config", str(config_file), "--set", setting]
        done = subprocess.run(
            [sys.executable, "-m", "hlr_stub", *words, "--set", "log.level=error"],
            capture_output=True,
            check=False,
            text=True,
            timeout=30,
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"error: M3UA over TCP cannot listen on {listen}: "
        "the port is in use: stop the other program or choose another port\n"
    )


@pytest.mark.parametrize(
    "words", [(), ("serve",), ("check-config",), ("subscriber",), ("subscriber", "add")]
)
def test_help_is_there(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*words, "--help"])
    assert result.exit_code == 0
    assert result.output.startswith("Usage:")
