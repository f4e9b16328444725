"""What every bench does with its rows: a table for people, JSON for programs, one exit status."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

COLUMNS = ("name", "value", "unit", "peer", "peer_value", "ratio", "goal", "met")
CALIBRATION_LOOPS, CALIBRATION_PIECES = 20_000, 50

Row = dict[str, Any]


def row(name: str, value: float, unit: str, **more: Any) -> Row:
    """One measurement; `more` are others of COLUMNS."""
    return dict.fromkeys(COLUMNS) | {"name": name, "value": value, "unit": unit} | more


def calibration(spent_us: float | None = None) -> Row:
    """What this machine does in a plain loop: absolute figures are read beside it.

    The quietest of short pieces counts, since its speed changes within milliseconds; a bench that
    takes pieces all the time says what it has found.
    """
    if spent_us is None:
        spent_us = min(loop_us() for _ in range(CALIBRATION_PIECES))
    python = platform.python_version()
    return row(f"calibration: one turn of a loop, Python {python}", round(spent_us, 4), "us")


def loop_us() -> float:
    """CPU of one turn of the loop, in one piece."""
    return _piece_s(time.process_time) / CALIBRATION_LOOPS * 1e6


def piece_ms() -> float:
    """How long one piece takes by the clock on the wall, with what interrupts it."""
    return _piece_s(time.perf_counter) * 1e3


def _piece_s(timer: Callable[[], float]) -> float:
    started = timer()
    total = 0
    for i in range(CALIBRATION_LOOPS):
        total += i & 7
    return timer() - started


def report(rows: Sequence[Row], target: Path) -> int:
    """Print the table, write it as JSON; the exit status, 1 if a goal is missed."""
    table = Table(*COLUMNS, box=None)
    for each in rows:
        table.add_row(*(_cell(each[column]) for column in COLUMNS))
    console = Console(width=160, highlight=False)
    console.print(table)
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    console.print(f"{target} written")
    return 1 if any(each["met"] is False for each in rows) else 0


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)
