"""The subscribers' table: rows and keys at rest, changes all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from hlr_stub.sequence import following, resynchronised
from hlr_stub.subscribers import Subscriber, format_parameters, parse_parameters
from hlr_stub.wrapping import Part, TransportKey, Wrapping, owner
from mkef.crypto.algorithms import ALGORITHMS, DEFAULT
from mkef.crypto.secret import Secret
from mkef.net.database import Row, parts
from mkef.net.store import Database, DuplicateRow, Location, StoreError, open_store
from mkef_codecs.identity import Imsi

NAME = "hlr_stub"
MIGRATIONS = (
    """CREATE TABLE subscriber (
        imsi TEXT PRIMARY KEY,
        algorithm TEXT NOT NULL,
        ki BLOB NOT NULL,
        opc BLOB NOT NULL,
        mtc_allowed INTEGER NOT NULL,
        tagged_only INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "ALTER TABLE subscriber ADD COLUMN parameters TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE subscriber ADD COLUMN amf INTEGER NOT NULL DEFAULT 32768",
    "ALTER TABLE subscriber ADD COLUMN sqn INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE subscriber ADD COLUMN ind_bits INTEGER NOT NULL DEFAULT 5",
    "ALTER TABLE subscriber ADD COLUMN wrapped INTEGER NOT NULL DEFAULT 0",
    "CREATE TABLE transport_key (check_value BLOB NOT NULL) STRICT",
    """CREATE TABLE fault (
        id INTEGER PRIMARY KEY,
        imsi TEXT NOT NULL,
        share REAL NOT NULL,
        kind TEXT NOT NULL,
        value TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE removed_subscriber (
        imsi TEXT PRIMARY KEY,
        sqn INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

_COLUMNS = (
    "imsi, algorithm, ki, opc, mtc_allowed, tagged_only, parameters, amf, sqn, ind_bits, wrapped"
)
# A newcomer goes on from where the one of its IMSI ended that was there before.
_SQN = "coalesce((SELECT sqn FROM removed_subscriber WHERE imsi = ? AND sqn > ?), ?)"
_INSERT = f"INSERT INTO subscriber ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, {_SQN}, ?, ?)"  # noqa: S608
_REMOVED = (
    "INSERT INTO removed_subscriber VALUES (?, ?) "
    "ON CONFLICT (imsi) DO UPDATE SET sqn = excluded.sqn"
)
# EXISTS, since SQLite would look for every row of an IN: the removed ones are few.
_CAME_BACK = (
    "DELETE FROM removed_subscriber WHERE EXISTS "
    "(SELECT 1 FROM subscriber WHERE subscriber.imsi = removed_subscriber.imsi)"
)
# What takes another's place: an SQN never goes back, whatever the newcomer says.
_REPLACED = ", ".join(
    f"{name} = excluded.{name}" for name in _COLUMNS.split(", ") if name not in {"imsi", "sqn"}
)
_REPLACE = (
    f"{_INSERT} ON CONFLICT (imsi) DO UPDATE SET {_REPLACED}, sqn = "
    "CASE WHEN excluded.sqn > subscriber.sqn THEN excluded.sqn ELSE subscriber.sqn END"
)
_SELECT = f"SELECT {_COLUMNS} FROM subscriber"  # noqa: S608
_ONE = f"{_SELECT} WHERE imsi = ?"
_ALL = f"{_SELECT} ORDER BY imsi"
_CHUNK = 500  # rows that are looked up or written at a time


@lru_cache(maxsize=64)
def _some(imsis: int) -> str:
    return f"{_SELECT} WHERE imsi IN ({', '.join('?' * imsis)})"


class UnreadableSubscriber(StoreError):
    """A row that is no subscription; the reason is there alone, too, since logs shorten IMSIs."""

    def __init__(self, imsi: str, reason: str) -> None:
        super().__init__(f"subscriber {imsi} cannot be read: {reason}")
        self.reason = reason


class SubscriberStore:
    """The subscriptions of one database, whose keys `transport_key` wraps if there is one."""

    def __init__(self, database: Database, transport_key: TransportKey | None = None) -> None:
        self.database = database
        self._transport_key = transport_key
        self._check_transport_key()

    @classmethod
    def open(
        cls, where: Location | Path | None = None, transport_key: TransportKey | None = None
    ) -> SubscriberStore:
        """The store at a place, in memory without one, with every migration applied."""
        database = open_store(where, MIGRATIONS, NAME)
        try:
            return cls(database, transport_key)
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Close the database; the store is of no use afterwards."""
        self.database.close()

    # One.

    def add(self, subscriber: Subscriber) -> None:
        """Keep a new subscription; a second one for an IMSI is refused.

        If there was one before, its SQN goes on: no two of an IMSI's vectors ever have the same.
        """
        try:
            self.database.change(_INSERT, *self._row(subscriber))
            self.database.change(_CAME_BACK)
        except DuplicateRow:
            raise StoreError(
                f"subscriber {subscriber.imsi} is there already: remove it first, or `set` it"
            ) from None

    def overwrite(self, subscriber: Subscriber) -> None:
        """Put a subscription in the place of the one with its IMSI, if there is one.

        The higher SQN of both stays: what was handed out once is not handed out again.
        """
        self.database.change(_REPLACE, *self._row(subscriber))
        self.database.change(_CAME_BACK)

    def get(self, imsi: Imsi) -> Subscriber | None:
        """The subscription of an IMSI, if there is one."""
        rows = self.database.query(_ONE, imsi.digits)
        return self._subscriber(rows[0], imsi) if rows else None

    def remove(self, imsi: Imsi) -> None:
        """Forget a subscription, but not its SQN; an unknown one is refused."""
        with self.database.transaction():
            query = "DELETE FROM subscriber WHERE imsi = ? RETURNING sqn"
            rows = self.database.query(query, imsi.digits)
            if not rows:
                raise unknown(imsi)
            self.database.change(_REMOVED, imsi.digits, rows[0][0])

    # Many.

    def __iter__(self) -> Iterator[Subscriber]:
        return map(self._subscriber, self.database.stream(_ALL))

    def __len__(self) -> int:
        ((count,),) = self.database.query("SELECT count(*) FROM subscriber")
        return int(count)

    def some(self, imsis: Sequence[Imsi]) -> dict[str, Subscriber | None]:
        """What is subscribed for some IMSIs, by their digits: None where nothing is."""
        asked = {imsi.digits: imsi for imsi in imsis}
        found: dict[str, Subscriber | None] = dict.fromkeys(asked)
        for row in self._rows(list(asked)):
            found[row[0]] = self._subscriber(row, asked[row[0]])
        return found

    def known(self, imsis: Sequence[str]) -> set[str]:
        """Which of these IMSIs have a subscription."""
        return {row[0] for row in self._rows(imsis)}

    def beginning(self, digits: str, most: int) -> list[str]:
        """IMSIs that begin with some digits."""
        query = "SELECT imsi FROM subscriber WHERE imsi LIKE ? ORDER BY imsi LIMIT ?"
        return [imsi for (imsi,) in self.database.query(query, f"{digits}%", most)]

    def put(self, subscribers: Iterable[Subscriber], *, replace: bool) -> None:
        """Keep many new subscriptions; the caller has opened a transaction."""
        statement = _REPLACE if replace else _INSERT
        self.database.change_many(statement, map(self._row, subscribers))
        self.database.change(_CAME_BACK)

    def _rows(self, imsis: Sequence[str]) -> Iterator[Row]:
        for part in parts(imsis):
            yield from self.database.query(_some(len(part)), *part)

    # Sequence numbers.

    def allocate(self, imsi: Imsi, count: int, sqn_ms: int | None = None) -> tuple[int, ...] | None:
        """The next `count` SQNs of an IMSI, durable before they are used; None: it is unknown.

        With SQN_MS the count goes on from where the USIM is, if need be. Compared and set, so that
        several HLRs of one database never give the same one twice.
        """
        query = "SELECT sqn, ind_bits FROM subscriber WHERE imsi = ?"
        change = "UPDATE subscriber SET sqn = ? WHERE imsi = ? AND sqn = ?"
        while rows := self.database.query(query, imsi.digits):
            last, ind_bits = rows[0]
            start = last if sqn_ms is None else resynchronised(last, sqn_ms, ind_bits)
            sqns = following(start, ind_bits, count)
            if self.database.change(change, sqns[-1], imsi.digits, last):
                return sqns
        return None

    # Keys at rest.

    @property
    def encrypted(self) -> bool:
        """Whether new keys are wrapped."""
        return self._transport_key is not None

    def count(self, wrapping: Wrapping) -> int:
        """How many subscriptions have their keys in the store like this."""
        query = "SELECT count(*) FROM subscriber WHERE wrapped = ?"
        ((count,),) = self.database.query(query, int(wrapping))
        return int(count)

    def rewrap(self, new: TransportKey | None) -> int:
        """Wrap all keys under `new`, or unwrap them all; how many. The caller's transaction."""
        self.database.change("DELETE FROM transport_key")
        target = SubscriberStore(self.database, new)
        count, last = 0, ""
        query = f"{_SELECT} WHERE imsi > ? ORDER BY imsi LIMIT {_CHUNK}"
        while rows := self.database.query(query, last):
            target.put(map(self._subscriber, rows), replace=True)
            count, last = count + len(rows), rows[-1][0]
        self._transport_key = new
        return count

    def _check_transport_key(self) -> None:
        """Another transport key than the store's is noticed before anything is read or written."""
        rows = self.database.query("SELECT check_value FROM transport_key")
        key = self._transport_key
        if key is None:
            if rows:
                raise StoreError(
                    "the keys of this store are wrapped: configure [transport_key], its file or "
                    "environment"
                )
            return
        if not rows:
            self.database.change("INSERT INTO transport_key VALUES (?)", key.check_value)
        elif bytes(rows[0][0]) != key.check_value:
            raise StoreError("another transport key wraps the keys of this store")

    def _row(self, subscriber: Subscriber) -> Row:
        key = self._transport_key
        imsi, algorithm = subscriber.imsi.digits, subscriber.algorithm.name
        ki, opc = subscriber.ki.octets, subscriber.opc.octets if subscriber.opc else b""
        return (
            imsi,
            algorithm,
            ki if key is None else key.wrap(ki, owner(imsi, algorithm, Part.KI)),
            opc if key is None else key.wrap(opc, owner(imsi, algorithm, Part.OPC)),
            int(subscriber.mtc_allowed),
            int(subscriber.tagged_only),
            format_parameters(subscriber.parameters),
            subscriber.amf,
            *(imsi, subscriber.sqn, subscriber.sqn),
            subscriber.ind_bits,
            int(Wrapping.PLAIN if key is None else Wrapping.BOUND),
        )

    def _subscriber(self, found: Row, asked: Imsi | None = None) -> Subscriber:
        (imsi, algorithm, ki, opc, mtc, tagged, parameters, amf, sqn, ind_bits, wrapped) = found
        key = self._transport_key
        try:
            if wrapped:
                if key is None:
                    raise ValueError("its keys are wrapped")  # noqa: TRY301
                whose = (imsi, algorithm) if wrapped == Wrapping.BOUND else None
                ki, opc = _unwrapped(key, whose, ki, opc)
            row = ALGORITHMS[algorithm]
            if len(ki) not in row.key:
                raise ValueError(f"no key of {algorithm} has {len(ki)} octets")  # noqa: TRY301
            return Subscriber(
                asked or Imsi(imsi),
                Secret(ki),
                Secret(opc) if opc else None,
                row,
                parse_parameters(parameters) if parameters else DEFAULT,
                amf,
                sqn,
                ind_bits,
                bool(mtc),
                bool(tagged),
            )
        except KeyError:
            raise UnreadableSubscriber(imsi, f"{algorithm} is no algorithm") from None
        except ValueError as error:
            raise UnreadableSubscriber(imsi, str(error)) from None


def _unwrapped(
    key: TransportKey, whose: tuple[str, str] | None, ki: bytes, opc: bytes
) -> tuple[bytes, bytes]:
    if whose is None:
        return key.unwrap(ki), key.unwrap(opc)
    return key.unwrap(ki, owner(*whose, Part.KI)), key.unwrap(opc, owner(*whose, Part.OPC))


def unknown(imsi: Imsi) -> StoreError:
    """What to say of an IMSI without a subscription."""
    return StoreError(f"subscriber {imsi} is unknown: `hlr-stub subscriber list` shows them all")
