"""freeDiameter as a child process: its configuration from a few values, its log, its signals."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

PROGRAM = "freeDiameterd"
PORT, SECURE_PORT = 3868, 5868
READY = "freeDiameterd daemon initialized"
PATIENCE_S = 20.0
STOP_S = 20.0  # it gives its peers 16 seconds


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom it connects to and keeps."""

    identity: str
    address: str
    tls: bool = False

    @property
    def line(self) -> str:
        """ConnectPeer of its configuration."""
        port, option = (SECURE_PORT, "") if self.tls else (PORT, " No_TLS;")
        return (
            f'ConnectPeer = "{self.identity}" '
            f'{{ ConnectTo = "{self.address}"; Port = {port};{option} }};'
        )


@dataclass(slots=True)
class FreeDiameter:
    """One daemon in `folder`; with `pki`, which holds IDENTITY.pem and ca.pem, over TLS."""

    folder: Path
    identity: str
    address: str
    pki: Path | None = None
    peers: Sequence[Peer] = ()
    watchdog_s: int = 30  # 6 at least
    extensions: Sequence[str] = ()
    _process: asyncio.subprocess.Process = field(init=False)
    _reader: asyncio.Task[None] = field(init=False)
    _lines: list[str] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._configure()
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.kill()

    def _configure(self) -> None:
        realm = self.identity.partition(".")[2]
        (self.folder / "acl.conf").write_text("ALLOW_IPSEC ALLOW_OLD_TLS *.example\n")
        lines = [
            f'Identity = "{self.identity}";',
            f'Realm = "{realm}";',
            f"Port = {PORT};",
            f"SecPort = {SECURE_PORT if self.pki else 0};",
            "No_SCTP; No_IPv6; Prefer_TCP;",
            f'ListenOn = "{self.address}";',  # 127/8 would be ignored
            f"TwTimer = {self.watchdog_s}; TcTimer = 1;",
            f'LoadExtension = "acl_wl.fdx" : "{self.folder / "acl.conf"}";',
            *(f"LoadExtension = {extension};" for extension in self.extensions),
            *(peer.line for peer in self.peers),
            *self._tls_lines(),
        ]
        (self.folder / "freediameter.conf").write_text("\n".join(lines) + "\n")

    def _tls_lines(self) -> list[str]:
        if self.pki is None:
            return []
        own = self.pki / self.identity
        parameters = self.folder / "dh.pem"
        parameters.write_bytes(_diffie_hellman())
        return [
            f'TLS_Cred = "{own}.pem", "{own}.key";',
            f'TLS_CA = "{self.pki / "ca.pem"}";',
            f'TLS_DH_File = "{parameters}";',
        ]

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def log(self) -> str:
        """All that it said so far."""
        return "".join(self._lines)

    async def start(self) -> None:
        """Run, until it says that it is ready; again after `kill` or `stop`."""
        self._process = await asyncio.create_subprocess_exec(
            PROGRAM,
            "-d",
            *("-c", str(self.folder / "freediameter.conf")),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=1 << 20,
        )
        said = len(self.log)
        self._reader = asyncio.create_task(self._read())
        await self.says(READY, after=said)

    async def _read(self) -> None:
        assert self._process.stdout is not None
        with (self.folder / "freediameter.log").open("a") as file:
            async for line in self._process.stdout:
                text = line.decode("utf-8", "replace")
                file.write(text)
                self._lines.append(text)
                self._more.set()
        self._more.set()

    async def says(self, pattern: str, *, after: int = 0) -> re.Match[str]:
        """Wait for a pattern in its log, or in what follows a length of it."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._found(re.compile(pattern), after)
        except TimeoutError:
            raise AssertionError(f"freeDiameter did not say {pattern!r}:\n{self.log}") from None

    async def _found(self, pattern: re.Pattern[str], after: int) -> re.Match[str]:
        while (found := pattern.search(self.log, after)) is None:
            if self._reader.done():
                raise AssertionError(f"freeDiameter ended without {pattern.pattern!r}:\n{self.log}")
            self._more.clear()
            await self._more.wait()
        return found

    async def opened(self, identity: str, *, after: int = 0) -> None:
        """Wait until a peer's state is open."""
        await self.says(rf"'STATE_\w+'\s+-> 'STATE_OPEN'\s+'{re.escape(identity)}'", after=after)

    def pause(self) -> None:
        """It hears and says nothing, and its kernel still takes what is sent."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on after `pause`."""
        self._process.send_signal(signal.SIGCONT)

    async def stop(self) -> None:
        """In good order, with DPR to its peers."""
        self._process.terminate()
        async with asyncio.timeout(STOP_S):
            await self._end()

    async def kill(self) -> None:
        """At once; nothing happens when it has ended."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._end()

    async def _end(self) -> None:
        await self._process.wait()
        await self._reader


def _diffie_hellman() -> bytes:
    """ffdhe2048 of RFC 7919 as PKCS#3, the one form that freeDiameter reads."""
    command = ["openssl", "genpkey", "-genparam", "-algorithm", "DH"]
    command += ["-pkeyopt", "group:ffdhe2048"]
    return subprocess.run(command, check=True, capture_output=True, timeout=10).stdout
