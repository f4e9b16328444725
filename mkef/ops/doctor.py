"""`mkef doctor`: what this host has, and what follows for the demo, the tests and a real peer."""

from __future__ import annotations

import contextlib
import json
import platform
import re
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mkef.net.usrsctp_library import UsrsctpMissing, load
from mkef.ops.frame import EXIT_FAILURE
from mkef.ops.wireshark import personal_folder
from mkef_codecs.export import wireshark as lua

IPPROTO_SCTP = 132
PORTS = (
    (3868, socket.SOCK_STREAM, "Diameter without TLS"),
    (5868, socket.SOCK_STREAM, "Diameter over TLS"),
    (2905, socket.SOCK_STREAM, "M3UA over TCP"),
    (5683, socket.SOCK_DGRAM, "CoAP"),
)
TOOL_TIMEOUT_S = 20.0
PLAIN_WIDTH = 120


class Verdict(StrEnum):
    """What a finding means for `mkef demo`."""

    GOOD = "ok"
    OPTIONAL = "optional"  # the demo does without
    NEEDED = "needed"  # the demo cannot run


STYLES = {Verdict.GOOD: "green", Verdict.OPTIONAL: "yellow", Verdict.NEEDED: "bold red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked for, what was found, and what follows if it is not good."""

    what: str
    found: str
    verdict: Verdict = Verdict.GOOD
    advice: str = ""


def python() -> Iterator[Finding]:
    """The interpreter; the packages' own condition keeps older ones out."""
    yield Finding("Python", f"{platform.python_version()}, {sys.executable}")


def packages() -> Iterator[Finding]:
    """The packages that ours declares, and their versions."""
    declared = [r for r in requires("mkef") or () if "extra ==" not in r]
    names = sorted(re.split(r"[^A-Za-z0-9_.-]", r, maxsplit=1)[0] for r in declared)
    for name in ["mkef", *names]:
        try:
            yield Finding(name, version(name))
        except PackageNotFoundError:
            yield Finding(name, "not installed", Verdict.NEEDED, "pip install -r requirements.lock")


def tls() -> Iterator[Finding]:
    """TLS 1.2 is needed on Zk, 1.3 is used where both ends have it."""
    if ssl.HAS_TLSv1_3:
        yield Finding("TLS", f"1.3, {ssl.OPENSSL_VERSION}")
    else:
        advice = "nodes fall back to 1.2; a newer OpenSSL has 1.3"
        yield Finding("TLS", f"1.2, {ssl.OPENSSL_VERSION}", Verdict.OPTIONAL, advice)


def loopback() -> Iterator[Finding]:
    """Whether the loopback addresses can be bound."""
    for what, family, address, verdict in (
        ("IPv4 loopback", socket.AF_INET, "127.0.0.1", Verdict.NEEDED),
        ("IPv6 loopback", socket.AF_INET6, "::1", Verdict.OPTIONAL),
    ):
        problem = _bind(family, socket.SOCK_STREAM, (address, 0))
        if problem is None:
            yield Finding(what, address)
        else:
            yield Finding(
                what, problem, verdict, f"ip link set lo up; give lo the address {address}"
            )


def sctp() -> Iterator[Finding]:
    """Whether the kernel speaks SCTP, which SIGTRAN peers usually expect."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_SCTP).close()
    except OSError as error:
        advice = 'modprobe sctp, or transport = "tcp" for M3UA'
        yield Finding("kernel SCTP", _reason(error), Verdict.OPTIONAL, advice)
    else:
        yield Finding("kernel SCTP", "sockets open")


def userland_sctp() -> Iterator[Finding]:
    """Whether SCTP can run in a process, over UDP, where the kernel or the network has none."""
    try:
        load()
    except UsrsctpMissing as error:
        yield Finding("libusrsctp", "not installed", Verdict.OPTIONAL, str(error.strerror))
    else:
        yield Finding("libusrsctp", "loads: SCTP over UDP")


def ports() -> Iterator[Finding]:
    """Whether the standard ports are free on loopback; the demo takes free ones anyway."""
    for port, kind, use in PORTS:
        transport = "TCP" if kind == socket.SOCK_STREAM else "UDP"
        what = f"port {port}/{transport}"
        problem = _bind(socket.AF_INET, kind, ("127.0.0.1", port))
        if problem is None:
            yield Finding(what, f"free ({use})")
        else:
            advice = "stop the other program or configure another port"
            yield Finding(what, f"{problem} ({use})", Verdict.OPTIONAL, advice)


def wireshark() -> Iterator[Finding]:
    """tshark, and where it looks for a user's Lua plugins."""
    path = shutil.which("tshark")
    if path is None:
        advice = "apt-get install tshark: it reads captures, and some tests need it"
        yield Finding("tshark", "not installed", Verdict.OPTIONAL, advice)
        return
    first_line = _output(path, "--version").partition("\n")[0]
    found = re.search(r"\d+\.\d+\.\d+", first_line)
    yield Finding("tshark", f"{found[0] if found else 'version unknown'}, {path}")
    folder = personal_folder()
    installed = (folder / lua.FILE).is_file()
    advice = "" if installed else "mkef wireshark --install shows our messages by name"
    verdict = Verdict.GOOD if installed else Verdict.OPTIONAL
    yield Finding("Wireshark's plugin folder", str(folder), verdict, advice)


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python,
    packages,
    tls,
    loopback,
    sctp,
    userland_sctp,
    ports,
    wireshark,
)


def _bind(family: int, kind: int, address: tuple[str, int]) -> str | None:
    """The reason why an address cannot be bound."""
    try:
        with contextlib.closing(socket.socket(family, kind)) as probe:
            if kind == socket.SOCK_STREAM:
                # As servers do: a connection that lingers in TIME_WAIT is no other program.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return _reason(error)
    return None


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _output(*command: str) -> str:
    """What a tool prints; nothing if it does not run."""
    try:
        return subprocess.run(  # noqa: S603 # the path of shutil.which and our own options
            command, check=True, capture_output=True, text=True, timeout=TOOL_TIMEOUT_S
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def table(findings: list[Finding]) -> Table:
    """The findings for people."""
    made = Table(box=None, pad_edge=False)
    for heading in ("what", "found", "", "what follows"):
        made.add_column(heading, overflow="fold")
    for finding in findings:
        verdict = Text(finding.verdict, STYLES[finding.verdict])
        made.add_row(finding.what, Text(finding.found), verdict, Text(finding.advice))
    return made


def _summary(needed: list[Finding]) -> str:
    if not needed:
        return "`mkef demo` can run here."
    return f"`mkef demo` cannot run here: {', '.join(f'{f.what} {f.found}' for f in needed)}."


@click.command()
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
def doctor(*, as_json: bool) -> None:
    """Say what this host has and what follows.

    Exit status 0 if `mkef demo` can run here, else 1.
    """
    findings = [finding for check in CHECKS for finding in check()]
    needed = [finding for finding in findings if finding.verdict is Verdict.NEEDED]
    if as_json:
        report = {"demo": not needed, "findings": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(report, indent=2))
    else:
        console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH)
        console.print(table(findings))
        click.echo(f"\n{_summary(needed)}")
    sys.exit(EXIT_FAILURE if needed else 0)
