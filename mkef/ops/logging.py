"""Structured logs on standard error: for people on a terminal, JSON for programs."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import msgspec
import structlog

from mkef.ops.configuration import LogSection
from mkef_codecs.identity import Imsi


def for_people(section: LogSection) -> bool:
    """Whether logs are lines for people, not JSON."""
    return section.format == "console" or (section.format == "auto" and sys.stderr.isatty())


def configure(section: LogSection, program: str) -> None:
    """Set up structlog and the standard library's logging of the libraries we use."""
    level = logging.getLevelNamesMapping()[section.level.upper()]
    people = for_people(section)

    def identify(
        _logger: Any, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        event["program"] = program
        for key, value in event.items():
            if isinstance(value, Imsi):
                event[key] = value.digits if section.show_imsi else value.short
        return event

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            identify,
            structlog.processors.format_exc_info,
            _console() if people else structlog.processors.JSONRenderer(serializer=_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # One write for each line: lines of workers that share a pipe stay whole.
        logger_factory=structlog.WriteLoggerFactory(sys.stderr)
        if people
        else structlog.BytesLoggerFactory(sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr, format="%(message)s")


def _console() -> structlog.typing.Processor:
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def _json(event: Any, **_options: Any) -> bytes:
    return msgspec.json.encode(event, enc_hook=repr)
