"""Import of many: all or nothing, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hlr_stub.formats import FORMATS
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber
from hlr_stub.transfer import ImportRefused, export_file, import_file
from mkef.net.database import Location
from mkef.net.store import StoreError

K = "465b5ce8b199b49faa5f0a2ee238a6bc"
OPC = "cd63cb71954a9f4e48a5994e37a02baf"
CSV = FORMATS["csv"]


@pytest.fixture
def store(location: Location) -> Iterator[SubscriberStore]:
    with closing(SubscriberStore.open(location)) as store:
        yield store


def rows(*numbers: int, sqn: int = 0) -> str:
    return "".join(f"{n:015},{K},{OPC},{sqn}\n" for n in numbers)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "in.csv"


def write(file: Path, *lines: str) -> None:
    file.write_text("imsi,ki,opc,sqn\n" + "".join(lines))


def test_many_are_taken_and_counted(store: SubscriberStore, file: Path) -> None:
    write(file, rows(*range(2500)))
    told: list[int] = []
    assert import_file(store, file, CSV, defaults={}, progress=told.append) == 2500
    assert len(store) == 2500
    assert told == [1000, 1000, 500]


def test_one_bad_row_of_many_and_nothing_is_taken(
    store: SubscriberStore, file: Path, subscriber: Subscriber
) -> None:
    store.add(subscriber)
    write(file, rows(*range(1500)), "x,y,z,0\n", rows(*range(3000, 4000)))
    with pytest.raises(ImportRefused, match="line 1502: imsi: an IMSI has 6 to 15"):
        import_file(store, file, CSV, defaults={})
    assert list(store) == [subscriber]


def test_all_bad_rows_are_named_up_to_twenty(store: SubscriberStore, file: Path) -> None:
    write(file, *["x,y,z,0\n"] * 3)
    with pytest.raises(ImportRefused) as caught:
        import_file(store, file, CSV, defaults={})
    assert str(caught.value).count("\n") == 3
    write(file, *["x,y,z,0\n"] * 3000)
    with pytest.raises(ImportRefused) as caught:
        import_file(store, file, CSV, defaults={})
    assert str(caught.value).splitlines()[-1] == "  and perhaps more"
    assert str(caught.value).count("\n") == 21


def test_a_dry_run_changes_nothing(store: SubscriberStore, file: Path) -> None:
    write(file, rows(1, 2, 3))
    assert import_file(store, file, CSV, defaults={}, dry_run=True) == 3
    assert len(store) == 0
    write(file, rows(1, 1))
    with pytest.raises(ImportRefused, match="stands in line 2 too"):
        import_file(store, file, CSV, defaults={}, dry_run=True)


def test_those_that_are_there_are_mistakes_or_replaced(store: SubscriberStore, file: Path) -> None:
    write(file, rows(1, 2))
    import_file(store, file, CSV, defaults={})
    write(file, rows(2, 3, sqn=64))
    with pytest.raises(ImportRefused, match="line 2: imsi: 000000000000002 is in the store"):
        import_file(store, file, CSV, defaults={})
    assert import_file(store, file, CSV, defaults={}, replace=True) == 2
    assert [subscriber.sqn for subscriber in store] == [0, 64, 64]


def test_an_empty_file_is_no_mistake(store: SubscriberStore, file: Path) -> None:
    write(file)
    assert import_file(store, file, CSV, defaults={}) == 0


def test_a_full_disk_leaves_the_old_data_whole(
    tmp_path: Path, file: Path, subscriber: Subscriber
) -> None:
    with closing(SubscriberStore.open(tmp_path / "hlr.db")) as store:
        store.add(subscriber)
        store.database.query("PRAGMA max_page_count = 20")
        write(file, rows(*range(2, 3000)))
        with pytest.raises(StoreError, match="full: make room"):
            import_file(store, file, CSV, defaults={})
        assert list(store) == [subscriber]


def test_an_export_that_fails_leaves_the_old_file(tmp_path: Path, subscriber: Subscriber) -> None:
    file = tmp_path / "out.csv"
    file.write_text("old")

    def subscribers() -> Iterator[Subscriber]:
        yield subscriber
        raise StoreError("gone")

    with pytest.raises(StoreError, match="gone"):
        export_file(subscribers(), file, CSV, with_keys=True)
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert file.read_text() == "old"


def test_what_is_exported_is_counted(store: SubscriberStore, file: Path, tmp_path: Path) -> None:
    write(file, rows(*range(1200)))
    import_file(store, file, CSV, defaults={})
    out = tmp_path / "out.csv"
    assert export_file(store, out, CSV, with_keys=True) == 1200
    with closing(SubscriberStore.open()) as other:
        import_file(other, out, CSV, defaults={})
        assert list(other) == list(store)
