"""The test algorithms of conformance tests: no secrets, only XOR."""

from __future__ import annotations

from mkef.crypto.gsm import GsmVector, c2, c3
from mkef.crypto.secret import Kc, Secret


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def _mix(k: Secret, rand: bytes) -> bytes:
    if len(rand) != 16:
        raise ValueError("RAND has 16 octets")
    return _xor(k.octets, rand)


def _check_key(k: Secret) -> Secret:
    if len(k.octets) != 16:
        raise ValueError("K has 16 octets")
    return k


class Xor2g:
    """The SIM's test algorithm (TS 51.010-1 clause A.4.1.2)."""

    def __init__(self, ki: Secret) -> None:
        self._ki = _check_key(ki)

    def gsm(self, rand: bytes) -> GsmVector:
        """SRES is the first 32 bits of Ki ^ RAND, Kc the next 64."""
        mixed = _mix(self._ki, rand)
        return GsmVector(mixed[:4], Kc(mixed[4:12]))


class Xor3g:
    """The USIM's test algorithm (TS 34.108 clause 8.1.2); RES has 4 to 16 octets."""

    def __init__(self, k: Secret, res_octets: int = 16) -> None:
        if not 4 <= res_octets <= 16:
            raise ValueError("RES has 4 to 16 octets")
        self._k = _check_key(k)
        self._res_octets = res_octets

    def f1(self, rand: bytes, sqn: bytes, amf: bytes) -> tuple[bytes, bytes]:
        """MAC-A and MAC-S, which are the same: the first 64 bits of XDOUT ^ SQN || AMF."""
        if len(sqn) != 6 or len(amf) != 2:
            raise ValueError("SQN has 6 octets, AMF 2")
        mac = _xor(_mix(self._k, rand)[:8], sqn + amf)
        return mac, mac

    def f2345(self, rand: bytes) -> tuple[bytes, bytes, bytes, bytes]:
        """RES, CK and IK are XDOUT, moved by 0, 8 and 16 bits; AK is its bits 24 to 71."""
        mixed = _mix(self._k, rand)
        ck, ik = mixed[1:] + mixed[:1], mixed[2:] + mixed[:2]
        return mixed[: self._res_octets], ck, ik, mixed[3:9]

    def f5star(self, rand: bytes) -> bytes:
        """Resynchronisation anonymity key AK*, which is AK, 6 octets."""
        return _mix(self._k, rand)[3:9]

    def gsm(self, rand: bytes) -> GsmVector:
        """SRES and Kc by c2 and c3 of RES, CK and IK (TS 33.102 clause 6.8.1.2)."""
        res, ck, ik, _ = self.f2345(rand)
        return GsmVector(c2(res), Kc(c3(ck, ik)))
