"""Configuration in TOML: read once, checked whole, each mistake named by file and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from mkef.crypto.secret import Ki, OPc, Secret
from mkef.net.database import Location
from mkef.net.endpoint import Endpoint, NetworkError
from mkef.net.section import Section
from mkef.net.tls import TlsSection, make_context
from mkef_codecs.errors import CodecError
from mkef_codecs.establishment import Tag
from mkef_codecs.identity import Imsi, ServerId

T = TypeVar("T", bound="Section")


class ConfigurationError(Exception):
    """A configuration that cannot be used: file, key and what would be right."""

    details: Mapping[str, object] = MappingProxyType({})  # for programs, beside the line


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


def _secret(kind: type[Secret]) -> Callable[[str], Secret]:
    def parse(text: str) -> Secret:
        try:
            return kind(bytes.fromhex(text))
        except ValueError:
            raise ValueError(f"{2 * (kind.length or 0)} hexadecimal digits wanted") from None

    return parse


# How text becomes a value; a ValueError says what would be right.
_TEXTS: dict[Any, Callable[[str], Any]] = {
    Endpoint: Endpoint.parse,
    Imsi: Imsi,
    ServerId: ServerId,
    Tag: Tag.parse,
    Ki: _secret(Ki),
    OPc: _secret(OPc),
}


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

    def decode(wanted: type, value: Any) -> Any:
        if isinstance(value, wanted):
            return value  # parsed below, where msgspec does not look
        if wanted is Location:
            return Location.parse(_text(value), path.parent)
        return path.parent / _text(value)  # a Path

    try:
        return msgspec.convert(_parse(tree, model), model, dec_hook=decode)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{path}: {_explain(str(error), model)}") from None


def _override(tree: dict[str, Any], setting: str) -> None:
    """Set one key; a value that is no TOML is taken as a string, so quotes are optional.

    Numbers count the tables of a list: zk.connect.0.address.
    An error shows the key alone: the value may be a secret.
    """
    name, equals, value = setting.partition("=")
    keys = name.strip().split(".")
    if not equals or not all(keys):
        raise ConfigurationError(f"--set {name}: expected key=value, for instance log.level=debug")
    try:
        parsed = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        parsed = value
    for key in keys[:-1]:
        tree = _table(tree, key, name)
    if not isinstance(tree, dict):
        raise ConfigurationError(f"--set {name}: {keys[-2]} is a list: say of which table, from 0")
    tree[keys[-1]] = parsed


def _table(tree: Any, key: str, name: str) -> Any:
    """What is under a key: a table, made if it is not there, or a list of tables."""
    if isinstance(tree, list):
        if not (key.isdigit() and int(key) < len(tree)):
            raise ConfigurationError(f"--set {name}: {key} is none of 0 to {len(tree) - 1}")
        return tree[int(key)]
    found = tree.setdefault(key, {})
    if not isinstance(found, dict | list):
        raise ConfigurationError(f"--set {name}: {key} is not a table")
    return found


def _parse(value: Any, hint: Any, where: str = "") -> Any:
    """The tree with the texts of our own value types parsed: msgspec leaves dataclasses alone."""
    if get_origin(hint) is tuple:
        values = [value] if isinstance(value, str) else value  # one needs no brackets
        if isinstance(values, list):
            inner = get_args(hint)[0]
            return [_parse(v, inner, f"{where}[{i}]") for i, v in enumerate(values)]
    inner = _table_of(hint)
    if inner is not None and isinstance(value, dict):
        return {k: _parse(v, inner, _join(where, k)) for k, v in value.items()}
    for kind in _kinds(hint):
        if kind in _TEXTS:
            return _parse_text(value, _TEXTS[kind], where)
        if isinstance(value, dict) and issubclass(kind, Section):
            hints = get_type_hints(kind)
            return {k: _parse(v, hints.get(k), _join(where, k)) for k, v in value.items()}
    return value


def _table_of(hint: Any) -> Any:
    """What a table of named tables holds: HlrSection of `Annotated[dict[str, HlrSection], ..]`."""
    if get_origin(hint) is dict:
        return get_args(hint)[1]
    return next((i for i in map(_table_of, get_args(hint)) if i is not None), None)


def _parse_text(value: Any, parse: Callable[[str], Any], where: str) -> Any:
    try:
        return parse(_text(value))
    except ValueError as error:
        problem = error.problem if isinstance(error, CodecError) else error
        raise msgspec.ValidationError(f"{problem} - at `$.{where}`") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        kind = type(value).__name__
        raise ValueError(f"expected text in quotes, got {kind}; in a shell: 'key=\"...\"'")  # noqa: TRY004
    return value


def _kinds(hint: Any) -> Iterator[type]:
    """The classes that a type hint is made of: `tuple[Endpoint, ...] | None` of Endpoint."""
    for part in get_args(hint):
        yield from _kinds(part)
    if isinstance(hint, type):
        yield hint


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
    if what.startswith("Invalid enum value"):
        what += f"; known: {', '.join(_choices(_hint(model, where)))}"
    first = what[0].lower() if what[1:2].islower() else what[0]  # not of an abbreviation
    return f"{where or 'file'}: {first}{what[1:]}"


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _fields(model: Any, where: str) -> tuple[str, ...]:
    return tuple(_section(_hint(model, where)).__struct_fields__)


def _hint(model: Any, where: str) -> Any:
    """The type hint of what stands there."""
    hint = model
    for key in re.findall(r"\[[^]]*\]|[^.[]+", where):
        inner = _table_of(hint)
        if inner is not None:
            hint = inner
        elif not key.startswith("["):  # of a list, whose hint has its parts' in it
            hint = get_type_hints(_section(hint))[key]
    return hint


def _choices(hint: Any) -> Iterator[str]:
    """The values that a type hint names."""
    for part in get_args(hint):
        if get_origin(hint) is Literal:
            yield str(part)
        else:
            yield from _choices(part)


def _section(hint: Any) -> Any:
    """The section that a type hint is made of."""
    return next(kind for kind in _kinds(hint) if issubclass(kind, Section))


def check_tls(path: Path, key: str, section: TlsSection | None, *, server_side: bool) -> None:
    """Refuse certificates and keys that cannot be used, by file and key."""
    if section is None:
        return
    try:
        make_context(section, server_side=server_side)
    except NetworkError as error:
        raise ConfigurationError(f"{path}: {key}: {error}") from None
