"""The programs as a person runs them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mkef.demo.files import IMSI, KI, OPC

TIME_OUT_S = 60


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=TIME_OUT_S, check=False
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result of two demos that ran at the same time, one after which a third ran."""
    folder = tmp_path_factory.mktemp("demo")

    async def both() -> list[int | None]:
        started = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "mkef", "demo", "--json", cwd=folder, stdout=out, stderr=out
            )
            for out in (asyncio.subprocess.DEVNULL, asyncio.subprocess.DEVNULL)
        ]
        async with asyncio.timeout(TIME_OUT_S):
            return [await process.wait() for process in started]

    assert asyncio.run(both()) == [0, 0]
    done = run("mkef", "demo", folder=folder)
    assert done.returncode == 0, done.stderr
    (folder / "output").write_text(done.stdout)
    return folder


def test_the_demo_says_what_it_did(demo: Path) -> None:
    output = (demo / "output").read_text()
    assert "Both ends hold the same K_MTC." in output
    assert "build/demo/flow.pcapng" in output
    assert "TC-BEGIN sendAuthenticationInfo variant n=1" in output
    assert "TC-BEGIN sendAuthenticationInfo variant n=2" in output


def test_the_demo_leaves_nothing_but_its_folder(demo: Path) -> None:
    assert [path.name for path in (demo / "build").iterdir()] == ["demo"]


def test_the_demo_replaces_nothing_but_a_demo(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years")
    done = run("mkef", "demo", "--folder", str(tmp_path), folder=tmp_path)
    assert done.returncode == 2
    assert "holds something else" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "three years"


def test_the_capture_is_dissected_by_stock_tshark(demo: Path, tshark: Callable[..., str]) -> None:
    capture = demo / "build/demo/flow.pcapng"
    assert tshark(capture, "-Y", "_ws.malformed || _ws.expert.severity == error") == ""
    fields = ("-T", "fields", "-e", "gsm_old.localValue")
    operations = tshark(capture, "-Y", "gsm_map", *fields).split()
    assert operations == ["56"] * 4
    for display_filter, count in (("diameter.cmd.code == 16777214", 4), ("coap", 6)):
        assert len(tshark(capture, "-Y", display_filter).splitlines()) == count


def test_each_packet_says_what_carried_it(demo: Path, tshark: Callable[..., str]) -> None:
    comments = tshark(demo / "build/demo/flow.pcapng", "-T", "fields", "-e", "frame.comment")
    assert all("127.0.0.1:" in line for line in comments.splitlines())
    assert "TLSv1.3" in comments


def test_no_key_and_no_whole_imsi_is_logged(demo: Path) -> None:
    shown = [demo / "output", *(demo / "build/demo").glob("*.log")]
    text = "\n".join(path.read_text() for path in shown).lower()
    assert "key released" in text
    for secret in (KI, OPC, IMSI):
        assert secret not in text


@pytest.mark.parametrize(
    ("program", "setting", "named"),
    [
        ("mkef", "zk.lissten=1", "zk.lissten: unknown key"),
        ("mkef", "zk.listen=nowhere", "zk.listen"),
        ("mkef", "zk.origin_host=a b", "zk.origin_host"),
        ("mkef", "keys.failures_per_hour=0", "keys.failures_per_hour"),
        ("hlr_stub", "sigtran.listen=192.0.2.1:2905", "mkef_hosts"),
        ("mtc.server", "limits.pending=-1", "limits.pending"),
        ("hlr_stub", "sigtran.transport=pigeon", "sigtran.transport"),
        ("mtc.server", "server_id=UPPER", "server_id"),
    ],
)
def test_a_wrong_configuration_names_file_and_key(
    program: str, setting: str, named: str, checkout: Path
) -> None:
    folder = checkout / "examples"
    done = run(program, "check-config", "--set", setting, folder=folder)
    assert done.returncode == 2
    assert named in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    done = run("mkef", "serve", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("configuration: mkef.toml: No such file")


def test_a_missing_certificate_is_one_line(tmp_path: Path, checkout: Path) -> None:
    (tmp_path / "mkef.toml").write_bytes((checkout / "examples/mkef.toml").read_bytes())
    done = run("mkef", "serve", folder=tmp_path)
    assert done.returncode == 2
    assert "mkef.toml: zk.tls: " in done.stderr
    assert "mkef pki init" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("program", ["mkef", "hlr_stub", "mtc.server", "mtc.device"])
def test_help_and_version(program: str, tmp_path: Path) -> None:
    assert "0.1.0" in run(program, "--version", folder=tmp_path).stdout
    assert len(run(program, "--help", folder=tmp_path).stdout.splitlines()) > 8


@pytest.mark.skipif(
    not os.environ.get("MKEF_TEST_INSTALLED"), reason="only `make test-wheel` runs installed code"
)
@pytest.mark.parametrize("package", ["mkef_codecs", "mkef", "hlr_stub", "mtc"])
def test_no_package_comes_from_the_checkout(package: str, checkout: Path, tmp_path: Path) -> None:
    code = f"import json, {package}; print(json.dumps({package}.__file__))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    found = Path(json.loads(done.stdout))
    assert "site-packages" in found.parts
    assert not found.is_relative_to(checkout / package)


GOOD = (
    'store = "hlr.sqlite"\nmkef_point_codes = [1]\n'
    '[sigtran]\npoint_code = 2\nlisten = ["127.0.0.1:0"]\ntransport = "tcp"\n'
    '[log]\nformat = "json"\n'
)


@contextmanager
def stub(folder: Path, *before: str) -> Iterator[tuple[subprocess.Popen[str], Callable[..., Any]]]:
    """A running HLR stub, and what waits for an event of its log."""
    command = [*before, sys.executable, "-m", "hlr_stub", "serve"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as serving:

        def until(event: str) -> dict[str, str]:
            assert serving.stderr is not None
            for line in serving.stderr:
                entry: dict[str, str] = json.loads(line)
                if entry["event"] == event:
                    return entry
            raise AssertionError(event)

        try:
            until("ready")
            yield serving, until
        finally:
            serving.kill()


def test_sighup_reads_the_configuration_again(tmp_path: Path) -> None:
    """Who serves goes on; a file with a mistake changes nothing and is one line of the log."""
    config = tmp_path / "hlr-stub.toml"
    config.write_text(GOOD)
    with stub(tmp_path) as (serving, until):
        serving.send_signal(signal.SIGHUP)
        until("reloaded")
        config.write_text("stor = 1\n" + GOOD)
        serving.send_signal(signal.SIGHUP)
        assert "stor: unknown key" in until("not reloaded")["problem"]
        serving.terminate()
        until("stopped")


def test_a_node_whose_log_nobody_reads_stops_when_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "hlr-stub.toml").write_text(GOOD)
    with stub(tmp_path) as (serving, _):
        assert serving.stderr is not None
        serving.stderr.close()
        serving.terminate()
        assert serving.wait(20) == 0


@pytest.mark.parametrize(
    ("before", "policy"),
    [((), os.SCHED_BATCH), (("chrt", "--idle", "0"), os.SCHED_IDLE)],
    ids=["as it is", "told otherwise"],
)
def test_a_node_interrupts_nobody(before: Sequence[str], policy: int, tmp_path: Path) -> None:
    (tmp_path / "hlr-stub.toml").write_text(GOOD)
    with stub(tmp_path, *before) as (serving, _):
        assert os.sched_getscheduler(serving.pid) == policy
