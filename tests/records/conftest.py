"""Stores of both kinds, empty."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mkef.net.database import Location


@pytest.fixture(params=["sqlite", "postgresql"])
def new_location(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Location]:
    """Makes an empty store at each call."""
    if request.param == "sqlite":
        names = (tmp_path / f"{n}.db" for n in range(1000))
        return lambda: Location(next(names))
    server: Any = request.getfixturevalue("postgresql")
    return lambda: Location.parse(server.url())


@pytest.fixture
def location(new_location: Callable[[], Location]) -> Location:
    return new_location()
