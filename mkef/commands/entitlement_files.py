"""`mkef entitlement import` and `export`: all rows and groups as one CSV file."""

from __future__ import annotations

import csv
import hashlib
import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from mkef.commands.entitlement_store import changes, config, opened
from mkef.domain.entitlement_csv import (
    COLUMNS,
    EntitlementError,
    read_entitlements,
    texts_of,
    texts_of_group,
)
from mkef.net.database import Database
from mkef.net.endpoint import NetworkError
from mkef.ops import frame
from mkef.records import registry
from mkef.records.editor import Editor, RegistryError, Taken

T = TypeVar("T")

PROGRESS_ROWS = 20_000


class FileError(NetworkError):
    """A CSV file that cannot be used: its name, line and column, and the reason; one line."""


_file = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.command("import")
@click.argument("file", type=_file)
@click.option("--replace", is_flag=True, help="Instead of all rows that are there.")
@config
@frame.clear_errors
def import_command(
    *, file: Path, replace: bool, config_file: Path, settings: tuple[str, ...]
) -> None:
    """Add the rows of a CSV file with a header, or none if one of them is wrong; `-` reads stdin.

    \b
    imsi,server_id,origin_hosts,groups,min_strength_bits
    group fleet,,a.example b.example,,
    0010101*,mtc.example,mtc-server.example,fleet,128

    A line `group NAME` makes its origin_hosts the identities of that group. Other groups stay as
    they are, also with --replace; without it a group that is there with others is refused.
    """
    with changes(config_file, settings) as editor:
        taken = import_file(editor, file, replace=replace)
    click.echo(f"{file}: {_counts(*taken)} imported")


def import_file(editor: Editor, file: Path, *, replace: bool) -> Taken:
    """All of a file or nothing: how much; mistakes are named by file, line and column."""
    try:
        with click.open_file(str(file), "rb") as source:
            return _import(editor, source, file, replace=replace)
    except OSError as error:
        raise FileError(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise FileError(f"{file}: not UTF-8 at octet {error.start}") from None


def _import(editor: Editor, source: IO[bytes], file: Path, *, replace: bool) -> Taken:
    octets = _Hashed(source)
    lines = io.TextIOWrapper(io.BufferedReader(octets), encoding="utf-8-sig", newline="")
    entries = _counted(read_entitlements(lines))
    try:
        return editor.take(entries, str(file), octets.hash.hexdigest, replace=replace)
    except EntitlementError as error:
        raise FileError(f"{file}: {error}") from None
    except RegistryError as error:
        raise RegistryError(f"{file}: {error}") from None


class _Hashed(io.RawIOBase):
    """The octets of a source, and the SHA-256 of those that were read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        octets = self._source.read(len(view))
        self.hash.update(octets)
        view[: len(octets)] = octets
        return len(octets)


def _counted(entries: Iterable[T]) -> Iterator[T]:
    """The same; on a terminal, how many there have been."""
    show = sys.stderr.isatty()
    for n, entry in enumerate(entries, 1):
        if show and n % PROGRESS_ROWS == 0:
            click.echo(f"\r{n} rows", err=True, nl=False)
        yield entry
    if show:
        click.echo("\r", err=True, nl=False)


@click.command()
@click.argument("file", type=_file, default="-")
@config
@frame.clear_errors
def export(file: Path, config_file: Path, settings: tuple[str, ...]) -> None:
    """Write all groups and rows as CSV for `import`, to standard output unless FILE is given."""
    with opened(config_file, settings) as database:
        if str(file) == "-":
            _export(database, sys.stdout)
            return
        try:
            with file.open("w", encoding="utf-8", newline="") as target:
                written = _export(database, target)
        except OSError as error:
            raise FileError(f"{file}: {error.strerror}") from None
    click.echo(f"{file}: {_counts(*written)} written")


def _export(database: Database, target: Any) -> Taken:
    writer = csv.DictWriter(target, COLUMNS, lineterminator="\n")
    writer.writeheader()
    rows = groups = 0
    with database.snapshot():
        for group in registry.all_groups(database):
            writer.writerow(texts_of_group(group))
            groups += 1
        for row in registry.all_rows(database):
            writer.writerow(texts_of(row))
            rows += 1
    return Taken(rows, groups)


def _counts(rows: int, groups: int) -> str:
    """How many of each, as `2 rows and 1 group`."""
    counted = f"{rows} row{'' if rows == 1 else 's'}"
    return counted + (f" and {groups} group{'' if groups == 1 else 's'}" if groups else "")
