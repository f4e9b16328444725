"""Formats that are JSON: open5gs' MongoDB documents, pyHSS' AuC records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hlr_stub.formats.record import FormatError, Record, algorithm_id, next_sqn

_DECODER = json.JSONDecoder()
_MILENAGE = {"milenage": "milenage"}
_OPEN5GS_COLUMNS = {name: f"security.{key}" for name, key in (("ki", "k"), ("opc", "opc"))}
_OPEN5GS_COLUMNS |= {name: f"security.{name}" for name in ("op", "amf", "sqn")}


# Before, between and after the documents of an array, and of a sequence without brackets.
_OPENING = re.compile(r"\s*(\[?)\s*")
_SEPARATOR = {True: re.compile(r"\s*,\s*"), False: re.compile(r"\s*")}
_CLOSING = {True: re.compile(r"\s*\]\s*\Z"), False: re.compile(r"\s*\Z")}


def _documents(path: Path) -> Iterator[tuple[str, Any]]:
    """The documents of an array, of one object, or of lines (mongoexport without --jsonArray)."""
    text = _read(path)
    opening = _OPENING.match(text)
    assert opening is not None
    array, at, number = bool(opening[1]), opening.end(), 0
    line, counted = 1, 0
    while not (number == 0 and _CLOSING[array].match(text, at)):
        line, counted = line + text.count("\n", counted, at), at
        document, at = _decode(path, text, at)
        number += 1
        yield (f"document {number} (line {line})" if array else f"line {line}"), document
        if _CLOSING[array].match(text, at):
            return
        gap = _SEPARATOR[array].match(text, at)
        if gap is None:
            line += text.count("\n", counted, at)
            raise FormatError(f"{path}: line {line}: a comma or the end of the array wanted")
        at = gap.end()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: not UTF-8 at octet {error.start}") from None


def _decode(path: Path, text: str, at: int) -> tuple[Any, int]:
    """The document that begins there, and where it ends."""
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise FormatError(f"{path}: line {error.lineno}: {error.msg}") from None
    except RecursionError:
        raise FormatError(f"{path}: nested too deep for a list of subscribers") from None


def _text(value: Any) -> str:
    """A value as text; MongoDB writes large numbers as {"$numberLong": "32"}."""
    if isinstance(value, Mapping) and len(value) == 1:
        (value,) = value.values()
    return "" if value is None else str(value)


def _write(path: Path, documents: Iterable[Mapping[str, Any]]) -> None:
    """An array with a document on each line."""
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        separator = "\n"
        for document in documents:
            file.write(separator + json.dumps(document))
            separator = ",\n"
        file.write("\n]\n")


def read_open5gs(path: Path) -> Iterator[Record]:
    """open5gs' subscribers as mongoexport writes them."""
    for place, document in _documents(path):
        security = document.get("security") if isinstance(document, Mapping) else None
        if not isinstance(security, Mapping):
            yield Record(place, {}, problem="no open5gs subscriber: it has no `security`")
            continue
        fields = {
            "imsi": _text(document.get("imsi")),
            "algorithm": "milenage",
            "ki": _text(security.get("k")).replace(" ", ""),
            "opc": _text(security.get("opc")).replace(" ", ""),
            "op": _text(security.get("op")).replace(" ", ""),
            "amf": _text(security.get("amf")),
            "sqn": _text(security.get("sqn")),
        }
        yield Record(place, fields, _OPEN5GS_COLUMNS)


def write_open5gs(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Documents for mongoimport --jsonArray, with the slice that open5gs' own tool gives."""
    _write(path, map(_open5gs, rows))


def _open5gs(row: Mapping[str, str]) -> Mapping[str, Any]:
    algorithm_id(row, _MILENAGE, "open5gs")
    rate = {"value": 1, "unit": 3}
    qos = {
        "index": 9,
        "arp": {"priority_level": 8, "pre_emption_capability": 1, "pre_emption_vulnerability": 1},
    }
    ambr = {"downlink": rate, "uplink": rate}
    session = {"name": "internet", "type": 3, "qos": qos, "ambr": ambr}
    return {
        "schema_version": 1,
        "imsi": row["imsi"],
        "security": {
            "k": row.get("ki"),
            "opc": row.get("opc"),
            "op": None,
            "amf": row["amf"],
            "sqn": {"$numberLong": str(next_sqn(row))},
        },
        "ambr": ambr,
        "slice": [{"sst": 1, "default_indicator": True, "session": [session]}],
        "access_restriction_data": 32,
        "subscriber_status": 0,
        "network_access_mode": 0,
        "subscribed_rau_tau_timer": 12,
    }


def read_pyhss(path: Path) -> Iterator[Record]:
    """pyHSS' AuC records, as its API lists them: of Milenage, which an absent `algo` means.

    `algo` is a free text in its schema: another value than Milenage's could mean anything.
    """
    for place, document in _documents(path):
        if not isinstance(document, Mapping):
            yield Record(place, {}, problem="no object")
            continue
        algorithm = _text(document.get("algo")).strip()
        if algorithm.lower() not in {"", "milenage"}:
            problem = f"{algorithm!r} is not known; a record of Milenage has none, null or milenage"
            yield Record(place, {}, problem=f"algo: {problem}")
            continue
        fields = {name: _text(document.get(name)) for name in ("imsi", "ki", "opc", "amf", "sqn")}
        yield Record(place, fields | {"algorithm": "milenage"})


def write_pyhss(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Records for pyHSS' API."""
    _write(path, map(_pyhss, rows))


def _pyhss(row: Mapping[str, str]) -> Mapping[str, Any]:
    algorithm_id(row, _MILENAGE, "pyHSS")
    return {
        "ki": row.get("ki"),
        "opc": row.get("opc"),
        "amf": row["amf"],
        "sqn": next_sqn(row),
        "imsi": row["imsi"],
    }
