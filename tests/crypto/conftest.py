"""The foreign AuC that breaks the tie: osmo-auc-gen of Osmocom (Debian: libosmocore-utils)."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence

import pytest

AucGen = Callable[..., list[dict[str, str]]]


@pytest.fixture(scope="session")
def auc_gen(program: Callable[[str], str]) -> AucGen:
    """Run osmo-auc-gen for each of many cases; what each says by name, nothing where it refused.

    One shell starts them all: a process for each from here would take five times as long.
    """
    path = program("osmo-auc-gen")

    def run(
        algorithm: str, cases: Sequence[dict[str, str]], *, gsm: bool = False
    ) -> list[dict[str, str]]:
        start = f"{path} {'--2g' if gsm else '--3g'} --algorithm {algorithm}"
        commands = []
        for case in cases:
            words = (f"--{name} {value}" for name, value in case.items())
            commands.append(f"{start} {' '.join(words)}\necho =====")
        done = subprocess.run(
            ["sh"],
            input="\n".join(commands),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        parts = done.stdout.split("=====\n")[:-1]
        return [dict(re.findall(r"^([\w.]+):\t(\w+)$", part, re.MULTILINE)) for part in parts]

    return run
