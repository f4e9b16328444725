"""One IMSI, a prefix or a range; what covers what, and what crosses what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.domain.devices import Devices, DevicesError
from mkef_codecs.identity import Imsi


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("001010123456789", "001010123456789"),
        ("262010", "262010"),
        ("*", "*"),
        ("00101*", "00101*"),
        ("001010123456789*", "001010123456789*"),
        ("001010100-001010199", "0010101*"),  # a range that is one prefix is that prefix
        ("001010100 - 001010298", "001010100-001010298"),
        ("001010123456789-001010123456789", "001010123456789*"),
        ("00-99", "*"),
    ],
)
def test_devices_are_shown_in_one_way(text: str, shown: str) -> None:
    assert str(Devices.parse(text)) == shown
    assert Devices.parse(shown) == Devices.parse(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "an IMSI has 6 to 15 decimal digits, or is a prefix"),
        ("00101", "an IMSI has 6 to 15"),
        ("0010a*", "a prefix is up to 15 digits"),
        ("00*1*", "a prefix is up to 15 digits"),
        ("\u0660\u0660*", "a prefix is up to 15 digits"),
        ("0" * 16 + "*", "a prefix is up to 15 digits"),
        ("2-1", "a range is two numbers"),
        ("1-22", "a range is two numbers of as many digits"),
        ("-", "a range is two numbers"),
        ("1-", "a range is two numbers"),
        ("1*-2*", "a range is two numbers"),
    ],
)
def test_a_text_that_names_no_devices(text: str, problem: str) -> None:
    with pytest.raises(DevicesError, match=problem):
        Devices.parse(text)


@pytest.mark.parametrize(
    ("devices", "imsi", "covered"),
    [
        ("001010123456789", "001010123456789", True),
        ("0010101", "00101012", False),
        ("0010101*", "00101012", True),
        ("0010101*", "001010", False),
        ("001012-001035", "0010299999", True),
        ("001012-001035", "001035999", True),
        ("001012-001035", "001036000", False),
        ("001012345-001012349", "001012", False),  # shorter than the range's numbers
    ],
)
def test_what_covers_what(devices: str, imsi: str, covered: bool) -> None:
    assert Devices.parse(devices).covers(Imsi(imsi)) is covered


@pytest.mark.parametrize(
    ("one", "other", "crossing"),
    [
        ("10-29", "20-35", True),
        ("10-29", "1*", False),  # a part
        ("10-29", "10-29", False),  # the same
        ("10-29", "30-39", False),  # apart
        ("15-22", "2*", True),
        ("15-22", "1*", True),
        ("15-22", "22000", False),
        ("15-22", "220000000000000", False),
        ("1*", "12*", False),
        ("100-250", "*", False),
    ],
)
def test_what_crosses_what(one: str, other: str, crossing: bool) -> None:
    padded = "220000" if other == "22000" else other
    a, b = Devices.parse(one), Devices.parse(padded)
    assert a.overlaps(b) is crossing
    assert b.overlaps(a) is crossing


NUMBERS = st.integers(0, 9999)


@given(NUMBERS, NUMBERS)
def test_the_keys_of_a_range_are_the_range(one: int, other: int) -> None:
    first, last = sorted((one, other))
    devices = Devices.parse(f"{first:04}-{last:04}")
    keys = [key.removesuffix("*") for key in devices.keys()]  # noqa: SIM118
    covered = [int(f"{key}{n:0{4 - len(key)}}") if len(key) < 4 else int(key)
               for key in keys for n in range(10 ** (4 - len(key)))]  # fmt: skip
    assert covered == list(range(first, last + 1))
    assert len(keys) <= 2 * 9 * 4, "the fewest: nine at each end and length"
    assert devices.breadth == (last - first + 1) * 10**11


@given(NUMBERS, NUMBERS, st.integers(0, 10**15 - 1))
def test_an_imsi_is_covered_if_one_of_its_beginnings_is_a_key(a: int, b: int, imsi: int) -> None:
    first, last = sorted((a, b))
    devices = Devices.parse(f"{first:04}-{last:04}")
    digits = f"{imsi:015}"
    beginnings = {f"{digits[:n]}*" for n in range(16)}
    assert devices.covers(Imsi(digits)) is bool(beginnings & set(devices.keys()))


@given(st.lists(NUMBERS, min_size=4, max_size=4))
def test_crossing_is_what_sets_say(numbers: list[int]) -> None:
    (a, b), (c, d) = sorted(numbers[:2]), sorted(numbers[2:])
    one, other = set(range(a, b + 1)), set(range(c, d + 1))
    crossing = bool(one & other and one - other and other - one)
    assert Devices.parse(f"{a:04}-{b:04}").overlaps(Devices.parse(f"{c:04}-{d:04}")) is crossing
