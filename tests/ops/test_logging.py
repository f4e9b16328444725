"""Lines of the log: whole, in JSON, with their correlation."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import structlog
from mkef.ops.logging import CORRELATION
from mkef.ops.configuration import LogSection
from mkef.ops.logging import configure
from mkef_codecs.identity import Imsi
configure(LogSection(format={format!r}, show_imsi={show_imsi}), "mkef")
CORRELATION.set("s;1;2")
structlog.get_logger().warning("thing", imsi=Imsi("001010123456789"), other={{1}}, text="ü")
"""


def line(form: str, show_imsi: bool = False) -> str:
    code = PROGRAM.format(format=form, show_imsi=show_imsi)
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize(("show_imsi", "imsi"), [(False, "00101…89"), (True, "001010123456789")])
def test_a_line_is_json_with_its_correlation(show_imsi: bool, imsi: str) -> None:
    text = line("json", show_imsi)
    assert text.endswith("}\n")
    found = json.loads(text)
    timestamp = found.pop("timestamp")
    assert timestamp.endswith("Z")
    assert found == {
        "event": "thing",
        "level": "warning",
        "program": "mkef",
        "correlation": "s;1;2",
        "imsi": imsi,
        "other": [1],
        "text": "ü",
    }


def test_a_line_for_people_has_no_colour_where_there_is_no_terminal() -> None:
    text = line("console")
    assert "correlation=s;1;2" in text
    assert "\x1b" not in text
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_line_that_cannot_be_written_is_lost_and_nothing_else(form: str) -> None:
    code = PROGRAM.format(format=form, show_imsi=False) + "print('gone on')\n"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code],
            check=False,
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
        )
    assert done.stdout == "gone on\n"
