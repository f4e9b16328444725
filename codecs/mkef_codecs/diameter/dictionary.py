"""What a row of the dictionary says of an AVP, and what it says of a command."""

from __future__ import annotations

from dataclasses import dataclass

# Octets of data without which no value of a type is whole; the others may be empty.
_MINIMUM = {"Address": 6, "Enumerated": 4, "Integer32": 4, "Time": 4, "Unsigned32": 4}

FieldRow = tuple[str, bool, int]  # AVP, required, at most (0: any number)


@dataclass(frozen=True, slots=True)
class Row:
    """An AVP: name, code, vendor, type, M bit, bounds of its size or value, members of a group."""

    name: str
    code: int
    vendor: int
    type: str
    mandatory: bool
    low: int | None = None
    high: int | None = None
    secret: bool = False  # never shown in a repr or a log
    members: tuple[FieldRow, ...] = ()

    @property
    def key(self) -> int:
        """Vendor and code in one number: what tells AVPs apart (RFC 6733 clause 4.1)."""
        return self.vendor << 32 | self.code

    @property
    def flags(self) -> int:
        """The octet of flags that this node sends."""
        return (0x80 if self.vendor else 0) | (0x40 if self.mandatory else 0)

    @property
    def head(self) -> bytes:
        """What an AVP of less than 64 KiB that this node sends begins with, 6 octets."""
        return self.code.to_bytes(4) + bytes((self.flags, 0))

    @property
    def minimum(self) -> int:
        """Octets of the shortest data, for an example in Failed-AVP (clauses 7.1.5 and 7.5)."""
        if self.type == "OctetString":
            return self.low or 0
        return _MINIMUM.get(self.type, 0)


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command: name, code, application, R and P bits, and each field with its counts."""

    name: str
    code: int
    application: int
    request: bool
    proxiable: bool
    fields: tuple[FieldRow, ...]
