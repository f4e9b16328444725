"""Lines of the log: whole, in JSON, with their correlation."""

from __future__ import annotations

import json
import subprocess
import sys

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
