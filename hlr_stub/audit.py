"""One line for every use of the variant: who asked, for whom, and what became of it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import Self, TextIO

import structlog

from mkef.net.endpoint import NetworkError
from mkef_codecs.identity import Imsi

_log = structlog.get_logger()


# Outcome, IMSI, RANDs, leg, caller and association.
_Use = tuple[str, Imsi, int, tuple[str, str], str, str]


class Audit:
    """Lines of JSON in a file that only grows, or where the logs go; or log lines for people.

    JSON is written once for all that a turn of the event loop brings, since a line by way of the
    log would cost as much as half an answer of the variant.
    """

    def __init__(
        self, where: Path | TextIO | None, clock: Callable[[], float], *, show_imsi: bool
    ) -> None:
        self._where = where
        self._clock = clock
        self._show_imsi = show_imsi
        self._waiting: list[_Use] = []
        self._callers: dict[tuple[str, str], str] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            if self._where is not None:
                self._file = _open(self._where)
                stack.callback(os.close, self._file)
                stack.callback(self._flush)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def note(
        self,
        outcome: str,
        imsi: Imsi,
        caller: str,
        association: str,
        rands: int,
        leg: tuple[str, str],
    ) -> None:
        """One use of the variant: `answered`, or the reason of a refusal.

        `leg` names the MKEF's dialogue or session, as its own log does.
        """
        if self._where is None:
            name, value = leg
            level = _log.info if outcome == "answered" else _log.warning
            level(
                "variant",
                audit=True,
                outcome=outcome,
                imsi=imsi,
                caller=caller,
                association=association,
                rands=rands,
                **{name: value},
            )
            return
        if not self._waiting:  # a time for all that one turn of the loop brings
            asyncio.get_running_loop().call_soon(self._flush)
            self._time = datetime.fromtimestamp(self._clock(), UTC).isoformat()
        self._waiting.append((outcome, imsi, rands, leg, caller, association))

    def _line(self, use: _Use) -> str:
        outcome, imsi, rands, (name, value), caller, association = use
        by = self._callers.get((caller, association)) or self._caller(caller, association)
        shown = imsi.digits if self._show_imsi else imsi.short
        return (
            f'{{"event": "variant", "timestamp": "{self._time}", "audit": true, '
            f'"outcome": "{outcome}", "imsi": "{shown}", '
            f'"rands": {rands}, "{name}": {encode_basestring_ascii(value)}, {by}}}\n'
        )

    def _caller(self, caller: str, association: str) -> str:
        """What one peer's lines have in common, made once."""
        if len(self._callers) > 1000:
            self._callers.clear()
        text = json.dumps({"caller": caller, "association": association}, ensure_ascii=False)
        made = self._callers[caller, association] = text[1:-1]
        return made

    def _flush(self) -> None:
        uses, self._waiting = self._waiting, []
        try:
            os.write(self._file, "".join(map(self._line, uses)).encode())
        except OSError as error:
            _log.error("audit lines lost", count=len(uses), problem=error.strerror)


def _open(where: Path | TextIO) -> int:
    if not isinstance(where, Path):
        return os.dup(where.fileno())
    try:
        return os.open(where, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    except OSError as error:
        raise NetworkError(f"audit.file: {where}: {error.strerror}") from None
