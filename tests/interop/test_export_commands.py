"""`mkef wireshark` and `mkef dictionary`, as they are called."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from mkef.cli import main
from mkef.ops import wireshark
from mkef_codecs.export.ours import ours
from mkef_codecs.export.wireshark import source


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_the_plugin_is_printed() -> None:
    result = call("wireshark", "--print")
    assert (result.exit_code, result.output) == (0, source(ours()))


def test_the_plugin_is_installed_and_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "plugins"
    for _ in range(2):
        result = call("wireshark", "--install", "--folder", str(folder))
        assert result.exit_code == 0
        assert result.output.startswith(f"{folder / 'mkef.lua'}: written\n")
        assert "Reload Lua Plugins" in result.output
        assert (folder / "mkef.lua").read_text() == source(ours())


def test_the_folder_is_the_one_that_tshark_names(
    program: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tshark = program("tshark")
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = wireshark.personal_folder()
    assert tmp_path in folder.parents
    said = subprocess.run([tshark, "-G", "folders"], capture_output=True, text=True, check=True)
    assert re.search(rf"Personal Lua Plugins:\s+{re.escape(str(folder))}\n", said.stdout)


def test_without_tshark_it_is_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert wireshark.personal_folder() == tmp_path / ".local/lib/wireshark/plugins"


@pytest.mark.parametrize(
    "arguments",
    [(), ("--print", "--install"), ("--folder", "x"), ("--print", "--folder", "x")],
)
def test_what_makes_no_sense_is_refused(arguments: tuple[str, ...]) -> None:
    result = call("wireshark", *arguments)
    assert result.exit_code == 2
    assert "either --print or --install" in result.output


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = call("wireshark", "--install", "--folder", str(tmp_path / "file" / "plugins"))
    assert result.exit_code == 2
    assert result.output.startswith("configuration: ")
    assert "file/plugins" in result.output


def test_dictionaries_are_printed() -> None:
    parsed = json.loads(call("dictionary", "--format", "freediameter").output)
    assert {command["Name"] for command in parsed["Commands"]} >= {"MTC-Key-Request"}
    root = ElementTree.fromstring(call("dictionary", "--format", "go-diameter").output)
    assert root.tag == "diameter"


def test_an_unknown_format_names_the_known_ones() -> None:
    result = call("dictionary", "--format", "jdiameter")
    assert result.exit_code == 2
    assert "'freediameter', 'go-diameter'" in result.output
