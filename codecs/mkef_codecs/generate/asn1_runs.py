"""Runs of components whose sizes are fixed: one structure reads all of them at once."""

from __future__ import annotations

from mkef_codecs.generate.asn1_names import constant_name
from mkef_codecs.generate.asn1_types import Element, OctetString, Sequence, SequenceOf


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


def run_length(run: list[Element]) -> int:
    """Octets of all components of a run."""
    return sum(2 + run_size(each) for each in run)


def run_tables(structure: Sequence) -> list[str]:
    """The structures of all runs of more than one component."""
    return [
        f'{run_name(structure, run)} = Struct(">{_codes(run)}")'
        for run in runs(structure)
        if len(run) > 1
    ]


def _codes(run: list[Element]) -> str:
    return "".join(f"H{run_size(each)}s" for each in run)


# Elements of a list that are a run, and nothing else, are read with their own heads.


def item_run(structure: SequenceOf) -> list[Element]:
    """The run that each element is; nothing if the elements are of another kind."""
    kind = structure.element.type
    if not isinstance(kind, Sequence) or structure.element.explicit:
        return []
    first, *others = runs(kind) or [[]]
    whole = len(first) > 1 and not others and run_length(first) < 0x80
    return first if whole else []


def item_name(structure: SequenceOf) -> str:
    """The constant that holds the structure of an element."""
    return constant_name(structure.name, "ITEM")


def item_table(structure: SequenceOf) -> str:
    """The structure of an element."""
    return f'{item_name(structure)} = Struct(">H{_codes(item_run(structure))}")'
