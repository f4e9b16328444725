"""The one border to pycrate's runtime: native values in and out, and no error but CodecError."""

from __future__ import annotations

from typing import Any

from mkef_codecs.errors import CodecError
from mkef_codecs.reader import Reader
from mkef_codecs.ss7.ber import Tag, canonical, split, tag, take_value, tlv


class Asn1Type:
    """A type of the generated module.

    pycrate keeps a value in the type itself: one thread only, and it is forgotten after each use,
    because it may hold keys. For the same reason its messages, which quote values, go no further.
    """

    def __init__(self, name: str, compiled: Any) -> None:
        self.name = name
        self._compiled = compiled
        extensible = compiled._ext is not None  # noqa: SLF001 - pycrate has no other way to ask
        self._known = _component_tags(compiled) if extensible else None

    def decode(self, octets: bytes) -> Any:
        """The value of exactly one encoding; constraints of the module are checked."""
        octets = canonical(octets)
        if self._known is not None:
            octets = _without_additions(octets, self._known)
        try:
            self._compiled.from_ber(octets)
            return self._compiled.get_val()
        except Exception:  # noqa: BLE001 - the runtime raises whatever it stumbles over
            raise CodecError(f"not a {self.name}", path=self.name) from None
        finally:
            self._compiled.reset_val()

    def encode(self, value: Any) -> bytes:
        """The encoding in DER's lengths; constraints of the module are checked."""
        try:
            self._compiled.set_val(value)
            return bytes(self._compiled.to_ber())
        except Exception:  # noqa: BLE001 - as above
            raise CodecError(f"no valid {self.name}", path=self.name) from None
        finally:
            self._compiled.reset_val()


def _component_tags(compiled: Any) -> frozenset[Tag]:
    """The tags that a SEQUENCE's components, or the alternatives of an untagged CHOICE, have."""
    tags: set[Tag] = set()
    for component in compiled._cont.values():  # noqa: SLF001 - as above
        own = component._tagc  # noqa: SLF001 - as above
        tags |= {own[0]} if own else _component_tags(component)
    return frozenset(tags)


def _without_additions(octets: bytes, known: frozenset[Tag]) -> bytes:
    """An extensible SEQUENCE without what later versions added: pycrate stumbles over it."""
    identifier, content = split(octets)
    reader = Reader(content)
    kept = []
    while reader.remaining:
        name, value = take_value(reader)
        if tag(name) in known:
            kept.append(tlv(name, value))
    return tlv(identifier, b"".join(kept))


OpenValue = tuple[str, bytes]


def open_value(octets: bytes) -> OpenValue:
    """An encoded value as pycrate takes it in the place of ANY: its tag in a name, its content."""
    identifier, content = split(octets)
    tag_class, number = tag(identifier)
    return f"_unk_{tag_class}{identifier[0] >> 5 & 1}{number}", content


def open_octets(value: OpenValue) -> bytes:
    """The encoded value that pycrate found in the place of ANY."""
    name, content = value
    first = int(name[5]) << 6 | int(name[6]) << 5
    number = int(name[7:])
    if number < 0x1F:
        return tlv(bytes((first | number,)), content)
    identifier = [number & 0x7F]
    while number := number >> 7:
        identifier.append(number & 0x7F | 0x80)
    return tlv(bytes((first | 0x1F, *reversed(identifier))), content)
