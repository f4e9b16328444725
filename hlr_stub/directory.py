"""The subscriptions of a running HLR: read where it is fast, counted where it is durable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from hlr_stub.sequence import Exhausted
from hlr_stub.store import MIGRATIONS, NAME, SubscriberStore
from hlr_stub.subscribers import Subscriber
from hlr_stub.wrapping import TransportKey
from mkef.net.running import Running
from mkef.net.store import Batch, Database, Location, Store, StoreError, StoreUnavailable
from mkef.net.turn import TurnReader
from mkef_codecs.identity import Imsi

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Allocation:
    """So many SQNs for an IMSI, from SQN_MS on if its USIM is ahead."""

    imsi: Imsi
    count: int
    sqn_ms: int | None = None


Sqns = tuple[int, ...] | None  # None: the subscriber is gone
Found = Mapping[str, Subscriber | None]  # by the digits of each IMSI that was asked for


class Directory(Running):
    """Who is subscribed.

    A SQLite file is read by the event loop itself: that takes microseconds, less than the way to
    a thread. PostgreSQL is asked on a thread, for all who wait at a time. SQNs are always written
    on a thread, and many share a commit.
    """

    def __init__(self, where: Location, transport_key: TransportKey | None) -> None:
        self._where = where
        self._transport_key = transport_key
        self._writer = Store(where, MIGRATIONS, NAME)
        self._reader = Store(where, MIGRATIONS, NAME)
        self._allocate: Batch[Allocation, Sqns] = Batch(self._writer, self._allocate_all)
        self._find: Batch[Imsi, Subscriber | None] = Batch(self._reader, self._find_all)
        self._fetch: Batch[Sequence[Imsi], Found] = Batch(self._reader, self._fetch_all)
        self._file: SubscriberStore | None = None
        self._held: Found = {}

    async def _start(self, stack: AsyncExitStack) -> None:
        await stack.enter_async_context(self._writer)
        self._written = await self._writer.run(self._view)
        if self._where.url is None:
            self._file = SubscriberStore.open(self._where, self._transport_key)
            stack.callback(self._file.close)
            self._turn = TurnReader(self._file.database)
            stack.callback(self._turn.end)
        else:
            await stack.enter_async_context(self._reader)
            self._read = await self._reader.run(self._view)

    def _view(self, database: Database) -> SubscriberStore:
        return SubscriberStore(database, self._transport_key)

    def some(self, imsis: Sequence[Imsi]) -> Found:
        """Subscriptions of a store at hand, in one go for less than they cost one by one."""
        assert self._file is not None
        with suppress(StoreError):  # who asks for the one that cannot be read is told
            return self._file.some(imsis)
        return {}

    async def fetch(self, imsis: Sequence[Imsi]) -> Found:
        """The same of a store that is not at hand."""
        with suppress(StoreError):
            return await self._fetch(imsis)
        return {}

    @contextmanager
    def holding(self, found: Found) -> Iterator[None]:
        """In the block `find` and `get` know these subscriptions, and who has none."""
        self._held = found
        try:
            yield
        finally:
            self._held = {}

    @property
    def at_hand(self) -> bool:
        """Whether the store is read without waiting."""
        return self._file is not None

    def knows(self, imsi: Imsi) -> bool:
        """Whether `find` may be used: without waiting it gives this subscription, or says no."""
        return self._file is not None or imsi.digits in self._held

    def find(self, imsi: Imsi) -> Subscriber | None:
        """The subscription of an IMSI, if there is one, without waiting; StoreError."""
        if imsi.digits in self._held:
            return self._held[imsi.digits]
        assert self._file is not None
        self._turn.begin()
        return self._file.get(imsi)

    async def get(self, imsi: Imsi) -> Subscriber | None:
        """The subscription of an IMSI, if there is one; StoreError."""
        if self.knows(imsi):
            return self.find(imsi)
        return await self._find(imsi)

    async def allocate(self, imsi: Imsi, count: int, sqn_ms: int | None = None) -> tuple[int, ...]:
        """The next SQNs of an IMSI, on the disk already; StoreError."""
        try:
            sqns = await self._allocate(Allocation(imsi, count, sqn_ms))
        except Exhausted:
            raise StoreError(f"subscriber {imsi.short}: no sequence number is left") from None
        if sqns is None:
            raise StoreError(f"subscriber {imsi.short} was removed meanwhile")
        return sqns

    async def ask(self, work: Callable[[SubscriberStore], T]) -> T:
        """What `work` makes of the store, on the writer's thread."""
        return await self._writer.run(lambda _: work(self._written))

    def _fetch_all(self, _: Database, turns: Sequence[Sequence[Imsi]]) -> list[Found]:
        """Of turns that came while others were fetched."""
        return [self._read.some(list(chain.from_iterable(turns)))] * len(turns)

    def _find_all(
        self, database: Database, imsis: Sequence[Imsi]
    ) -> list[Subscriber | StoreError | None]:
        """One that cannot be read is the trouble of who asks for it alone."""
        try:
            found = self._read.some(imsis)
        except StoreUnavailable:
            raise
        except StoreError as error:
            if len(imsis) == 1:
                return [error]
            return [sought for imsi in imsis for sought in self._find_all(database, [imsi])]
        return [found[imsi.digits] for imsi in imsis]

    def _allocate_all(
        self, database: Database, asked: Sequence[Allocation]
    ) -> list[Sqns | Exhausted]:
        # In the order of IMSIs: two HLRs of one database then never wait for each other in a ring.
        results: list[Sqns | Exhausted] = [None] * len(asked)
        with database.transaction():
            for i in sorted(range(len(asked)), key=lambda i: asked[i].imsi.digits):
                results[i] = _allocate(self._written, asked[i])
        return results


def _allocate(store: SubscriberStore, asked: Allocation) -> Sqns | Exhausted:
    try:
        return store.allocate(asked.imsi, asked.count, asked.sqn_ms)
    except Exhausted as exhausted:
        return exhausted
