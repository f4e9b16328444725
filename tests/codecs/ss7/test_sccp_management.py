"""SCCP management messages (ITU-T Q.713 clause 5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.sccp_management import Format, Management

TEST = bytes.fromhex("0306021000")


def test_a_status_test() -> None:
    management = Management(Format.SST, 6, 0x1002)
    assert management.encode() == TEST
    assert Management.decode(TEST) == management
    for end in range(len(TEST)):
        with pytest.raises(CodecError):
            Management.decode(TEST[:end])


@pytest.mark.parametrize(
    "wrong", [Management(Format.SSA, 256, 1), Management(Format.SSA, 6, 1 << 14)]
)
def test_what_does_not_fit_is_not_sent(wrong: Management) -> None:
    with pytest.raises(CodecError):
        wrong.encode()


@given(st.binary(max_size=8))
def test_any_octets_are_a_message_or_an_error(octets: bytes) -> None:
    try:
        management = Management.decode(octets)
    except CodecError:
        return
    assert Management.decode(management.encode()) == management
