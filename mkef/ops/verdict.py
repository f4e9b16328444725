"""What `check-config` of every program says of a file that can be used."""

from __future__ import annotations

from pathlib import Path

import click

from mkef.ops.tables import print_row


def print_good(
    config_file: Path, *, as_json: bool, hint: str | None = None, **more: object
) -> None:
    """A line for people, an object with `more` for programs; `hint` is what to do next.

    What is wrong with a file is a ConfigurationError instead.
    """
    if as_json:
        hinted = {"hint": hint} if hint else {}
        print_row({"file": str(config_file), "good": True, **more, **hinted}, as_json=True)
    else:
        click.echo(f"{config_file}: good" + (f"; {hint}" if hint else ""))
