"""What every program of ours does the same way: options, signals, errors and exit status."""

from __future__ import annotations

import asyncio
import errno
import functools
import gc
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

import click
import structlog

from mkef.net.endpoint import NetworkError
from mkef.ops.configuration import ConfigurationError

P = ParamSpec("P")
R = TypeVar("R")

EXIT_FAILURE = 1
EXIT_CONFIGURATION = 2
# A device does not take what a program writes; any other OSError here is a fault of ours.
_NOT_WRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}

version_option = click.version_option(version("mkef"), message="%(prog)s %(version)s")


HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}


class Node(AbstractAsyncContextManager["Node"], Protocol):
    """A program's node: entering it starts everything, leaving it stops everything."""

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where it listens, for the log line that it has started."""


def config_options(default: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """`--config FILE` and `--set KEY=VALUE` of a program whose usual file is `default`."""

    def decorate(command: Callable[P, R]) -> Callable[P, R]:
        command = click.option(
            "--set",
            "settings",
            multiple=True,
            metavar="KEY=VALUE",
            help="Override one key of the file, for instance --set log.level=debug. Repeatable.",
        )(command)
        return click.option(
            "--config",
            "config_file",
            type=click.Path(path_type=Path, dir_okay=False),
            default=default,
            show_default=True,
            help="Configuration in TOML; relative paths in it start at its folder.",
        )(command)

    return decorate


def clear_errors(command: Callable[P, R]) -> Callable[P, R]:
    """The one border where our errors become a line on standard error and an exit status.

    Of a command that was asked for JSON the line is an object: `{"error": "..."}`, with the error's
    details.
    """

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return _written(command, *args, **kwargs)
        except ConfigurationError as error:
            _say("configuration", error, as_json=bool(kwargs.get("as_json")))
            sys.exit(EXIT_CONFIGURATION)
        except NetworkError as error:
            _say("error", error, as_json=bool(kwargs.get("as_json")))
            sys.exit(EXIT_FAILURE)

    return wrapped


def _written(command: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What the command returns when all of its output is written, or NetworkError."""
    try:
        result = command(*args, **kwargs)
        if sys.stdout is not None:  # as it is where it was closed before the start
            sys.stdout.flush()
    except OSError as error:
        if error.errno not in _NOT_WRITTEN:
            raise
        with suppress(OSError):
            sys.stdout.close()  # or Python writes what is left at the end, and complains
        place = f"{error.filename}: " if error.filename else "cannot write: "
        raise NetworkError(f"{place}{error.strerror}") from None
    return result


def _say(kind: str, error: ConfigurationError | NetworkError, *, as_json: bool) -> None:
    line = json.dumps({"error": str(error), **error.details}) if as_json else f"{kind}: {error}"
    click.echo(line, err=True)


_STDIN = 0
# New objects that are looked through for garbage at once, ten thousand or ten times as many: all
# requests wait meanwhile (docs/decisions/0019-cost.md).
_COLLECT = (10_000, 10, 100)
Reload = Callable[[Any], None]


def serve(
    node: AbstractAsyncContextManager[Any],
    reload: Reload | None = None,
    *,
    watched: bool = False,
    started: str = "ready",
) -> None:
    """Run a node until SIGTERM or SIGINT; a second SIGINT does not wait for its peers.

    `started` is the line of the log once it runs.

    SIGHUP calls `reload` with the running node: it reads the configuration again. Without one it
    ends the program too. A `watched` one ends with its standard input, whose other end a parent
    holds: also one that was killed.
    """
    _interrupt_nobody()
    try:
        asyncio.run(_serve(node, reload, watched=watched, started=started))
    except asyncio.CancelledError:
        sys.exit(EXIT_FAILURE)


def _interrupt_nobody() -> None:
    """Let a process that runs go on when there is something to do here, unless told otherwise.

    Whoever is interrupted finds the processor's caches filled with something else, and so does the
    node in its next turn (sched(7), SCHED_BATCH; docs/decisions/0019-cost.md).
    """
    if os.sched_getscheduler(0) == os.SCHED_OTHER:
        with suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


async def _serve(
    node: AbstractAsyncContextManager[Any], reload: Reload | None, *, watched: bool, started: str
) -> None:
    log = structlog.get_logger()
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    task = asyncio.current_task()
    assert task is not None

    def stop(number: signal.Signals) -> None:
        # Supervisors may send SIGTERM twice; only a person who presses Ctrl-C again is impatient.
        again = stopping.is_set()
        stopping.set()
        if not again:
            log.info("stopping", signal=number.name)
        elif number is signal.SIGINT:
            task.cancel()

    def watch() -> None:
        if not os.read(_STDIN, 1024):
            loop.remove_reader(_STDIN)
            stopping.set()
            log.warning("stopping", reason="the parent process is gone")

    if watched:
        loop.add_reader(_STDIN, watch)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    async with node as running:
        if reload is not None:
            loop.add_signal_handler(signal.SIGHUP, _reload, reload, running)
        # What the start left for good is not looked through again (20 ms a time), and what requests
        # leave for a while little by little: they make no cycles.
        gc.freeze()
        gc.set_threshold(*_COLLECT)
        log.info(started, **running.addresses)
        await stopping.wait()
    log.info("stopped")


def _reload(reload: Reload, running: Any) -> None:
    """What cannot be used changes nothing and is one line of the log."""
    log = structlog.get_logger()
    try:
        reload(running)
    except (ConfigurationError, NetworkError) as error:
        log.error("not reloaded", problem=str(error))  # noqa: TRY400 - a mistake in a file
    else:
        log.info("reloaded")
