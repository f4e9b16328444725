"""`hlr-stub subscriber`: add, set, list, show, remove."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from hlr_stub.cli.options import Command, config, imsi_argument, key_digits, parse_imsi, subscribers
from hlr_stub.store import unknown
from hlr_stub.subscribers import FieldError, Subscriber, build, changed, describe
from mkef.crypto.algorithms import ALGORITHMS
from mkef.net.endpoint import NetworkError
from mkef.ops.frame import clear_errors
from mkef.ops.tables import as_json, cell, print_row, print_rows
from mkef_codecs.identity import Imsi


def fields_options(command: Command[..., Any]) -> Command[..., Any]:
    """The options that are fields of a subscription."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS: list[Callable[[Command[..., Any]], Command[..., Any]]] = [
    click.option("--algorithm", type=click.Choice(list(ALGORITHMS)), help="Default: milenage."),
    click.option(
        "--ki",
        type=key_digits(16, 32),
        metavar="HEX|-",
        help="Subscriber key, or `-` to read it as a line.",
    ),
    click.option("--opc", type=key_digits(16, 32), metavar="HEX|-", help="OPc, or TOPc of TUAK."),
    click.option(
        "--op",
        type=key_digits(16, 32),
        metavar="HEX|-",
        help="OP (TOP) of the operator; OPc (TOPc) is computed from it.",
    ),
    click.option("--amf", metavar="HEX", help="4 digits; default 8000."),
    click.option("--sqn", metavar="N", help="The last SQN handed out; default 0."),
    click.option("--ind-bits", metavar="N", help="Bits of SQN that are IND; default 5."),
    click.option(
        "--parameters",
        metavar="WORDS",
        help="Of the algorithm: `iterations=2 res_octets=16` of TUAK, `sres_option=2` of "
        "GSM-Milenage, `r=64/0/32/64/96 c=0/1/2/4/8` of Milenage.",
    ),
    click.option("--mtc/--no-mtc", default=None, help="Whether RANDs from outside are answered."),
    click.option(
        "--tagged-only/--any-rand",
        default=None,
        help="Whether of those only ones with the operator's tag.",
    ),
]


def texts(options: Mapping[str, Any]) -> dict[str, str]:
    """Options as texts of fields; those that were not given are left out."""
    names = {"mtc": "mtc_allowed"}
    return {
        names.get(name, name): cell(value) for name, value in options.items() if value is not None
    }


@contextmanager
def named_options() -> Iterator[None]:
    """What does not fit together in the block is a line that names the option."""
    try:
        yield
    except FieldError as error:
        raise NetworkError(f"--{error.field.replace('_', '-')}: {error.problem}") from None


@click.group("subscriber")
def subscriber_group() -> None:
    """Add, set, list, show and remove subscribers; a running HLR sees it at once."""


@subscriber_group.command("add")
@click.option(
    "--imsi", type=parse_imsi, metavar="IMSI", required=True, help="6 to 15 decimal digits."
)
@fields_options
@as_json
@config
@clear_errors
def add(
    *, imsi: Imsi, as_json: bool, config_file: Path, settings: tuple[str, ...], **options: Any
) -> None:
    """Add a subscriber; keys that are not given are asked for."""
    fields = texts(options)
    if "opc" in fields and "op" in fields:
        raise click.UsageError("--opc or --op, not both")
    row = ALGORITHMS[fields.get("algorithm", "milenage")]
    if "ki" not in fields:
        fields["ki"] = _ask("Ki", row.key)
    if row.operator and not fields.keys() & {"opc", "op"}:
        fields["opc"] = _ask("OPc", (row.operator,))
    with named_options():
        subscriber = build({"imsi": imsi.digits, **fields})
    with subscribers(config_file, settings) as store:
        store.add(subscriber)
        kept = store.get(imsi) or subscriber  # whose SQN may go on from an earlier one
    _tell(f"subscriber {imsi} added", row_of(kept), as_json=as_json)


@subscriber_group.command("set")
@imsi_argument
@fields_options
@as_json
@config
@clear_errors
def set_command(
    *, imsi: Imsi, as_json: bool, config_file: Path, settings: tuple[str, ...], **options: Any
) -> None:
    """Change fields of a subscriber; those that are not given stay."""
    fields = texts(options)
    if not fields:
        raise click.UsageError("nothing to set: give an option, see --help")
    with subscribers(config_file, settings) as store, store.database.transaction():
        old = store.get(imsi)
        if old is None:
            raise unknown(imsi)
        with named_options():
            subscriber = changed(old, fields)
        if subscriber.sqn < old.sqn:
            raise NetworkError(f"--sqn: {old.sqn} was handed out, and an SQN never goes back")
        store.overwrite(subscriber)
    _tell(f"subscriber {imsi} set", row_of(subscriber), as_json=as_json)


@subscriber_group.command("list")
@as_json
@config
@clear_errors
def list_command(*, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """All subscribers, without keys."""
    with subscribers(config_file, settings) as store:
        rows = [row_of(subscriber) for subscriber in store]
    empty = "no subscribers: `hlr-stub subscriber add --help`, `hlr-stub import --help`"
    print_rows(rows, as_json=as_json, empty=empty)


@subscriber_group.command("show")
@imsi_argument
@click.option("--with-keys", is_flag=True, help="Ki and OPc too, readable by whoever looks on.")
@as_json
@config
@clear_errors
def show(
    *, imsi: Imsi, with_keys: bool, as_json: bool, config_file: Path, settings: tuple[str, ...]
) -> None:
    """One subscriber."""
    with subscribers(config_file, settings) as store:
        subscriber = store.get(imsi)
    if subscriber is None:
        raise unknown(imsi)
    print_row(row_of(subscriber, with_keys=with_keys), as_json=as_json)


@subscriber_group.command("remove")
@imsi_argument
@as_json
@config
@clear_errors
def remove(*, imsi: Imsi, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """Forget a subscriber; its SQN is kept, and goes on if it comes back."""
    with subscribers(config_file, settings) as store:
        store.remove(imsi)
    _tell(f"subscriber {imsi} removed", {"imsi": imsi.digits}, as_json=as_json)


def row_of(subscriber: Subscriber, *, with_keys: bool = False) -> dict[str, Any]:
    """A subscription as tables and JSON show it; None: it has none."""
    texts = describe(subscriber, with_keys=with_keys)
    return {name: text or None for name, text in texts.items()} | {
        "sqn": subscriber.sqn,
        "ind_bits": subscriber.ind_bits,
        "mtc_allowed": subscriber.mtc_allowed,
        "tagged_only": subscriber.tagged_only,
    }


def _tell(line: str, row: dict[str, Any], *, as_json: bool) -> None:
    """What was done: a line for people, the subscription for programs."""
    if as_json:
        print_row(row, as_json=True)
    else:
        click.echo(line)


def _ask(name: str, sizes: tuple[int, ...]) -> str:
    digits: str = click.prompt(name, hide_input=True, err=True, value_proc=key_digits(*sizes))
    return digits
