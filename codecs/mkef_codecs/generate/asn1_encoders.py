"""Writes the encoders: shortest lengths, sizes and ranges checked, components in their order."""

from __future__ import annotations

from dataclasses import dataclass

from mkef_codecs.generate.asn1_decoders import Lines, indent
from mkef_codecs.generate.asn1_names import (
    bounds,
    constant_name,
    function_name,
    heads_name,
    literal,
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
from mkef_codecs.generate.asn1_values import python_type

_EMPTY = 'b""'
_CLASSES: dict[type, str] = {Integer: "int", OctetString: "bytes", ObjectIdentifier: "tuple"}


@dataclass(frozen=True, slots=True)
class Encoding:
    """Statements to run first, and expressions whose octets, in this order, are the encoding."""

    first: list[str]
    parts: list[str]

    def joined(self) -> str:
        """One expression of all parts."""
        if len(self.parts) < 3:
            return " + ".join(self.parts)
        return f"{_EMPTY}.join(({', '.join(self.parts)}))"


def encoder(assignment: Element) -> Lines:
    """The function that encodes a value of an assignment whole."""
    kind = python_type(assignment)
    yield f"def encode_{function_name(assignment.name)}(value: {kind}) -> bytes:"
    yield f'    """The encoding of a value of {assignment.name}."""'
    encoding = _encoding(assignment, "value", assignment.name)
    yield from indent(encoding.first)
    yield f"    return {encoding.joined()}"


def packer(structure: Structure) -> Lines:
    """The function that encodes the content of a structure, or a CHOICE's alternative."""
    match structure:
        case Sequence():
            yield from _sequence(structure)
        case SequenceOf():
            yield from _sequence_of(structure)
        case Choice():
            yield from _choice(structure)


def _function(structure: Structure, argument: str) -> str:
    return f"def _pack_{function_name(structure.name)}({argument}) -> bytes:"


def _sequence(structure: Sequence) -> Lines:
    yield _function(structure, f"value: {structure.name}")
    encodings = [_component(each, structure.name) for each in structure.components]
    optional = [each.optional for each in structure.components]
    always = [*optional, True].index(True)  # so many components stand at the beginning
    head = Encoding(
        [line for each in encodings[:always] for line in each.first],
        [part for each in encodings[:always] for part in each.parts],
    )
    yield from indent(head.first)
    if always == len(encodings):
        yield f"    return {head.joined() or _EMPTY}"
        return
    yield f"    content = {head.joined() or _EMPTY}"
    for component, encoding in zip(structure.components[always:], encodings[always:], strict=True):
        yield from indent(_appended(component, encoding))
    yield "    return content"


def _component(component: Element, owner: str) -> Encoding:
    """A component from its local variable, which the first statement fills."""
    local = component.variable
    encoding = _encoding(component, local, f"{owner}.{component.name}", f"_{local}")
    if component.optional and isinstance(component.type, Null):
        return encoding
    return Encoding([f"{local} = value.{component.attribute}", *encoding.first], encoding.parts)


def _appended(component: Element, encoding: Encoding) -> Lines:
    """A component behind the first optional one."""
    append = f"content += {encoding.joined()}"
    if not component.optional:
        yield from (*encoding.first, append)
    elif isinstance(component.type, Null):
        yield from (f"if value.{component.attribute}:", f"    {append}")
    else:
        assignment, *others = encoding.first
        yield assignment
        yield f"if {component.variable} is not None:"
        yield from indent((*others, append))


def _sequence_of(structure: SequenceOf) -> Lines:
    element = structure.element
    yield _function(structure, f"items: list[{python_type(element)}]")
    if (structure.low, structure.high) != (0, None):
        low, high = bounds(structure.low, structure.high)
        wrong = f"not {low} <= len(items) <= {high}" if structure.low else f"len(items) > {high}"
        yield f"    if {wrong}:"
        yield f'        raise wrong_size(len(items), {low}, {high}, "{structure.name}")'
    if isinstance(element.type, AnyValue):
        yield "    for item in items:"
        yield f"        if not ({_is_plain('item')}):"
        yield f'            one_value(item, "{structure.name}")'
        yield f"    return {_EMPTY}.join(items)"
        return
    encoding = _encoding(element, "item", structure.name)
    yield "    parts: list[bytes] = []"
    yield "    for item in items:"
    yield from indent(encoding.first, 2)
    yield f"        parts += ({', '.join(encoding.parts)},)"
    yield f"    return {_EMPTY}.join(parts)"


def _choice(structure: Choice) -> Lines:
    yield _function(structure, f"value: {structure.name}")
    for alternative in structure.alternatives:
        path = f"{structure.name}.{alternative.name}"
        chosen = f'value[0] == "{alternative.name}"'
        if structure.bare:
            chosen = f"isinstance(value, {_CLASSES[type(alternative.type)]})"
        encoding = _encoding(alternative, "value" if structure.bare else "value[1]", path)
        yield f"    if {chosen}:"
        yield from indent(encoding.first, 2)
        yield f"        return {encoding.joined()}"
    found = "type(value).__name__" if structure.bare else "value[0]!r"
    yield f'    raise CodecError(f"no alternative {{{found}}}", path="{structure.name}")'


def _encoding(element: Element, value: str, path: str, inner: str = "inner") -> Encoding:
    """A value and the EXPLICIT tags around it; `inner` is the variable of a tagged content."""
    encoding = _structured(element, value, inner) or Encoding(
        list(_checks(element, value, path)), _parts(element, value, path)
    )
    for tag in reversed(element.explicit):
        encoding = _tagged(
            tag, Encoding([*encoding.first, f"{inner} = {encoding.joined()}"], [inner])
        )
    return encoding


def _tagged(identifier: int, content: Encoding) -> Encoding:
    """An identifier, a length and a content that is one variable."""
    (inner,) = content.parts
    return Encoding(content.first, [_head(identifier, inner), inner])


def _head(identifier: int, content: str) -> str:
    """The expression of an identifier and the length of a content."""
    return f"{heads_name(identifier)}[len({content})]"


def _structured(element: Element, value: str, inner: str) -> Encoding | None:
    if not isinstance(element.type, Sequence | SequenceOf):
        return None
    content = f"{inner} = _pack_{function_name(element.type.name)}({value})"
    return _tagged(element.identifier, Encoding([content], [inner]))


def _checks(element: Element, value: str, path: str) -> Lines:
    """Statements that refuse what the expressions of `_parts` would not."""
    match element.type:
        case OctetString(low=low, high=int(high)):
            allowed = f"len({value}) == {low}"
            if low != high:
                allowed = f"{low} <= len({value}) <= {high}"
            yield f"if not {allowed}:"
            yield f'    raise wrong_size(len({value}), {low}, {high}, "{path}")'
        case Integer(low=int(low), high=int(high)) if _is_small(element.type):
            yield f"if not {low} <= {value} <= {high}:"
            yield f'    raise out_of_range({value}, {low}, {high}, "{path}")'


def _is_plain(value: str) -> str:
    """The condition that octets are one value of the usual form."""
    return f"SIZES.get(len({value})) == {value}[1:2] and {value}[0] in PLAIN"


def _is_small(kind: Integer) -> bool:
    """Whether every number of the type has one octet."""
    return kind.low is not None and kind.high is not None and -128 <= kind.low <= kind.high <= 127


def _parts(element: Element, value: str, path: str) -> list[str]:
    match element.type:
        case AnyValue():
            return [f'({value} if {_is_plain(value)} else one_value({value}, "{path}"))']
        case Choice():
            return [_chosen(element.type, value)]
    identifier = element.identifier
    match element.type:
        case OctetString(low=low, high=int(high)) if low == high < 0x80:
            return [literal(identifier, low), value]
        case OctetString():
            return [_head(identifier, value), value]
        case Integer() if _is_small(element.type):
            return [literal(identifier, 1), f"OCTET[{value}]"]
        case Null():
            return [literal(identifier, 0)]
        case ObjectIdentifier():
            return [literal(identifier), f"oid_octets({value})"]
    return [_call(element, value, path)]


def _chosen(choice: Choice, value: str) -> str:
    """The expression of a CHOICE: a call, but for an INTEGER in front of bare alternatives."""
    call = f"_pack_{function_name(choice.name)}({value})"
    first = choice.alternatives[0]
    if not (choice.bare and isinstance(first.type, Integer)) or _is_small(first.type):
        return call
    number = _call(first, value, f"{choice.name}.{first.name}")
    return f"({number} if isinstance({value}, int) else {call})"


def _call(element: Element, value: str, path: str) -> str:
    """The call that encodes what has more forms than an expression."""
    identifier = literal(element.identifier)
    match element.type:
        case Integer(low=low, high=high):
            least, most = bounds(low, high, "LEAST", "MOST")
            call = f'encode_integer({identifier}, {value}, {least}, {most}, "{path}")'
            if low is not None or high is not None:
                return call
            short = f"{literal(element.identifier, 1)} + OCTET[{value}]"
            return f"({short} if -128 <= {value} <= 127 else {call})"
        case Enumerated(name=name):
            names = constant_name(name, "NAMES")
            return f'encode_enumerated({identifier}, {value}, {names}, "{path}")'
        case BitString():
            return f'encode_bit_string({identifier}, {value}, "{path}")'
    raise AssertionError("every other type is written by expressions")
