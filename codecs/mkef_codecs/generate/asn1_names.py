"""How things of an ASN.1 module are called and written in the Python module made of it."""

from __future__ import annotations

import builtins
import keyword
import re

# What generated modules import, as far as they use it.
IMPORTS: dict[str, tuple[str, ...]] = {
    "struct": ("Struct",),
    "typing": ("Literal",),
    "mkef_codecs.errors": ("CodecError",),
    "mkef_codecs.ss7.ber": (
        *("OCTET", "PADDING", "Heads", "Oid"),
        *("excess", "header", "inside", "missing", "skip_additions", "sole"),
    ),
    "mkef_codecs.ss7.primitives": (
        *("LEAST", "MAX_OID", "MOST", "PLAIN", "SIZES", "UNBOUNDED", "Bits"),
        *("arcs", "oid_octets", "one_value", "out_of_range", "wrong_size"),
        *("decode_any", "decode_bit_string", "decode_enumerated", "decode_integer"),
        *("decode_null", "decode_octet_string", "decode_oid"),
        *("encode_bit_string", "encode_enumerated", "encode_integer"),
    ),
    "mkef_codecs.ss7.value": ("Located", "Value"),
}
_VARIABLES = (
    *("octets", "at", "end", "size", "start", "stop", "after", "error"),
    *("item", "items", "parts", "value", "content", "inner", "usual"),
)
_TAKEN = {*_VARIABLES, *(name for names in IMPORTS.values() for name in names), *dir(builtins)}

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")


def function_name(name: str) -> str:
    """An ASN.1 name as a part of a function's: `requestingPLMN-Id` is `requesting_plmn_id`."""
    return "_".join(word.lower() for word in _WORDS.findall(name))


def attribute_name(name: str) -> str:
    """An ASN.1 name as an attribute."""
    attribute = function_name(name)
    return f"{attribute}_" if keyword.iskeyword(attribute) else attribute


def variable_name(name: str) -> str:
    """An ASN.1 name as a variable of a function that has names of its own."""
    attribute = attribute_name(name)
    return f"{attribute}_" if attribute in _TAKEN else attribute


def class_name(name: str) -> str:
    """An ASN.1 name as a class: `Re-synchronisationInfo` is `ReSynchronisationInfo`."""
    joined = "".join(part[:1].upper() + part[1:] for part in name.split("-"))
    return f"{joined}_" if joined in _TAKEN else joined


def constant_name(name: str, what: str) -> str:
    """A constant that belongs to a type."""
    return f"_{function_name(name).upper()}_{what}"


def heads_name(identifier: int) -> str:
    """The table of an identifier octet with each length behind it."""
    return f"_HEADS_{identifier:02X}"


def octet(number: int) -> str:
    """An identifier octet as a number."""
    return f"0x{number:02X}"


def literal(*octets: int) -> str:
    """Octets as bytes."""
    return 'b"' + "".join(f"\\x{octet:02x}" for octet in octets) + '"'


def bounds(
    low: int | None, high: int | None, least: str = "0", most: str = "UNBOUNDED"
) -> tuple[str, str]:
    """A lower and an upper bound, each with a name for none."""
    return least if low is None else str(low), most if high is None else str(high)
