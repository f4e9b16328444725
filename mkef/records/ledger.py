"""The ledger of used RANDs: durable before a key leaves, one for all MKEFs that share a store."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from mkef.domain.errors import RandNotFresh, RecordsUnavailable
from mkef.domain.freshness import Answered, Counter, Spent, Use, check_fresh
from mkef.net.database import Row, parts
from mkef.net.store import Batch, Database, DuplicateRow, StoreError
from mkef.records.reading import Records
from mkef.records.schema import number_of

Outcome = int | RandNotFresh

# A random RAND's row says to which request it gave a key; rows of an older schema do not. SQLite
# keeps the order of a CROSS JOIN, and so makes no table of what is asked.
SELECT_RANDS = (
    "WITH asked (imsi, rand) AS (VALUES {}) SELECT u.imsi, u.rand, request, at, until, expires_at"
    " FROM asked CROSS JOIN used_rand u WHERE u.imsi = asked.imsi AND u.rand = asked.rand"
)
INSERT_RANDS = "INSERT INTO used_rand (imsi, rand, request, at, until, expires_at) VALUES {}"
INSERT_RAND = f"{INSERT_RANDS} ON CONFLICT DO NOTHING"
SELECT_COUNTERS = "SELECT imsi, last, used FROM used_counter WHERE imsi IN {}"
INSERT_COUNTER = (
    "INSERT INTO used_counter (imsi, last, used) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
)
UPDATE_COUNTER = (
    "UPDATE used_counter SET last = ?, used = ? WHERE imsi = ? AND last = ? AND used = ?"
)
SELECT_ANSWERED = "SELECT server_id, at, until, expires_at FROM answered WHERE digest = ?"
INSERT_ANSWERED = (
    "INSERT INTO answered (digest, server_id, at, until, expires_at) VALUES {}"
    " ON CONFLICT (digest) DO UPDATE SET server_id = excluded.server_id, at = excluded.at,"
    " until = excluded.until, expires_at = excluded.expires_at"
)
DELETE_ANSWERED = "DELETE FROM answered WHERE digest = ?"
NO_DIGEST = b""  # of no request

SWEPT = 10_000  # RANDs at a time
SELECT_NEXT = (
    "SELECT imsi, rand FROM used_rand WHERE (imsi, rand) > (?, ?) ORDER BY imsi, rand"
    " LIMIT 1 OFFSET ?"
)
DELETE_REST = "DELETE FROM used_rand WHERE (imsi, rand) > (?, ?) AND at < ?"
DELETE_SOME = (
    "DELETE FROM used_rand WHERE (imsi, rand) > (?, ?) AND (imsi, rand) <= (?, ?) AND at < ?"
)


class Rows(Struct):
    """How many rows there are: used RANDs, and IMSIs with a counter."""

    rand: int = 0
    counter: int = 0

    def add(self, more: Rows) -> None:
        """So many more, or less."""
        self.rand += more.rand
        self.counter += more.counter


class SqlLedger:
    """The ledger of one MKEF's store."""

    def __init__(
        self,
        records: Records,
        *,
        remember_s: float | None = None,
        timer: Callable[[], float] = time.monotonic,
        observe: Callable[[float], None] = lambda _: None,
    ) -> None:
        """`observe` is told how many seconds each use took until it was on the disk."""
        self._records = records
        self._timer = timer
        self._observe = observe
        self._remember_s = remember_s  # random RANDs; None: for ever
        self._swept = (0, b"")  # how far: the key of the row that was looked at last
        self.problem: str | None = None  # why the last write failed
        self._written = Rows()  # by this process, which its writer alone changes
        self._others = Rows()  # what else was there when all were counted last
        self._write: Batch[Use, int] = Batch(
            records.writer, partial(use_all, written=self._written)
        )

    async def use(self, use: Use) -> int:
        """Mark as used; back when it is on the disk, with all others of the same moment."""
        started = self._timer()
        try:
            expires_at = await self._write(use)
        except StoreError as error:
            self.problem = str(error)
            raise RecordsUnavailable(self.problem) from None
        except RandNotFresh:
            self.problem = None
            raise
        finally:
            self._observe(self._timer() - started)
        self.problem = None
        return expires_at

    async def recover(self) -> str | None:
        """Why no row can be written; tried anew if the last write failed, and nothing is left."""
        if self.problem is not None:
            try:
                await self._records.writer.run(_write_nothing)
            except StoreError as error:
                self.problem = str(error)
            else:
                self.problem = None
        return self.problem

    async def forget(self, now: float) -> None:
        """Drop what is not needed any more: answers out of their window, RANDs out of memory's."""
        await self._records.background.run(
            lambda database: database.change("DELETE FROM answered WHERE until <= ?", now)
        )
        if self._remember_s is not None:
            before, after = int(now - self._remember_s), self._swept
            self._swept = await self._records.background.run(
                lambda database: sweep(database, after, before, self._written)
            )

    @property
    def rows(self) -> Rows:
        """As they were counted last, with what this process has written since."""
        rows = replace(self._written)
        rows.add(self._others)
        return rows

    def count(self, database: Database) -> None:
        """Look at every row, also those that others have written."""
        with database.snapshot():
            written = replace(self._written)
            ((rands,),) = database.query("SELECT count(*) FROM used_rand")
            ((counters,),) = database.query("SELECT count(*) FROM used_counter")
        self._others = Rows(rands - written.rand, counters - written.counter)


def sweep(
    database: Database, after: tuple[int, bytes], before: int, written: Rows
) -> tuple[int, bytes]:
    """Look at some RANDs behind the key `after` and forget those used earlier than `before`.

    Returns where to go on; no index is needed for what is seldom done.
    """
    rows = database.query(SELECT_NEXT, *after, SWEPT)
    last = (rows[0][0], bytes(rows[0][1])) if rows else None
    if last is None:
        written.rand -= database.change(DELETE_REST, *after, before)
        return (0, b"")
    written.rand -= database.change(DELETE_SOME, *after, *last, before)
    return last


def spent_all(database: Database, uses: Sequence[Use]) -> list[Spent]:
    """What the tables say of each RAND."""
    rands = _rands(database, [(number_of(use.imsi), use.rand) for use in uses if not use.tagged])
    counters = _counters(database, [number_of(use.imsi) for use in uses if use.tagged])
    found = []
    for use in uses:
        imsi = number_of(use.imsi)
        if use.tagged:
            found.append(_spent_counter(database, counters.get(imsi), use))
        else:
            found.append(_spent_rand(rands.get((imsi, use.rand))))
    return found


def _rands(database: Database, keys: Sequence[tuple[int, bytes]]) -> dict[tuple[int, bytes], Row]:
    """The rows of random RANDs that were used, by IMSI and RAND."""
    found = {}
    for part in parts(keys):
        statement = _of_rows(SELECT_RANDS, len(part), 2)
        for imsi, rand, *row in database.query(statement, *chain(*part)):
            found[imsi, bytes(rand)] = tuple(row)
    return found


def _counters(database: Database, imsis: Sequence[int]) -> dict[int, Counter]:
    found = {}
    for part in parts(imsis):
        for imsi, last, used in database.query(_of_rows(SELECT_COUNTERS, 1, len(part)), *part):
            found[imsi] = Counter(last, used & (1 << 64) - 1)
    return found


def _spent_counter(database: Database, counter: Counter | None, use: Use) -> Spent:
    fresh = counter is None or use.counter > counter.last
    return Spent(counter=counter, answered=None if fresh else _answered(database, use))


def _spent_rand(row: Row | None) -> Spent:
    if row is None:
        return Spent()
    request, *answer = row
    return Spent(rand=True, answered=Answered(bytes(request), *answer) if request else None)


def use_all(database: Database, uses: Sequence[Use], written: Rows | None = None) -> list[Outcome]:
    """One transaction for many: one statement for all random RANDs if they are fresh, which is
    refused whole if one is not; then one after the other.

    A statement costs more than its row: its thread lets go of the interpreter, and waits for it
    again. Rows are written in the order of their keys, so that no two MKEFs lock crosswise. New
    rows are added to `written`.
    """
    new = Rows()
    outcomes: list[Outcome] = [use.expires_at for use in uses]
    try:
        _use_together(database, sorted(uses, key=_order), new)
    except (DuplicateRow, RandNotFresh):
        new = Rows()
        outcomes = _use_singly(database, uses, new)
    if written is not None:
        written.add(new)
    return outcomes


def _order(use: Use) -> tuple[bool, str, bytes]:
    return use.tagged, use.imsi.digits, use.rand


def _use_together(database: Database, uses: Sequence[Use], new: Rows) -> None:
    """Mark all as used, or none, if one was used or is there twice: DuplicateRow, RandNotFresh."""
    rands = [_row_of(use) for use in uses if not use.tagged]
    tagged = uses[len(rands) :]
    new.rand = len(rands)
    if not tagged:
        _insert(database.commit, INSERT_RANDS, rands)
        return
    with database.transaction():
        if rands:
            _insert(database.change, INSERT_RANDS, rands)
        for use in tagged:
            if _use_counter(database, number_of(use.imsi), use, new) is not None:
                raise RandNotFresh("a request of several was answered")
        _insert(database.change, INSERT_ANSWERED, [_answer_of(use) for use in tagged])


def _insert(change: Callable[..., int], statement: str, rows: Sequence[tuple[object, ...]]) -> int:
    """How many of the rows are new."""
    return change(_of_rows(statement, len(rows), len(rows[0])), *chain(*rows))


@lru_cache(maxsize=1024)
def _of_rows(statement: str, rows: int, columns: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return statement.format(", ".join([row] * rows))


def _row_of(use: Use) -> tuple[object, ...]:
    times = int(use.at), int(use.answered_until), use.expires_at
    return number_of(use.imsi), use.rand, use.request, *times


def _answer_of(use: Use) -> tuple[object, ...]:
    return use.digest, use.server_id, use.at, use.answered_until, use.expires_at


def _use_singly(database: Database, uses: Sequence[Use], new: Rows) -> list[Outcome]:
    outcomes: list[Outcome] = [0] * len(uses)
    with database.transaction():
        for n in sorted(range(len(uses)), key=lambda n: _order(uses[n])):
            outcomes[n] = _use(database, uses[n], new)
    return outcomes


def _use(database: Database, use: Use, new: Rows) -> Outcome:
    mark = _use_counter if use.tagged else _use_rand
    try:
        repeated = mark(database, number_of(use.imsi), use, new)
    except RandNotFresh as refusal:
        return refusal
    if repeated is not None:
        return repeated.expires_at
    if use.tagged:
        _insert(database.change, INSERT_ANSWERED, [_answer_of(use)])
    return use.expires_at


def _use_rand(database: Database, _imsi: int, use: Use, new: Rows) -> Answered | None:
    if _insert(database.change, INSERT_RAND, [_row_of(use)]):
        new.rand += 1
        return None
    (spent,) = spent_all(database, [use])
    return check_fresh(use, spent, use.at)


def _use_counter(database: Database, imsi: int, use: Use, new: Rows) -> Answered | None:
    while True:
        counter = _counters(database, [imsi]).get(imsi)
        repeated = check_fresh(
            use, Spent(counter=counter, answered=_answered(database, use)), use.at
        )
        if repeated is not None:
            return repeated
        if counter is None:
            done = database.change(INSERT_COUNTER, imsi, use.counter, _signed(1))
            new.counter += done
        else:
            after, old = counter.use(use.counter), counter
            values = (after.last, _signed(after.used), imsi, old.last, _signed(old.used))
            done = database.change(UPDATE_COUNTER, *values)
        if done:  # else another MKEF was first: look again
            return None


def _answered(database: Database, use: Use) -> Answered | None:
    for server_id, *answer in database.query(SELECT_ANSWERED, use.digest):
        return Answered(replace(use, server_id=server_id).request, *answer)
    return None


def _write_nothing(database: Database) -> None:
    """A row that is gone when it is committed: its page is written all the same."""
    with database.transaction():
        _insert(database.change, INSERT_ANSWERED, [(NO_DIGEST, "", 0.0, 0.0, 0)])
        database.change(DELETE_ANSWERED, NO_DIGEST)


def _signed(bits: int) -> int:
    """64 bits as the signed integer that a database keeps."""
    return bits - (1 << 64) if bits >> 63 else bits
