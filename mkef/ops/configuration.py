"""Configuration in TOML: read once, checked whole, each mistake named by file and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec

from mkef.net.endpoint import Endpoint
from mkef.net.section import Section
from mkef_codecs.identity import ServerId

T = TypeVar("T", bound="Section")


class ConfigurationError(Exception):
    """A configuration that cannot be used: file, key and what would be right."""


class LogSection(Section, frozen=True):
    """`[log]`: what goes to standard error."""

    level: str = "info"  # debug, info, warning or error
    format: str = "auto"  # auto (console on a terminal, else json), console or json
    show_imsi: bool = False  # whole IMSIs instead of the network and two digits

    def __post_init__(self) -> None:
        if self.level not in {"debug", "info", "warning", "error"}:
            raise ValueError("level is debug, info, warning or error")
        if self.format not in {"auto", "console", "json"}:
            raise ValueError("format is auto, console or json")


class MetricsSection(Section, frozen=True):
    """`[metrics]`: Prometheus over HTTP at /metrics; no address, no metrics."""

    listen: Endpoint | None = None


def load(path: Path, model: type[T], settings: Sequence[str] = ()) -> T:
    """The file as `model`; `settings` are `key.path=value` in TOML's notation and win over it."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"{path}: {error.strerror}; examples/ has files to start from"
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: not UTF-8 at octet {error.start}") from None
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: {error}") from None
    for setting in settings:
        _override(tree, setting)
    folder = path.parent

    def decode(wanted: type, value: Any) -> Any:
        if wanted is Endpoint and isinstance(value, str):
            return Endpoint.parse(value)
        if wanted is ServerId and isinstance(value, str):
            return ServerId(value)
        raise NotImplementedError

    def resolve(wanted: type, value: Any) -> Any:
        return (
            folder / value if wanted is Path and isinstance(value, str) else decode(wanted, value)
        )

    try:
        return msgspec.convert(tree, model, dec_hook=resolve)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{path}: {_explain(str(error), model)}") from None


def _override(tree: dict[str, Any], setting: str) -> None:
    """Set one key; a value that is no TOML is taken as a string, so quotes are optional."""
    name, equals, value = setting.partition("=")
    keys = name.strip().split(".")
    if not equals or not all(keys):
        raise ConfigurationError(
            f"--set {setting}: expected key=value, for instance log.level=debug"
        )
    try:
        parsed = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        parsed = value
    for key in keys[:-1]:
        tree = tree.setdefault(key, {})
        if not isinstance(tree, dict):
            raise ConfigurationError(f"--set {setting}: {key} is not a table")
    tree[keys[-1]] = parsed


def _explain(problem: str, model: type) -> str:
    """msgspec's sentence with the key first and, for an unknown key, the keys that exist."""
    match = re.fullmatch(r"(?P<what>.*?)(?: - at `\$\.?(?P<where>.*)`)?", problem, re.DOTALL)
    what, where = (match["what"], match["where"] or "") if match else (problem, "")
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", what)
    missing = re.fullmatch(r"Object missing required field `(.*)`", what)
    if unknown:
        known = ", ".join(_fields(model, where))
        return f"{_join(where, unknown[1])}: unknown key; known here: {known}"
    if missing:
        return f"{_join(where, missing[1])}: missing"
    return f"{where or 'file'}: {what[0].lower()}{what[1:]}"


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _fields(model: Any, where: str) -> tuple[str, ...]:
    for key in filter(None, re.split(r"\.|\[[^]]*\]", where)):
        hint = get_type_hints(model)[key]
        options = getattr(hint, "__args__", (hint,))
        model = next(o for o in options if isinstance(o, type) and issubclass(o, Section))
    return tuple(model.__struct_fields__)
