"""What rows say is there once, counted by the rows that say it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from msgspec.structs import replace

from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement
from mkef.net.database import Database, Location
from mkef.net.store import open_store
from mkef.records.reading import NAME
from mkef.records.schema import MIGRATIONS
from mkef.records.terms import COLUMNS, TermsHeld, columns_of
from mkef_codecs.identity import ServerId

ROW = Entitlement(Devices.parse("1*"), ServerId("mtc.example"), frozenset({"a.example"}))


@pytest.fixture
def database(location: Location) -> Iterator[Database]:
    with closing(open_store(location, MIGRATIONS, NAME)) as database:
        yield database


def there(database: Database) -> dict[int, int]:
    return dict(database.query("SELECT id, held_by FROM entitlement_terms"))


def test_rows_that_differ_in_their_devices_share_their_terms(database: Database) -> None:
    held = TermsHeld(database)
    first = held.hold(ROW)
    assert held.hold(replace(ROW, devices=Devices.parse("2*"))) == first
    held.write()
    assert held.hold(ROW) == first
    held.write()
    assert there(database) == {first: 3}
    (columns,) = database.query(f"SELECT {COLUMNS} FROM entitlement_terms")
    assert columns == columns_of(ROW)
    for _ in range(3):
        assert held.release(ROW) == first
        held.write()
    assert there(database) == {}


ALIKE = [
    ROW,
    replace(ROW, lifetime_s=60),
    replace(ROW, tagged=False),
    replace(ROW, valid_from=0),
    replace(ROW, valid_until=0),
    replace(ROW, disabled=True),
    replace(ROW, groups=frozenset({"fleet"})),
    replace(ROW, origin_hosts=frozenset({"a" * 63 + ".example"})),
    replace(ROW, origin_hosts=frozenset({"a" * 63 + ".example.org"})),
]


def test_what_differs_in_anything_is_told_apart(database: Database) -> None:
    held = TermsHeld(database)
    ids = [held.hold(row) for row in ALIKE]
    held.write()
    assert there(database) == dict.fromkeys(ids, 1)
    assert [held.hold(row) for row in ALIKE] == ids
    assert len(set(ids)) == len(ALIKE)


@pytest.mark.parametrize("read_between", [False, True])
def test_terms_that_come_and_go_in_one_change_leave_nothing(
    read_between: bool, database: Database
) -> None:
    held = TermsHeld(database)
    held.hold(ROW)
    held.release(ROW)
    if read_between:
        held.write_new()
    held.write()
    assert there(database) == {}


def test_rows_are_readable_before_all_are_counted(database: Database) -> None:
    held = TermsHeld(database)
    first = held.hold(ROW)
    held.write_new()
    assert there(database) == {first: 1}
    assert held.hold(ROW) == first
    held.write()
    assert there(database) == {first: 2}


def test_memory_is_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mkef.records.terms.MOST_UNWRITTEN", 3)
    held = TermsHeld(database)
    ids = [held.hold(row) for _ in range(2) for row in ALIKE]
    held.write()
    assert there(database) == dict.fromkeys(ids, 2)
    assert len(set(ids)) == len(ALIKE)
