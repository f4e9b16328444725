"""The systemd unit as it is shipped: its directives, and that they suit files of `mkef pki`."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mkef.cli import main
from mkef.demo.files import MKEF_HOST, copy_examples
from mkef.ops import pki

EXPOSURE = 15  # tenths; of 100 for a service that is not confined at all


@pytest.fixture
def text(checkout: Path) -> str:
    return (checkout / "examples/mkef.service").read_text()


@pytest.fixture
def analyze(program: Callable[[str], str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """systemd's own opinion."""
    found = program("systemd-analyze")

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        command = [found, *map(str, words)]
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)

    return run


@pytest.fixture
def unit(text: str, tmp_path: Path) -> Path:
    """The unit with a program that is there."""
    file = tmp_path / "mkef.service"
    file.write_text(text.replace("/opt/mkef/bin/mkef", "/bin/true"))
    return file


def test_systemd_takes_it(unit: Path, analyze: Any) -> None:
    done = analyze("verify", unit)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_is_confined(unit: Path, analyze: Any) -> None:
    done = analyze("security", "--offline=true", f"--threshold={EXPOSURE}", unit)
    assert done.returncode == 0, done.stdout[-500:]


def values(text: str, directive: str) -> list[str]:
    return re.findall(rf"^{directive}=(.*)$", text, re.MULTILINE)


def test_its_user_needs_no_file_of_its_own(text: str) -> None:
    """A user of the moment, whom root's files with mode 0600 are handed as credentials."""
    assert values(text, "DynamicUser") == ["yes"]
    assert values(text, "NoNewPrivileges") == ["yes"]
    assert values(text, "CapabilityBoundingSet") == [""]
    assert values(text, "ProtectSystem") == ["strict"]
    assert values(text, "ExecReload") == ["/bin/kill -HUP $MAINPID"]


def test_it_may_not_set_what_the_unit_sets(text: str) -> None:
    """The filter has no sched_setscheduler, and the program would be killed if it tried."""
    assert values(text, "CPUSchedulingPolicy") == ["batch"]
    assert values(text, "SystemCallErrorNumber") == ["EPERM"]


def started(text: str, directive: str, etc: Path, credentials: Path) -> list[str]:
    """The words of a command line as systemd makes them."""
    (line,) = values(text, directive)
    (environment,) = values(text, "Environment")
    name, _, given = environment.strip('"').partition("=")
    line = line.replace(f"${name}", given)
    return line.replace("%d", str(credentials)).replace("/etc/mkef", str(etc)).split()[1:]


def hand_over(text: str, etc: Path, credentials: Path) -> None:
    """What LoadCredential does, as root."""
    credentials.mkdir()
    for loaded in values(text, "LoadCredential"):
        name, _, source = loaded.partition(":")
        file = Path(source.replace("/etc/mkef", str(etc)))
        (credentials / name).write_bytes(file.read_bytes())


@pytest.mark.parametrize("directive", ["ExecStartPre", "ExecStart"])
def test_it_starts_with_what_pki_made(text: str, directive: str, tmp_path: Path) -> None:
    """The steps of docs/operations.md, with check-config in place of serve."""
    etc, credentials, made = tmp_path / "etc", tmp_path / "credentials", tmp_path / "pki"
    etc.mkdir()
    copy_examples(etc)
    pki.init(made)
    pki.issue(made, [MKEF_HOST])
    (etc / "ca.pem").write_bytes((made / "ca.pem").read_bytes())
    for end in ("pem", "key"):
        (etc / f"mkef.{end}").write_bytes((made / f"{MKEF_HOST}.{end}").read_bytes())
    hand_over(text, etc, credentials)
    _, *options = started(text, directive, etc, credentials)
    done: Result = CliRunner().invoke(main, ["check-config", *options])
    assert (done.exit_code, done.stderr) == (0, "")
    (credentials / "key").unlink()
    done = CliRunner().invoke(main, ["check-config", *options])
    assert f"{credentials / 'key'}: no such file" in done.stderr, "it reads no other key"
