"""Runs of components whose sizes are fixed: one structure reads all of them at once."""

from __future__ import annotations

from mkef_codecs.generate.asn1_names import constant_name
from mkef_codecs.generate.asn1_types import Element, OctetString, Sequence


def runs(structure: Sequence) -> list[list[Element]]:
    """The components in their order: neighbours of fixed sizes together, all others alone."""
    found: list[list[Element]] = []
    for component in structure.components:
        if found and _is_fixed(component) and _is_fixed(found[-1][0]):
            found[-1].append(component)
        else:
            found.append([component])
    return found


def _is_fixed(component: Element) -> bool:
    kind = component.type
    sized = isinstance(kind, OctetString) and kind.low == kind.high and kind.low < 0x80
    return sized and not component.optional and not component.explicit


def run_size(component: Element) -> int:
    """Octets of a component's content."""
    assert isinstance(component.type, OctetString)
    return component.type.low


def run_head(component: Element) -> str:
    """Identifier and length of a component as they usually are, in one number."""
    return f"0x{component.identifier << 8 | run_size(component):04X}"


def run_name(structure: Sequence, run: list[Element]) -> str:
    """The constant that holds a run's structure."""
    return constant_name(structure.name, run[0].variable.upper())


def run_tables(structure: Sequence) -> list[str]:
    """The structures of all runs of more than one component."""
    return [
        f'{run_name(structure, run)} = Struct(">{"".join(f"H{run_size(e)}s" for e in run)}")'
        for run in runs(structure)
        if len(run) > 1
    ]
