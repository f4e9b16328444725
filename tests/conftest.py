"""What tests of every folder share."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent


def _needed(program: str) -> str:
    """The path of a foreign program; where CI=true its absence is a failure, elsewhere a skip."""
    path = shutil.which(program)
    if path is not None:
        return path
    reason = f"{program} is not installed: `make deps` installs it"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the source tree: ASN.1 modules, examples and golden captures are there."""
    return CHECKOUT


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """The path of a foreign program that a test needs."""
    return _needed


@pytest.fixture(scope="session")
def tshark(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Stock tshark on a capture: no preference of the user, no plugin."""
    path = _needed("tshark")
    home = tmp_path_factory.mktemp("home")
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def run(capture: Path, *options: str) -> str:
        command = [path, "-n", "-r", str(capture), *options]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout

    return run
