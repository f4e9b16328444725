"""Import and export of many subscriptions: all or nothing, streamed, with every mistake named."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from hlr_stub.formats import Format, FormatError, Record, RowError
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber, describe
from mkef.net.store import StoreError
from mkef_codecs.identity import Imsi

MOST_PROBLEMS = 20  # that one refusal names
_CHUNK = 1000

Progress = Callable[[int], None]  # how many more were handled


class ImportRefused(StoreError):
    """Rows that cannot be imported, one on each line; nothing was changed."""

    def __init__(self, file: Path, problems: Sequence[RowError]) -> None:
        shown = problems[:MOST_PROBLEMS]
        lines = "".join(f"\n  {problem}" for problem in shown)
        more = "\n  and perhaps more" if len(problems) >= MOST_PROBLEMS else ""
        super().__init__(f"{file}: nothing imported:{lines}{more}")
        self.details = {"rows": [problem.row for problem in shown]}


def import_file(
    store: SubscriberStore,
    file: Path,
    kind: Format,
    *,
    defaults: Mapping[str, str],
    newcomers: Mapping[str, str] = MappingProxyType({}),
    replace: bool = False,
    dry_run: bool = False,
    prefer: str = "3g",
    progress: Progress = lambda _: None,
    tell: Callable[[Record], None] = lambda _: None,
) -> int:
    """How many subscriptions were taken, or would be (`dry_run`): all of the file or none.

    `defaults` are said of every row that does not say otherwise, `newcomers` only of those that
    are not there yet. `replace`: those that are there take what is said and keep all else; without
    it they are mistakes. `prefer`: the half of a card with keys for 2G and others for 3G. `tell`
    gets the records that are not taken, or not whole.
    """
    count = 0
    rows = _Rows(store, defaults, {**newcomers, **defaults}, replace=replace)
    with suppress(_DryRun), store.database.transaction():
        for chunk in _chunks(kind.read(file)):
            halves = [record.preferring(prefer) for record in chunk]
            good = rows.good([record for record in halves if not record.empty])
            if len(rows.problems) >= MOST_PROBLEMS:
                break
            if not rows.problems:
                store.put(good, replace=replace)
            count += len(good)
            for record in halves:
                if record.note:
                    tell(record)
            progress(len(chunk))
        if rows.problems:
            raise ImportRefused(file, rows.problems)
        if dry_run:
            raise _DryRun
    return count


class _DryRun(Exception):
    """Everything was good, and nothing is to stay."""


def _chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    iterator = iter(records)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


@dataclass(slots=True)
class _Rows:
    """What the records of a file make of a store; mistakes and duplicates go to `problems`."""

    store: SubscriberStore
    defaults: Mapping[str, str]
    of_new: Mapping[str, str]  # the defaults of those that are not there yet
    replace: bool = field(kw_only=True)
    problems: list[RowError] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)

    def good(self, chunk: Sequence[Record]) -> list[Subscriber]:
        """The good ones of a chunk."""
        known = self.store.known([record.imsi for record in chunk if record.imsi])
        if not self.replace:
            return [new for record in chunk if (new := self._new(record, known))]
        held = self.store.some([Imsi(digits) for digits in sorted(known)])
        return [new for record in chunk if (new := self._checked(record, held.get(record.imsi)))]

    def _new(self, record: Record, known: Container[str]) -> Subscriber | None:
        subscriber = self._checked(record, None)
        if subscriber is None or record.imsi not in known:
            return subscriber
        self._refuse(record, f"{record.imsi} is in the store: --replace takes this")
        return None

    def _checked(self, record: Record, old: Subscriber | None) -> Subscriber | None:
        try:
            subscriber = record.subscriber(self.of_new if old is None else self.defaults, old)
        except RowError as error:
            self.problems.append(error)
            return None
        first = self.seen.setdefault(record.imsi, record.place)
        if first is record.place:
            return subscriber
        self._refuse(record, f"{record.imsi} stands in {first} too")
        return None

    def _refuse(self, record: Record, problem: str) -> None:
        self.problems.append(RowError(record.place, "imsi", problem))


def export_file(
    store: Iterable[Subscriber],
    file: Path,
    kind: Format,
    *,
    with_keys: bool,
    progress: Progress = lambda _: None,
    lose: Callable[[Sequence[str]], None] = lambda _: None,
) -> int:
    """How many subscriptions were written; the file is there whole or not at all, its owner's.

    `lose` gets the fields of each that the format has no words for.
    """
    count = 0

    def rows() -> Iterator[Mapping[str, str]]:
        nonlocal count
        for subscriber in store:
            fields = describe(subscriber, with_keys=with_keys)
            yield fields
            lose(kind.unsaid(fields))
            count += 1
            progress(1)

    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        kind.write(unfinished, rows())
        unfinished.replace(file)
    except OSError as error:
        raise FormatError(f"{file}: {error.strerror}") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return count
