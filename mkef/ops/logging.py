"""Structured logs on standard error: for people on a terminal, JSON for programs."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from mkef.ops.configuration import LogSection
from mkef_codecs.identity import Imsi


def for_people(section: LogSection) -> bool:
    """Whether logs are lines for people, not JSON."""
    return section.format == "console" or (section.format == "auto" and sys.stderr.isatty())


def configure(section: LogSection, program: str) -> None:
    """Set up structlog and the standard library's logging of the libraries we use."""
    level = logging.getLevelNamesMapping()[section.level.upper()]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=structlog.dev.plain_traceback,
        )
        if for_people(section)
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )

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
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            identify,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr, format="%(message)s")
