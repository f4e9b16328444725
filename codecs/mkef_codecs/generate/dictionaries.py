"""Standard AVPs as two foreign dictionaries have them: pycrate's and python-diameter's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TypedDict

from diameter.message.avp import dictionary as python_diameter
from pycrate_diameter.Diameter3GPP import TGPPAVPInfos_dict
from pycrate_diameter.DiameterIETF import (
    FMT_LUT_IETF,
    AVPCodes_dict,
)

_IETF, _3GPP = 0, 10415

# RFC 6733 clause 4.3: a derived type is its base type on the wire, so the two do not contradict.
_BASE = {
    "Address": "OctetString",
    "DiameterIdentity": "OctetString",
    "DiameterURI": "OctetString",
    "IPFilterRule": "OctetString",
    "Time": "OctetString",
    "UTF8String": "OctetString",
    "Enumerated": "Integer32",
}
_PYTHON_DIAMETER_NAMES = {"Utf8String": "UTF8String"}


class Disagreement(Exception):
    """Two dictionaries say different things, or none says anything, and no override decides."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An AVP in one dictionary; None where it says nothing."""

    source: str
    name: str
    code: int
    type: str | None
    mandatory: bool | None = None


@dataclass(frozen=True, slots=True)
class Standard:
    """An AVP on which the dictionaries agree."""

    code: int
    type: str
    mandatory: bool


class Overrides(TypedDict, total=False):
    """What a line says against the dictionaries; a code overrides their names too."""

    code: int
    type: str
    mandatory: bool


def look_up(name: str, vendor: int, overrides: Overrides) -> Standard:
    """A standard AVP; an override that decides nothing is a Disagreement as well."""
    standard = _decide(name, vendor, overrides)
    if overrides and standard == _undisputed(name, vendor):
        raise Disagreement(f"the dictionaries say of {name} what the override says")
    return standard


def _undisputed(name: str, vendor: int) -> Standard | None:
    with suppress(Disagreement):
        return _decide(name, vendor, {})
    return None


def _decide(name: str, vendor: int, overrides: Overrides) -> Standard:
    code = overrides.get("code") or _code(name, vendor)
    entries = [e for e in _entries(vendor) if e.code == code]
    if not entries:
        raise Disagreement(f"no dictionary has code {code} of vendor {vendor}")
    type_ = overrides.get("type") or _type(name, entries)
    mandatory = overrides.get("mandatory", any(e.mandatory for e in entries))
    return Standard(code, type_, mandatory)


def _code(name: str, vendor: int) -> int:
    """The code that both have under a name, for which neither has another name."""
    codes = {e.source: e.code for e in _entries(vendor) if e.name == name}
    names = {e.source: e.name for e in _entries(vendor) if e.code in codes.values()}
    if not codes:
        raise Disagreement(f"no dictionary has {name} of vendor {vendor}")
    if len(set(codes.values())) > 1:
        raise Disagreement(f"{name} is {_both(codes)}: say which with code=")
    if set(names.values()) != {name}:
        raise Disagreement(f"{name} is called {_both(names)}: say so with code=")
    return next(iter(codes.values()))


def _type(name: str, entries: list[Entry]) -> str:
    """The type that all have, or the derived one of a type and its base."""
    types = {e.source: e.type for e in entries if e.type is not None}
    found = set(types.values())
    derived = found - {_BASE.get(t) for t in found}
    if len(derived) != 1:
        raise Disagreement(f"{name} is of type {_both(types) or 'none'}: say which with type=")
    return derived.pop()


def _both(opinions: dict[str, str] | dict[str, int]) -> str:
    return ", ".join(f"{opinion} in {source}" for source, opinion in opinions.items())


@cache
def _entries(vendor: int) -> list[Entry]:
    return [*_of_pycrate(vendor), *_of_python_diameter(vendor)]


def _of_pycrate(vendor: int) -> Iterator[Entry]:
    """Names, codes and types; its flags are those of each message."""
    if vendor == _IETF:
        for code, name in AVPCodes_dict.items():
            kind = FMT_LUT_IETF.get(code)
            yield Entry("pycrate", name.split()[0], code, kind and kind.__name__)
    if vendor == _3GPP:
        for code, (name, kind) in TGPPAVPInfos_dict.items():
            yield Entry("pycrate", name, code, kind.__name__)


def _of_python_diameter(vendor: int) -> Iterator[Entry]:
    """Names, codes, types and the M bit, which is unset where it is not mentioned."""
    avps = python_diameter.AVP_VENDOR_DICTIONARY.get(vendor, {})
    for code, entry in (python_diameter.AVP_DICTIONARY if vendor == _IETF else avps).items():
        kind = entry["type"].__name__.removeprefix("Avp")
        kind = _PYTHON_DIAMETER_NAMES.get(kind, kind)
        mandatory = bool(entry.get("mandatory"))
        yield Entry("python-diameter", entry["name"], code, kind, mandatory)
