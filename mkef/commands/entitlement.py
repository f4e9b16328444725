"""`mkef entitlement`: who may have keys of which devices."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from mkef.commands.entitlement_files import export, import_command
from mkef.commands.entitlement_groups import group, group_name, groups, host
from mkef.commands.entitlement_store import changes, config, opened
from mkef.domain.devices import Devices, DevicesError
from mkef.domain.entitlement import MAX_STRENGTH_BITS, Entitlement
from mkef.domain.entitlement_csv import (
    FORMATS,
    EntitlementError,
    entitlement_of,
    texts_of,
    values_of,
)
from mkef.net.database import Database
from mkef.ops import frame
from mkef.ops.tables import as_json, print_row, print_rows
from mkef.records import registry
from mkef_codecs.errors import CodecError
from mkef_codecs.identity import Imsi, ServerId

P = ParamSpec("P")
R = TypeVar("R")
Options = Callable[[Callable[P, R]], Callable[P, R]]

which = click.argument("devices", type=str, metavar="DEVICES")
whose = click.option("--server-id", required=True, metavar="ID", help="ID_MTC_SERVER.")


def parsed(texts: Mapping[str, str]) -> Entitlement:
    """A row of options; a mistake is a usage error."""
    try:
        return entitlement_of(texts)
    except EntitlementError as error:
        raise click.BadParameter(error.problem, param_hint=_option(error.column)) from None


def _option(column: str) -> str:
    """What the command line calls a column."""
    several = {"origin_hosts": "origin_host", "groups": "group"}
    return "--" + several.get(column, column).replace("_", "-")


def parse_key(devices: str, server_id: str) -> tuple[Devices, ServerId]:
    """What names a row."""
    try:
        return Devices.parse(devices), ServerId(server_id)
    except DevicesError as error:
        raise click.BadParameter(f"{devices}: {error}", param_hint="DEVICES") from None
    except CodecError as error:
        problem = f"{server_id}: {error.problem}"
        raise click.BadParameter(problem, param_hint="--server-id") from None


def _or_empty(parse: Callable[[str], str]) -> Callable[[str], str]:
    """The parser of one word, or of none."""

    def convert(text: str) -> str:
        return text and parse(text)

    return convert


def _values(command: Callable[P, R]) -> Callable[P, R]:
    """The options of a row's values; `set` leaves alone what is not given."""
    options: Iterable[Options[P, R]] = (
        click.option(
            "--origin-host",
            "origin_hosts",
            type=_or_empty(host),
            multiple=True,
            metavar="HOST",
            help="A Diameter identity that may ask. Repeatable.",
        ),
        click.option(
            "--group",
            "groups",
            type=_or_empty(group_name),
            multiple=True,
            metavar="NAME",
            help="A group of Diameter identities that may ask; one that has none yet is only warned"
            " of. Repeatable.",
        ),
        click.option(
            "--min-strength-bits",
            metavar="BITS",
            help=f"Of K_MTC, {MAX_STRENGTH_BITS} at most; a new row has 64 unless given.",
        ),
        click.option("--rand-format", type=click.Choice(list(FORMATS)), help="Demanded of RANDs."),
        click.option("--lifetime-s", metavar="S", help="Of a key."),
        click.option("--failures-per-hour", metavar="N", help="Of one IMSI at one Origin-Host."),
        click.option("--requests-per-hour", metavar="N", help="Of one IMSI at one Origin-Host."),
        click.option("--valid-from", metavar="TIME", help="As 2026-12-31 or 2026-12-31T12:00:00Z."),
        click.option("--valid-until", metavar="TIME", help="The same, later; no key outlives it."),
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
    A group may be named before it has identities: the row lets nobody ask until it has.
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
    """Add a row; what may not be meant is a warning on standard error."""
    row = parsed({"imsi": devices, "server_id": server_id, **_texts(values)})
    with changes(config_file, settings) as editor:
        editor.add(row)
    click.echo(f"{row.name}: added")


@entitlement.command("set")
@which
@whose
@_values
@config
@frame.clear_errors
def set_command(
    devices: str, server_id: str, config_file: Path, settings: tuple[str, ...], **values: Any
) -> None:
    """Change what is given of a row, and leave the rest alone.

    An empty value takes away what was there, as `--lifetime-s ''`; of RANDs, `any` does.
    """
    key = parse_key(devices, server_id)
    given = _texts(values)
    if not given:
        options = ", ".join(map(_option, values))
        raise click.UsageError(f"nothing to change; one or more of {options}, --enabled")
    with changes(config_file, settings) as editor:
        row = parsed(texts_of(editor.get(*key)) | given)
        editor.set(row)
    click.echo(f"{row.name}: set")


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
    shown = [values_of(row) for row in rows[:limit]]
    empty = "no rows: `mkef entitlement add --help`"
    print_rows(shown if as_json else _used(shown), as_json=as_json, empty=empty)
    if len(rows) > limit:
        more = f"and more: --limit {limit * 10}, --imsi IMSI, or `mkef entitlement export`"
        click.echo(more, err=True)


def _used(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The columns that say something of any row."""
    used = {name for row in rows for name, value in row.items() if value}
    return [{name: value for name, value in row.items() if name in used} for row in rows]


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
    with changes(config_file, settings) as editor:
        row = editor.get(*key)
    print_row(values_of(row), as_json=as_json)


@entitlement.command()
@which
@whose
@config
@frame.clear_errors
def remove(devices: str, server_id: str, config_file: Path, settings: tuple[str, ...]) -> None:
    """Take a row away."""
    key = parse_key(devices, server_id)
    with changes(config_file, settings) as editor:
        editor.remove(*key)
    click.echo(f"{key[0]} for {key[1]}: removed")


@entitlement.command()
@as_json
@config
@frame.clear_errors
def audit(*, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """Who changed what, and when; one line for each change, as `--json` an object.

    An import is one line, with how many rows and groups it brought and the SHA-256 of its file, and
    with how many rows were there if it replaced them; each group that it changed is one more.
    """
    with opened(config_file, settings) as database:
        for line in registry.audit(database):
            at = datetime.fromtimestamp(line["at"], UTC).isoformat(timespec="milliseconds")
            line["at"] = at.replace("+00:00", "Z")
            click.echo(json.dumps(line) if as_json else _told(line))


def _told(line: Mapping[str, Any]) -> str:
    """A line of the audit for people."""
    was, became = (json.dumps(value) if value else "" for value in (line["was"], line["became"]))
    change = f"{was} -> {became}" if became else was
    return f"{line['at']} {line['who']} {line['action']} {line['what']} {change}".rstrip()


for command in (import_command, export, group, groups):
    entitlement.add_command(command)
