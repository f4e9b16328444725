"""What every engine of a store offers, and how it fails."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from mkef.net.endpoint import NetworkError

T = TypeVar("T")

Row = tuple[Any, ...]


class StoreError(NetworkError):
    """A store that cannot be used as asked, and what an operator can do; one line."""


class StoreUnavailable(StoreError):
    """No connection to the store, or it broke: whether a change took place is not known."""


class StoreBusy(StoreError):
    """Another program is writing, so nothing took place."""


class DuplicateRow(StoreError):
    """A row that a constraint of the store forbids."""


class Location:
    """Where a store is: a file, a database by its URL, or memory (neither).

    A URL may hold a password, so it prints without.
    """

    __slots__ = ("path", "url")

    def __init__(self, path: Path | None = None, url: str | None = None) -> None:
        self.path = path
        self.url = url

    @classmethod
    def parse(cls, text: str, folder: Path = Path()) -> Location:
        """A `postgresql://` URL, or a path that starts at `folder`."""
        if text.startswith(("postgresql://", "postgres://")):
            return cls(url=text)
        scheme, separator, _ = text.partition("://")
        if separator:
            raise ValueError(f"{scheme}:// is no store: a path, or postgresql://HOST/DATABASE")
        return cls(folder / text)

    def __str__(self) -> str:
        if self.url is None:
            return str(self.path or "memory")
        scheme, _, rest = self.url.partition("://")
        host = rest.partition("?")[0].rpartition("@")[2]
        return f"{scheme}://{host}"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Location) and (self.path, self.url) == (other.path, other.url)

    def __hash__(self) -> int:
        return hash((self.path, self.url))


class Database(Protocol):
    """One connection, used by one thread; every failure is a StoreError.

    Outside of `transaction` each statement commits itself.
    """

    def query(self, statement: str, *values: object) -> list[Row]:
        """All rows of a SELECT, or of a change with RETURNING."""

    def stream(self, statement: str, *values: object) -> Iterator[Row]:
        """The rows of a SELECT that memory need not hold; nothing else may be done meanwhile."""

    def change(self, statement: str, *values: object) -> int:
        """How many rows an INSERT, UPDATE or DELETE changed."""

    def change_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """The same change for many rows of values."""

    def commit(self, statement: str, *values: object) -> int:
        """How many rows a change that is a transaction of its own has changed: all of it or none,
        begun anew if the connection was gone before it."""

    def transaction(self) -> AbstractContextManager[None]:
        """All changes of the block or none; other writers of the same rows wait meanwhile."""

    def snapshot(self) -> AbstractContextManager[None]:
        """All reads of the block see one state, whatever others commit meanwhile."""

    def close(self) -> None:
        """Close the connection; the database is of no use afterwards."""


def check_version(where: object, version: int, known: int) -> None:
    """Refuse a schema that a newer program has written."""
    if version > known:
        raise StoreError(
            f"{where}: schema {version} is newer than this program's {known}: "
            "use the program that wrote it, or another store"
        )


_SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)


def parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """All values in lists of few lengths, the first of a list again where one is missing.

    So statements with a mark for each value of a list are few, and are kept prepared.
    """
    for start in range(0, len(values), _SIZES[-1]):
        part = values[start : start + _SIZES[-1]]
        size = _SIZES[bisect_left(_SIZES, len(part))]
        yield [*part, *[part[0]] * (size - len(part))]
