"""Frames: numbers of one octet in front of an open value that fills the rest of a SEQUENCE.

Components of TCAP are so, but for a few; one structure reads all that stands in front of the value.
"""

from __future__ import annotations

from collections.abc import Iterator

from mkef_codecs.generate.asn1_names import constant_name, octet
from mkef_codecs.generate.asn1_types import AnyValue, Choice, Element, Integer, Null, Sequence
from mkef_codecs.generate.asn1_values import fields

SHORT = 0x7F  # the most octets that a length of one octet announces


def frame(structure: Sequence) -> list[Element]:
    """What stands in the usual form, of a SEQUENCE inside of it as well; nothing if it has none."""
    if len(structure.components) < 2:
        return []
    *before, last = structure.components
    if before[-1].optional or last.explicit:
        return []
    numbers = [component for component in before if not component.optional]
    if not all(map(number, numbers)):
        return []
    if isinstance(last.type, AnyValue):
        return [*numbers, last]
    inner = frame(last.type) if isinstance(last.type, Sequence) else []
    return inner and [*numbers, last, *inner]


def number(element: Element) -> tuple[Integer, int] | None:
    """The INTEGER that a component is, or is in front of bare alternatives; its identifier."""
    if isinstance(element.type, Choice) and element.type.bare:
        element = element.type.alternatives[0]
    if element.explicit or not isinstance(element.type, Integer):
        return None
    return element.type, element.identifier


def limits(kind: Integer) -> tuple[int, int]:
    """The least and the most that the one octet of an INTEGER may be."""
    return max(0, kind.low or 0), SHORT if kind.high is None else min(SHORT, kind.high)


def read_frame(structure: Sequence) -> Iterator[str]:
    """Statements that return the value of a SEQUENCE in its usual form."""
    elements = frame(structure)
    targets, conditions, at = [], [], 0
    for index, element in enumerate(elements):
        known = number(element)
        if known is None:
            at += 2
            targets += [f"head_{index}", f"size_{index}"]
            is_any = isinstance(element.type, AnyValue)
            head = "in PLAIN" if is_any else f"== {octet(element.identifier)}"
            conditions += [f"head_{index} {head}", f"size_{index} == size - {at}"]
        else:
            at += 3
            targets += [f"head_{index}", f"value_{index}"]
            least, most = limits(known[0])
            allowed = f"value_{index} <= {most}"
            conditions += [
                f"head_{index} == 0x{known[1] << 8 | 1:04X}",
                f"{least} <= {allowed}" if least else allowed,
            ]
    yield "size = end - at"
    yield f"if {at} <= size < 0x80:"
    yield f"    {', '.join(targets)} = {frame_name(structure)}.unpack_from(octets, at)"
    yield f"    if {' and '.join(conditions)}:"
    yield f"        start = at + {at - 2}"
    yield f"        return {_value(structure, 0)}"


def _value(structure: Sequence, index: int) -> str:
    """The value whose first number is the one of that index."""
    values: dict[str, str] = {}
    for component in structure.components[:-1]:
        values[component.variable] = "False" if isinstance(component.type, Null) else "None"
        if not component.optional:
            values[component.variable] = f"value_{index}"
            index += 1
    last = structure.components[-1]
    is_any = isinstance(last.type, AnyValue)
    values[last.variable] = "octets[start:end]"
    if isinstance(last.type, Sequence):
        values[last.variable] = _value(last.type, index + 1)
    arguments = [values[component.variable] for component in fields(structure)]
    return f"{structure.name}({', '.join(arguments + ['start'] * is_any)})"


def frame_name(structure: Sequence) -> str:
    """The constant that holds a frame's structure."""
    return constant_name(structure.name, "FRAME")


def frame_table(structure: Sequence) -> str:
    """The structure of a frame."""
    codes = "".join("BB" if number(each) is None else "HB" for each in frame(structure))
    return f'{frame_name(structure)} = Struct(">{codes}")'
