"""docs/configuration.md names every key that there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from hlr_stub.config import HlrConfig
from mkef.config import MkefConfig
from mkef.net.section import Section
from mtc.device.config import MtcDeviceConfig
from mtc.server.config import MtcServerConfig


def keys(model: Any) -> set[str]:
    """The last parts of all keys of a section and of those in it."""
    found = set()
    for name, hint in get_type_hints(model).items():
        if name not in model.__struct_fields__:
            continue
        inner = [part for part in (hint, *get_args(hint)) if isinstance(part, type)]
        sections = [part for part in inner if issubclass(part, Section)]
        found |= keys(sections[0]) if sections else {name}
    return found


@pytest.mark.parametrize("model", [MkefConfig, HlrConfig, MtcServerConfig, MtcDeviceConfig])
def test_every_key_is_in_the_reference(model: type[Section], checkout: Path) -> None:
    text = (checkout / "docs/configuration.md").read_text()
    written = {part for word in text.split("`") for part in word.split(".")}
    assert keys(model) - written == set()
