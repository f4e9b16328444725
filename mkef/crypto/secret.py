"""Octets that do not print."""

from __future__ import annotations

import hashlib
import hmac


class Secret:
    """A key that repr, str and format never show; compared in constant time."""

    __slots__ = ("octets",)
    length: int | None = None

    def __init__(self, octets: bytes) -> None:
        if self.length is not None and len(octets) != self.length:
            raise ValueError(f"{type(self).__name__} has {self.length} octets, not {len(octets)}")
        self.octets = bytes(octets)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return hmac.compare_digest(self.octets, other.octets)

    __hash__ = None  # type: ignore[assignment] # a secret is no dictionary key

    @property
    def fingerprint(self) -> str:
        """The first 8 hexadecimal digits of the SHA-256: equal keys show it, nothing else does."""
        return hashlib.sha256(self.octets).hexdigest()[:8]


class Ki(Secret):
    """Subscriber key K, 16 octets."""

    length = 16


class OPc(Secret):
    """Milenage's operator variant configuration OPc, 16 octets (TS 35.206 clause 4)."""

    length = 16


class Kc(Secret):
    """GSM ciphering key Kc, 8 octets."""

    length = 8


class KMtc(Secret):
    """K_MTC, 32 octets (protocol.md clause 2)."""

    length = 32
