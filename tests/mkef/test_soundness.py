"""`mkef check-config` and `mkef serve` refuse what cannot work, and say what would."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mkef.cli import main
from mkef.config import MkefConfig
from mkef.demo.files import MKEF_HOST, copy_examples, import_entitlements
from mkef.ops import pki
from mkef.ops.configuration import load
from mkef.soundness import mistakes
from mkef.workers import numbered

SECOND = "zr.hlr.other.point_code=9"
WORKERS = ("workers=3", "zr.sigtran.point_code=11")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The examples with a certificate that names the file's identity and two workers'."""
    copy_examples(tmp_path)
    pki.init(tmp_path / "pki")
    names = (MKEF_HOST, numbered(MKEF_HOST, 1), numbered(MKEF_HOST, 2))
    pki.issue(tmp_path / "pki", names)
    return tmp_path


def run(
    folder: Path, *settings: str, command: str = "check-config", options: Sequence[str] = ()
) -> Result:
    sets = [part for setting in settings for part in ("--set", setting)]
    file = str(folder / "mkef.toml")
    return CliRunner().invoke(main, [command, "--config", file, *options, *sets])


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ((SECOND, "zr.hlr.other.prefixes=0010101*"), 'zr.hlr.other.prefixes: "0010101*" is no'),
        ((SECOND, "zr.hlr.other.prefixes=abc"), 'zr.hlr.other.prefixes: "abc" is no prefix'),
        (('zr.hlr.home.prefixes=["00101", ""]',), 'zr.hlr.home.prefixes: "" is no prefix'),
        (('zr.hlr.home.prefixes=["0010101234567890"]',), "1 to 15 digits"),
        (('zr.hlr.home.prefixes=["\u0660\u0661"]',), "1 to 15 digits"),
        (("zr.hlr.home.point_code=1",), "zr.hlr.home.point_code: 1 is the MKEF's own: choose"),
        (("workers=2",), "zr.hlr.home.point_code: 2 is the MKEF's own of worker 2: choose"),
        (
            ("workers=2", "zr.sigtran.point_code=16383"),
            "zr.sigtran.point_code: 16384 of worker 2 is above 16383",
        ),
        (
            ("metrics.listen=127.0.0.1:5868",),
            "metrics.listen: 127.0.0.1:5868 is zk.listen too: choose ports of their own",
        ),
        (("metrics.listen=0.0.0.0:5868",), "metrics.listen: 0.0.0.0:5868 is zk.listen too"),
        (
            (*WORKERS, "metrics.listen=127.0.0.1:5870"),
            "zk.listen: 127.0.0.1:5870 of worker 3 is metrics.listen of worker 1 too: choose",
        ),
        (
            (*WORKERS, "metrics.listen=127.0.0.1:5870"),
            "ports of their own, at least 3 apart",
        ),
        (
            (*WORKERS, "zk.listen=127.0.0.1:65534"),
            "zk.listen: port 65536 of worker 3 is above 65535",
        ),
        (WORKERS, f"does not name {numbered(MKEF_HOST, 3)}, so no peer takes zk.origin_host"),
        (("zk.origin_host=mkef.other",), "pki issue --host mkef.other` makes one that does"),
        (
            ("keys.remember_s=59",),
            "keys.remember_s: 59 is shorter than keys.same_answer_s, 60",
        ),
    ],
)
@pytest.mark.parametrize("command", ["check-config", "serve"])
def test_what_cannot_work_is_refused(
    folder: Path, settings: tuple[str, ...], named: str, command: str
) -> None:
    done = run(folder, *settings, command=command)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"configuration: {folder / 'mkef.toml'}: ")
    assert named in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "settings",
    [
        (),
        ('zr.hlr.home.prefixes=["00101", "001010123456789"]',),
        ("zk.listen=127.0.0.1:0", "metrics.listen=127.0.0.1:0"),
        ("metrics.listen=127.0.0.2:5868",),
        ("metrics.listen=[::]:5868",),
        (f"zk.origin_host={MKEF_HOST.upper()}",),
        ("workers=2", "zr.sigtran.point_code=11", "metrics.listen=127.0.0.1:5870"),
        ("keys.remember_s=60",),
    ],
)
def test_what_works_is_good(folder: Path, settings: tuple[str, ...]) -> None:
    done = run(folder, *settings)
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"{folder / 'mkef.toml'}: good" in done.stdout


@pytest.mark.parametrize(
    ("settings", "workers", "worker"),
    [((), 1, 2), (("workers=2", "zr.sigtran.point_code=11"), 2, 3)],
)
def test_a_worker_that_the_configuration_does_not_have(
    folder: Path, settings: tuple[str, ...], workers: int, worker: int
) -> None:
    done = run(folder, *settings, command="serve", options=("--worker", str(worker)))
    assert done.exit_code == 2
    assert done.stderr == (
        f"configuration: {folder / 'mkef.toml'}: workers: {workers}, so there is no worker "
        f"{worker}: set it to {worker} or more, or --worker to {workers} or less\n"
    )


def test_the_command_that_is_named_makes_the_certificate(folder: Path) -> None:
    command = run(folder, *WORKERS).stderr.partition("`mkef ")[2].partition("`")[0]
    words = [*command.split(), "--dir", str(folder / "pki")]
    assert CliRunner().invoke(main, words).exit_code == 0
    issued = f"pki/{numbered(MKEF_HOST, 1)}"
    settings = (f"zk.tls.certificate={issued}.pem", f"zk.tls.key={issued}.key")
    assert run(folder, *WORKERS, *settings).exit_code == 0


def test_diameter_towards_hlrs_has_a_certificate_of_its_own(folder: Path) -> None:
    settings = (
        "zr.diameter.origin_host=zr.example",
        "zr.diameter.origin_realm=example",
        f"zr.diameter.tls.certificate=pki/{MKEF_HOST}.pem",
        f"zr.diameter.tls.key=pki/{MKEF_HOST}.key",
        "zr.diameter.tls.authority=pki/ca.pem",
    )
    (mistake,) = mistakes(load(folder / "mkef.toml", MkefConfig, settings))
    assert mistake.key == "zr.diameter.tls.certificate"
    assert "does not name zr.example" in mistake.problem


def test_a_store_that_cannot_be_made_is_a_mistake(folder: Path) -> None:
    done = run(folder, f"store={folder / 'absent' / 'mkef.db'}")
    assert done.exit_code == 2
    assert "absent/mkef.db: the folder must exist and be writable" in done.stderr


def test_more_patience_than_servers_have_is_a_warning(folder: Path) -> None:
    done = run(folder, "zr.patience_s=20")
    assert done.exit_code == 0
    assert done.stderr.startswith(f"warning: {folder / 'mkef.toml'}: zr.patience_s: 20 s")
    assert "good" in done.stdout
    assert run(folder, "zr.patience_s=19.9").stderr == ""


# For programs.


def run_json(folder: Path, *settings: str) -> Result:
    return run(folder, *settings, options=("--json",))


def test_a_good_file_is_an_object(folder: Path) -> None:
    file = str(folder / "mkef.toml")
    done = run_json(folder)
    assert (done.exit_code, done.stderr) == (0, "")
    hint = f"{folder / 'mkef.db'} will be made: `mkef entitlement add --help`"
    assert json.loads(done.stdout) == {"file": file, "good": True, "warnings": [], "hint": hint}
    import_entitlements(folder)
    assert json.loads(run_json(folder).stdout) == {"file": file, "good": True, "warnings": []}


def test_a_warning_is_in_the_object(folder: Path) -> None:
    done = run_json(folder, "zr.patience_s=20")
    assert (done.exit_code, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    (warning,) = found["warnings"]
    assert (found["good"], warning["key"]) == (True, "zr.patience_s")
    assert warning["problem"].startswith("20 s, while MTC Servers give up after 20 s")


def test_all_mistakes_are_in_the_object(folder: Path) -> None:
    """As of every command with --json: an error is an object on standard error."""
    settings = ("zr.hlr.home.point_code=1", "keys.remember_s=59", "zr.hlr.home.prefixes=x")
    done = run_json(folder, *settings)
    assert (done.exit_code, done.stdout) == (2, "")
    found = json.loads(done.stderr)
    assert [error["key"] for error in found["errors"]] == [
        "zr.hlr.home.prefixes",
        "zr.hlr.home.point_code",
        "keys.remember_s",
    ]
    first = found["errors"][0]
    assert found["error"] == f"{folder / 'mkef.toml'}: {first['key']}: {first['problem']}"


@pytest.mark.parametrize("setting", ["zr.patience_s=no", "zk.tls.key=none.key"])
def test_what_cannot_be_read_is_an_object_too(folder: Path, setting: str) -> None:
    done = run_json(folder, setting)
    assert (done.exit_code, done.stdout) == (2, "")
    assert setting.partition(".")[0] in json.loads(done.stderr)["error"]
