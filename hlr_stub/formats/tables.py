"""Formats that are lines of columns: our CSV, SIM vendors' CSV, srsRAN's, pycrate's."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from hlr_stub.formats.record import FormatError, Record, algorithm_id, next_sqn
from hlr_stub.subscribers import FIELDS
from mkef.crypto.algorithms import ALGORITHMS

_OWN = tuple(name for name in FIELDS if name != "op")


def _plain(word: str) -> str:
    """A vendor's word as the tables below have it."""
    return word.lower().translate({ord(sign): None for sign in " _-"})


_VENDOR = {
    "imsi": "imsi",
    "ki": "ki",
    "k": "ki",
    "opc": "opc",
    "op": "op",
    "topc": "opc",
    "algorithm": "algorithm",
    "algo": "algorithm",
}
_VENDOR_ALGORITHMS = {_plain(name): name for name in ALGORITHMS}
_VENDOR_ALGORITHMS |= {f"comp128{version}": f"comp128v{version}" for version in (1, 2, 3)}
_PYSIM = ("name", "iccid", "mcc", "mnc", "imsi", "smsp", "ki", "opc")  # pySim-prog --write-csv
_SIM = (*_PYSIM, "algorithm")
_SRSRAN = ("name", "auth", "imsi", "ki", "op_type", "op", "amf", "sqn", "qci", "ip_alloc")
_SRSRAN_ALGORITHMS = {"milenage": "mil", "xor-3g": "xor"}
_PYCRATE_ALGORITHMS = {"milenage": 0, "comp128v1": 1, "comp128v2": 2, "comp128v3": 3, "tuak": 4}


@contextmanager
def _open(path: Path) -> Iterator[TextIOWrapper]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: not UTF-8 at octet {error.start}") from None
    except csv.Error as error:
        raise FormatError(f"{path}: {error}") from None


def _numbered(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Lines that say something, with their numbers."""
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            yield number, line.rstrip("\r\n")


def _too_long(place: str, columns: int) -> Record:
    return Record(place, {}, problem=f"more than the {columns} columns of the header")


# Our own.


def read_csv(path: Path) -> Iterator[Record]:
    """Our CSV: a header with names of FIELDS, in any order."""
    with _open(path) as file:
        rows = _rows(path, file)
        first, header = next(rows, (1, []))
        header = [name.strip() for name in header]
        unknown = sorted(set(header) - set(FIELDS))
        if unknown or "imsi" not in header:
            problem = f"unknown column {unknown[0]}" if unknown else "no column imsi"
            raise FormatError(f"{path}: line {first}: {problem}; known: {', '.join(FIELDS)}")
        if len(set(header)) < len(header):
            raise FormatError(f"{path}: line {first}: a column stands there twice")
        for number, cells in rows:
            place = f"line {number}"
            if len(cells) > len(header):
                yield _too_long(place, len(header))
            else:
                yield Record(place, dict(zip(header, cells, strict=False)))


def _rows(path: Path, file: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Rows that say something, each with the line that it begins on."""
    reader = csv.reader(file, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            open_quote = "end of data" in str(error)
            problem = "a quote that nothing closes" if open_quote else str(error)
            raise FormatError(f"{path}: line {number}: {problem}") from None
        if cells:
            yield number, cells


def write_csv(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Our CSV; redacted keys are empty columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _OWN, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


# SIM vendors and pySim.


def read_sim_csv(path: Path) -> Iterator[Record]:
    """A SIM vendor's or pySim's CSV: comma, semicolon or tab, columns known by their names."""
    with _open(path) as file:
        numbered = _numbered(file)
        first, header_line = next(numbered, (1, ""))
        delimiter = max(",;\t", key=header_line.count)
        header = [name.strip() for name in next(csv.reader([header_line], delimiter=delimiter), [])]
        columns = _vendor_columns(header)
        if not {"imsi", "ki"} <= columns.keys():
            raise FormatError(f"{path}: line {first}: columns IMSI and Ki are wanted")
        names = {field: header[i] for field, i in columns.items()}
        for number, line in numbered:
            cells = next(csv.reader([line], delimiter=delimiter))
            place = f"line {number}"
            if len(cells) > len(header):
                yield _too_long(place, len(header))
                continue
            cells += [""] * (len(header) - len(cells))
            fields = {field: cells[i].strip() for field, i in columns.items()}
            algorithm = fields.get("algorithm", "")
            fields["algorithm"] = _VENDOR_ALGORITHMS.get(_plain(algorithm), algorithm)
            yield Record(place, fields, names)


def _vendor_columns(header: list[str]) -> dict[str, int]:
    """Where the fields stand; the first of several columns of one meaning counts."""
    columns: dict[str, int] = {}
    for i, name in enumerate(header):
        field = _VENDOR.get(_plain(name))
        if field is not None:
            columns.setdefault(field, i)
    return columns


def write_sim_csv(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """The CSV that pySim-prog reads and writes, with a column for the algorithm."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _SIM, restval="", extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            algorithm_id(row, ALGORITHMS, "pySim's CSV")
            writer.writerow({"name": "hlr-stub", **row})


# srsRAN.


def read_srsran(path: Path) -> Iterator[Record]:
    """srsRAN's user_db.csv: Name,Auth,IMSI,Key,OP_Type,OP/OPc,AMF,SQN,QCI,IP_alloc."""
    names = {"algorithm": "Auth", "imsi": "IMSI", "ki": "Key", "op": "OP/OPc", "opc": "OP/OPc"}
    names |= {"amf": "AMF", "sqn": "SQN"}
    algorithms = {word: name for name, word in _SRSRAN_ALGORITHMS.items()}
    with _open(path) as file:
        for number, line in _numbered(file):
            cells = [cell.strip() for cell in line.split(",")]
            place = f"line {number}"
            if len(cells) != len(_SRSRAN):
                problem = f"{len(cells)} columns instead of {len(_SRSRAN)}"
                yield Record(place, {}, problem=problem)
                continue
            row = dict(zip(_SRSRAN, cells, strict=True))
            fields = {name: row[name] for name in ("imsi", "ki", "amf")}
            fields["algorithm"] = algorithms.get(row["auth"].lower(), row["auth"])
            try:
                fields["sqn"] = str(int(row["sqn"], 16)) if row["sqn"] else ""
            except ValueError:
                problem = f"SQN: {row['sqn']!r} is not hexadecimal"
                yield Record(place, {}, problem=problem)
                continue
            if fields["algorithm"] == "milenage":
                fields["opc" if row["op_type"].lower() == "opc" else "op"] = row["op"]
            yield Record(place, fields, names)


def write_srsran(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """srsRAN's user_db.csv; redacted keys are empty columns."""
    with path.open("w", encoding="utf-8") as file:
        file.write("# Name,Auth,IMSI,Key,OP_Type,OP/OPc,AMF,SQN,QCI,IP_alloc\n")
        for number, row in enumerate(rows, 1):
            auth = algorithm_id(row, _SRSRAN_ALGORITHMS, "srsRAN")
            opc = row.get("opc") or ("0" * 32 if auth == "xor" and "ki" in row else "")
            start = (f"ue{number}", auth, row["imsi"], row.get("ki", ""), "opc", opc)
            end = (row["amf"], f"{next_sqn(row):012x}", "9", "dynamic")
            file.write(",".join((*start, *end)) + "\n")


# pycrate.


def read_pycrate(path: Path) -> Iterator[Record]:
    """pycrate's AuC.db: IMSI;K;algorithm;SQN;OP (TOP), the last one optional."""
    names = {"imsi": "IMSI", "ki": "K", "algorithm": "algorithm id", "sqn": "SQN", "op": "OP"}
    algorithms = {str(number): name for name, number in _PYCRATE_ALGORITHMS.items()}
    with _open(path) as file:
        for number, line in _numbered(file):
            cells = [*(cell.strip() for cell in line.split(";")), "", ""]
            place = f"line {number}"
            if len(cells) < 6:
                yield Record(place, {}, problem="IMSI;K;algorithm;SQN;OP wanted")
                continue
            imsi, ki, algorithm, sqn, op, *_ = cells
            fields = {"imsi": imsi, "ki": ki, "algorithm": algorithms.get(algorithm, algorithm)}
            fields["sqn"] = "" if sqn.startswith("-") else sqn
            if op:
                fields["op"] = op
            yield Record(place, fields, names)


def write_pycrate(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """pycrate's AuC.db; it holds OP where we have OPc, so only algorithms without fit."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            number = algorithm_id(row, _PYCRATE_ALGORITHMS, "pycrate")
            if row.get("opc"):
                raise FormatError(
                    f"subscriber {row['imsi']}: pycrate's AuC.db holds OP, and only OPc is known"
                )
            sqn = next_sqn(row) if number in {0, 4} else -1
            file.write(f"{row['imsi']};{row.get('ki', '')};{number};{sqn};\n")
