"""Writes the decoders: for each structure a function of what stands between two offsets.

Each element has a short way, for the form that nearly every peer sends, and a call for every other
form and every error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mkef_codecs.generate.asn1_frames import SHORT, frame, frame_table, limits, read_frame
from mkef_codecs.generate.asn1_names import bounds, constant_name, function_name, octet
from mkef_codecs.generate.asn1_runs import (
    item_name,
    item_run,
    item_table,
    run_head,
    run_length,
    run_name,
    runs,
)
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
from mkef_codecs.generate.asn1_values import fields, python_type

Lines = Iterator[str]


def indent(lines: Iterable[str], levels: int = 1) -> Lines:
    """The lines, further in."""
    return (f"{'    ' * levels}{line}" if line else line for line in lines)


def decoder(assignment: Element) -> Lines:
    """The function that decodes the octets of a whole assignment."""
    kind = python_type(assignment)
    yield f"def decode_{function_name(assignment.name)}(octets: bytes) -> {kind}:"
    yield f'    """The {assignment.name} that fills `octets`."""'
    anonymous = Element("", assignment.type, assignment.tags)
    whole = isinstance(assignment.type, Sequence | SequenceOf) and not assignment.explicit
    yield "    end = len(octets)"
    yield "    octets += PADDING"
    yield "    try:"
    yield from indent(_fill(anonymous) if whole else _value(anonymous), 2)
    yield "    except CodecError as error:"
    yield f'        raise inside(error, "{assignment.name}") from None'


def _fill(element: Element) -> Lines:
    """Statements that return the structure which fills `octets`."""
    identifier, unpack = octet(element.identifier), _unpack(element)
    yield f"if octets[0] == {identifier} and end < 0x82 and octets[1] == end - 2:"
    yield f"    return {unpack}(octets, 2, end)"
    yield f'start, stop, at = header(octets, 0, end, {identifier}, "")'
    yield f"value = {unpack}(octets, start, stop)"
    yield from _end()


def _value(element: Element) -> Lines:
    """Statements that return any value which fills `octets`."""
    yield "at = 0"
    yield from _read(element, "value")
    yield from _end()


def _end() -> Lines:
    yield "if at != end:"
    yield "    raise excess(at, end)"
    yield "return value"


def unpacker(structure: Structure) -> Lines:
    """The function that decodes the content of a structure, or one of a CHOICE's alternatives."""
    match structure:
        case Sequence():
            yield from _sequence(structure)
        case SequenceOf():
            yield from _sequence_of(structure)
        case Choice():
            yield from _choice(structure)


def _function(structure: Structure, result: str) -> str:
    name = function_name(structure.name)
    return f"def _unpack_{name}(octets: bytes, at: int, end: int) -> {result}:"


def _sequence(structure: Sequence) -> Lines:
    framed = bool(frame(structure))
    if framed:
        yield from (frame_table(structure), "", "")
    yield _function(structure, structure.name)
    if framed:
        yield from indent(read_frame(structure))
    for run in runs(structure):
        if len(run) > 1:
            yield from indent(_fixed(structure, run))
        elif run[0].optional:
            yield from indent(_optional(run[0]))
        else:
            yield from indent(_component(run[0]))
    yield from indent(_rest(structure))
    arguments = [component.variable for component in fields(structure)]
    arguments += [
        f"{component.variable}_at" for component in structure.components if component.open
    ]
    yield f"    return {structure.name}({', '.join(arguments)})"


def _fixed(structure: Sequence, run: list[Element]) -> Lines:
    """Components of fixed sizes, read by one structure where they stand as usual."""
    name, size = run_name(structure, run), run_length(run)
    targets, known = _heads(run)
    yield f"usual = at + {size} <= end"
    yield "if usual:"
    yield f"    {targets} = {name}.unpack_from(octets, at)"
    yield f"    usual = {known}"
    yield "if usual:"
    yield f"    at += {size}"
    yield "else:"
    for each in run:
        yield f"    {each.variable}, at = {_call(each, 'at', 'end')}"


def _heads(run: list[Element]) -> tuple[str, str]:
    """The variables that a run is read into, and the condition that all of it is as usual."""
    heads = [f"head_{index}" for index in range(len(run))]
    targets = ", ".join(f"{head}, {each.variable}" for head, each in zip(heads, run, strict=True))
    known = (f"{head} == {run_head(each)}" for head, each in zip(heads, run, strict=True))
    return targets, " and ".join(known)


def _component(component: Element, *, seen: bool = False) -> Lines:
    """A component, and where the octets of an open one stand."""
    direct = isinstance(component.type, AnyValue) and not component.explicit
    if direct:
        yield f"{component.variable}_at = at"
    yield from _read(component, component.variable, seen=seen)
    if component.open and not direct:
        yield f"{component.variable}_at = start"


def _rest(structure: Sequence) -> Lines:
    yield "if at != end:"
    if structure.extensible:
        yield f"    skip_additions(octets, at, end, {constant_name(structure.name, 'TAGS')})"
    else:
        yield "    raise excess(at, end)"


def _optional(component: Element) -> Lines:
    name = component.variable
    if isinstance(component.type, Null):
        yield f"{name} = False"
    else:
        yield f"{name}: {python_type(component)} | None = None"
    if component.open:
        yield f"{name}_at = 0"
    yield f"if at < end{_begins(component)}:"
    if isinstance(component.type, Null):
        yield from indent(_read(component, "_", seen=True))
        yield f"    {name} = True"
    else:
        yield from indent(_component(component, seen=True))


def _begins(element: Element) -> str:
    """The condition that `element` stands at `at`."""
    first = element.first
    if not first:
        return ""
    if len(first) == 1:
        return f" and octets[at] == {octet(first[0])}"
    return f" and octets[at] in ({', '.join(map(octet, first))})"


def _sequence_of(structure: SequenceOf) -> Lines:
    element, run = structure.element, item_run(structure)
    if run:
        yield from (item_table(structure), "", "")
    yield _function(structure, f"list[{python_type(element)}]")
    yield f"    items: list[{python_type(element)}] = []"
    yield "    try:"
    yield "        while at < end:"
    yield from indent(_read_item(structure, run) if run else _read(element, "item"), 3)
    yield "            items.append(item)"
    if structure.high is not None:
        # One element too many is read, not all that an endless list has.
        yield f"            if len(items) > {structure.high}:"
        yield "                break"
        yield "        else:"
        yield from indent(_enough(structure.low), 3)
    else:
        yield from indent(_enough(structure.low), 2)
    yield "    except CodecError as error:"
    yield "        raise inside(error, str(len(items))) from None"
    if (structure.low, structure.high) != (0, None):
        low, high = bounds(structure.low, structure.high)
        yield f'    raise wrong_size(len(items), {low}, {high}, "", at)'


def _enough(least: int) -> Lines:
    """Statements that return the elements of a list, if there are so many."""
    if least:
        yield f"if len(items) >= {least}:"
    yield f"{'    ' if least else ''}return items"


def _read_item(structure: SequenceOf, run: list[Element]) -> Lines:
    """Statements that read an element which is a run itself."""
    assert isinstance(structure.element.type, Sequence)
    size = run_length(run)
    targets, known = _heads(run)
    yield f"usual = at + {size + 2} <= end"
    yield "if usual:"
    yield f"    head, {targets} = {item_name(structure)}.unpack_from(octets, at)"
    yield f"    usual = head == 0x{structure.element.identifier << 8 | size:04X} and {known}"
    yield "if usual:"
    values = ", ".join(each.variable for each in run)
    yield f"    item = {structure.element.type.name}({values})"
    yield f"    at += {size + 2}"
    yield "else:"
    yield from indent(_read(structure.element, "item"))


def _choice(structure: Choice) -> Lines:
    yield _function(structure, f"tuple[{structure.name}, int]")
    for alternative in structure.alternatives:
        yield f"    if at < end{_begins(alternative)}:"
        yield from indent(_read(alternative, alternative.variable, seen=True), 2)
        value = alternative.variable
        if not structure.bare:
            value = f'("{alternative.name}", {value})'
        yield f"        return {value}, at"
    yield '    raise missing(octets, at, end, "")'


def _read(element: Element, into: str, *, seen: bool = False) -> Lines:
    """Statements that put the element at `at` into a variable and `at` behind it.

    `seen`: `at` is before the end, and the identifier octet there is one of the element's.
    """
    if element.explicit:
        yield from _read_explicit(element, into, seen=seen)
        return
    match element.type:
        case Sequence() | SequenceOf():
            yield from _enter(element, element.identifier, "at", seen=seen)
            yield from _located(element, f"{into} = {_unpack(element)}(octets, start, stop)")
        case Choice():
            yield from _read_choice(element, into)
        case _:
            yield from _read_value(element, into, seen=seen)


def _read_value(element: Element, into: str, *, seen: bool) -> Lines:
    """A single value: the short way, if its type has one, and the call for every other form."""
    call = f"{into}, at = {_call(element, 'at', 'end')}"
    known = seen and len(element.first) == 1
    identified = "" if known or not element.tags else f"octets[at] == {octet(element.identifier)}"
    if isinstance(element.type, Integer):
        yield f"{into} = octets[at + 2]"
        yield from _read_integer(element.type, identified, into, [call])
        return
    if isinstance(element.type, Null):
        conditions = filter(None, (identified, "octets[at + 1] == 0", "at + 2 <= end"))
        yield f"if {' and '.join(conditions)}:"
        yield f"    {into}, at = None, at + 2"
        yield from ("else:", f"    {call}")
        return
    short = _short_way(element, into)
    if short is None:
        yield call
        return
    condition, value = short
    yield "size = octets[at + 1]"
    yield "stop = at + 2 + size"
    yield f"if {' and '.join(filter(None, (identified, 'stop <= end', condition)))}:"
    if value != into:
        yield f"    {into} = {value}"
    yield from ("    at = stop", "else:", f"    {call}")


def _read_integer(kind: Integer, identified: str, into: str, otherwise: Iterable[str]) -> Lines:
    """An INTEGER of one octet, as nearly all are, `into` which it was put; or `otherwise`."""
    least, most = limits(kind)
    allowed = f"{least} <= {into} <= {most}" if least else f"{into} <= {most}"
    conditions = filter(None, (identified, "octets[at + 1] == 1", "at + 3 <= end", allowed))
    yield f"if {' and '.join(conditions)}:"
    yield "    at += 3"
    yield "else:"
    yield from indent(otherwise)


def _read_choice(element: Element, into: str) -> Lines:
    """One of a CHOICE's alternatives, an INTEGER in front of bare ones without a call."""
    assert isinstance(element.type, Choice)
    call = list(_located(element, f"{into}, at = {_call(element, 'at', 'end')}"))
    first = element.type.alternatives[0]
    if not (element.type.bare and isinstance(first.type, Integer)):
        yield from call
        return
    yield f"{into}: {python_type(element)}"
    yield f"{into} = octets[at + 2]"
    yield from _read_integer(first.type, f"octets[at] == {octet(first.identifier)}", into, call)


def _short_way(element: Element, into: str) -> tuple[str, str] | None:
    """When the usual form stands at `at`, and the expression of its value."""
    content = "octets[at + 2 : stop]"
    match element.type:
        case OctetString(low=low, high=high):
            most = SHORT if high is None else min(SHORT, high)
            return (f"size == {low}" if low == most else f"{low} <= size <= {most}"), content
        case ObjectIdentifier():
            return f"size <= MAX_OID and ({into} := arcs({content})) is not None", into
        case AnyValue():
            return "size < 0x80 and octets[at] in PLAIN", "octets[at:stop]"
    return None


def _enter(element: Element, identifier: int, after: str, *, seen: bool) -> Lines:
    """Statements that put `start` and `stop` around the content at `at`, and `after` behind it."""
    identified = "" if seen else f"octets[at] == {octet(identifier)} and "
    yield "size = octets[at + 1]"
    yield "start = at + 2"
    yield "stop = start + size"
    yield f"if {identified}size < 0x80 and stop <= end:"
    yield f"    {after} = stop"
    yield "else:"
    place = f'octets, at, end, {octet(identifier)}, "{element.name}"'
    yield f"    start, stop, {after} = header({place})"


def _enter_sole(element: Element, identifier: int) -> Lines:
    """Statements that move `start` and `stop` around the content of the one value between them."""
    whole = "octets[start + 1] == stop - start - 2 < 0x80"
    yield f"if octets[start] == {octet(identifier)} and {whole}:"
    yield "    start += 2"
    yield "else:"
    place = f'octets, start, stop, {octet(identifier)}, "{element.name}"'
    yield f"    start, stop = sole({place})"


def _located(element: Element, statement: str) -> Lines:
    """A statement whose errors are inside of the element."""
    if not element.name:
        yield statement
        return
    yield "try:"
    yield f"    {statement}"
    yield "except CodecError as error:"
    yield f'    raise inside(error, "{element.name}") from None'


def _unpack(element: Element) -> str:
    assert isinstance(element.type, Structure)
    return f"_unpack_{function_name(element.type.name)}"


def _read_explicit(element: Element, into: str, *, seen: bool) -> Lines:
    outer, *others = element.explicit
    if isinstance(element.type, AnyValue) and not others:
        yield from _read_any(element, outer, into, seen=seen)
        return
    yield from _enter(element, outer, "after", seen=seen)
    for tag in others:
        yield from _enter_sole(element, tag)
    if isinstance(element.type, Sequence | SequenceOf):
        yield from _enter_sole(element, element.identifier)
        yield from _located(element, f"{into} = {_unpack(element)}(octets, start, stop)")
    else:
        yield from _whole(element, into)
    yield "at = after"


def _read_any(element: Element, identifier: int, into: str, *, seen: bool) -> Lines:
    """An ANY in an EXPLICIT tag: one value that fills it."""
    identified = "" if seen else f"octets[at] == {octet(identifier)} and "
    yield "size = octets[at + 1]"
    yield "start = at + 2"
    yield "stop = start + size"
    filled = "octets[start + 1] == size - 2 and octets[start] in PLAIN"
    yield f"if {identified}size < 0x80 and stop <= end and {filled}:"
    yield f"    {into} = octets[start:stop]"
    yield "    at = stop"
    yield "else:"
    place = f'octets, at, end, {octet(identifier)}, "{element.name}"'
    yield f"    start, stop, after = header({place})"
    yield from indent(_whole(element, into))
    yield "    at = after"


def _whole(element: Element, into: str) -> Lines:
    """Statements that read the value which fills what stands between `start` and `stop`."""
    statement = f"{into}, at = {_call(element, 'start', 'stop')}"
    is_choice = isinstance(element.type, Choice)
    yield from _located(element, statement) if is_choice else [statement]
    yield "if at != stop:"
    yield f'    raise inside(excess(at, stop), "{element.name}")'


def _call(element: Element, at: str, end: str) -> str:
    """The call that decodes every form of an element and refuses what is none."""
    place = f"octets, {at}, {end}"
    name = f'"{element.name}"'
    match element.type:
        case AnyValue():
            return f"decode_any({place}, {name})"
        case Choice():
            return f"{_unpack(element)}({place})"
    tagged = f"{place}, {octet(element.identifier)}"
    match element.type:
        case OctetString(low=low, high=high):
            least, most = bounds(low, high)
            return f"decode_octet_string({tagged}, {least}, {most}, {name})"
        case Integer(low=low, high=high):
            least, most = bounds(low, high, "LEAST", "MOST")
            return f"decode_integer({tagged}, {least}, {most}, {name})"
        case Enumerated():
            return (
                f"decode_enumerated({tagged}, {constant_name(element.type.name, 'NAMES')}, {name})"
            )
        case BitString():
            return f"decode_bit_string({tagged}, {name})"
        case Null():
            return f"decode_null({tagged}, {name})"
        case ObjectIdentifier():
            return f"decode_oid({tagged}, {name})"
    raise AssertionError("a structure is read by its own function")
