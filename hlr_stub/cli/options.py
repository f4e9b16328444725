"""What the commands of `hlr-stub` share: options, values, tables."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from click.shell_completion import CompletionItem
from rich import box
from rich.console import Console
from rich.table import Table

from hlr_stub.config import HlrConfig
from hlr_stub.node import open_subscribers
from hlr_stub.store import SubscriberStore
from mkef.net.endpoint import NetworkError
from mkef.ops.configuration import ConfigurationError, load
from mkef.ops.frame import config_options
from mkef_codecs.errors import CodecError
from mkef_codecs.identity import Imsi

P = ParamSpec("P")
R = TypeVar("R")
Command = Callable[P, R]

CONFIG_FILE = "hlr-stub.toml"
MOST_COMPLETIONS = 50

config = config_options(CONFIG_FILE)
as_json = click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")


def parse_imsi(text: str) -> Imsi:
    """An IMSI of the command line; a wrong one is a usage error."""
    try:
        return Imsi(text)
    except CodecError as error:
        raise click.BadParameter(error.problem) from None


def complete_imsi(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """For the shell: IMSIs that begin like this; none where the store cannot be read."""
    file = context.params.get("config_file") or Path(CONFIG_FILE)
    try:
        with subscribers(file, context.params.get("settings") or ()) as store:
            found = store.beginning(incomplete, MOST_COMPLETIONS)
    except (ConfigurationError, NetworkError):
        return []
    return [CompletionItem(imsi) for imsi in found]


imsi_argument = click.argument(
    "imsi", type=parse_imsi, metavar="IMSI", shell_complete=complete_imsi
)


def key_digits(*sizes: int) -> Callable[[str], str]:
    """The parser of a key of so many octets in hexadecimal; a usage error does not repeat it.

    `-` reads a line of standard input, so that no key stands in the list of processes.
    """

    def parse(text: str) -> str:
        given = (sys.stdin.readline() if text == "-" else text).strip()
        try:
            octets = bytes.fromhex(given)
        except ValueError:
            octets = b""
        if len(octets) not in sizes:
            digits = " or ".join(str(2 * size) for size in sizes)
            raise click.BadParameter(f"a key is {digits} hexadecimal digits, or - to read them")
        return octets.hex()

    return parse


@contextmanager
def subscribers(config_file: Path, settings: Sequence[str]) -> Iterator[SubscriberStore]:
    """The store that a configuration names."""
    with closing(open_subscribers(load(config_file, HlrConfig, settings))) as store:
        yield store


def print_rows(rows: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str) -> None:
    """JSON for programs; for people a table, which has no colour where there is no terminal."""
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    if not rows:
        click.echo(empty)
        return
    table = Table(box=box.SIMPLE, header_style="bold")
    for column in rows[0]:
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(*map(cell, row.values()))
    console = Console()
    if not console.is_terminal:
        console.width = 1000  # whoever reads a pipe wants whole lines
    console.print(table)


def print_row(row: Mapping[str, Any], *, as_json: bool) -> None:
    """One row, downwards."""
    if as_json:
        click.echo(json.dumps(row, indent=2))
        return
    width = max(map(len, row))
    for name, value in row.items():
        click.echo(f"{name:<{width}} {cell(value)}")


def cell(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
