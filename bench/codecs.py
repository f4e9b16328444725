"""`make bench-codecs`: our codecs beside python-diameter's and pycrate's, all in one run."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import codecs_cost
import codecs_diameter
import codecs_ss7
from rich.console import Console
from rich.table import Table

TARGET = Path("build/bench-codecs.json")
COLUMNS = ("name", "value", "unit", "peer", "peer_value", "ratio", "goal", "met")
CALIBRATION_LOOPS = 200_000


def calibration() -> dict[str, Any]:
    """What this machine does in a plain loop: absolute figures are read beside it."""
    started = time.process_time()
    total = 0
    for i in range(CALIBRATION_LOOPS):
        total += i & 7
    spent_us = (time.process_time() - started) / CALIBRATION_LOOPS * 1e6
    return dict.fromkeys(COLUMNS) | {
        "name": "calibration: one turn of a loop",
        "value": round(spent_us, 4),
        "unit": "us",
    }


def main() -> int:
    """Print the table, write it as JSON; exit status 1 if a goal is missed."""
    rows = [calibration(), *codecs_diameter.rows(), *codecs_ss7.rows(), *codecs_cost.rows()]
    table = Table(*COLUMNS, box=None)
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in COLUMNS))
    Console(width=160, highlight=False).print(table)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    print(f"{TARGET} written")
    return 1 if any(row["met"] is False for row in rows) else 0


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
