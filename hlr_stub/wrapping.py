"""Keys at rest: AES Key Wrap (RFC 3394) under a transport key, as operators' K4 has it.

What is wrapped is a key and whose it is: copied to another subscriber's row it is refused
(docs/decisions/0018-bound-keys.md).
"""

from __future__ import annotations

import os
import stat
from enum import IntEnum
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from mkef.crypto.secret import Secret
from mkef.net.section import Section
from mkef.net.store import StoreError


class TransportKeySection(Section, frozen=True):
    """`[transport_key]`: where the key that wraps all keys comes from; hexadecimal digits."""

    file: Path | None = None
    environment: str | None = None  # the name of a variable

    def __post_init__(self) -> None:
        if self.file is not None and self.environment is not None:
            raise ValueError("file or environment, not both")


class TransportKey(Secret):
    """A key of 16, 24 or 32 octets that wraps others."""

    def __init__(self, octets: bytes) -> None:
        if len(octets) not in {16, 24, 32}:
            raise ValueError("a transport key has 32, 48 or 64 hexadecimal digits")
        super().__init__(octets)

    def wrap(self, octets: bytes, owner: bytes = b"") -> bytes:
        """A key of 16 or more octets and its owner's 8, 8 octets longer; nothing stays nothing."""
        return aes_key_wrap(self.octets, octets + owner) if octets else b""

    def unwrap(self, octets: bytes, owner: bytes = b"") -> bytes:
        """The key; a ValueError if it is another owner's, or another transport key wrapped it."""
        try:
            plain = aes_key_unwrap(self.octets, octets) if octets else owner
        except InvalidUnwrap:
            raise ValueError("this transport key did not wrap its keys") from None
        if not plain.endswith(owner):
            raise ValueError("its keys were wrapped for another subscriber or algorithm")
        return plain[: len(plain) - len(owner)]

    @property
    def check_value(self) -> bytes:
        """What tells one transport key from another, and nothing about it: zeros wrapped."""
        return self.wrap(bytes(16))


class Wrapping(IntEnum):
    """How the keys of a row lie in the store."""

    PLAIN = 0
    UNBOUND = 1  # wrapped alone: rows of stores that are older than BOUND
    BOUND = 2  # wrapped with their owner


class Part(IntEnum):
    """Which key of a subscription it is."""

    KI = 1
    OPC = 2


def owner(imsi: str, algorithm: str, part: Part) -> bytes:
    """Whose key it is, for what and which: 8 octets of a digest."""
    return sha256(f"{imsi} {algorithm} {part:d}".encode()).digest()[:8]


def load_transport_key(section: TransportKeySection) -> TransportKey | None:
    """The key that the configuration names; None if it names none. StoreError."""
    if section.environment is not None:
        text = os.environ.get(section.environment)
        if text is None:
            raise StoreError(f"transport_key.environment: {section.environment} is not set")
        return _parse(f"transport_key.environment: {section.environment}", text)
    if section.file is None:
        return None
    try:
        text = section.file.read_text(encoding="ascii")
        mode = section.file.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not hexadecimal digits"
        raise StoreError(f"transport_key.file: {section.file}: {reason}") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise StoreError(
            f"transport_key.file: {section.file} is readable by others: chmod 600 {section.file}"
        )
    return _parse(f"transport_key.file: {section.file}", text)


def _parse(where: str, text: str) -> TransportKey:
    try:
        return TransportKey(bytes.fromhex(text))
    except ValueError:  # whose own words could repeat a part of the key
        raise StoreError(f"{where}: 32, 48 or 64 hexadecimal digits wanted") from None
