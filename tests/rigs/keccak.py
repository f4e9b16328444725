"""Keccak-f[1600], the permutation below SHA-3 (FIPS 202 clause 3; TS 35.231 annex E)."""

from __future__ import annotations

STATE_OCTETS = 200

_MASK = (1 << 64) - 1


def _offsets() -> tuple[int, ...]:
    """Rotation of each lane 5y + x: the triangular numbers along the walk of pi (rho)."""
    offsets = [0] * 25
    x, y = 1, 0
    for t in range(24):
        offsets[5 * y + x] = (t + 1) * (t + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return tuple(offsets)


def _constants() -> tuple[int, ...]:
    """The 24 round constants, from a shift register of eight bits (iota)."""
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << ((1 << j) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return tuple(constants)


_OFFSETS = _offsets()
_CONSTANTS = _constants()
# Lane 5y + x goes to 5(2x + 3y) + y (pi).
_ROUTES = tuple(
    (5 * y + x, 5 * ((2 * x + 3 * y) % 5) + y, _OFFSETS[5 * y + x])
    for y in range(5)
    for x in range(5)
)


def keccak_f1600(state: bytes) -> bytes:
    """The permutation of 200 octets, lanes little-endian."""
    if len(state) != STATE_OCTETS:
        raise ValueError(f"the state has {STATE_OCTETS} octets")
    lanes = [int.from_bytes(state[i : i + 8], "little") for i in range(0, STATE_OCTETS, 8)]
    for constant in _CONSTANTS:
        lanes = _round(lanes, constant)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes)


def _round(lanes: list[int], constant: int) -> list[int]:
    columns = [
        lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)
    ]
    parities = [columns[x - 1] ^ _rotate(columns[(x + 1) % 5], 1) for x in range(5)]  # theta
    moved = [0] * 25
    for source, target, bits in _ROUTES:
        moved[target] = _rotate(lanes[source] ^ parities[source % 5], bits)
    result = [
        moved[i] ^ (~moved[i - i % 5 + (i + 1) % 5] & moved[i - i % 5 + (i + 2) % 5])
        for i in range(25)
    ]  # chi
    result[0] ^= constant
    return result


def _rotate(lane: int, bits: int) -> int:
    return ((lane << bits) | (lane >> (64 - bits))) & _MASK
