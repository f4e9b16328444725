"""`mkef entitlement`: who may have keys of which devices."""

from __future__ import annotations

import csv
import getpass
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from rich import box
from rich.console import Console
from rich.table import Table

from mkef.config import MkefConfig
from mkef.domain.devices import Devices, DevicesError
from mkef.domain.entitlement import Entitlement
from mkef.domain.entitlement_csv import (
    COLUMNS,
    FORMATS,
    EntitlementError,
    entitlement_of,
    parse_group,
    parse_host,
    read_entitlements,
    texts_of,
)
from mkef.net.database import Database
from mkef.net.store import open_store
from mkef.ops import frame
from mkef.ops.configuration import ConfigurationError, load
from mkef.records import registry
from mkef.records.reading import NAME
from mkef.records.schema import MIGRATIONS
from mkef_codecs.errors import CodecError
from mkef_codecs.identity import Imsi, ServerId

P = ParamSpec("P")
R = TypeVar("R")
Options = Callable[[Callable[P, R]], Callable[P, R]]

PROGRESS_ROWS = 20_000

config = frame.config_options("mkef.toml")
as_json = click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")
which = click.argument("devices", type=str, metavar="DEVICES")
whose = click.option("--server-id", required=True, metavar="ID", help="ID_MTC_SERVER.")


@contextmanager
def opened(config_file: Path, settings: tuple[str, ...]) -> Iterator[Database]:
    """The store of the configuration."""
    where = load(config_file, MkefConfig, settings).store
    with closing(open_store(where, MIGRATIONS, NAME)) as database:
        yield database


def editor(database: Database) -> registry.Editor:
    """Changes in the name of whoever runs this program."""
    return registry.Editor(database, getpass.getuser(), time.time())


def parsed(texts: Mapping[str, str]) -> Entitlement:
    """A row of options; a mistake is a usage error."""
    try:
        return entitlement_of(texts)
    except EntitlementError as error:
        raise click.UsageError(str(error).replace("column ", "option ")) from None


def parse_key(devices: str, server_id: str) -> tuple[Devices, ServerId]:
    """What names a row."""
    try:
        return Devices.parse(devices), ServerId(server_id)
    except DevicesError as error:
        raise click.BadParameter(f"{devices}: {error}") from None
    except CodecError as error:
        raise click.BadParameter(f"{server_id}: {error.problem}") from None


def _values(command: Callable[P, R]) -> Callable[P, R]:
    """The options of a row's values; `set` leaves alone what is not given."""
    options: Iterable[Options[P, R]] = (
        click.option(
            "--origin-host",
            "origin_hosts",
            multiple=True,
            metavar="HOST",
            help="A Diameter identity that may ask. Repeatable.",
        ),
        click.option(
            "--group",
            "groups",
            multiple=True,
            metavar="NAME",
            help="A group of Diameter identities that may ask. Repeatable.",
        ),
        click.option("--min-strength-bits", metavar="BITS", help="Of K_MTC; 64 unless given."),
        click.option("--rand-format", type=click.Choice(list(FORMATS)), help="Demanded of RANDs."),
        click.option("--lifetime-s", metavar="S", help="Of a key."),
        click.option("--failures-per-hour", metavar="N", help="Of one IMSI at one Origin-Host."),
        click.option("--requests-per-hour", metavar="N", help="Of one IMSI at one Origin-Host."),
        click.option("--valid-from", metavar="TIME", help="As 2026-12-31 or 2026-12-31T12:00:00Z."),
        click.option("--valid-until", metavar="TIME", help="The same; no key outlives it."),
        click.option(
            "--disabled/--enabled",
            "disabled",
            default=None,
            help="A disabled row refuses, and hides broader rows.",
        ),
    )
    for option in reversed(list(options)):
        command = option(command)
    return command


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """The options that were given, as the columns of CSV."""
    texts: dict[str, str] = {}
    for name, value in values.items():
        if value is None or value == ():
            continue
        if isinstance(value, tuple):
            texts[name] = " ".join(value)
        elif isinstance(value, bool):
            texts[name] = "yes" if value else "no"
        else:
            texts[name] = value
    return texts


@click.group()
def entitlement() -> None:
    """Which MTC Server may have keys of which devices.

    A row has DEVICES (an IMSI, a prefix as `0010101*`, or a range as `001010100-001010299`), an
    ID_MTC_SERVER and the Diameter identities that may ask. The narrowest row about an IMSI
    decides. A running MKEF sees a change with its next request; each one is a line of the audit.
    """


@entitlement.command()
@click.option(
    "--imsi",
    "devices",
    required=True,
    metavar="DEVICES",
    help="An IMSI, a prefix with `*`, or a range; in a shell, in quotes.",
)
@whose
@_values
@config
@frame.clear_errors
def add(
    devices: str, server_id: str, config_file: Path, settings: tuple[str, ...], **values: Any
) -> None:
    """Add a row."""
    row = parsed({"imsi": devices, "server_id": server_id, **_texts(values)})
    with opened(config_file, settings) as database:
        editor(database).add(row)
    click.echo(f"{row.devices} for {row.server_id}: added")


@entitlement.command("set")
@which
@whose
@_values
@config
@frame.clear_errors
def set_command(
    devices: str, server_id: str, config_file: Path, settings: tuple[str, ...], **values: Any
) -> None:
    """Change what is given of a row, and leave the rest alone."""
    key = parse_key(devices, server_id)
    with opened(config_file, settings) as database:
        changes = editor(database)
        row = parsed(texts_of(changes.get(*key)) | _texts(values))
        changes.set(row)
    click.echo(f"{row.devices} for {row.server_id}: set")


@entitlement.command("list")
@click.option("--imsi", metavar="IMSI", help="Only rows about this IMSI, the deciding one first.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="So many rows at most; `export` writes them all.",
)
@as_json
@config
@frame.clear_errors
def list_command(
    *,
    imsi: str | None,
    limit: int,
    as_json: bool,
    config_file: Path,
    settings: tuple[str, ...],
) -> None:
    """Rows in the order of their devices."""
    with opened(config_file, settings) as database:
        rows = list(_some(_about(database, imsi), limit + 1))
    if as_json:
        click.echo(json.dumps([texts_of(row) for row in rows[:limit]], indent=2))
        return
    _show(rows[:limit])
    if len(rows) > limit:
        click.echo(f"and more: --limit {limit * 10}, --imsi IMSI, or `mkef entitlement export`")


def _about(database: Database, imsi: str | None) -> Iterable[Entitlement]:
    if imsi is None:
        return registry.all_rows(database)
    try:
        found = registry.rows_of(database, Imsi(imsi))
    except CodecError as error:
        raise click.BadParameter(error.problem, param_hint="--imsi") from None
    return sorted((row for row, _ in found), key=lambda row: row.devices.breadth)


def _some(rows: Iterable[Entitlement], limit: int) -> Iterator[Entitlement]:
    for _, row in zip(range(limit), rows, strict=False):
        yield row


@entitlement.command()
@which
@whose
@as_json
@config
@frame.clear_errors
def show(
    *,
    devices: str,
    server_id: str,
    as_json: bool,
    config_file: Path,
    settings: tuple[str, ...],
) -> None:
    """One row with all of its values."""
    key = parse_key(devices, server_id)
    with opened(config_file, settings) as database:
        texts = texts_of(editor(database).get(*key))
    if as_json:
        click.echo(json.dumps(texts, indent=2))
        return
    for name, text in texts.items():
        click.echo(f"{name:<18} {text}")


@entitlement.command()
@which
@whose
@config
@frame.clear_errors
def remove(devices: str, server_id: str, config_file: Path, settings: tuple[str, ...]) -> None:
    """Take a row away."""
    key = parse_key(devices, server_id)
    with opened(config_file, settings) as database:
        editor(database).remove(*key)
    click.echo(f"{key[0]} for {key[1]}: removed")


@entitlement.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--replace", is_flag=True, help="Instead of all rows that are there.")
@config
@frame.clear_errors
def import_command(
    *, file: Path, replace: bool, config_file: Path, settings: tuple[str, ...]
) -> None:
    """Add the rows of a CSV file with a header, or none if one of them is wrong; `-` reads stdin.

    \b
    imsi,server_id,origin_hosts,min_strength_bits
    0010101*,mtc.example,mtc-server.example,128
    """
    with opened(config_file, settings) as database:
        count = import_file(editor(database), file, replace=replace)
    click.echo(f"{file}: {count} row{'' if count == 1 else 's'} imported")


def import_file(editor: registry.Editor, file: Path, *, replace: bool) -> int:
    """All rows of a file or none: how many; mistakes are named by file, line and column."""
    try:
        if str(file) == "-":
            return _import(editor, sys.stdin, file, replace=replace)
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return _import(editor, lines, file, replace=replace)
    except OSError as error:
        raise ConfigurationError(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file}: not UTF-8 at octet {error.start}") from None


def _import(editor: registry.Editor, lines: Iterable[str], file: Path, *, replace: bool) -> int:
    try:
        return editor.take(_counted(read_entitlements(lines)), str(file), replace=replace)
    except EntitlementError as error:
        raise ConfigurationError(f"{file}: {error}") from None
    except registry.RegistryError as error:
        raise registry.RegistryError(f"{file}: {error}") from None


def _counted(rows: Iterator[tuple[int, Entitlement]]) -> Iterator[tuple[int, Entitlement]]:
    """The rows; on a terminal, how many there have been."""
    show = sys.stderr.isatty()
    for n, row in enumerate(rows, 1):
        if show and n % PROGRESS_ROWS == 0:
            click.echo(f"\r{n} rows", err=True, nl=False)
        yield row
    if show:
        click.echo("\r", err=True, nl=False)


@entitlement.command()
@click.argument(
    "file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), default="-"
)
@config
@frame.clear_errors
def export(file: Path, config_file: Path, settings: tuple[str, ...]) -> None:
    """Write all rows as CSV that `import` reads, to standard output unless FILE is given."""
    with opened(config_file, settings) as database:
        if str(file) == "-":
            _export(database, sys.stdout)
            return
        with file.open("w", encoding="utf-8", newline="") as target:
            count = _export(database, target)
    click.echo(f"{file}: {count} row{'' if count == 1 else 's'} written")


def _export(database: Database, target: Any) -> int:
    writer = csv.DictWriter(target, COLUMNS, lineterminator="\n")
    writer.writeheader()
    count = 0
    for row in registry.all_rows(database):
        writer.writerow(texts_of(row))
        count += 1
    return count


@entitlement.command()
@click.argument("name")
@click.argument("hosts", nargs=-1)
@config
@frame.clear_errors
def group(name: str, hosts: tuple[str, ...], config_file: Path, settings: tuple[str, ...]) -> None:
    """Make HOSTS the Diameter identities of the group NAME; none: take the group away."""
    try:
        checked = parse_group(name), [parse_host(host) for host in hosts]
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with opened(config_file, settings) as database:
        editor(database).set_group(*checked)
    click.echo(f"group {name}: {' '.join(checked[1]) or 'removed'}")


@entitlement.command()
@as_json
@config
@frame.clear_errors
def groups(*, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """The groups with their Diameter identities."""
    with opened(config_file, settings) as database:
        found = registry.all_groups(database)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for name, hosts in found.items():
        click.echo(f"{name:<18} {' '.join(hosts)}")


@entitlement.command()
@as_json
@config
@frame.clear_errors
def audit(*, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """Who changed what, and when; one line for each change."""
    with opened(config_file, settings) as database:
        for line in registry.audit(database):
            if as_json:
                click.echo(json.dumps(line))
                continue
            at = datetime.fromtimestamp(line["at"], UTC).strftime("%FT%TZ")
            became = f" -> {line['became']}" if line["became"] else ""
            change = f"{line['was']}{became}"
            click.echo(f"{at} {line['who']} {line['action']} {line['what']} {change}".rstrip())


def _show(rows: list[Entitlement]) -> None:
    """Rows for people: the columns that any of them uses."""
    if not rows:
        click.echo("no rows: `mkef entitlement add --help`")
        return
    texts = [texts_of(row) for row in rows]
    used = [name for name in COLUMNS if any(text[name] for text in texts)]
    table = Table(box=box.SIMPLE, header_style="bold")
    for name in used:
        table.add_column(name, no_wrap=name == "imsi")
    for text in texts:
        table.add_row(*(text[name] for name in used))
    Console().print(table)
