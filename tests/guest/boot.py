"""`python tests/guest/boot.py COMMAND...`: run a command in user-mode Linux, whose kernel has SCTP.

The guest needs no privileges. Its root is this host's, read-only, with a memory file system above
it: whatever the command writes is gone afterwards. Exit status: the command's, 125 if the guest did
not finish.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

KERNEL = "linux.uml"
INIT = Path(__file__).with_name("init.sh").resolve()
MEMORY = "1024M"
TIMEOUT_S = 420
UNFINISHED = 125
INHERITED = ("CI", "HOME", "LANG", "PATH", "PYTHONPATH")  # of the environment


class GuestMissing(Exception):
    """This host cannot run a guest."""


class Guest:
    """A guest that runs one command; leaving the block ends it.

    `tap` is a device of this network that the guest has the other end of, as its `vec0`.
    """

    def __init__(self, command: list[str], *, tap: str | None = None) -> None:
        kernel = shutil.which(KERNEL)
        if kernel is None or shutil.which("insmod", path=f"{os.environ['PATH']}:/sbin") is None:
            raise GuestMissing(f"{KERNEL} and insmod are needed: `make deps` installs them")
        self._kernel = kernel
        self._command = command
        self._tap = tap

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="mkef-guest-")
        guest = Path(self._folder.name)
        variables = [f"{name}={os.environ[name]}" for name in INHERITED if name in os.environ]
        here = shlex.quote(str(Path.cwd()))
        (guest / "command").write_text(
            f"cd {here} && exec env {shlex.join([*variables, *self._command])}\n"
        )
        (guest / "uml").mkdir()
        self._console = guest / "console"
        self._status = guest / "status"
        with self._console.open("wb") as console:
            self._process = subprocess.Popen(
                self._arguments(guest),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,  # the guest's processes are processes here
            )
        self.output = (guest / "output").open("w+b")
        return self

    def _arguments(self, guest: Path) -> list[str]:
        network = [] if self._tap is None else [f"vec0:transport=tap,ifname={self._tap}"]
        return [
            self._kernel,
            f"mem={MEMORY}",
            "rootfstype=hostfs",
            "rootflags=/",
            "root=none",
            "ro",
            f"init={INIT}",
            f"GUEST_DIR={guest}",
            "con=null",
            "con0=null,fd:1",
            "con1=null",
            f"uml_dir={guest}/uml/",
            "umid=guest",
            "quiet",
            *network,
        ]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.output.close()
        self._folder.cleanup()

    @property
    def running(self) -> bool:
        """Whether the guest has not ended yet."""
        return self._process.poll() is None

    @property
    def status(self) -> int | None:
        """The command's exit status, None if it did not finish."""
        return int(self._status.read_text()) if self._status.exists() else None

    def said(self) -> str:
        """The end of what the guest's kernel said."""
        return self._console.read_text(errors="replace")[-4000:]


def main(command: list[str]) -> int:
    """Boot, show what the command prints as it comes, and return its exit status."""
    try:
        guest = Guest(command)
    except GuestMissing as error:
        print(error, file=sys.stderr)
        return UNFINISHED
    with guest:
        deadline = time.monotonic() + TIMEOUT_S
        while guest.running and time.monotonic() < deadline:
            time.sleep(0.2)
            _show(guest.output.read())
        _show(guest.output.read())
        if guest.status is None:
            print(f"{guest.said()}\nthe guest did not finish", file=sys.stderr)
        return UNFINISHED if guest.status is None else guest.status


def _show(octets: bytes) -> None:
    sys.stdout.buffer.write(octets)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
