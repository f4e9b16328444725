"""`mkef trace FILE`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from mkef.ops.frame import clear_errors
from mkef.trace.ladder import Step, read_ladder, render


def _row(step: Step) -> dict[str, Any]:
    return asdict(step) | {"protocol": step.protocol.value}


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each message, by line.")
@clear_errors
def trace(file: Path, *, as_json: bool) -> None:
    """Show a capture of ours as a ladder of messages, with their times and sizes.

    Times are milliseconds after the first message, sizes octets of the CoAP, Diameter or M3UA
    message. No key is shown; the capture itself holds keys.
    """
    steps = read_ladder(file)
    if as_json:
        for step in steps:
            click.echo(json.dumps(_row(step), ensure_ascii=False))
    else:
        Console(highlight=False).print(render(steps), soft_wrap=True)
