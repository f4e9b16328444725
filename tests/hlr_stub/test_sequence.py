"""Sequence numbers against a USIM (TS 33.102 clause 6.3.5 and annex C)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hlr_stub.sequence import DELTA, Exhausted, following, resynchronised

HIGHEST = 2**48 - 1


@pytest.mark.parametrize(
    ("last", "ind_bits", "count", "wanted"),
    [
        (0, 5, 1, (0x21,)),  # SEQ 1, IND 1
        (0x21, 5, 3, (0x42, 0x62, 0x82)),  # one IND for a batch (clause C.3.4)
        (0x3F, 5, 2, (0x40, 0x60)),  # IND goes round
        (7, 0, 2, (8, 9)),  # no array
    ],
)
def test_rows(last: int, ind_bits: int, count: int, wanted: tuple[int, ...]) -> None:
    assert following(last, ind_bits, count) == wanted


@given(last=st.integers(0, 2**40), ind_bits=st.integers(0, 16), counts=st.lists(st.integers(1, 5)))
def test_seq_only_grows(last: int, ind_bits: int, counts: list[int]) -> None:
    handed = [last]
    for count in counts:
        handed.extend(following(handed[-1], ind_bits, count))
    seqs = [sqn >> ind_bits for sqn in handed]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    assert len(set(handed)) == len(handed)


@pytest.mark.parametrize("ind_bits", [0, 5])
def test_seq_does_not_wrap_round(ind_bits: int) -> None:
    last = HIGHEST - (2 << ind_bits)
    (sqn,) = following(last, ind_bits, 1)
    assert sqn <= HIGHEST
    with pytest.raises(Exhausted):
        following(sqn, ind_bits, 2)


@pytest.mark.parametrize(
    ("he", "ms", "wanted"),
    [
        (100, 40, "he"),  # in the correct range: the next one would be accepted
        (100, 100, "he"),
        (100, 101, "ms"),  # the USIM is ahead
        (40, 5000, "ms"),
        (40 + DELTA, 41, "he"),  # a jump of DELTA is allowed
        (41 + DELTA, 41, "ms"),  # one more is not
    ],
)
def test_resynchronisation(he: int, ms: int, wanted: str) -> None:
    he, ms = he << 5, ms << 5 | 3
    assert resynchronised(he, ms, 5) == (he if wanted == "he" else ms)


@given(he=st.integers(0, HIGHEST - 2**20), ms=st.integers(0, HIGHEST - 2**20))
def test_what_follows_a_resynchronisation_is_accepted(he: int, ms: int) -> None:
    (sqn,) = following(resynchronised(he, ms, 5), 5, 1)
    assert 0 < (sqn >> 5) - (ms >> 5) <= DELTA


@given(he=st.integers(0, 2**40), steps=st.integers(0, 2**20))
def test_an_old_auts_changes_nothing(he: int, steps: int) -> None:
    """Sent again by whoever has recorded it, it must not bring old numbers back."""
    assert resynchronised(he, max(0, he - (steps << 5)), 5) == he
