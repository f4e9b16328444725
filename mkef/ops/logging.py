"""Structured logs on standard error: for people on a terminal, JSON for programs."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog

from mkef.ops.configuration import LogSection
from mkef_codecs.identity import Imsi

# The request that a line is about, as it is known to whoever asked.
CORRELATION: ContextVar[str | None] = ContextVar("correlation", default=None)

# The same list each time, so that loggers in use follow a second configuration.
_processors: list[structlog.typing.Processor] = []
# The dialogue or session with the HLR that was asked for it last, as Wireshark shows it too.
ZR_LEG: ContextVar[Mapping[str, str]] = ContextVar("zr_leg", default={})  # noqa: B039 - never changed


def for_people(section: LogSection) -> bool:
    """Whether logs are lines for people, not JSON."""
    return section.format == "console" or (section.format == "auto" and sys.stderr.isatty())


def configure(section: LogSection, program: str) -> None:
    """Set up structlog and the standard library's logging of the libraries we use."""
    level = logging.getLevelNamesMapping()[section.level.upper()]
    people = for_people(section)

    # One for all, since a line for each request is a good part of what the request costs.
    def identify(
        _logger: Any, method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        imsi = event.get("imsi")
        if isinstance(imsi, Imsi):
            event["imsi"] = imsi.digits if section.show_imsi else imsi.short
        correlation = CORRELATION.get()
        if correlation is not None:
            event.setdefault("correlation", correlation)
        event["level"] = method
        event["timestamp"] = datetime.now(UTC)  # which JSON's encoder writes in RFC 3339
        event["program"] = program
        if "exc_info" in event:
            return structlog.processors.format_exc_info(_logger, method, event)
        return event

    _processors[:] = (identify, _console() if people else _json)
    structlog.configure(
        processors=_processors,
        wrapper_class=_logger_of(level),
        # One write for each line: lines of workers that share a pipe stay whole.
        logger_factory=structlog.WriteLoggerFactory(sys.stderr)
        if people
        else structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr, format="%(message)s")


def _logger_of(level: int) -> type[structlog.typing.FilteringBoundLogger]:
    """structlog's own with a shorter way from a line to its octets; one that cannot be written is
    lost."""
    filtering: Any = structlog.make_filtering_bound_logger(level)

    class Logger(filtering):  # type: ignore[misc]
        def _proxy_to_logger(
            self, method_name: str, event: str | None = None, **event_kw: Any
        ) -> None:
            line: Any = {**self._context, **event_kw, "event": event}
            try:
                for process in self._processors:
                    line = process(self._logger, method_name, line)
            except structlog.DropEvent:
                return
            try:  # noqa: SIM105 - which takes time of each line
                self._logger.msg(line)
            except OSError:  # a full disk, or a reader that is gone: no request fails for it
                pass

    return Logger


def _console() -> structlog.typing.Processor:
    render = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )

    def for_people(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
        event["timestamp"] = event["timestamp"].isoformat().replace("+00:00", "Z")
        return render(logger, method, event)

    return for_people


_encode = msgspec.json.Encoder(enc_hook=repr).encode


def _json(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> bytes:
    return _encode(event)
