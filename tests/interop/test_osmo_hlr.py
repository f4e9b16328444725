"""A database that OsmoHLR itself has written is read; one of ours OsmoHLR serves from."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest
from osmo_hlr import PROGRAM, TOOL, create, osmo_hlr
from private_network import private_network

from hlr_stub.formats import FORMATS, Record
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber, describe
from hlr_stub.transfer import ImportRefused, export_file, import_file
from mkef.crypto.algorithms import ALGORITHMS
from mkef.crypto.secret import Secret
from mkef_codecs.identity import Imsi

K = "465b5ce8b199b49faa5f0a2ee238a6bc"  # TS 35.208 set 1
OP = "cdc202d5123e20f62b6d676ac72cb318"
OPC = "cd63cb71954a9f4e48a5994e37a02baf"
OSMO_HLR = FORMATS["osmo-hlr"]

# IMSI, what its operator typed, and what it is here.
ROWS = [
    ("001010000000001", f"aud3g milenage k {K} opc {OPC}", ("milenage", OPC)),
    ("001010000000002", f"aud3g milenage k {K} op {OP} ind-bitlen 4", ("milenage", OPC)),
    ("001010000000003", f"aud2g comp128v1 ki {K}", ("comp128v1", "")),
    ("001010000000004", f"aud2g comp128v2 ki {K}", ("comp128v2", "")),
    ("001010000000005", f"aud2g comp128v3 ki {K}", ("comp128v3", "")),
    ("001010000000006", f"aud3g xor k {K}", ("xor-3g", "")),
]


@pytest.fixture(autouse=True)
def network(program: Callable[[str], str], missing: Callable[[str], NoReturn]) -> Iterator[None]:
    for name in (PROGRAM, TOOL, "ip"):
        program(name)
    try:
        with private_network():
            yield
    except PermissionError as error:
        missing(f"no private network ({error}): run as root")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "hlr.db"
    create(path)
    return path


@pytest.fixture
def store() -> Iterator[SubscriberStore]:
    with closing(SubscriberStore.open()) as store:
        yield store


def test_its_subscribers_are_ours(database: Path, store: SubscriberStore) -> None:
    with osmo_hlr(database) as vty:
        for imsi, keys, _ in ROWS:
            vty.run(f"subscriber imsi {imsi} create")
            vty.run(f"subscriber imsi {imsi} update {keys}")
    assert import_file(store, database, OSMO_HLR, defaults={}) == len(ROWS)
    found = [describe(subscriber, with_keys=True) for subscriber in store]
    assert [row["imsi"] for row in found] == [row[0] for row in ROWS]
    assert [(row["algorithm"], row["opc"]) for row in found] == [row[2] for row in ROWS]
    assert {row["ki"] for row in found} == {K}
    assert [row["ind_bits"] for row in found] == ["5", "4", "5", "5", "5", "5"]


@pytest.mark.parametrize(
    ("prefer", "wanted"),
    [("3g", ("milenage", OPC, "keys for 2G")), ("2g", ("comp128v1", "", "keys for 3G"))],
)
def test_of_a_card_with_two_algorithms_one_is_taken(
    database: Path, store: SubscriberStore, prefer: str, wanted: tuple[str, str, str]
) -> None:
    """As sysmocom's cards are entered; what OsmoHLR made on demand has no keys, and is told of."""
    with osmo_hlr(database) as vty:
        for n in (1, 2, 3):
            vty.run(f"subscriber imsi 00101000000000{n} create")
        for n, keys in ((2, ROWS[0][1]), (2, ROWS[2][1]), (3, ROWS[3][1])):
            vty.run(f"subscriber imsi 00101000000000{n} update {keys}")
    told: list[Record] = []
    taken = import_file(store, database, OSMO_HLR, defaults={}, prefer=prefer, tell=told.append)
    found = [describe(subscriber, with_keys=True) for subscriber in store]
    assert taken == len(found) == 2
    assert (found[0]["algorithm"], found[0]["opc"]) == wanted[:2]
    assert found[1]["algorithm"] == "comp128v2"
    assert [record.place[-1] for record in told] == ["1", "2"]
    assert told[0].note.startswith("skipped")
    assert told[1].note.startswith(wanted[2])


def test_all_else_is_taken_or_nothing(database: Path, store: SubscriberStore) -> None:
    with osmo_hlr(database) as vty:
        for n in (1, 2):
            vty.run(f"subscriber imsi 00101000000000{n} create")
            vty.run(f"subscriber imsi 00101000000000{n} update {ROWS[0][1]}")
    with closing(sqlite3.connect(database)) as raw, raw:
        raw.execute("UPDATE auc_3g SET algo_id_3g = 9 WHERE subscriber_id = 2")
    with pytest.raises(ImportRefused, match="000000002: algorithm: algorithm 9 is no algorithm"):
        import_file(store, database, OSMO_HLR, defaults={})
    assert len(store) == 0


def test_it_serves_from_ours(tmp_path: Path) -> None:
    path = tmp_path / "exported.db"
    ki, opc = (Secret(bytes.fromhex(text)) for text in (K, OPC))
    usim = Subscriber(Imsi("001010000000001"), ki, opc, sqn=4129, ind_bits=4)
    sim = Subscriber(Imsi("001010000000002"), ki, None, ALGORITHMS["comp128v1"])
    export_file([usim, sim], path, OSMO_HLR, with_keys=True)
    with osmo_hlr(path) as vty:
        shown = [vty.run(f"subscriber imsi {s.imsi} show") for s in (usim, sim)]
    assert "MILENAGE" in shown[0]
    assert f"K={K}" in shown[0]
    assert f"OPC={OPC}" in shown[0]
    assert "IND-bitlen=4" in shown[0]
    assert "COMP128v1" in shown[1]
    assert f"KI={K}" in shown[1]


def test_ours_without_keys_has_subscribers_only(tmp_path: Path) -> None:
    path = tmp_path / "exported.db"
    ki, opc = (Secret(bytes.fromhex(text)) for text in (K, OPC))
    usim = Subscriber(Imsi("001010000000001"), ki, opc)
    export_file([usim], path, OSMO_HLR, with_keys=False)
    with osmo_hlr(path) as vty:
        shown = vty.run("subscriber imsi 001010000000001 show")
    assert "IMSI: 001010000000001" in shown
    assert "MILENAGE" not in shown
