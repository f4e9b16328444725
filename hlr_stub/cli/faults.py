"""`hlr-stub fault`: mistakes for those who test the other side."""

from __future__ import annotations

from pathlib import Path

import click

from hlr_stub.cli.options import complete_imsi, config, parse_imsi, subscribers
from hlr_stub.faults import ERRORS, Fault, FaultKind, add_fault, clear_faults, list_faults
from hlr_stub.subscribers import FieldError
from mkef.ops.frame import clear_errors
from mkef.ops.tables import as_json, print_rows
from mkef_codecs.identity import Imsi


def parse_fault(text: str) -> Fault:
    """The fault of its text; a wrong one is a usage error."""
    try:
        return Fault.parse(text)
    except FieldError as error:
        raise click.BadParameter(error.problem) from None


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
@click.argument("fault", type=parse_fault, metavar="KIND")
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
@config
@clear_errors
def set_command(
    *, fault: Fault, imsi: Imsi | None, share: float, config_file: Path, settings: tuple[str, ...]
) -> None:
    set_fault = Fault(fault.kind, fault.value, imsi.digits if imsi else "", share)
    with subscribers(config_file, settings) as store:
        number = add_fault(store.database, set_fault)
    click.echo(f"fault {number} set")


@fault_group.command("list")
@as_json
@config
@clear_errors
def list_command(*, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """The faults in force."""
    with subscribers(config_file, settings) as store:
        rows = [
            {"id": f.id, "fault": str(f), "imsi": f.imsi or None, "share": f.share}
            for f in list_faults(store.database)
        ]
    print_rows(rows, as_json=as_json, empty="no faults: `hlr-stub fault set --help`")


@fault_group.command("clear")
@click.argument("number", type=int, required=False)
@config
@clear_errors
def clear(*, number: int | None, config_file: Path, settings: tuple[str, ...]) -> None:
    """Take back the fault of a NUMBER, or all."""
    with subscribers(config_file, settings) as store:
        count = clear_faults(store.database, number)
    click.echo(f"{count} faults cleared")
