"""GSM authentication: its vector and conversion functions (TS 33.102 clauses 6.8.1, 6.8.2)."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from mkef.crypto.secret import Kc

COMP128_KC_BITS = 54  # COMP128 v1 and v2 leave the last ten bits of Kc zero


class GsmVector(Struct, frozen=True):
    """What a GSM challenge yields: SRES, 4 octets, and Kc, 8 octets."""

    sres: bytes
    kc: Kc


def c2(res: bytes) -> bytes:
    """SRES, 4 octets: the XOR of the four words of RES padded with zeros to 16 octets."""
    if not 4 <= len(res) <= 16:
        raise ValueError("RES has 4 to 16 octets")
    padded = int.from_bytes(res.ljust(16, b"\0"), "big")
    word = (padded >> 96) ^ (padded >> 64) ^ (padded >> 32) ^ padded
    return (word & 0xFFFFFFFF).to_bytes(4, "big")


def c3(ck: bytes, ik: bytes) -> bytes:
    """Kc, 8 octets: the XOR of the halves of CK and IK, 16 octets each."""
    if len(ck) != 16 or len(ik) != 16:
        raise ValueError("CK and IK have 16 octets")
    both = int.from_bytes(ck, "big") ^ int.from_bytes(ik, "big")
    return ((both >> 64) ^ (both & 0xFFFFFFFFFFFFFFFF)).to_bytes(8, "big")


def c4(kc: bytes) -> bytes:
    """CK, 16 octets: Kc twice."""
    return _check_kc(kc) * 2


def c5(kc: bytes) -> bytes:
    """IK, 16 octets: the XOR of the halves of Kc, Kc, and that XOR again."""
    halves = int.from_bytes(_check_kc(kc)[:4], "big") ^ int.from_bytes(kc[4:], "big")
    edge = halves.to_bytes(4, "big")
    return edge + kc + edge


def _check_kc(kc: bytes) -> bytes:
    if len(kc) != 8:
        raise ValueError("Kc has 8 octets")
    return kc


def kc_bits(vectors: Iterable[GsmVector]) -> int:
    """Bits of a Kc that may be set: 54 if each of them looks like COMP128's v1 or v2, else 64."""
    for vector in vectors:
        kc = vector.kc.octets
        if kc[7] or kc[6] & 3:
            return 64
    return COMP128_KC_BITS
