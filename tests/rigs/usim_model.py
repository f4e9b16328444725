"""A USIM of the tests' own (TS 33.102 clause 6.3.3 and annex C.2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from mkef.crypto.algorithms import Aka


@dataclass
class Usim:
    """A USIM as TS 33.102 annex C.2 has it: an array of SEQ, a limit on jumps, one on age."""

    aka: Aka
    ind_bits: int = 5
    delta: int = 1 << 28
    age: int | None = None
    array: dict[int, int] = field(default_factory=dict)

    @property
    def sqn_ms(self) -> int:
        """The highest SQN that was accepted."""
        pairs = [(seq, ind) for ind, seq in self.array.items()]
        seq, ind = max(pairs, default=(0, 0))
        return seq << self.ind_bits | ind

    def authenticate(self, rand: bytes, autn: bytes) -> tuple[str, bytes]:
        """`ok` and RES, `resync` and AUTS, or `mac` and nothing (clause 6.3.3)."""
        res, _, _, ak = self.aka.f2345(rand)
        sqn_octets = _xor(autn[:6], ak)
        mac, _ = self.aka.f1(rand, sqn_octets, autn[6:8])
        if mac != autn[8:]:
            return "mac", b""
        sqn = int.from_bytes(sqn_octets, "big")
        seq, ind = sqn >> self.ind_bits, sqn & ((1 << self.ind_bits) - 1)
        highest = self.sqn_ms >> self.ind_bits
        fresh = seq > self.array.get(ind, 0) and seq - highest <= self.delta
        if not fresh or (self.age is not None and highest - seq >= self.age):
            return "resync", self.auts(rand)
        self.array[ind] = seq
        return "ok", res

    def auts(self, rand: bytes) -> bytes:
        """SQN_MS ^ AK* and MAC-S."""
        octets = self.sqn_ms.to_bytes(6, "big")
        _, mac_s = self.aka.f1(rand, octets, bytes(2))
        return _xor(octets, self.aka.f5star(rand)) + mac_s


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))
