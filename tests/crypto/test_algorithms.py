"""The table of algorithms: what each row demands of a subscription, and refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mkef.crypto.algorithms import ALGORITHMS, DEFAULT, Parameters
from mkef.crypto.milenage import Constants
from mkef.crypto.secret import Secret

RAND = bytes(range(16))
NAMES = [
    "milenage",
    "tuak",
    "xor-3g",
    "gsm-milenage",
    "comp128v1",
    "comp128v2",
    "comp128v3",
    "xor-2g",
]


def keys(name: str) -> tuple[Secret, Secret | None]:
    row = ALGORITHMS[name]
    return Secret(bytes(row.key[0])), Secret(bytes(row.operator)) if row.operator else None


def test_all_the_rows_are_there() -> None:
    assert list(ALGORITHMS) == NAMES
    assert [name for name, row in ALGORITHMS.items() if row.umts] == NAMES[:3]
    assert [name for name, row in ALGORITHMS.items() if row.kc_bits == 54] == NAMES[4:6]


@pytest.mark.parametrize("name", NAMES)
def test_each_gives_a_triplet_and_some_a_quintuplet(name: str) -> None:
    row = ALGORITHMS[name]
    row.check(*keys(name), DEFAULT)
    vector = row.instance(*keys(name), DEFAULT).gsm(RAND)
    assert (len(vector.sres), len(vector.kc.octets)) == (4, 8)
    if row.umts:
        aka = row.aka(*keys(name), DEFAULT)
        assert [len(part) for part in aka.f2345(RAND)][1:] == [16, 16, 6]
        assert [len(mac) for mac in aka.f1(RAND, bytes(6), bytes(2))] == [8, 8]
    else:
        with pytest.raises(ValueError, match=f"{name} has no AKA"):
            row.aka(*keys(name), DEFAULT)


@pytest.mark.parametrize("name", NAMES)
def test_a_key_of_another_length_is_refused(name: str) -> None:
    row, (_, operator) = ALGORITHMS[name], keys(name)
    with pytest.raises(ValueError, match=f"a key of {name} has 16.* octets, not 24"):
        row.check(Secret(bytes(24)), operator, DEFAULT)


@pytest.mark.parametrize("name", NAMES)
def test_an_operator_variant_must_fit(name: str) -> None:
    row, (key, operator) = ALGORITHMS[name], keys(name)
    with pytest.raises(ValueError, match=f"OPc of {name} (has|does not exist)"):
        row.check(key, Secret(bytes(20)), DEFAULT)
    if operator is not None:
        with pytest.raises(ValueError, match=f"{name} wants an OPc"):
            row.check(key, None, DEFAULT)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "changed",
    [
        {"constants": Constants((1, 2, 3, 4, 5))},
        {"iterations": 2},
        {"res_octets": 4},
        {"sres_option": 2},
    ],
)
def test_parameters_belong_to_their_algorithms(name: str, changed: dict[str, object]) -> None:
    row, ((field, _),) = ALGORITHMS[name], changed.items()
    parameters = replace(DEFAULT, **changed)
    if field in row.parameters:
        row.check(*keys(name), parameters)
        return
    with pytest.raises(ValueError, match=f"{name} has no {field}"):
        row.check(*keys(name), parameters)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("tuak", Parameters(res_octets=32)),
        ("tuak", Parameters(iterations=0)),
        ("xor-3g", Parameters(res_octets=3)),
        ("gsm-milenage", Parameters(sres_option=3)),
    ],
)
def test_values_of_parameters_are_checked(name: str, parameters: Parameters) -> None:
    with pytest.raises(ValueError, match=r"RES of|at least once|1 or 2"):
        ALGORITHMS[name].check(*keys(name), parameters)
