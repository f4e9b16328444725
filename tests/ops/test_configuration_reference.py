"""docs/configuration.md has a row for every key, with the default that it has."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from hlr_stub.config import HlrConfig
from mkef.config import MkefConfig
from mkef.net.capture import CaptureSection
from mkef.net.diameter_section import DiameterSection
from mkef.net.section import Section
from mkef.net.sigtran import SigtranSection
from mkef.ops.configuration import LogSection, MetricsSection
from mkef_codecs.establishment import Tag
from mtc.device.config import MtcDeviceConfig
from mtc.server.config import MtcServerConfig

PROGRAMS = {
    "mkef.toml": MkefConfig,
    "hlr-stub.toml": HlrConfig,
    "mtc-server.toml": MtcServerConfig,
    "mtc-device.toml": MtcDeviceConfig,
}
# What several programs have is described once, under a heading of its own.
EVERY_PROGRAM = "Configuration"
SHARED = {"Diameter": DiameterSection, "SIGTRAN": SigtranSection}
UNITS = ("_s", "_bits", "_per_hour")

# Tables in a table, whose keys are told in a few sentences under the same heading.
TOLD = ("application_servers", "translations")

Rows = dict[str, tuple[str, str]]  # default and meaning by key


@dataclass(frozen=True)
class Key:
    """A key, and the heading that its row stands under."""

    heading: str
    path: str
    default: object


def keys(model: Any, heading: str, prefix: str = "") -> Iterator[Key]:
    """All keys of a section and of those in it, as the reference writes them."""
    if issubclass(model, LogSection | CaptureSection | MetricsSection):
        heading = EVERY_PROGRAM
    hints = get_type_hints(model)
    for field in msgspec.structs.fields(model):
        home, path = placed(model, heading, prefix, field.name)
        inner = section_of(hints[field.name])
        if inner is None or path in TOLD:
            yield Key(home, path, default_of(field))
        if inner is not None:
            named = path + ".NAME." if hints[field.name] == dict[str, inner] else path + "."
            yield from keys(inner, home, named)


def placed(model: Any, heading: str, prefix: str, name: str) -> tuple[str, str]:
    """Under which heading a field stands, and how it is written there."""
    for shared, section in SHARED.items():
        if issubclass(model, section) and name in section.__struct_fields__:
            return shared, name
    return heading, prefix + name


def section_of(hint: Any) -> type[Section] | None:
    """The section that a field is, or has several of."""
    for part in (hint, *get_args(hint)):
        if isinstance(part, type) and issubclass(part, Section):
            return part
    return None


def default_of(field: msgspec.structs.FieldInfo) -> object:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def rows_of(text: str) -> dict[str, Rows]:
    """The tables by heading; a row may have several keys, with as many defaults or one."""
    found: dict[str, Rows] = {}
    heading = ""
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("| `") or len(cells) != 3:
            continue
        names = [name.strip("` ") for name in cells[0].split(",")]
        several = cells[1].split(", ")
        defaults = several if len(several) == len(names) else [cells[1]] * len(names)
        for name, default in zip(names, defaults, strict=True):
            found.setdefault(heading, {})[name] = default, cells[2]
    return found


def shows(cell: str, default: object) -> bool:
    """A value stands there as TOML; a word for what means none or all; nothing if it is wanted."""
    if default is msgspec.NODEFAULT:
        return cell == ""
    if default in (None, (), "") or default == {}:
        return cell != "" and "`" not in cell
    if not isinstance(default, bool | int | float | str):
        default = default.octets.hex() if isinstance(default, Tag) else str(default)
    try:
        return bool(tomllib.loads(f"value = {cell.strip('`')}")["value"] == default)
    except tomllib.TOMLDecodeError:
        return False


@pytest.fixture(scope="module")
def reference(checkout: Path) -> str:
    return (checkout / "docs/configuration.md").read_text()


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_key_is_there_with_its_default(program: str, reference: str) -> None:
    rows = rows_of(reference)
    found = list(keys(PROGRAMS[program], program))
    assert [key for key in found if not documented(key, rows[key.heading], reference)] == []


def documented(key: Key, rows: Rows, reference: str) -> bool:
    table, _, name = key.path.rpartition(".")
    if table in TOLD:
        return f"`{name}`" in reference
    if key.path == "ssn" and key.default is not msgspec.NODEFAULT:  # each program has its own
        return f"`ssn` is {key.default}" in reference
    return key.path in rows and shows(rows[key.path][0], key.default)


def test_no_row_is_of_a_key_that_there_is_not(reference: str) -> None:
    known = {
        (key.heading, key.path) for name, model in PROGRAMS.items() for key in keys(model, name)
    }
    written = {
        (heading, path)
        for heading, rows in rows_of(reference).items()
        if heading != "Entitlements"  # columns of the registry
        for path in rows
        if not path.endswith("*")
    }
    assert written <= known


@pytest.mark.parametrize("unit", UNITS)
def test_units_are_said(unit: str, reference: str) -> None:
    """What the end of a key's name means stands before the first table."""
    beginning, _, tables = reference.partition("\n|")
    assert unit in tables
    assert f"`{unit}`" in beginning
