"""The entitlement registry as text: rows and groups in the columns of CSV, to and fro."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mkef.domain.devices import Devices, DevicesError
from mkef.domain.entitlement import MAX_STRENGTH_BITS, MIN_STRENGTH_BITS, Entitlement, Group
from mkef_codecs.errors import CodecError
from mkef_codecs.identity import ServerId

REQUIRED = ("imsi", "server_id")
OPTIONAL = (
    "origin_hosts",
    "groups",
    "min_strength_bits",
    "rand_format",
    "lifetime_s",
    "failures_per_hour",
    "requests_per_hour",
    "valid_from",
    "valid_until",
    "disabled",
)
COLUMNS = REQUIRED + OPTIONAL
FORMATS = {"any": None, "random": False, "tagged": True}
_TRUTHS = {"": False, "no": False, "yes": True}
_NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]{0,62}", re.ASCII)
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,255}}\Z){_LABEL}(?:\.{_LABEL})*", re.ASCII)
_GROUP = "group"  # and a name, in the column `imsi`: this line says who is in a group
_LARGEST = (1 << 31) - 1
_YEAR_10000 = 253_402_300_800  # seconds since 1970


class EntitlementError(Exception):
    """A row that cannot be used: its line, its column and what would be right."""

    def __init__(self, problem: str, *, column: str = "", line: int = 0) -> None:
        places = f"line {line}" if line else "", f"column {column}" if column else ""
        place = ", ".join(filter(None, places))
        super().__init__(f"{place}: {problem}")
        self.problem = problem
        self.column = column


def read_entitlements(lines: Iterable[str]) -> Iterator[tuple[int, Entitlement | Group]]:
    """Rows and groups of a CSV file with a header, each with its line, up to the first mistake."""
    reader = csv.DictReader(lines, skipinitialspace=True)
    try:
        _check_header(reader.fieldnames or ())
        for record in reader:
            yield reader.line_num, _row(reader.line_num, record)
    except csv.Error as error:
        raise EntitlementError(str(error), line=reader.line_num + 1) from None


def _row(line: int, record: Mapping[str | Any, Any]) -> Entitlement | Group:
    if None in record:
        raise EntitlementError("more columns than the header has", line=line)
    texts = {name: value or "" for name, value in record.items()}
    try:
        return _group_of(texts) if texts["imsi"].startswith(_GROUP) else entitlement_of(texts)
    except EntitlementError as error:
        raise EntitlementError(error.problem, column=error.column, line=line) from None


def _group_of(texts: Mapping[str, str]) -> Group:
    """The group of a line whose other columns say nothing."""
    read = _Columns(texts)
    used = (name for name in COLUMNS if name not in {"imsi", "origin_hosts"})
    for name in used:
        if texts.get(name):
            raise EntitlementError("a group has none", column=name)
    hosts = read("origin_hosts", _hosts)
    if not hosts:
        raise EntitlementError("one or more Diameter identities", column="origin_hosts")
    return Group(read("imsi", lambda text: parse_group(text.removeprefix(_GROUP).strip())), hosts)


def _check_header(names: Iterable[str]) -> None:
    names = list(names)
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if missing:
        problem = f"column {missing[0]} is missing: {','.join(REQUIRED)}"
        raise EntitlementError(problem, line=1)
    if unknown:
        problem = f"unknown column {unknown[0]}; known: {','.join(COLUMNS)}"
        raise EntitlementError(problem, line=1)
    if len(set(names)) < len(names):
        raise EntitlementError("a column stands there twice", line=1)


def entitlement_of(texts: Mapping[str, str]) -> Entitlement:
    """The row of its columns as text; a mistake is named by its column."""
    read = _Columns(texts)
    row = Entitlement(
        devices=read("imsi", Devices.parse),
        server_id=read("server_id", ServerId),
        origin_hosts=read("origin_hosts", _hosts),
        groups=read("groups", _groups),
        min_strength_bits=read("min_strength_bits", _strength) or MIN_STRENGTH_BITS,
        tagged=read("rand_format", _format),
        lifetime_s=read("lifetime_s", _number),
        failures_per_hour=read("failures_per_hour", _number),
        requests_per_hour=read("requests_per_hour", _number),
        valid_from=read("valid_from", _instant),
        valid_until=read("valid_until", _instant),
        disabled=read("disabled", _truth),
    )
    _check(row)
    return row


def _check(row: Entitlement) -> None:
    """Refuse a row that could never let anybody have a key."""
    if not (row.origin_hosts or row.groups):
        problem = "one or more Diameter identities, or groups"
        raise EntitlementError(problem, column="origin_hosts")
    begins, ends = row.valid_from, row.valid_until
    if begins is not None and ends is not None and begins >= ends:
        problem = f"{_instant_shown(ends)} is not after the beginning, {_instant_shown(begins)}"
        raise EntitlementError(problem, column="valid_until")


@dataclass(frozen=True, slots=True)
class _Columns:
    texts: Mapping[str, str]

    def __call__(self, column: str, parse: Callable[[str], Any]) -> Any:
        try:
            return parse(self.texts.get(column, "").strip())
        except CodecError as error:
            raise EntitlementError(error.problem, column=column) from None
        except (DevicesError, ValueError) as error:
            raise EntitlementError(str(error), column=column) from None


def values_of(row: Entitlement) -> dict[str, Any]:
    """The columns of a row as JSON has them: numbers, lists, times as text, None where unsaid."""
    return {
        "imsi": str(row.devices),
        "server_id": row.server_id.value,
        "origin_hosts": sorted(row.origin_hosts),
        "groups": sorted(row.groups),
        "min_strength_bits": row.min_strength_bits,
        "rand_format": next(name for name, tagged in FORMATS.items() if tagged is row.tagged),
        "lifetime_s": row.lifetime_s,
        "failures_per_hour": row.failures_per_hour,
        "requests_per_hour": row.requests_per_hour,
        "valid_from": _instant_shown(row.valid_from),
        "valid_until": _instant_shown(row.valid_until),
        "disabled": row.disabled,
    }


def texts_of(row: Entitlement) -> dict[str, str]:
    """The columns of a row as text; `entitlement_of` reads them back."""
    return {name: _text(value) for name, value in values_of(row).items()}


def texts_of_group(group: Group) -> dict[str, str]:
    """The columns of a group as text; `read_entitlements` reads them back."""
    return {"imsi": f"{_GROUP} {group.name}", "origin_hosts": _text(sorted(group.hosts))}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def parse_host(text: str) -> str:
    """A Diameter identity in lower case (RFC 6733 clause 4.3.1)."""
    host = text.lower()
    if not _HOST.fullmatch(host):
        problem = "is no Diameter identity: an FQDN of at most 255 octets, as mtc-server.example"
        raise ValueError(f"{text!r} {problem}")
    return host


def parse_group(text: str) -> str:
    """The name of a group of Diameter identities."""
    if not _NAME.fullmatch(text):
        raise ValueError("a group is named by lower-case letters, digits, `.`, `-` and `_`")
    return text


def _hosts(text: str) -> frozenset[str]:
    return frozenset(map(parse_host, text.split()))


def _groups(text: str) -> frozenset[str]:
    return frozenset(map(parse_group, text.split()))


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= _LARGEST):
        raise ValueError("a whole number above 0, or nothing")
    return int(text)


def _strength(text: str) -> int | None:
    bits = _number(text)
    if bits is not None and bits > MAX_STRENGTH_BITS:
        raise ValueError(f"at most {MAX_STRENGTH_BITS}: no key is stronger")
    return bits


def _format(text: str) -> bool | None:
    if (text or "any") not in FORMATS:
        raise ValueError(f"one of {', '.join(FORMATS)}")
    return FORMATS[text or "any"]


def _truth(text: str) -> bool:
    if text not in _TRUTHS:
        raise ValueError("yes, no or nothing")
    return _TRUTHS[text]


def _instant(text: str) -> int | None:
    """Seconds since 1970 of a date or time; without a zone it is UTC."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("a time as 2026-12-31 or 2026-12-31T23:59:59Z, or nothing") from None
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not 0 <= seconds < _YEAR_10000:
        raise ValueError("a time from 1970 to 9999 in UTC, or nothing")
    return int(seconds)


def _instant_shown(value: int | None) -> str | None:
    """The time as `_instant` reads it, the year in four digits."""
    if value is None:
        return None
    return datetime.fromtimestamp(value, UTC).isoformat().replace("+00:00", "Z")
