"""Milenage (TS 35.206): f1 to f5* of one subscription; GSM-Milenage (TS 55.205)."""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import Struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from mkef.crypto.gsm import GsmVector, c2, c3
from mkef.crypto.secret import Kc, OPc, Secret

_MASK = (1 << 128) - 1
_MIDDLE, _HIGH = _MASK << 128, _MASK << 256  # of three blocks, the first of which is the highest
_FOURFOLD = 1 | 1 << 128 | 1 << 256 | 1 << 384  # a block times this is the block four times over
_OUT234 = Struct(">8x2I4Q")  # AK and 2 octets, RES, CK, IK
_ECB = modes.ECB()  # noqa: S305 - single blocks, as TS 35.206 has them


@dataclass(frozen=True, slots=True)
class Constants:
    """r1 to r5, rotations in bits, and c1 to c5, 16 octets each (TS 35.206 clause 4.1).

    An operator may choose other ones (clause 5.3); the pairs must differ, or outputs are related.
    """

    r: tuple[int, ...] = (64, 0, 32, 64, 96)
    c: tuple[int, ...] = (0, 1, 2, 4, 8)
    # r2 to r4 as shifts of a block many times over, c2 to c4 as one number: for every vector.
    middle: tuple[int, int, int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.r) != 5 or not all(0 <= bits < 128 for bits in self.r):
            raise ValueError("r1 to r5 are five numbers of 0 to 127")
        if len(self.c) != 5 or not all(0 <= constant <= _MASK for constant in self.c):
            raise ValueError("c1 to c5 are five numbers of 16 octets")
        if len(set(zip(self.r, self.c, strict=True))) != 5:
            raise ValueError("the pairs of r and c differ")
        _, *shifts, _ = (128 - bits for bits in self.r)
        constants = self.c[1] << 256 | self.c[2] << 128 | self.c[3]
        object.__setattr__(self, "middle", (*shifts, constants))


STANDARD = Constants()


def _rotate(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (128 - bits))) & _MASK


def derive_opc(k: Secret, op: bytes) -> OPc:
    """OPc = OP ^ E_K(OP), 16 octets (TS 35.206 clause 4.1)."""
    if len(op) != OPc.length or len(k.octets) != 16:
        raise ValueError("K and OP have 16 octets")
    encryptor = Cipher(algorithms.AES128(k.octets), _ECB).encryptor()
    encrypted = encryptor.update(op)
    return OPc(bytes(a ^ b for a, b in zip(op, encrypted, strict=True)))


class Milenage:
    """The algorithm set with K and OPc of one subscription, both 16 octets."""

    __slots__ = ("_constants", "_encrypt", "_opc")

    def __init__(self, k: Secret, opc: Secret, constants: Constants = STANDARD) -> None:
        if len(k.octets) != 16 or len(opc.octets) != 16:
            raise ValueError("K and OPc have 16 octets")
        # One encryptor serves every call: ECB keeps no state from block to block.
        self._encrypt = Cipher(algorithms.AES128(k.octets), _ECB).encryptor().update
        self._opc = int.from_bytes(opc.octets, "big")
        self._constants = constants

    def f1(self, rand: bytes, sqn: bytes, amf: bytes) -> tuple[bytes, bytes]:
        """MAC-A and MAC-S, 8 octets each, for SQN of 6 and AMF of 2 octets."""
        if len(sqn) != 6 or len(amf) != 2:
            raise ValueError("SQN has 6 octets, AMF 2")
        in1 = int.from_bytes((sqn + amf) * 2, "big") ^ self._opc
        r, c = self._constants.r[0], self._constants.c[0]
        block = self._temp(rand) ^ _rotate(in1, r) ^ c
        out = int.from_bytes(self._encrypt(block.to_bytes(16, "big")), "big") ^ self._opc
        octets = out.to_bytes(16, "big")
        return octets[:8], octets[8:]

    def f2345(self, rand: bytes) -> tuple[bytes, bytes, bytes, bytes]:
        """RES of 8 octets, CK and IK of 16, AK of 6."""
        opc = self._opc
        out = int.from_bytes(self._out234(rand), "big")
        octets = (out ^ (opc << 256 | opc << 128 | opc)).to_bytes(48, "big")
        return octets[8:16], octets[16:32], octets[32:], octets[:6]

    def f5star(self, rand: bytes) -> bytes:
        """Resynchronisation anonymity key AK*, 6 octets."""
        block = _rotate(self._temp(rand) ^ self._opc, self._constants.r[4]) ^ self._constants.c[4]
        out = int.from_bytes(self._encrypt(block.to_bytes(16, "big")), "big") ^ self._opc
        return out.to_bytes(16, "big")[:6]

    def gsm(self, rand: bytes) -> GsmVector:
        """SRES and Kc by c2 and c3 of RES, CK and IK (TS 33.102 clause 6.8.1.2)."""
        # In words, since this is what the variant asks for: in c3 OPc cancels itself.
        opc = self._opc
        high, low, ck_high, ck_low, ik_high, ik_low = _OUT234.unpack(self._out234(rand))
        sres = (high ^ low ^ opc >> 32 ^ opc) & 0xFFFFFFFF
        kc = ck_high ^ ck_low ^ ik_high ^ ik_low
        return GsmVector(sres.to_bytes(4, "big"), Kc(kc.to_bytes(8, "big")))

    def _temp(self, rand: bytes) -> int:
        if len(rand) != 16:
            raise ValueError("RAND has 16 octets")
        block = int.from_bytes(rand, "big") ^ self._opc
        return int.from_bytes(self._encrypt(block.to_bytes(16, "big")), "big")

    def _out234(self, rand: bytes) -> bytes:
        """OUT2, OUT3 and OUT4, 48 octets, each still without its OPc: one call of AES."""
        repeated = (self._temp(rand) ^ self._opc) * _FOURFOLD
        s2, s3, s4, constants = self._constants.middle
        blocks = (
            repeated >> s2 & _HIGH | repeated >> s3 & _MIDDLE | repeated >> s4 & _MASK
        ) ^ constants
        return self._encrypt(blocks.to_bytes(48, "big"))


class GsmMilenage:
    """A SIM's algorithm made of Milenage (TS 55.205); SRES by one of two options."""

    def __init__(
        self, k: Secret, opc: Secret, constants: Constants = STANDARD, *, sres_option: int = 1
    ) -> None:
        if sres_option not in {1, 2}:
            raise ValueError("the option of SRES is 1 or 2")
        self._milenage = Milenage(k, opc, constants)
        self._option = sres_option

    def gsm(self, rand: bytes) -> GsmVector:
        """SRES is c2 of RES (option 1) or its first 4 octets (option 2), Kc is c3 of CK and IK."""
        res, ck, ik, _ = self._milenage.f2345(rand)
        return GsmVector(c2(res) if self._option == 1 else res[:4], Kc(c3(ck, ik)))
