"""Rows of the entitlement registry as text: the columns of CSV, to and fro."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mkef.domain.devices import Devices, DevicesError
from mkef.domain.entitlement import MIN_STRENGTH_BITS, Entitlement
from mkef_codecs.diameter.avp import encode_identity
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
_LARGEST = (1 << 31) - 1


class EntitlementError(Exception):
    """A row that cannot be used: its line, its column and what would be right."""


def read_entitlements(lines: Iterable[str]) -> Iterator[tuple[int, Entitlement]]:
    """The rows of a CSV file with a header, each with its line; stops at the first mistake."""
    reader = csv.DictReader(lines, skipinitialspace=True)
    try:
        _check_header(reader.fieldnames or ())
        for record in reader:
            yield reader.line_num, _row(reader.line_num, record)
    except csv.Error as error:
        raise EntitlementError(f"line {reader.line_num + 1}: {error}") from None


def _row(line: int, record: Mapping[str | Any, Any]) -> Entitlement:
    if None in record:
        raise EntitlementError(f"line {line}: more columns than the header has")
    try:
        return entitlement_of({name: value or "" for name, value in record.items()})
    except EntitlementError as error:
        raise EntitlementError(f"line {line}, {error}") from None


def _check_header(names: Iterable[str]) -> None:
    names = list(names)
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if missing:
        raise EntitlementError(f"line 1: column {missing[0]} is missing: {','.join(REQUIRED)}")
    if unknown:
        raise EntitlementError(f"line 1: unknown column {unknown[0]}; known: {','.join(COLUMNS)}")
    if len(set(names)) < len(names):
        raise EntitlementError("line 1: a column stands there twice")


def entitlement_of(texts: Mapping[str, str]) -> Entitlement:
    """The row of its columns as text; a mistake is named by its column."""
    read = _Columns(texts)
    row = Entitlement(
        devices=read("imsi", Devices.parse),
        server_id=read("server_id", ServerId),
        origin_hosts=read("origin_hosts", _hosts),
        groups=read("groups", _groups),
        min_strength_bits=read("min_strength_bits", _number) or MIN_STRENGTH_BITS,
        tagged=read("rand_format", _format),
        lifetime_s=read("lifetime_s", _number),
        failures_per_hour=read("failures_per_hour", _number),
        requests_per_hour=read("requests_per_hour", _number),
        valid_from=read("valid_from", _instant),
        valid_until=read("valid_until", _instant),
        disabled=read("disabled", _truth),
    )
    if not (row.origin_hosts or row.groups):
        raise EntitlementError("column origin_hosts: one or more Diameter identities, or groups")
    return row


@dataclass(frozen=True, slots=True)
class _Columns:
    texts: Mapping[str, str]

    def __call__(self, column: str, parse: Callable[[str], Any]) -> Any:
        try:
            return parse(self.texts.get(column, "").strip())
        except CodecError as error:
            raise EntitlementError(f"column {column}: {error.problem}") from None
        except (DevicesError, ValueError) as error:
            raise EntitlementError(f"column {column}: {error}") from None


def texts_of(row: Entitlement) -> dict[str, str]:
    """The columns of a row as text; `entitlement_of` reads them back."""
    numbers = ("lifetime_s", "failures_per_hour", "requests_per_hour")
    return {
        "imsi": str(row.devices),
        "server_id": row.server_id.value,
        "origin_hosts": " ".join(sorted(row.origin_hosts)),
        "groups": " ".join(sorted(row.groups)),
        "min_strength_bits": str(row.min_strength_bits),
        "rand_format": next(name for name, tagged in FORMATS.items() if tagged is row.tagged),
        **{name: _shown(getattr(row, name)) for name in numbers},
        "valid_from": _instant_shown(row.valid_from),
        "valid_until": _instant_shown(row.valid_until),
        "disabled": "yes" if row.disabled else "",
    }


def parse_host(text: str) -> str:
    """A Diameter identity in lower case (RFC 6733 clause 4.3.1)."""
    try:
        encode_identity(text)
    except CodecError:
        raise ValueError("one or more Diameter identities, spaces between") from None
    return text.lower()


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
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _shown(value: int | None) -> str:
    return "" if value is None else str(value)


def _instant_shown(value: int | None) -> str:
    return "" if value is None else datetime.fromtimestamp(value, UTC).strftime("%FT%TZ")
