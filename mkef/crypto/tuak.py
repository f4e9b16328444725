"""TUAK (TS 35.231): f1 to f5* of one subscription, made of Keccak."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from mkef.crypto.gsm import GsmVector, c2, c3
from mkef.crypto.secret import Kc, Secret

ALGONAME = b"TUAK1.0"

# The octet INSTANCE (clause 6): which function, and the lengths it is asked for.
_F1, _F2345, _F1STAR, _F5STAR = 0x00, 0x40, 0x80, 0xC0
_LENGTH = {4: 0x00, 8: 0x08, 16: 0x10, 32: 0x20}  # of MAC and RES
_CK_256, _IK_256, _K_256 = 0x04, 0x02, 0x01

_RATE = 136  # octets of a Keccak block: 1088 bits
_OUT = 102  # octets that the functions take
MOST_ITERATIONS = 255  # an octet says it in the profile of an eUICC
_ZEROS = bytes(16 + 2 + 6)  # RAND, AMF and SQN where a function has none


@dataclass(frozen=True, slots=True)
class Lengths:
    """Octets of what the functions give: MAC 8, 16, 32; RES 4, 8, 16, 32; CK and IK 16, 32."""

    mac: int = 8
    res: int = 8
    ck: int = 16
    ik: int = 16

    def __post_init__(self) -> None:
        if self.mac not in {8, 16, 32} or self.res not in _LENGTH:
            raise ValueError("MAC has 8, 16 or 32 octets, RES 4, 8, 16 or 32")
        if not {self.ck, self.ik} <= {16, 32}:
            raise ValueError("CK and IK have 16 or 32 octets")


class Tuak:
    """The algorithm set with K of 16 or 32 and TOPc of 32 octets."""

    def __init__(
        self, k: Secret, topc: Secret, lengths: Lengths | None = None, *, iterations: int = 1
    ) -> None:
        _check_sizes(k.octets, topc.octets, iterations)
        self._top = topc.octets[::-1]
        self._k = k.octets
        self._iterations = iterations
        self._lengths = lengths or Lengths()

    def f1(self, rand: bytes, sqn: bytes, amf: bytes) -> tuple[bytes, bytes]:
        """MAC-A and MAC-S for SQN of 6 and AMF of 2 octets."""
        if len(sqn) != 6 or len(amf) != 2:
            raise ValueError("SQN has 6 octets, AMF 2")
        size = self._lengths.mac
        message = _check_rand(rand)[::-1] + amf[::-1] + sqn[::-1]
        mac_a, mac_s = (
            self._out(function | _LENGTH[size], message)[size - 1 :: -1]
            for function in (_F1, _F1STAR)
        )
        return mac_a, mac_s

    def f2345(self, rand: bytes) -> tuple[bytes, bytes, bytes, bytes]:
        """RES, CK, IK, and AK of 6 octets."""
        lengths = self._lengths
        instance = _F2345 | _LENGTH[lengths.res]
        instance |= _CK_256 * (lengths.ck == 32) | _IK_256 * (lengths.ik == 32)
        out = self._out(instance, _check_rand(rand)[::-1] + bytes(8))
        return (
            out[: lengths.res][::-1],
            out[32 : 32 + lengths.ck][::-1],
            out[64 : 64 + lengths.ik][::-1],
            out[96:102][::-1],
        )

    def f5star(self, rand: bytes) -> bytes:
        """Resynchronisation anonymity key AK*, 6 octets."""
        return self._out(_F5STAR, _check_rand(rand)[::-1] + bytes(8))[96:102][::-1]

    def gsm(self, rand: bytes) -> GsmVector:
        """SRES and Kc by c2 and c3 of RES, CK and IK (TS 33.102 clause 6.8.1.2)."""
        res, ck, ik, _ = self.f2345(rand)
        return GsmVector(c2(res), Kc(c3(ck, ik)))

    def _out(self, instance: int, message: bytes) -> bytes:
        return _keccak(instance, self._top, message, self._k, self._iterations)


def derive_topc(k: Secret, top: bytes, *, iterations: int = 1) -> Secret:
    """TOPc of the operator's TOP, 32 octets (clause 6.1)."""
    _check_sizes(k.octets, top, iterations)
    return Secret(_keccak(0, top[::-1], _ZEROS, k.octets, iterations)[31::-1])


def _check_sizes(k: bytes, top: bytes, iterations: int) -> None:
    if len(k) not in {16, 32} or len(top) != 32:
        raise ValueError("K has 16 or 32 octets, TOP and TOPc 32")
    if not 1 <= iterations <= MOST_ITERATIONS:
        raise ValueError(f"Keccak is iterated at least once, at most {MOST_ITERATIONS} times")


def _check_rand(rand: bytes) -> bytes:
    if len(rand) != 16:
        raise ValueError("RAND has 16 octets")
    return rand


def _keccak(instance: int, top: bytes, message: bytes, k: bytes, iterations: int) -> bytes:
    """102 octets of OUT; IN holds everything with its last octet first (clause 6.1)."""
    octet = instance | _K_256 * (len(k) == 32)
    text = top + bytes((octet,)) + ALGONAME[::-1] + message + k[::-1].ljust(32, b"\0")
    # IN is SHAKE256's padding of these 96 octets (annex A), whose output has, block by block, the
    # states of one iteration, of two, and so on.
    before = _RATE * (iterations - 1)
    return hashlib.shake_256(text).digest(before + _OUT)[before:]
