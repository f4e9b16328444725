"""Tables for people: nothing that stands in a row is lost, in a pipe or on a narrow terminal."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from mkef.ops import tables

ROWS = [
    {"imsi": "001010123456789", "hosts": ["a.example"] * 30, "id": "coap://[fe80::1]", "on": True}
]


def test_a_pipe_has_whole_lines(capsys: pytest.CaptureFixture[str]) -> None:
    tables.print_rows(ROWS, as_json=False, empty="")
    heading, _, line = capsys.readouterr().out.strip().splitlines()
    assert heading.split() == list(ROWS[0])
    assert line.split() == ["001010123456789", *["a.example"] * 30, "coap://[fe80::1]", "yes"]


def test_a_narrow_terminal_has_all_in_several_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def narrow(**how: Any) -> Console:
        return Console(force_terminal=True, no_color=True, width=40, **how)

    monkeypatch.setattr(tables, "Console", narrow)
    tables.print_rows(ROWS, as_json=False, empty="")
    shown = capsys.readouterr().out
    assert "001010123456789" in shown
    assert "…" not in shown
    assert shown.count("a.") == 30


def test_no_rows_say_how_to_have_some(capsys: pytest.CaptureFixture[str]) -> None:
    tables.print_rows([], as_json=False, empty="none: add one")
    tables.print_rows([], as_json=True, empty="none: add one")
    assert capsys.readouterr().out == "none: add one\n[]\n"
