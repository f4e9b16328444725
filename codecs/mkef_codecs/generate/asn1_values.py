"""Writes the values: a class for each SEQUENCE, a union of named values for each CHOICE."""

from __future__ import annotations

from collections.abc import Iterator

from mkef_codecs.generate.asn1_names import constant_name, octet
from mkef_codecs.generate.asn1_runs import run_tables
from mkef_codecs.generate.asn1_types import (
    AnyValue,
    BitString,
    Choice,
    Element,
    Enumerated,
    Integer,
    Null,
    ObjectIdentifier,
    OctetString,
    Sequence,
    SequenceOf,
    Structure,
)


def python_type(element: Element) -> str:
    """The Python type of an element's value."""
    match element.type:
        case OctetString() | AnyValue():
            return "bytes"
        case Integer():
            return "int"
        case BitString():
            return "Bits"
        case Null():
            return "None"
        case ObjectIdentifier():
            return "Oid"
        case SequenceOf():
            return f"list[{python_type(element.type.element)}]"
        case Enumerated() | Sequence() | Choice():
            return element.type.name


def fields(structure: Sequence) -> list[Element]:
    """The components as the class has them: optional ones have a default and come last.

    Behind them stands for each open one the offset at which its octets stood.
    """
    return sorted(structure.components, key=lambda component: component.optional)


def declaration(structure: Structure | Enumerated) -> Iterator[str]:
    """The type of a structure's values, and the constants that its codec needs."""
    match structure:
        case Enumerated():
            yield from _enumerated(structure)
        case Choice():
            yield from _choice(structure)
        case Sequence():
            yield from _class(structure)
            yield from _known_tags(structure)
            yield from _runs(structure)


def _known_tags(structure: Sequence) -> Iterator[str]:
    """What may not stand among the additions of an extensible SEQUENCE."""
    if not structure.extensible:
        return
    first = {octet(tag) for each in structure.components for tag in each.first}
    known = "{" + ", ".join(sorted(first)) + "}" if first else ""
    yield "\n"
    yield f"{constant_name(structure.name, 'TAGS')}: frozenset[int] = frozenset({known})"


def _runs(structure: Sequence) -> Iterator[str]:
    tables = run_tables(structure)
    if tables:
        yield "\n"
        yield from tables


def _enumerated(structure: Enumerated) -> Iterator[str]:
    names = ", ".join(f'"{name}"' for _, name in structure.names)
    yield f"{structure.name} = Literal[{names}]"
    yield f"{constant_name(structure.name, 'NAMES')}: dict[int, {structure.name}] = {{"
    yield from (f'    {number}: "{name}",' for number, name in structure.names)
    yield "}"


def _choice(structure: Choice) -> Iterator[str]:
    if structure.bare:
        yield f"{structure.name} = {' | '.join(map(python_type, structure.alternatives))}"
        return
    yield f"{structure.name} = ("
    for index, alternative in enumerate(structure.alternatives):
        bar = "| " if index else ""
        yield f'    {bar}tuple[Literal["{alternative.name}"], {python_type(alternative)}]'
    yield ")"


def _class(structure: Sequence) -> Iterator[str]:
    located = any(component.open for component in structure.components)
    yield f"class {structure.name}({'Located' if located else 'Value'}):"
    yield f'    """The SEQUENCE {structure.name}."""'
    if structure.components:
        yield ""
    for component in fields(structure):
        kind = python_type(component)
        if not component.optional:
            yield f"    {component.attribute}: {kind}"
        elif isinstance(component.type, Null):
            yield f"    {component.attribute}: bool = False"
        else:
            yield f"    {component.attribute}: {kind} | None = None"
    for component in structure.components:
        if component.open:
            yield f"    {component.attribute}_at: int = 0"
