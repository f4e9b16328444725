"""The applications of ours, as every export gets them."""

from __future__ import annotations

import pytest

from mkef_codecs.export.ours import Application, ours


@pytest.fixture(scope="session")
def applications() -> tuple[Application, ...]:
    return ours()
