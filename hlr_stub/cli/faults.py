"""`hlr-stub fault`: mistakes for those who test the other side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from hlr_stub.cli.options import complete_imsi, config, parse_imsi, subscribers
from hlr_stub.faults import ERRORS, Fault, FaultKind, add_fault, clear_faults, list_faults
from hlr_stub.subscribers import FieldError
from mkef.ops.frame import clear_errors
from mkef.ops.tables import as_json, print_row, print_rows
from mkef_codecs.identity import Imsi


def parse_fault(text: str) -> Fault:
    """The fault of its text; a wrong one is a usage error."""
    try:
        return Fault.parse(text)
    except FieldError as error:
        raise click.BadParameter(error.problem) from None


def complete_fault(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """For the shell: all that can be set, whole, so that bash needs no word that ends in `=`."""
    values = {FaultKind.DELAY: ["1"], FaultKind.ERROR: list(ERRORS)}
    words = [
        f"{kind}={value}" if value else kind
        for kind in FaultKind
        for value in values.get(kind, [""])
    ]
    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


def row_of(fault: Fault) -> dict[str, Any]:
    """A fault as tables and JSON show it."""
    return {
        "id": fault.id,
        "fault": str(fault),
        "imsi": fault.imsi or None,
        "share": fault.share,
    }


@click.group("fault")
def fault_group() -> None:
    """Set, list and clear faults; a running HLR has them within a second."""


@fault_group.command(
    "set",
    help="Let requests go wrong: KIND is "
    + ", ".join(kind for kind in FaultKind if kind not in {FaultKind.DELAY, FaultKind.ERROR})
    + ", delay=SECONDS or error=NAME, where NAME is "
    + ", ".join(ERRORS)
    + ".",
)
@click.argument("fault", type=parse_fault, metavar="KIND", shell_complete=complete_fault)
@click.option(
    "--imsi",
    type=parse_imsi,
    shell_complete=complete_imsi,
    metavar="IMSI",
    help="Of one subscriber; default: of all.",
)
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    help="Of the requests; default: 1, all of them.",
)
@as_json
@config
@clear_errors
def set_command(
    *,
    fault: Fault,
    imsi: Imsi | None,
    share: float,
    as_json: bool,
    config_file: Path,
    settings: tuple[str, ...],
) -> None:
    wanted = replace(fault, imsi=imsi.digits if imsi else "", share=share)
    with subscribers(config_file, settings) as store:
        number = add_fault(store.database, wanted)
    if as_json:
        print_row(row_of(replace(wanted, id=number)), as_json=True)
    else:
        click.echo(f"fault {number} set")


@fault_group.command("list")
@as_json
@config
@clear_errors
def list_command(*, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """The faults in force."""
    with subscribers(config_file, settings) as store:
        rows = [row_of(fault) for fault in list_faults(store.database)]
    print_rows(rows, as_json=as_json, empty="no faults: `hlr-stub fault set --help`")


@fault_group.command("clear")
@click.argument("number", type=int, required=False)
@as_json
@config
@clear_errors
def clear(
    *, number: int | None, as_json: bool, config_file: Path, settings: tuple[str, ...]
) -> None:
    """Take back the fault of a NUMBER, or all; as JSON those that were taken back."""
    with subscribers(config_file, settings) as store, store.database.transaction():
        faults = [f for f in list_faults(store.database) if number in {None, f.id}]
        count = clear_faults(store.database, number)
    if as_json:
        print_rows([row_of(fault) for fault in faults], as_json=True, empty="")
    else:
        click.echo(f"{count} faults cleared")
