"""The store of subscriptions, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from hlr_stub.store import MIGRATIONS, SubscriberStore
from hlr_stub.subscribers import Subscriber, parse_parameters
from hlr_stub.wrapping import TransportKey, Wrapping
from mkef.crypto.algorithms import ALGORITHMS
from mkef.crypto.secret import Secret
from mkef.net.database import Location
from mkef.net.store import DuplicateRow, StoreError, open_store
from mkef_codecs.identity import Imsi

KEYS = ("465b5ce8b199b49faa5f0a2ee238a6bc", "cd63cb71954a9f4e48a5994e37a02baf")
KEY = TransportKey(bytes(range(16)))
TUAK = Subscriber(
    Imsi("001010000000009"),
    Secret(bytes(range(32))),
    Secret(bytes(range(32, 64))),
    ALGORITHMS["tuak"],
    parse_parameters("iterations=2 res_octets=16"),
    amf=0x1234,
    sqn=2**48 - 33,
    ind_bits=4,
)
SIM = Subscriber(Imsi("001010000000008"), Secret(bytes(16)), None, ALGORITHMS["comp128v1"])


@pytest.fixture(params=[None, KEY], ids=["plain", "wrapped"])
def key(request: pytest.FixtureRequest) -> TransportKey | None:
    return request.param


@pytest.fixture
def store(location: Location, key: TransportKey | None) -> Iterator[SubscriberStore]:
    with closing(SubscriberStore.open(location, key)) as store:
        yield store


@pytest.mark.parametrize("mtc_allowed", [True, False])
@pytest.mark.parametrize("tagged_only", [True, False])
def test_what_is_added_comes_back(
    store: SubscriberStore, subscriber: Subscriber, *, mtc_allowed: bool, tagged_only: bool
) -> None:
    wanted = replace(subscriber, mtc_allowed=mtc_allowed, tagged_only=tagged_only)
    store.add(wanted)
    assert store.get(wanted.imsi) == wanted


@pytest.mark.parametrize("wanted", [TUAK, SIM], ids=["TUAK", "SIM"])
def test_every_field_comes_back(store: SubscriberStore, wanted: Subscriber) -> None:
    store.add(wanted)
    assert store.get(wanted.imsi) == wanted
    assert list(store) == [wanted]


def test_it_is_still_there_after_a_restart(
    location: Location, key: TransportKey | None, subscriber: Subscriber
) -> None:
    for _ in range(2):
        with closing(SubscriberStore.open(location, key)) as store:
            if store.get(subscriber.imsi) is None:
                store.add(subscriber)
            assert list(store) == [subscriber]


def test_another_program_sees_it_at_once(location: Location, subscriber: Subscriber) -> None:
    with (
        closing(SubscriberStore.open(location)) as one,
        closing(SubscriberStore.open(location)) as other,
    ):
        one.add(subscriber)
        assert other.get(subscriber.imsi) == subscriber


def test_they_are_listed_by_imsi(store: SubscriberStore, subscriber: Subscriber) -> None:
    for digits in ("310150123456", "001010000000002", "001010000000001"):
        store.add(replace(subscriber, imsi=Imsi(digits)))
    listed = [found.imsi.digits for found in store]
    assert listed == ["001010000000001", "001010000000002", "310150123456"]
    assert store.beginning("00101", 10) == listed[:2]
    assert store.beginning("", 1) == listed[:1]
    assert len(store) == 3


def test_some_are_asked_for_together(store: SubscriberStore, subscriber: Subscriber) -> None:
    imsis = [Imsi(f"{n:015}") for n in range(300)]
    for imsi in imsis[::2]:
        store.add(replace(subscriber, imsi=imsi))
    for count in (1, 3, 70, 300):
        found = store.some(imsis[:count])
        assert list(found) == [imsi.digits for imsi in imsis[:count]]
        there = [each.imsi for each in found.values() if each is not None]
        assert there == imsis[:count:2]
        assert store.known(list(found)) == {imsi.digits for imsi in there}
    assert store.some([]) == {}


def test_a_duplicate_is_refused(store: SubscriberStore, subscriber: Subscriber) -> None:
    store.add(subscriber)
    with pytest.raises(StoreError, match="001010000000001 is there already: remove it first"):
        store.add(replace(subscriber, tagged_only=True))
    assert store.get(subscriber.imsi) == subscriber


def test_one_takes_the_place_of_another(store: SubscriberStore, subscriber: Subscriber) -> None:
    for amf, sqn in ((1, 10), (2, 20), (3, 5)):
        store.overwrite(replace(subscriber, amf=amf, sqn=sqn))
    assert [(found.amf, found.sqn) for found in store] == [(3, 20)]  # an SQN never goes back


def test_a_removed_one_is_gone(store: SubscriberStore, subscriber: Subscriber) -> None:
    store.add(subscriber)
    store.remove(subscriber.imsi)
    assert store.get(subscriber.imsi) is None
    with pytest.raises(StoreError, match="001010000000001 is unknown"):
        store.remove(subscriber.imsi)


@pytest.mark.parametrize("back", ["add", "overwrite", "put"])
def test_who_comes_back_goes_on_from_its_sqn(
    store: SubscriberStore, subscriber: Subscriber, back: str
) -> None:
    """Else the AuC would hand out the same SQN twice under one key."""

    def come_back(sqn: int) -> int:
        newcomer = replace(subscriber, sqn=sqn)
        match back:
            case "put":
                with store.database.transaction():
                    store.put([newcomer], replace=False)
            case _:
                getattr(store, back)(newcomer)
        found = store.get(subscriber.imsi)
        assert found == replace(newcomer, sqn=found.sqn)
        return found.sqn

    store.add(subscriber)
    handed = [*store.allocate(subscriber.imsi, 5)]
    store.remove(subscriber.imsi)
    assert come_back(0) == handed[-1]
    handed += store.allocate(subscriber.imsi, 5)
    assert len(set(handed)) == 10
    store.remove(subscriber.imsi)
    assert come_back(handed[-1] - 1) == handed[-1]
    store.remove(subscriber.imsi)
    assert come_back(2**40) == 2**40


def test_only_its_own_imsi_goes_on(store: SubscriberStore, subscriber: Subscriber) -> None:
    store.add(replace(subscriber, sqn=4096))
    store.remove(subscriber.imsi)
    other = replace(subscriber, imsi=Imsi("001010000000002"))
    store.add(other)
    assert list(store) == [other]


def test_an_sqn_that_a_usim_has_set_back_stays_there(
    store: SubscriberStore, subscriber: Subscriber
) -> None:
    """TS 33.102 clause 6.3.5; neither removal nor replacement brings the one too far ahead back."""
    store.add(replace(subscriber, sqn=2**47))
    store.remove(subscriber.imsi)
    store.add(subscriber)
    (sqn,) = store.allocate(subscriber.imsi, 1, sqn_ms=64)
    assert sqn >> 5 == 3
    store.overwrite(subscriber)
    store.remove(subscriber.imsi)
    store.add(subscriber)
    assert store.get(subscriber.imsi) == replace(subscriber, sqn=sqn)


def test_an_imsi_is_compared_whole(store: SubscriberStore, subscriber: Subscriber) -> None:
    store.add(subscriber)
    for digits in ("00101000000001", "001010000000010", "001010"):
        assert store.get(Imsi(digits)) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [("ki", b"short"), ("algorithm", "rot13"), ("imsi", "x"), ("parameters", "colour=blue")],
)
def test_a_row_from_elsewhere_that_makes_no_sense(
    location: Location, subscriber: Subscriber, column: str, value: object
) -> None:
    with closing(SubscriberStore.open(location)) as store:
        store.add(subscriber)
        with closing(open_store(location, MIGRATIONS, "hlr_stub")) as raw:
            raw.change(f"UPDATE subscriber SET {column} = ?", value)
        with pytest.raises(StoreError, match="cannot be read"):
            list(store)


def test_a_store_of_the_first_schema_is_brought_up_to_date(
    location: Location, subscriber: Subscriber
) -> None:
    with closing(open_store(location, MIGRATIONS[:1], "hlr_stub")) as old:
        values = (subscriber.ki.octets, subscriber.opc.octets)
        insert = "INSERT INTO subscriber VALUES ('001010000000001', 'milenage', ?, ?, 1, 0)"
        old.change(insert, *values)
    with closing(SubscriberStore.open(location)) as store:
        assert list(store) == [subscriber]


def test_the_schema_refuses_half_a_row(location: Location) -> None:
    with closing(open_store(location, MIGRATIONS, "hlr_stub")) as raw, pytest.raises(DuplicateRow):
        raw.change("INSERT INTO subscriber (imsi) VALUES ('001010000000001')")


def test_a_subscriber_does_not_show_its_keys(subscriber: Subscriber) -> None:
    assert not any(key in repr(subscriber) for key in KEYS)


# Keys at rest.


def test_wrapped_keys_are_nowhere_in_the_file(tmp_path: Path, subscriber: Subscriber) -> None:
    with closing(SubscriberStore.open(tmp_path / "hlr.db", KEY)) as store:
        store.add(subscriber)
        store.database.query("PRAGMA wal_checkpoint(TRUNCATE)")
    octets = (tmp_path / "hlr.db").read_bytes()
    assert not any(bytes.fromhex(key) in octets for key in KEYS)


def test_wrapped_as_a_foreign_implementation_has_it(subscriber: Subscriber) -> None:
    """RFC 3394 clause 4.1."""
    key = TransportKey(bytes.fromhex("000102030405060708090a0b0c0d0e0f"))
    wrapped = key.wrap(bytes.fromhex("00112233445566778899aabbccddeeff"))
    assert wrapped.hex() == "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"


def test_a_store_is_not_opened_with_another_transport_key(
    location: Location, subscriber: Subscriber
) -> None:
    with closing(SubscriberStore.open(location, KEY)) as store:
        store.add(subscriber)
    with pytest.raises(StoreError, match="another transport key wraps"):
        SubscriberStore.open(location, TransportKey(bytes(16)))
    with pytest.raises(StoreError, match=r"are wrapped: configure \[transport_key\]"):
        SubscriberStore.open(location)


def test_plain_and_wrapped_keys_live_together(location: Location, subscriber: Subscriber) -> None:
    with closing(SubscriberStore.open(location)) as store:
        store.add(subscriber)
    with closing(SubscriberStore.open(location, KEY)) as store:
        store.add(TUAK)
        assert list(store) == [subscriber, TUAK]
        assert store.count(Wrapping.PLAIN) == 1


def test_all_keys_change_their_wrapping(location: Location, subscriber: Subscriber) -> None:
    others = [replace(subscriber, imsi=Imsi(f"{n:015}")) for n in range(1200)]
    with closing(SubscriberStore.open(location)) as store:
        with store.database.transaction():
            store.put(others, replace=False)
        for key in (KEY, TransportKey(bytes(32)), None):
            with store.database.transaction():
                assert store.rewrap(key) == 1200
            assert store.count(Wrapping.PLAIN) == (0 if key else 1200)
            assert list(store) == others


@pytest.mark.parametrize("column", ["ki", "opc"])
def test_keys_of_another_subscriber_are_refused(
    location: Location, subscriber: Subscriber, column: str
) -> None:
    other = replace(subscriber, imsi=Imsi("001010000000002"))
    copy = f"UPDATE subscriber SET {column} = (SELECT {column} FROM subscriber WHERE imsi = ?)"
    with closing(SubscriberStore.open(location, KEY)) as store:
        store.add(subscriber)
        store.add(other)
        store.database.change(f"{copy} WHERE imsi = ?", other.imsi.digits, subscriber.imsi.digits)
        assert store.get(other.imsi) == other
        with pytest.raises(StoreError, match="000000001 cannot be read: its keys were wrapped for"):
            store.get(subscriber.imsi)


def test_ki_and_opc_do_not_change_places(location: Location, subscriber: Subscriber) -> None:
    with closing(SubscriberStore.open(location, KEY)) as store:
        store.add(subscriber)
        store.database.change("UPDATE subscriber SET ki = opc, opc = ki")
        with pytest.raises(StoreError, match="wrapped for another"):
            store.get(subscriber.imsi)


def test_a_key_is_not_used_with_another_algorithm(
    location: Location, subscriber: Subscriber
) -> None:
    """One that is hardly more than XOR would show it."""
    with closing(SubscriberStore.open(location, KEY)) as store:
        store.add(subscriber)
        store.database.change("UPDATE subscriber SET algorithm = 'xor-2g'")
        with pytest.raises(StoreError, match="wrapped for another subscriber or algorithm"):
            store.get(subscriber.imsi)


def test_rows_of_an_older_store_are_read_and_bound_by_a_rewrap(
    location: Location, subscriber: Subscriber
) -> None:
    with closing(SubscriberStore.open(location, KEY)) as store:
        store.add(subscriber)
        assert subscriber.opc is not None
        older = (KEY.wrap(subscriber.ki.octets), KEY.wrap(subscriber.opc.octets))
        store.database.change("UPDATE subscriber SET wrapped = 1, ki = ?, opc = ?", *older)
        assert list(store) == [subscriber]
        assert store.count(Wrapping.UNBOUND) == 1
        with store.database.transaction():
            assert store.rewrap(KEY) == 1
        assert list(store) == [subscriber]
        assert (store.count(Wrapping.UNBOUND), store.count(Wrapping.BOUND)) == (0, 1)


def test_bound_keys_do_not_pass_for_unbound_ones(
    location: Location, subscriber: Subscriber
) -> None:
    with closing(SubscriberStore.open(location, KEY)) as store:
        store.add(subscriber)
        store.database.change("UPDATE subscriber SET wrapped = 1")
        with pytest.raises(StoreError, match="no key of milenage has 24 octets"):
            store.get(subscriber.imsi)


def test_a_row_that_another_key_wrapped_is_named(
    location: Location, subscriber: Subscriber
) -> None:
    with closing(SubscriberStore.open(location, KEY)) as store:
        store.add(subscriber)
        store.database.change(
            "UPDATE subscriber SET ki = ?", TransportKey(bytes(16)).wrap(bytes(16))
        )
        with pytest.raises(StoreError, match="001010000000001 cannot be read: this transport key"):
            list(store)
