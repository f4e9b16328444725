"""`hlr-stub import`, `export` and `rewrap`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hlr_stub.cli.options import config, key_digits, subscribers
from hlr_stub.cli.subscribers import texts
from hlr_stub.config import HlrConfig
from hlr_stub.formats import FORMATS, Record
from hlr_stub.store import SubscriberStore
from hlr_stub.transfer import Progress as Report
from hlr_stub.transfer import export_file, import_file
from hlr_stub.wrapping import TransportKeySection, load_transport_key
from mkef.crypto.algorithms import ALGORITHMS
from mkef.ops.configuration import load
from mkef.ops.frame import clear_errors
from mkef.ops.tables import as_json, print_row

_FORMAT_HELP = "; ".join(f"{row.name}: {row.what}" for row in FORMATS.values())
format_option = click.option(
    "--format",
    "format_name",
    type=click.Choice(list(FORMATS)),
    default="csv",
    show_default=True,
    help=_FORMAT_HELP,
)


@contextmanager
def progress(what: str) -> Iterator[Report]:
    """A line that counts, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (SpinnerColumn(), TextColumn(what), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda count: bar.advance(task, count)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@format_option
@click.option(
    "--replace",
    is_flag=True,
    help="Subscribers that are there take what the file says, and keep what it does not say.",
)
@click.option("--dry-run", is_flag=True, help="Read and check everything, change nothing.")
@click.option(
    "--algorithm",
    type=click.Choice(list(ALGORITHMS)),
    help="Of rows that name none; default: milenage.",
)
@click.option(
    "--op",
    type=key_digits(16, 32),
    metavar="HEX|-",
    help="OP (TOP) of the operator, for rows that have neither OP nor OPc.",
)
@click.option(
    "--prefer",
    type=click.Choice(["2g", "3g"]),
    default="3g",
    show_default=True,
    help="What to take of a card with keys for 2G and others for 3G (osmo-hlr).",
)
@click.option(
    "--mtc/--no-mtc",
    default=None,
    help="Whether RANDs from outside are answered for new subscribers of which the file does not "
    "say it; default: they are.",
)
@click.option(
    "--tagged-only/--any-rand",
    default=None,
    help="Whether of those only ones with the operator's tag; default: any.",
)
@click.option("--verbose", "-v", is_flag=True, help="Name each row that is not taken whole.")
@as_json
@config
@clear_errors
def import_command(
    *,
    file: Path,
    format_name: str,
    replace: bool,
    dry_run: bool,
    algorithm: str | None,
    op: str | None,
    prefer: str,
    mtc: bool | None,
    tagged_only: bool | None,
    verbose: bool,
    as_json: bool,
    config_file: Path,
    settings: tuple[str, ...],
) -> None:
    """Take subscribers from a file: all of them or, if one is wrong, none.

    Every wrong row is named by line, column and reason. Only our own CSV can say who is closed to
    the RANDs of MTC Devices; new subscribers of other files are open unless --no-mtc closes them.
    """
    defaults = texts({"algorithm": algorithm, "op": op})
    notes: list[Record] = []
    newcomers = texts({"mtc": mtc, "tagged_only": tagged_only})
    with subscribers(config_file, settings) as store, progress("importing") as report:
        count = import_file(
            store,
            file,
            FORMATS[format_name],
            defaults=defaults,
            newcomers=newcomers,
            replace=replace,
            dry_run=dry_run,
            prefer=prefer,
            progress=report,
            tell=notes.append,
        )
    if as_json:
        rows = [{"row": record.place, "note": record.note} for record in notes]
        print_row({"subscribers": count, "dry_run": dry_run, "notes": rows}, as_json=True)
        return
    click.echo(f"{count} subscribers {'would be imported' if dry_run else 'imported'}")
    if verbose:
        lines = [f"{record.place}: {record.note}" for record in notes]
    else:
        counted = Counter(record.note for record in notes)
        lines = [f"{number} subscribers: {note}" for note, number in counted.items()]
    for line in lines:
        click.echo(line)


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@format_option
@click.option("--with-keys", is_flag=True, help="Keys too, in the clear; else they are left out.")
@as_json
@config
@clear_errors
def export_command(
    *,
    file: Path,
    format_name: str,
    with_keys: bool,
    as_json: bool,
    config_file: Path,
    settings: tuple[str, ...],
) -> None:
    """Write all subscribers to a file that only its owner can read.

    An algorithm that the format does not know is refused; fields that it has no words for are left
    out, and named with the number of subscribers that have another than the usual there.
    """
    lost: Counter[str] = Counter()
    with subscribers(config_file, settings) as store, progress("exporting") as report:
        kind = FORMATS[format_name]
        count = export_file(
            store, file, kind, with_keys=with_keys, progress=report, lose=lost.update
        )
    if lost:
        fields = ", ".join(f"{name} (of {number})" for name, number in lost.items())
        click.echo(f"warning: {format_name} has no words for {fields}; csv has", err=True)
    if as_json:
        print_row({"subscribers": count, "with_keys": with_keys, "lost": lost}, as_json=True)
    else:
        click.echo(f"{count} subscribers exported{'' if with_keys else ', without keys'}")


@click.command("rewrap")
@click.option(
    "--old-key-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The transport key that wraps the keys now, if it is another one.",
)
@as_json
@config
@clear_errors
def rewrap(
    *, old_key_file: Path | None, as_json: bool, config_file: Path, settings: tuple[str, ...]
) -> None:
    """Wrap all keys of the store under the configured transport key; stop the HLR meanwhile."""
    section = load(config_file, HlrConfig, settings)
    new = load_transport_key(section.transport_key)
    old = load_transport_key(TransportKeySection(file=old_key_file)) if old_key_file else new
    with closing(SubscriberStore.open(section.store, old)) as store, store.database.transaction():
        count = store.rewrap(new)
    if as_json:
        print_row({"subscribers": count, "wrapped": new is not None}, as_json=True)
        return
    click.echo(
        f"{count} subscribers {'wrapped' if new else 'unwrapped: their keys are in the clear'}"
    )
