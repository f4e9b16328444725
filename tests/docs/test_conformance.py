"""docs/conformance.md names what there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest


@pytest.fixture
def rows(checkout: Path) -> list[list[str]]:
    """The cells of each row of requirements."""
    lines = (checkout / "docs/conformance.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if len(row) == 4 and re.match(r"\d", row[0])]


def functions(file: Path) -> set[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.parse(file.read_text()).body if isinstance(node, kinds)}


def test_every_file_exists(rows: list[list[str]], checkout: Path) -> None:
    missing = {file for _, _, file, _ in rows if not (checkout / file.strip("`")).is_file()}
    assert missing == set()


def test_every_test_exists(rows: list[list[str]], checkout: Path) -> None:
    named = {tuple(test.strip("`").split("::")) for *_, test in rows}
    missing = set()
    for file, name in named:
        path = checkout / "tests" / file
        if not path.is_file() or name not in functions(path):
            missing.add(f"{file}::{name}")
    assert missing == set()


def test_every_clause_from_2_to_8_is_there(rows: list[list[str]]) -> None:
    assert {row[0][0] for row in rows} == set("2345678")
    assert len(rows) > 100


def test_every_deviation_that_is_named_is_explained(checkout: Path) -> None:
    text = (checkout / "docs/conformance.md").read_text()
    requirements, _, deviations = text.partition("\n## Deviations")
    explained = re.findall(r"^\| (D\d+) \|", deviations, re.MULTILINE)
    assert set(re.findall(r"\bD\d+\b", requirements)) == set(explained)
    assert explained == [f"D{number}" for number in range(1, len(explained) + 1)]
