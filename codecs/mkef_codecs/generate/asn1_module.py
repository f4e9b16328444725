"""Writes the Python module of an ASN.1 module: values, then the decoder and encoder of each."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from mkef_codecs.generate.asn1_decoders import decoder, unpacker
from mkef_codecs.generate.asn1_encoders import encoder, packer
from mkef_codecs.generate.asn1_names import IMPORTS
from mkef_codecs.generate.asn1_types import Enumerated, Module, SequenceOf
from mkef_codecs.generate.asn1_values import declaration

_HEADER = '''"""The codecs of {name}. Written by `make codecs` from codecs/asn1."""

# A value that its type forbids is refused all the same, at the end of a CHOICE:
# mypy: no-warn-unreachable

from __future__ import annotations
'''
_WIDTH = 96


def source(module: Module) -> str:
    """The text of the module."""
    body = "\n".join(_body(module)) + "\n"
    words = set(re.findall(r"\w+", body))
    imports = _imports(words | {"Heads"})
    return "\n".join((_HEADER.format(name=module.name), *imports, "", *_tables(words), "")) + body


def _imports(words: set[str]) -> Iterator[str]:
    for name, all_of in IMPORTS.items():
        used = [each for each in all_of if each in words]
        if not used:
            continue
        line = f"from {name} import {', '.join(used)}"
        if len(line) <= _WIDTH:
            yield line
            continue
        yield f"from {name} import ("
        yield textwrap.indent(textwrap.fill(", ".join(used) + ",", _WIDTH), "    ")
        yield ")"


def _tables(words: set[str]) -> Iterator[str]:
    """The tables of identifiers and lengths that the encoders use."""
    for word in sorted(words):
        if word.startswith("_HEADS_"):
            yield f"{word} = Heads(0x{word[-2:]})"


def _body(module: Module) -> Iterator[str]:
    for structure in module.structures:
        if not isinstance(structure, SequenceOf):
            yield "\n"
            yield from declaration(structure)
        if isinstance(structure, Enumerated):
            continue
        yield "\n"
        yield from unpacker(structure)
        yield "\n"
        yield from packer(structure)
    for assignment in module.assignments:
        yield "\n"
        yield from decoder(assignment)
        yield "\n"
        yield from encoder(assignment)
