"""What Diameter's names are in Python."""

from __future__ import annotations

from mkef_codecs.generate.grammar import TYPES, Field


def class_name(name: str) -> str:
    """The class of a command or group."""
    return name.replace("-", "")


def python_type(item: Field, groups: set[str]) -> str:
    """The type of one value of a field."""
    return class_name(item.row.name) if item.row.name in groups else TYPES[item.row.type][0]
