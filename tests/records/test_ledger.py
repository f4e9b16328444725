"""The ledger in its store: once for each RAND, whoever asks at once, whatever breaks."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mkef.domain.errors import RandNotFresh, RecordsUnavailable
from mkef.domain.freshness import Answered, Counter, Spent, Use
from mkef.net.database import Location
from mkef.net.store import StoreError, open_store
from mkef.records.ledger import Rows, SqlLedger, spent_all, use_all
from mkef.records.lookup import SqlLookup
from mkef.records.reading import NAME, Records
from mkef.records.schema import MIGRATIONS, number_of
from mkef_codecs.establishment import COUNTER_EPOCH
from mkef_codecs.identity import Imsi

IMSI, OTHER = Imsi("001010123456789"), Imsi("00101012345678")
NOW = float(COUNTER_EPOCH + 100_000)
RAND = bytes(range(16))


def use(rand: bytes = RAND, digest: bytes = b"d" * 32, **changes: Any) -> Use:
    made = Use(
        IMSI,
        rand,
        tagged=rand.startswith(b"MTCR"),
        digest=digest,
        server_id="mtc.example",
        at=NOW,
        answered_until=NOW + 60,
        expires_at=int(NOW) + 86_400,
    )
    return replace(made, **changes)


def tagged(counter: int, digest: bytes | None = None, **changes: Any) -> Use:
    rand = b"MTCR" + counter.to_bytes(4, "big") + bytes(8)
    return use(rand, digest or counter.to_bytes(32, "big"), **changes)


@pytest.fixture
async def records(location: Location) -> AsyncIterator[Records]:
    async with Records(location) as records:
        yield records


@pytest.fixture
def ledger(records: Records) -> SqlLedger:
    return SqlLedger(records)


@pytest.fixture
async def lookup(records: Records) -> SqlLookup:
    return SqlLookup(records)


async def spent(lookup: SqlLookup, asked: Use) -> Spent:
    return (await lookup.known(asked)).spent


async def refused(ledger: SqlLedger, asked: Use) -> None:
    with pytest.raises(RandNotFresh):
        await ledger.use(asked)


async def test_a_random_rand_is_used_once_for_each_imsi(
    ledger: SqlLedger, lookup: SqlLookup
) -> None:
    assert await spent(lookup, use()) == Spent()
    assert await ledger.use(use()) == int(NOW) + 86_400
    assert (await spent(lookup, use(digest=b"e" * 32))).rand
    await refused(ledger, use(digest=b"e" * 32))
    await refused(ledger, use(digest=b"e" * 32, at=NOW + 1e9))
    await ledger.use(use(imsi=OTHER, digest=b"f" * 32))
    await ledger.use(use(bytes(16), digest=b"g" * 32))


async def test_counters_have_a_window(ledger: SqlLedger, lookup: SqlLookup) -> None:
    for counter in (100, 98, 163):
        await ledger.use(tagged(counter))
    assert (await spent(lookup, tagged(1))).counter == Counter(163, 1 | 1 << 63)
    for counter in (100, 99, 163):
        if counter == 99:  # out of the window by now
            await refused(ledger, tagged(counter))
        else:
            await refused(ledger, tagged(counter, b"another request".ljust(32)))
    await ledger.use(tagged(101))


async def test_the_same_request_has_the_same_expiry_within_its_window(
    ledger: SqlLedger, lookup: SqlLookup
) -> None:
    for first in (use(), tagged(7)):
        await ledger.use(first)
        again = replace(first, at=NOW + 59, expires_at=1)
        assert await ledger.use(again) == first.expires_at
        answered = (await spent(lookup, again)).answered
        assert answered == Answered(first.request, NOW, NOW + 60, first.expires_at)
        for at in (NOW + 60, NOW - 11):  # over; and the clock set back
            await refused(ledger, replace(first, at=at))
        await refused(ledger, replace(first, server_id="other.example"))


async def test_many_at_once_are_one_transaction_and_one_of_each_wins(ledger: SqlLedger) -> None:
    uses = [use(bytes((n % 20,)) * 16, digest=bytes((n,)) * 32) for n in range(100)]
    outcomes = await asyncio.gather(*map(ledger.use, uses), return_exceptions=True)
    assert [type(o) for o in outcomes].count(int) == 20
    assert {type(o) for o in outcomes} == {int, RandNotFresh}


async def test_one_that_was_used_spoils_nothing_for_the_others(ledger: SqlLedger) -> None:
    """All of a batch are tried together first, then one after the other."""
    used = [use(bytes(16), bytes(32)), tagged(7)]
    for each in used:
        await ledger.use(each)
    fresh = [use(bytes((n,)) * 16, bytes((n,)) * 32) for n in range(1, 6)]
    fresh += [tagged(n, bytes((n,)) * 32) for n in (8, 9)]
    replayed = [use(bytes(16), b"x" * 32), tagged(7, b"y" * 32)]
    uses = [*fresh[:3], *replayed, *used, *fresh[3:]]
    outcomes = await asyncio.gather(*map(ledger.use, uses), return_exceptions=True)
    for asked, outcome in zip(uses, outcomes, strict=True):
        if asked in replayed:
            assert isinstance(outcome, RandNotFresh)
        else:
            assert outcome == asked.expires_at
    for each in fresh:  # on the ledger with their answers
        assert await ledger.use(each) == each.expires_at


async def test_two_mkefs_share_a_ledger(location: Location, ledger: SqlLedger) -> None:
    async with Records(location) as records:
        other = SqlLedger(records)
        random = [use(bytes((n,)) * 16, digest=bytes((n,)) * 32) for n in range(30)]
        counted = [tagged(n) for n in range(200, 230)]
        asked = [*random, *counted]
        theirs = [replace(u, digest=u.digest[::-1] + b"x") for u in asked]
        both = [*map(ledger.use, asked), *map(other.use, theirs)]
        outcomes = await asyncio.gather(*both, return_exceptions=True)
    won = [isinstance(o, int) for o in outcomes]
    assert {type(o) for o in outcomes} <= {int, RandNotFresh}
    assert all(a != b for a, b in zip(won[:60], won[60:], strict=True)), "each once, by one"


async def test_the_same_request_at_two_mkefs_has_one_answer(
    location: Location, ledger: SqlLedger
) -> None:
    async with Records(location) as records:
        other = SqlLedger(records)
        for asked in (use(), tagged(9)):
            late = replace(asked, at=NOW + 1, expires_at=asked.expires_at + 1)
            first, second = await asyncio.gather(ledger.use(asked), other.use(late))
            assert first == second


async def test_answers_are_forgotten_and_counters_are_not(
    ledger: SqlLedger, lookup: SqlLookup
) -> None:
    await ledger.use(tagged(9))
    await ledger.forget(NOW + 59)
    assert (await spent(lookup, tagged(9))).answered
    await ledger.forget(NOW + 60)
    assert await spent(lookup, tagged(9)) == Spent(counter=Counter(9))


def test_what_was_used_under_an_older_schema_stays_used(location: Location) -> None:
    before = MIGRATIONS.index("ALTER TABLE used_rand ADD COLUMN request BLOB")
    with closing(open_store(location, MIGRATIONS[:before], NAME)) as old:
        old.change("INSERT INTO used_rand VALUES (?, ?, ?)", number_of(IMSI), RAND, int(NOW))
    with closing(open_store(location, MIGRATIONS, NAME)) as database:
        assert spent_all(database, [use()]) == [Spent(rand=True)]
        (outcome,) = use_all(database, [use()])
        assert isinstance(outcome, RandNotFresh)


async def test_rands_are_remembered_as_long_as_configured(
    records: Records, lookup: SqlLookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mkef.records.ledger.SWEPT", 3)
    ledger = SqlLedger(records, remember_s=100)
    for n in range(10):
        await ledger.use(use(bytes((n,)) * 16, digest=bytes((n,)) * 32, at=NOW + n))
    for _ in range(4):  # some at a time
        await ledger.forget(NOW + 105)
    known = [(await spent(lookup, use(bytes((n,)) * 16, digest=b""))).rand for n in range(10)]
    assert known == [False] * 5 + [True] * 5


async def test_rows_are_counted_as_they_are_written(
    location: Location, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of other MKEFs whenever all are counted."""
    monkeypatch.setattr("mkef.records.ledger.SWEPT", 3)
    ledger = SqlLedger(records, remember_s=100)
    random = [use(bytes((n,)) * 16, digest=bytes((n,)) * 32, at=NOW + n) for n in range(10)]
    for each in (*random[:5], *random[:5]):  # the same request again is no new row
        await ledger.use(each)
    counted = [tagged(n) for n in (7, 9)]
    both = (*random[5:], *counted, tagged(20, imsi=OTHER), replace(random[6], digest=b"x" * 32))
    outcomes = await asyncio.gather(*map(ledger.use, both), return_exceptions=True)
    assert isinstance(outcomes[-1], RandNotFresh)
    assert ledger.rows == Rows(rand=10, counter=2)
    async with Records(location) as others:
        other = SqlLedger(others)
        await other.use(use(b"\xff" * 16, digest=b"e" * 32, at=NOW + 200))
        assert (ledger.rows.rand, other.rows.rand) == (10, 1)
        await others.writer.run(ledger.count)
        await others.writer.run(other.count)
        assert ledger.rows == other.rows == Rows(rand=11, counter=2)
    await ledger.use(use(b"\xfe" * 16, digest=b"f" * 32, at=NOW + 200))
    assert ledger.rows.rand == 12
    for _ in range(5):
        await ledger.forget(NOW + 105)
    assert ledger.rows == Rows(rand=7, counter=2)
    await records.writer.run(ledger.count)
    assert ledger.rows == Rows(rand=7, counter=2)


async def test_a_write_that_is_given_up_says_nothing_of_the_store(
    ledger: SqlLedger, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(records.writer, "run", full)
    with pytest.raises(RecordsUnavailable):
        await ledger.use(use())
    waiting = asyncio.create_task(ledger.use(use(bytes(16))))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ledger.problem == "the disk is full"


async def test_after_a_failure_it_tries_to_write_and_leaves_nothing(
    ledger: SqlLedger, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_: object) -> None:
        raise StoreError("the disk is full")

    assert await ledger.recover() is None
    with monkeypatch.context() as broken:
        broken.setattr(records.writer, "run", full)
        with pytest.raises(RecordsUnavailable):
            await ledger.use(use())
        assert await ledger.recover() == "the disk is full"
    assert await ledger.recover() is None
    assert await records.writer.run(lambda d: d.query("SELECT count(*) FROM answered")) == [(0,)]


async def test_a_store_that_is_gone_is_a_refusal(postgresql: Any) -> None:
    async with Records(Location.parse(postgresql.url())) as records:
        ledger, lookup = SqlLedger(records), SqlLookup(records)
        await ledger.use(use())
        postgresql.stop()
        try:
            with pytest.raises(RecordsUnavailable):
                await ledger.use(use(bytes(16)))
            assert ledger.problem
            with pytest.raises(RecordsUnavailable):
                await spent(lookup, use())
        finally:
            postgresql.start()
        async with asyncio.timeout(20):
            while True:
                try:
                    await refused(ledger, use(digest=b"e" * 32))
                except RecordsUnavailable:
                    await asyncio.sleep(0.05)
                else:
                    break
        assert ledger.problem is None


def asked_by(who: int, counted: bool, n: int) -> Use:
    """A request's digest tells its RAND too."""
    made = tagged(n) if counted else use(bytes((n,)) * 16)
    return replace(made, digest=made.rand + bytes((who,)) * 16)


ASKED = st.builds(asked_by, st.integers(0, 3), st.booleans(), st.integers(0, 150))


@pytest.mark.parametrize("new_location", ["sqlite"], indirect=True)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(ASKED, min_size=1, max_size=8), max_size=10))
def test_a_rand_is_never_used_by_two_requests(
    new_location: Callable[[], Location], batches: list[list[Use]]
) -> None:
    with closing(open_store(new_location(), MIGRATIONS, NAME)) as database:
        used: dict[bytes, bytes] = {}
        for batch in batches:
            for asked, outcome in zip(batch, use_all(database, batch), strict=True):
                if isinstance(outcome, int):
                    assert used.setdefault(asked.rand, asked.digest) == asked.digest
                elif asked.rand not in used:
                    assert asked.tagged, "an unused random RAND is always fresh"
        for rand in used:
            (known,) = spent_all(database, [use(rand, b"another request".ljust(32))])
            assert known.rand or known.counter


async def test_a_repeated_answer_waits_for_the_disk_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it goes by may be a row of another worker, not on the disk yet."""

    def fail(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    async with Records(Location(tmp_path / "mkef.db")) as records:
        ledger = SqlLedger(records)
        assert await ledger.use(use()) == use().expires_at
        with monkeypatch.context() as broken:
            broken.setattr(os, "fdatasync", fail)
            with pytest.raises(RecordsUnavailable, match="the disk fails"):
                await ledger.use(use())
        assert await ledger.use(use()) == use().expires_at
