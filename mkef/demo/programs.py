"""Our programs as child processes that say in their log when they are ready."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mkef.net.endpoint import NetworkError

READY_S = 20.0
STOP_S = 5.0
_LINE_LIMIT = 1 << 20


class ProgramFailed(NetworkError):
    """A program that ended or said nothing: its name and the last lines of its log."""


def command(module: str, *arguments: str) -> list[str]:
    """How this interpreter runs a program of ours."""
    return [sys.executable, "-m", module, *arguments]


class Service:
    """A `serve` of ours; its log goes to `folder`/NAME.log, its output is kept."""

    def __init__(self, name: str, module: str, folder: Path, settings: Sequence[str]) -> None:
        self.name = name
        self._module = module
        self._folder = folder
        self._settings = ["log.format=json", *settings]
        self._log: list[str] = []
        self.output: list[str] = []
        self._events: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def start(self) -> dict[str, str]:
        """Run until the log says `ready`; the addresses of that line."""
        options = [part for setting in self._settings for part in ("--set", setting)]
        self._process = await asyncio.create_subprocess_exec(
            *command(self._module, "serve", "--config", f"{self.name}.toml", *options),
            cwd=self._folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LINE_LIMIT,
        )
        self._readers = asyncio.gather(self._read_log(), self._read_output())
        return await self.event("ready")

    @property
    def pid(self) -> int:
        """Its process, once started."""
        return self._process.pid

    async def event(self, name: str) -> dict[str, Any]:
        """The first log line with this event; waits for it."""
        try:
            return await asyncio.wait_for(asyncio.shield(self._event(name)), READY_S)
        except TimeoutError:
            raise self.failure(f"no `{name}` within {READY_S:g} s") from None

    def _event(self, name: str) -> asyncio.Future[dict[str, Any]]:
        if name not in self._events:
            self._events[name] = asyncio.get_running_loop().create_future()
        return self._events[name]

    async def _read_log(self) -> None:
        assert self._process.stderr is not None
        with (self._folder / f"{self.name}.log").open("w", encoding="utf-8") as file:
            async for line in self._process.stderr:
                text = line.decode("utf-8", "replace")
                file.write(text)
                self._log.append(text)
                self._notice(text)
        for waiting in self._events.values():
            if not waiting.done():
                waiting.set_exception(self.failure("ended"))

    def _notice(self, text: str) -> None:
        try:
            line = json.loads(text)
        except ValueError:
            return  # a warning of the interpreter or a library: kept in the log
        if isinstance(line, dict) and "event" in line:
            waiting = self._event(line["event"])
            if not waiting.done():
                waiting.set_result(line)

    async def _read_output(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.output.append(line.decode("utf-8", "replace"))

    def failure(self, problem: str) -> ProgramFailed:
        """What went wrong, with the end of the log."""
        tail = "".join(self._log[-5:]).rstrip()
        return ProgramFailed(f"{self.name} {problem}" + (f":\n{tail}" if tail else ""))

    def kill(self) -> None:
        """SIGKILL: it has no time for anything; `stop` waits for its end."""
        self._process.kill()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL for one that does not obey."""
        if self._process.returncode is None:
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_S)
        except TimeoutError:
            self._process.kill()
        await self._readers


async def run(folder: Path, *arguments: str, given: str = "") -> str:
    """Run a program to its end; its output, or ProgramFailed with what it said."""
    process = await asyncio.create_subprocess_exec(
        *command(*arguments),
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate(given.encode())
    if process.returncode:
        said = (errors or output).decode("utf-8", "replace").strip()
        raise ProgramFailed(f"{' '.join(arguments[:2])}: exit status {process.returncode}: {said}")
    return output.decode("utf-8")
