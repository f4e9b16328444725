"""Keys of the registry as numbers: they come back, sort as their texts, and begin an IMSI."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.domain.devices import Devices
from mkef.records.device_keys import (
    beginnings,
    devices_of,
    key_of_number,
    number_of_key,
    numbers_of,
)
from mkef_codecs.identity import Imsi

DIGITS = st.one_of(st.text("09", max_size=15), st.text("0123456789", max_size=15))
KEYS = st.one_of(DIGITS.map("{}*".format), DIGITS.filter(lambda text: len(text) >= 6))


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("*", 1),
        ("001010*", 1_010_000_000_000 * 32 + 13),
        ("001010123456789", 1_010_123_456_789 * 32 + 30),
        ("999999999999999*", 999_999_999_999_999 * 32 + 31),
    ],
)
def test_numbers_that_stores_have(key: str, number: int) -> None:
    assert number_of_key(key) == number < 1 << 63
    assert key_of_number(number) == key
    assert devices_of(number, "") == Devices.parse(key)


@given(st.lists(KEYS, max_size=20))
def test_numbers_are_keys_in_the_same_order(keys: list[str]) -> None:
    numbers = sorted(map(number_of_key, keys))
    assert list(map(key_of_number, numbers)) == sorted(keys)


@given(st.lists(KEYS, max_size=20), st.text("09", min_size=6, max_size=15))
def test_an_imsi_has_the_keys_that_are_about_it(keys: list[str], digits: str) -> None:
    keys += [digits, f"{digits}*", f"{digits[:3]}*"]
    shapes = {(len(key.removesuffix("*")), "*" if key.endswith("*") else "") for key in keys}
    tried = numbers_of(digits, beginnings(len(digits), shapes))
    assert len(tried) == len(set(tried))
    about = {key for key in keys if Devices.parse(key).covers(Imsi(digits))}
    assert set(keys) & set(map(key_of_number, tried)) == about
    assert all(Devices.parse(key_of_number(number)).covers(Imsi(digits)) for number in tried)
