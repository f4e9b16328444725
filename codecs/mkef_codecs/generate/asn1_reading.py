"""Reads modules out of pycrate's compiled objects.

What is outside of the subset is refused by the names of module, type and construct.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mkef_codecs.generate.asn1_names import class_name, function_name
from mkef_codecs.generate.asn1_types import (
    AnyValue,
    BitString,
    Choice,
    Element,
    Enumerated,
    GeneratorError,
    Integer,
    Module,
    Null,
    ObjectIdentifier,
    OctetString,
    Sequence,
    SequenceOf,
    Structure,
    Type,
)
from mkef_codecs.ss7.primitives import LEAST, MOST


def read_module(name: str, compiled: Any, source: Any) -> Module:
    """The module of pycrate's runtime objects, `source` being what its compiler made first."""
    _refuse_forgotten(name, source)
    return _Walk(name, compiled).module()


def _ask(obj: Any, attribute: str) -> Any:
    """An attribute of a compiled object: pycrate has only private ones."""
    return getattr(obj, f"_{attribute}", None)


def _refuse_forgotten(module: str, source: Any) -> None:
    """Refuse what the compiler's objects still know and the runtime's have forgotten."""
    for kind in ("_param_", "_class_", "_set_"):
        for name in source[kind]:
            raise GeneratorError(f"{module}.{name}: a parameter, class or set")
    for name in source["_type_"]:
        for path, obj in _nested(name, source[name]):
            for problem in _forgotten(obj):
                raise GeneratorError(f"{module}.{path}: {problem}")


def _forgotten(obj: Any) -> Iterator[str]:
    constraints = _ask(obj, "const")
    for constraint in constraints:
        if constraint["type"] not in {"SIZE", "VAL"}:
            yield constraint["type"]
        if constraint["ext"] is not None:
            yield "an extensible constraint"
        if "EXCEPT" in constraint["text"]:
            yield "EXCEPT"
    if len(constraints) > 1:
        yield "several constraints"
    if constraints and _ask(obj, "typeref") is not None:
        yield "a constraint on a reference"
    if obj.TYPE == "SEQUENCE" and _markers(_ask(obj, "text_def") or "") > 1:
        yield "components behind the extensions"


def _markers(text: str) -> int:
    """Extension markers between the outermost braces of a type."""
    depth = count = 0
    for mark in re.findall(r"[{(]|[)}]|\.\.\.", text):
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(mark, 0)
        count += mark == "..." and depth == 1
    return count


def _nested(path: str, obj: Any) -> Iterator[tuple[str, Any]]:
    yield path, obj
    content = _ask(obj, "cont")
    if _ask(obj, "typeref") is not None or content is None or obj.TYPE == "ENUMERATED":
        return
    if obj.TYPE == "SEQUENCE OF":
        yield from _nested(f"{path}.item", content)
    elif obj.TYPE in {"SEQUENCE", "CHOICE"}:
        for name, component in content.items():
            yield from _nested(f"{path}.{name}", component)


class _Walk:
    """One pass through the runtime objects of a module."""

    def __init__(self, name: str, compiled: Any) -> None:
        self._module = Module(name)
        self._compiled = compiled
        self._types: dict[str, Type] = {}
        self._open: list[str] = []  # assignments on the way down, to find recursion

    def module(self) -> Module:
        functions: set[str] = set()
        for name in self._compiled["_type_"]:
            if function_name(name) in functions:
                raise self._refusal(name, f"a second decode_{function_name(name)}")
            functions.add(function_name(name))
            obj = self._compiled[name]
            type_ = self._assigned(name)
            self._module.assignments.append(Element(name, type_, self._tags(obj, name)))
        return self._module

    def _assigned(self, name: str) -> Type:
        """The type of an assignment, read once."""
        if name in self._open:
            raise self._refusal(name, "recursion")
        if name not in self._types:
            self._open.append(name)
            self._types[name] = self._type(self._compiled[name], name)
            self._open.pop()
        return self._types[name]

    def _refusal(self, path: str, what: str) -> GeneratorError:
        return GeneratorError(f"{self._module.name}.{path}: {what}")

    def _type(self, obj: Any, path: str) -> Type:
        reference = _ask(obj, "typeref")
        if reference is not None:
            module, name = self._called(reference, path)
            if module != self._module.name:
                raise self._refusal(path, f"a type of another module, {module}.{name}")
            if obj.TYPE in _STRUCTURES:
                return self._assigned(name)
        maker = _MAKERS.get(obj.TYPE)
        if maker is None:
            raise self._refusal(path, str(obj.TYPE))
        type_: Type = maker(self, obj, path)
        if isinstance(type_, Structure | Enumerated):
            self._keep(type_, path)
        return type_

    def _called(self, reference: Any, path: str) -> tuple[str, str]:
        called = reference.called
        if not isinstance(called, tuple) or reference.ced_path:
            raise self._refusal(path, "a reference into a type")
        return called[0], called[1]

    def _keep(self, type_: Structure | Enumerated, path: str) -> None:
        names = {function_name(each.name) for each in self._module.structures}
        if function_name(type_.name) in names:
            raise self._refusal(path, f"a second {type_.name}")
        self._module.structures.append(type_)

    def _tags(self, obj: Any, path: str) -> tuple[int, ...]:
        chain = _ask(obj, "tagc")
        if any(number > 30 for _, number in chain):
            raise self._refusal(path, "a tag number above 30")
        return tuple(tag_class << 6 | number for tag_class, number in chain)

    def _element(self, name: str, obj: Any, path: str) -> Element:
        path = f"{path}.{name}" if name else path
        if _ask(obj, "def") is not None:
            raise self._refusal(path, "DEFAULT")
        if _ask(obj, "group") is not None:
            raise self._refusal(path, "an extension group")
        type_ = self._type(obj, path if name else f"{path}.item")
        return Element(name, type_, self._tags(obj, path), bool(_ask(obj, "opt")))

    def _bounds(self, constraint: Any, path: str) -> tuple[int | None, int | None]:
        if constraint is None:
            return None, None
        if len(constraint.root) != 1:
            raise self._refusal(path, "a constraint of several ranges")
        only = constraint.root[0]
        low, high = (only, only) if isinstance(only, int) else (only.lb, only.ub)
        for bound in (low, high):
            if bound is not None and not LEAST <= bound <= MOST:
                raise self._refusal(path, f"a bound of more than 8 octets, {bound}")
        return low, high

    def octet_string(self, obj: Any, path: str) -> Type:
        if _ask(obj, "const_cont") is not None:
            raise self._refusal(path, "CONTAINING")
        low, high = self._bounds(_ask(obj, "const_sz"), path)
        return OctetString(low or 0, high)

    def integer(self, obj: Any, path: str) -> Type:
        return Integer(*self._bounds(_ask(obj, "const_val"), path))

    def bit_string(self, obj: Any, path: str) -> Type:
        if _ask(obj, "const_sz") is not None:
            raise self._refusal(path, "a BIT STRING of bounded size")
        return BitString()

    def enumerated(self, obj: Any, path: str) -> Type:
        if _ask(obj, "ext") is not None:
            raise self._refusal(path, "an extensible ENUMERATED")
        content = _ask(obj, "cont")
        return Enumerated(_name(path), tuple((number, name) for name, number in content.items()))

    def sequence_of(self, obj: Any, path: str) -> Type:
        low, high = self._bounds(_ask(obj, "const_sz"), path)
        element = self._element("", _ask(obj, "cont"), path)
        return SequenceOf(_name(path), element, low or 0, high)

    def sequence(self, obj: Any, path: str) -> Type:
        content, additions = _ask(obj, "cont"), _ask(obj, "ext")
        components = [self._element(name, each, path) for name, each in content.items()]
        for component in components[:-1]:
            if component.optional and not component.first:
                raise self._refusal(f"{path}.{component.name}", "an optional ANY before others")
        if components and not components[-1].first and additions is not None:
            raise self._refusal(f"{path}.{components[-1].name}", "an ANY before extensions")
        components = [
            Element(c.name, c.type, c.tags, c.optional or c.name in (additions or ()))
            for c in components
        ]
        return Sequence(_name(path), tuple(components), additions is not None)

    def choice(self, obj: Any, path: str) -> Type:
        if _ask(obj, "ext") is not None:
            raise self._refusal(path, "an extensible CHOICE")
        content = _ask(obj, "cont")
        alternatives = tuple(self._element(name, each, path) for name, each in content.items())
        for alternative in alternatives:
            if isinstance(alternative.type, AnyValue):
                raise self._refusal(f"{path}.{alternative.name}", "an ANY as an alternative")
        return Choice(_name(path), alternatives)


def _name(path: str) -> str:
    """The class of a type by where it is declared: `AbortReason` for `Abort.reason`."""
    return class_name("-".join(path.split(".")))


_STRUCTURES = {"SEQUENCE", "SEQUENCE OF", "CHOICE", "ENUMERATED"}
_MAKERS: dict[str, Any] = {
    "OCTET STRING": _Walk.octet_string,
    "INTEGER": _Walk.integer,
    "ENUMERATED": _Walk.enumerated,
    "BIT STRING": _Walk.bit_string,
    "NULL": lambda _walk, _obj, _path: Null(),
    "OBJECT IDENTIFIER": lambda _walk, _obj, _path: ObjectIdentifier(),
    "ANY": lambda _walk, _obj, _path: AnyValue(),
    "SEQUENCE OF": _Walk.sequence_of,
    "SEQUENCE": _Walk.sequence,
    "CHOICE": _Walk.choice,
}
