"""Sequence numbers as the HE manages them (TS 33.102 clause 6.3.5 and annex C).

SQN = SEQ || IND, 48 bits. SEQ grows by one with every vector and never comes back; IND goes round
with every request, so vectors of a batch share one and a USIM's array keeps the batches apart
(clauses C.1.1.1, C.1.2 and C.3.4).
"""

from __future__ import annotations

SQN_BITS = 48
DELTA = 1 << 28  # how far a USIM lets SEQ jump (clause C.3)


class Exhausted(Exception):
    """No SEQ is left: the USIM must be replaced (clause C.3 keeps SEQ from wrapping round)."""


def following(sqn: int, ind_bits: int, count: int) -> tuple[int, ...]:
    """The next `count` SQNs after the last one handed out."""
    mask = (1 << ind_bits) - 1
    seq, ind = sqn >> ind_bits, (sqn + 1) & mask
    if seq + count >= 1 << (SQN_BITS - ind_bits):
        raise Exhausted
    return tuple((seq + k) << ind_bits | ind for k in range(1, count + 1))


def resynchronised(sqn: int, sqn_ms: int, ind_bits: int, delta: int = DELTA) -> int:
    """The SQN to go on from when a USIM says that SQN_MS is its highest (clause 6.3.5).

    The HE's own stays if the next one would be accepted; else it is the USIM's. So it goes back
    only where it was set too far ahead by hand: an old AUTS, sent again, changes nothing. Numbers
    that were handed out before it was set, and never reached the USIM, then come again.
    """
    step = (sqn >> ind_bits) + 1 - (sqn_ms >> ind_bits)
    return sqn if 0 < step <= delta else sqn_ms
