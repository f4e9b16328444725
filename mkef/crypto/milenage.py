"""Milenage (TS 35.206): f1 to f5* of one subscription."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from mkef.crypto.gsm import c2, c3
from mkef.crypto.secret import Kc, Ki, OPc

_MASK = (1 << 128) - 1
# (rotation in bits, constant) of OUT1 to OUT5 (TS 35.206 clause 4.1)
_ROWS = ((64, 0), (0, 1), (32, 2), (64, 4), (96, 8))


def _rotate(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (128 - bits))) & _MASK


def derive_opc(k: Ki, op: bytes) -> OPc:
    """OPc = OP ^ E_K(OP), 16 octets (TS 35.206 clause 4.1)."""
    if len(op) != OPc.length:
        raise ValueError("OP has 16 octets")
    encryptor = Cipher(algorithms.AES(k.octets), modes.ECB()).encryptor()  # noqa: S305 - one block
    encrypted = encryptor.update(op)
    return OPc(bytes(a ^ b for a, b in zip(op, encrypted, strict=True)))


@dataclass(frozen=True, slots=True)
class GsmVector:
    """What a GSM challenge yields: SRES, 4 octets, and Kc, 8 octets."""

    sres: bytes
    kc: Kc


class Milenage:
    """The algorithm set with K and OPc of one subscription, both 16 octets."""

    def __init__(self, k: Ki, opc: OPc) -> None:
        # One encryptor serves every call: ECB keeps no state from block to block.
        cipher = Cipher(algorithms.AES(k.octets), modes.ECB())  # noqa: S305 - TS 35.206 is ECB
        self._encrypt = cipher.encryptor().update
        self._opc = int.from_bytes(opc.octets, "big")

    def _temp(self, rand: bytes) -> int:
        if len(rand) != 16:
            raise ValueError("RAND has 16 octets")
        block = int.from_bytes(rand, "big") ^ self._opc
        return int.from_bytes(self._encrypt(block.to_bytes(16, "big")), "big")

    def _out(self, temp: int, *rows: int) -> tuple[bytes, ...]:
        mixed = temp ^ self._opc
        blocks = b"".join(
            (_rotate(mixed, _ROWS[row][0]) ^ _ROWS[row][1]).to_bytes(16, "big") for row in rows
        )
        octets = self._encrypt(blocks)
        return tuple(
            (int.from_bytes(octets[i : i + 16], "big") ^ self._opc).to_bytes(16, "big")
            for i in range(0, len(octets), 16)
        )

    def f1(self, rand: bytes, sqn: bytes, amf: bytes) -> tuple[bytes, bytes]:
        """MAC-A and MAC-S, 8 octets each, for SQN of 6 and AMF of 2 octets."""
        if len(sqn) != 6 or len(amf) != 2:
            raise ValueError("SQN has 6 octets, AMF 2")
        temp = self._temp(rand)
        in1 = int.from_bytes((sqn + amf) * 2, "big") ^ self._opc
        block = temp ^ _rotate(in1, _ROWS[0][0]) ^ _ROWS[0][1]
        octets = self._encrypt(block.to_bytes(16, "big"))
        out1 = (int.from_bytes(octets, "big") ^ self._opc).to_bytes(16, "big")
        return out1[:8], out1[8:]

    def f2345(self, rand: bytes) -> tuple[bytes, bytes, bytes, bytes]:
        """RES of 8 octets, CK and IK of 16, AK of 6."""
        out2, out3, out4 = self._out(self._temp(rand), 1, 2, 3)
        return out2[8:], out3, out4, out2[:6]

    def f5star(self, rand: bytes) -> bytes:
        """Resynchronisation anonymity key AK*, 6 octets."""
        return self._out(self._temp(rand), 4)[0][:6]

    def gsm(self, rand: bytes) -> GsmVector:
        """SRES and Kc by c2 and c3 of RES, CK and IK (TS 33.102 clause 6.8.1.2)."""
        res, ck, ik, _ = self.f2345(rand)
        return GsmVector(c2(res), Kc(c3(ck, ik)))
