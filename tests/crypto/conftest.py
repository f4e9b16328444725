"""The foreign AuC that breaks the tie: osmo-auc-gen of Osmocom (Debian: libosmocore-utils)."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest

AucGen = Callable[..., dict[str, str]]


@pytest.fixture(scope="session")
def auc_gen(program: Callable[[str], str]) -> AucGen:
    """Run osmo-auc-gen with Milenage; its output by name, empty if it refused."""
    path = program("osmo-auc-gen")

    def run(**options: str) -> dict[str, str]:
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        done = subprocess.run(
            [path, "--3g", "--algorithm", "milenage", *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
        pairs = re.findall(r"^([\w.]+):\t(\w+)$", done.stdout, re.MULTILINE)
        return {} if done.returncode else dict(pairs)

    return run
