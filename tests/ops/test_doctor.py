"""The doctor: each finding, what is missing, and the exit status."""

import json
import socket
import ssl
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mkef.ops import doctor as room
from mkef.ops.doctor import Verdict, doctor


def run(*arguments: str) -> Result:
    return CliRunner().invoke(doctor, arguments)


def refuse(*_: Any, **__: Any) -> Any:
    raise OSError(93, "Protocol not supported")


def test_it_says_what_this_host_has() -> None:
    result = run("--json")
    report = json.loads(result.stdout)
    whats = {finding["what"] for finding in report["findings"]}
    assert {
        "Python",
        "mkef",
        "aiocoap",
        "cryptography",
        "TLS",
        "kernel SCTP",
        "libusrsctp",
    } <= whats
    assert {"tshark"} <= whats
    assert {"port 3868/TCP", "port 5683/UDP", "IPv6 loopback"} <= whats
    assert "ruff" not in whats
    assert report["demo"] is True
    assert result.exit_code == 0


def test_the_table_is_plain_text_when_nobody_watches() -> None:
    result = run()
    assert result.exit_code == 0
    assert "`mkef demo` can run here." in result.stdout
    assert "\x1b" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 120


def test_without_a_package_the_demo_cannot_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name == "aiocoap":
            raise PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(room, "version", version)
    result = run()
    assert result.exit_code == 1
    assert "`mkef demo` cannot run here: aiocoap not installed." in result.stdout


def test_without_sctp_the_hint_names_both_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", refuse)
    (finding,) = room.sctp()
    assert (finding.verdict, finding.found) == (Verdict.OPTIONAL, "protocol not supported")
    assert "modprobe sctp" in finding.advice
    assert 'transport = "tcp"' in finding.advice


def test_without_ipv4_loopback_the_demo_cannot_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", refuse)
    assert [f.verdict for f in room.loopback()] == [Verdict.NEEDED, Verdict.OPTIONAL]


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_in_use_is_seen(monkeypatch: pytest.MonkeyPatch, kind: int) -> None:
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            other.listen()
        monkeypatch.setattr(room, "PORTS", ((other.getsockname()[1], kind, "Test"),))
        (finding,) = room.ports()
    assert (finding.verdict, finding.found) == (Verdict.OPTIONAL, "address already in use (Test)")


def test_old_tls_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl, "HAS_TLSv1_3", False)
    (finding,) = room.tls()
    assert finding.verdict is Verdict.OPTIONAL


def test_without_tshark_the_advice_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (finding,) = room.wireshark()
    assert (finding.verdict, finding.found) == (Verdict.OPTIONAL, "not installed")


@pytest.mark.parametrize(
    ("script", "version", "folder"),
    [
        (
            'echo "TShark (Wireshark) 4.4.19."; echo "Personal Lua Plugins:\t/home/u/plugins"',
            "4.4.19",
            "/home/u/plugins",
        ),
        ("exit 1", "version unknown", str(Path.home() / ".local/lib/wireshark/plugins")),
    ],
)
def test_tshark_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, version: str, folder: str
) -> None:
    tool = tmp_path / "tshark"
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found, plugins = room.wireshark()
    assert found.found == f"{version}, {tool}"
    assert plugins.found == folder
