"""The subset of ASN.1 that codecs are generated from."""

from __future__ import annotations

from dataclasses import dataclass, field

from mkef_codecs.generate.asn1_names import attribute_name, variable_name

CONSTRUCTED = 0x20


class GeneratorError(Exception):
    """A construct that no code is generated for."""


@dataclass(frozen=True, slots=True)
class OctetString:
    """OCTET STRING of `low` to `high` octets, None without an upper bound."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Integer:
    """INTEGER of `low` to `high`, None without a bound."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Enumerated:
    """ENUMERATED: the names of numbers."""

    name: str
    names: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class BitString:
    """BIT STRING of any size."""


@dataclass(frozen=True, slots=True)
class Null:
    """NULL."""


@dataclass(frozen=True, slots=True)
class ObjectIdentifier:
    """OBJECT IDENTIFIER."""


@dataclass(frozen=True, slots=True)
class AnyValue:
    """ANY: one encoded value, kept as octets."""


@dataclass(frozen=True, slots=True)
class SequenceOf:
    """SEQUENCE OF `low` to `high` elements, None without an upper bound."""

    name: str
    element: Element
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Sequence:
    """SEQUENCE; what follows the last component is skipped if it is `extensible`."""

    name: str
    components: tuple[Element, ...]
    extensible: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """CHOICE."""

    name: str
    alternatives: tuple[Element, ...]

    @property
    def bare(self) -> bool:
        """Whether the values of single types tell by themselves which alternative they are."""
        kinds = [type(each.type) for each in self.alternatives]
        single = {Integer, OctetString, ObjectIdentifier}
        return single.issuperset(kinds) and len(kinds) == len(set(kinds))


Structure = Sequence | SequenceOf | Choice
Type = (
    OctetString | Integer | Enumerated | BitString | Null | ObjectIdentifier | AnyValue | Structure
)


@dataclass(frozen=True, slots=True)
class Element:
    """A type in its place: component, alternative, element of a list or an assignment.

    `tags` are identifier octets without the constructed bit, outermost first; a CHOICE or an ANY
    has only its explicit ones.
    """

    name: str
    type: Type
    tags: tuple[int, ...]
    optional: bool = False

    @property
    def attribute(self) -> str:
        """The attribute that holds a component."""
        return attribute_name(self.name)

    @property
    def variable(self) -> str:
        """The variable that holds a component while its structure is decoded or encoded."""
        return variable_name(self.name)

    @property
    def open(self) -> bool:
        """Whether the octets of a component, or of its elements, are another decoder's to read."""
        of = self.type.element.type if isinstance(self.type, SequenceOf) else self.type
        return isinstance(of, AnyValue)

    @property
    def explicit(self) -> tuple[int, ...]:
        """Identifier octets of the EXPLICIT tags, which wrap the value."""
        outer = self.tags if isinstance(self.type, Choice | AnyValue) else self.tags[:-1]
        return tuple(tag | CONSTRUCTED for tag in outer)

    @property
    def identifier(self) -> int:
        """The identifier octet of the value itself, in its usual form."""
        return self.tags[-1] | CONSTRUCTED * isinstance(self.type, Sequence | SequenceOf)

    @property
    def first(self) -> tuple[int, ...]:
        """The identifier octets that the element can begin with; none for any."""
        if self.explicit:
            return self.explicit[:1]
        if isinstance(self.type, Choice):
            return tuple(octet for each in self.type.alternatives for octet in each.first)
        if isinstance(self.type, AnyValue):
            return ()
        if isinstance(self.type, OctetString | BitString):
            return (self.identifier, self.identifier | CONSTRUCTED)
        return (self.identifier,)


@dataclass(slots=True)
class Module:
    """An ASN.1 module: its assignments, and all structures in the order of their dependence."""

    name: str
    assignments: list[Element] = field(default_factory=list)
    structures: list[Structure | Enumerated] = field(default_factory=list)
