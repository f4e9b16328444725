"""A lab in one process, over real sockets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from hlr_stub.subscribers import Subscriber
from mkef.demo.lab import SUBSCRIBER, Lab
from mkef.net.capture import merge
from mkef.trace.ladder import read_ladder


@pytest.fixture
def make_lab(tmp_path: Path) -> Callable[..., Lab]:
    """A prepared lab; settings by program."""

    def make(subscribers: Sequence[Subscriber] = (SUBSCRIBER,), **settings: Sequence[str]) -> Lab:
        by_program = {name.replace("_", "-"): values for name, values in settings.items()}
        lab = Lab(tmp_path, settings=by_program, subscribers=subscribers)
        lab.prepare()
        return lab

    return make


@pytest.fixture
def labels() -> Callable[[Lab], list[str]]:
    """What a stopped lab's messages were, in their order."""

    def read(lab: Lab) -> list[str]:
        target = lab.folder / "flow.pcapng"
        merge(lab.captures, target)
        return [step.label for step in read_ladder(target)]

    return read
