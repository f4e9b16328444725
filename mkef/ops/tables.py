"""Rows on standard output: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table

UNLIMITED = 1 << 20  # columns: whoever reads a pipe wants whole lines

as_json = click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")


def print_rows(rows: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str) -> None:
    """All rows; on a terminal too narrow for them, what is not a row's name takes several lines."""
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    if not rows:
        click.echo(empty)
        return
    table = Table(box=box.SIMPLE, header_style="bold")
    for n, column in enumerate(rows[0]):
        table.add_column(column, overflow="fold", no_wrap=n == 0)
    for row in rows:
        table.add_row(*map(cell, row.values()))
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console.width = UNLIMITED
    console.print(table)


def print_row(row: Mapping[str, Any], *, as_json: bool) -> None:
    """One row, downwards."""
    if as_json:
        click.echo(json.dumps(row, indent=2))
        return
    width = max(map(len, row))
    for name, value in row.items():
        click.echo(f"{name:<{width}} {cell(value)}".rstrip())


def cell(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value)
    return "" if value is None else str(value)
