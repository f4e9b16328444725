"""Which server may have keys of which devices."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mkef.domain.errors import NotEntitled, ProfileNotAllowed
from mkef_codecs.diameter.avp import encode_identity
from mkef_codecs.errors import CodecError
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi, ServerId

REQUIRED = ("imsi", "server_id", "origin_hosts")
OPTIONAL = ("min_strength_bits", "rand_format", "lifetime_s")
_FORMATS = {"any": None, "random": False, "tagged": True}
_DIGITS = re.compile(r"[0-9]{0,15}", re.ASCII)


class EntitlementError(Exception):
    """A row that cannot be used: its line, its column and what would be right."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One row: devices by IMSI or prefix, ID_MTC_SERVER and who may ask."""

    prefix: str
    whole_imsi: bool
    server_id: ServerId
    origin_hosts: frozenset[str]
    min_strength_bits: int = 64
    tagged: bool | None = None  # None: either format
    lifetime_s: int | None = None  # None: the MKEF's own

    def check_profile(self, profile: Profile, strength_bits: int) -> None:
        """Refuse a profile that this row does not allow."""
        if strength_bits < self.min_strength_bits:
            raise ProfileNotAllowed(f"{strength_bits} bits, {self.min_strength_bits} demanded")
        if self.tagged is not None and profile.tagged != self.tagged:
            wanted = "tagged" if self.tagged else "random"
            raise ProfileNotAllowed(f"{wanted} RANDs demanded")


class EntitlementRegistry:
    """Rows by IMSI or prefix; the longest that has a row decides."""

    def __init__(self, rows: Iterable[Entitlement]) -> None:
        self._rows: dict[tuple[str, bool], dict[ServerId, Entitlement]] = {}
        for row in rows:
            self._rows.setdefault((row.prefix, row.whole_imsi), {})[row.server_id] = row

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._rows.values())

    def find(self, imsi: Imsi, origin_host: str, server_id: ServerId | None) -> Entitlement:
        """The one row that lets `origin_host` ask for this IMSI; NotEntitled without telling why.

        With several rows for one Origin-Host the MTC-Server-Id selects.
        """
        host = origin_host.lower()
        found = [
            row
            for row in self._longest(imsi).values()
            if host in row.origin_hosts and server_id in {None, row.server_id}
        ]
        if len(found) != 1:
            raise NotEntitled(f"{len(found)} rows for {origin_host}")
        return found[0]

    def _longest(self, imsi: Imsi) -> dict[ServerId, Entitlement]:
        digits = imsi.digits
        keys = [(digits, True), *((digits[:n], False) for n in range(len(digits), -1, -1))]
        return next((self._rows[key] for key in keys if key in self._rows), {})


def read_entitlements(lines: Iterable[str]) -> Iterator[Entitlement]:
    """The rows of a CSV file with a header; raises EntitlementError at the first that is wrong."""
    reader = csv.DictReader(lines, skipinitialspace=True)
    try:
        yield from _rows(reader)
    except csv.Error as error:
        raise EntitlementError(f"line {reader.line_num + 1}: {error}") from None


def _rows(reader: csv.DictReader[str]) -> Iterator[Entitlement]:
    _check_header(reader.fieldnames or ())
    seen: dict[tuple[str, bool, ServerId], int] = {}
    for record in reader:
        row = _Record(reader.line_num, record).entitlement()
        key = (row.prefix, row.whole_imsi, row.server_id)
        if key in seen:
            raise EntitlementError(f"line {reader.line_num}: same row as line {seen[key]}")
        seen[key] = reader.line_num
        yield row


def _check_header(names: Iterable[str]) -> None:
    names = list(names)
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in REQUIRED + OPTIONAL]
    if missing:
        raise EntitlementError(f"line 1: column {missing[0]} is missing: {','.join(REQUIRED)}")
    if unknown:
        known = ",".join(REQUIRED + OPTIONAL)
        raise EntitlementError(f"line 1: unknown column {unknown[0]}; known: {known}")
    if len(set(names)) < len(names):
        raise EntitlementError("line 1: a column stands there twice")


@dataclass(frozen=True, slots=True)
class _Record:
    """A line of the file and how its columns are read."""

    line: int
    record: dict[str, str | None]

    def entitlement(self) -> Entitlement:
        if None in self.record:
            raise EntitlementError(f"line {self.line}: more columns than the header has")
        text = self._text("imsi")
        return Entitlement(
            prefix=self._prefix(text),
            whole_imsi=not text.endswith("*"),
            server_id=self._server_id(),
            origin_hosts=self._hosts(),
            min_strength_bits=self._number("min_strength_bits") or 64,
            tagged=self._format(),
            lifetime_s=self._number("lifetime_s"),
        )

    def _text(self, column: str) -> str:
        return (self.record.get(column) or "").strip()

    def _wrong(self, column: str, problem: str) -> EntitlementError:
        return EntitlementError(f"line {self.line}, column {column}: {problem}")

    def _prefix(self, text: str) -> str:
        digits = text.removesuffix("*")
        if text.endswith("*"):
            if not _DIGITS.fullmatch(digits):
                raise self._wrong("imsi", "a prefix is up to 15 digits and `*`")
            return digits
        try:
            return Imsi(digits).digits
        except CodecError as error:
            raise self._wrong("imsi", f"{error.problem}, or is a prefix with `*`") from None

    def _server_id(self) -> ServerId:
        try:
            return ServerId(self._text("server_id"))
        except CodecError as error:
            raise self._wrong("server_id", error.problem) from None

    def _hosts(self) -> frozenset[str]:
        hosts = frozenset(self._text("origin_hosts").lower().split())
        try:
            for host in hosts:
                encode_identity(host)
        except CodecError:
            hosts = frozenset()
        if not hosts:
            raise self._wrong("origin_hosts", "one or more Diameter identities, spaces between")
        return hosts

    def _number(self, column: str) -> int | None:
        text = self._text(column)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and int(text)):
            raise self._wrong(column, "a whole number above 0, or nothing")
        return int(text)

    def _format(self) -> bool | None:
        text = self._text("rand_format") or "any"
        if text not in _FORMATS:
            raise self._wrong("rand_format", f"one of {', '.join(_FORMATS)}")
        return _FORMATS[text]
