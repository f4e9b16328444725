"""Import and export of many subscriptions: all or nothing, streamed, with every mistake named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

from hlr_stub.formats import Format, FormatError, Record, RowError
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber, describe
from mkef.net.store import StoreError

MOST_PROBLEMS = 20  # that one refusal names
_CHUNK = 1000

Progress = Callable[[int], None]  # how many more were handled


class ImportRefused(StoreError):
    """Rows that cannot be imported, one on each line; nothing was changed."""


def import_file(
    store: SubscriberStore,
    file: Path,
    kind: Format,
    *,
    defaults: Mapping[str, str],
    replace: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda _: None,
) -> int:
    """How many subscriptions were taken, or would be (`dry_run`): all of the file or none.

    `replace`: those that are there already take what the file says; else they are mistakes.
    """
    problems: list[str] = []
    count = 0
    seen: dict[str, str] = {}
    with suppress(_DryRun), store.database.transaction():
        for chunk in _chunks(kind.read(file)):
            good = list(_check(store, chunk, defaults, seen, problems, replace=replace))
            if len(problems) >= MOST_PROBLEMS:
                break
            if not problems:
                store.put(good, replace=replace)
            count += len(good)
            progress(len(chunk))
        if problems:
            raise ImportRefused(_refusal(file, problems))
        if dry_run:
            raise _DryRun
    return count


class _DryRun(Exception):
    """Everything was good, and nothing is to stay."""


def _chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    iterator = iter(records)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def _check(
    store: SubscriberStore,
    chunk: list[Record],
    defaults: Mapping[str, str],
    seen: dict[str, str],
    problems: list[str],
    *,
    replace: bool,
) -> Iterator[Subscriber]:
    """The good ones of a chunk; mistakes and duplicates go to `problems`."""
    known = set() if replace else store.known([r.fields["imsi"] for r in chunk if r.fields])
    for record in chunk:
        try:
            subscriber = record.subscriber(defaults)
        except RowError as error:
            problems.append(str(error))
            continue
        imsi = subscriber.imsi.digits
        if imsi in known:
            problems.append(f"{record.place}: imsi: {imsi} is in the store: --replace takes this")
        elif imsi in seen:
            problems.append(f"{record.place}: imsi: {imsi} stands in {seen[imsi]} too")
        else:
            yield subscriber
        seen.setdefault(imsi, record.place)


def _refusal(file: Path, problems: list[str]) -> str:
    shown = problems[:MOST_PROBLEMS]
    more = "\n  and perhaps more" if len(problems) >= MOST_PROBLEMS else ""
    lines = "".join(f"\n  {problem}" for problem in shown)
    return f"{file}: nothing imported:{lines}{more}"


def export_file(
    store: Iterable[Subscriber],
    file: Path,
    kind: Format,
    *,
    with_keys: bool,
    progress: Progress = lambda _: None,
) -> int:
    """How many subscriptions were written; the file is there whole or not at all, its owner's."""
    count = 0

    def rows() -> Iterator[Mapping[str, str]]:
        nonlocal count
        for subscriber in store:
            yield describe(subscriber, with_keys=with_keys)
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
