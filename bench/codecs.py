"""`make bench-codecs`: our codecs beside python-diameter's and pycrate's, all in one run."""

from __future__ import annotations

import sys
from pathlib import Path

import codecs_cost
import codecs_diameter
import codecs_ss7
from report import calibration, report

TARGET = Path("build/bench-codecs.json")


def main() -> int:
    """All rows; exit status 1 if a goal is missed."""
    rows = [calibration(), *codecs_diameter.rows(), *codecs_ss7.rows(), *codecs_cost.rows()]
    return report(rows, TARGET)


if __name__ == "__main__":
    sys.exit(main())
