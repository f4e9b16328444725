"""Faults: their texts, their share, their rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import cycle

import pytest

from hlr_stub.faults import ERRORS, Fault, FaultKind, Faults, add_fault, clear_faults, list_faults
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import FieldError
from mkef.net.database import Database, Location
from mkef.net.store import StoreError


@pytest.fixture
def database(location: Location) -> Iterator[Database]:
    with closing(SubscriberStore.open(location)) as store:
        yield store.database


@pytest.mark.parametrize(
    "text", ["delay=2.5", "drop", "abort", "wrong-rand", "quintuplets", "garbage"]
)
def test_a_fault_is_a_text(text: str) -> None:
    assert str(Fault.parse(text)) == text


@pytest.mark.parametrize("name", ERRORS)
def test_each_map_error_has_a_name(name: str) -> None:
    fault = Fault.parse(f"error={name}")
    assert (fault.kind, fault.error) == (FaultKind.ERROR, ERRORS[name])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("explode", "explode is none; known: delay, drop, abort, wrong-rand"),
        ("delay", "delay= wants seconds"),
        ("delay=-1", "delay= wants seconds"),
        ("delay=nan", "delay= wants seconds"),
        ("delay=1e9", "delay= wants seconds"),
        ("error=oops", "error= wants one of unknown-subscriber, system-failure"),
        ("drop=1", "drop takes no value"),
    ],
)
def test_a_fault_that_is_none(text: str, said: str) -> None:
    with pytest.raises(FieldError, match=said):
        Fault.parse(text)


@pytest.mark.parametrize("share", [0.0, -1.0, 1.5])
def test_a_share_that_is_none(share: float) -> None:
    with pytest.raises(FieldError, match="more than 0, at most 1"):
        Fault.parse("drop", share=share)


def test_a_share_of_the_requests() -> None:
    chances = cycle([0.0, 0.24, 0.25, 0.9])
    faults = Faults(lambda: next(chances))
    faults.replace([Fault.parse("drop", share=0.25)])
    assert [bool(faults.draw("001")) for _ in range(8)] == [True, True, False, False] * 2


def test_nobody_is_asked_where_there_are_none() -> None:
    faults = Faults(lambda: 0.0)
    assert not faults
    faults.replace([Fault.parse("drop", "001")])
    assert faults
    assert faults.draw("002") == ()
    faults.replace([])
    assert not faults


def test_rows(database: Database) -> None:
    wanted = [Fault.parse("delay=1", "001010000000001", 0.5), Fault.parse("drop")]
    assert [add_fault(database, fault) for fault in wanted] == [1, 2]
    found = list_faults(database)
    assert [(f.id, str(f), f.imsi, f.share) for f in found] == [
        (1, "delay=1", "001010000000001", 0.5),
        (2, "drop", "", 1.0),
    ]
    assert clear_faults(database, 1) == 1
    with pytest.raises(StoreError, match="fault 1 is not set"):
        clear_faults(database, 1)
    assert clear_faults(database) == 1
    assert list_faults(database) == []
