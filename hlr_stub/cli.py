"""`hlr-stub`: serve, check the configuration, keep the subscribers."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
from rich import box
from rich.console import Console
from rich.table import Table

from hlr_stub.config import HlrConfig
from hlr_stub.node import HlrNode
from hlr_stub.subscribers import Subscriber, SubscriberStore, unknown
from mkef.crypto.milenage import derive_opc
from mkef.crypto.secret import Ki, OPc
from mkef.ops import logging
from mkef.ops.configuration import load
from mkef.ops.frame import HELP_OPTIONS, clear_errors, config_options, serve, version_option
from mkef_codecs.errors import CodecError
from mkef_codecs.identity import Imsi

P = ParamSpec("P")
R = TypeVar("R")

config = config_options("hlr-stub.toml")
as_json = click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")


def parse_imsi(text: str) -> Imsi:
    """An IMSI of the command line; a wrong one is a usage error."""
    try:
        return Imsi(text)
    except CodecError as error:
        raise click.BadParameter(error.problem) from None


def parse_key(text: str) -> bytes:
    """16 octets in hexadecimal; a wrong key is a usage error that does not repeat it.

    `-` reads a line of standard input, so that no key stands in the list of processes.
    """
    octets = _octets(sys.stdin.readline() if text == "-" else text)
    if len(octets) != 16:
        raise click.BadParameter("a key is 32 hexadecimal digits, or - to read them")
    return octets


def _octets(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def key_option(name: str, explanation: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """An option for a key."""
    return click.option(name, type=parse_key, metavar="HEX|-", help=explanation)


@click.group(context_settings=HELP_OPTIONS)
@version_option
def main() -> None:
    """An HLR with AuC for labs.

    It answers Send-Authentication-Info over MAP/SIGTRAN: ordinary requests with random triplets,
    and, to the MKEFs of its list, the variant in which the RANDs come from an MTC Device.
    """


@main.command("serve")
@config
@clear_errors
def serve_command(config_file: Path, settings: tuple[str, ...]) -> None:
    """Run until SIGTERM or SIGINT; logs go to standard error."""
    section = load(config_file, HlrConfig, settings)
    logging.configure(section.log, "hlr-stub")
    serve(HlrNode(section))


@main.command("check-config")
@config
@clear_errors
def check_config(config_file: Path, settings: tuple[str, ...]) -> None:
    """Read the configuration, start nothing; exit status 2 if it is wrong."""
    load(config_file, HlrConfig, settings)
    click.echo(f"{config_file}: good")


@main.group("subscriber")
def subscriber_group() -> None:
    """Add, list, show and remove subscribers; a running HLR sees it at once."""


@subscriber_group.command("add")
@click.option(
    "--imsi", type=parse_imsi, metavar="IMSI", required=True, help="6 to 15 decimal digits."
)
@key_option("--ki", "Subscriber key, or `-` to read it as a line; asked for if not given.")
@key_option("--opc", "OPc of the subscriber; asked for if not given, nor --op.")
@key_option("--op", "OP of the operator; OPc is computed from it.")
@click.option("--no-mtc", is_flag=True, help="Refuse RANDs from outside for this subscriber.")
@click.option("--tagged-only", is_flag=True, help="Answer only RANDs with the operator's tag.")
@config
@clear_errors
def add(
    *,
    imsi: Imsi,
    ki: bytes | None,
    opc: bytes | None,
    op: bytes | None,
    no_mtc: bool,
    tagged_only: bool,
    config_file: Path,
    settings: tuple[str, ...],
) -> None:
    """Add a subscriber whose card runs Milenage."""
    if opc is not None and op is not None:
        raise click.UsageError("--opc or --op, not both")
    k = Ki(ki or _ask("Ki"))
    subscriber = Subscriber(
        imsi,
        k,
        OPc(opc or _ask("OPc")) if op is None else derive_opc(k, op),
        mtc_allowed=not no_mtc,
        tagged_only=tagged_only,
    )
    with _store(config_file, settings) as store:
        store.add(subscriber)
    click.echo(f"subscriber {imsi} added")


@subscriber_group.command("list")
@as_json
@config
@clear_errors
def list_command(*, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """All subscribers, without keys."""
    with _store(config_file, settings) as store:
        rows = [_row(subscriber) for subscriber in store]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    else:
        _table(rows)


@subscriber_group.command("show")
@click.argument("imsi", type=parse_imsi, metavar="IMSI")
@click.option("--with-keys", is_flag=True, help="Ki and OPc too, readable by whoever looks on.")
@as_json
@config
@clear_errors
def show(
    *, imsi: Imsi, with_keys: bool, as_json: bool, config_file: Path, settings: tuple[str, ...]
) -> None:
    """One subscriber."""
    with _store(config_file, settings) as store:
        subscriber = store.get(imsi)
    if subscriber is None:
        raise unknown(imsi)
    row = _row(subscriber) | (_keys(subscriber) if with_keys else {})
    if as_json:
        click.echo(json.dumps(row, indent=2))
        return
    for name, value in row.items():
        click.echo(f"{name:<12} {_cell(value)}")


@subscriber_group.command("remove")
@click.argument("imsi", type=parse_imsi, metavar="IMSI")
@config
@clear_errors
def remove(*, imsi: Imsi, config_file: Path, settings: tuple[str, ...]) -> None:
    """Forget a subscriber."""
    with _store(config_file, settings) as store:
        store.remove(imsi)
    click.echo(f"subscriber {imsi} removed")


@contextmanager
def _store(config_file: Path, settings: tuple[str, ...]) -> Iterator[SubscriberStore]:
    with closing(SubscriberStore(load(config_file, HlrConfig, settings).store)) as store:
        yield store


def _ask(name: str) -> bytes:
    octets: bytes = click.prompt(name, hide_input=True, value_proc=parse_key)
    return octets


def _row(subscriber: Subscriber) -> dict[str, str | bool]:
    return {
        "imsi": subscriber.imsi.digits,
        "algorithm": subscriber.algorithm.value,
        "mtc_allowed": subscriber.mtc_allowed,
        "tagged_only": subscriber.tagged_only,
    }


def _keys(subscriber: Subscriber) -> dict[str, str | bool]:
    return {"ki": subscriber.ki.octets.hex(), "opc": subscriber.opc.octets.hex()}


def _table(rows: list[dict[str, str | bool]]) -> None:
    """Rows for people; rich leaves colour out where there is no terminal."""
    if not rows:
        click.echo("no subscribers: `hlr-stub subscriber add --help`")
        return
    table = Table(box=box.SIMPLE, header_style="bold")
    for column in rows[0]:
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(*map(_cell, row.values()))
    Console().print(table)


def _cell(value: str | bool) -> str:
    return value if isinstance(value, str) else ("yes" if value else "no")
