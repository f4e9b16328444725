"""tshark with our plugin, as a user who may have plugins; messages drawn at random for tshark."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from mkef.net.capture import Capture, Protocol
from mkef.ops.wireshark import install

NOBODY = 65534
READABLE = 0o755


@pytest.fixture(scope="session")
def with_plugin(program: Callable[[str], str]) -> Iterator[Callable[..., str]]:
    """tshark with our plugin on a capture; root, whom Wireshark 4.4 denies Lua, runs it as nobody.

    pytest's own folders are their owner's alone, so all that tshark reads is copied.
    """
    path = program("tshark")
    as_nobody: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(READABLE)
        script = install(folder)
        environment = {"PATH": os.environ["PATH"], "HOME": name, "LC_ALL": "C.UTF-8", "TZ": "UTC"}

        def run(capture: Path, *options: str) -> str:
            copy = folder / "capture.pcapng"
            shutil.copyfile(capture, copy)
            command = [path, "-n", "-X", f"lua_script:{script}", "-r", str(copy), *options]
            done = subprocess.run(
                command,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
                **as_nobody,
            )
            assert (done.returncode, done.stderr) == (0, "")
            return done.stdout

        yield run


@pytest.fixture
def values(with_plugin: Callable[..., str]) -> Callable[..., list[list[str]]]:
    """The values of fields in the packets of a display filter, a row for each packet."""

    def read(capture: Path, only: str, *fields: str) -> list[list[str]]:
        wanted = [option for field in fields for option in ("-e", field)]
        table = with_plugin(capture, "-Y", only, "-T", "fields", *wanted)
        return [line.split("\t") for line in table.splitlines()]

    return read


@pytest.fixture
def captured(tmp_path: Path) -> Callable[[Protocol, Sequence[bytes]], Path]:
    """A capture of octets that an MTC Server sends, each of them at once."""

    def write(protocol: Protocol, messages: Sequence[bytes]) -> Path:
        file = tmp_path / "made.pcapng"
        capture = Capture(file, node="mtc-server", clock=lambda: 1_793_491_200.0)
        leg = capture.leg(protocol, "mkef", initiator=True, carried="nothing")
        for message in messages:
            leg.sent(message)
        capture.close()
        return file

    return write


SEED = 32473
ERRORS = "_ws.malformed || _ws.expert.severity == error"
SEPARATOR = "|"

Row = dict[str, str]  # what a message holds, by tshark's name of the field


class Chance(random.Random):
    """The same draws in every run."""

    def octets(self, length: int) -> bytes:
        return self.randbytes(length)

    def word(self) -> str:
        return "".join(self.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=self.randint(1, 12)))

    def host(self) -> str:
        return f"{self.word()}.{self.word()}.example"

    def number(self) -> int:
        return self.getrandbits(32)

    def digits(self, least: int, most: int) -> str:
        return "".join(self.choices("0123456789", k=self.randint(least, most)))


@pytest.fixture
def chance() -> Chance:
    return Chance(SEED)


@pytest.fixture
def compare(
    tshark: Callable[..., str],
) -> Callable[[Path, str, Sequence[Row], dict[str, int]], None]:
    """tshark's value beside ours, for every field of every message; no message is malformed.

    `least` says how many different fields there are to be of each protocol, by their prefix.
    """

    def check(file: Path, only: str, rows: Sequence[Row], least: dict[str, int]) -> None:
        assert tshark(file, "-Y", ERRORS) == ""
        names = sorted({name for row in rows for name, value in row.items() if value})
        for prefix, count in least.items():
            assert sum(name.startswith(prefix) for name in names) >= count
        wanted = [option for name in names for option in ("-e", name)]
        table = tshark(file, "-Y", only, "-T", "fields", "-E", f"separator={SEPARATOR}", *wanted)
        lines = table.splitlines()
        assert len(lines) == len(rows)
        for line, row in zip(lines, rows, strict=True):
            found = dict(zip(names, line.split(SEPARATOR), strict=True))
            assert {name: found[name] for name in row if name in found} == {
                name: value for name, value in row.items() if name in found
            }

    return check
