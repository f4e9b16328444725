"""Import of many: all or nothing, on both engines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hlr_stub.formats import FORMATS
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber, build
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


# What a file does not say stays.

GUARDED = {
    "parameters": "r=8/16/40/72/104 c=1/2/3/4/8",
    "ind_bits": "4",
    "amf": "9001",
    "mtc_allowed": "no",
    "tagged_only": "yes",
}
SILENT = {
    "csv": f"imsi,sqn,ki,mtc_allowed,parameters\n{1:015},128, ,  ,\n",
    "open5gs": json.dumps({"imsi": f"{1:015}", "security": {"k": K, "opc": OPC}}),
    "pyhss": json.dumps({"imsi": f"{1:015}", "ki": K, "opc": OPC}),
    "srsran": f"ue,mil,{1:015},{K},opc,{OPC},9001,000000000080,9,dynamic\n",
    "sim": f"IMSI,Ki,OPc\n{1:015},{K},{OPC}\n",
    "pycrate": f"{1:015};{K};0;128;\n",
}


@pytest.mark.parametrize("name", SILENT)
def test_a_replaced_one_keeps_what_the_file_does_not_say(
    store: SubscriberStore, tmp_path: Path, name: str
) -> None:
    """Whom the operator has closed to the variant, no file of another program opens."""
    old = build({"imsi": f"{1:015}", "ki": K, "opc": OPC, "sqn": "128", **GUARDED})
    store.add(old)
    (tmp_path / "in").write_text(SILENT[name])
    options = {"defaults": {}, "newcomers": {"mtc_allowed": "yes"}, "replace": True}
    assert import_file(store, tmp_path / "in", FORMATS[name], **options) == 1
    assert list(store) == [old]


def test_newcomers_are_as_the_operator_wants_them(store: SubscriberStore, file: Path) -> None:
    write(file, rows(1))
    import_file(store, file, CSV, defaults={})
    write(file, rows(1, 2))
    closed = {"mtc_allowed": "no", "tagged_only": "yes"}
    import_file(store, file, CSV, defaults={}, newcomers=closed, replace=True)
    assert [(s.mtc_allowed, s.tagged_only) for s in store] == [(True, False), (False, True)]


def test_a_new_key_does_not_keep_the_old_opc(store: SubscriberStore, file: Path) -> None:
    write(file, rows(1))
    import_file(store, file, CSV, defaults={})
    file.write_text(f"imsi,ki\n{1:015},{'0' * 32}\n")
    with pytest.raises(ImportRefused, match="line 2: opc: milenage wants an OPc"):
        import_file(store, file, CSV, defaults={}, replace=True)
    import_file(store, file, CSV, defaults={"op": OPC}, replace=True)
    (found,) = store
    assert found.opc == build({"imsi": "000000000000001", "ki": "0" * 32, "op": OPC}).opc


def test_another_algorithm_takes_its_parameters_along(store: SubscriberStore, file: Path) -> None:
    store.add(build({"imsi": f"{1:015}", "ki": K, "opc": OPC, **GUARDED}))
    file.write_text(f"imsi,algorithm\n{1:015},comp128v2\n")
    import_file(store, file, CSV, defaults={}, replace=True)
    (found,) = store
    assert (found.algorithm.name, found.opc, found.mtc_allowed) == ("comp128v2", None, False)
