"""The store of subscriptions."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from hlr_stub.subscribers import MIGRATIONS, Subscriber, SubscriberStore
from mkef.net.store import DuplicateRow, StoreError, open_store
from mkef_codecs.identity import Imsi

KEYS = ("465b5ce8b199b49faa5f0a2ee238a6bc", "cd63cb71954a9f4e48a5994e37a02baf")


@pytest.mark.parametrize("mtc_allowed", [True, False])
@pytest.mark.parametrize("tagged_only", [True, False])
def test_what_is_added_comes_back(
    store: SubscriberStore, subscriber: Subscriber, *, mtc_allowed: bool, tagged_only: bool
) -> None:
    wanted = replace(subscriber, mtc_allowed=mtc_allowed, tagged_only=tagged_only)
    store.add(wanted)
    assert store.get(wanted.imsi) == wanted


def test_it_is_still_there_after_a_restart(tmp_path: Path, subscriber: Subscriber) -> None:
    for _ in range(2):
        with closing(SubscriberStore(tmp_path / "hlr.db")) as store:
            if store.get(subscriber.imsi) is None:
                store.add(subscriber)
            assert list(store) == [subscriber]


def test_another_program_sees_it_at_once(tmp_path: Path, subscriber: Subscriber) -> None:
    file = tmp_path / "hlr.db"
    with closing(SubscriberStore(file)) as one, closing(SubscriberStore(file)) as other:
        one.add(subscriber)
        assert other.get(subscriber.imsi) == subscriber


def test_they_are_listed_by_imsi(store: SubscriberStore, subscriber: Subscriber) -> None:
    for digits in ("310150123456", "001010000000002", "001010000000001"):
        store.add(replace(subscriber, imsi=Imsi(digits)))
    listed = [found.imsi.digits for found in store]
    assert listed == ["001010000000001", "001010000000002", "310150123456"]


def test_a_duplicate_is_refused(store: SubscriberStore, subscriber: Subscriber) -> None:
    store.add(subscriber)
    with pytest.raises(StoreError, match="001010000000001 is there already: remove it first"):
        store.add(replace(subscriber, tagged_only=True))
    assert store.get(subscriber.imsi) == subscriber


def test_a_removed_one_is_gone(store: SubscriberStore, subscriber: Subscriber) -> None:
    store.add(subscriber)
    store.remove(subscriber.imsi)
    assert store.get(subscriber.imsi) is None
    with pytest.raises(StoreError, match="001010000000001 is unknown"):
        store.remove(subscriber.imsi)


def test_an_imsi_is_compared_whole(store: SubscriberStore, subscriber: Subscriber) -> None:
    store.add(subscriber)
    for digits in ("00101000000001", "001010000000010", "001010"):
        assert store.get(Imsi(digits)) is None


@pytest.mark.parametrize(
    ("column", "value"), [("ki", b"short"), ("algorithm", "rot13"), ("imsi", "x")]
)
def test_a_row_from_elsewhere_that_makes_no_sense(
    tmp_path: Path, subscriber: Subscriber, column: str, value: object
) -> None:
    file = tmp_path / "hlr.db"
    with closing(SubscriberStore(file)) as store:
        store.add(subscriber)
        with closing(open_store(file, MIGRATIONS)) as raw:
            raw.change(f"UPDATE subscriber SET {column} = ?", value)
        with pytest.raises(StoreError, match="cannot be read"):
            list(store)


def test_the_schema_refuses_half_a_row(tmp_path: Path) -> None:
    with (
        closing(open_store(tmp_path / "hlr.db", MIGRATIONS)) as raw,
        pytest.raises(DuplicateRow),
    ):
        raw.change("INSERT INTO subscriber (imsi) VALUES ('001010000000001')")


def test_a_subscriber_does_not_show_its_keys(subscriber: Subscriber) -> None:
    assert not any(key in repr(subscriber) for key in KEYS)
