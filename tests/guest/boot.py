"""`python tests/guest/boot.py COMMAND...`: run a command in user-mode Linux, whose kernel has SCTP.

The guest needs no privileges. Its root is this host's, read-only, with a memory file system above
it: whatever the command writes is gone afterwards. Exit status: the command's, 125 if the guest did
not finish.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KERNEL = "linux.uml"
INIT = Path(__file__).with_name("init.sh").resolve()
MEMORY = "1024M"
TIMEOUT_S = 420
UNFINISHED = 125
INHERITED = ("CI", "HOME", "LANG", "PATH", "PYTHONPATH")  # of the environment


def main(command: list[str]) -> int:
    """Boot, show what the command prints as it comes, and return its exit status."""
    kernel = shutil.which(KERNEL)
    if kernel is None or shutil.which("insmod") is None:
        print(f"{KERNEL} and insmod are needed: `make deps` installs them", file=sys.stderr)
        return UNFINISHED
    with tempfile.TemporaryDirectory(prefix="mkef-guest-") as folder:
        guest = Path(folder)
        variables = [f"{name}={os.environ[name]}" for name in INHERITED if name in os.environ]
        folder_name = shlex.quote(str(Path.cwd()))
        script = f"cd {folder_name} && exec env {shlex.join([*variables, *command])}\n"
        (guest / "command").write_text(script)
        (guest / "output").touch()
        return _run(kernel, guest)


def _run(kernel: str, guest: Path) -> int:
    arguments = [
        kernel,
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
    ]
    (guest / "uml").mkdir()
    deadline = time.monotonic() + TIMEOUT_S
    with (guest / "console").open("wb") as console, (guest / "output").open("rb") as output:
        process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=console, stderr=console
        )
        try:
            while process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.2)
                _show(output.read())
        finally:
            process.kill()
            process.wait()
        _show(output.read())
    if (guest / "status").exists():
        return int((guest / "status").read_text())
    print((guest / "console").read_text(errors="replace")[-4000:], file=sys.stderr)
    print("the guest did not finish", file=sys.stderr)
    return UNFINISHED


def _show(octets: bytes) -> None:
    sys.stdout.buffer.write(octets)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
