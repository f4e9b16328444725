"""`mkef check-config` and `mkef serve` refuse what cannot work, and say what would."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mkef.cli import main
from mkef.config import MkefConfig
from mkef.demo.files import MKEF_HOST, copy_examples
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


def run(folder: Path, *settings: str, command: str = "check-config") -> Result:
    options = [part for setting in settings for part in ("--set", setting)]
    file = str(folder / "mkef.toml")
    return CliRunner().invoke(main, [command, "--config", file, *options])


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
    assert mistake.startswith("zr.diameter.tls.certificate: ")
    assert "does not name zr.example" in mistake


def test_more_patience_than_servers_have_is_a_warning(folder: Path) -> None:
    done = run(folder, "zr.patience_s=20")
    assert done.exit_code == 0
    assert done.stderr.startswith(f"warning: {folder / 'mkef.toml'}: zr.patience_s: 20 s")
    assert "good" in done.stdout
    assert run(folder, "zr.patience_s=19.9").stderr == ""
